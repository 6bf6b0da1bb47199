"""A person from top to toe, in head heights: the head is 1 high, its top at the origin, the feet at `framing.FEET`."""

from dataclasses import dataclass

from sfd.media.drawing.colour import dark, light
from sfd.media.drawing.emotions import Emotion
from sfd.media.drawing.looks import Age, Look
from sfd.media.drawing.people.body import draw_body
from sfd.media.drawing.people.face import draw_face
from sfd.media.drawing.people.hair import draw_back_hair, draw_front_hair, draw_head_from_behind
from sfd.media.drawing.people.paint import Paint
from sfd.media.drawing.sketch import Sketch

_NECK_TUCK = {Age.CHILD: 0.2, Age.TEEN: 0.13, Age.ADULT: 0.1, Age.ELDER: 0.12}
_HEAD_SCALES = {Age.CHILD: 1.22, Age.TEEN: 1.06, Age.ADULT: 1.0, Age.ELDER: 1.0}


@dataclass(frozen=True)
class Person:
    """Someone in a picture.

    `x` and `y` place the top of the head and `unit` is the height of a head, all in frame units. `facing` is
    -1 (to the left), 0 or 1. `key_side` is where the light comes from, -1 or 1.
    """

    look: Look
    x: float
    y: float
    unit: float
    facing: int
    emotion: Emotion
    key_colour: str
    key_side: int
    from_behind: bool = False


def draw_person(pen: Sketch, person: Person) -> None:
    """Draw a person; from behind, no face is seen."""
    paint = _paint(pen, person)
    head = _HEAD_SCALES[person.look.age]
    around_neck = f"translate(0 1) scale({head}) translate(0 -1)"
    with pen.group(f"translate({person.x:.1f} {person.y:.1f}) scale({person.unit:.2f})"):
        if not person.from_behind:
            with pen.group(around_neck):
                draw_back_hair(paint)
        with pen.group(f"translate(0 {-_NECK_TUCK[person.look.age]})"):
            draw_body(paint, from_behind=person.from_behind)
        with pen.group(around_neck):
            if person.from_behind:
                draw_head_from_behind(paint)
            else:
                draw_face(paint, person.emotion)
                draw_front_hair(paint)


def _paint(pen: Sketch, person: Person) -> Paint:
    look, side = person.look, person.key_side
    lit, shaded = (1, 0) if side > 0 else (0, 1), (0.1, 0.25) if side > 0 else (0.9, 0.25)
    start, end = (lit[0], 0), shaded
    cloth, skin, hair = look.cloth, look.skin, look.hair_colour
    return Paint(
        pen=pen,
        look=look,
        side=side,
        facing=person.facing,
        rim=light(person.key_colour, 0.25),
        cloth=cloth,
        cloth_fill=pen.linear((0, light(cloth, 0.2)), (0.45, cloth), (1, dark(cloth, 0.45)), start=start, end=end),
        skin_fill=pen.linear((0, light(skin, 0.14)), (0.55, skin), (1, dark(skin, 0.24)), start=start, end=end),
        hair_fill=pen.linear((0, light(hair, 0.26)), (0.45, hair), (1, dark(hair, 0.45)), start=start, end=end),
    )
