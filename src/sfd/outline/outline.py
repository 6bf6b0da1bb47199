"""The outline writer: a premise becomes a whole short drama, without a model, the same one every time."""

import hashlib
import json
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from sfd.domain.errors import Fault, InvalidInput
from sfd.domain.models import MAX_PREMISE_CHARACTERS, Drama, Episode
from sfd.outline import cast_data_zh as data_zh
from sfd.outline.arc import arc
from sfd.outline.casting import Cast, cast_for, characters
from sfd.outline.directions import check_episodes, episodes_wanted, without_directions
from sfd.outline.foreign import language_of, read_foreign
from sfd.outline.kinds import KINDS
from sfd.outline.reading import Reading
from sfd.outline.reading_en import read_english
from sfd.outline.reading_zh import read_chinese
from sfd.outline.scenes import Stage, scenes_of
from sfd.outline.script_zh import is_traditional, to_simplified, to_traditional
from sfd.outline.slots import english_slots, fill
from sfd.outline.slots_zh import chinese_slots, fill_chinese
from sfd.outline.stories import Sequence, sequences

DEFAULT_EPISODES = 2
MAX_SCENES = 12
LONGEST_SETTING = 300
_NOBODYS = frozenset({"inspector", "stranger", "suspect", "mayor", "chief"})


@dataclass(frozen=True)
class _Script:
    reading: Reading
    cast: Cast
    chinese: bool
    language: str
    sheet: tuple[Sequence, ...]

    @property
    def fill(self) -> Callable[[str, Mapping[str, str]], str]:
        return fill_chinese if self.chinese else fill

    def slots(self, episode: int) -> dict[str, str]:
        return (chinese_slots if self.chinese else english_slots)(self.reading, self.cast, episode)


def outline_drama(
    premise: str,
    *,
    drama_id: str,
    episodes: int | None = None,
    language: str = "",
    style: str = "",
    scenes_per_episode: int = 6,
) -> Drama:
    """A drama built from the premise's own words: cast, episodes and scenes, no planned assets.

    Args:
        premise: what the drama is about, in any language, with or without directions such as "two episodes".
        drama_id: the drama's id.
        episodes: how many; wins over what the premise says. Neither: DEFAULT_EPISODES.
        language: BCP 47 language to write in; Chinese and English are spoken, any other gives English. Empty: the
            premise's own.
        style: the visual style, handed on.
        scenes_per_episode: shots of an episode, 1 to MAX_SCENES.

    Raises:
        InvalidInput: the premise is empty, has no letter, holds control characters or is too long; a number is
            outside its limits.
    """
    _check(premise, language, style, scenes_per_episode)
    count = check_episodes(episodes, "/episodes") if episodes is not None else episodes_wanted(premise)
    count = count or DEFAULT_EPISODES
    seed = hashlib.sha256(f"{premise}\x1f{language}\x1f{style}".encode()).digest()
    rng = Random(int.from_bytes(seed, "big"))
    script = _script(premise, language, count, rng)
    drama = Drama(
        id=drama_id,
        title=_title(script),
        description=_logline(script),
        premise=premise,
        language=script.language,
        style=style,
        characters=characters(script.cast, _roles(script.sheet), script.reading, script.chinese, rng),
        episodes=_episodes(script, scenes_per_episode),
        metadata=_metadata(script, language),
    )
    return _traditional(drama) if script.language == "zh-Hant" else drama


def _check(premise: str, language: str, style: str, scenes: int) -> None:
    if not premise.strip():
        _refuse("/premise", "The premise is empty. Say in a sentence what the drama is about.")
    if len(premise) > MAX_PREMISE_CHARACTERS:
        _refuse("/premise", f"The premise is longer than {MAX_PREMISE_CHARACTERS} characters. Shorten it.")
    if any(unicodedata.category(c) in {"Cc", "Cs"} and c not in "\t\n\r" for c in premise):
        _refuse("/premise", "The premise holds control characters. Send plain text.")
    if not any(c.isalpha() for c in premise):
        _refuse("/premise", "The premise has no words. Say in a sentence what the drama is about.")
    for pointer, setting in (("/language", language), ("/style", style)):
        if len(setting) > LONGEST_SETTING:
            _refuse(pointer, f"`{pointer[1:]}` is longer than {LONGEST_SETTING} characters. Shorten it.")
    if not 1 <= scenes <= MAX_SCENES:
        _refuse("/scenes_per_episode", f"An episode has 1 to {MAX_SCENES} scenes, {scenes} were asked for.")


def _refuse(pointer: str, detail: str) -> None:
    raise InvalidInput(detail, [Fault(pointer, detail)])


def _script(premise: str, language: str, count: int, rng: Random) -> _Script:
    story = without_directions(premise)
    spoken = language_of(story)
    wanted = language.lower().split("-")[0] if language else ""
    chinese = wanted in {"zh", "cmn", "yue"} or (not wanted and spoken == "zh")
    reading = _reading(story, spoken, chinese)
    engine = data_zh.engine(reading.engine) if chinese else reading.engine
    kind = data_zh.KINDS[engine] if chinese else KINDS[engine]
    sheet = tuple(arc(sequences(chinese), engine, kind.period, count, rng))
    cast = cast_for(reading, chinese, "V" in _roles(sheet), rng)
    return _Script(reading, cast, chinese, _written_in(premise, language, chinese), sheet)


def _reading(story: str, spoken: str, chinese: bool) -> Reading:
    if spoken == "zh":
        reading = read_chinese(to_simplified(story))
        return reading if chinese else _quoted(reading, "“{}”")
    if spoken == "en":
        reading = read_english(story)
        return _quoted(reading, "“{}”") if chinese else reading
    return read_foreign(story)


def _quoted(reading: Reading, quotes: str) -> Reading:
    """A reading as the other language can use it: its thing in quotes, none of its grammar."""
    return replace(
        reading,
        role="",
        owned=False,
        thing=quotes.format(reading.thing) if reading.thing else "",
        props=tuple(quotes.format(prop) for prop in reading.props),
        theme="",
        fact=None,
        deed=None,
        people=(),
        pair="",
        place="",
    )


def _roles(sheet: tuple[Sequence, ...]) -> tuple[str, ...]:
    beats = [beat for sequence in sheet for beat in sequence.beats]
    text = " ".join(f"{beat.action} {' '.join(line.text for line in beat.lines)}" for beat in beats)
    text += " ".join(f"{sequence.title} {sequence.summary}" for sequence in sheet)
    seen = {role for beat in beats for role in (*beat.who, *(line.role for line in beat.lines))}
    return tuple(role for role in "HFAEV" if role in seen | {"H", "F"} or f"{{{role}}}" in text)


def _written_in(premise: str, language: str, chinese: bool) -> str:
    if not chinese:
        return language if language.lower().split("-")[0] == "en" else "en"
    parts = set(language.lower().split("-"))
    if parts & {"hant", "tw", "hk", "mo"}:
        return "zh-Hant"
    simplified = parts & {"hans", "cn", "sg"} or not is_traditional(premise)
    return "zh-Hans" if simplified else "zh-Hant"


def _title(script: _Script) -> str:
    title = script.reading.title
    if script.reading.hero_name and script.reading.hero_name not in title and not script.chinese:
        return title[:200]
    return title[:200] or script.reading.core[:60]


def _logline(script: _Script) -> str:
    slots = script.slots(0)
    core = script.reading.core[:600].rstrip(" ,;:，、；：")
    if script.chinese:
        rivals = f"{slots['role']}{slots['H']}，对上{script.cast['F'].relation}{slots['F']}"
        return f"{core}。{rivals}：{slots['thing']}的背后，没有一个人是无辜的。"
    foe = next((person for person in script.reading.people if person.noun == script.cast["F"].relation), None)
    apart = (foe and not foe.owned) or script.cast["F"].relation in _NOBODYS
    whose = "the" if apart else "their" if script.reading.pair else slots["his"]
    who = "{H} and {A} have" if script.reading.pair else "{H}, the {role}, has"
    rest = (
        who
        + " to face {F}, "
        + whose
        + " {f_rel}, before {the_thing} cost{s} "
        + ("them" if script.reading.pair else "{him}")
        + " everything."
    )
    return f"{core[:1].upper()}{core[1:]}. {fill(rest, slots)}"


def _episodes(script: _Script, scenes: int) -> list[Episode]:
    places = (
        data_zh.KINDS[data_zh.engine(script.reading.engine)] if script.chinese else KINDS[script.reading.engine]
    ).places
    stage = Stage(script.cast, script.chinese, places, script.reading.place, script.reading.time)
    made: list[Episode] = []
    for number, sequence in enumerate(script.sheet, 1):
        slots = script.slots(number - 1)
        summary = script.fill(sequence.summary, slots)
        before = sum(other.title == sequence.title for other in script.sheet[: number - 1])
        title = script.fill(sequence.title, slots) + (f" ({before + 1})" if before else "")
        head = (
            f"第{number}集，共{len(script.sheet)}集："
            if script.chinese
            else f"Episode {number} of {len(script.sheet)}: "
        )
        made.append(
            Episode(
                id=f"e{number}",
                title=title,
                description=summary,
                premise=head + summary,
                scenes=scenes_of(sequence, number, len(script.sheet), scenes, slots, stage),
                metadata={"phase": sequence.phase},
            )
        )
    return made


def _metadata(script: _Script, language: str) -> dict[str, str]:
    note = (
        "A deterministic outline built from the premise's own words and ready-made story sheets, without a language "
        "model: good for planning and a preview, not a finished screenplay."
    )
    if not script.chinese and language_of(without_directions(script.reading.story)) != "en":
        note += " The outline writes English and Chinese only, so it is in English and quotes the premise's own words."
    told = {"writer": "outline", "note": note, "kind": script.reading.engine}
    return told | ({"requested_language": language} if language and language != script.language else {})


def _traditional(drama: Drama) -> Drama:
    kept = {"premise": drama.premise, "style": drama.style, "metadata": drama.metadata}
    written = json.loads(drama.model_dump_json(), object_hook=lambda fields: _respelled(fields, drama.premise))
    return Drama.model_validate(written).model_copy(update=kept)


def _respelled(fields: dict[str, Any], premise: str) -> dict[str, Any]:
    return {name: to_traditional(value, premise) if isinstance(value, str) else value for name, value in fields.items()}
