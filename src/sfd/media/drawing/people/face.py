"""The face and what it feels."""

from dataclasses import dataclass

from sfd.media.drawing.colour import dark, mix
from sfd.media.drawing.emotions import Emotion
from sfd.media.drawing.looks import Age
from sfd.media.drawing.people.paint import Paint

_INK = "#21181b"
_SOFT_FACE = (
    "M-.345 .40C-.36 -.02 .36 -.02 .345 .40C.345 .62 .295 .77 .175 .895C.09 .985 -.09 .985 -.175 .895"
    "C-.295 .77 -.345 .62 -.345 .40Z"
)
_STRONG_FACE = (
    "M-.348 .40C-.36 -.02 .36 -.02 .348 .40C.352 .64 .325 .78 .215 .905C.12 .99 -.12 .99 -.215 .905"
    "C-.325 .78 -.352 .64 -.348 .40Z"
)
_ROUND_FACE = (
    "M-.355 .42C-.37 -.02 .37 -.02 .355 .42C.37 .66 .30 .80 .19 "
    ".9C.10 .965 -.10 .965 -.19 .9C-.30 .80 -.37 .66 -.355 .42Z"
)
_SHADOW = (
    "M-.345 .40C-.345 .62 -.29 .78 -.185 .895C-.09 .985 .03 .98 .08 .95C-.08 .93 -.20 .74 -.215 .42"
    "C-.22 .25 -.2 .12 -.14 .06C-.28 .10 -.345 .22 -.345 .40Z"
)


@dataclass(frozen=True)
class Expression:
    """How an emotion moves a face, in head heights. `open_mouth` says the mouth is filled."""

    mouth: str
    open_mouth: bool
    brow_inner: float
    brow_outer: float
    eye: float
    tilt: float


_EXPRESSIONS = {
    Emotion.NEUTRAL: Expression(
        "M-.085 .775Q0 .792 .085 .775", open_mouth=False, brow_inner=0, brow_outer=0, eye=1.1, tilt=0
    ),
    Emotion.HAPPY: Expression(
        "M-.12 .745Q0 .778 .12 .745Q0 .885 -.12 .745Z",
        open_mouth=True,
        brow_inner=-0.014,
        brow_outer=-0.01,
        eye=0.9,
        tilt=0,
    ),
    Emotion.SAD: Expression(
        "M-.085 .80Q0 .748 .085 .80", open_mouth=False, brow_inner=-0.047, brow_outer=0.022, eye=0.92, tilt=-0.01
    ),
    Emotion.ANGRY: Expression(
        "M-.09 .79L-.035 .762H.035L.09 .79Q0 .845 -.09 .79Z",
        open_mouth=True,
        brow_inner=0.044,
        brow_outer=-0.03,
        eye=0.9,
        tilt=0.012,
    ),
    Emotion.SURPRISED: Expression(
        "M0 .735C.062 .735 .062 .855 0 .855C-.062 .855 -.062 .735 0 .735Z",
        open_mouth=True,
        brow_inner=-0.052,
        brow_outer=-0.047,
        eye=1.5,
        tilt=0,
    ),
    Emotion.AFRAID: Expression(
        "M-.085 .79Q-.045 .76 0 .782T.085 .778Q.03 .825 -.085 .79Z",
        open_mouth=True,
        brow_inner=-0.064,
        brow_outer=0.004,
        eye=1.45,
        tilt=-0.008,
    ),
    Emotion.COLD: Expression(
        "M-.075 .786L.085 .772", open_mouth=False, brow_inner=0.02, brow_outer=-0.006, eye=0.8, tilt=0.004
    ),
}


def face_outline(paint: Paint) -> str:
    """The outline of the face."""
    if paint.look.age in {Age.CHILD, Age.TEEN}:
        return _ROUND_FACE
    return _SOFT_FACE if paint.look.female else _STRONG_FACE


def draw_face(paint: Paint, emotion: Emotion) -> None:
    """Ears, face, features, glasses and beard."""
    pen, skin, mood = paint.pen, paint.look.skin, _EXPRESSIONS[emotion]
    for side in (-1, 1):
        pen.ellipse(side * 0.35 - paint.turn * 0.35, 0.53, 0.05, 0.088, dark(skin, 0.1 if side == paint.side else 0.3))
    paint.rimmed(face_outline(paint), paint.skin_fill, 0.012)
    with pen.group(f"scale({1 if paint.side > 0 else -1} 1)"):
        pen.path(_SHADOW, dark(skin, 0.6), opacity=0.18)
    _cheeks(paint, emotion)
    if paint.look.age is Age.ELDER:
        _wrinkles(paint)
    if paint.look.beard:
        _beard(paint)
    for side in (-1, 1):
        _eye(paint, mood, side)
        _brow(paint, mood, side)
    _nose(paint)
    _mouth(paint, mood, emotion)
    _marks(paint, emotion)
    if paint.look.glasses:
        _glasses(paint)


def _cheeks(paint: Paint, emotion: Emotion) -> None:
    strength = 0.22 if paint.look.female or emotion is Emotion.HAPPY or paint.look.age is Age.CHILD else 0.1
    for side in (-1, 1):
        far = paint.facing * side > 0
        x = side * (0.14 if far else 0.2) + paint.turn
        paint.pen.ellipse(x, 0.665, 0.055 if far else 0.075, 0.042, "#e0685e", opacity=strength)


def _eye(paint: Paint, mood: Expression, side: int) -> None:
    pen, facing = paint.pen, paint.facing
    x = side * 0.15 + paint.turn
    half = 0.083 * (0.88 if facing * side > 0 else 1)
    upper, lower = 0.046 * mood.eye, 0.027 * mood.eye
    inner, outer, y_inner, y_outer = x - side * half, x + side * half, 0.51 + mood.tilt, 0.506 - mood.tilt
    white = (
        f"M{inner:.3f} {y_inner:.3f}Q{x:.3f} {0.506 - upper * 1.3:.3f} {outer:.3f} {y_outer:.3f}"
        f"Q{x:.3f} {0.506 + lower * 1.5:.3f} {inner:.3f} {y_inner:.3f}Z"
    )
    pen.path(white, "#faf6f2")
    high, low = upper * 0.65, lower * 0.75
    radius, iris_x, iris_y = min(0.038, (high + low) * 0.62), x + 0.022 * facing, 0.504 - (high - low) / 2
    pen.circle(iris_x, iris_y, radius, paint.look.eyes)
    pen.circle(iris_x, iris_y, radius * 0.52, "#120c0d")
    pen.circle(iris_x + 0.012, iris_y - radius * 0.4, radius * 0.3, "#ffffff")
    lid = (
        f"M{inner:.3f} {y_inner:.3f}Q{x:.3f} {0.502 - upper * 1.36:.3f} "
        f"{outer + side * 0.012:.3f} {y_outer - 0.005:.3f}"
    )
    pen.path(lid, stroke=_INK, width=0.027 if paint.look.female else 0.021)
    if paint.look.female and paint.look.age is not Age.CHILD:
        lash = f"M{outer:.3f} {y_outer - 0.004:.3f}L{outer + side * 0.032:.3f} {y_outer - 0.028:.3f}"
        pen.path(lash, stroke=_INK, width=0.016)
    crease = (
        f"M{inner + side * 0.03:.3f} {0.478 - upper * 0.7:.3f}Q{x:.3f} "
        f"{0.474 - upper:.3f} {outer - side * 0.01:.3f} {0.482 - upper * 0.6:.3f}"
    )
    pen.path(crease, stroke=dark(paint.look.skin, 0.4), width=0.01, opacity=0.5)


def _brow(paint: Paint, mood: Expression, side: int) -> None:
    x = side * 0.15 + paint.turn
    narrow = 0.88 if paint.facing * side > 0 else 1.0
    inner, outer, y = x - side * 0.088 * narrow, x + side * 0.105 * narrow, 0.4
    middle, thick = (mood.brow_inner + mood.brow_outer) / 2, 0.012 if paint.look.female else 0.018
    data = (
        f"M{inner:.3f} {y + mood.brow_inner - thick:.3f}Q{x:.3f} "
        f"{y + middle - 0.038:.3f} {outer:.3f} {y + mood.brow_outer:.3f}"
        f"Q{x:.3f} {y + middle - 0.008:.3f} {inner:.3f} {y + mood.brow_inner + thick:.3f}Z"
    )
    paint.pen.path(data, dark(mix(paint.look.hair_colour, "#3a2a26", 0.25), 0.15))


def _nose(paint: Paint) -> None:
    shade, x, f = dark(paint.look.skin, 0.45), paint.turn * 1.25, paint.facing
    if f:
        data = (
            f"M{x:.3f} .53C{x + 0.035 * f:.3f} .59 {x + 0.06 * f:.3f} .625 "
            f"{x + 0.048 * f:.3f} .645Q{x + 0.01 * f:.3f} .668 {x - 0.03 * f:.3f} .652"
        )
    else:
        data = "M-.045 .645Q-.02 .668 0 .657Q.02 .668 .045 .645"
    paint.pen.path(data, stroke=shade, width=0.015, opacity=0.65)


def _mouth(paint: Paint, mood: Expression, emotion: Emotion) -> None:
    pen, shade = paint.pen, dark(paint.look.skin, 0.45)
    lip = mix("#b2434f" if paint.look.female else "#8a4a44", paint.look.skin, 0.1)
    with pen.group(f"translate({paint.turn * 1.05:.3f} 0)"):
        width = 0.028 if paint.look.female else 0.021
        pen.path(mood.mouth, "#5e1f2a" if mood.open_mouth else "none", stroke=lip, width=width)
        if not mood.open_mouth:
            pen.path("M-.045 .832Q0 .846 .045 .832", stroke=shade, width=0.012, opacity=0.5)
        if emotion is Emotion.HAPPY:
            pen.path("M-.085 .757Q0 .777 .085 .757L.07 .79Q0 .80 -.07 .79Z", "#ffffff")


def _marks(paint: Paint, emotion: Emotion) -> None:
    pen, x = paint.pen, paint.turn
    if emotion is Emotion.SAD:
        tear = x + 0.165 * paint.side
        pen.path(
            f"M{tear:.3f} .55Q{tear - 0.02:.3f} .62 {tear - 0.01:.3f} .70", stroke="#d8f1ff", width=0.016, opacity=0.75
        )
        pen.ellipse(tear - 0.01, 0.725, 0.018, 0.028, "#d8f1ff", opacity=0.95)
    if emotion is Emotion.ANGRY:
        pen.path(
            f"M{x - 0.018:.3f} .38V.43M{x + 0.018:.3f} .38V.43",
            stroke=dark(paint.look.skin, 0.45),
            width=0.01,
            opacity=0.7,
        )
    if emotion is Emotion.AFRAID:
        drop = x - 0.25 * paint.side
        pen.path(
            f"M{drop:.3f} .25Q{drop - 0.03:.3f} .31 {drop:.3f} .325Q{drop + 0.03:.3f} .31 {drop:.3f} .25Z",
            "#cfeaff",
            opacity=0.9,
        )


def _wrinkles(paint: Paint) -> None:
    shade, x = dark(paint.look.skin, 0.4), paint.turn
    for side in (-1, 1):
        eye, mouth = x + side * 0.15, x + side * 0.13
        paint.pen.path(
            f"M{eye - 0.06:.3f} .575Q{eye:.3f} .6 {eye + 0.06:.3f} .575", stroke=shade, width=0.01, opacity=0.5
        )
        paint.pen.path(
            f"M{mouth - side * 0.03:.3f} .67Q{mouth + side * 0.03:.3f} .72 {mouth + side * 0.02:.3f} .79",
            stroke=shade,
            width=0.011,
            opacity=0.55,
        )
    paint.pen.path(
        f"M{x - 0.12:.3f} .325Q{x:.3f} .312 {x + 0.12:.3f} .325M{x - 0.1:.3f} .355Q{x:.3f} .343 {x + 0.1:.3f} .355",
        stroke=shade,
        width=0.009,
        opacity=0.4,
    )


def _beard(paint: Paint) -> None:
    pen, x, kind = paint.pen, paint.turn, paint.look.beard
    colour = mix(paint.look.hair_colour, paint.look.skin, 0.12)
    moustache = (
        f"M{x - 0.13:.3f} .745Q{x - 0.06:.3f} .685 {x:.3f} .705Q{x + 0.06:.3f} "
        f".685 {x + 0.13:.3f} .745Q{x:.3f} .735 {x - 0.13:.3f} .745Z"
    )
    jaw = (
        f"M-.349 .50C-.352 .66 -.325 .78 -.215 .905C-.12 1.01 .12 1.01 .215 .905C.325 .78 .352 .66 .349 .50"
        f"C.31 .58 .27 .66 {x + 0.15:.3f} .70Q{x:.3f} .69 {x - 0.15:.3f} .70C-.27 .66 -.31 .58 -.349 .50Z"
    )
    if kind == "stubble":
        pen.path(jaw, colour, opacity=0.22)
        return
    if kind == "full":
        pen.path(jaw, colour)
        pen.ellipse(x * 1.05, 0.79, 0.115, 0.055, mix(paint.look.skin, colour, 0.25))
    pen.path(moustache, dark(colour, 0.12))


def _glasses(paint: Paint) -> None:
    pen, x = paint.pen, paint.turn
    for side in (-1, 1):
        centre, half = x + side * 0.152, 0.118 * (0.93 if paint.facing * side > 0 else 1)
        pen.rect(
            centre - half, 0.432, half * 2, 0.16, "#dff1ff", radius=0.06, opacity=0.16, stroke="#1d2028", line=0.018
        )
        pen.path(f"M{centre - 0.06:.3f} .56L{centre:.3f} .46", stroke="#ffffff", width=0.016, opacity=0.5)
        pen.path(f"M{centre + side * half:.3f} .49L{side * 0.355:.3f} .485", stroke="#1d2028", width=0.018)
    pen.path(f"M{x - 0.036:.3f} .49Q{x:.3f} .465 {x + 0.036:.3f} .49", stroke="#1d2028", width=0.018)
