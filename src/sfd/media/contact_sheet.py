"""All storyboards of an episode or a drama on one sheet, to be looked at side by side."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageOps

from sfd.domain.errors import MediaError
from sfd.media.check import PictureFacts, check_picture, open_picture
from sfd.media.drawing.sketch import Sketch
from sfd.media.drawing.typography import shortened, text_markup

SHEET_WIDTH = 1600
MOST_HEIGHT = 16_000
FEWEST_COLUMNS = 4
MOST_PICTURES = 5_000

_MARGIN = 40
_GAP = 20
_HEADER = 132
_BACKGROUND = "#14161d"
_QUALITY = 88
_SMALLEST_NOTE = 11.0


@dataclass(frozen=True)
class LabelledPicture:
    """A picture file, its label ("1-3") and a line about it."""

    picture: Path
    label: str
    note: str = ""


@dataclass(frozen=True)
class _Grid:
    columns: int
    rows: int
    cell: int

    @property
    def picture_height(self) -> int:
        return self.cell * 16 // 9

    @property
    def text_height(self) -> int:
        return round(self.size * 3.4)

    @property
    def size(self) -> float:
        """Of the label's letters."""
        return max(7.0, min(20.0, self.cell * 0.054))

    @property
    def row_height(self) -> int:
        return self.picture_height + self.text_height + _GAP

    @property
    def height(self) -> int:
        return _HEADER + self.rows * self.row_height + _MARGIN - _GAP


def contact_sheet(
    frames: Sequence[LabelledPicture], into: Path, *, title: str, subtitle: str = "", language: str = ""
) -> PictureFacts:
    """Write a JPEG sheet of `frames` to `into`: four columns, more and smaller when it would pass 16,000 pixels.

    Raises:
        MediaError: there are no pictures or more than 5,000, or one cannot be decoded.
    """
    if not 0 < len(frames) <= MOST_PICTURES:
        raise MediaError(f"A contact sheet holds 1 to {MOST_PICTURES} pictures, not {len(frames)}.")
    grid = _grid(len(frames))
    sheet = Image.new("RGB", (SHEET_WIDTH, grid.height), _BACKGROUND)
    _paste(sheet, _header(title, subtitle, language), 0, _HEADER)
    for row in range(grid.rows):
        _fill_row(sheet, grid, row, frames[row * grid.columns : (row + 1) * grid.columns], language)
    sheet.save(into, "JPEG", quality=_QUALITY, optimize=True)
    return check_picture(into)


def _grid(count: int) -> _Grid:
    columns = FEWEST_COLUMNS
    while True:
        cell = (SHEET_WIDTH - 2 * _MARGIN - (columns - 1) * _GAP) // columns
        grid = _Grid(columns, -(-count // columns), cell)
        if grid.height <= MOST_HEIGHT:
            return grid
        columns += 1


def _fill_row(sheet: Image.Image, grid: _Grid, row: int, frames: Sequence[LabelledPicture], language: str) -> None:
    top = _HEADER + row * grid.row_height
    words = Sketch()
    for column, frame in enumerate(frames):
        x = _MARGIN + column * (grid.cell + _GAP)
        sheet.paste(_thumbnail(frame.picture, grid), (x, top))
        _caption(words, frame, x, grid, language)
    _paste(sheet, words, top + grid.picture_height, grid.text_height)


def _thumbnail(path: Path, grid: _Grid) -> Image.Image:
    size = (grid.cell, grid.picture_height)
    return ImageOps.fit(open_picture(path).convert("RGB"), size, Image.Resampling.LANCZOS)


def _caption(words: Sketch, frame: LabelledPicture, x: float, grid: _Grid, language: str) -> None:
    label = shortened(frame.label, grid.size, grid.cell, 700)
    words.add(text_markup(x, grid.size * 1.5, label, grid.size, weight=700, language=language))
    size = grid.size * 0.8
    if frame.note and size >= _SMALLEST_NOTE:
        note = shortened(frame.note, size, grid.cell, 400)
        words.add(text_markup(x, grid.size * 2.8, note, size, "#a9b0c0", language=language))


def _header(title: str, subtitle: str, language: str) -> Sketch:
    width = SHEET_WIDTH - 2 * _MARGIN
    words = Sketch()
    words.add(text_markup(_MARGIN, 68, shortened(title, 40, width, 800), 40, weight=800, language=language))
    if subtitle:
        line = shortened(subtitle, 20, width, 400)
        words.add(text_markup(_MARGIN, 102, line, 20, "#a9b0c0", language=language))
    return words


def _paste(sheet: Image.Image, words: Sketch, top: int, height: int) -> None:
    layer = words.render(SHEET_WIDTH, (0, 0, SHEET_WIDTH, height))
    sheet.paste(layer, (0, top), layer)
