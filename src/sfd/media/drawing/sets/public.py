"""Sets where people work, heal, trade and gather."""

from random import Random

from sfd.media.drawing.colour import PALETTE, dark, light, mix
from sfd.media.drawing.light import Light
from sfd.media.drawing.sets import parts
from sfd.media.drawing.sets.parts import BOTTOM, FLOOR, LEFT, RIGHT, SPAN, TOP, polygon
from sfd.media.drawing.sketch import Sketch

_BOXES = 0.6


def office(pen: Sketch, hour: Light, rng: Random) -> None:
    """A high office: a wide window on the city, a bookcase, a desk with a lamp."""
    wall = mix(hour.wall, rng.choice(("#4b5a72", "#6a5a52", "#54665f")), 0.35)
    parts.back_wall(pen, wall)
    parts.plank_floor(pen, mix(hour.floor, "#5b463a", 0.3))
    parts.window(pen, hour, rng, (20, 140, 500, 560), panes=3)
    parts.sun_or_moon(pen, hour, 300, 330, 34)
    parts.light_shaft(pen, hour, 30, 480, 720)
    parts.shelf(pen, hour, rng, (566, 200, 300, 590), 6)
    wood = dark(mix(hour.floor, "#5a3d2c", 0.5), 0.2)
    pen.rect(-80, 742, 360, 20, light(wood, 0.2), radius=4)
    pen.rect(-70, 762, 330, 130, pen.linear((0, wood), (1, dark(wood, 0.4))))
    pen.rect(60, 660, 96, 66, "#10131a", radius=5)
    pen.rect(66, 666, 84, 54, mix("#3f7fae", "#10131a", 0.45))
    pen.rect(102, 726, 12, 18, "#10131a")
    pen.path("M206 742V690L236 664", stroke="#1a1c24", width=5)
    parts.glow(pen, 236, 690, 130, hour.lamp, 0.7 if hour.lamps_lit else 0.2)
    pen.path(polygon((216, 662), (252, 650), (268, 690), (214, 690)), light(hour.lamp, 0.2))


def corridor(pen: Sketch, hour: Light, rng: Random) -> None:
    """A long corridor with doors on both sides and lights in the ceiling."""
    wall = mix(hour.wall, rng.choice(("#bcd2d4", "#cfc8b8", "#b9c4b2")), 0.35)
    floor = hour.floor
    far_left, far_right, far_top, far_bottom = 290, 430, 430, 660
    ceiling = pen.linear((0, dark(wall, 0.5)), (1, light(wall, 0.2)))
    pen.path(polygon((LEFT, TOP), (RIGHT, TOP), (far_right, far_top), (far_left, far_top)), ceiling)
    ground = pen.linear((0, light(floor, 0.25)), (1, dark(floor, 0.5)))
    pen.path(polygon((LEFT, BOTTOM), (RIGHT, BOTTOM), (far_right, far_bottom), (far_left, far_bottom)), ground)
    for near, far in ((LEFT, far_left), (RIGHT, far_right)):
        side = pen.linear((0, dark(wall, 0.5)), (1, light(wall, 0.12)), start=(0 if near < far else 1, 0),
                          end=(1 if near < far else 0, 0))  # fmt: skip
        pen.path(polygon((near, TOP), (far, far_top), (far, far_bottom), (near, BOTTOM)), side)
    pen.rect(far_left, far_top, far_right - far_left, far_bottom - far_top, light(hour.glow, 0.3))
    pen.rect(358, far_top, 4, far_bottom - far_top, dark(wall, 0.5))
    parts.glow(pen, 360, 545, 300, hour.glow, 0.7)
    door = mix(rng.choice(("#2f7f86", "#7d5a42", "#54698c", "#8c4f4a")), wall, 0.35)
    for side in (-1, 1):
        _corridor_doors(pen, wall, door, hour, side)
    _corridor_lights(pen, hour)


def _along(side: int, depth: float, level: float) -> tuple[float, float]:
    """A point on a side wall: depth 0 near to 1 far, level 0 ceiling to 1 floor."""
    near, far = (LEFT, 290) if side < 0 else (RIGHT, 430)
    top, bottom = TOP + (430 - TOP) * depth, BOTTOM + (660 - BOTTOM) * depth
    return near + (far - near) * depth, top + (bottom - top) * level


def _corridor_doors(pen: Sketch, wall: str, door: str, hour: Light, side: int) -> None:
    for near, far in ((0.2, 0.4), (0.54, 0.66), (0.74, 0.81), (0.86, 0.9)):
        corners = [
            _along(side, near, 0.42),
            _along(side, far, 0.42),
            _along(side, far, 0.985),
            _along(side, near, 0.985),
        ]
        pen.path(polygon(*corners), door, stroke=dark(wall, 0.6), width=3)
        middle, half = (near + far) / 2, (far - near) * 0.26
        pane = [(middle - half, 0.5), (middle + half, 0.5), (middle + half, 0.66), (middle - half, 0.66)]
        pen.path(polygon(*(_along(side, *point) for point in pane)), light(hour.glow, 0.2), opacity=0.7)
    rail = [_along(side, 0, 0.74), _along(side, 1, 0.74), _along(side, 1, 0.755), _along(side, 0, 0.76)]
    pen.path(polygon(*rail), dark(wall, 0.35), opacity=0.8)


def _corridor_lights(pen: Sketch, hour: Light) -> None:
    for near, far in ((0.1, 0.32), (0.42, 0.56), (0.66, 0.75), (0.81, 0.86), (0.91, 0.94)):
        y1, y2 = TOP + (430 - TOP) * near, TOP + (430 - TOP) * far
        half1, half2 = 170 - 140 * near, 170 - 140 * far
        pen.path(polygon((360 - half1, y1), (360 + half1, y1), (360 + half2, y2), (360 - half2, y2)), "#ffffff",
                 opacity=0.92 if not hour.lamps_lit else 0.8)  # fmt: skip
        depth = (near + far) / 2
        y = BOTTOM + (660 - BOTTOM) * depth
        pen.ellipse(360, y, 170 - 140 * depth, 30 * (1 - depth) + 3, "#ffffff", opacity=0.15)


def laboratory(pen: Sketch, hour: Light, rng: Random) -> None:
    """Racks with status lights, a wall of screens, a cold glow: a server, control or laboratory room."""
    steel = dark(mix(hour.wall, "#38506b", 0.6), 0.35)
    parts.back_wall(pen, steel)
    parts.tiled_floor(pen, dark(mix(hour.floor, "#38506b", 0.5), 0.2))
    for depth, (x, width) in enumerate(((-140, 150), (16, 100), (120, 70), (530, 70), (604, 100), (710, 150))):
        _rack(pen, rng, x, width, 250 - abs(depth - 2.5) * 60)
    pen.rect(206, 250, 308, 210, "#0d1219", radius=8)
    pen.rect(216, 260, 288, 190, pen.linear((0, "#16405c"), (1, "#0b2233")), radius=4)
    pen.path("M226 420L262 380L300 398L344 330L392 352L430 300L494 322", stroke="#67e0ff", width=5)
    for row in range(4):
        pen.rect(228, 276 + row * 16, rng.randint(40, 130), 6, "#67e0ff", opacity=0.5)
    parts.glow(pen, 360, 360, 360, "#4fb8e6", 0.5)
    pen.rect(180, 640, 360, 22, light(steel, 0.2), radius=4)
    pen.rect(190, 662, 340, 150, pen.linear((0, dark(steel, 0.2)), (1, dark(steel, 0.6))))
    for x in (210, 320, 430):
        pen.rect(x, 570, 84, 62, "#0d1219", radius=4)
        pen.rect(x + 5, 575, 74, 52, rng.choice(("#1d6b52", "#1c5277", "#5a3d77")))
    pen.rect(LEFT, 120, SPAN, 8, "#bfe8ff", opacity=0.7)


def _rack(pen: Sketch, rng: Random, x: float, width: float, top: float) -> None:
    pen.rect(x, top, width, FLOOR + 40 - top, pen.linear((0, "#1d2733"), (1, "#0d1219"), end=(1, 0)))
    y = top + 14
    while y < FLOOR + 10:
        pen.rect(x + 8, y, width - 16, 18, "#0a0e14", radius=2)
        for light_at in range(int((width - 30) // 11)):
            tone = rng.choice(("#58f0a0", "#58f0a0", "#4EA5D9", "#FFC857", "#22303c"))
            pen.rect(x + 14 + light_at * 11, y + 6, 5, 5, tone)
        y += 26


def hall(pen: Sketch, hour: Light, rng: Random) -> None:
    """Tall arches with columns, a chandelier and a runner: a church, ballroom or great hall."""
    stone = mix(hour.wall, rng.choice(("#b39a6b", "#9a8fa8", "#8fa09a")), 0.4)
    parts.back_wall(pen, stone)
    parts.tiled_floor(pen, mix(hour.floor, stone, 0.4))
    cloth = mix(rng.choice(("#8c2f3a", "#2f4f8c", "#5a2f7d")), hour.floor, 0.2)
    for centre, half in ((90, 80), (360, 96), (630, 80)):
        _arch(pen, hour, centre, half)
    for x in (-60, 225, 495, 780):
        shade = pen.linear((0, dark(stone, 0.3)), (0.35, light(stone, 0.3)), (1, dark(stone, 0.45)), end=(1, 0))
        pen.rect(x - 28, 110, 56, 670, shade)
        pen.rect(x - 40, 96, 80, 26, light(stone, 0.15), radius=4)
        pen.rect(x - 40, 762, 80, 34, dark(stone, 0.1), radius=4)
    pen.path(polygon((300, FLOOR), (420, FLOOR), (620, BOTTOM), (100, BOTTOM)), cloth)
    pen.path(f"M312 {FLOOR}L128 {BOTTOM}M408 {FLOOR}L592 {BOTTOM}", stroke="#d8b96a", width=4)
    _chandelier(pen, hour)


def _arch(pen: Sketch, hour: Light, x: float, half: float) -> None:
    top, middle, low = hour.sky
    outline = f"M{x - half} 690V330A{half} {half} 0 0 1 {x + half} 330V690Z"
    pen.path(outline, pen.linear((0, light(top, 0.15)), (0.6, middle), (1, low)), stroke=dark(hour.wall, 0.5), width=14)
    pen.path(
        f"M{x} {330 - half}V690M{x - half} 420H{x + half}M{x - half} 550H{x + half}",
        stroke=dark(hour.wall, 0.55),
        width=6,
    )
    parts.glow(pen, x, 480, 210, hour.glow, 0.4)


def _chandelier(pen: Sketch, hour: Light) -> None:
    pen.rect(357, TOP, 6, 330, "#6b5a33")
    pen.path("M250 190Q360 290 470 190M280 160Q360 230 440 160", stroke="#b8964a", width=7)
    for x, y in ((250, 180), (305, 215), (360, 226), (415, 215), (470, 180), (280, 150), (440, 150)):
        pen.rect(x - 4, y - 24, 8, 24, "#f4ead0")
        parts.glow(pen, x, y - 32, 60, hour.lamp if hour.lamps_lit else "#fff3cf", 0.9 if hour.lamps_lit else 0.6)
        pen.ellipse(x, y - 32, 5, 9, "#fff6dc")


def market(pen: Sketch, hour: Light, rng: Random) -> None:
    """Full shelves on both sides, hanging lights, crates in front: a shop, market or store."""
    wall = dark(mix(hour.wall, "#7a6a58", 0.4), 0.1)
    parts.back_wall(pen, wall)
    parts.plank_floor(pen, mix(hour.floor, "#8a7a68", 0.3), FLOOR - 60)
    parts.glow(pen, 360, 480, 320, hour.glow, 0.5)
    for row in range(6):
        _goods(pen, hour, rng, 210 + row * 96)
    for x, y, size in ((-30, 820, 150), (92, 858, 120), (560, 838, 140), (690, 830, 160)):
        _crate(pen, hour, rng, x, y, size)
    for x in (120, 360, 600):
        parts.pendant(pen, hour, x, 90, 0.9)
    awning = rng.choice(PALETTE)
    for stripe in range(20):
        colour = mix(awning if stripe % 2 else "#f2ece0", hour.wall, 0.25)
        pen.rect(LEFT + stripe * 50, TOP, 50, 275, colour)
        pen.ellipse(LEFT + stripe * 50 + 25, 75, 25, 16, colour)


def _goods(pen: Sketch, hour: Light, rng: Random, y: float) -> None:
    pen.rect(LEFT, y + 72, SPAN, 12, dark(mix("#8a6a4a", hour.wall, 0.3), 0.25))
    x = float(LEFT)
    while x < RIGHT:
        width, tall, kind = rng.randint(22, 52), rng.randint(30, 66), rng.random()
        colour = mix(rng.choice(PALETTE), hour.wall, 0.42)
        pen.rect(x, y + 72 - tall, width, tall, colour, radius=3 if kind < _BOXES else width / 2.4)
        pen.rect(x + 4, y + 78 - tall * 0.7, width - 8, tall * 0.22, "#ffffff", opacity=0.3)
        x += width + rng.randint(3, 9)


def _crate(pen: Sketch, hour: Light, rng: Random, x: float, y: float, size: float) -> None:
    wood = mix("#9a744c", hour.floor, 0.35)
    fruit = rng.choice(("#d9553f", "#e6a23c", "#7fae4a", "#c24f6d"))
    for ball in range(9):
        pen.circle(x + size * (0.12 + 0.095 * ball), y - rng.uniform(0, 14), size * 0.09, mix(fruit, hour.floor, 0.2))
    for board in range(3):
        pen.rect(x, y + board * size * 0.2, size, size * 0.17, light(wood, 0.08) if board != 1 else wood, radius=3)
    pen.rect(x, y, 10, size * 0.58, dark(wood, 0.3))
    pen.rect(x + size - 10, y, 10, size * 0.58, dark(wood, 0.3))


def warehouse(pen: Sketch, hour: Light, rng: Random) -> None:
    """Steel beams, stacked containers and shafts of light: a warehouse, factory, garage or cellar."""
    wall = dark(mix(hour.wall, "#5a5f58", 0.5), 0.3)
    parts.back_wall(pen, wall)
    parts.tiled_floor(pen, dark(mix(hour.floor, "#6b665e", 0.4), 0.2))
    for x in range(LEFT, RIGHT, 130):
        pen.rect(x, TOP, 16, FLOOR - TOP, dark(wall, 0.4))
    for x in (30, 290, 550):
        pen.rect(x, 150, 150, 90, light(hour.sky[1], 0.15))
        pen.path(f"M{x + 50} 150V240M{x + 100} 150V240M{x} 195H{x + 150}", stroke=dark(wall, 0.6), width=6)
        shaft = pen.linear((0, hour.key, 0.4), (1, hour.key, 0))
        pen.path(polygon((x, 240), (x + 150, 240), (x + 260, 880), (x - 10, 880)), shaft)
    for x, y, width, tall in ((-120, 560, 260, 260), (-60, 430, 180, 130), (540, 600, 300, 220), (600, 460, 220, 140)):
        colour = dark(mix(rng.choice(PALETTE), hour.wall, 0.55), 0.2)
        pen.rect(x, y, width, tall, pen.linear((0, light(colour, 0.1)), (1, dark(colour, 0.4))))
        for rib in range(int(width // 24)):
            pen.rect(x + 8 + rib * 24, y + 10, 8, tall - 20, dark(colour, 0.3), opacity=0.6)
    parts.pendant(pen, hour, 360, 120, 1.3)


def classroom(pen: Sketch, hour: Light, rng: Random) -> None:
    """A blackboard with chalk, windows on one side, rows of desks."""
    wall = mix(hour.wall, "#c9c39a", 0.35)
    parts.back_wall(pen, wall)
    parts.plank_floor(pen, mix(hour.floor, "#8a6a4a", 0.4))
    pen.rect(
        140, 240, 470, 290, mix("#24483c", hour.wall, 0.15), radius=4, stroke=mix("#7d5a42", hour.wall, 0.2), line=14
    )
    for row in range(4):
        pen.path(f"M{190 + row * 8} {300 + row * 52}q30 -14 60 0t{rng.randint(60, 120)} 0t{rng.randint(40, 90)} 4",
                 stroke="#e9f0ea", width=4, opacity=0.6)  # fmt: skip
    parts.window(pen, hour, rng, (-120, 180, 190, 420), city=False)
    parts.light_shaft(pen, hour, -110, 180, 620)
    wood = mix("#a97c50", hour.floor, 0.3)
    for x, y in ((30, 700), (270, 690), (510, 700)):
        parts.table(pen, wood, x, y, 180, 130)
    for x, y in ((-70, 800), (250, 820), (570, 800)):
        parts.table(pen, dark(wood, 0.12), x, y, 230, 170)
