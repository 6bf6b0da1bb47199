import pytest
from hypothesis import given
from hypothesis import strategies as st

from sfd.domain.models import DialogueLine, Scene
from sfd.domain.planned_assets import clip_seconds
from sfd.domain.timing import LEAD_IN, cues, dialogue_seconds, speech_seconds

lines = st.builds(DialogueLine, character_id=st.just("ada"), line=st.text(min_size=1, max_size=120), dual=st.booleans())


@given(st.lists(lines, max_size=6), st.floats(1, 60))
def test_cues_fit_their_clip_in_order_and_say_every_line(dialogue: list[DialogueLine], seconds: float) -> None:
    heard = cues(Scene(id="s", dialogue=dialogue), seconds)
    assert [cue.line for cue in heard] == dialogue
    assert all(0 <= cue.start < cue.end <= seconds + 0.001 for cue in heard)
    assert [cue.start for cue in heard] == sorted(cue.start for cue in heard)


@given(st.lists(lines, min_size=1, max_size=6))
def test_lines_keep_their_pace_in_a_clip_that_is_long_enough(dialogue: list[DialogueLine]) -> None:
    needed = dialogue_seconds(dialogue)
    assert cues(Scene(id="s", dialogue=dialogue), needed) == cues(Scene(id="s", dialogue=dialogue), needed + 30)


def test_a_dual_line_starts_with_the_line_it_answers() -> None:
    dialogue = [
        DialogueLine(character_id="ada", line="Stop the lift, now."),
        DialogueLine(character_id="ben", line="Stop!", dual=True),
    ]
    first, second = cues(Scene(id="s", dialogue=dialogue), 10)
    assert first.start == second.start == LEAD_IN


def test_longer_lines_take_longer_in_every_script() -> None:
    assert speech_seconds("She never came back from the roof that night.") > speech_seconds("She left.")
    assert speech_seconds("从今天起，你不再是顾家的人。把钥匙留下。") > speech_seconds("出去！")
    assert speech_seconds("One two three four five.") == pytest.approx(5 / 2.7, abs=0.01)
    assert speech_seconds("从今天起你不再是顾家的人") == pytest.approx(12 / 4.6, abs=0.01)


@given(st.lists(lines, max_size=5), st.text(max_size=300), st.floats(1, 60))
def test_a_planned_clip_holds_its_dialogue_and_stays_within_limits(
    dialogue: list[DialogueLine], description: str, default: float
) -> None:
    seconds = clip_seconds(Scene(id="s", description=description, dialogue=dialogue), default)
    assert 1 <= seconds <= 60
    assert seconds * 2 == int(seconds * 2)
    assert seconds >= min(60, dialogue_seconds(dialogue))
