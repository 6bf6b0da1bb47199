"""Writing the joined film: pictures copied, sound and subtitles beside them, interleaved."""

import heapq
import struct
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

from av.container import OutputContainer
from av.video.stream import VideoStream

from sfd.media.encoding import film_container, timescale
from sfd.media.parameter_sets import ParameterSets
from sfd.media.pyav import AnyPacket, add_copied_stream, mux
from sfd.media.reels import Reel, film_packets
from sfd.media.signature import open_streams
from sfd.media.soundtrack import Soundtrack
from sfd.media.subtitle_track import add_subtitles, subtitle_packets, three_letters
from sfd.media.subtitles import SubtitleCue


@dataclass
class Tally:
    """A checksum of the packets of each kind of track: their bytes, when they are shown, which are keyframes."""

    checksums: dict[str, int] = field(default_factory=dict[str, int])

    def counted(self, packets: Iterator[AnyPacket]) -> Iterator[AnyPacket]:
        """The same packets, counted as they pass."""
        for packet in packets:
            self.count(packet)
            yield packet

    def count(self, packet: AnyPacket) -> None:
        """Count one packet."""
        kind = packet.stream.type
        moment = struct.pack(">q?", packet.pts or 0, packet.is_keyframe)
        self.checksums[kind] = zlib.crc32(packet, zlib.crc32(moment, self.checksums.get(kind, 0)))


def join(
    reels: Sequence[Reel],
    film: Path,
    sound: Soundtrack,
    *,
    cues: Sequence[SubtitleCue],
    title: str,
    language: str,
    on_clip: Callable[[float], None],
) -> Tally:
    """Write `reels`, one behind the other, to `film`, with their `sound`; return what pictures and sound went in.

    Raises:
        MediaError: a clip cannot be read or the film cannot be written.
    """
    tally = Tally()
    rate = reels[0].signature.video.rate
    with open_streams(reels[0].pictures) as first, film_container(film, rate, title=title) as container:
        video = add_copied_stream(container, first.streams.video[0])
        audio = sound.add(container)
        audio.metadata["language"] = three_letters(language)
        tracks = [
            tally.counted(_pictures(reels, video, on_clip)),
            tally.counted(sound.packets(audio)),
        ]
        if cues:
            tracks.append(subtitle_packets(add_subtitles(container, language), cues))
        _interleave(container, tracks)
    return tally


def _interleave(container: OutputContainer, tracks: Sequence[Iterator[AnyPacket]]) -> None:
    for packet in heapq.merge(*tracks, key=_decoding_time):
        mux(container, [packet])


def _decoding_time(packet: AnyPacket) -> float:
    return (packet.dts or 0) * float(packet.time_base)


def _pictures(reels: Sequence[Reel], stream: VideoStream, on_clip: Callable[[float], None]) -> Iterator[AnyPacket]:
    rate = reels[0].signature.video.rate
    tick = Fraction(1, timescale(rate))
    step = int(1 / (tick * rate))
    delay = max(reel.delay for reel in reels)
    frames = 0
    for number, reel in enumerate(reels, 1):
        for order, packet in enumerate(_copied(reels, reel)):
            packet.stream, packet.time_base, packet.duration = stream, tick, step
            packet.pts = (frames + reel.places[order]) * step
            packet.dts = (frames + order - delay) * step
            yield packet
        frames += reel.frames
        on_clip(number / len(reels))


def _copied(reels: Sequence[Reel], reel: Reel) -> Iterator[AnyPacket]:
    packets = film_packets(reel.pictures, "video")
    if len({each.signature.parameters for each in reels}) == 1:
        yield from packets
        return
    with open_streams(reel.pictures) as container:
        sets = ParameterSets.read(container.streams.video[0].codec_context.extradata or b"")
    for packet in packets:
        yield sets.before(packet) if packet.is_keyframe else packet
