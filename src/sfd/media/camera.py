"""How the camera of a preview clip moves over its picture: eased, sub-pixel, the same every time."""

import math

from sfd.domain.briefs import SceneBrief
from sfd.domain.models import CameraMove
from sfd.media.drawing import Window, camera_window
from sfd.media.drawing.colour import seeded

_SWAY = ((0.31, 0.0065), (0.73, 0.0030), (1.37, 0.0010))


def ease(share: float) -> float:
    """From 0 to 1 with no speed at either end: t²(3 − 2t)."""
    return share * share * (3 - 2 * share)


def window_at(brief: SceneBrief, seconds: float) -> Window:
    """What the camera of this clip sees at `seconds`, as fractions of the picture and inside of it."""
    start, end = camera_window(brief.shot.move)
    share = ease(min(1.0, max(0.0, seconds / brief.seconds)))
    x, y, scale = (a + (b - a) * share for a, b in zip(start, end, strict=True))
    if brief.shot.move is CameraMove.HANDHELD:
        x += _sway(seconds, f"{brief.label} {brief.number} x")
        y += _sway(seconds, f"{brief.label} {brief.number} y")
    half = scale / 2
    return Window(min(max(x, half), 1 - half), min(max(y, half), 1 - half), scale)


def _sway(seconds: float, seed: str) -> float:
    """The unsteadiness of a hand: slow waves of unrelated lengths, as a fraction of the picture."""
    phases = seeded(seed)
    return sum(size * math.sin(math.tau * (hertz * seconds + phases.random())) for hertz, size in _SWAY)
