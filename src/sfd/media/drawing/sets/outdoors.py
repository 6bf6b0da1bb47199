"""Sets under the open sky."""

from random import Random

from sfd.media.drawing.colour import PALETTE, dark, light, mix
from sfd.media.drawing.light import Light
from sfd.media.drawing.sets import parts
from sfd.media.drawing.sets.parts import BOTTOM, FLOOR, LEFT, RIGHT, SPAN, polygon
from sfd.media.drawing.sketch import Sketch

_MIDDLE = 360
_GLITTER = 0.6
_HOUSES = 5


def rooftop(pen: Sketch, hour: Light, rng: Random) -> None:
    """A roof terrace over the city, with a railing and string lights."""
    parts.sky(pen, hour)
    parts.stars(pen, hour, rng)
    parts.sun_or_moon(pen, hour, rng.choice((150, 560)), 250)
    layers = ((740, 180, 400, 0.3), (760, 110, 320, 0.52), (FLOOR, 60, 210, 0.74))
    parts.skyline(pen, hour, rng, layers, (LEFT, RIGHT))
    parts.tiled_floor(pen, dark(hour.floor, 0.15))
    rail = dark(hour.sky[2], 0.84)
    for x in range(LEFT, RIGHT, 44):
        pen.rect(x, 668, 5, 118, rail)
    pen.rect(LEFT, 664, SPAN, 10, rail)
    pen.rect(LEFT, 662, SPAN, 2, hour.key, opacity=0.6)
    pen.rect(LEFT, 776, SPAN, 26, rail)
    _string_lights(pen, hour)


def _string_lights(pen: Sketch, hour: Light) -> None:
    pen.path(f"M{LEFT} 320Q110 520 372 390T{RIGHT} 330", stroke="#0c1020", width=3)
    for x, y in ((-60, 395), (20, 428), (100, 445), (180, 443), (260, 428), (340, 402), (420, 372), (500, 350),
                 (580, 340), (660, 340), (740, 345)):  # fmt: skip
        parts.glow(pen, x, y + 14, 26, "#ffd27a", 0.95 if hour.lamps_lit else 0.45)
        pen.circle(x, y + 14, 6, "#fff3c4")


def street(pen: Sketch, hour: Light, rng: Random) -> None:
    """A street between house fronts that run to a vanishing point, with signs and lamps."""
    parts.sky(pen, hour)
    parts.stars(pen, hour, rng, 30)
    parts.skyline(pen, hour, rng, ((700, 120, 300, 0.34),), (200, 520))
    road = dark(hour.floor, 0.3)
    parts.plank_floor(pen, road, 690, 0)
    pen.path(polygon((330, 690), (390, 690), (980, BOTTOM), (-260, BOTTOM)), dark(road, 0.3))
    for near, far in ((0.02, 0.1), (0.18, 0.3), (0.42, 0.62), (0.78, 1.0)):
        width = 5 + near * 14
        y1, y2 = 690 + near * 700, 690 + far * 700
        pen.path(polygon((360 - width, y1), (360 + width, y1), (360 + width * 2, y2), (360 - width * 2, y2)),
                 hour.key, opacity=0.35)  # fmt: skip
    for side in (-1, 1):
        _house_fronts(pen, hour, rng, side)
    for x, size in ((120, 1.0), (250, 0.5), (600, 1.0), (470, 0.5)):
        _street_lamp(pen, hour, x, size)


def _house_fronts(pen: Sketch, hour: Light, rng: Random, side: int) -> None:
    for depth in range(_HOUSES):
        near, far = 500 * 0.62**depth, 500 * 0.62 ** (depth + 1)
        a, b = 360 + side * near, 360 + side * far
        tall = rng.uniform(1.25, 1.7)
        colour = dark(mix(hour.wall, rng.choice(PALETTE), 0.22), 0.5 - depth * 0.07)
        pen.path(
            polygon((a, 690 - near * tall), (b, 690 - far * tall), (b, 690 + far * 0.4), (a, 690 + near * 0.4)), colour
        )
        _front_details(pen, hour, rng, (a, near), (b, far))


def _front_details(pen: Sketch, hour: Light, rng: Random, near: tuple[float, float], far: tuple[float, float]) -> None:
    def at(share: float, level: float) -> tuple[float, float]:
        size = near[1] + (far[1] - near[1]) * share
        return near[0] + (far[0] - near[0]) * share, 690 - size * level

    for row in range(4):
        for column in range(3):
            lit, share, level = rng.random(), 0.12 + column * 0.29, 0.35 + row * 0.24
            pane = polygon(
                at(share, level), at(share + 0.17, level), at(share + 0.17, level + 0.15), at(share, level + 0.15)
            )
            on = lit < (0.5 if hour.lamps_lit else 0.15)
            pen.path(pane, hour.lamp if on else dark(hour.sky[1], 0.45), opacity=0.75 if on else 0.6)
    sign = rng.choice(PALETTE)
    pen.path(polygon(at(0.06, 0.22), at(0.94, 0.22), at(0.94, 0.1), at(0.06, 0.1)), sign, opacity=0.85)
    shop = mix(hour.lamp, sign, 0.2)
    pen.path(
        polygon(at(0.1, 0.08), at(0.9, 0.08), at(0.9, -0.3), at(0.1, -0.3)),
        shop,
        opacity=0.75 if hour.lamps_lit else 0.3,
    )


def _street_lamp(pen: Sketch, hour: Light, x: float, size: float) -> None:
    base, toward = 690 + 230 * size, 1 if x < _MIDDLE else -1
    top = base - 560 * size
    pen.path(f"M{x} {base}V{top}q0 {-30 * size} {toward * 60 * size} {-30 * size}", stroke="#14161d", width=8 * size)
    lamp = x + toward * 62 * size
    pen.ellipse(lamp, top - 26 * size, 20 * size, 8 * size, hour.lamp)
    parts.glow(pen, lamp, top - 20 * size, 170 * size, hour.lamp, 0.7 if hour.lamps_lit else 0.12)


def park(pen: Sketch, hour: Light, rng: Random) -> None:
    """Trees, a lawn and a path; fences and flowers of a garden."""
    parts.sky(pen, hour, 800)
    parts.stars(pen, hour, rng, 40)
    parts.clouds(pen, hour, rng)
    grass = mix(hour.leaf, hour.floor, 0.25)
    pen.path(f"M{LEFT} 700Q150 610 360 660T{RIGHT} 640V{BOTTOM}H{LEFT}Z", dark(mix(hour.leaf, hour.sky[2], 0.45), 0.1))
    for x in range(LEFT, RIGHT, 90):
        parts.tree(pen, hour, rng, x + rng.uniform(-20, 20), 712, rng.uniform(150, 260))
    pen.rect(LEFT, 705, SPAN, BOTTOM - 705, pen.linear((0, light(grass, 0.1)), (1, dark(grass, 0.5))))
    path = mix(hour.floor, "#c9b18c", 0.4)
    pen.path(f"M330 705Q420 850 120 1100T{-60} {BOTTOM}H560Q330 1200 470 980T390 705Z", dark(path, 0.12))
    for _ in range(60):
        x, y = rng.uniform(LEFT, RIGHT), rng.uniform(740, 1200)
        pen.ellipse(x, y, 4 + (y - 700) / 90, 2 + (y - 700) / 160, light(grass, 0.18), opacity=0.6)
    parts.tree(pen, hour, rng, 40, 860, 620)
    parts.tree(pen, hour, rng, 700, 830, 540)
    _bench(pen, hour, 500, 812)


def _bench(pen: Sketch, hour: Light, x: float, y: float) -> None:
    wood = dark(mix("#8a5a3c", hour.floor, 0.3), 0.2)
    for step in range(3):
        pen.rect(x, y - 58 + step * 15, 150, 10, wood, radius=3)
    pen.rect(x - 4, y - 10, 158, 12, light(wood, 0.1), radius=3)
    for leg in (8, 130):
        pen.rect(x + leg, y - 56, 8, 86, "#17181f")


def waterside(pen: Sketch, hour: Light, rng: Random) -> None:
    """Open water to the horizon, a far shore with a bridge, and a wooden deck to stand on."""
    parts.sky(pen, hour, 640)
    parts.stars(pen, hour, rng)
    parts.clouds(pen, hour, rng, 60, 330)
    x = rng.choice((200, 520))
    parts.sun_or_moon(pen, hour, x, 440, 52)
    shore = dark(hour.sky[1], 0.45)
    pen.path(f"M{LEFT} 600L40 560L160 585L300 540L460 580L600 548L{RIGHT} 590V620H{LEFT}Z", shore, opacity=0.8)
    _bridge(pen, hour)
    water = mix(hour.sky[0], "#1d5f80", 0.45)
    pen.rect(LEFT, 612, SPAN, 300, pen.linear((0, mix(hour.sky[2], water, 0.35)), (1, dark(water, 0.35))))
    for _ in range(80):
        depth = rng.random()
        spot = x + rng.gauss(0, 40 + 120 * depth) if rng.random() < _GLITTER else rng.uniform(LEFT, RIGHT)
        pen.rect(spot, 618 + depth * 190, 20 + 60 * depth, 2 + 2 * depth, hour.glow, radius=2, opacity=0.4)
    wood = mix(hour.floor, "#7a5a42", 0.5)
    parts.tiled_floor(pen, dark(wood, 0.15), FLOOR + 10)
    for post in (-60, 96, 600, 770):
        pen.rect(post, 690, 26, 150, dark(wood, 0.5), radius=5)
        pen.ellipse(post + 13, 692, 13, 5, light(wood, 0.25))
    pen.path("M-60 712Q20 770 109 712M613 712Q700 770 783 712", stroke=dark(wood, 0.55), width=6)


def _bridge(pen: Sketch, hour: Light) -> None:
    steel = dark(hour.sky[1], 0.6)
    pen.rect(LEFT, 566, SPAN, 9, steel)
    for tower in (150, 560):
        pen.rect(tower, 400, 12, 215, steel)
        pen.path(
            f"M{tower - 210} 566Q{tower - 60} 540 {tower + 6} 404Q{tower + 70} 540 {tower + 216} 566",
            stroke=steel,
            width=4,
        )
        for step in range(-5, 6):
            sag = 566 - 150 * (1 - abs(step) / 5.5) ** 2
            pen.rect(tower + 6 + step * 36, sag, 1.6, 566 - sag, steel)
