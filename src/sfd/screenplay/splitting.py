"""Long scenes into shots, at natural points: where the picture changes, where the speaker changes, at sentence ends.

A shot is aimed at 4 to 8 seconds, and its dialogue never takes more than 10.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import ceil

from sfd.domain.models import DialogueLine
from sfd.domain.timing import GAP_BETWEEN_LINES, LEAD_IN, LEAD_OUT, dialogue_seconds, speech_seconds
from sfd.screenplay.camera import opens_a_shot
from sfd.screenplay.inline import CJK
from sfd.screenplay.tones import is_heard_only

LONGEST_DIALOGUE = 10.0
AIMED_DIALOGUE = 8.0
AIMED_EXCHANGE = 6.0
LONGEST_ACTION = 8.0
ACTION_TOGETHER = 5.0
ACTION_BEFORE_SPEECH = 5.0
SPEAKERS_IN_A_SHOT = 2
LINES_IN_A_SHOT = 6
WORDS_SEEN_PER_SECOND = 4.0
CHARACTERS_SEEN_PER_SECOND = 7.0

_WIDE = re.compile(f"[{CJK}]")
_LOOK = re.compile(r"[(（][^()（）]*[)）]")
_WORD = re.compile(rf"[^\s{CJK}]+")
_BEAT = re.compile(
    r"(?:a |the )?(?:long |short |tense |awkward )?(?:beat|pause|silence|moment)[.…]*|(?:停顿|沉默|静默|片刻)[。…]*",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"'”’)\]]*\s+|(?<=[。！？…])[”’」』）]*(?![。！？…”’」』）])")
_CLAUSE_END = re.compile(r"(?<=[,;:])\s+|\s+(?=[—–-]\s)|(?<=[，、；：—])(?!—)")
_WORD_END = re.compile(rf"\s+|(?<=[{CJK}])(?=[{CJK}])")


@dataclass
class Cut:
    """One shot as it is gathered: paragraphs of action, which take `action` seconds, and the lines spoken."""

    paragraphs: list[str] = field(default_factory=list[str])
    lines: list[DialogueLine] = field(default_factory=list[DialogueLine])
    action: float = 0.0

    @property
    def empty(self) -> bool:
        """Whether nothing is in it yet."""
        return not (self.paragraphs or self.lines)

    def add(self, piece: str | DialogueLine) -> None:
        """Put a paragraph of action or a line at the end."""
        if isinstance(piece, str):
            self.paragraphs.append(piece)
            self.action += action_seconds(piece)
        else:
            self.lines.append(piece)


def action_seconds(text: str) -> float:
    """How long the picture needs for a paragraph of action: four words, or seven wide characters, a second.

    Looks in parentheses, as they introduce a person, are seen at a glance.
    """
    seen = _LOOK.sub("", text)
    return len(_WORD.findall(seen)) / WORDS_SEEN_PER_SECOND + len(_WIDE.findall(seen)) / CHARACTERS_SEEN_PER_SECOND


def fits_one_shot(lines: Sequence[DialogueLine]) -> bool:
    """Whether a shot that the writer marked can stay whole."""
    return dialogue_seconds(lines) <= LONGEST_DIALOGUE


def begins_new_cut(cut: Cut, piece: str | DialogueLine) -> bool:
    """Whether a piece of action or a line belongs in the next shot rather than in `cut`."""
    if cut.empty:
        return False
    return _action_needs_new(cut, piece) if isinstance(piece, str) else _line_needs_new(cut, piece)


def is_beat(cut: Cut) -> bool:
    """Whether a shot is only a pause, such as "Beat.", that belongs to what comes before."""
    return not cut.lines and len(cut.paragraphs) == 1 and bool(_BEAT.fullmatch(cut.paragraphs[0]))


def divide_action(text: str) -> list[str]:
    """A paragraph of action in parts of `LONGEST_ACTION` seconds at most, cut at sentence ends only."""
    return _pack(_parts(text, _SENTENCE_END), action_seconds, LONGEST_ACTION, 0.0)


def divide_line(line: DialogueLine) -> list[DialogueLine]:
    """A line in parts that each fit a shot: at sentence ends, else at commas, else between words."""
    if fits_one_shot([line]):
        return [line]
    parts = [line.line]
    for ends in (_SENTENCE_END, _CLAUSE_END, _WORD_END):
        parts = [
            finer for part in parts for finer in (_parts(part, ends) if _spoken(part) > AIMED_DIALOGUE else [part])
        ]
    packed = _pack(parts, _spoken, AIMED_DIALOGUE, LEAD_IN + LEAD_OUT)
    return [
        line.model_copy(update={"line": text, "dual": line.dual and index == 0}) for index, text in enumerate(packed)
    ]


def _action_needs_new(cut: Cut, text: str) -> bool:
    together = cut.action + action_seconds(text)
    return bool(cut.lines) or opens_a_shot(text) or together > ACTION_TOGETHER


def _line_needs_new(cut: Cut, line: DialogueLine) -> bool:
    if not cut.lines:
        return cut.action > ACTION_BEFORE_SPEECH
    if len(cut.lines) >= LINES_IN_A_SHOT:
        return True
    together = dialogue_seconds([*cut.lines, line])
    if line.dual:
        return together > LONGEST_DIALOGUE
    if is_heard_only(line.tone) or line.character_id == cut.lines[-1].character_id:
        return together > AIMED_DIALOGUE
    speakers = {one.character_id for one in (*cut.lines, line) if not is_heard_only(one.tone)}
    return together > AIMED_EXCHANGE or len(speakers) > SPEAKERS_IN_A_SHOT


def _spoken(text: str) -> float:
    return LEAD_IN + speech_seconds(text) + LEAD_OUT


def _parts(text: str, ends: re.Pattern[str]) -> list[str]:
    """`text` cut behind each match of `ends`; the parts joined give `text` again."""
    marks = [match.end() for match in ends.finditer(text)]
    return [text[start:end] for start, end in zip([0, *marks], [*marks, len(text)], strict=True) if text[start:end]]


def _pack(parts: list[str], seconds: Callable[[str], float], most: float, overhead: float) -> list[str]:
    """Neighbouring parts joined into as few packs of `most` seconds as will do, of about the same length."""
    lengths = [seconds(part) - overhead for part in parts]
    total = sum(lengths)
    packs = max(1, ceil(total / (most - overhead)))
    aimed = total / packs
    packed: list[str] = []
    text, length = "", 0.0
    for part, own in zip(parts, lengths, strict=True):
        full = length + own > most - overhead or length + own / 2 > aimed + GAP_BETWEEN_LINES
        if text.strip() and full:
            packed.append(text.strip())
            text, length = "", 0.0
        text, length = text + part, length + own
    return [*packed, text.strip()] if text.strip() else packed
