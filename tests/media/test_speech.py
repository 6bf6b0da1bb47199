"""Recorded speech over clips: it fits, it is heard over their own sound, and no word of it is lost."""

from pathlib import Path

import numpy as np
import pytest
from films import SMALL, decoded_luma, film, heard, tone
from hypothesis import given
from hypothesis import strategies as st

from fakes.recordings import recording
from sfd.domain.errors import MediaError
from sfd.media.check import check_film
from sfd.media.cut import cut_episode
from sfd.media.encoding import SAMPLE_RATE, Sound
from sfd.media.speech import FASTEST, fit, fitted, is_silent, speech_length

CLIP_HERTZ, SPEECH_HERTZ = 300.0, 1700.0


def level(sound: Sound, hertz: float) -> float:
    """How loud one frequency is in a sound, in dB."""
    window = np.hanning(sound.shape[1])
    spectrum = np.abs(np.fft.rfft(sound[0] * window))
    at = round(hertz * sound.shape[1] / SAMPLE_RATE)
    return float(20 * np.log10(spectrum[at - 3 : at + 4].max() / window.sum() + 1e-9))


def test_speech_is_heard_over_the_clips_own_sound_which_is_turned_down_for_it(tmp_path: Path) -> None:
    clip = film(tmp_path / "clip.mp4", 4.0, sound=tone(4.0, hertz=CLIP_HERTZ))
    speech = fitted(recording(tmp_path / "speech.wav", 2.0, hertz=SPEECH_HERTZ), 4.0)
    assert (speech.tempo, speech.held_seconds) == (1.0, 0.0)
    result = cut_episode([clip], tmp_path / "cut.mp4", speeches={0: speech})
    sound = heard(tmp_path / "cut.mp4", 4.0)
    during, after = (sound[:, round(at * SAMPLE_RATE) : round((at + 1) * SAMPLE_RATE)] for at in (0.5, 2.7))
    assert level(during, SPEECH_HERTZ) > level(during, CLIP_HERTZ) + 5
    assert level(after, SPEECH_HERTZ) < level(during, SPEECH_HERTZ) - 40
    assert level(after, CLIP_HERTZ) - level(during, CLIP_HERTZ) == pytest.approx(10, abs=1.5)
    assert (result.copied, result.reencoded) == ((0,), ())


def test_speech_that_is_a_little_too_long_is_spoken_faster(tmp_path: Path) -> None:
    clips = [film(tmp_path / f"{n}.mp4", 2.0) for n in range(2)]
    speech = fitted(recording(tmp_path / "speech.wav", 2.2, hertz=SPEECH_HERTZ), 2.0)
    assert speech.tempo == pytest.approx(1.1, abs=0.01)
    result = cut_episode(clips, tmp_path / "cut.mp4", speeches={0: speech})
    assert (result.seconds, result.copied) == (pytest.approx(4.0, abs=0.05), (0, 1))
    sound = heard(tmp_path / "cut.mp4", 4.0)
    assert level(sound[:, : SAMPLE_RATE * 2 - 9600], SPEECH_HERTZ) > -40
    assert level(sound[:, SAMPLE_RATE * 2 + 9600 :], SPEECH_HERTZ) < -60


def test_for_speech_that_is_much_too_long_the_last_picture_is_held(tmp_path: Path) -> None:
    clips = [film(tmp_path / "0.mp4", 1.0, luma=60), film(tmp_path / "1.mp4", 1.0, luma=180)]
    speech = fitted(recording(tmp_path / "speech.wav", 2.3, hertz=SPEECH_HERTZ), 1.0)
    assert speech.tempo == FASTEST
    result = cut_episode(clips, tmp_path / "cut.mp4", speeches={0: speech})
    assert result.seconds == pytest.approx(2.3 / FASTEST + 1.0, abs=0.06)
    assert (result.copied, result.reencoded) == ((1,), (0,))
    frames = decoded_luma(tmp_path / "cut.mp4")
    second = len(frames) - SMALL.rate
    assert all(np.abs(frames[24].astype(int) - one).mean() < 2 for one in frames[25 : int(second)])
    assert np.median(frames[int(second) + 1]) > 150
    check_film(tmp_path / "cut.mp4")


@given(st.floats(0.1, 120.0), st.floats(1.0, 60.0))
def test_speech_always_fits_and_nothing_is_done_that_is_not_needed(seconds: float, clip_seconds: float) -> None:
    tempo, held = fit(seconds, clip_seconds)
    assert 1.0 <= tempo <= FASTEST
    assert seconds / tempo <= clip_seconds + held + 1e-6
    assert held == 0 or tempo == FASTEST
    assert tempo == 1 or seconds > clip_seconds


def test_what_is_no_recording_or_silent_is_found_out(tmp_path: Path) -> None:
    broken = tmp_path / "broken.wav"
    broken.write_bytes(b"RIFF....WAVE nothing of that kind")
    for path in (broken, tmp_path / "missing.wav"):
        with pytest.raises(MediaError, match=path.name):
            speech_length(path)
    assert is_silent(recording(tmp_path / "silent.wav", 1.0, loud=0.0))
    assert not is_silent(recording(tmp_path / "loud.wav", 1.0))
