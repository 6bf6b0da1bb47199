"""Text inside a line of Fountain: white space, emphasis and escapes.

Emphasis is `*italics*`, `**bold**`, `***both***` and `_underline_`; a backslash before a mark takes its meaning
away (https://fountain.io/syntax, "Emphasis").
"""

import re

CJK = "぀-ヿ㐀-鿿가-힯豈-﫿"

_MARKUP = re.compile(r"[\\*_]|\[(?=\[)|(?<=\[)\[|\](?=\])|(?<=\])\]")
_TOKEN = re.compile(r"\\([!-/:-@\[-`{-~（）：–—])|(\*{1,3}|_)")
_BLANK_LINES = re.compile(r"\n{3,}")
_BOTH_WIDE = re.compile(rf"(?<=[{CJK}。！？；：，、…”』」）])\s+(?=[{CJK}“『「（])")


def one_line(text: str) -> str:
    """`text` with every run of white space, line breaks among it, made one space."""
    return " ".join(text.split())


def unix_lines(text: str) -> str:
    """`text` with every line break as a line feed."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def tidy(text: str) -> str:
    """`text` with its lines and paragraphs, but no white space that does not show."""
    lines = [one_line(line) for line in unix_lines(text).split("\n")]
    return _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip("\n")


def solid(text: str) -> str:
    """`text` with its lines and without blank ones: what a title page and synopses can hold."""
    return "\n".join(line for line in tidy(text).split("\n") if line)


def flow(words: str) -> str:
    """`words` as one line, where a line break between two wide characters leaves no space."""
    return one_line(_BOTH_WIDE.sub("", words) if "\n" in words else words)


def escape(text: str) -> str:
    """One line of plain text as Fountain that says the same: the inverse of `plain`."""
    return _MARKUP.sub(r"\\\g<0>", text)


def plain(text: str) -> str:
    """One line of Fountain as a reader sees it: emphasis is gone and escapes are what they stand for."""
    reader = _Emphasis(text)
    for token in _TOKEN.finditer(text):
        reader.take(token)
    return reader.finish()


class _Emphasis:
    """Copies a line, dropping each pair of emphasis marks and keeping those that open or close nothing."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._copied = 0
        self._out: list[str] = []
        self._open: dict[str, int] = {}

    def take(self, token: re.Match[str]) -> None:
        self._out.append(self._text[self._copied : token.start()])
        self._copied = token.end()
        if token[1]:
            self._out.append(token[1])
        else:
            self._mark(token[2], token.start(), token.end())

    def finish(self) -> str:
        return "".join([*self._out, self._text[self._copied :]])

    def _mark(self, mark: str, start: int, end: int) -> None:
        before, after = self._text[start - 1 : start] if start else "", self._text[end : end + 1]
        closed = self._closed_by(mark)
        if closed and before.strip() and not (mark == "_" and after.isalnum()):
            for one in closed:
                self._out[self._open.pop(one)] = ""
            return
        if after.strip() and not (mark == "_" and before.isalnum()):
            self._open[mark] = len(self._out)
        self._out.append(mark)

    def _closed_by(self, mark: str) -> tuple[str, ...]:
        if mark in self._open:
            return (mark,)
        both = ("*", "**")
        return both if mark == "***" and all(one in self._open for one in both) else ()
