"""Long prose: its chapters become episodes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.writings import written
from sfd.generation.requests import WriteSpec
from sfd.generation.writing import request_of, stages_of
from sfd.generation.writing.chapters import chapters_of, passages, weight
from sfd.generation.writing.source import source_of

BODY = "The rain had stopped by the time she reached the pier, and nobody was there. " * 30
CJK_BODY = "雨停的时候她走到了码头，那里一个人也没有。" * 60


def story(headings: list[str], body: str = BODY) -> str:
    return "\n\n".join(f"{one}\n\n{body} (after {one})" for one in headings)


@pytest.mark.parametrize(
    "headings",
    [
        ["Chapter 1", "Chapter 2", "Chapter 3", "Chapter 4"],
        ["CHAPTER ONE: The Pier", "CHAPTER TWO: The Boat", "CHAPTER THREE", "CHAPTER FOUR"],
        ["第一章 码头", "第二章 船", "第三章", "第四章"],
        ["第1回", "第2回", "第3回", "第4回"],
        ["# The Pier", "# The Boat", "# The Sea", "# The End"],
        ["1", "2", "3", "4"],
        ["1. The Pier", "2. The Boat", "3. The Sea", "4. The End"],
        ["Part I", "Part II", "Part III", "Part IV"],
        ["Capítulo 1", "Capítulo 2", "Capítulo 3", "Capítulo 4"],
        ["Episode 1", "Episode 2", "Episode 3", "Episode 4"],
    ],
)
def test_chapters_become_episodes(headings: list[str]) -> None:
    source = source_of(WriteSpec(premise=story(headings)))
    assert source.episodes == 4
    for heading, passage in zip(headings, source.passages, strict=True):
        assert passage.startswith(heading)
        assert f"(after {heading})" in passage


def test_a_table_of_contents_begins_no_chapter() -> None:
    headings = ["Chapter 1", "Chapter 2", "Chapter 3"]
    found = chapters_of("\n".join(headings) + "\n\n" + story(headings))
    assert len(found) == 3
    assert "(after Chapter 1)" in found[0]


def test_what_stands_before_the_first_heading_belongs_to_it() -> None:
    found = chapters_of("THE PIER\n\nA novel.\n\n" + story(["Chapter 1", "Chapter 2"]))
    assert found[0].startswith("THE PIER")
    assert len(found) == 2


def test_what_is_asked_for_wins_over_chapters() -> None:
    text = story(["Chapter 1", "Chapter 2", "Chapter 3", "Chapter 4"])
    assert source_of(WriteSpec(premise=text, episodes=2)).episodes == 2
    assert source_of(WriteSpec(premise=f"{text}\n\nMake it three episodes.")).episodes == 3
    middle = text.replace("Chapter 2\n", "Chapter 2\n\nShe had seen all twelve episodes.\n", 1)
    assert source_of(WriteSpec(premise=middle)).episodes == 4


def test_fewer_episodes_than_chapters_hold_whole_chapters() -> None:
    text = story([f"Chapter {number}" for number in range(1, 9)])
    for passage in source_of(WriteSpec(premise=text, episodes=4)).passages:
        assert passage.startswith("Chapter")
        assert passage.count("(after Chapter") == 2


def test_more_episodes_than_chapters_cut_at_paragraphs() -> None:
    paragraphs = [f"Paragraph {number}. {BODY[:400]}".strip() for number in range(30)]
    found = passages("\n\n".join(paragraphs), 6)
    assert [one.count("Paragraph") for one in found] == [5] * 6
    assert all(one.startswith("Paragraph") for one in found)


def test_prose_without_headings_has_three_episodes() -> None:
    source = source_of(WriteSpec(premise=BODY * 4))
    assert source.episodes == 3
    assert len(source.passages) == 3


def test_a_novel_of_more_chapters_than_episodes_are_allowed() -> None:
    text = story([f"Chapter {number}" for number in range(1, 131)], BODY[:400])
    source = source_of(WriteSpec(premise=text))
    assert (source.episodes, len(source.passages)) == (100, 100)
    assert all("(after Chapter" in one for one in source.passages)


def test_an_episode_is_sent_its_own_chapter_only() -> None:
    spec = WriteSpec(premise=story(["第一章", "第二章"], CJK_BODY))
    drama, answers = written(spec)
    assert drama.language == "zh-Hans"
    assert len(stages_of(spec)) == 5
    second = request_of(spec, "episode-2", answers)
    assert second is not None
    assert "(after 第二章)" in second.prompt
    assert "(after 第一章)" not in second.prompt


@given(st.lists(st.text(min_size=1, max_size=60), min_size=1, max_size=60).map("\n\n".join), st.integers(1, 100))
def test_passages_hold_the_whole_text_in_order(text: str, count: int) -> None:
    found = passages(text, count)
    assert len(found) == count
    assert "".join("".join(found).split()) == "".join(text.split())


@given(st.integers(2, 100))
def test_no_passage_of_a_long_text_is_empty_or_much_longer_than_others(count: int) -> None:
    text = "\n\n".join(f"{number}: {BODY[:300]}" for number in range(200))
    sizes = [weight(one) for one in passages(text, count)]
    assert min(sizes) > 0
    assert max(sizes) <= 2 * sum(sizes) / count + 400
