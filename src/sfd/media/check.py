"""Is it a film, is it a picture? Asked of the bytes themselves, never of a file name or an exit status.

A film is taken apart in this order: first bytes, boxes, streams, then every frame is decoded and what comes
out is compared with what the container declares. A picture is decoded whole.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from av.audio.frame import AudioFrame
from av.container import InputContainer
from av.error import FFmpegError
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from PIL import Image

from sfd.domain.errors import MediaError
from sfd.media.boxes import is_faststart, read_boxes
from sfd.media.pyav import AnyPacket
from sfd.media.signature import frame_rate, open_film, open_streams

MAX_PIXELS = 50_000_000
PICTURE_FORMATS = ("PNG", "JPEG", "WEBP")

_DECODER_THREADS = 2
_MISSING_SOUND = 0.25
_LENGTH_TOLERANCE = 0.25


class Depth(StrEnum):
    """How much of a film is decoded: every frame, the keyframes and all of the sound, or nothing.

    `KEYFRAMES` is for films whose pictures were copied from films that were checked, and costs a tenth; `PACKETS`,
    which only counts and measures, for films whose every packet is compared with those of such films.
    """

    EVERY_FRAME = "every_frame"
    KEYFRAMES = "keyframes"
    PACKETS = "packets"


@dataclass(frozen=True)
class FilmExpectation:
    """What a film must be; None does not matter. Seconds may differ by a quarter.

    `av_tolerance` is by how many seconds the sound may end before or after the pictures.
    """

    seconds: float | None = None
    width: int | None = None
    height: int | None = None
    fps: float | None = None
    frames: int | None = None
    audio: bool | None = None
    av_tolerance: float | None = None


@dataclass(frozen=True)
class FilmFacts:
    """What a film is: lengths in seconds, `size` in bytes. Without sound the audio fields are `""` and 0."""

    seconds: float
    width: int
    height: int
    fps: float
    frames: int
    video_codec: str
    audio_codec: str
    audio_seconds: float
    subtitle_tracks: int
    faststart: bool
    size: int

    @property
    def has_audio(self) -> bool:
        """Whether there is any sound."""
        return self.audio_seconds > 0


@dataclass(frozen=True)
class PictureFacts:
    """What a picture is: `media_type` from its bytes, size in pixels, `size` in bytes."""

    media_type: str
    width: int
    height: int
    size: int


@dataclass
class _Decoded:
    frames: int = 0
    keyframes: int = 0
    damaged: int = 0
    sound_end: float = 0.0


def check_film(
    path: Path,
    *,
    expect: FilmExpectation | None = None,
    depth: Depth = Depth.EVERY_FRAME,
    on_packet: Callable[[AnyPacket], None] | None = None,
) -> FilmFacts:
    """Decode the film at `path` and return what it is; `on_packet` sees each packet of its pictures and sound.

    Raises:
        MediaError: it is not a film, is cut off or damaged, or is not what was expected.
    """
    boxes = read_boxes(path)
    with open_streams(path) if depth is Depth.PACKETS else open_film(path) as container:
        video = container.streams.video[0]
        _refuse_giant(path.name, video.width, video.height)
        decoded = _decode(container, depth, on_packet or _nothing)
        facts = _facts(container, decoded, faststart=is_faststart(boxes), size=path.stat().st_size)
        _refuse_damage(path.name, video, decoded)
        _refuse_missing_sound(path.name, container, decoded)
    if expect is not None:
        _refuse_unexpected(path.name, facts, expect)
    return facts


def check_picture(path: Path) -> PictureFacts:
    """Decode the picture at `path` (PNG, JPEG or WebP) and return what it is.

    Raises:
        MediaError: it is not such a picture, is damaged, or has more than 50 million pixels.
    """
    with open_picture(path) as picture:
        media_type = Image.MIME[picture.format or ""]
        return PictureFacts(media_type, picture.width, picture.height, path.stat().st_size)


def open_picture(path: Path) -> Image.Image:
    """The picture at `path`, decoded.

    Raises:
        MediaError: it is not a PNG, JPEG or WebP, is damaged, or has more than 50 million pixels.
    """
    try:
        with path.open("rb") as file:
            picture = Image.open(file, formats=PICTURE_FORMATS)
            _refuse_giant(path.name, picture.width, picture.height)
            picture.load()
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise MediaError(f"{path.name} is not a PNG, JPEG or WebP picture that can be decoded: {error}.") from error
    return picture


def _refuse_giant(name: str, width: int, height: int) -> None:
    if width * height > MAX_PIXELS:
        raise MediaError(f"{name} is {width} x {height} pixels; the limit is {MAX_PIXELS // 1_000_000} million pixels.")


def _nothing(_packet: AnyPacket) -> None:
    return


def _decode(container: InputContainer, depth: Depth, on_packet: Callable[[AnyPacket], None]) -> _Decoded:
    video = container.streams.video[0]
    video.thread_type = "AUTO"
    video.thread_count = _DECODER_THREADS
    if depth is Depth.KEYFRAMES:
        video.codec_context.skip_frame = "NONKEY"
    decoded = _Decoded()
    streams = [video, *container.streams.audio[:1]]
    for packet in container.demux(streams):
        if packet.size:
            on_packet(packet)
        if depth is Depth.PACKETS:
            _note(packet, decoded)
        else:
            _count(packet, decoded, depth)
    return decoded


def _note(packet: AnyPacket, decoded: _Decoded) -> None:
    """Count a packet without decoding it."""
    if packet.stream.type == "video":
        decoded.frames += bool(packet.size) and not packet.is_discard
    elif packet.pts is not None:
        decoded.sound_end = (packet.pts + (packet.duration or 0)) * float(packet.time_base)


def _count(packet: AnyPacket, decoded: _Decoded, depth: Depth) -> None:
    by_packet = depth is Depth.KEYFRAMES and packet.stream.type == "video"
    if by_packet and packet.size:
        decoded.frames += not packet.is_discard
        decoded.keyframes += packet.is_keyframe
    try:
        frames = packet.decode()
    except FFmpegError:
        decoded.damaged += 1
        return
    for frame in frames:
        if isinstance(frame, AudioFrame):
            decoded.sound_end = max(decoded.sound_end, (frame.time or 0.0) + frame.samples / frame.sample_rate)
        elif isinstance(frame, VideoFrame):
            decoded.damaged += frame.is_corrupt
            if by_packet:
                decoded.keyframes -= 1
            else:
                decoded.frames += 1


def _facts(container: InputContainer, decoded: _Decoded, *, faststart: bool, size: int) -> FilmFacts:
    video = container.streams.video[0]
    rate = frame_rate(video)
    audio = container.streams.audio[0] if container.streams.audio else None
    return FilmFacts(
        seconds=round(float(decoded.frames / rate), 3),
        width=video.width,
        height=video.height,
        fps=round(float(rate), 3),
        frames=decoded.frames,
        video_codec=video.codec_context.name,
        audio_codec=audio.codec_context.name if audio else "",
        audio_seconds=round(decoded.sound_end, 3),
        subtitle_tracks=len(container.streams.subtitles),
        faststart=faststart,
        size=size,
    )


def _refuse_damage(name: str, video: VideoStream, decoded: _Decoded) -> None:
    if decoded.damaged or decoded.keyframes:
        raise MediaError(f"{name} is damaged: {max(decoded.damaged, decoded.keyframes)} parts of it do not decode.")
    if not decoded.frames:
        raise MediaError(f"{name} holds no picture that can be decoded.")
    if video.frames and video.frames != decoded.frames:
        raise MediaError(f"{name} promises {video.frames} frames, but {decoded.frames} can be decoded.")


def _refuse_missing_sound(name: str, container: InputContainer, decoded: _Decoded) -> None:
    if not container.streams.audio:
        return
    audio = container.streams.audio[0]
    if audio.duration is None or audio.time_base is None:
        return
    declared = float(audio.duration * audio.time_base)
    if decoded.sound_end < declared - _MISSING_SOUND:
        raise MediaError(f"{name} promises {declared:.2f} s of sound, but {decoded.sound_end:.2f} s can be decoded.")


def _refuse_unexpected(name: str, facts: FilmFacts, expect: FilmExpectation) -> None:
    for word, is_, should_be, tolerance in (
        ("seconds long", facts.seconds, expect.seconds, _LENGTH_TOLERANCE),
        ("pixels wide", facts.width, expect.width, 0),
        ("pixels high", facts.height, expect.height, 0),
        ("frames a second", facts.fps, expect.fps, 0.01),
        ("frames long", facts.frames, expect.frames, 0),
    ):
        if should_be is not None and abs(is_ - should_be) > tolerance:
            raise MediaError(f"{name} is {is_:g} {word} and should be {should_be:g}.")
    if expect.audio is not None and facts.has_audio != expect.audio:
        raise MediaError(f"{name} has {'sound and should have none' if facts.has_audio else 'no sound'}.")
    drift = facts.audio_seconds - facts.seconds
    if expect.av_tolerance is not None and facts.has_audio and abs(drift) > expect.av_tolerance:
        side = "after" if drift > 0 else "before"
        raise MediaError(f"The sound of {name} ends {abs(drift):.2f} s {side} its pictures.")
