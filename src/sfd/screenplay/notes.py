"""What a reader of the finished page does not see: the boneyard `/* … */` and notes `[[…]]`.

Some notes are directions that SFD understands, such as `[[shot: close-up, low angle, push in, 85mm]]`; all of
them are ordinary notes to every other Fountain program.
"""

import re
from enum import StrEnum

from sfd.screenplay.inline import escape, one_line, plain

PLACEHOLDER = "\0"

_GAP = re.compile(r"\n[ \t]?\n")
_DIRECTION = re.compile(r"(?P<key>[a-z ]{4,12}|[㐀-鿿]{2,4})(?:\s*[:：]\s*(?P<value>.*))?", re.IGNORECASE | re.DOTALL)


class Direction(StrEnum):
    """What a note says. The value is the word it begins with; NOTE is any other note."""

    SHOT = "shot"
    SOUND = "sound"
    CHARACTER = "character"
    IN_FRAME = "in frame"
    CONTINUES = "continues"
    PREMISE = "premise"
    NOTE = "note"


_WORDS = {
    **{direction.value: direction for direction in Direction},
    "camera": Direction.SHOT,
    "镜头": Direction.SHOT,
    "音效": Direction.SOUND,
    "角色": Direction.CHARACTER,
    "人物": Direction.CHARACTER,
    "画面": Direction.IN_FRAME,
    "前提": Direction.PREMISE,
}


def without_boneyard(text: str) -> str:
    """`text` without its `/* … */`, whose line breaks stay so that lines keep their numbers."""
    kept: list[str] = []
    at = 0
    while (start := text.find("/*", at)) >= 0 and (end := text.find("*/", start + 2)) >= 0:
        kept += [text[at:start], "\n" * text.count("\n", start, end)]
        at = end + 2
    return "".join([*kept, text[at:]])


def lift_notes(text: str) -> tuple[str, list[str]]:
    """`text` with `PLACEHOLDER` where each note was, and the notes. A note does not reach over a blank line."""
    kept: list[str] = []
    notes: list[str] = []
    copied = at = 0
    end = -1
    while (start := text.find("[[", at)) >= 0:
        if end < start + 2:
            end = text.find("]]", start + 2)
        if end < 0:
            break
        gap = _GAP.search(text, start, end)
        at = gap.end() if gap else end + 2
        if gap is None:
            kept += [text[copied:start], PLACEHOLDER]
            notes.append(text[start + 2 : end])
            copied = at
    return "".join([*kept, text[copied:]]), notes


def direction_of(note: str) -> tuple[Direction, str]:
    """What a note directs, and the rest of it, still with its escapes."""
    text = one_line(note)
    found = _DIRECTION.fullmatch(text)
    direction = _WORDS.get(found["key"].strip().lower()) if found else None
    if found is None or direction is None:
        return Direction.NOTE, text
    if (found["value"] is None) != (direction is Direction.CONTINUES):
        return Direction.NOTE, text
    return direction, found["value"] or ""


def note(direction: Direction, text: str) -> str:
    """A direction as a note; `text` is already escaped."""
    if direction is Direction.CONTINUES:
        return f"[[{direction}]]"
    shut = " " if text.endswith("]") else ""
    return f"[[{direction}: {text}{shut}]]"


def free_note(text: str) -> str:
    """A note of the writer's own as a note, guarded where it would be taken for a direction."""
    escaped = escape(text)
    if direction_of(escaped) != (Direction.NOTE, escaped):
        return note(Direction.NOTE, escaped)
    return f"[[{escaped}{' ' if escaped.endswith(']') else ''}]]"


def fields_of(value: str) -> list[str]:
    """The parts of `a | b | c` as plain text; a bar inside a part has a backslash before it."""
    return [plain(part.strip()) for part in re.split(r"(?<!\\)\|", value)]


def escape_field(text: str) -> str:
    """Plain text as one part of `a | b | c`."""
    return escape(text).replace("|", "\\|")
