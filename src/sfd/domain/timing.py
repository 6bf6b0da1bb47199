"""How long speech takes, and when each line of a clip is heard.

One clock for everything: the length of a planned clip, its captions, its scratch voice and its subtitles.
Seconds throughout. Rates are those of unhurried screen dialogue: 2.7 words a second in alphabetic scripts,
4.6 characters a second in Chinese, Japanese and Korean.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sfd.domain.models import DialogueLine, Scene

WORDS_PER_SECOND = 2.7
WIDE_CHARACTERS_PER_SECOND = 4.6
LEAD_IN = 0.4
GAP_BETWEEN_LINES = 0.3
LEAD_OUT = 0.5
SHORTEST_LINE = 0.9

_WIDE_RANGES = "぀-ヿ㐀-鿿가-힯豈-﫿"
_WIDE = re.compile(f"[{_WIDE_RANGES}]")
_WORD = re.compile(rf"[^\s{_WIDE_RANGES}]*(?![{_WIDE_RANGES}])\w[^\s{_WIDE_RANGES}]*")
_PAUSE = re.compile(r"\.\.\.|[.!?;:,—…。！？；：，、]+(?:\s|$)")


@dataclass(frozen=True)
class Cue:
    """One spoken line with the seconds, from the start of its clip, between which it is heard."""

    start: float
    end: float
    line: DialogueLine


def speech_seconds(text: str) -> float:
    """How long it takes to say `text`."""
    words = len(_WORD.findall(text))
    wide = len(_WIDE.findall(text))
    pauses = max(0, len(_PAUSE.findall(text)) - 1)
    return max(SHORTEST_LINE, words / WORDS_PER_SECOND + wide / WIDE_CHARACTERS_PER_SECOND + 0.18 * pauses)


def dialogue_seconds(dialogue: Sequence[DialogueLine]) -> float:
    """How long a clip must be to hold its dialogue, with breath before, between and after; 0 without dialogue."""
    if not dialogue:
        return 0.0
    return _schedule(dialogue)[-1].end + LEAD_OUT


def cues(scene: Scene, duration: float) -> list[Cue]:
    """When each line of a scene is heard in a clip of `duration` seconds.

    Lines keep their natural pace when they fit; when they do not, all of them are sped up alike to end with
    the clip, so that nothing is cut off. A dual line starts with the line it answers.
    """
    natural = _schedule(scene.dialogue)
    if not natural:
        return []
    length = max(cue.end for cue in natural)
    scale = min(1.0, max(duration - 0.1, 0.1) / length)
    return [Cue(round(cue.start * scale, 3), round(cue.end * scale, 3), cue.line) for cue in natural]


def _schedule(dialogue: Sequence[DialogueLine]) -> list[Cue]:
    scheduled: list[Cue] = []
    clock = LEAD_IN
    for line in dialogue:
        beside = line.dual and bool(scheduled)
        start = scheduled[-1].start if beside else clock
        end = start + speech_seconds(line.line)
        scheduled.append(Cue(start, end, line))
        clock = max(clock, end + GAP_BETWEEN_LINES)
    return scheduled
