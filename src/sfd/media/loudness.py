"""How loud an episode is, and making it as loud as the others: EBU R 128 measured, then a plain gain.

`loudnorm` is not used: asked for a linear gain it turns to riding the level without saying so. Here one gain
holds for the whole episode; a limiter is put behind it only when peaks would pass the ceiling.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from av.audio.frame import AudioFrame
from av.filter.graph import Graph

from sfd.media.encoding import SAMPLE_RATE
from sfd.media.sound import chain, filtered

TARGET_LUFS = -16.0
CEILING_DBTP = -1.5
QUIETEST_LUFS = -45.0
MOST_GAIN_DB = 24.0
LEFT_ALONE_LU = 1.0

_NOTHING_HEARD = -70.0
_LIMITER_MARGIN_DB = 0.5
_OVERSAMPLED = SAMPLE_RATE * 2
_CLOSE_ENOUGH = 0.3
_MOST_CORRECTIONS = 3
_METER = ("ebur128", "metadata=1:peak=true")
_GLANCE = ("ebur128", "metadata=1:peak=sample:framelog=quiet")

FilterSpec = tuple[str, str]

Source = Callable[[], Iterator[AudioFrame]]


@dataclass(frozen=True)
class Loudness:
    """Integrated loudness in LUFS (−70: nothing is heard), and peak in dBTP (of the samples alone after a glance)."""

    lufs: float
    peak: float


@dataclass(frozen=True)
class Level:
    """What is done to reach the target: a gain in dB, and whether a limiter holds the peaks."""

    gain: float = 0.0
    limited: bool = False


class Meter:
    """Measures what passes through it, block by block."""

    def __init__(self) -> None:
        self.loudness = Loudness(_NOTHING_HEARD, _NOTHING_HEARD)

    def watch(self, frames: Iterator[AudioFrame]) -> Iterator[AudioFrame]:
        """The same frames, which carry what `ebur128` measured; `loudness` holds what was heard so far."""
        for frame in frames:
            measured = frame.metadata
            if "lavfi.r128.I" in measured:
                peak = measured.get("lavfi.r128.true_peak") or measured["lavfi.r128.sample_peak"]
                self.loudness = Loudness(_number(measured["lavfi.r128.I"]), _decibels(_number(peak)))
            yield frame


def measure(source: Source) -> Loudness:
    """How loud `source` is."""
    return _measured(source, [])


def glance(frames: Iterator[AudioFrame]) -> Loudness:
    """How loud `frames` are, at a third of the cost, for peaks between the samples are not looked for."""
    return _metered(chain(_GLANCE), frames)


def is_level(heard: Loudness, target: float = TARGET_LUFS) -> bool:
    """Whether sound is left as it is: within 1 LU of `target` and below the ceiling, or nearly silent."""
    near = abs(heard.lufs - target) <= LEFT_ALONE_LU and heard.peak <= CEILING_DBTP
    return near or heard.lufs < QUIETEST_LUFS


def choose_level(source: Source, before: Loudness, target: float = TARGET_LUFS) -> Level:
    """The level that brings `source`, measured as `before`, to `target` LUFS.

    What is nearly silent is left alone: amplified room tone is noise. A limiter takes a little loudness away,
    so behind one the gain is corrected until it is within 0.3 LU, three times at most.
    """
    if before.lufs < QUIETEST_LUFS:
        return Level()
    gain = min(target - before.lufs, MOST_GAIN_DB)
    if before.peak + gain <= CEILING_DBTP:
        return Level(gain)
    for _ in range(_MOST_CORRECTIONS):
        short = target - _measured(source, [_gain(gain), _limiter()]).lufs
        if short <= _CLOSE_ENOUGH:
            break
        gain = min(gain + short, MOST_GAIN_DB)
    return Level(gain, limited=True)


def levelled(source: Source, level: Level, meter: Meter) -> Iterator[AudioFrame]:
    """The frames of `source` at `level`, measured by `meter` as they pass."""
    return meter.watch(filtered(chain(*_filters(level), _METER), source()))


def _measured(source: Source, filters: Sequence[FilterSpec]) -> Loudness:
    return _metered(chain(*filters, _METER), source())


def _metered(graph: Graph, frames: Iterator[AudioFrame]) -> Loudness:
    meter = Meter()
    for _frame in meter.watch(filtered(graph, frames)):
        pass
    return meter.loudness


def _filters(level: Level) -> list[FilterSpec]:
    """Peaks between samples show only at a higher rate, so the limiter works there."""
    if level.limited:
        return [_gain(level.gain), ("aresample", str(_OVERSAMPLED)), _limiter(), ("aresample", str(SAMPLE_RATE))]
    return [_gain(level.gain)] if level.gain else []


def _gain(decibels: float) -> FilterSpec:
    return "volume", f"{decibels:.3f}dB"


def _limiter() -> FilterSpec:
    ceiling = 10 ** ((CEILING_DBTP - _LIMITER_MARGIN_DB) / 20)
    return "alimiter", f"limit={ceiling:.5f}:level=0:latency=1:attack=5:release=80"


def _number(text: str) -> float:
    value = float(text)
    return value if math.isfinite(value) else _NOTHING_HEARD


def _decibels(amplitude: float) -> float:
    return max(_NOTHING_HEARD, 20 * math.log10(amplitude)) if amplitude > 0 else _NOTHING_HEARD
