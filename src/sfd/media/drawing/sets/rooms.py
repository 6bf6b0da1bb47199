"""Sets where people live, eat and travel."""

from random import Random

from sfd.media.drawing.colour import PALETTE, dark, light, mix
from sfd.media.drawing.light import Light
from sfd.media.drawing.sets import parts
from sfd.media.drawing.sets.parts import BOTTOM, LEFT, RIGHT, SPAN, TOP, polygon
from sfd.media.drawing.sketch import Sketch

_PAINTS = ("#8fa6a0", "#b58f7a", "#8c8fb0", "#a88a99", "#93a37f", "#b3a277")
_WOOD = "#7d5a42"
_SHELF_END = 730
_FULL = 0.7
_HOOD, _HOOD_ROOM = 370, 110


def living_room(pen: Sketch, hour: Light, rng: Random) -> None:
    """A sofa under pictures, a window with curtains, a standing lamp and a rug."""
    wall = mix(hour.wall, rng.choice(_PAINTS), 0.35)
    parts.back_wall(pen, wall)
    parts.plank_floor(pen, mix(hour.floor, _WOOD, 0.45))
    cloth = mix(hour.wall, rng.choice(PALETTE), 0.4)
    parts.window(pen, hour, rng, (60, 170, 270, 430))
    parts.curtain(pen, cloth, 6, 130, 62, 640)
    parts.curtain(pen, cloth, 322, 130, 62, 640)
    pen.rect(-10, 122, 410, 12, dark(hour.wall, 0.7), radius=6)
    parts.light_shaft(pen, hour, 60, 270, 640)
    _pictures(pen, hour, rng)
    pen.ellipse(380, 940, 430, 90, mix(hour.floor, cloth, 0.6), opacity=0.85)
    _sofa(pen, mix(hour.wall, rng.choice(PALETTE), 0.35))
    _standing_lamp(pen, hour, 660, 470)
    parts.plant(pen, hour, rng, -10, 850, 220)


def _pictures(pen: Sketch, hour: Light, rng: Random) -> None:
    for x, y, width, height in ((430, 260, 96, 130), (548, 300, 76, 76), (440, 420, 70, 60)):
        pen.rect(x, y, width, height, dark(hour.wall, 0.7))
        pen.rect(x + 7, y + 7, width - 14, height - 14, mix(rng.choice(PALETTE), hour.wall, 0.5))
        pen.circle(x + width * 0.6, y + height * 0.42, width * 0.18, mix(hour.key, hour.wall, 0.4))


def _sofa(pen: Sketch, colour: str) -> None:
    pen.ellipse(450, 858, 320, 22, "#000000", opacity=0.35)
    pen.rect(170, 610, 560, 180, pen.linear((0, light(colour, 0.1)), (1, dark(colour, 0.25))), radius=34)
    for x in (196, 370, 544):
        pen.rect(x, 730, 170, 70, light(colour, 0.08), radius=18)
    pen.rect(160, 780, 580, 66, dark(colour, 0.3), radius=18)
    for x in (140, 690):
        pen.rect(x, 680, 74, 166, pen.linear((0, light(colour, 0.12)), (1, dark(colour, 0.4))), radius=26)
    pen.rect(230, 668, 90, 84, mix(colour, "#F2A541", 0.5), radius=16)


def _standing_lamp(pen: Sketch, hour: Light, x: float, y: float) -> None:
    pen.rect(x - 3, y, 6, 380, "#1a1b22")
    parts.glow(pen, x, y, 280, hour.lamp, 0.75 if hour.lamps_lit else 0.25)
    pen.path(polygon((x - 34, y - 80), (x + 34, y - 80), (x + 62, y + 10), (x - 62, y + 10)), light(hour.lamp, 0.25))


def bedroom(pen: Sketch, hour: Light, rng: Random) -> None:
    """A bed with pillows, bedside lamps, a window with thin curtains."""
    wall = mix(hour.wall, rng.choice(_PAINTS), 0.3)
    parts.back_wall(pen, wall)
    parts.plank_floor(pen, mix(hour.floor, _WOOD, 0.3))
    parts.window(pen, hour, rng, (430, 180, 240, 400))
    parts.curtain(pen, mix(hour.wall, "#ffffff", 0.3), 376, 140, 66, 650)
    parts.curtain(pen, mix(hour.wall, "#ffffff", 0.3), 660, 140, 66, 650)
    parts.light_shaft(pen, hour, 430, 240, 600)
    wood = dark(mix(_WOOD, hour.wall, 0.3), 0.2)
    pen.rect(-60, 560, 430, 220, pen.linear((0, light(wood, 0.15)), (1, dark(wood, 0.3))), radius=24)
    _bed(pen, mix(hour.wall, rng.choice(PALETTE), 0.4), mix(hour.wall, "#ffffff", 0.55))
    pen.rect(392, 690, 110, 120, dark(wood, 0.1), radius=6)
    pen.rect(402, 730, 90, 4, dark(wood, 0.5))
    _bedside_lamp(pen, hour, 446, 690)


def _bedside_lamp(pen: Sketch, hour: Light, x: float, base: float) -> None:
    pen.rect(x - 4, base - 44, 8, 44, "#1a1b22")
    parts.glow(pen, x, base - 70, 240, hour.lamp, 0.75 if hour.lamps_lit else 0.2)
    pen.path(
        polygon((x - 24, base - 104), (x + 24, base - 104), (x + 42, base - 38), (x - 42, base - 38)),
        light(hour.lamp, 0.25),
    )


def _bed(pen: Sketch, blanket: str, linen: str) -> None:
    pen.rect(-80, 730, 460, 150, linen, radius=20)
    for x in (-40, 170):
        pen.rect(x, 668, 180, 90, pen.linear((0, "#ffffff"), (1, dark(linen, 0.2))), radius=36)
    fold = pen.linear((0, light(blanket, 0.15)), (1, dark(blanket, 0.35)))
    pen.path("M-100 780Q150 740 392 786L440 930Q200 985 -100 950Z", fold)
    pen.path("M-100 792Q150 752 394 798L398 826Q150 782 -100 822Z", light(linen, 0.3))


def ward(pen: Sketch, hour: Light, rng: Random) -> None:
    """A hospital room: a bed with rails, a drip, a monitor with a pulse, a curtain on its rail."""
    wall = mix(hour.wall, "#9fc4c4", 0.4)
    parts.back_wall(pen, wall)
    parts.tiled_floor(pen, mix(hour.floor, "#a9c3c6", 0.3))
    parts.window(pen, hour, rng, (470, 200, 220, 340))
    parts.light_shaft(pen, hour, 470, 220, 560)
    pen.rect(LEFT, 470, SPAN, 14, dark(wall, 0.2))
    pen.rect(-10, 420, 270, 46, light(wall, 0.45), radius=10)
    parts.curtain(pen, mix("#6fb3ae", hour.wall, 0.4), -130, 130, 130, 640)
    pen.rect(LEFT, 124, 420, 8, "#aab4bd")
    _bed(pen, mix("#7fb3c9", hour.wall, 0.35), light(hour.wall, 0.7))
    pen.path("M-90 790H400M-90 840H400M20 760V880M150 760V880M280 760V880", stroke="#c9d2da", width=8)
    pen.path("M420 330V860M400 330H446M446 330V360", stroke="#b8c2cc", width=6)
    pen.rect(434, 356, 26, 60, light("#9fd3e6", 0.3), radius=8)
    pen.path("M447 416Q470 600 330 760", stroke="#cfe6ee", width=2.5)
    pen.rect(290, 500, 118, 92, "#12171f", radius=8)
    pen.path("M298 548H324L334 520L348 574L358 540L364 548H400", stroke="#6df0a4", width=4)
    parts.glow(pen, 348, 548, 90, "#6df0a4", 0.4)


def restaurant(pen: Sketch, hour: Light, rng: Random) -> None:
    """A counter with bottles and cups, hanging lamps, a table in front."""
    wall = dark(mix(hour.wall, rng.choice(("#8a4a3c", "#3f6f63", "#6a5238", "#4b4a72")), 0.55), 0.15)
    parts.back_wall(pen, wall)
    parts.tiled_floor(pen, mix(hour.floor, _WOOD, 0.35))
    for y in (330, 440, 550):
        _bottles(pen, hour, rng, y)
    counter = mix(_WOOD, hour.floor, 0.25)
    pen.rect(LEFT, 664, SPAN, 24, light(counter, 0.2), radius=4)
    pen.rect(LEFT, 688, SPAN, 150, pen.linear((0, dark(counter, 0.2)), (1, dark(counter, 0.55))))
    for x in range(LEFT, RIGHT, 74):
        pen.rect(x, 704, 60, 112, dark(counter, 0.42), radius=4)
    for x in (110, 360, 610):
        parts.pendant(pen, hour, x, 170, 1.0)
    for x in (60, 230, 500, 670):
        pen.ellipse(x, 742, 44, 12, mix("#a33c3c", hour.floor, 0.4))
        pen.path(f"M{x} 752V880M{x - 34} 884H{x + 34}M{x - 24} 830H{x + 24}", stroke="#15161c", width=7)


def _bottles(pen: Sketch, hour: Light, rng: Random, y: float) -> None:
    pen.rect(-20, y, 760, 10, dark(mix(_WOOD, hour.wall, 0.3), 0.3))
    parts.glow(pen, 360, y, 330, hour.lamp, 0.18)
    x = -10
    while x < _SHELF_END:
        kind, tall = rng.random(), rng.randint(44, 78)
        colour = mix(rng.choice(("#3f7d5a", "#a5662b", "#7d2f35", "#c9b17a", "#49677f")), hour.wall, 0.3)
        if kind < _FULL:
            pen.rect(x, y - tall * 0.68, 17, tall * 0.68, colour, radius=4)
            pen.rect(x + 5, y - tall, 7, tall * 0.4, colour, radius=2)
            pen.rect(x + 3, y - tall * 0.6, 3, tall * 0.5, "#ffffff", opacity=0.3)
        x += rng.randint(22, 40)


def kitchen(pen: Sketch, hour: Light, rng: Random) -> None:
    """A home kitchen: cupboards, a tiled back wall, an extractor and a worktop."""
    wall = mix(hour.wall, "#d9cdb8", 0.35)
    parts.back_wall(pen, wall)
    parts.tiled_floor(pen, mix(hour.floor, "#a58f7a", 0.3))
    front = mix(hour.wall, rng.choice(("#4d7a72", "#5a6e8c", "#8c5a52", "#7d8a5c")), 0.55)
    for x in range(LEFT, RIGHT, 124):
        if abs(x + 60 - _HOOD) > _HOOD_ROOM:
            pen.rect(x, 150, 118, 220, pen.linear((0, light(front, 0.1)), (1, dark(front, 0.2))), radius=6)
            pen.rect(x + 98, 310, 6, 40, "#d8c48f", radius=3)
    for row in range(6):
        for column in range(26):
            shade = light(wall, 0.1 + 0.2 * rng.random())
            pen.rect(LEFT + column * 40, 390 + row * 40, 37, 37, shade, opacity=0.6)
    pen.path(
        polygon((300, 120), (430, 120), (430, 260), (490, 330), (240, 330), (300, 260)), mix("#aeb6bd", hour.wall, 0.4)
    )
    pen.rect(LEFT, 630, SPAN, 22, light(mix(hour.floor, "#e7e1d6", 0.5), 0.2))
    for x in range(LEFT, RIGHT, 124):
        pen.rect(x, 652, 118, 150, pen.linear((0, front), (1, dark(front, 0.4))), radius=4)
        pen.rect(x + 40, 672, 40, 6, "#d8c48f", radius=3)
    pen.rect(300, 560, 130, 70, mix("#9aa3ab", hour.wall, 0.3), radius=10)
    for x, tall in ((80, 60), (120, 84), (560, 70), (610, 50)):
        pen.rect(x, 630 - tall, 30, tall, mix(rng.choice(PALETTE), hour.wall, 0.4), radius=8)
    parts.pendant(pen, hour, 150, 200, 0.8)
    parts.pendant(pen, hour, 580, 200, 0.8)


def vehicle(pen: Sketch, hour: Light, rng: Random) -> None:
    """Inside a car: the road ahead through the windscreen, the mirror, dashboard and seats."""
    parts.sky(pen, hour, 720)
    parts.stars(pen, hour, rng, 30)
    parts.skyline(pen, hour, rng, ((620, 90, 300, 0.4), (640, 50, 170, 0.66)), (LEFT, RIGHT))
    road = dark(hour.floor, 0.4)
    pen.rect(LEFT, 620, SPAN, 260, road)
    pen.path(polygon((350, 620), (370, 620), (420, 880), (300, 880)), hour.key, opacity=0.3)
    for _ in range(26):
        parts.glow(pen, rng.uniform(LEFT, RIGHT), rng.uniform(440, 660), rng.uniform(12, 34),
                   rng.choice((hour.lamp, "#ff7a66", "#9fc3ff")), 0.8 if hour.lamps_lit else 0.25)  # fmt: skip
    inside = "#14161d"
    pen.path(f"M{LEFT} {TOP}H{RIGHT}V{BOTTOM}H760Q735 600 640 330Q360 270 80 330Q-15 600 -40 {BOTTOM}H{LEFT}Z", inside)
    pen.path("M80 330Q360 270 640 330", stroke=light(inside, 0.25), width=4)
    pen.rect(285, 330, 150, 44, "#1d2029", radius=18)
    pen.rect(293, 337, 134, 30, mix(hour.sky[1], "#14161d", 0.4), radius=12)
    pen.path(f"M{LEFT} 790Q360 690 {RIGHT} 790V{BOTTOM}H{LEFT}Z", pen.linear((0, "#2a2d38"), (0.4, inside)))
    pen.path(f"M{LEFT} 790Q360 690 {RIGHT} 790", stroke=hour.key, width=3, opacity=0.5)
    pen.path("M80 940A130 130 0 1 1 300 940", stroke="#0c0d12", width=26)
    pen.rect(330, 800, 150, 84, "#0b0e14", radius=10)
    pen.rect(338, 808, 134, 68, mix("#2f6f9f", "#0b0e14", 0.4), radius=6)
    parts.glow(pen, 405, 842, 120, "#4EA5D9", 0.35)
