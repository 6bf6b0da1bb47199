"""The typed edge of PyAV, whose stubs leave the methods that write films partly untyped."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, Protocol, TypeAlias, TypeVar, cast

import numpy as np
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.packet import Packet
from av.stream import Stream
from av.subtitles.stream import SubtitleStream
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from numpy.typing import NDArray

AnyPacket: TypeAlias = "Packet[Any]"
Samples = NDArray[np.float32]
Copied = TypeVar("Copied", VideoStream, AudioStream)


class _Container(Protocol):
    def mux(self, packets: Sequence[AnyPacket]) -> None: ...

    def add_stream(
        self, codec_name: str, rate: Fraction | int | None = None, options: dict[str, str] | None = None
    ) -> Stream: ...

    def add_stream_from_template(self, template: Stream) -> Stream: ...


class _Decoder(Protocol):
    def decode(self, packet: "AnyPacket | None" = None) -> list[VideoFrame]: ...


class _Encoder(Protocol):
    def encode(self, frame: VideoFrame | AudioFrame | None = None) -> list[AnyPacket]: ...


def add_video_stream(
    container: OutputContainer, codec: str, rate: Fraction, options: dict[str, str] | None = None
) -> VideoStream:
    """Add a stream that encodes pictures."""
    return cast("VideoStream", cast("_Container", container).add_stream(codec, rate, options))


def add_audio_stream(
    container: OutputContainer, codec: str, rate: int, options: dict[str, str] | None = None
) -> AudioStream:
    """Add a stream that encodes sound."""
    return cast("AudioStream", cast("_Container", container).add_stream(codec, rate, options))


def add_subtitle_stream(container: OutputContainer, codec: str) -> SubtitleStream:
    """Add a stream of subtitles."""
    return cast("SubtitleStream", cast("_Container", container).add_stream(codec))


def add_copied_stream(container: OutputContainer, template: Copied) -> Copied:
    """Add a stream into which packets of `template` can be copied."""
    return cast("Copied", cast("_Container", container).add_stream_from_template(template))


def decode_alone(stream: VideoStream, packet: AnyPacket) -> list[VideoFrame]:
    """The frames in `packet`, at once: the decoder is emptied behind it and does not wait for the next one."""
    decoder = cast("_Decoder", stream.codec_context)
    frames = [*decoder.decode(packet), *decoder.decode(None)]
    stream.codec_context.flush_buffers()
    return frames


def encode(stream: VideoStream | AudioStream, frame: VideoFrame | AudioFrame | None) -> list[AnyPacket]:
    """The packets that are ready once `frame` went in; None asks for what is left."""
    return cast("_Encoder", stream).encode(frame)


def mux(container: OutputContainer, packets: Sequence[AnyPacket]) -> None:
    """Write `packets`."""
    cast("_Container", container).mux(packets)


def samples_of(frame: AudioFrame) -> Samples:
    """The samples of a planar frame: (channels, n)."""
    return np.asarray(frame.to_ndarray(), np.float32)
