"""Pure: who in a drama refers to a part, and the drama without those references."""

from collections.abc import Collection, Iterable, Sequence

from sfd.domain.editing import Address, find, taken_out
from sfd.domain.errors import Conflict
from sfd.domain.models import Asset, Character, DialogueLine, Drama, Episode, Scene
from sfd.domain.validation import assets_with_paths

NAMED_AT_MOST = 20


def removed(drama: Drama, address: Address, *, force: bool) -> Drama:
    """The drama without the part at an address.

    With `force`, what refers to the part is removed as well: a character's dialogue lines and places in pictures, and
    an asset's place among what others depend on.

    Raises:
        NotFound: there is no such part.
        Conflict: something refers to it, and `force` is not given; names the scenes and assets that do.
    """
    part = find(drama, address)
    without = taken_out(drama, address)
    person = part.id if isinstance(part, Character) else None
    gone = {asset.id for asset in _assets_in(part)}
    users = [*_scenes_with(without, person), *_assets_needing(without, gone)]
    if users and not force:
        named = ", ".join(users[:NAMED_AT_MOST]) + (" …" if len(users) > NAMED_AT_MOST else "")
        raise Conflict(
            f"{part.id} is used by {named}. Change those first, or remove it with force=true and them with it.",
            {"used_by": ", ".join(users), "used_by_ids": users},
        )
    return _released(without, person, gone) if users else without


def _assets_in(part: object) -> list[Asset]:
    match part:
        case Asset():
            return [part]
        case Episode():
            return [*part.assets, *(asset for scene in part.scenes for asset in scene.assets)]
        case Character() | Scene():
            return part.assets
        case _:
            return []


def _scenes_with(drama: Drama, person: str | None) -> list[str]:
    scenes = [scene for episode in drama.episodes for scene in episode.scenes]
    return [scene.id for scene in scenes if person is not None and person in _named_in(scene)]


def _named_in(scene: Scene) -> set[str | None]:
    return {*scene.characters, *(line.character_id for line in scene.dialogue), scene.shot.over_shoulder}


def _assets_needing(drama: Drama, gone: Collection[str]) -> list[str]:
    return [asset.id for _, asset, _ in assets_with_paths(drama) if not set(gone).isdisjoint(asset.depends_on)]


def _released(drama: Drama, person: str | None, gone: Collection[str]) -> Drama:
    return drama.model_copy(
        update={
            "assets": _without_dependencies(drama.assets, gone),
            "characters": [
                one.model_copy(update={"assets": _without_dependencies(one.assets, gone)}) for one in drama.characters
            ],
            "episodes": [_episode_released(one, person, gone) for one in drama.episodes],
        }
    )


def _episode_released(episode: Episode, person: str | None, gone: Collection[str]) -> Episode:
    return episode.model_copy(
        update={
            "assets": _without_dependencies(episode.assets, gone),
            "scenes": [
                _without_person(scene, person).model_copy(update={"assets": _without_dependencies(scene.assets, gone)})
                for scene in episode.scenes
            ],
        }
    )


def _without_dependencies(assets: Sequence[Asset], gone: Collection[str]) -> list[Asset]:
    return [
        asset.model_copy(update={"depends_on": [one for one in asset.depends_on if one not in gone]})
        for asset in assets
    ]


def _without_person(scene: Scene, person: str | None) -> Scene:
    if person is None or person not in _named_in(scene):
        return scene
    back = None if scene.shot.over_shoulder == person else scene.shot.over_shoulder
    return scene.model_copy(
        update={
            "characters": [one for one in scene.characters if one != person],
            "dialogue": _lines_of_others(scene.dialogue, person),
            "shot": scene.shot.model_copy(update={"over_shoulder": back}),
        }
    )


def _lines_of_others(dialogue: Iterable[DialogueLine], person: str) -> list[DialogueLine]:
    """The other lines. One that was spoken at the same time as a line that goes is no longer dual."""
    kept: list[DialogueLine] = []
    beside_kept = False
    for line in dialogue:
        beside_kept = beside_kept and line.dual
        if line.character_id == person:
            continue
        kept.append(line.model_copy(update={"dual": beside_kept}) if line.dual else line)
        beside_kept = True
    return kept
