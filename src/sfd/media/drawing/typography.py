"""Text as the preview sets it: which font draws a character, how wide a line is, where it breaks.

Two fonts come with the package: Inter (variable) and Noto Sans CJK (Regular only; a thin outline of
0.028 em makes its bold). A character neither of them has is left out, or shown as a box if it is a letter.
"""

import re
import unicodedata
from functools import lru_cache
from html import escape
from importlib.resources import files
from pathlib import Path
from typing import Literal

from PIL import Image, ImageDraw, ImageFont

Script = Literal["latin", "cjk", "none"]

BOLD = 600
_CJK_BOLD_STROKE = 0.028
_MEASURE = 100
_ELLIPSIS = "…"
_MISSING_LETTER = "□"
_ABSENT = "\U0010fffd"
_SYMBOLS_CJK_DRAWS = frozenset("★☆♪♥")
_NO_START = frozenset("，。、！？；：）】」』〉》”’…,.!?;:)]}％%ー～〜々・")
_NO_END = frozenset("（【「『〈《“‘([{")
_BREAKABLE = (
    (0x2E80, 0x303F),
    (0x3040, 0x9FFF),
    (0xAC00, 0xD7AF),
    (0xF900, 0xFAFF),
    (0xFE30, 0xFE4F),
    (0xFF00, 0xFFEF),
    (0x20000, 0x3134F),
)
_GLYPHS = (("zh-hant", "TC"), ("zh-tw", "TC"), ("zh-hk", "HK"), ("zh-mo", "HK"), ("ja", "JP"), ("ko", "KR"))


@lru_cache(maxsize=1)
def latin_font_file() -> Path:
    """Inter, the variable font file of the `fontpkg-inter` package."""
    return Path(str(files("fontpkg_inter"))) / "files" / "Inter[opsz,wght].ttf"


@lru_cache(maxsize=1)
def cjk_font_file() -> Path:
    """The font collection of the `noto-cjk-sans-otc` package."""
    return Path(str(files("noto_cjk_sans_otc"))) / "NotoSansCJK-Regular.ttc"


@lru_cache(maxsize=8)
def _latin_font(weight: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.truetype(str(latin_font_file()), _MEASURE, layout_engine=ImageFont.Layout.BASIC)
    font.set_variation_by_axes([14, weight])
    return font


@lru_cache(maxsize=1)
def _cjk_font() -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(cjk_font_file()), _MEASURE, index=2, layout_engine=ImageFont.Layout.BASIC)


def _has(font: ImageFont.FreeTypeFont, character: str) -> bool:
    return _glyph(font, character) != _glyph(font, _ABSENT)


def _glyph(font: ImageFont.FreeTypeFont, character: str) -> bytes:
    picture = Image.new("L", (2 * _MEASURE, 2 * _MEASURE))
    ImageDraw.Draw(picture).text((_MEASURE // 2, 0), character, 255, font)
    return picture.resize((32, 32)).tobytes()


def is_wide(character: str) -> bool:
    """Whether a line may break before or after the character, as in Chinese and Japanese."""
    code = ord(character)
    return any(first <= code <= last for first, last in _BREAKABLE)


@lru_cache(maxsize=16_384)
def script_of(character: str) -> Script:
    """Which font draws the character."""
    if character == " ":
        return "latin"
    if is_wide(character):
        return "cjk" if _has(_cjk_font(), character) else "none"
    if unicodedata.category(character) in {"So", "Sk"} and character not in _SYMBOLS_CJK_DRAWS:
        return "none"
    if _has(_latin_font(400), character):
        return "latin"
    return "cjk" if _has(_cjk_font(), character) else "none"


def clean(text: str) -> str:
    """The text as it can be drawn: one line, no control characters, no emoji, letters without a glyph as boxes."""
    kept = (_drawable(character) for character in unicodedata.normalize("NFC", text))
    return re.sub(r" +", " ", "".join(kept)).strip()


def _drawable(character: str) -> str:
    category = unicodedata.category(character)
    if character.isspace() or category.startswith("Z"):
        return " "
    if category.startswith("C"):
        return ""
    if script_of(character) != "none":
        return character
    return _MISSING_LETTER if category[0] in "LN" else ""


@lru_cache(maxsize=16_384)
def _advance(character: str, weight: int) -> float:
    font = _cjk_font() if script_of(character) == "cjk" else _latin_font(weight)
    return font.getlength(character) / _MEASURE


def text_width(text: str, size: float, weight: int = 400, spacing: float = 0.0) -> float:
    """Width in pixels of one line; `spacing` is added after each character."""
    return sum(_advance(character, weight) for character in text) * size + spacing * len(text)


def glyph_family(language: str) -> str:
    """The CJK family whose glyph shapes a language expects, from its BCP 47 tag."""
    tag = language.lower().replace("_", "-")
    variant = next((name for prefix, name in _GLYPHS if tag.startswith(prefix)), "SC")
    return f"Noto Sans CJK {variant}"


def _units(text: str) -> list[str]:
    """Pieces that stay together: words with their space, single CJK characters with their punctuation."""
    units: list[str] = []
    for character in text:
        previous = units[-1][-1] if units else ""
        if previous and _stays_together(previous, character):
            units[-1] += character
        else:
            units.append(character)
    return units


def _stays_together(previous: str, character: str) -> bool:
    if character == " ":
        return True
    if previous == " ":
        return False
    if character in _NO_START or previous in _NO_END:
        return True
    return not is_wide(previous) and not is_wide(character)


def wrap(text: str, size: float, width: float, weight: int = 400) -> list[str]:
    """Break `text` into lines no wider than `width` pixels; a word wider than that is broken inside."""
    lines: list[str] = []
    line = ""
    for unit in _units(text):
        if line and text_width((line + unit).rstrip(), size, weight) > width:
            lines.append(line.rstrip())
            line = ""
        pieces = _broken(line + unit, size, width, weight)
        lines.extend(pieces[:-1])
        line = pieces[-1]
    if line.strip():
        lines.append(line.rstrip())
    return lines


def _broken(text: str, size: float, width: float, weight: int) -> list[str]:
    """`text` cut after as many characters as fit; at least one character a piece."""
    if text_width(text.rstrip(), size, weight) <= width:
        return [text]
    pieces = [""]
    for character in text:
        if pieces[-1] and text_width(pieces[-1] + character, size, weight) > width:
            carried = pieces[-1][-1] if character in _NO_START and len(pieces[-1]) > 1 else ""
            pieces[-1] = pieces[-1].removesuffix(carried)
            pieces.append(carried)
        pieces[-1] += character
    return pieces


def balanced(text: str, size: float, width: float, weight: int = 400) -> list[str]:
    """`wrap`, with the lines made as equal as they can be without needing another one."""
    lines = wrap(text, size, width, weight)
    widest = max((text_width(unit.rstrip(), size, weight) for unit in _units(text)), default=0.0)
    low, high = max(width * 0.5, min(widest, width)), width
    while len(lines) > 1 and high - low > size / 4:
        middle = (low + high) / 2
        narrower = wrap(text, size, middle, weight)
        if len(narrower) > len(lines):
            low = middle
        else:
            high, lines = middle, narrower
    return lines


def shortened(text: str, size: float, width: float, weight: int = 400) -> str:
    """`text` cut to `width` pixels, with an ellipsis where it was cut."""
    if text_width(text, size, weight) <= width:
        return text
    room = width - text_width(_ELLIPSIS, size, weight)
    kept = ""
    for character in text:
        if text_width(kept + character, size, weight) > room:
            break
        kept += character
    return kept.rstrip(" ,.，。、") + _ELLIPSIS


def fitted(text: str, sizes: tuple[int, ...], width: float, max_lines: int, weight: int = 400) -> tuple[int, list[str]]:
    """The largest of `sizes` at which `text` takes at most `max_lines`; past the last one it is cut short.

    Returns:
        The size in pixels and the lines.
    """
    narrowest = min(sizes) * 0.2
    text = text[: int(max_lines * width / narrowest)]
    for size in sizes:
        if text_width(text, size, weight) <= max_lines * width:
            lines = balanced(text, size, width, weight)
            if len(lines) <= max_lines:
                return size, lines
    size = sizes[-1]
    lines = wrap(text, size, width, weight)
    if len(lines) > max_lines:
        lines = [*lines[: max_lines - 1], shortened(lines[max_lines - 1] + " " + lines[max_lines], size, width, weight)]
    return size, lines


def _runs(text: str) -> list[tuple[Script, str]]:
    runs: list[tuple[Script, str]] = []
    for character in text:
        script = script_of(character)
        if runs and (runs[-1][0] == script or character == " "):
            runs[-1] = (runs[-1][0], runs[-1][1] + character)
        else:
            runs.append((script, character))
    return runs


def text_markup(
    x: float,
    y: float,
    text: str,
    size: float,
    fill: str = "#ffffff",
    *,
    weight: int = 400,
    anchor: Literal["start", "middle", "end"] = "start",
    language: str = "",
    spacing: float = 0.0,
    opacity: float = 1.0,
) -> str:
    """One line of text as SVG, its baseline at `y`, every script in its own font."""
    bold = f' stroke="{fill}" stroke-width="{size * _CJK_BOLD_STROKE:.2f}"' if weight >= BOLD else ""
    spans = "".join(
        f'<tspan font-family="{glyph_family(language)}"{bold}>{escape(part)}</tspan>'
        if script == "cjk"
        else f'<tspan font-family="Inter" font-weight="{weight}">{escape(part)}</tspan>'
        for script, part in _runs(text)
    )
    extra = f' letter-spacing="{spacing:g}"' if spacing else ""
    extra += f' fill-opacity="{opacity:g}"' if opacity < 1 else ""
    return (
        f'<text xml:space="preserve" x="{x:.1f}" y="{y:.1f}" font-size="{size:g}" fill="{fill}"'
        f' text-anchor="{anchor}"{extra}>{spans}</text>'
    )
