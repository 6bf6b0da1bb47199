"""The view straight down: a floor, and people as heads and shoulders."""

from functools import lru_cache

from PIL import Image

from sfd.domain.models import ShotSize
from sfd.media.drawing.colour import dark, light, mix, seeded
from sfd.media.drawing.framing import WIDTH, Placement
from sfd.media.drawing.light import Hour, Light, light_of
from sfd.media.drawing.looks import Look
from sfd.media.drawing.sets import family_of
from sfd.media.drawing.sketch import Sketch

_OPEN_AIR = {"park": "#6f9a5a", "waterside": "#8a6a4c", "street": "#5f646c", "rooftop": "#7d8288"}
_PLANKS = frozenset({"living_room", "bedroom", "office", "waterside", "restaurant", "classroom"})
_UNITS = {
    ShotSize.EXTREME_CLOSE_UP: 330.0,
    ShotSize.CLOSE_UP: 260.0,
    ShotSize.MEDIUM_CLOSE_UP: 210.0,
    ShotSize.MEDIUM: 170.0,
    ShotSize.MEDIUM_LONG: 130.0,
    ShotSize.WIDE: 96.0,
    ShotSize.EXTREME_WIDE: 56.0,
}
_MIDDLE = 540.0


def places_from_above(size: ShotSize, people: int) -> list[Placement]:
    """Where heads are seen from above, in two staggered rows when there are several."""
    unit = min(_UNITS[size], WIDTH / max(1, people) * 0.5)
    return [
        Placement(
            WIDTH * (index + 0.5) / people,
            _MIDDLE - unit / 2 + (0 if people == 1 else (-1) ** index * unit * 0.45),
            unit,
        )
        for index in range(people)
    ]


@lru_cache(maxsize=12)
def floor_picture(location: str, hour: Hour, width: int) -> Image.Image:
    """The floor of a location from above; do not change the picture, it is shared."""
    pen, tone, chance = Sketch(), light_of(hour), seeded("floor", location.lower())
    family = family_of(location)
    base = mix(tone.floor, _OPEN_AIR.get(family, chance.choice(("#8a6a4c", "#7d8288", "#93806a"))), 0.5)
    pen.rect(0, 0, 720, 1280, base)
    if family == "park":
        for _ in range(260):
            x, y = chance.uniform(0, 720), chance.uniform(0, 1280)
            pen.ellipse(x, y, chance.uniform(6, 26), chance.uniform(4, 16), light(base, 0.12), opacity=0.35)
    elif family in _PLANKS:
        _planks(pen, base, chance.randint(0, 60))
    else:
        _tiles(pen, base)
    rug = mix(base, chance.choice(("#a33c4a", "#3c5aa3", "#4f8a6a", "#a3843c")), 0.4)
    if family not in _OPEN_AIR:
        pen.rect(90, 220, 540, 640, rug, radius=26, opacity=0.7)
        pen.rect(112, 242, 496, 596, "none", radius=18, stroke=light(rug, 0.25), line=4)
    pen.circle(360, 520, 620, pen.radial((0, tone.glow, 0.4), (1, tone.glow, 0)))
    return pen.render(width).convert("RGB").resize((width, width * 16 // 9))


def _planks(pen: Sketch, base: str, offset: int) -> None:
    for row in range(15):
        x = row * 50
        pen.rect(x, 0, 48, 1280, dark(base, 0.05 * (row * 7 % 4)))
        for joint in range(4):
            pen.rect(x, (offset + row * 137 + joint * 380) % 1280, 48, 3, dark(base, 0.4))


def _tiles(pen: Sketch, base: str) -> None:
    for row in range(14):
        for column in range(8):
            pen.rect(column * 96 - 24, row * 96 - 20, 93, 93, dark(base, 0.05 * ((row * 5 + column * 3) % 4)))


def draw_from_above(pen: Sketch, look: Look, place: Placement, facing: int, tone: Light) -> None:
    """A person seen from straight above, turned to `facing` (-1 left, 0 down, 1 right)."""
    turn = {-1: 90, 0: 0, 1: -90}[facing]
    x, y, unit = place.x, place.y + place.unit / 2, place.unit
    pen.ellipse(x + unit * 0.3, y + unit * 0.34, unit * 0.95, unit * 0.75, "#000000", opacity=0.3)
    cloth, hair, skin = look.cloth, look.hair_colour, look.skin
    with pen.group(f"translate({x:.1f} {y:.1f}) rotate({turn}) scale({unit:.2f})"):
        for side in (-1, 1):
            pen.ellipse(side * 0.72, 0.16, 0.2, 0.3, dark(cloth, 0.25))
            pen.circle(side * 0.66, 0.46, 0.11, skin)
            pen.path(f"M{side * 0.24} .3L{side * 0.24} .62", stroke="#15161c", width=0.2)
        fill = pen.linear((0, light(cloth, 0.2)), (0.5, cloth), (1, dark(cloth, 0.4)))
        pen.ellipse(0, 0.02, 0.82, 0.36, tone.key, opacity=0.5)
        pen.ellipse(0, 0.04, 0.8, 0.35, fill)
        if look.hair in {"long", "wavy", "fringe"}:
            pen.ellipse(0, -0.22, 0.36, 0.38, dark(hair, 0.35))
        pen.path("M-.06 .36L0 .47L.06 .36Z", dark(skin, 0.2))
        pen.ellipse(0, 0.06, 0.33, 0.37, skin)
        top = skin if look.hair == "bald" else hair
        pen.ellipse(0, -0.02, 0.36, 0.38, pen.radial((0, light(top, 0.25)), (1, dark(top, 0.3)), centre=(0.4, 0.35)))
        if look.hair == "bun":
            pen.circle(0, -0.3, 0.17, dark(hair, 0.15))
        if look.hair == "ponytail":
            pen.path("M-.08 -.3Q0 -.9 .08 -.3Z", dark(hair, 0.15))
