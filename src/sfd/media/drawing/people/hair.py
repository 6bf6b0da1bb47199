"""Hair: what hangs behind the head, what lies over the face, and the head from behind."""

import math

from sfd.media.drawing.colour import dark
from sfd.media.drawing.people.paint import Paint

_FRONT = {
    "short": (
        "M-.385 .54C-.47 -.17 .47 -.17 .385 .54C.375 .44 .36 .37 .325 "
        ".31C.2 .24 .02 .33 -.16 .25C-.25 .30 -.365 .38 -.385 .54Z"
    ),
    "slick": (
        "M-.38 .52C-.46 -.22 .47 -.24 .385 .52C.37 .38 .345 .28 .28 "
        ".23C.05 .20 -.16 .15 -.26 .25C-.335 .31 -.37 .38 -.38 .52Z"
    ),
    "parted": (
        "M-.38 .47C-.47 .04 -.32 -.13 -.04 -.09C.28 -.16 .46 .06 .39 .48C.375 .39 .355 .33 .32 "
        ".28C.16 .32 -.06 .26 -.15 .14C-.18 .25 -.28 .29 -.32 .32C-.355 .36 -.37 .40 -.38 .47Z"
    ),
    "buzz": "M-.362 .42C-.42 -.1 .42 -.1 .362 .42C.345 .32 .28 .24 0 .225C-.28 .24 -.345 .32 -.362 .42Z",
    "pixie": (
        "M-.40 .66C-.50 -.19 .50 -.19 .40 .66C.36 .58 .375 .44 .325 .33C.2 .36 "
        "0 .34 -.14 .2C-.2 .30 -.27 .36 -.33 .40C-.37 .5 -.36 .6 -.40 .66Z"
    ),
    "bob": (
        "M-.43 .90C-.52 -.29 .52 -.29 .43 .90C.36 .72 .39 .48 .33 .33C.18 .34 "
        "-.02 .26 -.10 .14C-.16 .28 -.27 .36 -.33 .42C-.38 .56 -.37 .72 -.43 .90Z"
    ),
    "fringe": (
        "M-.43 1.1C-.53 -.355 .53 -.355 .43 1.1C.36 .82 .385 .56 .345 "
        ".40C.2 .375 -.2 .375 -.345 .40C-.385 .56 -.36 .82 -.43 1.1Z"
    ),
    "long": (
        "M-.44 1.15C-.54 -.37 .54 -.37 .44 1.15C.36 .82 .39 .46 .30 .30C.18 .26 "
        ".08 .20 .04 .13C-.06 .26 -.23 .33 -.31 .41C-.38 .56 -.36 .85 -.44 1.15Z"
    ),
    "wavy": (
        "M-.46 1.05C-.42 .9 -.52 .8 -.46 .62C-.54 -.23 .54 -.23 .46 .62"
        "C.52 .8 .42 .9 .46 1.05C.36 .92 .42 .78 .37 .66C.40 .48 .36 "
        ".36 .29 .28C.14 .30 -.1 .24 -.16 .14C-.2 .28 -.29 .34 -.335 "
        ".42C-.39 .56 -.36 .72 -.39 .8C-.37 .9 -.41 .97 -.46 1.05Z"
    ),
    "bun": "M-.375 .50C-.46 -.16 .46 -.16 .375 .50C.36 .34 .28 .24 0 .20C-.28 .24 -.36 .34 -.375 .50Z",
    "ponytail": (
        "M-.375 .52C-.46 -.16 .46 -.16 .375 .52C.365 .38 .31 .28 .12 "
        ".21C-.06 .31 -.28 .30 -.335 .36C-.36 .40 -.37 .44 -.375 .52Z"
    ),
    "braids": "M-.39 .62C-.47 -.17 .47 -.17 .39 .62C.37 .46 .30 .34 0 .13C-.30 .34 -.37 .46 -.39 .62Z",
}
_BEHIND = {
    "long": (
        "M-.45 .42C-.50 -.2 .50 -.2 .45 .42C.48 .95 .58 1.45 .48 1.95"
        "C.2 2.08 -.2 2.08 -.48 1.95C-.58 1.45 -.48 .95 -.45 .42Z"
    ),
    "fringe": (
        "M-.45 .42C-.50 -.2 .50 -.2 .45 .42C.47 .9 .54 1.3 .46 1.66"
        "C.2 1.76 -.2 1.76 -.46 1.66C-.54 1.3 -.47 .9 -.45 .42Z"
    ),
    "wavy": (
        "M-.45 .42C-.52 -.2 .52 -.2 .45 .42C.60 .7 .46 .95 .60 1.2C.70 1.5 .5 1.6 .52 1.78"
        "C.2 1.92 -.2 1.92 -.52 1.78C-.5 1.6 -.70 1.5 -.60 1.2C-.46 .95 -.60 .7 -.45 .42Z"
    ),
    "bob": "M-.44 .45C-.50 -.19 .50 -.19 .44 .45L.45 1.0C.3 1.10 -.3 1.10 -.45 1.0Z",
}
_SKULL = "M-.385 .5C-.45 -.14 .45 -.14 .385 .5C.38 .84 .22 .97 0 .97C-.22 .97 -.38 .84 -.385 .5Z"


def draw_back_hair(paint: Paint) -> None:
    """Hair behind the neck and shoulders."""
    style, shade = paint.look.hair, dark(paint.look.hair_colour, 0.38)
    if style in _BEHIND:
        paint.rimmed(_BEHIND[style], shade, 0.018)
    if style == "curly":
        _curls(paint, 0.30 if not paint.look.female else 0.62, shade)
    if style == "ponytail":
        away = -paint.facing or paint.side
        tail = (
            f"M{away * 0.2:.2f} .02C{away * 0.62:.2f} .0 {away * 0.72:.2f} .6 {away * 0.56:.2f} "
            f"1.35C{away * 0.5:.2f} 1.1 {away * 0.42:.2f} .8 {away * 0.3:.2f} .5Z"
        )
        paint.rimmed(tail, paint.hair_fill, 0.016)
    if style == "bun":
        with paint.pen.group(f"translate({-paint.turn * 1.4:.3f} 0)"):
            paint.rimmed("M-.19 -.06A.19 .18 0 1 1 .19 -.06A.19 .18 0 1 1 -.19 -.06Z", paint.hair_fill)
            paint.pen.path("M-.1 -.1Q0 -.2 .11 -.1", stroke=shade, width=0.02, opacity=0.6)


def _curls(paint: Paint, low: float, fill: str) -> None:
    """A cloud of curls around the head down to height `low`."""
    for step in range(15):
        turn = math.pi * (step / 14)
        x, y = -math.cos(turn) * 0.40, 0.34 - math.sin(turn) * 0.36
        paint.pen.circle(x, y, 0.135, fill)
    for side in (-1, 1):
        y = 0.4
        while y < low:
            paint.pen.circle(side * 0.42, y, 0.13, fill)
            y += 0.12


def draw_front_hair(paint: Paint) -> None:
    """Hair over the forehead and beside the face, with a streak of light."""
    style, side = paint.look.hair, paint.side
    if style == "bald":
        _bald(paint)
        return
    if style == "curly":
        _front_curls(paint)
        return
    outline = _FRONT[style]
    with paint.pen.group(f"scale({-1 if paint.facing < 0 else 1} 1)"):
        paint.pen.path(outline, paint.hair_fill, opacity=0.82 if style == "buzz" else 1)
    if style == "braids":
        _braids(paint)
    gleam = f"M{0.10 * side:.2f} .04C{0.20 * side:.2f} .05 {0.28 * side:.2f} .11 {0.31 * side:.2f} .2"
    paint.pen.path(gleam, stroke=paint.rim, width=0.024, opacity=0.24)
    strand = (
        f"M{-0.2 * side:.2f} .07Q{-0.3 * side:.2f} .14 {-0.33 * side:.2f} .26"
        f"M{-0.05 * side:.2f} .04Q{-0.16 * side:.2f} .08 {-0.2 * side:.2f} .16"
    )
    if style != "buzz":
        paint.pen.path(strand, stroke=dark(paint.look.hair_colour, 0.55), width=0.012, opacity=0.5)


def _bald(paint: Paint) -> None:
    paint.pen.ellipse(0.13 * paint.side, 0.17, 0.08, 0.045, "#ffffff", opacity=0.35)
    for side in (-1, 1):
        patch = f"M{side * 0.35} .36C{side * 0.39} .42 {side * 0.385} .5 {side * 0.365} .56L{side * 0.335} .5Z"
        paint.pen.path(patch, dark(paint.look.hair_colour, 0.1), opacity=0.9)


def _front_curls(paint: Paint) -> None:
    fills = (paint.look.hair_colour, dark(paint.look.hair_colour, 0.16))
    for ring, (radius, height, size, count) in enumerate(
        ((0.34, 0.27, 0.105, 11), (0.2, 0.20, 0.11, 7), (0.08, 0.12, 0.12, 4))
    ):
        for step in range(count):
            turn = math.pi * step / (count - 1)
            x, y = -math.cos(turn) * radius, height - math.sin(turn) * (0.2 - ring * 0.04)
            paint.pen.circle(x, y, size, fills[(step + ring) % 2])
    paint.pen.circle(0.2 * paint.side, 0.03, 0.05, paint.rim, opacity=0.2)


def _braids(paint: Paint) -> None:
    for side in (-1, 1):
        for knot in range(6):
            x, y = side * (0.41 + 0.02 * (knot % 2)), 0.66 + knot * 0.15
            paint.pen.ellipse(x, y, 0.085 - knot * 0.005, 0.095, dark(paint.look.hair_colour, 0.1 + 0.15 * (knot % 2)))
        paint.pen.rect(side * 0.42 - 0.05, 1.47, 0.1, 0.06, paint.look.identity, radius=0.02)
        paint.pen.ellipse(side * 0.42, 1.58, 0.05, 0.08, paint.look.hair_colour)


def draw_head_from_behind(paint: Paint) -> None:
    """The back of the head: no face, the hair as it falls."""
    pen, style, skin = paint.pen, paint.look.hair, paint.look.skin
    for side in (-1, 1):
        pen.ellipse(side * 0.375, 0.54, 0.05, 0.09, dark(skin, 0.25))
    if style == "bald":
        paint.rimmed(_SKULL, paint.skin_fill, 0.03)
        return
    paint.rimmed(_BEHIND.get(style, _SKULL), paint.hair_fill, 0.03)
    if style == "curly":
        _curls(paint, 0.62, paint.look.hair_colour)
    if style == "bun":
        paint.rimmed("M-.19 .1A.19 .19 0 1 1 .19 .1A.19 .19 0 1 1 -.19 .1Z", paint.hair_fill)
    if style == "ponytail":
        paint.rimmed("M-.1 .3C-.16 .8 -.12 1.3 0 1.6C.12 1.3 .16 .8 .1 .3Z", paint.hair_fill)
    if style == "braids":
        _braids(paint)
