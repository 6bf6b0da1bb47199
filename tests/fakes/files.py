"""Small real files of every kind that the library keeps, made with PyAV and Pillow."""

import struct
import zlib
from collections.abc import Mapping
from fractions import Fraction
from functools import cache
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.video.frame import VideoFrame
from PIL import Image

from fakes.media import mp4, png
from sfd.media.pyav import add_audio_stream, add_video_stream, encode, mux

RATE = 48_000
_SOUNDS = {
    "sound.mp3": ("mp3", "libmp3lame"),
    "sound.wav": ("wav", "pcm_s16le"),
    "sound.m4a": ("ipod", "aac"),
    "sound.aac": ("adts", "aac"),
    "sound.ogg": ("ogg", "libopus"),
    "sound.flac": ("flac", "flac"),
}
_FILMS = {"film.mov": ("mov", "libx264"), "film.webm": ("webm", "libvpx-vp9")}
_PICTURES = {"photo.jpg": "JPEG", "picture.webp": "WEBP", "picture.gif": "GIF"}
_TEXTS = {
    "notes.txt": "Nur ein Aufzug. 只有一部电梯。\n",
    "play.fountain": "INT. LIFT - NIGHT\n\nThe doors close.\n",
    "lines.srt": "1\n00:00:00,000 --> 00:00:01,000\nWhich floor?\n" + "\n2\n00:00:02,000 --> 00:00:03,000\nUp.\n" * 60,
    "lines.vtt": "WEBVTT\n\n00:00:00.000 --> 00:00:01.000\nWhich floor?\n",
    "notes.md": "# Notes\n",
    "notes.json": '{"a": 1}\n',
}
EXPECTED: Mapping[str, tuple[str, str]] = {
    "picture.png": ("image", "image/png"),
    "photo.jpg": ("image", "image/jpeg"),
    "picture.webp": ("image", "image/webp"),
    "picture.gif": ("image", "image/gif"),
    "film.mp4": ("video", "video/mp4"),
    "film.mov": ("video", "video/quicktime"),
    "film.webm": ("video", "video/webm"),
    "sound.mp3": ("audio", "audio/mpeg"),
    "sound.wav": ("audio", "audio/wav"),
    "sound.m4a": ("audio", "audio/mp4"),
    "sound.aac": ("audio", "audio/aac"),
    "sound.ogg": ("audio", "audio/ogg"),
    "sound.flac": ("audio", "audio/flac"),
    "notes.txt": ("text", "text/plain"),
    "play.fountain": ("text", "text/plain"),
    "lines.srt": ("text", "application/x-subrip"),
    "lines.vtt": ("text", "text/vtt"),
    "notes.md": ("text", "text/plain"),
    "notes.json": ("text", "text/plain"),
}


@cache
def content(name: str) -> bytes:
    """The bytes of one of the files of `EXPECTED`."""
    if name in _TEXTS:
        return _TEXTS[name].encode()
    if name in _PICTURES:
        buffer = BytesIO()
        Image.effect_noise((64, 96), 60).convert("RGB").save(buffer, _PICTURES[name])
        return buffer.getvalue()
    if name in _SOUNDS:
        return _sound(*_SOUNDS[name])
    if name in _FILMS:
        return _film(*_FILMS[name])
    return png() if name.endswith(".png") else mp4()


def giant_png(width: int = 20_000, height: int = 20_000) -> bytes:
    """A well-formed PNG of a few hundred kilobytes that would need gigabytes."""
    raw = zlib.compressobj(9)
    packed = b"".join(raw.compress(bytes(width * 3 + 1)) for _ in range(50)) + raw.flush()
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", packed) + _chunk(b"IEND", b"")


def moving_gif() -> bytes:
    """A GIF of two pictures."""
    buffer = BytesIO()
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    frames[0].save(buffer, "GIF", save_all=True, append_images=frames[1:])
    return buffer.getvalue()


def endless_wav() -> bytes:
    """A WAV that says it is a hundred hours long, at one sample a second."""
    seconds = 360_000
    return (
        b"RIFF"
        + struct.pack("<I", 36 + seconds)
        + b"WAVEfmt "
        + struct.pack("<IHHIIHH", 16, 1, 1, 1, 1, 1, 8)
        + b"data"
        + struct.pack("<I", seconds)
        + bytes(seconds)
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _sound(container_format: str, codec: str, seconds: float = 2.0) -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "sound"
        with av.open(path, "w", format=container_format) as container:
            stream = add_audio_stream(container, codec, RATE)
            time = np.arange(round(seconds * RATE)) / RATE
            wave = (np.sin(2 * np.pi * 440 * time) * 8000).astype(np.int16)
            frame = AudioFrame.from_ndarray(wave[np.newaxis, :], format="s16", layout="mono")
            frame.sample_rate = RATE
            frame.pts = 0
            mux(container, encode(stream, frame))
            mux(container, encode(stream, None))
        return path.read_bytes()


def _film(container_format: str, codec: str, frames: int = 25) -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "film"
        with av.open(path, "w", format=container_format) as container:
            stream = add_video_stream(container, codec, Fraction(25))
            stream.width, stream.height, stream.pix_fmt = 64, 96, "yuv420p"
            for number in range(frames):
                planes = np.full((144, 64), 40 + number * 4, np.uint8)
                mux(container, encode(stream, VideoFrame.from_ndarray(planes, format="yuv420p")))
            mux(container, encode(stream, None))
        return path.read_bytes()
