"""Marks that show what the camera does: icons, arrows in the picture, and the inset with its windows."""

import math

from sfd.domain.models import CameraMove
from sfd.media.drawing.colour import AMBER, INK
from sfd.media.drawing.framing import WIDTH, Window, camera_window
from sfd.media.drawing.sketch import Sketch

Box = tuple[float, float, float, float]
Line = tuple[float, float, float, float]

INSET: Box = (WIDTH - 30 - 84, 176, 84, 149.33)
_PUSH = "M1 1L7 7M7 2V7H2M19 1L13 7M13 2V7H18M1 19L7 13M7 18V13H2M19 19L13 13M13 18V13H18"
_PULL = "M7 7L1 1M1 6V1H6M13 7L19 1M19 6V1H14M7 13L1 19M1 14V19H6M13 13L19 19M19 14V19H14"
_ICONS = {
    CameraMove.STATIC: "M3 3H17V17H3Z",
    CameraMove.PUSH_IN: _PUSH,
    CameraMove.PULL_OUT: _PULL,
    CameraMove.PAN_LEFT: "M18 10H2M8 4L2 10L8 16",
    CameraMove.PAN_RIGHT: "M2 10H18M12 4L18 10L12 16",
    CameraMove.TILT_UP: "M10 18V2M4 8L10 2L16 8",
    CameraMove.TILT_DOWN: "M10 2V18M4 12L10 18L16 12",
    CameraMove.HANDHELD: "M1 10Q5 2 8 10T15 10T19 8",
}
_REACH = 58


def draw_move_icon(pen: Sketch, move: CameraMove, x: float, y: float, colour: str) -> None:
    """The icon of a camera move, 20 x 20."""
    pen.path(_ICONS[move], stroke=colour, width=2.6, move=(x, y))


def move_arrows(move: CameraMove, top: float, bottom: float) -> list[Line]:
    """Arrows (from x, y to x, y) in the picture between two heights; those at the top leave the inset free."""
    if move in {CameraMove.PUSH_IN, CameraMove.PULL_OUT}:
        return [_corner(move, *corner) for corner in _corners(top + 24, bottom - 20)]
    middle, low = (top + bottom) / 2, bottom - 34
    single: dict[CameraMove, list[Line]] = {
        CameraMove.PAN_LEFT: [(470, low, 250, low)],
        CameraMove.PAN_RIGHT: [(250, low, 470, low)],
        CameraMove.TILT_UP: [(44, middle + 100, 44, middle - 100)],
        CameraMove.TILT_DOWN: [(44, middle - 100, 44, middle + 100)],
    }
    return single.get(move, [])


def _corners(top: float, bottom: float) -> list[tuple[float, float, int, int]]:
    right = WIDTH - 26
    return [(26, top, 1, 1), (right - 112, top, -1, 1), (26, bottom, 1, -1), (right, bottom, -1, -1)]


def _corner(move: CameraMove, x: float, y: float, toward_x: int, toward_y: int) -> Line:
    inner_x, inner_y = x + toward_x * _REACH, y + toward_y * _REACH
    return (x, y, inner_x, inner_y) if move is CameraMove.PUSH_IN else (inner_x, inner_y, x, y)


def box_of(line: Line) -> Box:
    """The room an arrow takes, as x, y, width, height."""
    left, top = min(line[0], line[2]) - 14, min(line[1], line[3]) - 14
    return left, top, abs(line[2] - line[0]) + 28, abs(line[3] - line[1]) + 28


def draw_arrow(pen: Sketch, line: Line) -> None:
    """An amber arrow with a dark edge."""
    x0, y0, x1, y1 = line
    length = math.hypot(x1 - x0, y1 - y0)
    large = length > 2 * _REACH
    head, width = (28, 8) if large else (20, 5)
    ux, uy = (x1 - x0) / length, (y1 - y0) / length
    bx, by, half = x1 - ux * head, y1 - uy * head, head * 0.62
    shaft = f"M{x0:.1f} {y0:.1f}L{bx + ux * 4:.1f} {by + uy * 4:.1f}"
    tip = f"M{x1:.1f} {y1:.1f}L{bx - uy * half:.1f} {by + ux * half:.1f}L{bx + uy * half:.1f} {by - ux * half:.1f}Z"
    pen.path(shaft, stroke=INK, width=width + 4, opacity=0.55)
    pen.path(tip, INK, stroke=INK, width=4, opacity=0.55)
    pen.path(shaft, stroke=AMBER, width=width)
    pen.path(tip, AMBER)


def draw_inset(pen: Sketch, move: CameraMove, heads: list[tuple[float, float, float, str]]) -> None:
    """The frame in small with the camera's first window in white and its last one dashed in amber.

    `heads` are x, y of the top, height and colour of everyone in the picture, in frame units.
    """
    x, y, width, height = INSET
    scale = width / WIDTH
    pen.rect(x - 7, y - 7, width + 14, height + 14, "#0b0d14", radius=12, opacity=0.74)
    pen.rect(x, y, width, height, "#ffffff", radius=4, opacity=0.07)
    for head_x, head_y, unit, colour in heads:
        cx, top, size = x + head_x * scale, y + head_y * scale, unit * scale
        _bust(pen, (cx, top, size), colour)
    for window, colour, dash in zip(camera_window(move), ("#ffffff", AMBER), ("", "6 4"), strict=True):
        _window(pen, window, colour, dash)
        if move is CameraMove.STATIC:
            break


def _bust(pen: Sketch, head: tuple[float, float, float], colour: str) -> None:
    x, y, size = head
    left, top, width, height = INSET
    clip = f"M{max(left, x - 0.85 * size):.1f} "
    low = min(y + 2.2 * size, top + height)
    start, end = max(left, x - 0.85 * size), min(left + width, x + 0.85 * size)
    if low > y + 1.3 * size:
        shoulder = f"V{y + 1.75 * size:.1f}Q{start:.1f} {y + 1.15 * size:.1f} {x:.1f} {y + 1.1 * size:.1f}"
        shoulder += f"Q{end:.1f} {y + 1.15 * size:.1f} {end:.1f} {min(low, y + 1.75 * size):.1f}V{low:.1f}Z"
        pen.path(f"{clip}{low:.1f}{shoulder}", colour, opacity=0.75)
    pen.ellipse(min(max(x, left), left + width), y + 0.5 * size, 0.36 * size, 0.48 * size, colour)


def _window(pen: Sketch, window: Window, colour: str, dash: str) -> None:
    x, y, width, height = INSET
    pen.rect(
        x + (window.x - window.scale / 2) * width,
        y + (window.y - window.scale / 2) * height,
        window.scale * width,
        window.scale * height,
        "none",
        radius=3,
        stroke=colour,
        line=2.6,
        dash=dash,
    )
