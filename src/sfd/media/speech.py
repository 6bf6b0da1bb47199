"""Recorded speech: made to fit a clip, and laid over the clip's own sound.

A recording that is longer than its clip is spoken faster, by 15 % at most, at the same pitch. What is still too long
makes the clip longer: its last picture is held. While somebody speaks, the clip's own sound is turned down by 10 dB.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain as chained
from pathlib import Path

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.container import InputContainer
from av.error import FFmpegError

from sfd.domain.errors import MediaError
from sfd.media.encoding import SAMPLE_RATE, Sound, sound_frame
from sfd.media.pyav import samples_of
from sfd.media.sound import chain, filtered, soften_edges

FASTEST = 1.15
TURNED_DOWN = 10 ** (-10 / 20)
SILENT = 10 ** (-60 / 20)
_RAMP = SAMPLE_RATE // 5


@dataclass(frozen=True)
class Speech:
    """A recording as it goes over a clip: `tempo` times as fast, the last picture held for `held_seconds`."""

    path: Path
    tempo: float = 1.0
    held_seconds: float = 0.0


def fitted(path: Path, clip_seconds: float) -> Speech:
    """A recording made to fit a clip.

    Raises:
        MediaError: it cannot be decoded.
    """
    seconds = speech_length(path)
    tempo, held = fit(seconds, clip_seconds)
    return Speech(path, tempo, held)


def fit(seconds: float, clip_seconds: float) -> tuple[float, float]:
    """How much faster a recording of `seconds` is spoken over a clip, and for how long the clip's end is held."""
    if seconds <= clip_seconds:
        return 1.0, 0.0
    tempo = min(seconds / clip_seconds, FASTEST)
    return tempo, max(0.0, seconds / tempo - clip_seconds)


def speech_length(path: Path) -> float:
    """How many seconds a recording lasts, decoded from end to end.

    Raises:
        MediaError: it cannot be decoded, or holds nothing.
    """
    samples = sum(frame.samples for frame in _frames(path))
    if not samples:
        raise MediaError(f"{path.name} holds no sound. Have the lines spoken again.")
    return samples / SAMPLE_RATE


def is_silent(path: Path) -> bool:
    """Whether nothing can be heard in a recording.

    Raises:
        MediaError: it cannot be decoded.
    """
    return all(float(np.abs(samples_of(frame)).max(initial=0.0)) < SILENT for frame in _frames(path))


def read_speech(speech: Speech) -> Sound:
    """The samples of a recording as they go over its clip.

    Raises:
        MediaError: it cannot be decoded.
    """
    frames = _frames(speech.path)
    if speech.tempo != 1.0:
        frames = filtered(chain(("atempo", f"{speech.tempo:.5f}")), frames)
    return soften_edges(np.concatenate([samples_of(frame) for frame in frames], axis=1))


def lay_over(sound: Sound, speech: Sound) -> None:
    """Mix `speech` into `sound` from its start, in place; the sound is turned down while it lasts."""
    spoken = min(speech.shape[1], sound.shape[1])
    rising = sound[:, spoken : spoken + _RAMP]
    rising *= np.linspace(TURNED_DOWN, 1.0, _RAMP, dtype=np.float32)[: rising.shape[1]]
    sound[:, :spoken] *= np.float32(TURNED_DOWN)
    sound[:, :spoken] += speech[:, :spoken]


def _frames(path: Path) -> Iterator[AudioFrame]:
    """A recording in stereo at 48 kHz; mono goes to both sides at its full level."""
    try:
        with av.open(path, "r") as container:
            if container.streams.audio:
                yield from _stereo(container)
    except (FFmpegError, OSError) as error:
        raise MediaError(f"{path.name} cannot be decoded: {error}. Have the lines spoken again.") from error


def _stereo(container: InputContainer) -> Iterator[AudioFrame]:
    mono = container.streams.audio[0].channels == 1
    resampler = AudioResampler(format="fltp", layout="mono" if mono else "stereo", rate=SAMPLE_RATE)
    at = 0
    for frame in chained(container.decode(container.streams.audio[0]), [None]):
        for piece in resampler.resample(frame):
            yield sound_frame(np.repeat(samples_of(piece), 2 if mono else 1, axis=0), at)
            at += piece.samples
