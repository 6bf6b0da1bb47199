"""Everything a crew writes on a storyboard: head, camera marks, names, card, episode strip."""

from sfd.domain.briefs import SceneBrief
from sfd.domain.models import Angle, ShotSize
from sfd.media.drawing.camera_marks import (
    INSET,
    Box,
    box_of,
    draw_arrow,
    draw_inset,
    draw_move_icon,
    move_arrows,
)
from sfd.media.drawing.card import card_rows, card_top, draw_card
from sfd.media.drawing.colour import AMBER, identity_colour
from sfd.media.drawing.framing import HEIGHT, WIDTH, angle_name, move_name, seen_at, shot_size_name
from sfd.media.drawing.plate import shoulder_side, standing
from sfd.media.drawing.script_text import clock, shown, slugline
from sfd.media.drawing.sketch import Sketch
from sfd.media.drawing.typography import fitted, shortened, text_markup, text_width

NOTICE = "PREVIEW DRAWN FROM SCRIPT · NOT GENERATED"
_MARGIN = 30
_HEAD_BOTTOM = 184
_QUIET = "#9aa1b3"
_CHIP = "#2a2f3d"
_PILL_HEIGHT = 34
_CLOSE = frozenset({ShotSize.CLOSE_UP, ShotSize.EXTREME_CLOSE_UP})
_NOBODY = "#596075"
_LEAST = 18.0

Head = tuple[float, float, float]


def draw_overlay(brief: SceneBrief) -> Sketch:
    """The overlay of a storyboard, in frame units."""
    pen, rows = Sketch(), card_rows(brief)
    top = card_top(rows)
    heads = _heads(brief)
    arrows = move_arrows(brief.shot.move, _HEAD_BOTTOM, top)
    draw_card(pen, rows)
    for arrow in arrows:
        draw_arrow(pen, arrow)
    _draw_head(pen, brief)
    colours = [identity_colour(one.character.position) for one in standing(brief)]
    draw_inset(pen, brief.shot.move, [(*head, colour) for head, colour in zip(heads, colours, strict=True)])
    _draw_pills(pen, brief, heads, [box_of(arrow) for arrow in arrows], top)
    _draw_strip(pen, brief)
    return pen


def _heads(brief: SceneBrief) -> list[Head]:
    """Where heads are seen: middle x, top y and height, after the camera's tilt."""
    found: list[Head] = []
    for one in standing(brief):
        angle = Angle.EYE_LEVEL if brief.shot.angle is Angle.OVERHEAD else brief.shot.angle
        x, y, scale = seen_at(angle, one.place.x, one.place.y)
        found.append((x, y, one.place.unit * min(scale, 1.1)))
    return found


def _draw_head(pen: Sketch, brief: SceneBrief) -> None:
    pen.rect(0, 0, WIDTH, 210, pen.linear((0, "#05060a", 0.86), (0.62, "#05060a", 0.58), (1, "#05060a", 0)))
    label = shortened(shown(brief.label), 40, 240, 800)
    pen.add(text_markup(_MARGIN, 62, label, 40, weight=800))
    x = _MARGIN + text_width(label, 40, 800) + 16
    number = shortened(f"Shot {brief.number}", 26, 220, 500)
    pen.add(text_markup(x, 62, number, 26, weight=500, opacity=0.82))
    pen.add(text_markup(WIDTH - _MARGIN, 62, f"{brief.seconds:.1f}s", 40, AMBER, weight=800, anchor="end"))
    size, lines = fitted(slugline(brief), (21, 19, 17, 15), WIDTH - 2 * _MARGIN, 1, 600)
    pen.add(text_markup(_MARGIN, 100, lines[0], size, weight=600, opacity=0.92, language=brief.language))
    _draw_chips(pen, brief)


def _draw_chips(pen: Sketch, brief: SceneBrief) -> None:
    shot, x = brief.shot, float(_MARGIN)
    x = _chip(pen, x, shot_size_name(shot.size), "#ffffff", "#0d0f16")
    x = _chip(pen, x, angle_name(shot.angle), _CHIP, "#ffffff")
    draw_at = x + 13
    x = _chip(pen, x, move_name(shot.move), AMBER, "#191304", indent=27)
    draw_move_icon(pen, shot.move, draw_at, 130, "#191304")
    if shot.lens_mm:
        _chip(pen, x, f"{shot.lens_mm} mm", _CHIP, "#ffffff")


def _chip(pen: Sketch, x: float, label: str, fill: str, ink: str, indent: float = 0) -> float:
    """A chip at `x`; returns where the next one goes."""
    width = text_width(label, 19, 600) + 26 + indent
    pen.rect(x, 122, width, 36, fill, radius=10)
    pen.add(text_markup(x + 13 + indent, 147, label, 19, ink, weight=600))
    return x + width + 8


def _draw_pills(pen: Sketch, brief: SceneBrief, heads: list[Head], taken: list[Box], bottom: float) -> None:
    taken = [*taken, (INSET[0] - 10, INSET[1] - 10, INSET[2] + 20, INSET[3] + 20)]
    if not _in_corner(brief):
        taken += [(x - 0.36 * unit, y, 0.72 * unit, 0.95 * unit) for x, y, unit in heads]
    speakers = {line.character_id for line in brief.dialogue}
    for one, head in zip(standing(brief), heads, strict=True):
        person = one.character
        name = shown(person.name) or person.id
        wanted = _wanted_place(brief, head)
        colour = identity_colour(person.position)
        taken.append(
            _pill(pen, name, colour, (wanted, taken, bottom), filled=person.id in speakers, language=brief.language)
        )
    side = shoulder_side(brief)
    if side and brief.shot.angle is not Angle.OVERHEAD:
        person = next(one for one in brief.cast if one.id == brief.shot.over_shoulder)
        wanted = (0.14 * WIDTH if side < 0 else 0.86 * WIDTH, bottom - 52)
        colour, name = identity_colour(person.position), shown(person.name) or person.id
        _pill(pen, name, colour, (wanted, taken, bottom), filled=person.id in speakers, language=brief.language)


def _in_corner(brief: SceneBrief) -> bool:
    """Whether one face fills the frame, so that the name goes to a corner and may lie over the hair."""
    return brief.shot.size in _CLOSE and len(brief.cast) == 1


def _wanted_place(brief: SceneBrief, head: Head) -> tuple[float, float]:
    """Middle and top of a name: above the hair; in close-ups, in the upper left corner."""
    x, y, unit = head
    if _in_corner(brief):
        return 0, _HEAD_BOTTOM
    return x, y - 0.3 * unit - _PILL_HEIGHT - 4


def _pill(
    pen: Sketch,
    name: str,
    colour: str,
    room: tuple[tuple[float, float], list[Box], float],
    *,
    filled: bool,
    language: str,
) -> Box:
    """A name near the place wanted, where nothing else is; returns the room it took."""
    label = shortened(name, 20, 210, 700)
    box = _free_box(text_width(label, 20, 700) + 46, *room)
    x, y, width, height = box
    pen.rect(
        x, y, width, height, colour if filled else "#0c0e15", radius=17, opacity=0.96 if filled else 0.76, stroke=colour
    )
    ink = "#0c0e15" if filled else "#ffffff"
    pen.circle(x + 18, y + 17, 6.5, "#0c0e15" if filled else colour)
    pen.add(text_markup(x + 31, y + 24, label, 20, ink, weight=700, language=language))
    return box


def _free_box(width: float, wanted: tuple[float, float], taken: list[Box], bottom: float) -> Box:
    """The free room nearest to the place wanted; moving down costs more, because faces are there."""
    x = min(max(18.0, wanted[0] - width / 2), WIDTH - width - 18)
    lowest = bottom - _PILL_HEIGHT - 8
    y = min(max(float(_HEAD_BOTTOM), wanted[1]), lowest)
    rows = [row for step in range(-14, 15) if _HEAD_BOTTOM <= (row := y + step * 20) <= lowest]
    lefts = [left for step in range(-20, 21) if _LEAST <= (left := x + step * 20) <= WIDTH - width - _LEAST]
    places = sorted(
        (abs(left - x) + (y - row if row <= y else 3 * (row - y)), left, row) for left in lefts for row in rows
    )
    boxes = ((left, row, width, float(_PILL_HEIGHT)) for _, left, row in places)
    return next((box for box in boxes if not any(_meet(box, other) for other in taken)), (x, y, width, _PILL_HEIGHT))


def _meet(one: Box, other: Box) -> bool:
    return (
        one[0] < other[0] + other[2] + 4
        and other[0] < one[0] + one[2] + 4
        and one[1] < other[1] + other[3] + 4
        and other[1] < one[1] + one[3] + 4
    )


def _draw_strip(pen: Sketch, brief: SceneBrief) -> None:
    """The episode at a glance: a block per shot, as wide as it is long, in its speaker's colour."""
    total = sum(block.seconds for block in brief.strip)
    x, room, at = 22.0, WIDTH - 44.0, 0.0
    for index, block in enumerate(brief.strip if total > 0 else ()):
        width = block.seconds / total * room
        gap = min(2.0, width * 0.3)
        colour = _NOBODY if block.speaker is None else identity_colour(block.speaker)
        if index == brief.strip_index:
            pen.rect(x + gap / 2, HEIGHT - 50, max(4.0, width - gap), 18, colour, radius=3, stroke="#ffffff")
        else:
            pen.rect(x + gap / 2, HEIGHT - 46, width - gap, 10, colour, radius=3, opacity=0.5)
        at += block.seconds if index < brief.strip_index else 0
        x += width
    if total > 0:
        pen.add(text_markup(24, HEIGHT - 10, f"{clock(at)} of {clock(total)}", 16, _QUIET, weight=500))
    pen.add(text_markup(WIDTH - 24, HEIGHT - 10, NOTICE, 14, _QUIET, weight=600, anchor="end", spacing=0.6))
