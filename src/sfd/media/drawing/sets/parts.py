"""What several sets share: sky, skyline, floors, windows, lamps, plants.

Sets are drawn in frame units (720x1280) with room to spare on every side, because the camera may tilt or
zoom out a little. The floor of a set starts at `FLOOR`.
"""

from collections.abc import Sequence
from random import Random

from sfd.media.drawing.colour import PALETTE, dark, light, mix
from sfd.media.drawing.light import Hour, Light
from sfd.media.drawing.sketch import Sketch

LEFT, RIGHT, TOP, BOTTOM = -140, 860, -200, 1480
SPAN = RIGHT - LEFT
FLOOR = 790
_ANTENNAS = 0.3
_WARM_PANES = 0.7
_TOP_LEAVES = 7


def polygon(*points: tuple[float, float]) -> str:
    """Path data of a closed polygon."""
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points) + "Z"


def sky(pen: Sketch, hour: Light, bottom: float = 900) -> None:
    """The sky down to `bottom`, with stars at night."""
    top, middle, low = hour.sky
    pen.rect(LEFT, TOP, SPAN, bottom - TOP, pen.linear((0, top), (0.55, middle), (1, low)))


def stars(pen: Sketch, hour: Light, rng: Random, count: int = 80) -> None:
    """Stars, if it is night."""
    for _ in range(count):
        x, y, size, shine = rng.uniform(LEFT, RIGHT), rng.uniform(TOP, 560), rng.choice((0.9, 1.2, 1.9)), rng.random()
        if hour.hour is Hour.NIGHT:
            pen.circle(x, y, size, "#ffffff", opacity=0.25 + shine * 0.6)


def sun_or_moon(pen: Sketch, hour: Light, x: float, y: float, radius: float = 46) -> None:
    """The light in the sky, with its halo."""
    core = "#f3f0ff" if hour.hour is Hour.NIGHT else "#fff6dc"
    glow(pen, x, y, radius * 5, hour.glow, 0.55)
    pen.circle(x, y, radius, core)


def glow(pen: Sketch, x: float, y: float, radius: float, colour: str, strength: float = 0.6) -> None:
    """A soft ball of light."""
    fill = pen.radial((0, colour, strength), (0.4, colour, strength * 0.36), (1, colour, 0))
    pen.circle(x, y, radius, fill)


def clouds(pen: Sketch, hour: Light, rng: Random, top: float = 60, bottom: float = 420) -> None:
    """A few flat clouds; at night they are barely seen."""
    shade = mix(hour.sky[2], "#ffffff", 0.55 if not hour.lamps_lit else 0.08)
    for _ in range(5):
        x, y, width = rng.uniform(LEFT, RIGHT), rng.uniform(top, bottom), rng.uniform(90, 220)
        for part in range(4):
            pen.ellipse(
                x + (part - 1.5) * width * 0.32, y - (part % 2) * 12, width * 0.3, width * 0.09, shade, opacity=0.5
            )


def skyline(
    pen: Sketch, hour: Light, rng: Random, layers: Sequence[tuple[float, int, int, float]], span: tuple[int, int]
) -> None:
    """City blocks. A layer is (base y, least height, most height, darkness); lit windows by hour."""
    for depth, (base, low, high, shade) in enumerate(layers):
        colour = dark(hour.sky[2 if hour.lamps_lit else 1], shade)
        x = float(span[0])
        while x < span[1]:
            width, height = rng.randint(48, 112), rng.randint(low, high)
            pen.rect(x, base - height, width, height + 60, colour)
            if rng.random() < _ANTENNAS:
                pen.rect(x + width / 2 - 1.5, base - height - 34, 3, 36, colour)
            _lit_windows(pen, hour, rng, (x, base - height, width, height), 0.3 + 0.06 * depth)
            x += width + rng.randint(-4, 8)


def _lit_windows(pen: Sketch, hour: Light, rng: Random, block: tuple[float, float, float, float], share: float) -> None:
    x, y, width, height = block
    lit = 0.62 if hour.lamps_lit else 0.28
    for row in range(int(height - 16) // 20):
        for column in range(int(width - 16) // 16):
            chance, tone = rng.random(), rng.random()
            if chance < share:
                pane = hour.lamp if tone < _WARM_PANES else "#9fc3ff"
                pen.rect(x + 10 + column * 16, y + 12 + row * 20, 7, 10, pane, opacity=lit * (0.5 + tone / 2))


def back_wall(pen: Sketch, colour: str, floor: float = FLOOR) -> None:
    """A wall lit from the upper left, with a skirting board."""
    pen.rect(LEFT, TOP, SPAN, floor - TOP, pen.linear((0, dark(colour, 0.18)), (0.5, colour), (1, dark(colour, 0.3))))
    pen.rect(LEFT, floor - 26, SPAN, 26, dark(colour, 0.42))
    pen.rect(LEFT, floor - 27, SPAN, 2, light(colour, 0.2), opacity=0.6)


def plank_floor(pen: Sketch, colour: str, top: float = FLOOR, lines: int = 12) -> None:
    """A floor with boards running to a vanishing point, lighter far away."""
    pen.rect(
        LEFT, top, SPAN, BOTTOM - top, pen.linear((0, light(colour, 0.12)), (0.5, colour), (1, dark(colour, 0.55)))
    )
    for step in range(-lines, lines + 1):
        data = f"M{360 + step * 60} {top}L{360 + step * 210} {BOTTOM}"
        pen.path(data, stroke="#000000", width=2, opacity=0.16)


def tiled_floor(pen: Sketch, colour: str, top: float = FLOOR) -> None:
    """A plank floor with cross lines: tiles."""
    plank_floor(pen, colour, top, 9)
    for y in (18, 48, 94, 164, 270, 420):
        pen.path(f"M{LEFT} {top + y}H{RIGHT}", stroke="#000000", width=2, opacity=0.14)


def window(
    pen: Sketch, hour: Light, rng: Random, box: tuple[float, float, float, float], *, panes: int = 2, city: bool = True
) -> None:
    """A window on the sky, with a skyline outside unless `city` is false, and its frame."""
    x, y, width, height = box
    top, middle, low = hour.sky
    pen.rect(x, y, width, height, pen.linear((0, top), (0.55, middle), (1, low)))
    if city:
        _view(pen, hour, rng, box)
    frame = dark(hour.wall, 0.62)
    for pane in range(1, panes):
        pen.rect(x + width * pane / panes - 5, y, 10, height, frame)
    pen.rect(x, y + height * 0.34, width, 8, frame)
    pen.rect(x, y, width, height, "none", stroke=frame, line=14)
    pen.rect(x - 16, y + height, width + 32, 16, light(frame, 0.12))


def _view(pen: Sketch, hour: Light, rng: Random, box: tuple[float, float, float, float]) -> None:
    x, y, width, height = box
    for shade, most in ((0.4, 0.55), (0.65, 0.32)):
        at = x
        while at < x + width:
            block = min(rng.randint(30, 70), x + width - at)
            tall = height * rng.uniform(0.12, most)
            pen.rect(at, y + height - tall, block, tall, dark(hour.sky[1], shade))
            _lit_windows(pen, hour, rng, (at, y + height - tall, block, tall), 0.28)
            at += block + 2


def light_shaft(pen: Sketch, hour: Light, x: float, width: float, top: float) -> None:
    """Light falling from a window across the floor."""
    fill = pen.linear((0, hour.key, 0.34), (1, hour.key, 0), end=(0.5, 1))
    pen.path(polygon((x, top), (x + width, top), (x + width + 240, BOTTOM - 200), (x + 90, BOTTOM - 200)), fill)


def curtain(pen: Sketch, colour: str, x: float, y: float, width: float, height: float) -> None:
    """A hanging curtain in folds."""
    folds = max(2, round(width / 26))
    for fold in range(folds):
        shade = pen.linear((0, dark(colour, 0.35)), (0.5, light(colour, 0.06)), (1, dark(colour, 0.4)), end=(1, 0))
        pen.rect(x + fold * width / folds, y, width / folds + 1, height, shade)


def shelf(pen: Sketch, hour: Light, rng: Random, box: tuple[float, float, float, float], rows: int) -> None:
    """A bookcase, full."""
    x, y, width, height = box
    pen.rect(x, y, width, height, dark(hour.wall, 0.66))
    pitch = height / rows
    for row in range(rows):
        top = y + row * pitch + 10
        pen.rect(x + 10, top, width - 20, pitch - 16, dark(hour.wall, 0.8))
        at = x + 14
        while at < x + width - 26:
            book, tall = rng.randint(9, 22), (pitch - 18) * rng.uniform(0.55, 0.92)
            pen.rect(at, top + pitch - 16 - tall, book, tall, mix(rng.choice(PALETTE), hour.wall, 0.6))
            at += book + 2


def plant(pen: Sketch, hour: Light, rng: Random, x: float, y: float, size: float) -> None:
    """A potted plant standing at (x, y), `size` high."""
    for leaf in range(9):
        lean = (leaf - 4) * 0.22 + rng.uniform(-0.06, 0.06)
        tip_x, tip_y = x + lean * size * 0.7, y - size * (1 - abs(lean) * 0.45)
        shade = mix(hour.leaf, "#0b0d14", 0.1 + 0.08 * (leaf % 3))
        data = (
            f"M{x:.0f} {y - size * 0.3:.0f}Q{x + lean * size * 0.1 - 14:.0f} {tip_y + 20:.0f} {tip_x:.0f} {tip_y:.0f}"
            f"Q{x + lean * size * 0.6 + 14:.0f} {tip_y + size * 0.3:.0f} {x:.0f} {y - size * 0.3:.0f}Z"
        )
        pen.path(data, shade)
    pot = dark(mix(hour.wall, "#b0653f", 0.5), 0.15)
    pen.path(polygon((x - size * 0.17, y - size * 0.34), (x + size * 0.17, y - size * 0.34),
                     (x + size * 0.12, y), (x - size * 0.12, y)), pot)  # fmt: skip


def pendant(pen: Sketch, hour: Light, x: float, y: float, size: float = 1.0) -> None:
    """A lamp hanging from the ceiling, lit in the evening and at night."""
    pen.rect(x - 1.5, TOP, 3, y - TOP, "#14161d")
    pen.path(
        polygon((x - 16 * size, y), (x + 16 * size, y), (x + 44 * size, y + 46 * size), (x - 44 * size, y + 46 * size)),
        "#1b1d26",
    )
    pen.ellipse(x, y + 46 * size, 40 * size, 8 * size, hour.lamp)
    glow(pen, x, y + 60 * size, 190 * size, hour.lamp, 0.6 if hour.lamps_lit else 0.25)


def table(pen: Sketch, colour: str, x: float, y: float, width: float, legs: float) -> None:
    """A table top seen slightly from above, with two legs."""
    pen.rect(x + 16, y + 10, 12, legs, dark(colour, 0.5))
    pen.rect(x + width - 28, y + 10, 12, legs, dark(colour, 0.5))
    pen.rect(x, y, width, 18, dark(colour, 0.2), radius=4)
    pen.rect(x, y, width, 4, light(colour, 0.3), radius=2)


def tree(pen: Sketch, hour: Light, rng: Random, x: float, base: float, height: float) -> None:
    """A broad-leaved tree."""
    trunk = dark(mix("#6b4a33", hour.floor, 0.35), 0.35 if hour.lamps_lit else 0.1)
    pen.path(f"M{x - 14} {base}Q{x - 6} {base - height * 0.4} {x - 8} {base - height * 0.7}H{x + 8}"
             f"Q{x + 6} {base - height * 0.4} {x + 16} {base}Z", trunk)  # fmt: skip
    for ball in range(11):
        away, up = rng.uniform(-0.3, 0.3) * height, rng.uniform(0.5, 1.0) * height
        shade = mix(hour.leaf, hour.key if ball > _TOP_LEAVES else "#0b0d14", 0.1 + 0.05 * (ball % 4))
        pen.circle(x + away, base - up, height * rng.uniform(0.12, 0.2), shade)
