"""The quiet of a room under a preview clip: noise at −50 dBFS, so that a silent clip does not sound broken."""

import numpy as np

from sfd.media.drawing.colour import seeded
from sfd.media.encoding import SAMPLE_RATE, Sound

LEVEL_DBFS = -50.0

_LOOP = SAMPLE_RATE * 4
_LOWEST_HERTZ = 50.0
_KNEE_HERTZ = 180.0


def room_tone(place: str, samples: int) -> Sound:
    """`samples` of room tone, its own for each `place`: soft low noise that loops without a seam."""
    generator = np.random.default_rng(seeded("room tone", place).getrandbits(64))
    hertz = np.fft.rfftfreq(_LOOP, 1 / SAMPLE_RATE)
    shape = np.where(hertz < _LOWEST_HERTZ, 0.0, 1 / (1 + (hertz / _KNEE_HERTZ) ** 1.5))
    noise = np.fft.irfft(np.fft.rfft(generator.standard_normal((2, _LOOP))) * shape, _LOOP)
    noise *= 10 ** (LEVEL_DBFS / 20) / np.sqrt(np.mean(noise**2))
    turns = -(-samples // _LOOP)
    return np.tile(noise.astype(np.float32), (1, turns))[:, :samples]
