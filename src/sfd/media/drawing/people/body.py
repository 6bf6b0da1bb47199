"""Legs, arms, torso and the outfit."""

from collections.abc import Callable

from sfd.media.drawing.colour import dark, light, mix
from sfd.media.drawing.looks import Age
from sfd.media.drawing.people.paint import Paint

_SKIRTED = frozenset({"dress"})
_SHORT_SLEEVED = frozenset({"tee", "dress"})
_LONG_COATS = frozenset({"coat", "doctor"})
_SHOULDERS = {Age.CHILD: 0.62, Age.TEEN: 0.72, Age.ADULT: 0.86, Age.ELDER: 0.8}
_SHIRT_WHITE = "#eef0f3"
_HIP_HEM = 3.75


def shoulder_of(paint: Paint) -> float:
    """Half the width of the shoulders, in head heights."""
    return _SHOULDERS[paint.look.age] - (0.1 if paint.look.female and paint.look.age is not Age.CHILD else 0.0)


def draw_body(paint: Paint, *, from_behind: bool) -> None:
    """Everything below the chin."""
    shoulder = shoulder_of(paint)
    skirted = paint.look.outfit in _SKIRTED
    (_bare_legs if skirted else _trousers)(paint)
    for side in (-paint.side, paint.side):
        _arm(paint, side, shoulder)
    if not from_behind:
        _neck(paint, behind=True)
    torso = _dress_outline(shoulder) if skirted else _torso_outline(shoulder, _hem(paint))
    paint.rimmed(torso, paint.cloth_fill, 0.016, 0.4)
    _folds(paint, shoulder)
    if from_behind:
        paint.pen.path("M-.15 .8L-.19 1.24Q0 1.34 .19 1.24L.15 .8Z", dark(paint.look.skin, 0.35))
    else:
        _neck(paint, behind=False)
        _OUTFITS[paint.look.outfit](paint)


def _hem(paint: Paint) -> float:
    return 4.9 if paint.look.outfit in _LONG_COATS else _HIP_HEM


def _torso_outline(shoulder: float, hem: float) -> str:
    s, waist = shoulder, shoulder - 0.3
    hip = waist + (0.16 if hem > _HIP_HEM else 0.06)
    return (
        f"M-.17 1.14C-.24 1.27 -.46 1.30 {-s + 0.16:.2f} 1.37C{-s + 0.02:.2f} 1.42 {-s:.2f} 1.56 {-s + 0.06:.2f} 1.8"
        f"C{-s + 0.14:.2f} 2.1 {-waist:.2f} 2.4 {-waist:.2f} 2.8L{-hip:.2f} {hem}H{hip:.2f}L{waist:.2f} 2.8"
        f"C{waist:.2f} 2.4 {s - 0.14:.2f} 2.1 {s - 0.06:.2f} 1.8C{s:.2f} 1.56 {s - 0.02:.2f} 1.42 {s - 0.16:.2f} 1.37"
        f"C.46 1.30 .24 1.27 .17 1.14Z"
    )


def _dress_outline(shoulder: float) -> str:
    s = shoulder
    return (
        f"M-.17 1.14C-.24 1.27 -.42 1.31 {-s + 0.16:.2f} 1.38"
        f"C{-s + 0.03:.2f} 1.43 {-s + 0.02:.2f} 1.58 {-s + 0.1:.2f} 1.8"
        f"C{-s + 0.2:.2f} 2.1 -.40 2.4 -.385 2.78C-.42 3.3 -.66 4.2 -.74 5.1Q0 5.24 .74 5.1C.66 4.2 .42 3.3 .385 2.78"
        f"C.40 2.4 {s - 0.2:.2f} 2.1 {s - 0.1:.2f} 1.8C{s - 0.02:.2f} 1.58 {s - 0.03:.2f} 1.43 {s - 0.16:.2f} 1.38"
        f"C.42 1.31 .24 1.27 .17 1.14Z"
    )


def _trousers(paint: Paint) -> None:
    cloth = paint.cloth if paint.look.outfit in {"suit", "uniform"} else mix(dark(paint.cloth, 0.7), "#2b3044", 0.5)
    cloth = dark(cloth, 0.3)
    for side in (-1, 1):
        leg = f"M{side * 0.25} 3.5L{side * 0.27} 5.4L{side * 0.26} 7.15"
        paint.pen.path(leg, stroke=paint.shade(cloth, side), width=0.42)
        x = side * 0.27
        paint.pen.path(f"M{x - 0.23:.2f} 7.45Q{x:.2f} 6.98 {x + 0.23:.2f} 7.45Z", "#15161c")


def _bare_legs(paint: Paint) -> None:
    for side in (-1, 1):
        x = side * 0.19
        paint.pen.path(f"M{x} 4.4C{x} 5.4 {x} 6.2 {x} 7.12", stroke=paint.shade(paint.look.skin, side), width=0.23)
        paint.pen.path(f"M{x - 0.15:.2f} 7.45Q{x:.2f} 6.98 {x + 0.15:.2f} 7.45Z", dark(paint.cloth, 0.5))


def _arm(paint: Paint, side: int, shoulder: float) -> None:
    s = shoulder
    sleeve = (
        f"M{side * (s - 0.3):.2f} 1.42C{side * (s - 0.02):.2f} 1.36 "
        f"{side * (s + 0.02):.2f} 1.62 {side * (s + 0.05):.2f} 1.95"
        f"C{side * (s + 0.11):.2f} 2.4 {side * (s + 0.11):.2f} 2.7 {side * (s + 0.04):.2f} 3.45"
        f"L{side * (s - 0.14):.2f} 3.45C{side * (s - 0.13):.2f} 2.9 "
        f"{side * (s - 0.15):.2f} 2.3 {side * (s - 0.25):.2f} 1.9Z"
    )
    hand_x, skin = side * (s - 0.05), paint.shade(paint.look.skin, side)
    paint.pen.ellipse(hand_x, 3.6, 0.095, 0.17, skin)
    paint.pen.ellipse(hand_x - side * 0.08, 3.57, 0.035, 0.1, skin)
    bare = paint.look.outfit in _SHORT_SLEEVED
    if side == paint.side:
        paint.pen.path(sleeve, paint.rim, opacity=0.85, move=(side * 0.02, -0.008))
    paint.pen.path(sleeve, skin if bare else paint.shade(paint.cloth, side))
    if bare:
        cap = (
            f"M{side * (s - 0.3):.2f} 1.42C{side * (s - 0.02):.2f} 1.36 "
            f"{side * (s + 0.03):.2f} 1.62 {side * (s + 0.07):.2f} 2.05"
            f"L{side * (s - 0.2):.2f} 2.12L{side * (s - 0.28):.2f} 1.7Z"
        )
        paint.pen.path(cap, paint.shade(paint.cloth, side))


def _folds(paint: Paint, shoulder: float) -> None:
    for side in (-1, 1):
        s = side * (shoulder - 0.14)
        data = f"M{s - side * 0.1:.2f} 1.74C{s:.2f} 1.95 {s + side * 0.01:.2f} 2.1 {s - side * 0.08:.2f} 2.4"
        paint.pen.path(data, stroke=dark(paint.cloth, 0.55), width=0.018, opacity=0.55)


def _neck(paint: Paint, *, behind: bool) -> None:
    skin = paint.look.skin
    if behind:
        paint.pen.path("M-.17 .8L-.2 1.3H.2L.17 .8Z", dark(skin, 0.3))
        return
    width = 0.128 if paint.look.female else 0.158
    paint.pen.path(
        f"M{-width} .78L{-width - 0.005} 1.08C{-width - 0.01} 1.17 -.19 1.2 -.21 1.23Q0 1.5 .21 1.23"
        f"C.19 1.2 {width + 0.01} 1.17 {width + 0.005} 1.08L{width} .78Z",
        dark(skin, 0.1),
    )
    paint.pen.path(
        f"M{-width} .8L{-width} 1.0Q{paint.turn:.2f} 1.17 {width} 1.0L{width} .8Z", dark(skin, 0.42), opacity=0.75
    )


def _lapels(paint: Paint, depth: float, width: float) -> None:
    for side in (-1, 1):
        shade = dark(paint.cloth, 0.18 if side == paint.side else 0.46)
        paint.pen.path(
            f"M{side * 0.18} 1.16L{side * width:.2f} 1.47"
            f"L{side * (width - 0.11):.2f} 1.53L{side * (width - 0.07):.2f} 1.6"
            f"L0 {depth:.2f}L{side * 0.055} {depth - 0.28:.2f}Z",
            shade,
        )


def _collar_and_tie(paint: Paint, *, tie: str) -> None:
    pen = paint.pen
    pen.path("M-.19 1.19L0 2.12L.19 1.19L.10 1.30L0 1.36L-.10 1.30Z", _SHIRT_WHITE)
    if tie:
        pen.path("M-.05 1.36H.05L.035 1.46L.07 2.0L0 2.14L-.07 2.0L-.035 1.46Z", tie)
    pen.path("M-.155 1.13L-.205 1.22L-.10 1.44L0 1.36Q-.13 1.28 -.155 1.13Z", "#ffffff")
    pen.path("M.155 1.13L.205 1.22L.10 1.44L0 1.36Q.13 1.28 .155 1.13Z", "#dfe3e8")


def _buttons(paint: Paint, *heights: float, x: float = 0.07) -> None:
    for y in heights:
        paint.pen.circle(x, y, 0.027, dark(paint.cloth, 0.62))


def _suit(paint: Paint) -> None:
    _collar_and_tie(paint, tie="" if paint.look.female else mix(dark(paint.look.identity, 0.5), "#20263a", 0.3))
    _lapels(paint, 2.24, 0.37)
    pen = paint.pen
    pen.path("M0 2.24V3.75", stroke=dark(paint.cloth, 0.6), width=0.02)
    _buttons(paint, 2.5, 2.85)
    pen.path("M.27 1.9L.42 1.87V1.94L.28 1.97Z", light(paint.look.identity, 0.75))


def _dress(paint: Paint) -> None:
    pen, cloth = paint.pen, paint.cloth
    neckline = "M-.205 1.19C-.2 1.5 -.1 1.62 0 1.64C.1 1.62 .2 1.5 .205 1.19"
    pen.path(neckline + "Q0 1.48 -.205 1.19Z", paint.skin_fill)
    pen.path("M-.1 1.33Q-.05 1.36 0 1.35Q.05 1.36 .1 1.33", stroke=dark(paint.look.skin, 0.3), width=0.012, opacity=0.6)
    pen.path(neckline, stroke=light(cloth, 0.4), width=0.03)
    pen.path("M-.13 1.2Q0 1.47 .13 1.2", stroke="#f4e6c4", width=0.012)
    pen.circle(0, 1.35, 0.026, "#fff3cf")
    pen.path("M-.39 2.75Q0 2.85 .39 2.75L.4 2.86Q0 2.96 -.4 2.86Z", dark(cloth, 0.42))
    for x in (-0.2, 0.05, 0.26):
        pen.path(f"M{x} 3.0Q{x * 1.4:.2f} 4.0 {x * 2:.2f} 5.0", stroke=dark(cloth, 0.45), width=0.02, opacity=0.5)


def _coat(paint: Paint) -> None:
    pen, cloth = paint.pen, paint.cloth
    inner = dark(mix(paint.look.identity, "#2a2d3a", 0.6), 0.15)
    pen.path("M-.2 1.19L0 2.0L.2 1.19Q0 1.42 -.2 1.19Z", inner)
    pen.path("M-.19 1.2Q0 1.46 .19 1.2L.17 1.08Q0 1.3 -.17 1.08Z", light(inner, 0.1))
    _lapels(paint, 2.35, 0.47)
    pen.path("M-.03 2.3L-.06 4.9", stroke=dark(cloth, 0.6), width=0.022)
    _buttons(paint, 2.55, 2.95, 3.35, x=0.1)
    _buttons(paint, 2.55, 2.95, 3.35, x=-0.16)
    pen.path("M-.55 2.78H.55L.56 2.93H-.56Z", dark(cloth, 0.34))
    for side in (-1, 1):
        pen.path(f"M{side * 0.26} 3.25L{side * 0.46} 3.16", stroke=dark(cloth, 0.55), width=0.035)


def _doctor(paint: Paint) -> None:
    pen, tint = paint.pen, paint.cloth
    scrubs = paint.look.identity
    pen.path("M-.21 1.17L0 2.1L.21 1.17Q0 1.44 -.21 1.17Z", scrubs)
    pen.path("M-.17 1.2L0 1.6L.17 1.2Q0 1.44 -.17 1.2Z", paint.skin_fill)
    pen.path("M-.18 1.18L0 1.62L.18 1.18", stroke=light(scrubs, 0.45), width=0.035)
    _lapels(paint, 2.1, 0.36)
    pen.path("M0 2.1V4.9", stroke=dark(tint, 0.4), width=0.018)
    pen.rect(0.22, 2.0, 0.26, 0.17, "#ffffff", radius=0.02)
    pen.rect(0.25, 2.04, 0.12, 0.035, scrubs)
    pen.rect(0.25, 2.1, 0.18, 0.02, "#9aa3b0")
    pen.path(
        "M-.21 1.24C-.29 1.66 -.22 1.92 -.03 1.97C.16 1.92 .28 1.66 .21 1.24M-.03 1.97V2.2",
        stroke="#2a2f38",
        width=0.034,
    )
    pen.circle(-0.03, 2.25, 0.07, "#2a2f38")
    pen.circle(-0.03, 2.25, 0.05, "#c3cad3")


def _uniform(paint: Paint) -> None:
    pen, cloth = paint.pen, paint.cloth
    _collar_and_tie(paint, tie=dark(cloth, 0.6))
    _lapels(paint, 2.0, 0.33)
    pen.path("M0 2.0V3.75", stroke=dark(cloth, 0.6), width=0.02)
    for y in (2.15, 2.45, 2.75):
        pen.circle(0.07, y, 0.03, "#e2c26b")
    shoulder = shoulder_of(paint)
    for side in (-1, 1):
        x = side * (shoulder - 0.22)
        pen.path(
            f"M{x - 0.13:.2f} {1.37 + 0.03 * side:.2f}L{x + 0.13:.2f} {1.37 - 0.03 * side:.2f}",
            stroke="#e2c26b",
            width=0.06,
        )
        pen.rect(side * 0.34 - 0.11, 1.85, 0.22, 0.22, dark(cloth, 0.25), radius=0.02)
    pen.path("M-.34 1.7l.03 .07 .07 .01 -.05 .05 .01 .07 -.06 -.03 -.06 .03 .01 -.07 -.05 -.05 .07 -.01Z", "#e2c26b")
    pen.path("M-.56 2.9H.56L.565 3.04H-.565Z", "#1b1c22")
    pen.rect(-0.07, 2.9, 0.14, 0.14, "#d6b25a", radius=0.02)


def _hoodie(paint: Paint) -> None:
    pen, cloth = paint.pen, paint.cloth
    pen.path("M-.18 1.18Q0 1.5 .18 1.18Q0 1.34 -.18 1.18Z", "#f0f1f4")
    hood = (
        "M-.2 1.02C-.46 1.1 -.5 1.34 -.3 1.5Q-.12 1.62 0 1.66Q.12 1.62 .3 1.5C.5 "
        "1.34 .46 1.1 .2 1.02C.3 1.24 .14 1.42 0 1.47C-.14 1.42 -.3 1.24 -.2 1.02Z"
    )
    pen.path(hood, dark(cloth, 0.22))
    pen.path(hood, stroke=dark(cloth, 0.45), width=0.015)
    for side in (-1, 1):
        pen.path(f"M{side * 0.1} 1.58Q{side * 0.13} 1.85 {side * 0.1} 2.05", stroke="#f0f1f4", width=0.022)
    pen.path("M-.36 3.5L-.3 2.95H.3L.36 3.5Z", dark(cloth, 0.16), stroke=dark(cloth, 0.4), width=0.015)
    hem = shoulder_of(paint) - 0.27
    pen.path(f"M{-hem:.2f} 3.62H{hem:.2f}", stroke=dark(cloth, 0.4), width=0.02)


def _tee(paint: Paint) -> None:
    pen = paint.pen
    pen.path("M-.2 1.18C-.16 1.42 -.08 1.47 0 1.47C.08 1.47 .16 1.42 .2 1.18Q0 1.44 -.2 1.18Z", paint.skin_fill)
    pen.path(
        "M-.205 1.18C-.16 1.43 -.08 1.48 0 1.48C.08 1.48 .16 1.43 .205 1.18",
        stroke=light(paint.cloth, 0.35),
        width=0.045,
    )
    pen.path("M-.26 2.0H.26M-.26 2.14H.26", stroke=light(paint.cloth, 0.5), width=0.06, opacity=0.75)


def _shirt(paint: Paint) -> None:
    pen, cloth = paint.pen, paint.cloth
    pen.path("M-.16 1.2L0 1.62L.16 1.2Q0 1.44 -.16 1.2Z", paint.skin_fill)
    for side in (-1, 1):
        shade = light(cloth, 0.28 if side == paint.side else 0.08)
        pen.path(f"M{side * 0.16} 1.1L{side * 0.23} 1.24L{side * 0.13} 1.5L0 1.62L{side * 0.14} 1.24Z", shade)
    pen.path("M0 1.62V3.75", stroke=dark(cloth, 0.4), width=0.02)
    _buttons(paint, 1.8, 2.15, 2.5, 2.85, 3.2, x=0.045)
    pen.path("M.24 1.95H.46V2.14L.35 2.2L.24 2.14Z", dark(cloth, 0.16))


_OUTFITS: dict[str, Callable[[Paint], None]] = {
    "suit": _suit,
    "dress": _dress,
    "coat": _coat,
    "doctor": _doctor,
    "uniform": _uniform,
    "hoodie": _hoodie,
    "tee": _tee,
    "shirt": _shirt,
}
