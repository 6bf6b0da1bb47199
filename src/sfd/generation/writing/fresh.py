"""Pure: the stages of a new drama. The bible, the outline, the episodes; and the drama that they make together."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, cast

from sfd.domain.models import COMPOSED, Asset, AssetKind, Drama, Episode, Scene
from sfd.domain.planned_assets import with_planned_assets
from sfd.generation.requests import WriteSpec
from sfd.generation.writing import documents, people, shots
from sfd.generation.writing.answers import read_document, refuse
from sfd.generation.writing.request import (
    Answer,
    StageRequest,
    counted,
    picture_ids,
    pictures_told,
    stage_request,
)
from sfd.generation.writing.shapes import Record
from sfd.generation.writing.source import language_wish, source_of
from sfd.generation.writing.templates import PROMPTS_VERSION, chosen, fenced, fenced_json

BIBLE, OUTLINE = "bible", "outline"
MANY_EPISODES = 20
_OWN_LANGUAGE = "the language that the premise is written in, unless the premise itself asks for another"


def bible_request(spec: WriteSpec) -> StageRequest:
    """Who and where, from the premise and the pictures that came with it."""
    values = {
        "episodes": counted(source_of(spec).episodes),
        "language": language_wish(spec.language, _OWN_LANGUAGE),
        "style": "Visual style that is wished for:\n" + fenced("STYLE", spec.style) if spec.style.strip() else "",
        "pictures": pictures_told(spec),
        "premise": fenced("PREMISE", spec.premise),
    }
    return stage_request("bible", documents.bible_shape(len(spec.references)), values, picture_ids(spec))


def read_bible(spec: WriteSpec, text: str) -> Answer:
    """A bible with ids of our making.

    Raises:
        BadAnswer: what is missing, wrong or named twice.
    """
    bible = read_document(documents.bible_shape(len(spec.references)), text)
    problems: list[str] = []
    bible["language"] = spec.language or bible["language"]
    shots.check_language(bible, "language", problems)
    shots.check_script(bible["title"] + bible["logline"], bible["language"], "logline", problems)
    people.with_ids(bible["characters"], (), "characters", problems)
    people.check_names(bible["characters"], "characters", problems)
    people.check_names(bible["locations"], "locations", problems)
    people.check_pictures(bible["characters"], spec.references, "characters", problems)
    refuse(problems)
    if not any(one["main"] for one in bible["characters"]):
        bible["characters"][0]["main"] = True
    return bible


def outline_request(spec: WriteSpec, answers: Mapping[str, Answer]) -> StageRequest:
    """The story in episodes, from the bible and the premise, or the passages of a long one."""
    source, bible = source_of(spec), answers[BIBLE]
    told = [fenced(f"PASSAGE {number}", one) for number, one in enumerate(source.passages, 1)]
    each = "Episode 1 tells passage 1, and so on: keep to what happens there, and to its order."
    values = {
        "bible": fenced_json("BIBLE", bible),
        "premise": "" if told else fenced("PREMISE", spec.premise),
        "beats": "2 to 4, in a dozen words at most," if source.episodes > MANY_EPISODES else "3 to 6",
        "episodes": counted(source.episodes),
        "language": bible["language"],
        "passages": "\n".join([each, *told]) if told else "",
    }
    return stage_request("outline", documents.outline_shape(source.episodes), values)


def read_outline(spec: WriteSpec, answers: Mapping[str, Answer], text: str) -> Answer:
    """An outline with every episode once, in order.

    Raises:
        BadAnswer: what is missing, wrong or there twice.
    """
    outline = read_document(documents.outline_shape(source_of(spec).episodes), text)
    episodes = cast("list[dict[str, Any]]", outline["episodes"])
    numbers = [one["number"] for one in episodes]
    problems = [
        f"episodes[{position}].number is {number}, which stands there twice; number the episodes 1 to {len(episodes)}."
        for position, number in enumerate(numbers)
        if number in numbers[:position]
    ]
    told = " ".join(one["logline"] for one in episodes)
    shots.check_script(told, answers[BIBLE]["language"], "episodes: every logline", problems)
    refuse(problems)
    return {"episodes": sorted(episodes, key=lambda one: one["number"])}


def episode_request(spec: WriteSpec, answers: Mapping[str, Answer], number: int) -> StageRequest:
    """The scenes of one episode. What all episodes are sent alike comes first, where vendors keep it in a cache."""
    source, bible = source_of(spec), answers[BIBLE]
    passage = source.passages[number - 1] if source.passages else ""
    entries = cast("list[dict[str, Any]]", answers[OUTLINE]["episodes"])
    values = {
        "bible": fenced_json("BIBLE", bible),
        "outline": fenced_json("OUTLINE", [chosen(one, "number", "title", "logline") for one in entries]),
        "entry": fenced_json("THIS EPISODE", _with_neighbours(entries, number)),
        "text": _text_of(spec, passage),
        "number": str(number),
        "total": str(source.episodes),
        "language": bible["language"],
        "shortest": f"{documents.SHORTEST_SCENE:g}",
        "longest": f"{documents.LONGEST_SCENE:g}",
    }
    return stage_request("episode", _episode_shape(bible), values)


def read_episode(answers: Mapping[str, Answer], text: str) -> Answer:
    """The scenes of an episode, with everybody in it known and every line spoken in its time.

    Raises:
        BadAnswer: what is missing, wrong or too long.
    """
    bible = answers[BIBLE]
    episode = read_document(_episode_shape(bible), text)
    problems: list[str] = []
    shots.check_scenes(episode["scenes"], bible["language"], "scenes", problems)
    refuse(problems)
    episode["scenes"][0]["continues"] = False
    return episode


def assembled(spec: WriteSpec, drama_id: str, answers: Mapping[str, Answer], default_seconds: float) -> Drama:
    """The drama that bible, outline and episodes make."""
    bible, outline = answers[BIBLE], answers[OUTLINE]
    episodes = [_episode(entry, answers[f"episode-{entry['number']}"]) for entry in outline["episodes"]]
    drama = Drama(
        id=drama_id,
        title=bible["title"],
        description=bible["logline"],
        premise=spec.premise,
        language=bible["language"],
        style=spec.style or bible["visual_style"],
        characters=[people.character_of(one, spec.references, f"{one['id']}.portrait") for one in bible["characters"]],
        episodes=episodes,
        assets=_places(bible["locations"], episodes),
        metadata={
            "writer": "stages",
            "prompts_version": PROMPTS_VERSION,
            "tone": bible["tone"],
            "locations": bible["locations"],
        },
    )
    return with_planned_assets(drama, default_seconds)


def _places(locations: Sequence[Mapping[str, Any]], episodes: Sequence[Episode]) -> list[Asset]:
    """A picture of each place that is seen more than once, so that it looks the same every time."""
    seen = Counter(scene.location for episode in episodes for scene in episode.scenes)
    return [
        Asset(
            id=f"place-{number}",
            kind=AssetKind.IMAGE,
            prompt=one["look"],
            metadata={"location": one["name"], COMPOSED: True},
        )
        for number, one in enumerate(locations, 1)
        if seen[one["name"]] > 1
    ]


def _episode_shape(bible: Answer) -> Record:
    return documents.episode_shape(
        [one["id"] for one in bible["characters"]], [one["name"] for one in bible["locations"]]
    )


def _with_neighbours(entries: Sequence[dict[str, Any]], number: int) -> dict[str, Any]:
    own = entries[number - 1]
    before = chosen(entries[number - 2], "cliffhanger", "end") if number > 1 else None
    after = chosen(entries[number], "hook", "start") if number < len(entries) else None
    return {"episode_before": before, "this_episode": own, "episode_after": after}


def _text_of(spec: WriteSpec, passage: str) -> str:
    if not passage:
        return "The premise that all of it comes from:\n" + fenced("PREMISE", spec.premise)
    return "The passage that this episode tells; use its events, and its lines where they can be spoken:\n" + fenced(
        "PASSAGE", passage
    )


def _episode(entry: Mapping[str, Any], answer: Answer) -> Episode:
    episode_id = f"e{entry['number']}"
    return Episode(
        id=episode_id,
        title=entry["title"],
        description=entry["logline"],
        premise="\n".join([entry["hook"], *entry["beats"], entry["cliffhanger"]]),
        scenes=[_scene(one, f"{episode_id}s{number}") for number, one in enumerate(answer["scenes"], 1)],
        metadata=chosen(entry, "hook", "cliffhanger", "start", "end"),
    )


def _scene(answer: Mapping[str, Any], scene_id: str) -> Scene:
    storyboard, clip = shots.blank_assets(f"{scene_id}.storyboard", f"{scene_id}.clip")
    return shots.scene_of(answer, scene_id, shots.planned(answer, storyboard, clip))
