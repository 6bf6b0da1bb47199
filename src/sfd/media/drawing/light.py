"""Light: the palette of a time of day, the glow behind people, the vignette."""

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import numpy as np
from PIL import Image

_STEP = 4


class Hour(StrEnum):
    """The four lights a scene can be in."""

    DAY = "day"
    NIGHT = "night"
    MORNING = "morning"
    EVENING = "evening"


@dataclass(frozen=True)
class Light:
    """Colours of a set: the sky from top to bottom, surfaces, the light on people, lit windows and lamps."""

    hour: Hour
    sky: tuple[str, str, str]
    wall: str
    floor: str
    key: str
    glow: str
    lamp: str
    leaf: str

    @property
    def lamps_lit(self) -> bool:
        """Whether lamps are on."""
        return self.hour in {Hour.NIGHT, Hour.EVENING}


_LIGHTS = {
    Hour.NIGHT: Light(
        Hour.NIGHT, ("#070b1d", "#13204a", "#3b3f7d"), "#2a3350", "#1b2238", "#9db8ff", "#5f7fe0", "#ffcf7a", "#1d3a3a"
    ),
    Hour.DAY: Light(
        Hour.DAY, ("#5fa8dc", "#a6d3ee", "#e9f3f2"), "#c4cbd2", "#98a1a8", "#fff3d6", "#ffffff", "#eaf6ff", "#5d9a5c"
    ),
    Hour.EVENING: Light(
        Hour.EVENING,
        ("#2a1f4a", "#a2476b", "#f6a55f"),
        "#5a4658",
        "#382c3e",
        "#ffbe82",
        "#ff9a5c",
        "#ffb36b",
        "#4a4f45",
    ),
    Hour.MORNING: Light(
        Hour.MORNING,
        ("#88a9d6", "#f0c9b5", "#fbe8cf"),
        "#c2b1a5",
        "#8d7e74",
        "#ffe2bb",
        "#ffe9c9",
        "#fff0d0",
        "#7f9a68",
    ),
}
_WORDS = {
    Hour.NIGHT: ("night", "midnight", "moon", "夜", "晚上", "凌晨", "深宵", "子时"),
    Hour.MORNING: ("morning", "dawn", "sunrise", "daybreak", "早", "晨", "黎明", "日出", "拂晓", "朝"),
    Hour.EVENING: ("evening", "dusk", "sunset", "twilight", "golden hour", "傍晚", "黄昏", "日落", "夕", "暮", "晚"),
}


def hour_of(time_of_day: str) -> Hour:
    """The light a slugline's time of day asks for; words nobody knows mean day."""
    words = time_of_day.lower()
    return next((hour for hour, names in _WORDS.items() if any(name in words for name in names)), Hour.DAY)


def light_of(hour: Hour) -> Light:
    """The palette of an hour."""
    return _LIGHTS[hour]


@lru_cache(maxsize=16)
def _falloff(width: int, height: int, y: float, inner: float, outer: float, strength: float) -> Image.Image:
    """An L mask: 0 within the ellipse of size `inner`, up to `strength` at `outer` (fractions of the frame)."""
    rows, columns = np.mgrid[0:height:_STEP, 0:width:_STEP]
    distance = np.hypot((columns / width - 0.5) / 0.62, (rows / height - y) / 0.6)
    ramp = np.clip((distance - inner) / (outer - inner), 0, 1) ** 1.4
    return Image.fromarray((ramp * 255 * strength).astype("uint8")).resize((width, height), Image.Resampling.BILINEAR)


def add_glow(picture: Image.Image, colour: str, y: float) -> None:
    """Brighten the air behind people, centred at height `y` (a fraction); changes the picture."""
    mask = _falloff(picture.width, picture.height, round(y, 2), 1.0, 0.0, 0.34)
    picture.paste(colour, (0, 0), mask)


def add_vignette(picture: Image.Image) -> None:
    """Darken the edges; changes the picture."""
    picture.paste("#040509", (0, 0), _falloff(picture.width, picture.height, 0.47, 0.62, 1.22, 0.62))
