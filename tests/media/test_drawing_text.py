import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sfd.media.drawing.typography import (
    balanced,
    clean,
    fitted,
    glyph_family,
    shortened,
    text_markup,
    text_width,
    wrap,
)

CLOSING = "，。！？」）"
sentences = st.lists(
    st.sampled_from(
        ["hello", "a", "extraordinary", "中文", "文", "，", "。", "「", "」", " ", " and ", "Ünïcode", "42%"]
    ),
    max_size=60,
).map(lambda parts: re.sub(rf"([{CLOSING}「])[{CLOSING}「]+", r"\1", clean("".join(parts))))
sizes = st.sampled_from([14, 21, 33])
widths = st.integers(120, 600)


@settings(max_examples=60, deadline=None)
@given(text=sentences, size=sizes, width=widths)
def test_every_line_fits_and_no_character_is_lost(text: str, size: int, width: int) -> None:
    for lines in (wrap(text, size, width), balanced(text, size, width)):
        assert all(text_width(line, size) <= width for line in lines)
        assert "".join(lines).replace(" ", "") == text.replace(" ", "")


@settings(max_examples=60, deadline=None)
@given(text=sentences, size=sizes)
def test_no_line_after_the_first_starts_with_closing_punctuation(text: str, size: int) -> None:
    lines = wrap(text.replace(" ", ""), size, 400)
    assert not [line for line in lines[1:] if line[0] in CLOSING]


@settings(max_examples=40, deadline=None)
@given(text=sentences, size=sizes, width=widths)
def test_balancing_never_needs_another_line(text: str, size: int, width: int) -> None:
    assert len(balanced(text, size, width)) == len(wrap(text, size, width))


def test_balancing_breaks_no_word() -> None:
    assert balanced("What everybody remembered", 33, 300, 600) == ["What everybody", "remembered"]
    long = "It was unforgettable"
    assert all(word in " ".join(balanced(long, 33, 340)).split() for word in long.split())


def test_balanced_lines_are_nearly_equal() -> None:
    lines = balanced("You signed the papers before you even asked me?", 33, 592, 600)
    assert lines == ["You signed the papers", "before you even asked me?"]


@settings(max_examples=40, deadline=None)
@given(text=st.text(max_size=400).map(clean), most=st.integers(1, 4))
def test_fitted_text_stays_in_its_box(text: str, most: int) -> None:
    size, lines = fitted(text, (30, 24, 20), 400, most)
    assert size in {30, 24, 20}
    assert len(lines) <= most
    assert all(text_width(line, size) <= 400 for line in lines)


def test_text_that_does_not_fit_is_cut_with_an_ellipsis() -> None:
    size, lines = fitted("word " * 400, (30, 24), 400, 3)
    assert (size, len(lines)) == (24, 3)
    assert lines[-1].endswith("…")
    assert shortened("A very long name indeed", 20, 100).endswith("…")
    assert shortened("Short", 20, 100) == "Short"


def test_a_word_wider_than_the_line_is_broken() -> None:
    assert "".join(wrap("x" * 300, 20, 200)) == "x" * 300


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("two\n\tlines", "two lines"),
        ("flowers 💐 fall ❤️", "flowers fall"),
        ("bell\x07 nul\x00", "bell nul"),
        ("你好，世界", "你好，世界"),
        ("שלום", "□□□□"),
        ("\u202e\u200b", ""),
    ],
)
def test_clean_keeps_what_can_be_drawn(raw: str, shown: str) -> None:
    assert clean(raw) == shown


@given(text=st.text(alphabet="<>&\"'a你", max_size=20))
def test_markup_escapes_what_xml_reserves(text: str) -> None:
    markup = text_markup(0, 0, text, 20)
    assert re.sub(r"</?(?:text|tspan)[^<>]*>", "", markup).count("<") == 0
    assert not re.search(r"&(?!amp;|lt;|gt;|quot;|#x27;)", markup)


@pytest.mark.parametrize(
    ("language", "family"),
    [("zh-Hans", "SC"), ("zh-Hant", "TC"), ("zh_TW", "TC"), ("ja", "JP"), ("ko-KR", "KR"), ("en", "SC"), ("", "SC")],
)
def test_a_language_chooses_its_glyphs(language: str, family: str) -> None:
    assert glyph_family(language) == f"Noto Sans CJK {family}"


def test_only_bold_cjk_is_outlined() -> None:
    assert "stroke-width" in text_markup(0, 0, "你好", 20, weight=700)
    assert "stroke-width" not in text_markup(0, 0, "你好", 20)
    assert "stroke-width" not in text_markup(0, 0, "Hello", 20, weight=700)
