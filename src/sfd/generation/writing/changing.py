"""Pure: the stages of an improvement. What the feedback touches is named first, and then only that is written anew."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from sfd.domain.models import Drama, Episode, Scene
from sfd.generation.requests import WriteSpec
from sfd.generation.writing import documents, people, shots
from sfd.generation.writing.answers import read_document, refuse
from sfd.generation.writing.digest import digest, heading, person, whole_scene
from sfd.generation.writing.request import (
    Answer,
    StageRequest,
    counted,
    picture_ids,
    pictures_told,
    stage_request,
)
from sfd.generation.writing.shapes import Record
from sfd.generation.writing.source import language_wish
from sfd.generation.writing.templates import chosen, fenced, fenced_json

CHANGES = "changes"
_OWN_LANGUAGE = "the language that the drama is written in"


def episodes_of(spec: WriteSpec, original: Drama) -> int:
    """How many episodes may have to be written: those there are, and those asked for besides."""
    return max(len(original.episodes), spec.episodes or 0)


def changes_request(spec: WriteSpec, original: Drama) -> StageRequest:
    """What the feedback changes, asked with the whole drama."""
    values = {
        "drama": fenced_json("DRAMA", digest(original)),
        "pictures": pictures_told(spec),
        "feedback": fenced("FEEDBACK", spec.feedback),
        "episodes": counted(len(original.episodes)),
        "added": _added(spec, original),
        "language": language_wish(spec.language or original.language, _OWN_LANGUAGE),
    }
    return stage_request("changes", _changes_shape(spec, original), values, picture_ids(spec))


def read_changes(spec: WriteSpec, original: Drama, text: str) -> Answer:
    """What is changed, when it leaves nothing behind that refers to what is gone.

    Raises:
        BadAnswer: what is missing, wrong, named twice, or would be left dangling.
    """
    changes = read_document(_changes_shape(spec, original), text)
    problems: list[str] = []
    changes["language"] = spec.language or changes["language"] or original.language
    if changes["language"]:
        shots.check_language(changes, "language", problems)
    _check_people(spec, original, changes, problems)
    _check_episodes(spec, original, changes, problems)
    refuse(problems)
    return changes


def touched(changes: Answer, number: int) -> Mapping[str, Any] | None:
    """What is said of an episode, None when it stays as it is."""
    return next((one for one in changes["episodes"] if one["number"] == number), None)


def rewriting_request(original: Drama, changes: Answer, number: int) -> StageRequest | None:
    """The change of one episode; None when it stays as it is or goes."""
    change = touched(changes, number)
    if change is None or change["action"] == "remove":
        return None
    episode = _episode_at(original, number)
    values = {
        "drama": fenced_json("DRAMA", _short(original, changes)),
        "episode": fenced_json(
            "THE EPISODE AS IT IS",
            {
                "title": episode.title,
                "logline": episode.description,
                "scenes": [whole_scene(one) for one in episode.scenes],
            },
        ),
        "change": fenced_json("CHANGE", chosen(change, "title", "logline", "change")),
        "number": str(number),
        "total": str(max(len(original.episodes), number)),
        "language": language_wish(changes["language"], _OWN_LANGUAGE),
        "shortest": f"{documents.SHORTEST_SCENE:g}",
        "longest": f"{documents.LONGEST_SCENE:g}",
    }
    return stage_request("rewrite", _rewritten_shape(original, changes, number), values)


def read_rewriting(original: Drama, changes: Answer, number: int, text: str) -> Answer:
    """An episode's scenes in order, and those that change, when every id resolves.

    Raises:
        BadAnswer: what is missing, wrong, dangling or there twice.
    """
    answer = read_document(_rewritten_shape(original, changes, number), text)
    problems: list[str] = []
    scenes = {one.id: one for one in _episode_at(original, number).scenes}
    written = [one["id"] for one in answer["scenes"]]
    order = cast("list[str]", answer["order"])
    problems += [f"order names {one!r} twice; every scene stands there once." for one in _twice(order)]
    problems += [f"scenes has {one!r} twice; write every scene once." for one in _twice(written)]
    problems += [
        f"scenes has {one!r}, which order does not name; put it into order." for one in written if one not in order
    ]
    gone = set(changes["removed_characters"])
    for one in order:
        if one in written:
            continue
        if one not in scenes:
            problems.append(f"order names {one!r}, which is neither a scene of the episode nor written in scenes.")
        elif missing := gone & named_in(scenes[one]):
            problems.append(f"order keeps {one!r}, in which {min(missing)!r} appears, who is gone; write it anew.")
    shots.check_scenes(answer["scenes"], changes["language"], "scenes", problems)
    refuse(problems)
    for scene in answer["scenes"]:
        scene["continues"] = scene["continues"] and scene["id"] != order[0]
    return answer


def cast_after(original: Drama, changes: Answer) -> list[dict[str, Any]]:
    """Everybody in the drama after the change, as answers have them."""
    changed = {one["id"]: one for one in changes["changed_characters"]}
    kept = [one for one in original.characters if one.id not in changes["removed_characters"]]
    return [*(changed.get(one.id) or person(one) for one in kept), *changes["new_characters"]]


def named_in(scene: Scene) -> set[str]:
    """Ids of everybody that a scene refers to."""
    back = {scene.shot.over_shoulder} if scene.shot.over_shoulder else set[str]()
    return {*scene.characters, *(one.character_id for one in scene.dialogue), *back}


def _changes_shape(spec: WriteSpec, original: Drama) -> Record:
    episodes = episodes_of(spec, original)
    ids = [one.id for one in original.characters]
    return documents.changes_shape(ids, episodes, episodes - len(original.episodes), len(spec.references))


def _rewritten_shape(original: Drama, changes: Answer, number: int) -> Record:
    ids = [one["id"] for one in cast_after(original, changes)]
    return documents.rewritten_shape(ids, len(_episode_at(original, number).scenes))


def _added(spec: WriteSpec, original: Drama) -> str:
    there = len(original.episodes)
    if spec.episodes is None or spec.episodes == there:
        return "; none can be added"
    if spec.episodes < there:
        return f"; it shall have {spec.episodes}: remove {counted(there - spec.episodes)}"
    new = ", ".join(str(one) for one in range(there + 1, spec.episodes + 1))
    return f"; it shall have {spec.episodes}: name the new ones too, with the action rewrite (number {new})"


def _check_people(spec: WriteSpec, original: Drama, changes: dict[str, Any], problems: list[str]) -> None:
    changed = [one["id"] for one in changes["changed_characters"]]
    gone = cast("list[str]", changes["removed_characters"])
    problems += [f"changed_characters has {one!r} twice." for one in _twice(changed)]
    problems += [f"{one!r} is changed and removed; do one of the two." for one in changed if one in gone]
    changes["removed_characters"] = list(dict.fromkeys(gone))
    people.with_ids(changes["new_characters"], [one.id for one in original.characters], "new_characters", problems)
    others = [one.name for one in original.characters if one.id not in gone and one.id not in changed]
    named = [*changes["changed_characters"], *changes["new_characters"]]
    people.check_names(named, "changed_characters and new_characters, entry", problems, others)
    known = {one.name.strip().casefold() for one in original.characters}
    sent = [
        one if one.character.strip().casefold() not in known else one.model_copy(update={"character": ""})
        for one in spec.references
    ]
    people.check_pictures(named, sent, "changed_characters and new_characters, entry", problems)


def _check_episodes(spec: WriteSpec, original: Drama, changes: Answer, problems: list[str]) -> None:
    there = len(original.episodes)
    listed = cast("list[dict[str, Any]]", changes["episodes"])
    numbers = [one["number"] for one in listed]
    removed = [one["number"] for one in listed if one["action"] == "remove"]
    problems += [f"episodes has number {one} twice; name every episode once." for one in _twice(numbers)]
    total = episodes_of(spec, original)
    problems += [
        f"episodes must have number {one}, with the action rewrite: it is new."
        for one in range(there + 1, total + 1)
        if one not in numbers or one in removed
    ]
    left = total - len(set(removed))
    if left < 1:
        problems.append("episodes removes every episode; leave at least one.")
    if spec.episodes and left != spec.episodes:
        problems.append(f"{counted(left)} would be left; {spec.episodes} are asked for.")
    gone = set(changes["removed_characters"])
    for number, episode in enumerate(original.episodes, 1):
        missing = {one for scene in episode.scenes for one in named_in(scene)} & gone
        if missing and number not in numbers:
            problems.append(f"{min(missing)!r} is removed but appears in episode {number}; name that episode too.")
    _check_translation(original, changes, numbers, problems)


def _check_translation(original: Drama, changes: Answer, numbers: Sequence[int], problems: list[str]) -> None:
    before, after = (one.lower().split("-")[0] for one in (original.language, changes["language"]))
    missing = [number for number in range(1, len(original.episodes) + 1) if number not in numbers]
    if before and before != after and missing:
        problems.append(f"The language becomes {after}: name every episode; {missing[0]} is missing.")


def _short(original: Drama, changes: Answer) -> dict[str, Any]:
    """The drama after the change without its scenes, for the one who writes an episode of it."""
    episodes = [
        touched(changes, number) or {"number": number, "title": one.title, "logline": one.description}
        for number, one in enumerate(original.episodes, 1)
    ]
    kept = [chosen(one, "number", "title", "logline") for one in episodes if one.get("action") != "remove"]
    locations = {scene.location for one in original.episodes for scene in one.scenes if scene.location}
    said = chosen(changes, "title", "logline", "style", "language")
    return {
        **heading(original),
        **{name: value for name, value in said.items() if value is not None},
        "characters": cast_after(original, changes),
        "locations": sorted(locations),
        "episodes": kept,
    }


def _episode_at(original: Drama, number: int) -> Episode:
    """An episode by its number; an empty one where it is yet to be written."""
    return original.episodes[number - 1] if number <= len(original.episodes) else Episode(id="new")


def _twice(names: Sequence[Any]) -> list[Any]:
    return list(dict.fromkeys(one for position, one in enumerate(names) if one in names[:position]))
