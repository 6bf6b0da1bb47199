"""A character's portrait card."""

from PIL import Image

from sfd.domain.briefs import CharacterBrief
from sfd.media.drawing.colour import INK, dark, identity_colour, light, mix, seeded
from sfd.media.drawing.emotions import Emotion
from sfd.media.drawing.framing import HEIGHT, WIDTH
from sfd.media.drawing.light import add_glow, add_vignette
from sfd.media.drawing.looks import look_of
from sfd.media.drawing.overlay import NOTICE
from sfd.media.drawing.people import Person, draw_person
from sfd.media.drawing.script_text import shown
from sfd.media.drawing.sketch import Sketch
from sfd.media.drawing.storyboard import png_bytes
from sfd.media.drawing.typography import fitted, shortened, text_markup, text_width

_UNIT = 330.0
_EYE_LINE = 450.0
_VOICE = "#b9a5ff"
_INNER = WIDTH - 96
_FOOT = 58
_EVEN_ODDS = 0.5


def draw_portrait(brief: CharacterBrief) -> bytes:
    """A character's portrait card as PNG, 720x1280: the person, their name, look and voice."""
    picture = _person(brief)
    card = _card(brief).render(WIDTH)
    picture.paste(card, (0, 0), card)
    return png_bytes(picture)


def _person(brief: CharacterBrief) -> Image.Image:
    pen, colour, look = Sketch(), identity_colour(brief.position), look_of(brief)
    chance = seeded("portrait", brief.id, brief.name)
    pen.rect(
        0,
        0,
        WIDTH,
        HEIGHT,
        pen.linear((0, mix(colour, "#ffffff", 0.12)), (0.5, dark(colour, 0.3)), (1, dark(colour, 0.78))),
    )
    for _ in range(9):
        x, y, radius = chance.uniform(-40, 760), chance.uniform(-40, 900), chance.uniform(50, 190)
        pen.circle(x, y, radius, light(colour, 0.55), opacity=chance.uniform(0.05, 0.14))
    picture = pen.render(WIDTH).convert("RGB")
    add_glow(picture, light(colour, 0.6), 0.34)
    unit = _UNIT * (0.86 + 0.14 * look.stature)
    side = chance.choice((-1, 1))
    emotion = Emotion.NEUTRAL if chance.random() < _EVEN_ODDS else Emotion.HAPPY
    figure = Sketch()
    draw_person(figure, Person(look, WIDTH / 2, _EYE_LINE - unit / 2, unit, -side, emotion, light(colour, 0.7), side))
    person = figure.render(WIDTH)
    picture.paste(person, (0, 0), person)
    add_vignette(picture)
    return picture


def _card(brief: CharacterBrief) -> Sketch:
    pen, colour = Sketch(), identity_colour(brief.position)
    size, lines = fitted(shown(brief.description), (25, 23, 21), _INNER, 4)
    voice = shortened(shown(brief.voice_description), 23, _INNER - 36, 500)
    role = " · ".join(part for part in ("Main character" if brief.main else "Supporting", shown(brief.gender)) if part)
    height = 150 + len(lines) * size * 1.38 + (44 if voice else 0)
    top = HEIGHT - _FOOT - height
    pen.rect(0, top - 110, WIDTH, HEIGHT - top + 110, pen.linear((0, INK, 0), (0.3, INK, 0.6), (1, INK, 0.95)))
    pen.rect(22, top, WIDTH - 44, height, "#0d1018", radius=24, opacity=0.84)
    pen.rect(48, top + 34, 8, 80, colour, radius=4)
    name_size, name = fitted(shown(brief.name) or brief.id, (46, 40, 34, 28), _INNER - 26, 1, 800)
    pen.add(text_markup(74, top + 74, name[0] if name else "", name_size, weight=800))
    pen.add(text_markup(74, top + 110, shortened(role, 22, _INNER - 26, 600), 22, light(colour, 0.2), weight=600))
    y = top + 134
    for line in lines:
        y += size * 1.38
        pen.add(text_markup(48, y - size * 0.3, line, size, "#c6cbd8"))
    if voice:
        _note(pen, 50, y + 14)
        pen.add(text_markup(84, y + 34, voice, 23, _VOICE, weight=500))
    _foot(pen, colour)
    return pen


def _note(pen: Sketch, x: float, y: float) -> None:
    """Two joined quavers, 22 x 24."""
    pen.path(f"M{x + 6} {y + 19}V{y + 4}L{x + 20} {y}V{y + 15}", stroke=_VOICE, width=3)
    pen.ellipse(x + 3, y + 19.5, 4.6, 3.6, _VOICE)
    pen.ellipse(x + 17, y + 15.5, 4.6, 3.6, _VOICE)


def _foot(pen: Sketch, colour: str) -> None:
    width = text_width(NOTICE, 14, 600, 0.6)
    pen.rect(24, HEIGHT - 36, WIDTH - 72 - width, 6, colour, radius=3, opacity=0.8)
    pen.add(text_markup(WIDTH - 24, HEIGHT - 26, NOTICE, 14, "#9aa1b3", weight=600, anchor="end", spacing=0.6))
