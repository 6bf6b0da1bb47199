"""The stories an outline is built from, and how they are written down.

A story sheet is text in a small notation, one sequence (an episode of six shots) after another:

    == engine phase | episode title | what happens
    # beat place[@time] size move [angle] [os=Role] | who is in the picture | sound
    What is seen.
    Role (tone): What is said.

`engine` is the kind of story, `any` for all of them, `modern` for all that play today. Places are A, B and C of
the drama. Roles: H hero, F the one against or beside them, A ally, E elder, V the thing's own voice. Words in
braces are slots, filled by `sfd.outline.slots`.
"""

import functools
import re
from dataclasses import dataclass

from sfd.domain.models import Angle, CameraMove, ShotSize
from sfd.outline.stories import en_between, en_duty, en_heart, en_rooms, en_wonder, zh_between, zh_heart, zh_wonder

SIZES = {
    "ecu": ShotSize.EXTREME_CLOSE_UP,
    "cu": ShotSize.CLOSE_UP,
    "mcu": ShotSize.MEDIUM_CLOSE_UP,
    "ms": ShotSize.MEDIUM,
    "mls": ShotSize.MEDIUM_LONG,
    "ws": ShotSize.WIDE,
    "ews": ShotSize.EXTREME_WIDE,
}
MOVES = {
    "static": CameraMove.STATIC,
    "in": CameraMove.PUSH_IN,
    "out": CameraMove.PULL_OUT,
    "left": CameraMove.PAN_LEFT,
    "right": CameraMove.PAN_RIGHT,
    "up": CameraMove.TILT_UP,
    "down": CameraMove.TILT_DOWN,
    "hand": CameraMove.HANDHELD,
}
ANGLES = {angle.value: angle for angle in Angle}
_LINE = re.compile(r"^([HFAEV]) \(([^)]*)\): (.+)$")


@dataclass(frozen=True)
class Spoken:
    """A line before its slots are filled."""

    role: str
    tone: str
    text: str


@dataclass(frozen=True)
class Beat:
    """A shot before its slots are filled. `over` is the role whose back is in the foreground, or empty."""

    name: str
    place: str
    time: str
    size: ShotSize
    move: CameraMove
    angle: Angle
    over: str
    who: tuple[str, ...]
    sound: str
    action: str
    lines: tuple[Spoken, ...]


@dataclass(frozen=True)
class Sequence:
    """An episode before its slots are filled."""

    engine: str
    phase: str
    title: str
    summary: str
    beats: tuple[Beat, ...]


@functools.cache
def sequences(chinese: bool) -> tuple[Sequence, ...]:
    """Every sequence written in Chinese, or in English."""
    sheets = (
        (zh_wonder.SHEET, zh_heart.SHEET, zh_between.SHEET)
        if chinese
        else (en_wonder.SHEET, en_heart.SHEET, en_duty.SHEET, en_rooms.SHEET, en_between.SHEET)
    )
    return tuple(_sequence(block) for sheet in sheets for block in sheet.split("== ")[1:])


def _sequence(block: str) -> Sequence:
    head, *beats = block.split("\n# ")
    kind, title, summary = (part.strip() for part in head.split("|"))
    engine, phase = kind.split()
    return Sequence(engine, phase, title, summary, tuple(_beat(beat) for beat in beats))


def _beat(block: str) -> Beat:
    head, action, *lines = block.strip().split("\n")
    camera, who, sound = (part.strip() for part in head.split("|"))
    name, where, size, move, *flags = camera.split()
    place, _, time = where.partition("@")
    angle = next((ANGLES[flag] for flag in flags if flag in ANGLES), Angle.EYE_LEVEL)
    over = next((flag.removeprefix("os=") for flag in flags if flag.startswith("os=")), "")
    return Beat(
        name,
        place,
        time.upper(),
        SIZES[size],
        MOVES[move],
        angle,
        over,
        tuple(who.split()),
        sound,
        action,
        _spoken(lines),
    )


def _spoken(lines: list[str]) -> tuple[Spoken, ...]:
    matches = (_LINE.match(line) for line in lines)
    return tuple(Spoken(*match.groups()) for match in matches if match)
