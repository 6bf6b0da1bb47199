"""Recordings as voices deliver them."""

import math
import struct
import wave
from pathlib import Path

RATE = 24_000


def recording(path: Path, seconds: float, *, hertz: float = 440.0, loud: float = 0.5) -> Path:
    """A WAV file, mono, 24 kHz, 16 bits, with a tone in it."""
    step = 2 * math.pi * hertz / RATE
    samples = [round(32_000 * loud * math.sin(step * at)) for at in range(round(seconds * RATE))]
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(struct.pack(f"<{len(samples)}h", *samples))
    return path
