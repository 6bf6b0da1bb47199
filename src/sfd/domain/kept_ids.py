"""Pure: a rewritten drama with the ids of the one it was written from, wherever the two are the same."""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sfd.domain.models import Asset, Character, Drama, Episode, Scene

Part = Character | Episode | Scene | Asset
P = TypeVar("P", Character, Episode, Scene, Asset)
Key = Callable[[P], Hashable]

_LONGEST_STEM = 90


@dataclass
class _Pairs:
    """Which original each rewritten part is, by id. An original is given away once."""

    original_of: dict[str, str] = field(default_factory=dict[str, str])
    given: set[str] = field(default_factory=set[str])

    def add(self, rewritten: str, original: str) -> None:
        self.original_of[rewritten] = original
        self.given.add(original)

    def match(self, old: Iterable[P], new: Iterable[P], key: Key[P]) -> None:
        """Pair what has the same key and no partner yet, in order; parts whose key is None are left alone.

        As many of a key on one side as on the other are the same ones in the same order. If there are not, those
        that also have the same id belong together.
        """
        olds, news = _grouped(old, key, self.given), _grouped(new, key, self.original_of)
        for same, group in news.items():
            before, after = olds.get(same, {}), group
            if len(before) != len(after):
                for one in before.keys() & after.keys():
                    self.add(one, one)
                before = {one: None for one in before if one not in self.given}
                after = {one: None for one in after if one not in self.original_of}
            for original, rewritten in zip(before, after, strict=False):
                self.add(rewritten, original)


def keep_ids(original: Drama, rewritten: Drama) -> Drama:
    """`rewritten` with the original's ids for everything that is the same in both.

    Content decides, not ids, URLs or order: a character is the same by name and look, a scene by what is seen and
    said, an asset by its place and prompt. What changed in part is known by its name, title or place among its
    neighbours; what is new keeps the id that its writer gave, with a number behind it where that id is taken.
    Every reference follows. A valid drama stays valid. The drama's own id is left alone.
    """
    people = _characters(original.characters, rewritten.characters)
    named = _renamed(rewritten, {"characters": people})
    episodes = _Pairs()
    _match_episodes(episodes, original.episodes, named.episodes)
    scenes = _Pairs()
    _match_scenes(scenes, episodes, original, named)
    parts = {
        "episodes": _final(episodes, (one.id for one in named.episodes)),
        "scenes": _final(scenes, (scene.id for one in named.episodes for scene in one.scenes)),
    }
    placed = _renamed(named, parts)
    assets = _Pairs()
    _match_assets(assets, original, placed)
    listed = (asset.id for _, owned in _owners(placed) for asset in owned)
    return _renamed(placed, {"assets": _final(assets, listed)})


def _characters(old: Sequence[Character], new: Sequence[Character]) -> dict[str, str]:
    pairs = _Pairs()
    keys: tuple[Key[Character], ...] = (
        lambda one: _content(one, "id", "url", "assets"),
        lambda one: (one.name, one.description, one.gender),
        lambda one: (one.description, one.gender) if one.description else None,
        lambda one: one.name.casefold() or None,
    )
    for key in keys:
        pairs.match(old, new, key)
    return _final(pairs, (one.id for one in new))


def _match_episodes(pairs: _Pairs, old: Sequence[Episode], new: Sequence[Episode]) -> None:
    pairs.match(old, new, _episode_content)
    pairs.match(old, new, lambda one: one.title or None)
    _match_by_scenes(pairs, old, new)
    places = {id(one): place for side in (old, new) for place, one in enumerate(side)}
    pairs.match(old, new, lambda one: places[id(one)])


def _match_by_scenes(pairs: _Pairs, old: Sequence[Episode], new: Sequence[Episode]) -> None:
    """An episode is the one it shares most scenes with."""
    holds = {one.id: Counter(map(_shown, one.scenes)) for one in old if one.id not in pairs.given}
    for episode in new:
        if episode.id in pairs.original_of:
            continue
        shown = Counter(map(_shown, episode.scenes))
        shared = {one: (shown & other).total() for one, other in holds.items()}
        best = max(shared, key=lambda one: shared[one], default=None)
        if best is not None and shared[best]:
            pairs.add(episode.id, best)
            del holds[best]


def _match_scenes(pairs: _Pairs, episodes: _Pairs, original: Drama, rewritten: Drama) -> None:
    old = [scene for one in original.episodes for scene in one.scenes]
    new = [scene for one in rewritten.episodes for scene in one.scenes]
    home = {id(scene): one.id for one in original.episodes for scene in one.scenes}
    home |= {id(scene): episodes.original_of.get(one.id, "") for one in rewritten.episodes for scene in one.scenes}
    for what in (_scene_content, _shown):
        pairs.match(old, new, _at_home(what, home))
        pairs.match(old, new, what)
    for what in (_seen, _said):
        pairs.match(old, new, _at_home(what, home))
    for one in rewritten.episodes:
        before = next((old for old in original.episodes if old.id == episodes.original_of.get(one.id)), None)
        if before is not None:
            _match_neighbours(pairs, before.scenes, one.scenes)


def _match_neighbours(pairs: _Pairs, old: Sequence[Scene], new: Sequence[Scene]) -> None:
    """A scene in the place of one that is gone, after the same scene as that one, is it if it plays there as well."""
    after = {before.id if before else None: scene for before, scene in zip([None, *old], old, strict=False)}
    last: str | None = None
    for scene in new:
        candidate = after.get(last)
        free = candidate is not None and candidate.id not in pairs.given and scene.id not in pairs.original_of
        if candidate is not None and free and _alike(candidate, scene):
            pairs.add(scene.id, candidate.id)
        last = pairs.original_of.get(scene.id, "")


def _alike(old: Scene, new: Scene) -> bool:
    same_place = bool(new.location) and (old.location, old.setting) == (new.location, new.setting)
    return same_place or (bool(new.characters) and set(old.characters) == set(new.characters))


def _match_assets(pairs: _Pairs, original: Drama, placed: Drama) -> None:
    old, new = _placed_assets(original), _placed_assets(placed)
    for fields in (("kind", "prompt", "duration", "references", "metadata"), ("kind", "prompt"), ("kind",)):
        places = {id(asset): (owner, _content(asset, only=fields)) for owner, asset in (*old, *new)}
        pairs.match([asset for _, asset in old], [asset for _, asset in new], lambda one, at=places: at[id(one)])


def _placed_assets(drama: Drama) -> list[tuple[tuple[str, str], Asset]]:
    return [(owner, asset) for owner, assets in _owners(drama) for asset in assets]


def _owners(drama: Drama) -> Iterator[tuple[tuple[str, str], list[Asset]]]:
    yield ("drama", ""), drama.assets
    for character in drama.characters:
        yield ("character", character.id), character.assets
    for episode in drama.episodes:
        yield ("episode", episode.id), episode.assets
        for scene in episode.scenes:
            yield ("scene", scene.id), scene.assets


def _at_home(key: Key[Scene], home: Mapping[int, str]) -> Key[Scene]:
    def at_home(scene: Scene) -> Hashable:
        found, here = key(scene), home[id(scene)]
        return (here, found) if here and found is not None else None

    return at_home


def _episode_content(episode: Episode) -> Hashable:
    return (_content(episode, "id", "url", "assets", "scenes"), tuple(map(_scene_content, episode.scenes)))


def _scene_content(scene: Scene) -> Hashable:
    planned = tuple(_content(asset, "id", "url", "depends_on") for asset in scene.assets)
    return (_content(scene, "id", "image_url", "video_url", "assets"), planned)


def _shown(scene: Scene) -> Hashable:
    return _content(scene, "id", "image_url", "video_url", "assets", "metadata", "continues", "transition")


def _seen(scene: Scene) -> Hashable:
    return (scene.description, scene.location) if scene.description else None


def _said(scene: Scene) -> Hashable:
    return tuple((line.character_id, line.line) for line in scene.dialogue) or None


def _content(part: Part, *without: str, only: Iterable[str] | None = None) -> str:
    kept = part.model_dump(mode="json", exclude=set(without), include=set(only) if only is not None else None)
    return json.dumps(kept, ensure_ascii=False, sort_keys=True)


def _grouped(parts: Iterable[P], key: Key[P], paired: Iterable[str]) -> dict[Hashable, dict[str, None]]:
    """Ids by key in order, of the parts that have a key and no partner."""
    done = set(paired)
    groups: defaultdict[Hashable, dict[str, None]] = defaultdict(dict)
    for one in parts:
        if one.id not in done and (found := key(one)) is not None:
            groups[found][one.id] = None
    return groups


def _final(pairs: _Pairs, ids: Iterable[str]) -> dict[str, str]:
    """The id of every rewritten part: the original's, else the writer's, made unique."""
    listed = list(ids)
    taken = pairs.given | set(listed)
    final: dict[str, str] = {}
    for one in listed:
        wanted = pairs.original_of.get(one, one)
        if one not in pairs.original_of and one in pairs.given:
            wanted = _free(one, taken)
        final[one] = wanted
        taken.add(wanted)
    return final


def _free(wanted: str, taken: Iterable[str]) -> str:
    number = 2
    while (candidate := f"{wanted[:_LONGEST_STEM]}.{number}") in taken:
        number += 1
    return candidate


def _renamed(drama: Drama, names: Mapping[str, Mapping[str, str]]) -> Drama:
    """The drama with the ids in the lists that `names` tells of, and every reference to them, replaced."""
    data: dict[str, Any] = drama.model_dump()
    people, assets = names.get("characters", {}), names.get("assets", {})
    scenes = [scene for episode in data["episodes"] for scene in episode["scenes"]]
    holders = [data, *data["characters"], *data["episodes"], *scenes]
    for asset in (asset for holder in holders for asset in holder["assets"]):
        asset["depends_on"] = [assets.get(one, one) for one in asset["depends_on"]]
    for scene in scenes:
        scene["characters"] = [people.get(one, one) for one in scene["characters"]]
        back = scene["shot"]["over_shoulder"]
        scene["shot"]["over_shoulder"] = people.get(back, back)
        for line in scene["dialogue"]:
            line["character_id"] = people.get(line["character_id"], line["character_id"])
    lists = {
        "characters": data["characters"],
        "episodes": data["episodes"],
        "scenes": scenes,
        "assets": [asset for holder in holders for asset in holder["assets"]],
    }
    for name, parts in lists.items():
        for part in parts:
            part["id"] = names.get(name, {}).get(part["id"], part["id"])
    return Drama.model_validate(data)
