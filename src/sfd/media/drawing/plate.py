"""The picture layer of a scene: set, people, light. No text."""

import math
from dataclasses import dataclass

from PIL import Image, ImageFilter

from sfd.domain.briefs import CharacterBrief, SceneBrief
from sfd.domain.models import Angle, ShotSize
from sfd.media.drawing.colour import dark, seeded
from sfd.media.drawing.emotions import Emotion, emotion_of
from sfd.media.drawing.framing import FEET, HEIGHT, WIDTH, Placement, camera_of, places, unit_of
from sfd.media.drawing.light import Light, add_glow, add_vignette, hour_of, light_of
from sfd.media.drawing.looks import look_of
from sfd.media.drawing.overhead import draw_from_above, floor_picture, places_from_above
from sfd.media.drawing.people import Person, draw_person
from sfd.media.drawing.sets import set_picture
from sfd.media.drawing.sketch import Sketch

MAX_PEOPLE = 6
_FULL_FIGURES = frozenset({ShotSize.WIDE, ShotSize.EXTREME_WIDE})
_SHOULDER_UNIT = 330.0


@dataclass(frozen=True)
class Standing:
    """A character in front of the camera, before the camera's tilt."""

    character: CharacterBrief
    place: Placement
    facing: int
    emotion: Emotion


def in_front(brief: SceneBrief) -> list[CharacterBrief]:
    """Who is seen from the front: the cast without the one over whose shoulder the camera looks."""
    return [person for person in brief.cast if person.id != brief.shot.over_shoulder][:MAX_PEOPLE]


def shoulder_side(brief: SceneBrief) -> int:
    """-1 or 1 if someone's back is in the foreground on the left or right, else 0."""
    ids = [person.id for person in brief.cast]
    if brief.shot.over_shoulder not in ids:
        return 0
    return -1 if ids.index(brief.shot.over_shoulder) < len(ids) / 2 else 1


def standing(brief: SceneBrief) -> list[Standing]:
    """Everyone in front of the camera with their place, turned to each other."""
    people, shoulder = in_front(brief), shoulder_side(brief)
    statures = [look_of(person).stature for person in people]
    if brief.shot.angle is Angle.OVERHEAD:
        spots = places_from_above(brief.shot.size, len(people))
    else:
        spots = places(brief.shot.size, brief.shot.angle, statures, shoulder=shoulder)
    return [
        Standing(person, spot, _facing(brief, index, len(people), shoulder), emotion_of(brief, person.id))
        for index, (person, spot) in enumerate(zip(people, spots, strict=True))
    ]


def _facing(brief: SceneBrief, index: int, count: int, shoulder: int) -> int:
    """Those on the left look right and those on the right look left; alone, to their own side."""
    if shoulder:
        return shoulder
    if count == 1:
        return seeded("facing", brief.cast[0].id, str(brief.number)).choice((-1, 1))
    middle = (count - 1) / 2
    if index == middle:
        speakers = [line.character_id for line in brief.dialogue]
        others = [at for at, person in enumerate(in_front(brief)) if person.id in speakers and at != index]
        return 0 if not others else (-1 if others[0] < index else 1)
    return 1 if index < middle else -1


def draw_plate(brief: SceneBrief, width: int = WIDTH) -> Image.Image:
    """The text-free picture of a scene.

    Args:
        brief: The scene.
        width: Pixels; the height is 16:9 of it.

    Returns:
        An RGB picture.
    """
    light = light_of(hour_of(brief.time_of_day))
    people = standing(brief)
    if brief.shot.angle is Angle.OVERHEAD:
        picture = floor_picture(brief.location, light.hour, width).copy()
        layer = _from_above(people, light)
    else:
        picture = _set(brief, light, people, width)
        layer = _people(brief, people, light)
    if not layer.empty:
        drawn = layer.render(width)
        picture.paste(drawn, (0, 0), drawn)
    picture = _tilted(picture, brief.shot.angle)
    _paste_shoulder(picture, brief, light)
    add_vignette(picture)
    return picture


def _set(brief: SceneBrief, light: Light, people: list[Standing], width: int) -> Image.Image:
    unit = unit_of(brief.shot.size, max(1, len(people)))
    outside = brief.setting != "INT"
    zoom = round(min(1.85, 0.96 + max(0.0, unit - 42) / 640), 2)
    blur = round(max(0.0, min(11.0, (unit - 90) / 38)), 1)
    lift = camera_of(brief.shot.angle).horizon
    picture = set_picture(brief.location, light.hour, outside, width, zoom, lift, blur).copy()
    add_glow(picture, light.glow, (people[0].place.y + people[0].place.unit) / HEIGHT if people else 0.45)
    return picture


def _key_side(brief: SceneBrief) -> int:
    return seeded("key", brief.location.lower()).choice((-1, 1))


def _people(brief: SceneBrief, people: list[Standing], light: Light) -> Sketch:
    pen = Sketch()
    side = _key_side(brief)
    for one in sorted(people, key=lambda one: one.place.unit):
        spot = one.place
        if brief.shot.size in _FULL_FIGURES:
            pen.ellipse(spot.x, spot.y + FEET * spot.unit, spot.unit * 1.15, spot.unit * 0.16, "#000000", opacity=0.42)
        look = look_of(one.character)
        draw_person(pen, Person(look, spot.x, spot.y, spot.unit, one.facing, one.emotion, light.key, side))
    return pen


def _from_above(people: list[Standing], light: Light) -> Sketch:
    pen = Sketch()
    for one in people:
        draw_from_above(pen, look_of(one.character), one.place, one.facing, light)
    return pen


def _tilted(picture: Image.Image, angle: Angle) -> Image.Image:
    """The picture as the tilted or rolled camera sees it; the same mapping as `framing.seen_at`."""
    camera, (width, height) = camera_of(angle), picture.size
    if camera.roll:
        turn, scale = math.radians(camera.roll), camera.top
        across, along = math.cos(turn) / scale, math.sin(turn) / scale
        middle = (
            width / 2 - across * width / 2 - along * height / 2,
            height / 2 + along * width / 2 - across * height / 2,
        )
        matrix = (across, along, middle[0], -along, across, middle[1])
        return picture.transform((width, height), Image.Transform.AFFINE, matrix, Image.Resampling.BICUBIC)
    if camera.top == camera.bottom == 1:
        return picture
    high, low = width / 2 * (1 - 1 / camera.top), width / 2 * (1 - 1 / camera.bottom)
    corners = (high, 0, low, height, width - low, height, width - high, 0)
    return picture.transform((width, height), Image.Transform.QUAD, corners, Image.Resampling.BICUBIC)


def _paste_shoulder(picture: Image.Image, brief: SceneBrief, light: Light) -> None:
    """The back of the one over whose shoulder the camera looks, out of focus; changes the picture."""
    side = shoulder_side(brief)
    if not side or brief.shot.angle is Angle.OVERHEAD:
        return
    person = next(one for one in brief.cast if one.id == brief.shot.over_shoulder)
    look = look_of(person)
    pen = Sketch()
    x = 0.13 * WIDTH if side < 0 else 0.87 * WIDTH
    key = dark(light.key, 0.2)
    draw_person(pen, Person(look, x, 560, _SHOULDER_UNIT, 0, Emotion.NEUTRAL, key, _key_side(brief), from_behind=True))
    layer = pen.render(picture.width // 2).filter(ImageFilter.GaussianBlur(3.2 * picture.width / 720))
    layer = layer.resize(picture.size, Image.Resampling.BICUBIC)
    shade = Image.new("RGBA", picture.size, "#070910")
    shade.putalpha(layer.getchannel("A").point(lambda value: value * 0.5))
    picture.paste(layer, (0, 0), layer)
    picture.paste(shade, (0, 0), shade)
