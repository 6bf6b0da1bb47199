"""The scratch voice."""

from pathlib import Path

import numpy as np
import pytest
from films import heard, rms_dbfs, scene
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from sfd.domain import timing
from sfd.domain.models import CameraMove, Scene
from sfd.media.animatic import film_animatic
from sfd.media.encoding import SAMPLE_RATE
from sfd.media.voice import choose_voice, speak, voice_available

LINE = "You signed the papers before you even asked me."


def test_it_is_installed_for_the_tests() -> None:
    assert voice_available()


@pytest.mark.parametrize("seconds", [1.2, 2.0, 3.4])
def test_a_line_lasts_as_long_as_its_cue(seconds: float) -> None:
    speech = speak(LINE, "en-US", "female", seconds=seconds)

    assert speech.dtype == np.float32
    assert len(speech) <= seconds * SAMPLE_RATE
    assert len(speech) == pytest.approx(seconds * SAMPLE_RATE, rel=0.15)


def test_speech_is_as_loud_as_speech_and_does_not_clip() -> None:
    speech = speak(LINE, "en", "male")

    assert rms_dbfs(speech) == pytest.approx(-20, abs=2)
    assert np.abs(speech).max() <= 0.9


def fundamental(speech: NDArray[np.float32]) -> float:
    """The middle of the pitches of its voiced pieces, by autocorrelation, in hertz."""
    pitches: list[float] = []
    for start in range(0, len(speech) - 2400, 2400):
        piece = speech[start : start + 2400].astype(float)
        if rms_dbfs(speech[start : start + 2400]) > -26:
            echo = np.correlate(piece - piece.mean(), piece - piece.mean(), "full")[2399:]
            pitches.append(SAMPLE_RATE / (int(np.argmax(echo[130:800])) + 130))
    return float(np.median(pitches))


def test_a_deep_man_is_lower_than_a_bright_woman() -> None:
    assert fundamental(speak(LINE, "en", "male", "deep")) < fundamental(speak(LINE, "en", "female", "bright")) - 50


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("zh-Hans", "从今天起，你不再是顾家的人。"),
        ("ja", "どうして黙っていたの？"),
        ("ko", "왜 거짓말했어?"),
        ("es-MX", "No me mientas."),
    ],
)
def test_it_speaks_the_language_of_the_drama(language: str, line: str) -> None:
    assert len(speak(line, language, "female")) > SAMPLE_RATE // 2


def test_an_unknown_language_is_read_in_english() -> None:
    assert len(speak("Hello there.", "x-elvish")) > SAMPLE_RATE // 4


def test_nothing_to_say_is_silence() -> None:
    assert len(speak("…", "en", seconds=1.0)) <= SAMPLE_RATE


@given(st.text(max_size=20), st.text(max_size=20), st.text(max_size=60))
def test_a_voice_is_always_chosen_and_always_the_same(language: str, gender: str, described: str) -> None:
    choice = choose_voice(language, gender, described)

    assert choice == choose_voice(language, gender, described)
    assert 0 <= choice.pitch <= 99


@pytest.mark.parametrize(("gender", "letter"), [("female", "f"), ("Woman", "f"), ("女", "f"), ("male", "m"), ("", "m")])
def test_the_register_follows_the_gender(gender: str, letter: str) -> None:
    assert choose_voice("en", gender, "").variant.startswith(letter)


def test_lines_are_read_where_their_captions_show(tmp_path: Path) -> None:
    brief = scene(CameraMove.STATIC, 4.0, ("mara", "Where were you all night?"), ("dan", "Working."))
    film_animatic(brief, tmp_path / "a.mp4", voice=True)
    sound = heard(tmp_path / "a.mp4", 4.0)

    for cue in timing.cues(Scene(id="s", dialogue=list(brief.dialogue)), 4.0):
        start, end = round(cue.start * SAMPLE_RATE), round(cue.end * SAMPLE_RATE)
        assert rms_dbfs(sound[:, start:end]) > -28
        assert rms_dbfs(sound[:, max(0, start - 9600) : start - 1200]) < -40
