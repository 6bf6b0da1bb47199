"""What one line of Fountain is by itself, whatever stands around it."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from sfd.screenplay.elements import (
    Element,
    PageBreak,
    Paragraph,
    SceneHeading,
    Section,
    Sound,
    Speech,
    Spoken,
    Synopsis,
    Transition,
)
from sfd.screenplay.inline import CJK, one_line, plain
from sfd.screenplay.places import read_heading

LONGEST_CUE = 2_000

_PAGE_BREAK = re.compile(r"={3,}")
_SOUND = re.compile(r"(?:sound effects?|sound|sfx|音效|音乐|声音)\s*[:：]\s*(?P<text>\S.*)", re.IGNORECASE)
_NOT_A_NAME = re.compile(
    r"音效|音乐|声音|字幕|镜头|时间|地点|人物|场景|场次|转场|切至|切到|内景|外景|内|外|注|备注|特写|近景|中景|全景|远景"
    r"|淡入|淡出|黑场|完|剧终|全剧终|第[\d一二三四五六七八九十百]+[集场幕]|[上下]集"
)
_CHINESE_SPEECH = re.compile(
    rf"(?P<name>[\w·]{{0,8}}[{CJK}][\w·]{{0,8}})"
    r"(?:[（(](?P<beside>[^（）()]{1,60})[）)])?\s?[：:]\s*"
    r"(?:[（(](?P<tone>[^（）()]{1,60})[）)])?\s*(?P<text>\S.*)"
)
_CHINESE_NAME = re.compile(rf"(?=.*[{CJK}])[\w·]{{1,6}}")
_EXTENSION = re.compile(r"\s*(?<!\\)[(（]([^()（）]*)(?<!\\)[)）]$")
_DUAL = re.compile(r"\s*(?<!\\)\^$")
_COLON_AT_END = re.compile(r"\s*(?<!\\)[:：]$")
_FADES = frozenset(
    {"FADE IN:", "FADE IN.", "FADE OUT.", "FADE OUT:", "FADE OUT", "FADE TO BLACK.", "FADE TO BLACK:", "FADE TO BLACK"}
    | {"CUT TO BLACK.", "CUT TO BLACK:", "CUT TO BLACK", "SMASH CUT:", "MATCH CUT:", "JUMP CUT:"}
    | {"切至：", "切到：", "转场：", "切至:", "切到:", "转场:", "淡入", "淡出", "淡入：", "淡出：", "黑场"}
)


@dataclass(frozen=True)
class Cue:
    """A line that says who speaks."""

    name: str
    extensions: tuple[str, ...]
    dual: bool


def read_line(text: str, line: int) -> Element | None:
    """The element that a line is wherever it stands outside of dialogue; None for action, cues and `CUT TO:`."""
    for read in _READERS:
        if element := read(text, line):
            return element
    return None


def read_cue(text: str) -> Cue | None:
    """A line as a character cue: forced with `@`, all capitals, or a short name in Chinese characters."""
    forced = text.startswith("@")
    rest = _DUAL.sub("", text.removeprefix("@").strip()) if len(text) <= LONGEST_CUE else text[1:]
    dual = rest != text.removeprefix("@").strip() and len(text) <= LONGEST_CUE
    extensions: list[str] = []
    while len(rest) <= LONGEST_CUE and (found := _EXTENSION.search(rest)):
        extensions.insert(0, plain(one_line(found[1])))
        rest = rest[: found.start()]
    raw = _COLON_AT_END.sub("", rest).strip()
    if not raw or not (forced or _is_name(raw)):
        return None
    return Cue(plain(one_line(raw)), tuple(filter(None, extensions)), dual)


def is_transition(text: str) -> bool:
    """Whether a line, standing alone, says how a scene ends."""
    leads_on = text.endswith(" TO:") and text.upper() == text and len(text) <= LONGEST_CUE
    return text in _FADES or (leads_on and text[0] not in "!@~")


def would_be_misread(text: str) -> bool:
    """Whether a line of action has to be forced with `!` to be read as action."""
    return text[:1] in "!@~" or bool(read_line(text, 0) or is_transition(text) or read_cue(text))


def _is_name(raw: str) -> bool:
    if len(raw) > LONGEST_CUE or ":" in raw:
        return False
    if _CHINESE_NAME.fullmatch(raw):
        return not _NOT_A_NAME.fullmatch(raw)
    return raw == raw.upper() and raw != raw.lower()


def _page_break(text: str, line: int) -> Element | None:
    return PageBreak(line) if _PAGE_BREAK.fullmatch(text) else None


def _section(text: str, line: int) -> Element | None:
    if not text.startswith("#"):
        return None
    title = text.lstrip("#")
    return Section(line, len(text) - len(title), plain(one_line(title)))


def _synopsis(text: str, line: int) -> Element | None:
    return Synopsis(line, plain(one_line(text[1:]))) if text.startswith("=") else None


def _angle(text: str, line: int) -> Element | None:
    if not text.startswith(">"):
        return None
    if text.endswith("<") and len(text) > 1 and not text.endswith("\\<"):
        return Paragraph(line, plain(one_line(text[1:-1])), centred=True)
    return Transition(line, plain(one_line(text[1:])))


def _heading(text: str, line: int) -> Element | None:
    forced = text.startswith(".") and text[1:2].isalnum()
    heading = read_heading(text[1:] if forced else text, forced=forced)
    return SceneHeading(line, heading) if heading else None


def _sound(text: str, line: int) -> Element | None:
    found = _SOUND.fullmatch(text)
    return Sound(line, plain(one_line(found["text"]))) if found else None


def _chinese_speech(text: str, line: int) -> Element | None:
    found = _CHINESE_SPEECH.fullmatch(text)
    if not found or _NOT_A_NAME.fullmatch(found["name"]):
        return None
    beside = (plain(one_line(found["beside"])),) if found["beside"] else ()
    tone = plain(one_line(found["tone"])) if found["tone"] else None
    return Speech(line, found["name"], (Spoken(tone, plain(one_line(found["text"]))),), beside)


_READERS: tuple[Callable[[str, int], Element | None], ...] = (
    _page_break,
    _section,
    _synopsis,
    _angle,
    _heading,
    _sound,
    _chinese_speech,
)
