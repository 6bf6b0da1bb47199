"""How a shot frames its people: names, camera windows, and where everyone stands.

Frame units are those of a 720x1280 picture. A person is `FEET` head heights tall.
"""

import math
from typing import NamedTuple

from sfd.domain.models import Angle, CameraMove, ShotSize

WIDTH = 720
HEIGHT = 1280
FEET = 7.35


class Window(NamedTuple):
    """What the camera sees of a picture: centre `x`, `y` and `scale`, all as fractions of the picture."""

    x: float
    y: float
    scale: float


_WHOLE = Window(0.5, 0.5, 1.0)
_CLOSE = Window(0.5, 0.43, 0.8)
_LEFT = Window(0.43, 0.47, 0.86)
_RIGHT = Window(0.57, 0.47, 0.86)
_UPPER = Window(0.5, 0.43, 0.86)
_LOWER = Window(0.5, 0.57, 0.86)

_WINDOWS = {
    CameraMove.STATIC: (_WHOLE, _WHOLE),
    CameraMove.PUSH_IN: (_WHOLE, _CLOSE),
    CameraMove.PULL_OUT: (_CLOSE, _WHOLE),
    CameraMove.PAN_LEFT: (_RIGHT, _LEFT),
    CameraMove.PAN_RIGHT: (_LEFT, _RIGHT),
    CameraMove.TILT_UP: (_LOWER, _UPPER),
    CameraMove.TILT_DOWN: (_UPPER, _LOWER),
    CameraMove.HANDHELD: (Window(0.5, 0.48, 0.95), Window(0.5, 0.47, 0.94)),
}
_SIZE_NAMES = {
    ShotSize.EXTREME_CLOSE_UP: "Extreme close-up",
    ShotSize.CLOSE_UP: "Close-up",
    ShotSize.MEDIUM_CLOSE_UP: "Medium close-up",
    ShotSize.MEDIUM: "Medium shot",
    ShotSize.MEDIUM_LONG: "Medium long",
    ShotSize.WIDE: "Wide shot",
    ShotSize.EXTREME_WIDE: "Extreme wide",
}
_ANGLE_NAMES = {
    Angle.EYE_LEVEL: "Eye level",
    Angle.LOW: "Low angle",
    Angle.HIGH: "High angle",
    Angle.OVERHEAD: "Overhead",
    Angle.DUTCH: "Dutch tilt",
}


def camera_window(move: CameraMove) -> tuple[Window, Window]:
    """Where the camera starts and ends; the storyboard inset and the animatic use the same windows."""
    return _WINDOWS[move]


def shot_size_name(size: ShotSize) -> str:
    """A shot size as a crew says it."""
    return _SIZE_NAMES[size]


def angle_name(angle: Angle) -> str:
    """A camera angle as a crew says it."""
    return _ANGLE_NAMES[angle]


def move_name(move: CameraMove) -> str:
    """A camera move as a crew says it."""
    return move.value.replace("_", " ").capitalize()


_UNITS = {
    ShotSize.EXTREME_CLOSE_UP: 680.0,
    ShotSize.CLOSE_UP: 430.0,
    ShotSize.MEDIUM_CLOSE_UP: 300.0,
    ShotSize.MEDIUM: 205.0,
    ShotSize.MEDIUM_LONG: 132.0,
    ShotSize.WIDE: 77.0,
    ShotSize.EXTREME_WIDE: 42.0,
}
_EYE_LINE = 490.0
_FLOOR_LINES = {ShotSize.WIDE: 915.0, ShotSize.EXTREME_WIDE: 880.0}
_EYE = 0.5
_ROOM_PER_HEAD = 0.6
_FREE_BESIDE_SHOULDER = 0.64
_SEEN_WHEN_TILTED = 0.82


class Placement(NamedTuple):
    """Where a person is: middle and top of the head, and the height of a head, in frame units (720x1280)."""

    x: float
    y: float
    unit: float


class Camera(NamedTuple):
    """What an angle does to a picture.

    `horizon` moves the set down (frame units). `top` and `bottom` are how much the width is magnified there
    (the camera's tilt). `roll` is in degrees.
    """

    horizon: float
    top: float
    bottom: float
    roll: float


_CAMERAS = {
    Angle.EYE_LEVEL: Camera(0, 1, 1, 0),
    Angle.LOW: Camera(95, 1, 1.3, 0),
    Angle.HIGH: Camera(-130, 1.28, 1, 0),
    Angle.OVERHEAD: Camera(-130, 1, 1, 0),
    Angle.DUTCH: Camera(0, 1.19, 1.19, 6),
}


def camera_of(angle: Angle) -> Camera:
    """What an angle does to the picture."""
    return _CAMERAS[angle]


def unit_of(size: ShotSize, people: int, room: float = WIDTH) -> float:
    """The height of a head, in frame units: by shot size, smaller when people share `room`."""
    return min(_UNITS[size], room / people * _ROOM_PER_HEAD) if people > 1 else _UNITS[size]


def places(shot_size: ShotSize, angle: Angle, statures: list[float], *, shoulder: int = 0) -> list[Placement]:
    """Where the people in front stand, from left to right.

    Args:
        shot_size: How close the camera is.
        angle: From where it looks: low lifts people in the frame, high lowers them.
        statures: Each person's height, 1 for a grown man.
        shoulder: -1 or 1 if someone's back fills that side of the foreground; the others share the rest.
    """
    squeeze = 1.0 if angle is Angle.EYE_LEVEL else _SEEN_WHEN_TILTED
    room = WIDTH * squeeze * (_FREE_BESIDE_SHOULDER if shoulder else 1.0)
    edge = WIDTH * (1 - squeeze) / 2
    left = WIDTH - edge - room if shoulder < 0 else edge
    unit = unit_of(shot_size, max(1, len(statures)), room)
    shift = {Angle.LOW: -34.0, Angle.HIGH: 46.0}.get(angle, 0.0)
    feet = _FLOOR_LINES.get(shot_size)
    return [
        Placement(left + room * (index + 0.5) / len(statures), _top(unit, stature, feet) + shift, unit * stature)
        for index, stature in enumerate(statures)
    ]


def _top(unit: float, stature: float, feet: float | None) -> float:
    """Top of the head: people stand on one floor, or their heads follow the eye line when feet are not seen."""
    if feet is not None:
        return feet - FEET * unit * stature
    return _EYE_LINE - _EYE * unit * stature + (1 - stature) * unit * 1.4


def seen_at(angle: Angle, x: float, y: float) -> tuple[float, float, float]:
    """Where a point of the flat picture lies after the camera's tilt or roll, and how much it is magnified."""
    camera = _CAMERAS[angle]
    if camera.roll:
        turn = math.radians(camera.roll)
        dx, dy = (x - WIDTH / 2) * camera.top, (y - HEIGHT / 2) * camera.top
        return (
            WIDTH / 2 + dx * math.cos(turn) - dy * math.sin(turn),
            HEIGHT / 2 + dx * math.sin(turn) + dy * math.cos(turn),
            camera.top,
        )
    narrow = 1 / camera.top + (1 / camera.bottom - 1 / camera.top) * y / HEIGHT
    return WIDTH / 2 + (x - WIDTH / 2) / narrow, y, 1 / narrow
