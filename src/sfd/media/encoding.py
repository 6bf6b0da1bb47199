"""The house format, in one place: what every film made here is, so that any two of them can be joined by copying.

720 x 1280 at 24 frames a second, H.264 High, 4:2:0, BT.709 limited range, AAC stereo at 48 kHz, MP4 with the
index in front. `stitchable` keeps x264 from writing the quality into the parameter sets: clips of any quality
then share theirs.
"""

from collections.abc import Generator, Iterable
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.error import FFmpegError
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from sfd.domain.errors import MediaError
from sfd.media.pyav import Samples, add_audio_stream, add_video_stream, encode, mux

WIDTH = 720
HEIGHT = 1280
FPS = 24
SAMPLE_RATE = 48_000
AUDIO_BIT_RATE = 160_000
PREVIEW_QUALITY = 21.0
KEYFRAME_SECONDS = 2
BT709 = 1
LIMITED_RANGE = 1

_LOWEST_TIMESCALE = 10_000
_X264_PROFILES = {"Constrained Baseline": "baseline", "Baseline": "baseline", "Main": "main"}

Sound = Samples


@dataclass(frozen=True)
class PictureFormat:
    """The size in pixels, the frames a second and the H.264 profile of a film."""

    width: int = WIDTH
    height: int = HEIGHT
    rate: Fraction = Fraction(FPS)
    profile: str = "High"


HOUSE = PictureFormat()


def timescale(rate: Fraction) -> int:
    """Ticks a second in which a frame at `rate` lasts a whole number of them (12288 at 24)."""
    ticks = rate.numerator
    while ticks < _LOWEST_TIMESCALE:
        ticks *= 2
    return ticks


def frame_count(seconds: float, rate: Fraction = HOUSE.rate) -> int:
    """How many frames last `seconds`; at least one."""
    return max(1, round(Fraction(seconds) * rate))


def samples_until(frames: int, rate: Fraction = HOUSE.rate, sample_rate: int = SAMPLE_RATE) -> int:
    """How many samples of sound last as long as `frames`."""
    return round(frames * sample_rate / rate)


@contextmanager
def film_container(path: Path, rate: Fraction = HOUSE.rate, *, title: str = "") -> Generator[OutputContainer]:
    """An MP4 to write into: index in front, one time base for all, no clock or version in its bytes.

    Raises:
        MediaError: the encoder or the muxer refuses.
    """
    options = {"movflags": "+faststart", "fflags": "+bitexact", "video_track_timescale": str(timescale(rate))}
    try:
        with av.open(path, "w", format="mp4", options=options) as container:
            if title:
                container.metadata["title"] = title
            yield container
    except FFmpegError as error:
        raise MediaError(f"The film {path.name} could not be written: {error}.") from error


def add_pictures(container: OutputContainer, pictures: PictureFormat, quality: float) -> VideoStream:
    """Add an H.264 stream; `quality` is x264's constant rate factor, 18 (fine) to 28 (coarse).

    One thread: a worker process has one core to itself, and x264 is cheapest so.
    """
    options = {
        "preset": "veryfast",
        "crf": f"{quality:g}",
        "profile": _X264_PROFILES.get(pictures.profile, "high"),
        "x264-params": "stitchable=1",
    }
    stream = add_video_stream(container, "libx264", pictures.rate, options)
    stream.width, stream.height, stream.pix_fmt = pictures.width, pictures.height, "yuv420p"
    stream.gop_size = round(pictures.rate * KEYFRAME_SECONDS)
    stream.codec_context.time_base = 1 / pictures.rate
    stream.codec_context.thread_count = 1
    stream.color_range = LIMITED_RANGE
    stream.colorspace = stream.color_primaries = stream.color_trc = BT709
    return stream


def add_sound(container: OutputContainer) -> AudioStream:
    """Add an AAC stream."""
    stream = add_audio_stream(container, "aac", SAMPLE_RATE, {"aac_coder": "fast"})
    stream.layout = "stereo"
    stream.bit_rate = AUDIO_BIT_RATE
    return stream


def sound_frame(pcm: Sound, at: int) -> AudioFrame:
    """Samples (2, n) at 48 kHz as a frame that starts at sample `at`."""
    frame = AudioFrame.from_ndarray(np.ascontiguousarray(pcm), format="fltp", layout="stereo")
    frame.sample_rate = SAMPLE_RATE
    frame.pts = at
    frame.time_base = Fraction(1, SAMPLE_RATE)
    return frame


def write_film(
    path: Path,
    frames: Iterable[VideoFrame],
    sound: Sound | None = None,
    *,
    pictures: PictureFormat = HOUSE,
    quality: float = PREVIEW_QUALITY,
) -> int:
    """Encode `frames` (yuv420p, one after the other) and `sound` (2, n) into `path`; return how many frames.

    Raises:
        MediaError: the film cannot be encoded or written.
    """
    with film_container(path, pictures.rate) as container:
        video = add_pictures(container, pictures, quality)
        audio = add_sound(container) if sound is not None else None
        written = 0
        heard = 0
        for frame in frames:
            frame.pts, frame.time_base = written, 1 / pictures.rate
            mux(container, encode(video, frame))
            written += 1
            if audio is not None and sound is not None and written % FPS == 0:
                heard = _mux_sound(container, audio, sound, heard, samples_until(written, pictures.rate))
        if audio is not None and sound is not None:
            _mux_sound(container, audio, sound, heard, sound.shape[1])
        _flush(container, video, audio)
    return written


def _mux_sound(container: OutputContainer, stream: AudioStream, sound: Sound, start: int, end: int) -> int:
    end = min(end, sound.shape[1])
    if end > start:
        mux(container, encode(stream, sound_frame(sound[:, start:end], start)))
    return end


def _flush(container: OutputContainer, video: VideoStream, audio: AudioStream | None) -> None:
    mux(container, encode(video, None))
    if audio is not None:
        mux(container, encode(audio, None))
