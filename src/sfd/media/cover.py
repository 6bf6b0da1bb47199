"""The cover of an episode: a picture with its title and number set over it."""

from pathlib import Path

from PIL import Image, ImageOps

from sfd.media.check import PictureFacts, check_picture
from sfd.media.drawing.colour import AMBER, INK
from sfd.media.drawing.sketch import Sketch
from sfd.media.drawing.typography import balanced, fitted, shortened, text_markup, text_width, wrap

WIDTH = 720
HEIGHT = 1280
COVER_WIDTH = 1080

_MARGIN = 52
_TEXT_WIDTH = WIDTH - 2 * _MARGIN
_BASELINE = 1130
_TITLE_SIZES = (104, 92, 80, 70, 60, 52, 44)
_LINE = 1.12
_MOST_LINES = 3
_EPISODE = {
    "zh": "第 {} 集",
    "ja": "第 {} 話",
    "ko": "{}화",
    "es": "EPISODIO {}",
    "pt": "EPISÓDIO {}",
    "fr": "ÉPISODE {}",
}


def cover_image(
    picture: Image.Image,
    into: Path,
    *,
    title: str,
    number: int | None = None,
    series: str = "",
    language: str = "",
    width: int = COVER_WIDTH,
) -> PictureFacts:
    """Write a 9:16 JPEG cover to `into`.

    Args:
        picture: A storyboard plate or a frame of the film; it fills the cover.
        into: The file to write.
        title: The title of the episode.
        number: The number of the episode.
        series: The title of the drama, set small above.
        language: BCP 47; chooses the glyphs and the word for "episode".
        width: Pixels; 1080 or 720.
    """
    height = width * HEIGHT // WIDTH
    cover = ImageOps.fit(picture.convert("RGB"), (width, height), Image.Resampling.LANCZOS).convert("RGBA")
    cover.alpha_composite(_lettering(title, number, series, language).render(width))
    cover.convert("RGB").save(into, "JPEG", quality=90, optimize=True)
    return check_picture(into)


def _lettering(title: str, number: int | None, series: str, language: str) -> Sketch:
    sketch = Sketch()
    shade = sketch.linear((0, INK, 0), (0.45, INK, 0.55), (1, INK, 0.96))
    sketch.rect(0, HEIGHT * 0.48, WIDTH, HEIGHT * 0.52, shade)
    sketch.rect(0, 0, WIDTH, 200, sketch.linear((0, INK, 0.6), (1, INK, 0)))
    size, lines = _set_title(title)
    top = _BASELINE - (len(lines) - 1) * size * _LINE
    for row, line in enumerate(lines):
        y = top + row * size * _LINE
        sketch.add(text_markup(_MARGIN, y, line, size, weight=800, language=language))
    if number is not None:
        _number(sketch, _episode_words(number, language), top - size * 0.92 - 34, language)
    if series:
        line = shortened(series, 28, _TEXT_WIDTH, 600)
        sketch.add(text_markup(_MARGIN, 1206, line, 28, weight=600, language=language, opacity=0.78))
    return sketch


def _set_title(title: str) -> tuple[int, list[str]]:
    """The largest size at which the title takes at most three lines and no word of it is broken."""
    for size in _TITLE_SIZES:
        for lines in (balanced(title, size, _TEXT_WIDTH, 800), wrap(title, size, _TEXT_WIDTH, 800)):
            if len(lines) <= _MOST_LINES and _words_are_whole(title, lines):
                return size, lines
    return fitted(title, _TITLE_SIZES[-1:], _TEXT_WIDTH, _MOST_LINES, 800)


def _words_are_whole(title: str, lines: list[str]) -> bool:
    set_words = {word for line in lines for word in line.split()}
    return all(word in set_words for word in title.split() if word.isascii())


def _episode_words(number: int, language: str) -> str:
    return _EPISODE.get(language.split("-", maxsplit=1)[0].lower(), "EPISODE {}").format(number)


def _number(sketch: Sketch, words: str, baseline: float, language: str) -> None:
    width = text_width(words, 28, 700) + 44
    sketch.rect(_MARGIN, baseline - 36, width, 52, AMBER, radius=26)
    sketch.add(text_markup(_MARGIN + 22, baseline, words, 28, INK, weight=700, language=language))
