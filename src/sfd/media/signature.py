"""What two clips must share for one to be copied behind the other without decoding.

Time bases are left out on purpose: the cut gives every packet its time anew, on the frame grid of the episode.
"""

from dataclasses import dataclass
from fractions import Fraction
from hashlib import blake2b
from pathlib import Path

import av
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.error import FFmpegError
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from sfd.domain.errors import MediaError
from sfd.media.pyav import decode_alone

_FINEST_RATE = 1001


@dataclass(frozen=True)
class VideoFormat:
    """Everything of a video stream that shows in its container, but for the parameter sets.

    `colour` is range, space, primaries and transfer (ITU-T H.273 numbers), `rotation` degrees.
    """

    codec: str
    profile: str
    width: int
    height: int
    pixel_format: str
    rate: Fraction
    aspect: Fraction
    colour: tuple[int, int, int, int]
    rotation: int


@dataclass(frozen=True)
class AudioFormat:
    """An audio stream, with the hash of its decoder configuration."""

    codec: str
    profile: str
    sample_rate: int
    layout: str
    parameters: str


@dataclass(frozen=True)
class FilmSignature:
    """Both streams of a film; `parameters` is the hash of the video's decoder configuration."""

    video: VideoFormat
    parameters: str
    audio: AudioFormat | None


def signature(path: Path) -> FilmSignature:
    """The signature of the film at `path`.

    Raises:
        MediaError: it cannot be opened or has no pictures.
    """
    with open_streams(path) as container:
        video = container.streams.video[0]
        audio = container.streams.audio[0] if container.streams.audio else None
        parameters = _digest(video.codec_context.extradata)
        return FilmSignature(_video_format(container, video), parameters, _audio_format(audio) if audio else None)


def open_film(path: Path) -> InputContainer:
    """Open a film that has pictures.

    Raises:
        MediaError: it cannot be opened or has no pictures.
    """
    return _open(path, {})


def open_streams(path: Path) -> InputContainer:
    """The same, five times cheaper: no frame is decoded to open it. Its streams tell all but the pixel format.

    Raises:
        MediaError: it cannot be opened or has no pictures.
    """
    return _open(path, {"skip_frame": "all"})


def open_packets(path: Path) -> InputContainer:
    """The same, at half of that: for reading packets only. Its streams tell what the container says of them.

    Raises:
        MediaError: it cannot be opened or has no pictures.
    """
    return _open(path, {"skip_frame": "all", "probesize": "32"})


def _open(path: Path, options: dict[str, str]) -> InputContainer:
    try:
        container = av.open(path, "r", options=options)
    except (FFmpegError, OSError) as error:
        raise MediaError(f"{path.name} cannot be read as a film: {error}.") from error
    if not container.streams.video:
        container.close()
        raise MediaError(f"{path.name} has no pictures, only sound.")
    return container


def frame_rate(stream: VideoStream) -> Fraction:
    """Frames a second, 29.97 as 30000/1001."""
    rate = stream.average_rate or stream.guessed_rate
    if not rate:
        raise MediaError("The film does not say how many frames a second it has.")
    return rate.limit_denominator(_FINEST_RATE)


def _video_format(container: InputContainer, stream: VideoStream) -> VideoFormat:
    context = stream.codec_context
    first = _first_frame(container, stream)
    return VideoFormat(
        codec=context.name,
        profile=context.profile or "",
        width=context.width,
        height=context.height,
        pixel_format=first.format.name,
        rate=frame_rate(stream),
        aspect=stream.sample_aspect_ratio or Fraction(1),
        colour=(context.color_range, context.colorspace, context.color_primaries, context.color_trc),
        rotation=first.rotation,
    )


def _first_frame(container: InputContainer, stream: VideoStream) -> VideoFrame:
    stream.codec_context.thread_count = 1
    try:
        for packet in container.demux(stream):
            if frames := decode_alone(stream, packet):
                return frames[0]
    except FFmpegError as error:
        raise MediaError("The first frame of the film cannot be decoded.") from error
    raise MediaError("The film holds no picture that can be decoded.")


def _audio_format(stream: AudioStream) -> AudioFormat:
    context = stream.codec_context
    return AudioFormat(
        context.name, context.profile or "", context.sample_rate, context.layout.name, _digest(context.extradata)
    )


def _digest(extradata: bytes | None) -> str:
    return blake2b(extradata or b"", digest_size=8).hexdigest()
