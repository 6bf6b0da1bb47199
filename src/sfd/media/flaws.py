"""Is it what was asked for? A film can be whole and still be of the wrong shape, too short, black or mute.

What is found here does not make a result worthless: it is kept, and a person judges it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from sfd.media.check import Depth, check_film, open_picture
from sfd.media.frames import frame_at

SAMPLES = 8
SAMPLE_SIDE = 64
FLAT = 2.0  # standard deviation of luma, of 255, under which nothing can be told apart
STILL = 0.6  # mean difference of luma, of 255, under which two frames are the same picture
SHAPE_TOLERANCE = 0.02
LENGTH_SHARE = 0.2
LENGTH_SECONDS = 1.0

Luma = NDArray[np.float32]


@dataclass(frozen=True)
class Wish:
    """What was asked for: a shape such as `9:16` (empty: any), seconds of film, and whether it is to have sound."""

    aspect_ratio: str = ""
    seconds: float | None = None
    sound: bool = False


def picture_flaws(path: Path, wish: Wish) -> list[str]:
    """What is wrong with a picture, in sentences.

    Raises:
        MediaError: it cannot be decoded.
    """
    with open_picture(path) as picture:
        flaws = _shape_flaws(picture.size, wish)
        if float(_luma(picture).std()) < FLAT:
            flaws.append("It is of one colour: nothing is to be seen.")
    return flaws


def film_flaws(path: Path, wish: Wish) -> list[str]:
    """What is wrong with a film, in sentences.

    Raises:
        MediaError: it cannot be decoded.
    """
    facts = check_film(path, depth=Depth.PACKETS)
    flaws = _shape_flaws((facts.width, facts.height), wish)
    if wish.seconds is not None:
        allowed = max(LENGTH_SECONDS, wish.seconds * LENGTH_SHARE)
        if abs(facts.seconds - wish.seconds) > allowed:
            flaws.append(f"It lasts {facts.seconds:.1f} s; {wish.seconds:.1f} s were asked for.")
    if wish.sound and not facts.has_audio:
        flaws.append("It has no sound.")
    times = [facts.seconds * (number + 0.5) / SAMPLES for number in range(SAMPLES)]
    return flaws + _motion_flaws([_luma(frame_at(path, seconds)) for seconds in times])


def fit_picture(path: Path, aspect_ratio: str) -> bool:
    """Cut a picture to a shape around its middle, in place. Whether it had another shape.

    Raises:
        MediaError: it cannot be decoded.
    """
    with open_picture(path) as picture:
        box = _crop_box(picture.size, _ratio(aspect_ratio))
        if box is None:
            return False
        part = path.with_name(f"{path.name}.fit")
        picture.crop(box).save(part, format=picture.format, quality=95)
    part.replace(path)
    return True


def _crop_box(size: tuple[int, int], ratio: float) -> tuple[int, int, int, int] | None:
    width, height = size
    if _has_shape(size, ratio):
        return None
    if width / height > ratio:
        kept = max(1, round(height * ratio))
        left = (width - kept) // 2
        return (left, 0, left + kept, height)
    kept = max(1, round(width / ratio))
    top = (height - kept) // 2
    return (0, top, width, top + kept)


def _shape_flaws(size: tuple[int, int], wish: Wish) -> list[str]:
    if not wish.aspect_ratio or _has_shape(size, _ratio(wish.aspect_ratio)):
        return []
    return [f"Its shape is {size[0]}×{size[1]}; {wish.aspect_ratio} was asked for."]


def _has_shape(size: tuple[int, int], ratio: float) -> bool:
    return abs(size[0] / size[1] / ratio - 1) <= SHAPE_TOLERANCE


def _ratio(aspect_ratio: str) -> float:
    width, _, height = aspect_ratio.partition(":")
    return float(width) / float(height)


def _motion_flaws(frames: Sequence[Luma]) -> list[str]:
    if all(float(frame.std()) < FLAT for frame in frames):
        return ["It is black, or of one colour, throughout."]
    moves = [float(np.abs(after - before).mean()) for before, after in pairwise(frames)]
    return ["It is frozen throughout: nothing moves."] if max(moves) < STILL else []


def _luma(picture: Image.Image) -> Luma:
    small = picture.convert("L").resize((SAMPLE_SIDE, SAMPLE_SIDE), Image.Resampling.BOX)
    return np.asarray(small, np.float32)
