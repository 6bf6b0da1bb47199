"""A pen that writes SVG, and the one place where SVG becomes pixels."""

from collections.abc import Generator
from contextlib import contextmanager
from io import BytesIO

import resvg_py
from PIL import Image

from sfd.media.drawing.typography import cjk_font_file, latin_font_file

Stop = tuple[float, str] | tuple[float, str, float]
_WITH_OPACITY = 3


class Sketch:
    """Collects shapes in drawing order. Coordinates are in the units of the document it becomes."""

    def __init__(self) -> None:
        self._definitions: list[str] = []
        self._shapes: list[str] = []

    def linear(self, *stops: Stop, start: tuple[float, float] = (0, 0), end: tuple[float, float] = (0, 1)) -> str:
        """A linear gradient over the bounding box of what it fills; returns the fill to use."""
        (x1, y1), (x2, y2) = start, end
        return self._gradient(f'linearGradient x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}"', stops)

    def radial(self, *stops: Stop, centre: tuple[float, float] = (0.5, 0.5), radius: float = 0.5) -> str:
        """A radial gradient over the bounding box of what it fills; returns the fill to use."""
        return self._gradient(f'radialGradient cx="{centre[0]}" cy="{centre[1]}" r="{radius}"', stops)

    def _gradient(self, element: str, stops: tuple[Stop, ...]) -> str:
        name, _, attributes = element.partition(" ")
        identifier = f"g{len(self._definitions)}"
        inner = "".join(
            f'<stop offset="{stop[0]}" stop-color="{stop[1]}"'
            f' stop-opacity="{stop[2] if len(stop) == _WITH_OPACITY else 1}"/>'
            for stop in stops
        )
        self._definitions.append(f'<{name} id="{identifier}" {attributes}>{inner}</{name}>')
        return f"url(#{identifier})"

    def path(
        self,
        data: str,
        fill: str = "none",
        *,
        stroke: str = "",
        width: float = 0.0,
        opacity: float = 1.0,
        dash: str = "",
        move: tuple[float, float] = (0, 0),
    ) -> None:
        """A path, its outline round-capped; `move` shifts it."""
        look = f'fill="{fill}"'
        if stroke:
            look += f' stroke="{stroke}" stroke-width="{width:g}" stroke-linecap="round" stroke-linejoin="round"'
        if dash:
            look += f' stroke-dasharray="{dash}"'
        if opacity < 1:
            # Plain `opacity` makes the renderer composite a layer of its own: far slower, needed for two paints only.
            paint = "opacity" if stroke and fill != "none" else "stroke-opacity" if stroke else "fill-opacity"
            look += f' {paint}="{opacity:g}"'
        if move != (0, 0):
            look += f' transform="translate({move[0]:g} {move[1]:g})"'
        self._shapes.append(f'<path d="{data}" {look}/>')

    def rect(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        fill: str,
        *,
        radius: float = 0.0,
        opacity: float = 1.0,
        stroke: str = "",
        line: float = 2.0,
        dash: str = "",
    ) -> None:
        """A rectangle with rounded corners of `radius`."""
        look = f'fill="{fill}" rx="{radius:g}"'
        if stroke:
            look += f' stroke="{stroke}" stroke-width="{line:g}"'
        if dash:
            look += f' stroke-dasharray="{dash}"'
        if opacity < 1:
            look += f' fill-opacity="{opacity:g}"'
        size = f'x="{x:.2f}" y="{y:.2f}" width="{max(0.0, width):.2f}" height="{max(0.0, height):.2f}"'
        self._shapes.append(f"<rect {size} {look}/>")

    def ellipse(self, x: float, y: float, rx: float, ry: float, fill: str, *, opacity: float = 1.0) -> None:
        """An ellipse around its centre."""
        shade = f' fill-opacity="{opacity:g}"' if opacity < 1 else ""
        self._shapes.append(f'<ellipse cx="{x:.3f}" cy="{y:.3f}" rx="{rx:.3f}" ry="{ry:.3f}" fill="{fill}"{shade}/>')

    def circle(self, x: float, y: float, radius: float, fill: str, *, opacity: float = 1.0) -> None:
        """A circle around its centre."""
        self.ellipse(x, y, radius, radius, fill, opacity=opacity)

    def add(self, markup: str) -> None:
        """Ready-made markup, such as a line of text from `typography.text_markup`."""
        self._shapes.append(markup)

    @contextmanager
    def group(self, transform: str) -> Generator[None]:
        """Everything drawn inside is transformed."""
        self._shapes.append(f'<g transform="{transform}">')
        yield
        self._shapes.append("</g>")

    @property
    def empty(self) -> bool:
        """Whether nothing was drawn."""
        return not self._shapes

    def render(self, width: int, box: tuple[float, float, float, float] = (0, 0, 720, 1280)) -> Image.Image:
        """RGBA pixels, `width` wide, of the part of the drawing inside `box` (x, y, width, height)."""
        x, y, box_width, box_height = box
        svg = (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{box_width:g}" height="{box_height:g}"'
            f' viewBox="{x:g} {y:g} {box_width:g} {box_height:g}">'
            f"<defs>{''.join(self._definitions)}</defs>{''.join(self._shapes)}</svg>"
        )
        png = resvg_py.svg_to_bytes(
            svg_string=svg,
            width=width,
            skip_system_fonts=True,
            font_files=_font_files(svg),
            font_family="Inter",
            sans_serif_family="Inter",
        )
        return Image.open(BytesIO(png)).convert("RGBA")


def _font_files(svg: str) -> list[str]:
    """Only the fonts a drawing names: opening the CJK collection costs several milliseconds."""
    files: list[str] = []
    if "<text" in svg:
        files.append(str(latin_font_file()))
    if "Noto Sans CJK" in svg:
        files.append(str(cjk_font_file()))
    return files
