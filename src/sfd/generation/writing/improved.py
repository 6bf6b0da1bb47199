"""Pure: the drama after its changes. Whatever no answer touches is the same object that it was before."""

from collections.abc import Mapping
from typing import Any

from sfd.domain.models import Asset, AssetKind, Character, Drama, Episode, Origin, Scene
from sfd.domain.validation import assets_with_paths
from sfd.generation.requests import WriteSpec
from sfd.generation.writing import people, shots
from sfd.generation.writing.changing import CHANGES, episodes_of, touched
from sfd.generation.writing.request import Answer

_LONGEST_STEM = 80


def improved(spec: WriteSpec, original: Drama, drama_id: str, answers: Mapping[str, Answer]) -> Drama:
    """The original with its changes made. Ids of what was there stay; what is new gets ids of its own."""
    changes = answers[CHANGES]
    rewriting = _Rewriting(spec, original, answers)
    drama = original.model_copy(
        update={
            "id": drama_id,
            "title": changes["title"] or original.title,
            "description": changes["logline"] or original.description,
            "style": changes["style"] or original.style,
            "language": changes["language"] or original.language,
            "origin": Origin(drama_id=original.id, feedback=spec.feedback),
            "characters": rewriting.characters(),
            "episodes": rewriting.episodes(),
        }
    )
    return _without_dangling(drama)


class _Rewriting:
    """Makes the parts of one drama anew, and ids that nothing in it has."""

    def __init__(self, spec: WriteSpec, original: Drama, answers: Mapping[str, Answer]) -> None:
        self._spec, self._original, self._answers = spec, original, answers
        self._changes = answers[CHANGES]
        self._asset_ids = {asset.id for _, asset, _ in assets_with_paths(original)}
        self._scene_ids = {scene.id for one in original.episodes for scene in one.scenes}
        self._episode_ids = {one.id for one in original.episodes}

    def characters(self) -> list[Character]:
        changed = {one["id"]: one for one in self._changes["changed_characters"]}
        gone = self._changes["removed_characters"]
        kept = [self._character(one, changed.get(one.id)) for one in self._original.characters if one.id not in gone]
        new = [self._new_character(one) for one in self._changes["new_characters"]]
        return [*kept, *new]

    def episodes(self) -> list[Episode]:
        numbers = range(1, episodes_of(self._spec, self._original) + 1)
        made = (self._episode(number, touched(self._changes, number)) for number in numbers)
        return [one for one in made if one is not None]

    def _new_character(self, person: Mapping[str, Any]) -> Character:
        portrait = _free(f"{person['id']}.portrait", self._asset_ids)
        return people.character_of(person, self._spec.references, portrait)

    def _character(self, old: Character, change: Mapping[str, Any] | None) -> Character:
        named = change or {"name": old.name}
        pictures = people.pictures_of(named, self._spec.references)
        if change is None:
            return _shown(old, pictures) if pictures else old
        redrawn = change["look"] != old.description
        written = old.model_copy(
            update={
                "name": change["name"],
                "description": change["look"],
                "gender": people.gender_of(change),
                "voice_description": change["voice"],
                "main": change["main"],
                "assets": [_unworded(one) for one in old.assets] if redrawn else old.assets,
            }
        )
        return _shown(written, pictures) if pictures else written

    def _episode(self, number: int, change: Mapping[str, Any] | None) -> Episode | None:
        old = self._original.episodes[number - 1] if number <= len(self._original.episodes) else None
        if change is None or change["action"] == "remove":
            return old if change is None else None
        episode = old or Episode(id=_free(f"e{number}", self._episode_ids))
        answer = self._answers[f"episode-{number}"]
        written = {one["id"]: one for one in answer["scenes"]}
        before = {one.id: one for one in episode.scenes}
        scenes = [
            self._scene(episode.id, before.get(one), written[one]) if one in written else before[one]
            for one in answer["order"]
        ]
        return episode.model_copy(update={"title": change["title"], "description": change["logline"], "scenes": scenes})

    def _scene(self, episode_id: str, old: Scene | None, answer: Mapping[str, Any]) -> Scene:
        if old is None:
            scene_id = self._new_scene_id(episode_id)
            storyboard, clip = self._blank(scene_id)
            return shots.scene_of(answer, scene_id, shots.planned(answer, storyboard, clip))
        storyboard, clip = self._blank(old.id)
        storyboard = next((one for one in old.assets if one.kind is AssetKind.IMAGE), storyboard)
        clip = next((one for one in old.assets if one.kind is AssetKind.VIDEO), clip)
        planned = shots.planned(answer, storyboard, clip)
        rest = [one for one in old.assets if one.id not in (storyboard.id, clip.id)]
        scene = shots.scene_of(answer, old.id, [*planned, *rest])
        return scene.model_copy(update={"transition": old.transition, "metadata": {**old.metadata, **scene.metadata}})

    def _new_scene_id(self, episode_id: str) -> str:
        number = 1
        while (wanted := f"{episode_id[:_LONGEST_STEM]}s{number}") in self._scene_ids:
            number += 1
        self._scene_ids.add(wanted)
        return wanted

    def _blank(self, scene_id: str) -> tuple[Asset, Asset]:
        storyboard = _free(f"{scene_id[:_LONGEST_STEM]}.storyboard", self._asset_ids)
        return shots.blank_assets(storyboard, _free(f"{scene_id[:_LONGEST_STEM]}.clip", self._asset_ids))


def _shown(character: Character, pictures: list[str]) -> Character:
    """The character, whose portrait looks at these pictures from now on."""
    portrait = next((one for one in character.assets if one.kind is AssetKind.IMAGE), None)
    if portrait is None:
        return character
    looking = portrait.model_copy(update={"references": pictures})
    return character.model_copy(update={"assets": [looking if one is portrait else one for one in character.assets]})


def _unworded(asset: Asset) -> Asset:
    """A picture of a character who looks different now is asked for by that look, not by words for the old one."""
    return asset.model_copy(update={"prompt": ""})


def _without_dangling(drama: Drama) -> Drama:
    """The drama with no asset waiting for one that is gone."""
    there = {asset.id for _, asset, _ in assets_with_paths(drama)}
    if all(there.issuperset(asset.depends_on) for _, asset, _ in assets_with_paths(drama)):
        return drama

    def kept(assets: list[Asset]) -> list[Asset]:
        return [one.model_copy(update={"depends_on": [a for a in one.depends_on if a in there]}) for one in assets]

    def scene_kept(scene: Scene) -> Scene:
        return scene.model_copy(update={"assets": kept(scene.assets)})

    return drama.model_copy(
        update={
            "assets": kept(drama.assets),
            "characters": [one.model_copy(update={"assets": kept(one.assets)}) for one in drama.characters],
            "episodes": [
                one.model_copy(update={"assets": kept(one.assets), "scenes": [scene_kept(s) for s in one.scenes]})
                for one in drama.episodes
            ],
        }
    )


def _free(wanted: str, taken: set[str]) -> str:
    """An id that nothing has yet, taken from now on."""
    candidate, number = wanted, 2
    while candidate in taken:
        candidate, number = f"{wanted}.{number}", number + 1
    taken.add(candidate)
    return candidate
