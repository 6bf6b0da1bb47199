"""Colours as `#rrggbb` strings: mixing, the identity palette, and hashing names to stable choices."""

import hashlib
import random

AMBER = "#FFC857"
INK = "#0b0d14"
PALETTE = (
    "#4EA5D9",
    "#E4576E",
    "#3FB8AF",
    "#F2A541",
    "#9B72CF",
    "#58B368",
    "#F08A5D",
    "#D96BB5",
    "#C9B458",
    "#7D8CE0",
)


def identity_colour(position: int) -> str:
    """The colour that stands for a character everywhere, by its place in the cast (from 0, wrapping round)."""
    return PALETTE[position % len(PALETTE)]


def rgb(colour: str) -> tuple[int, int, int]:
    """`#rrggbb` as three integers from 0 to 255."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def mix(first: str, second: str, share: float) -> str:
    """The colour `share` (0 to 1) of the way from `first` to `second`."""
    channels = (a + (b - a) * share for a, b in zip(rgb(first), rgb(second), strict=True))
    return "#" + "".join(f"{max(0, min(255, round(value))):02x}" for value in channels)


def dark(colour: str, share: float) -> str:
    """`colour` mixed with near-black."""
    return mix(colour, INK, share)


def light(colour: str, share: float) -> str:
    """`colour` mixed with white."""
    return mix(colour, "#ffffff", share)


def seeded(*parts: str) -> random.Random:
    """A random generator that gives the same choices for the same words, in every process."""
    digest = hashlib.sha256("\x1f".join(parts).encode("utf-8", "replace")).digest()
    return random.Random(int.from_bytes(digest[:8], "big"))
