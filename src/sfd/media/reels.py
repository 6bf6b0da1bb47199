"""Deciding what of an episode can be copied: each clip surveyed, the format of the most of them found.

Copied packets get new times, on the frame grid of the episode, so a clip can be copied when its frames lie on
a grid of their own: a constant rate, nothing trimmed by an edit list, a keyframe first. Its sound can be copied
when it is AAC, in stereo, without a gap.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Literal

from av.error import FFmpegError

from sfd.domain.errors import MediaError
from sfd.media.boxes import read_boxes
from sfd.media.encoding import HOUSE, PictureFormat
from sfd.media.pyav import AnyPacket
from sfd.media.signature import AudioFormat, FilmSignature, VideoFormat, open_packets, signature
from sfd.media.speech import Speech

_COPIED_CODECS = frozenset({"h264", "hevc"})
_COPIED_SOUND = ("aac", "stereo")
_OFF_GRID = 0.25


@dataclass(frozen=True)
class SoundGrid:
    """The sound of a clip as `packets` packets of `step` samples each, one behind the other.

    `first` is where the first of them starts, in samples from the start of the pictures; packets that only
    prime the decoder start before 0.
    """

    format: AudioFormat
    first: int
    step: int
    packets: int


@dataclass(frozen=True)
class Reel:
    """A clip as it goes into the cut: pictures copied from `pictures`, sound read from `sound`.

    `places` holds, for each packet in decoding order, the number of its frame in showing order. `grid` is None
    when the sound cannot be copied. `speech` is laid over the sound.
    """

    pictures: Path
    sound: Path
    signature: FilmSignature
    places: tuple[int, ...]
    grid: SoundGrid | None
    speech: Speech | None = None

    @property
    def frames(self) -> int:
        """How many frames it has."""
        return len(self.places)

    @property
    def copied(self) -> bool:
        """Whether its pictures are those of the clip itself."""
        return self.pictures == self.sound

    @property
    def delay(self) -> int:
        """By how many frames decoding must run ahead of showing."""
        return max(order - place for order, place in enumerate(self.places))

    @property
    def copyable(self) -> bool:
        """Whether its packets can be copied into a film of the same format."""
        video = self.signature.video
        on_grid = self.places[0] == 0 and sorted(self.places) == list(range(self.frames))
        return on_grid and video.codec in _COPIED_CODECS and video.rotation == 0


@dataclass
class _Times:
    """When the packets of a track are due, in ticks of `unit` seconds, and which of them an edit list trims."""

    unit: Fraction = Fraction(1)
    ticks: list[int | None] = field(default_factory=list)
    trimmed: list[bool] = field(default_factory=list)

    def note(self, packet: AnyPacket) -> None:
        """Add a packet."""
        if not self.ticks:
            self.unit = packet.time_base
        self.ticks.append(packet.pts)
        self.trimmed.append(packet.is_discard)

    @property
    def start(self) -> int:
        """The earliest time."""
        return min((tick for tick in self.ticks if tick is not None), default=0)


def survey(clip: Path) -> Reel:
    """Look at a clip; only its first frame is decoded.

    Raises:
        MediaError: it is not a film or is cut off.
    """
    read_boxes(clip)
    found = signature(clip)
    pictures, sound = _Times(), _Times()
    for packet in film_packets(clip, "video", "audio"):
        (pictures if packet.stream.type == "video" else sound).note(packet)
    return Reel(
        clip,
        clip,
        found,
        places=tuple(_places(pictures, found.video.rate)),
        grid=_grid(found.audio, sound, pictures.start * pictures.unit),
    )


def shared_format(reels: Sequence[Reel], *, all_copied: bool = True) -> VideoFormat | None:
    """The format most clips have and the others can be brought to; None when there is none.

    H.265 is kept only when every clip can be copied as it is, for we encode H.264. `all_copied`: none is to be longer.
    """
    counted = Counter(reel.signature.video for reel in reels if reel.copyable)
    if not counted:
        return None
    most = counted.most_common(1)[0][0]
    alike = len({(reel.signature.video, reel.signature.parameters) for reel in reels}) == 1
    return most if (all_copied and alike and counted.total() == len(reels)) or _can_be_met(most) else None


def target_format(video: VideoFormat | None) -> PictureFormat:
    """What odd clips are encoded to, to be joined to clips of format `video`."""
    return PictureFormat(video.width, video.height, video.rate, video.profile) if video else HOUSE


def film_packets(path: Path, *kinds: Literal["video", "audio"]) -> Iterator[AnyPacket]:
    """The packets of the pictures, of the sound, or of both, in the order in which they are stored.

    Raises:
        MediaError: the container is damaged.
    """
    with open_packets(path) as container:
        tracks = {"video": container.streams.video, "audio": container.streams.audio}
        streams = [stream for kind in kinds for stream in tracks[kind][:1]]
        if not streams:
            return
        try:
            yield from (packet for packet in container.demux(streams) if packet.size)
        except FFmpegError as error:
            raise MediaError(f"{path.name} is damaged: {error}. Film this clip again.") from error


def _can_be_met(video: VideoFormat) -> bool:
    even = video.width % 2 == 0 and video.height % 2 == 0
    return video.codec == "h264" and video.pixel_format == "yuv420p" and video.aspect == 1 and even


def _places(pictures: _Times, rate: Fraction) -> Iterator[int]:
    start, frames_a_tick = pictures.start, float(pictures.unit * rate)
    for tick, trimmed in zip(pictures.ticks, pictures.trimmed, strict=True):
        position = -1.0 if tick is None or trimmed else (tick - start) * frames_a_tick
        nearest = round(position)
        yield nearest if abs(position - nearest) < _OFF_GRID else -1


def _grid(form: AudioFormat | None, sound: _Times, start: Fraction) -> SoundGrid | None:
    if form is None or (form.codec, form.layout) != _COPIED_SOUND or sound.unit * form.sample_rate != 1:
        return None
    opening = round(start * form.sample_rate)
    ticks = [
        tick
        for tick, trimmed in zip(sound.ticks, sound.trimmed, strict=True)
        if tick is not None and (tick < opening or not trimmed)
    ]
    steps = {after - before for before, after in pairwise(ticks)}
    if len(steps) != 1:
        return None
    return SoundGrid(form, first=ticks[0] - opening, step=steps.pop(), packets=len(ticks))
