"""Looking at a file that somebody sent: what it is, whether it decodes, and how large it would become.

Everything here is bounded: pixels, seconds, pieces, and the processor time that is spent on decoding.
"""

import codecs
import re
import struct
import time
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import av
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.error import FFmpegError
from av.stream import Disposition
from av.video.stream import VideoStream
from PIL import Image

from sfd.domain.errors import UnsupportedMedia
from sfd.media.check import MAX_PIXELS
from sfd.media.extents import refuse_wrong_extent, strip_jpeg, unusable
from sfd.media.pyav import AnyPacket
from sfd.media.sniff import ACCEPTED, HEAD_BYTES, PICTURES, kind_of, sniff, words_for

LONGEST_SECONDS = 4 * 3600.0
DECODING_SECONDS = 20.0
MOST_PACKETS = 5_000_000
MOST_STREAMS = 16

_CHUNK = 1 << 20
_MISSING_SECONDS = 1.0
_TOLERATED_DAMAGE = 0.02
_FORMATS = {
    "video/mp4": "mov",
    "video/quicktime": "mov",
    "audio/mp4": "mov",
    "video/webm": "matroska",
    "audio/mpeg": "mp3",
    "audio/wav": "wav",
    "audio/ogg": "ogg",
    "audio/flac": "flac",
    "audio/aac": "aac",
}
_PICTURE_FORMATS = {"image/png": "PNG", "image/jpeg": "JPEG", "image/webp": "WEBP", "image/gif": "GIF"}
_GUESSED_LENGTH = ("audio/mpeg", "audio/aac", "audio/ogg")
_SUBRIP = re.compile(r"\ufeff?\s*\d+[ \t]*\r?\n\d{1,2}:\d{2}:\d{2}[,.]\d{1,3} --> ")


@dataclass(frozen=True)
class Received:
    """What a file is. `kind` is image, video, audio or text; `facts` are its size in pixels and its seconds."""

    media_type: str
    kind: str
    facts: Mapping[str, Any]


@dataclass
class _Heard:
    """What came out of the streams of a film or sound."""

    end: float = 0.0
    decoded: int = 0
    damaged: int = 0
    until: float = field(default_factory=lambda: time.process_time() + DECODING_SECONDS)

    @property
    def may_decode(self) -> bool:
        return time.process_time() < self.until


def inspect(path: Path) -> Received:
    """Look at the file at `path` and decode it as far as the limits allow. What follows a JPEG picture is cut off.

    Raises:
        InvalidInput: it is empty, cut off, damaged, or would become too large; with the pointer `/file`.
        UnsupportedMedia: it is of a kind that SFD does not keep.
    """
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if not head:
        raise unusable("The file is empty. Send one that holds something.")
    found = sniff(head)
    refuse_wrong_extent(path, found.media_type)
    if found.media_type in PICTURES:
        stripped = strip_jpeg(path) if found.media_type == "image/jpeg" else 0
        seen = _picture(path, found.media_type)
        return replace(seen, facts={**seen.facts, "stripped_bytes": stripped}) if stripped else seen
    if found.media_type:
        return _film_or_sound(path, found.media_type)
    return _text(path, found.words)


def _picture(path: Path, media_type: str) -> Received:
    """The picture, decoded; Pillow's own warning of a bomb is an error here."""
    too_many = f"The picture has more than {MAX_PIXELS // 1_000_000} million pixels. Send a smaller one."
    try:
        with (
            warnings.catch_warnings(action="error", category=Image.DecompressionBombWarning),
            Image.open(path, formats=(_PICTURE_FORMATS[media_type],)) as picture,
        ):
            if picture.width * picture.height > MAX_PIXELS:
                raise unusable(too_many)
            picture.load()
            return Received(media_type, "image", {"width": picture.width, "height": picture.height})
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise unusable(too_many) from error
    except (OSError, ValueError, SyntaxError, IndexError, struct.error) as error:
        raise unusable(f"The file begins as {words_for(media_type)}, but is damaged: it does not decode.") from error


def _film_or_sound(path: Path, media_type: str) -> Received:
    try:
        options = {"max_pixels": str(MAX_PIXELS), "max_streams": str(MOST_STREAMS)}
        with av.open(path, "r", format=_FORMATS[media_type], options=options) as container:
            return _played(container, media_type)
    except (FFmpegError, OSError, ValueError) as error:
        raise unusable(f"The file begins as {words_for(media_type)}, but is damaged: it does not decode.") from error


def _played(container: InputContainer, begun_as: str) -> Received:
    video = next((one for one in container.streams.video if not one.disposition & Disposition.attached_pic), None)
    audio = next(iter(container.streams.audio), None)
    media_type = _media_type(begun_as, has_pictures=video is not None, has_sound=audio is not None)
    facts: dict[str, Any] = {}
    if video is not None:
        if video.width * video.height > MAX_PIXELS:
            raise unusable(f"The film is {video.width} x {video.height} pixels; that is too many.")
        facts = {"width": video.width, "height": video.height, "video_codec": video.codec_context.name}
    if audio is not None:
        facts["audio_codec"] = audio.codec_context.name
    declared = (container.duration or 0) / av.time_base
    _refuse_endless(declared)
    heard = _listen(container, video, audio)
    _refuse_endless(heard.end)
    _refuse_damage(heard)
    if media_type not in _GUESSED_LENGTH and heard.end < declared * 0.98 - _MISSING_SECONDS:
        raise unusable(f"The file is cut off: {declared:.1f} s are promised, {heard.end:.1f} s are there.")
    return Received(media_type, kind_of(media_type), {**facts, "duration": round(heard.end or declared, 3)})


def _media_type(begun_as: str, *, has_pictures: bool, has_sound: bool) -> str:
    """What a container holds decides, whatever its brand says."""
    if not has_pictures and not has_sound:
        raise unusable("The file holds neither pictures nor sound.")
    if begun_as in ("video/mp4", "audio/mp4", "video/quicktime"):
        film = "video/mp4" if begun_as == "audio/mp4" else begun_as
        return film if has_pictures else "audio/mp4"
    if has_pictures and begun_as == "audio/ogg":
        raise UnsupportedMedia(f"The file is an Ogg film. Accepted are {ACCEPTED}.")
    if not has_pictures and begun_as == "video/webm":
        raise UnsupportedMedia(f"The file is a WebM without pictures. Accepted are {ACCEPTED}.")
    return begun_as


def _listen(container: InputContainer, video: VideoStream | None, audio: AudioStream | None) -> _Heard:
    heard = _Heard()
    if video is not None:
        video.codec_context.skip_frame = "NONKEY"
        video.codec_context.options = {"max_pixels": str(MAX_PIXELS)}
    streams = [one for one in (video, audio) if one is not None]
    for number, packet in enumerate(container.demux(streams)):
        if number > MOST_PACKETS:
            raise unusable("The film is made of far too many pieces. Save it anew.")
        heard.end = max(heard.end, _end_of(packet))
        if heard.may_decode:
            _decode(packet, heard)
    return heard


def _end_of(packet: AnyPacket) -> float:
    if packet.pts is None:
        return 0.0
    start = packet.stream.start_time or 0
    return float((packet.pts - start + (packet.duration or 0)) * packet.time_base)


def _decode(packet: AnyPacket, heard: _Heard) -> None:
    try:
        heard.decoded += len(packet.decode())
    except FFmpegError:
        heard.damaged += 1


def _refuse_endless(seconds: float) -> None:
    if seconds > LONGEST_SECONDS:
        raise unusable(
            f"The file is {seconds / 3600:,.0f} hours long; at most {LONGEST_SECONDS / 3600:g} are accepted."
        )


def _refuse_damage(heard: _Heard) -> None:
    if not heard.decoded:
        raise unusable("Nothing in the file can be decoded: it is damaged, or of a codec that SFD does not know.")
    if heard.damaged > 1 + heard.decoded * _TOLERATED_DAMAGE:
        raise unusable(f"The file is damaged: {heard.damaged} parts of it do not decode.")


def _text(path: Path, words: str) -> Received:
    """The file as UTF-8 text; markup is text like any other and is never served as anything else."""
    refusal = f"The file is {words or 'of a kind that SFD does not know'}. Accepted are {ACCEPTED}."
    start = ""
    try:
        for part in _decoded(path):
            start = start or part[:200]
            if "\0" in part:
                raise UnsupportedMedia(refusal)
    except UnicodeDecodeError as error:
        raise UnsupportedMedia(refusal) from error
    if start.removeprefix("\ufeff").startswith("WEBVTT"):
        return Received("text/vtt", "text", {})
    return Received("application/x-subrip" if _SUBRIP.match(start) else "text/plain", "text", {})


def _decoded(path: Path) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield decoder.decode(chunk)
    yield decoder.decode(b"", final=True)
