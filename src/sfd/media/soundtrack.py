"""The sound of a cut: that of the clips copied packet by packet where it will do, else levelled and encoded once.

AAC comes in packets of 1024 samples, which do not end where pictures end. Copied packets are therefore laid on
one grid from the start of the film to its end, and each clip fills the slots nearest to its pictures: its sound
is off by half a packet at most (11 ms at 48 kHz), and the error does not add up. Packets overlap, so a seam is
a short cross-fade. Levelled sound is exact to the sample.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import accumulate, islice
from math import ceil
from pathlib import Path

import numpy as np
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import OutputContainer

from sfd.media.encoding import SAMPLE_RATE, add_sound, samples_until, sound_frame
from sfd.media.loudness import Level, Loudness, Meter, Source, choose_level, glance, is_level, levelled, measure
from sfd.media.pyav import AnyPacket, add_copied_stream, encode, samples_of
from sfd.media.reels import Reel, SoundGrid, film_packets
from sfd.media.signature import open_streams
from sfd.media.sound import read_sound, silence, sound_frames
from sfd.media.speech import lay_over, read_speech

_BLOCK = SAMPLE_RATE // 2
_PRIMING = 2


@dataclass(frozen=True)
class Slots:
    """Which packets of a clip's sound go into the film, and on which slots of the film's grid, from `first` on."""

    packets: range
    first: int


@dataclass(frozen=True)
class CopiedSound:
    """Sound that is as loud as it should be, copied from `reels` into their `slots`."""

    reels: Sequence[Reel]
    slots: Sequence[Slots]
    grid: SoundGrid
    before: Loudness
    level: Level = field(default_factory=Level)

    @property
    def after(self) -> Loudness:
        """How loud it is in the film."""
        return self.before

    def add(self, container: OutputContainer) -> AudioStream:
        """Add its stream to a film."""
        with open_streams(self.reels[0].sound) as template:
            return add_copied_stream(container, template.streams.audio[0])

    def packets(self, stream: AudioStream) -> Iterator[AnyPacket]:
        """Its packets; the last one ends with the pictures."""
        tick = Fraction(1, self.grid.format.sample_rate)
        end = _ends(self.reels, self.grid.format.sample_rate)[-1]
        for reel, slots in zip(self.reels, self.slots, strict=True):
            copied = islice(film_packets(reel.sound, "audio"), slots.packets.start, slots.packets.stop)
            for slot, packet in enumerate(copied, slots.first):
                packet.stream, packet.time_base = stream, tick
                packet.pts = packet.dts = slot * self.grid.step
                packet.duration = min(self.grid.step, end - packet.pts)
                yield packet


@dataclass(frozen=True)
class LevelledSound:
    """Sound decoded from clips, brought to `level` and encoded, `samples` long."""

    source: Source
    samples: int
    before: Loudness
    level: Level
    meter: Meter = field(default_factory=Meter)

    @property
    def after(self) -> Loudness:
        """How loud it is in the film, once it went there."""
        return self.meter.loudness

    def add(self, container: OutputContainer) -> AudioStream:
        """Add its stream to a film."""
        return add_sound(container)

    def packets(self, stream: AudioStream) -> Iterator[AnyPacket]:
        """Its packets."""
        for frame in _exactly(levelled(self.source, self.level, self.meter), self.samples):
            yield from encode(stream, frame)
        yield from encode(stream, None)


Soundtrack = CopiedSound | LevelledSound


def choose_soundtrack(reels: Sequence[Reel], spool: Path) -> Soundtrack:
    """The sound of `reels`: copied when every clip has the same kind of it and no gain is needed.

    Otherwise it is decoded, once, into the file `spool`: an hour of samples does not fit in memory, and levelling
    reads it up to three times.

    Raises:
        MediaError: a clip's sound cannot be decoded.
    """
    grids = [reel.grid for reel in reels if reel.grid is not None]
    if len(grids) == len(reels) and len({(grid.format, grid.step) for grid in grids}) == 1:
        slots = sound_slots(grids, _ends(reels, grids[0].format.sample_rate))
        if slots and is_level(before := glance(_heard(reels))):
            return CopiedSound(reels, slots, grids[0], before)
    source = _spooled(reels, spool)
    before = measure(source)
    return LevelledSound(source, _ends(reels, SAMPLE_RATE)[-1], before, choose_level(source, before))


def sound_slots(grids: Sequence[SoundGrid], ends: Sequence[int]) -> list[Slots]:
    """Where the packets of each clip go; none when a clip's sound does not fit its pictures within a packet.

    The film begins with the packets that prime the decoder.

    Args:
        grids: The sound of each clip, all of one format and step.
        ends: Where each clip's pictures end, in samples from the start of the film.
    """
    step = grids[0].step
    slots: list[Slots] = []
    for grid, start, end in zip(grids, [0, *ends], ends, strict=False):
        zero = _nearest(start + grid.first, step)
        packets = range(_nearest(start, step) - zero, _nearest(end, step) - zero)
        too_long = grid.first + grid.packets * step > end - start + 2 * step
        if packets.start < 0 or packets.stop > grid.packets or too_long:
            return []
        slots.append(Slots(packets, packets.start + zero))
    return _whole(slots, grids[-1].packets, ends[-1] / step)


def _whole(slots: list[Slots], available: int, end: float) -> list[Slots]:
    """With the packets that prime the decoder in front, and at the end one more if the pictures last longer."""
    head = slots[0].packets
    primed = min(_PRIMING, head.start)
    slots[0] = Slots(range(head.start - primed, head.stop), slots[0].first - primed)
    tail = slots[-1]
    missing = ceil(end) - tail.first - len(tail.packets)
    stop = min(tail.packets.stop + missing, available)
    slots[-1] = Slots(range(tail.packets.start, stop), tail.first)
    return slots


def _nearest(sample: int, step: int) -> int:
    return (2 * sample + step) // (2 * step)


def _ends(reels: Sequence[Reel], sample_rate: int) -> list[int]:
    """Where the pictures of each reel end, in samples from the start of the film."""
    rate = reels[0].signature.video.rate
    return [samples_until(frames, rate, sample_rate) for frames in accumulate(reel.frames for reel in reels)]


def _heard(reels: Sequence[Reel]) -> Iterator[AudioFrame]:
    for reel in reels:
        yield from sound_frames(reel.sound)


def _spooled(reels: Sequence[Reel], spool: Path) -> Source:
    """The sound of all reels in a row, each exactly as long as its pictures."""
    with spool.open("wb") as file:
        start = 0
        for reel, end in zip(reels, _ends(reels, SAMPLE_RATE), strict=True):
            pcm = read_sound(reel.sound, end - start)
            if reel.speech is not None:
                lay_over(pcm, read_speech(reel.speech))
            np.ascontiguousarray(pcm.T).tofile(file)
            start = end
    return lambda: _blocks(spool)


def _blocks(spool: Path) -> Iterator[AudioFrame]:
    pcm = np.memmap(spool, np.float32, "r").reshape(-1, 2)
    for at in range(0, len(pcm), _BLOCK):
        yield sound_frame(pcm[at : at + _BLOCK].T, at)


def _exactly(frames: Iterator[AudioFrame], samples: int) -> Iterator[AudioFrame]:
    """The same sound, `samples` long: a filter may give a few more or less than it was given."""
    heard = 0
    for frame in frames:
        pcm = samples_of(frame)[:, : samples - heard]
        if pcm.shape[1]:
            yield sound_frame(pcm, heard)
        heard += pcm.shape[1]
    if heard < samples:
        yield sound_frame(silence(samples - heard), heard)
