"""Subtitles: the spoken lines of an episode as SubRip and WebVTT.

SubRip has no specification and no escaping: text is kept to lines that cannot be taken for anything else.
WebVTT is https://www.w3.org/TR/webvtt1/.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sfd.domain import timing
from sfd.domain.models import Scene

LATIN_LINE = 42
WIDE_LINE = 16
SHORTEST_CUE = 0.2

_WIDE = re.compile(r"[ᄀ-ᇿ⺀-鿿가-힯豈-﫿＀-｠]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_ARROW = re.compile(r"-->")
_NO_LINE_START = "，。！？；：、）】」』》…,.!?;:)]”’"


@dataclass(frozen=True)
class SubtitleCue:
    """One line on screen, in seconds from the start of the film. `speaker` is a name, or empty."""

    start: float
    end: float
    text: str
    speaker: str = ""


def episode_cues(shots: Sequence[tuple[Scene, float]], names: Mapping[str, str] | None = None) -> list[SubtitleCue]:
    """The subtitles of an episode out of its scenes and the seconds of each one's clip, in order.

    `names` gives a character's name by id; without one the speaker is left empty.
    """
    listed: list[SubtitleCue] = []
    offset = 0.0
    for scene, seconds in shots:
        for cue in timing.cues(scene, seconds):
            speaker = (names or {}).get(cue.line.character_id, "")
            listed.append(SubtitleCue(offset + cue.start, offset + cue.end, cue.line.line, speaker))
        offset += seconds
    return listed


def shift(cues: Sequence[SubtitleCue], seconds: float) -> list[SubtitleCue]:
    """The same cues, `seconds` later; what would end before the film starts is left out."""
    moved = (replace(cue, start=max(0.0, cue.start + seconds), end=cue.end + seconds) for cue in cues)
    return [cue for cue in moved if cue.end > 0]


def to_srt(cues: Sequence[SubtitleCue]) -> str:
    """The cues as a SubRip file."""
    blocks = [
        f"{number}\n{_clock(cue.start, ',')} --> {_clock(cue.end, ',')}\n{_plain_text(cue)}\n"
        for number, cue in enumerate(_showable(cues), 1)
    ]
    return "\n".join(blocks)


def to_webvtt(cues: Sequence[SubtitleCue]) -> str:
    """The cues as a WebVTT file, each in a voice span when its speaker is known."""
    blocks = [f"{_clock(cue.start, '.')} --> {_clock(cue.end, '.')}\n{_webvtt_text(cue)}\n" for cue in _showable(cues)]
    return "\n".join(["WEBVTT\n", *blocks])


def lines_of(text: str) -> list[str]:
    """`text` on lines of a readable length: 42 characters, 16 where they are wide; never an empty line."""
    lines: list[str] = []
    for paragraph in _CONTROL.sub(" ", text).splitlines():
        lines += _wrapped(" ".join(paragraph.split()))
    return lines


def _showable(cues: Sequence[SubtitleCue]) -> list[SubtitleCue]:
    spoken = (cue for cue in cues if lines_of(cue.text))
    ordered = sorted(spoken, key=lambda cue: cue.start)
    return [replace(cue, end=max(cue.end, cue.start + SHORTEST_CUE)) for cue in ordered]


def _clock(seconds: float, point: str) -> str:
    milliseconds = round(max(0.0, seconds) * 1000)
    minutes, milliseconds = divmod(milliseconds, 60_000)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{milliseconds // 1000:02}{point}{milliseconds % 1000:03}"


def _plain_text(cue: SubtitleCue) -> str:
    return _ARROW.sub("→", "\n".join(lines_of(cue.text)))


def _webvtt_text(cue: SubtitleCue) -> str:
    text = _escaped("\n".join(lines_of(cue.text)))
    speaker = " ".join(_CONTROL.sub(" ", cue.speaker).split())
    return f"<v {_escaped(speaker)}>{text}</v>" if speaker else text


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _wrapped(text: str) -> list[str]:
    if not text:
        return []
    limit = WIDE_LINE * 2 if _WIDE.search(text) else LATIN_LINE
    columns = _columns(text)
    if columns <= limit:
        return [text]
    target = columns / -(-columns // limit)
    return _filled(_pieces(text), min(limit, target + limit * 0.15))


def _columns(text: str) -> int:
    return len(text) + len(_WIDE.findall(text))


def _pieces(text: str) -> list[str]:
    """Where a line may break: after a space, and between wide characters, but not before closing marks."""
    pieces: list[str] = []
    for character in text:
        joins = bool(pieces) and not _may_break(pieces[-1][-1], character)
        if joins:
            pieces[-1] += character
        else:
            pieces.append(character)
    return pieces


def _may_break(before: str, after: str) -> bool:
    if after == " " or after in _NO_LINE_START:
        return False
    return before == " " or bool(_WIDE.match(before) or _WIDE.match(after))


def _filled(pieces: Sequence[str], limit: float) -> list[str]:
    lines = [""]
    for piece in pieces:
        if lines[-1] and _columns(lines[-1] + piece.rstrip()) > limit:
            lines.append("")
        lines[-1] += piece
    return [line.strip() for line in lines if line.strip()]
