"""Scene headings: inside or outside, where, and at what time of day."""

import re
from dataclasses import dataclass

from sfd.domain.models import Setting
from sfd.screenplay.inline import CJK, escape, one_line, plain

DEFAULT_TIME = "DAY"

_SETTINGS: dict[str, Setting] = {
    "int": "INT",
    "ext": "EXT",
    "est": "EXT",
    "int/ext": "INT/EXT",
    "ext/int": "INT/EXT",
    "i/e": "INT/EXT",
    "e/i": "INT/EXT",
    "内": "INT",
    "内景": "INT",
    "外": "EXT",
    "外景": "EXT",
    "内外": "INT/EXT",
    "内外景": "INT/EXT",
    "内/外": "INT/EXT",
    "内/外景": "INT/EXT",
}
_PREFIX = {"INT": "INT.", "EXT": "EXT.", "INT/EXT": "INT./EXT."}
_LATIN = re.compile(
    r"(?P<kind>(?i:int\.?\s?/\s?ext|ext\.?\s?/\s?int|i\.?/e|e\.?/i|int|ext|est)\.(?!/)"
    r"|(?:INT\.?/EXT|EXT\.?/INT|I/E|E/I|INT|EXT|EST)(?=\s))\s*(?P<body>.*)"
)
_NUMBERING = r"(?:第[\d一二三四五六七八九十百]{1,6}[场幕]|场景?\s?\d{1,4}|\d{1,4}(?:[-－.]\d{1,4}){0,2})"
_CHINESE = re.compile(
    rf"(?:(?P<number>{_NUMBERING})[\s.、．:：]*)?"
    r"(?P<kind>内外景|内/外景|内景|外景|内外|内/外|内|外)(?:[.．。:：、]\s*|\s+)(?P<body>\S.*)"
)
_CHINESE_LIST = re.compile(rf"(?P<number>{_NUMBERING})[\s.、．:：]+(?P<body>\S.*)")
_DASH = re.compile(r"(?:^|\s)[-–—](?=\s|$)")
_LONE_DASH = re.compile(r"(?:(?<=\s)|^)[-–—](?=\s|$)")
_CHINESE_TIMES = (
    "深夜|午夜|半夜|夜晚|傍晚|清晨|凌晨|早晨|上午|中午|下午|黄昏|白天|夜里|夜间|日出|日落|晚上|夜|日|晨|晚|昏|黎明"
)
_TIME_AT_END = re.compile(rf"(?P<location>.*[^\s，、,\-–—])[\s，、,\-–—]+(?P<time>{_CHINESE_TIMES})")
_CHINESE_TIME = re.compile(_CHINESE_TIMES)
_KNOWN_TIMES = frozenset(
    {"day", "night", "morning", "evening", "afternoon", "noon", "midday", "midnight"}
    | {"dawn", "dusk", "sunset", "sunrise", "twilight"}
)
_TIME_NOTES = frozenset(
    {"continuous", "continuing", "later", "moments later", "a moment later", "seconds later", "minutes later"}
    | {"same", "same time", "the same", "连续", "接上", "接上场", "稍后", "同时", "片刻后"}
)
_NUMBER_AT_END = re.compile(r"\s*#([\w.\-]+)#$")
_CJK_CHARACTER = re.compile(f"[{CJK}]")


@dataclass(frozen=True)
class Place:
    """Where and when a scene plays."""

    setting: Setting
    location: str
    time_of_day: str


@dataclass(frozen=True)
class Heading:
    """A scene heading as it stands: a `setting` that is not said is None, as is a time."""

    setting: Setting | None
    location: str
    time: str | None
    number: str = ""


def read_heading(text: str, *, forced: bool = False) -> Heading | None:
    """A line as a scene heading, or None when it is none. A forced one may lack its INT. or EXT."""
    line, number = _without_number(text)
    found = _LATIN.fullmatch(line) or (_CHINESE.fullmatch(line) if _CJK_CHARACTER.search(line[:40]) else None)
    if found:
        kind = one_line(found["kind"]).lower().replace(".", "").replace(" ", "")
        return _heading(_SETTINGS[kind], found["body"], number or found.groupdict().get("number") or "")
    listed = _CHINESE_LIST.fullmatch(line)
    if listed and (heading := _from_list(listed["body"], number or listed["number"])):
        return heading
    return _heading(None, line, number) if forced else None


def settle(location: str, time: str, previous_time: str) -> tuple[str, str, str]:
    """Location, real time of day, and the word that stood in for it.

    CONTINUOUS, LATER and the like are no time of day: the one before them in the heading counts, or else the
    time of the scene before. Any other time is returned as it is, with an empty word.
    """
    if not is_time_note(time):
        return location, time, ""
    dashes = list(_DASH.finditer(location))
    if dashes and is_known_time(location[dashes[-1].end() :]):
        return location[: dashes[-1].start()].strip(), location[dashes[-1].end() :].strip(), time
    return location, previous_time, time


def is_time_note(word: str) -> bool:
    """Whether a time of day only says how it follows on the scene before."""
    return word.rstrip(".").casefold() in _TIME_NOTES


def is_known_time(word: str) -> bool:
    """Whether this is a time of day beyond doubt."""
    return word.strip().casefold() in _KNOWN_TIMES or bool(_CHINESE_TIME.fullmatch(word.strip()))


def is_number(text: str) -> bool:
    """Whether `text` can be a scene number."""
    return bool(re.fullmatch(r"[\w.\-]+", text))


def heading_line(place: Place, time_note: str = "", number: str = "") -> str:
    """A place as a scene heading that `read_heading` and `settle` read back as it was."""
    location = escape(place.location).replace("#", "\\#")
    time = _LONE_DASH.sub(r"\\\g<0>", escape(place.time_of_day).replace("#", "\\#"))
    parts = [_PREFIX[place.setting], location, "-", time, *(["-", time_note] if time_note else [])]
    return " ".join([*(part for part in parts if part), *([f"#{number}#"] if number else [])])


def _without_number(text: str) -> tuple[str, str]:
    line = text.strip()
    found = _NUMBER_AT_END.search(line, max(0, len(line) - 100))
    return (line[: found.start()], found[1]) if found else (line, "")


def _heading(setting: Setting | None, body: str, number: str) -> Heading:
    dashes = list(_DASH.finditer(body))
    if dashes:
        location, time = body[: dashes[-1].start()], body[dashes[-1].end() :]
        return Heading(setting, plain(one_line(location)), plain(one_line(time)), number)
    at_end = _TIME_AT_END.fullmatch(body.strip())
    if at_end:
        return Heading(setting, plain(one_line(at_end["location"])), at_end["time"], number)
    return Heading(setting, plain(one_line(body)), None, number)


def _from_list(body: str, number: str) -> Heading | None:
    """`1-1 办公室 日 内`, as Chinese screenplays list place, time and inside or outside in any order."""
    words = body.replace("，", " ").replace("、", " ").split()
    kind = next((word for word in words if word in _SETTINGS and not word.isascii()), None)
    if kind is None:
        return None
    time = next((word for word in words if _CHINESE_TIME.fullmatch(word)), None)
    location = [word for word in words if word not in {kind, time}]
    return Heading(_SETTINGS[kind], plain(" ".join(location)), time, number)
