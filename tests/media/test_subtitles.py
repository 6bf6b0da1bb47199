"""Subtitle files, read back by a reader that knows nothing of how they were written."""

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sfd.domain.models import DialogueLine, Scene
from sfd.media.subtitles import SubtitleCue, episode_cues, lines_of, shift, to_srt, to_webvtt

TIMES = re.compile(r"(\d+):(\d\d):(\d\d)[,.](\d{3}) --> (\d+):(\d\d):(\d\d)[,.](\d{3})")
words = st.text(st.characters(codec="utf-8"), max_size=120)


@st.composite
def cue(draw: st.DrawFn) -> SubtitleCue:
    start = draw(st.floats(0, 7000))
    return SubtitleCue(start, start + draw(st.floats(0.3, 9)), draw(words), draw(words))


def read_cues(file: str) -> list[tuple[float, float, str]]:
    """The cues of a SubRip or WebVTT file: blocks between empty lines, a line of times, then text."""
    found: list[tuple[float, float, str]] = []
    for block in re.split(r"\n{2,}", file.strip("\n")):
        lines = block.split("\n")
        timed = [number for number, line in enumerate(lines) if TIMES.fullmatch(line)]
        if timed:
            assert len(timed) == 1
            h, m, s, ms, h2, m2, s2, ms2 = map(int, TIMES.fullmatch(lines[timed[0]]).groups())  # pyright: ignore[reportOptionalMemberAccess] - matched above
            text = "\n".join(lines[timed[0] + 1 :])
            found.append((h * 3600 + m * 60 + s + ms / 1000, h2 * 3600 + m2 * 60 + s2 + ms2 / 1000, text))
    return found


def letters(text: str) -> str:
    """Text without what may be lost or gained where lines are broken."""
    return "".join(character for character in text if character.isprintable() and not character.isspace())


@given(st.lists(cue(), max_size=6))
def test_subrip_gives_back_what_was_said_and_when(cues: list[SubtitleCue]) -> None:
    said = sorted((each for each in cues if lines_of(each.text)), key=lambda each: each.start)

    back = read_cues(to_srt(cues))

    assert [start for start, _, _ in back] == pytest.approx([each.start for each in said], abs=0.001)
    assert [end for _, end, _ in back] == pytest.approx([each.end for each in said], abs=0.001)
    assert [letters(text) for _, _, text in back] == [letters(each.text).replace("-->", "→") for each in said]


@given(st.lists(cue(), max_size=6))
def test_webvtt_gives_back_what_was_said_and_when(cues: list[SubtitleCue]) -> None:
    said = sorted((each for each in cues if lines_of(each.text)), key=lambda each: each.start)

    file = to_webvtt(cues)
    back = read_cues(file)

    assert file.startswith("WEBVTT\n")
    assert [start for start, _, _ in back] == pytest.approx([each.start for each in said], abs=0.001)
    texts = [unescape(re.sub(r"^<v [^>]*>|</v>$", "", text)) for _, _, text in back]
    assert [letters(text) for text in texts] == [letters(each.text) for each in said]


@given(words)
def test_no_line_is_empty_or_padded(text: str) -> None:
    for line in lines_of(text):
        assert line
        assert line == line.strip()
        assert "\n" not in line


def test_webvtt_escapes_markup_and_names_the_speaker() -> None:
    file = to_webvtt([SubtitleCue(1, 2, "Tom & <i>Jerry</i> --> home", "A > B")])

    assert "<v A &gt; B>Tom &amp; &lt;i&gt;Jerry&lt;/i&gt; --&gt; home</v>" in file
    assert file.count("-->") == 1


def test_an_arrow_in_a_line_is_not_taken_for_times() -> None:
    assert to_srt([SubtitleCue(0, 1, "00:00:01,000 --> 00:00:02,000")]).count("-->") == 1


def test_blank_lines_in_a_line_of_dialogue_do_not_end_the_cue() -> None:
    assert to_srt([SubtitleCue(0, 1, "One.\n\n\nTwo.")]) == "1\n00:00:00,000 --> 00:00:01,000\nOne.\nTwo.\n"


def test_long_lines_are_broken_between_words_and_evenly() -> None:
    lines = lines_of("You signed the papers before you even asked me what I wanted.")

    assert len(lines) == 2
    assert " ".join(lines) == "You signed the papers before you even asked me what I wanted."
    assert max(map(len, lines)) <= 42
    assert min(map(len, lines)) > 20


def test_chinese_is_broken_between_characters_but_not_before_a_comma() -> None:
    lines = lines_of("从今天起你不再是顾家的人了知道吗，把钥匙留下来然后离开这里。")

    assert len(lines) == 2
    assert all(len(line) <= 18 for line in lines)
    assert not any(line.startswith(("，", "。")) for line in lines)


def test_times_carry_over_an_hour() -> None:
    assert "01:01:01.500 --> 01:01:02.000" in to_webvtt([SubtitleCue(3661.5, 3662, "Late.")])


def test_shifted_cues_start_with_the_film() -> None:
    cues = [SubtitleCue(0, 1, "a"), SubtitleCue(1.5, 3, "b")]

    assert shift(cues, -2) == [SubtitleCue(0, 1, "b")]
    assert shift(shift(cues, 4), -4) == cues


def test_an_episode_has_the_lines_of_its_clips_one_after_the_other() -> None:
    first = Scene(id="s1", dialogue=[DialogueLine(character_id="mara", line="Where were you?")])
    silent = Scene(id="s2")
    last = Scene(id="s3", dialogue=[DialogueLine(character_id="x", line="Home.")])

    cues = episode_cues([(first, 4.0), (silent, 2.5), (last, 3.0)], {"mara": "Mara"})

    assert [(each.text, each.speaker) for each in cues] == [("Where were you?", "Mara"), ("Home.", "")]
    assert 0 < cues[0].start < cues[0].end < 4
    assert 6.5 < cues[1].start < cues[1].end < 9.5
