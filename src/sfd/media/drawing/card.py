"""The card at the foot of a storyboard: who says what and how, what happens, what is heard."""

from collections.abc import Callable
from dataclasses import dataclass

from sfd.domain.briefs import SceneBrief
from sfd.media.drawing.framing import HEIGHT, WIDTH
from sfd.media.drawing.script_text import SpokenLine, shown, spoken_lines
from sfd.media.drawing.sketch import Sketch
from sfd.media.drawing.typography import fitted, shortened, text_markup, text_width

_EDGE = 22
_PADDING = 24
_GAP = 14
_FOOT = 70
_INNER = WIDTH - 2 * (_EDGE + 18)
_QUOTE = _INNER - 24
_SOUND = "#8fd3c4"
_MOST_LINES = 4
# By how many lines of dialogue there are: the sizes to try and how many rows each may take.
_TYPE = {1: ((33, 30, 27, 24), 4), 2: ((28, 25, 22), 3), 3: ((24, 21, 19), 2), 4: ((21, 19, 18), 2)}
_ACTION_ROWS = {0: 5, 1: 2, 2: 2, 3: 2, 4: 1}


@dataclass(frozen=True)
class Row:
    """A part of the card: its height, and how to draw it at a given y."""

    height: float
    draw: Callable[[Sketch, float], None]


def card_rows(brief: SceneBrief) -> list[Row]:
    """Everything the card holds, from top to bottom."""
    spoken = spoken_lines(brief)
    count = min(len(spoken), _MOST_LINES)
    rows = [_dialogue_row(line, count, brief.language) for line in spoken[:_MOST_LINES]]
    if len(spoken) > _MOST_LINES:
        rows.append(_more_row(len(spoken) - _MOST_LINES))
    if action := shown(brief.description):
        rows.append(_action_row(action, count, brief.language))
    if sound := shown(brief.sound):
        rows.append(_sound_row(sound, brief.language))
    return rows


def card_height(rows: list[Row]) -> float:
    """Height of the card in frame units; 0 if it holds nothing."""
    return sum(row.height for row in rows) + _GAP * (len(rows) - 1) + 2 * _PADDING if rows else 0.0


def card_top(rows: list[Row]) -> float:
    """Where the card begins."""
    return HEIGHT - _FOOT - card_height(rows)


def draw_card(pen: Sketch, rows: list[Row]) -> None:
    """The card over a darkened foot of the frame."""
    top = card_top(rows)
    pen.rect(0, top - 90, WIDTH, HEIGHT - top + 90,
             pen.linear((0, "#05060a", 0), (0.35, "#05060a", 0.55), (1, "#05060a", 0.92)))  # fmt: skip
    if not rows:
        return
    pen.rect(_EDGE, top, WIDTH - 2 * _EDGE, card_height(rows), "#0d1018", radius=22, opacity=0.82)
    pen.path(f"M{_EDGE + 24} {top + 0.5}H{WIDTH - _EDGE - 24}", stroke="#ffffff", width=1, opacity=0.16)
    y = top + _PADDING
    for row in rows:
        row.draw(pen, y)
        y += row.height + _GAP


def _dialogue_row(line: SpokenLine, count: int, language: str) -> Row:
    sizes, most = _TYPE[count]
    size, lines = fitted(line.text, sizes, _QUOTE, most, 600)
    small = 21 if count == 1 else 18
    leading, first = size * 1.3, small * 1.02 + size * 1.24
    height = first + leading * (len(lines) - 1) + size * 0.3 if lines else small * 1.3

    def draw(pen: Sketch, y: float) -> None:
        pen.rect(40, y, 7, height, line.colour, radius=3.5)
        name = shortened(line.speaker, small, _QUOTE * 0.6, 700)
        pen.add(text_markup(64, y + small * 0.92, name, small, line.colour, weight=700, language=language))
        after = 64 + text_width(name, small, 700) + 12
        if line.tone:
            tone = shortened(f"({line.tone})", small - 2, WIDTH - 40 - after)
            pen.add(text_markup(after, y + small * 0.92, tone, small - 2, "#aab0c0", language=language))
        for index, part in enumerate(lines):
            pen.add(text_markup(64, y + first + leading * index, part, size, weight=600, language=language))

    return Row(height, draw)


def _more_row(count: int) -> Row:
    label = f"+{count} more line" + ("s" if count > 1 else "")
    return Row(20, lambda pen, y: pen.add(text_markup(64, y + 16, label, 17, "#aab0c0", weight=600)))


def _action_row(text: str, count: int, language: str) -> Row:
    alone = count == 0
    size, lines = fitted(text, (27, 24, 21) if alone else (21, 19), _INNER, _ACTION_ROWS[count])
    colour = "#eef0f5" if alone else "#c6cbd8"

    def draw(pen: Sketch, y: float) -> None:
        for index, part in enumerate(lines):
            baseline = y + size * 0.95 + size * 1.38 * index
            pen.add(text_markup(40, baseline, part, size, colour, language=language))

    return Row(size * 1.15 + size * 1.38 * (len(lines) - 1), draw)


def _sound_row(text: str, language: str) -> Row:
    label = shortened(text, 19, _INNER - 38, 500)

    def draw(pen: Sketch, y: float) -> None:
        pen.path(f"M42 {y + 8}h5l7 -6v20l-7 -6h-5z", _SOUND, stroke=_SOUND, width=1.6)
        pen.path(f"M59 {y + 6}q5 6 0 12M63.5 {y + 2}q9 10 0 20", stroke=_SOUND, width=2.2)
        pen.add(text_markup(78, y + 19, label, 19, _SOUND, weight=500, language=language))

    return Row(24, draw)
