"""Fountain text to elements, after the Fountain 1.1 syntax (https://fountain.io/syntax).

Where screenwriters are looser than the syntax, so is this: a heading needs no blank line before it, `INT.` may be
lower case or Chinese (`内景 …`), a short Chinese name is a cue, and `李梅：…` is a cue with its line. Reading takes
time in proportion to the length of the text.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from sfd.screenplay.elements import Element, Note, Paragraph, Screenplay, Speech, Spoken, Transition
from sfd.screenplay.inline import flow, one_line, plain, unix_lines
from sfd.screenplay.lines import Cue, is_transition, read_cue, read_line
from sfd.screenplay.notes import PLACEHOLDER, lift_notes, without_boneyard
from sfd.screenplay.title_page import read_title_page

_BYTE_ORDER_MARK = "\ufeff"
_PARENTHETICAL = re.compile(r"[(（](.*)[)）]")
_LEADING_PARENTHETICAL = re.compile(r"（([^（）]{1,60})）(?=.)")


def parse(text: str) -> Screenplay:
    """The title page and elements of a screenplay. `text` must hold no NUL."""
    body, notes = lift_notes(without_boneyard(unix_lines(text).removeprefix(_BYTE_ORDER_MARK)))
    lines = _numbered(body.split("\n"), notes)
    title_page, taken = read_title_page([line.text for line in lines])
    in_title_page = [Note(line.number, note) for line in lines[:taken] for note in line.notes]
    return Screenplay(title_page, (*in_title_page, *_Parser(lines[taken:]).parse()))


@dataclass(frozen=True)
class _Line:
    """A line without its notes. `held_open` is a line of two spaces, which goes on with a speech."""

    number: int
    text: str
    notes: tuple[str, ...]
    held_open: bool

    @property
    def empty(self) -> bool:
        return not self.text.strip()

    @property
    def blank(self) -> bool:
        return self.empty and not self.notes


def _numbered(raw_lines: Iterable[str], notes: list[str]) -> list[_Line]:
    lines: list[_Line] = []
    number, taken = 1, 0
    for raw in raw_lines:
        count = raw.count(PLACEHOLDER)
        own = tuple(notes[taken : taken + count])
        text = raw.replace(PLACEHOLDER, "") if count else raw
        lines.append(_Line(number, text, own, held_open=len(text) > 1 and text.isspace()))
        taken += count
        number += 1 + sum(note.count("\n") for note in own)
    return lines


class _Parser:
    """Walks the lines once. A note comes before the element that it stands in."""

    def __init__(self, lines: list[_Line]) -> None:
        self._lines = lines
        self._at = 0
        self._elements: list[Element] = []

    def parse(self) -> list[Element]:
        while self._at < len(self._lines):
            self._next()
        return self._elements

    def _next(self) -> None:
        line = self._lines[self._at]
        self._keep_notes(line)
        text = line.text.strip()
        if not text:
            self._at += 1
        elif element := read_line(text, line.number):
            self._elements.append(element)
            self._at += 1
        elif is_transition(text) and self._blank_after():
            self._elements.append(Transition(line.number, plain(one_line(text))))
            self._at += 1
        elif not self._blank_after() and (cue := _cue(text)):
            self._speech(line, cue)
        else:
            self._action(line)

    def _blank_after(self) -> bool:
        return self._at + 1 >= len(self._lines) or self._lines[self._at + 1].blank

    def _keep_notes(self, line: _Line) -> None:
        self._elements += [Note(line.number, note) for note in line.notes]

    def _speech(self, first: _Line, cue: Cue) -> None:
        self._at += 1
        words: list[str] = []
        while self._at < len(self._lines):
            line = self._lines[self._at]
            if line.blank and not line.held_open:
                break
            self._keep_notes(line)
            words.append(line.text.strip())
            self._at += 1
        self._elements.append(_spoken(first.number, cue, words))

    def _action(self, first: _Line) -> None:
        texts = [first.text.strip()]
        self._at += 1
        while self._at < len(self._lines) and self._goes_on(self._lines[self._at]):
            line = self._lines[self._at]
            self._keep_notes(line)
            texts.append(line.text.strip())
            self._at += 1
        lines = [(_action_line(text), text.startswith("!")) for text in texts]
        self._elements.append(
            Paragraph(
                first.number,
                "\n".join(filter(None, (text for text, _ in lines))),
                frozenset(text for text, forced in lines if forced),
            )
        )

    def _goes_on(self, line: _Line) -> bool:
        text = line.text.strip()
        return bool(text) and not text.startswith("@") and not read_line(text, line.number)


def _cue(text: str) -> Cue | None:
    return None if text[:1] in "!~" else read_cue(text)


def _action_line(text: str) -> str:
    return plain(one_line(text[1:] if text[:1] in "!~" else text))


def _spoken(line: int, cue: Cue, lines: list[str]) -> Element:
    parts: list[Spoken] = []
    tones: list[str] = []
    words: list[str] = []
    for text in lines:
        tone, said = _tone_and_words(text)
        if tone:
            _finish(parts, tones, words)
            tones.append(tone)
        if said:
            words.append(said)
    _finish(parts, tones, words)
    if parts:
        return Speech(line, cue.name, tuple(parts), cue.extensions, cue.dual)
    return Paragraph(line, one_line(f"{cue.name} {' '.join(f'({tone})' for tone in tones)}"))


def _finish(parts: list[Spoken], tones: list[str], words: list[str]) -> None:
    if words:
        parts.append(Spoken(", ".join(tones) or None, flow("\n".join(words))))
        tones.clear()
        words.clear()


def _tone_and_words(text: str) -> tuple[str, str]:
    alone = _PARENTHETICAL.fullmatch(text)
    if alone:
        return plain(one_line(alone[1])), ""
    leading = _LEADING_PARENTHETICAL.match(text)
    tone = plain(one_line(leading[1])) if leading else ""
    rest = text[leading.end() :] if leading else text
    return tone, plain(one_line(rest.removeprefix("~")))
