"""Fountain text to elements: the syntax, element by element."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sfd.screenplay.elements import (
    Element,
    Note,
    PageBreak,
    Paragraph,
    SceneHeading,
    Section,
    Sound,
    Speech,
    Spoken,
    Synopsis,
    Transition,
)
from sfd.screenplay.fountain import parse
from sfd.screenplay.inline import escape, plain
from sfd.screenplay.places import Heading


def elements(text: str) -> list[Element]:
    return list(parse(text).elements)


def only(text: str) -> Element:
    (element,) = elements(text)
    return element


def speech(text: str) -> Speech:
    element = only(text)
    assert isinstance(element, Speech)
    return element


@pytest.mark.parametrize(
    ("line", "heading"),
    [
        ("INT. HOUSE - DAY", Heading("INT", "HOUSE", "DAY")),
        ("EXT. STREET – NIGHT", Heading("EXT", "STREET", "NIGHT")),
        ("int. house — dusk", Heading("INT", "house", "dusk")),
        ("INT HOUSE - DAY", Heading("INT", "HOUSE", "DAY")),
        ("EST. CITY - DAWN", Heading("EXT", "CITY", "DAWN")),
        ("INT./EXT. CAR - DAY", Heading("INT/EXT", "CAR", "DAY")),
        ("INT/EXT CAR - DAY", Heading("INT/EXT", "CAR", "DAY")),
        ("I/E. CAR - DAY", Heading("INT/EXT", "CAR", "DAY")),
        ("INT. HOUSE - KITCHEN - NIGHT", Heading("INT", "HOUSE - KITCHEN", "NIGHT")),
        ("INT. HOUSE", Heading("INT", "HOUSE", None)),
        ("INT. HOUSE - DAY #12A#", Heading("INT", "HOUSE", "DAY", "12A")),
        (".FLASHBACK - NIGHT", Heading(None, "FLASHBACK", "NIGHT")),
        ("INT. *HOUSE* - DAY", Heading("INT", "HOUSE", "DAY")),
        ("内景 董事长办公室 - 夜", Heading("INT", "董事长办公室", "夜")),
        ("外景. 街道 - 日", Heading("EXT", "街道", "日")),
        ("内. 客厅 夜", Heading("INT", "客厅", "夜")),
        ("内外景：车上－夜".replace("－", "-"), Heading("INT/EXT", "车上", "夜")),
        ("第3场 内景 客厅 - 清晨", Heading("INT", "客厅", "清晨", "第3场")),
        ("1-2 日 外 天台", Heading("EXT", "天台", "日", "1-2")),
    ],
)
def test_a_scene_heading(line: str, heading: Heading) -> None:
    assert only(line) == SceneHeading(1, heading)


@pytest.mark.parametrize(
    "line", ["...and then", "Interior design.", "intimate", "12 angry men.", "外面在下雨。", "Extra"]
)
def test_what_only_looks_like_a_heading_is_action(line: str) -> None:
    assert only(line) == Paragraph(1, line)


def test_a_heading_needs_no_blank_lines_around_it() -> None:
    assert [type(element) for element in elements("She goes.\nEXT. STREET - DAY\nMAYA\nWait.")] == [
        Paragraph,
        SceneHeading,
        Speech,
    ]


def test_a_title_page_with_values_over_several_lines() -> None:
    screenplay = parse("Title:\n    _**BRICK**_\n    & STEEL\nDraft date: 1/2\nLogline: Two men: one\n\nTitle: no more")

    assert screenplay.title_page == {"title": "BRICK\n& STEEL", "draft date": "1/2", "logline": "Two men: one"}
    assert screenplay.elements == (Paragraph(7, "Title: no more"),)


def test_a_chinese_title_page() -> None:
    assert parse("标题：还钥匙\n编剧：某人\n").title_page == {"title": "还钥匙", "author": "某人"}


def test_a_screenplay_that_begins_with_a_fade_has_no_title_page() -> None:
    assert parse("FADE IN:\n\nINT. HOUSE - DAY").title_page == {}


def test_a_cue_with_dialogue_and_parentheticals() -> None:
    said = speech("MAYA (V.O.) (CONT'D)\n(low)\nGo.\nNow.\n(beat)\nPlease.")

    assert said.name == "MAYA"
    assert said.extensions == ("V.O.", "CONT'D")
    assert said.parts == (Spoken("low", "Go. Now."), Spoken("beat", "Please."))


@pytest.mark.parametrize(
    ("cue", "name"),
    [
        ("MAYA", "MAYA"),
        ("@McCLANE", "McCLANE"),
        ("DR. O'NEIL #2", "DR. O'NEIL #2"),
        ("@李梅", "李梅"),
        ("李梅", "李梅"),
        ("HAL:", "HAL"),
    ],
)
def test_a_cue_names_its_speaker(cue: str, name: str) -> None:
    assert speech(f"{cue}\nHello.").name == name


def test_dual_dialogue() -> None:
    first, second = elements("MAYA\nNo!\n\nBO ^\nYes!")

    assert isinstance(first, Speech)
    assert isinstance(second, Speech)
    assert (first.dual, second.dual, second.name) == (False, True, "BO")


def test_chinese_dialogue_on_one_line() -> None:
    assert elements("李梅：你来了。\n周野（画外音）：（低声）嗯。") == [
        Speech(1, "李梅", (Spoken(None, "你来了。"),)),
        Speech(2, "周野", (Spoken("低声", "嗯。"),), ("画外音",)),
    ]


@pytest.mark.parametrize("line", ["时间：深夜", "字幕：三年后", "人物：李梅"])
def test_chinese_labels_are_not_speakers(line: str) -> None:
    assert only(line) == Paragraph(1, line)


def test_capitals_without_a_line_under_them_are_action() -> None:
    assert elements("BANG!\n\nShe falls.") == [Paragraph(1, "BANG!"), Paragraph(3, "She falls.")]


def test_a_line_of_two_spaces_keeps_a_speech_open() -> None:
    assert speech("MAYA\nOne.\n  \nTwo.").parts == (Spoken(None, "One. Two."),)


def test_a_parenthetical_with_nothing_said_is_action() -> None:
    assert only("MAYA\n(nods)") == Paragraph(1, "MAYA (nods)")


def test_lyrics_lose_their_tilde() -> None:
    assert speech("MAYA\n~Row, row\n~row your boat").parts == (Spoken(None, "Row, row row your boat"),)
    assert only("~Willy Wonka!") == Paragraph(1, "Willy Wonka!")


def test_forced_action_is_nothing_else() -> None:
    paragraph = only("!INT. IS THE PREFIX\n!MAYA\nruns.")

    assert isinstance(paragraph, Paragraph)
    assert paragraph.text == "INT. IS THE PREFIX\nMAYA\nruns."


@pytest.mark.parametrize("line", ["CUT TO:", "FADE OUT.", "> Fade to white.", "SMASH CUT TO:", "切至："])
def test_transitions(line: str) -> None:
    assert elements(f"She runs.\n\n{line}\n\nDark.")[1] == Transition(3, line.removeprefix("> "))


def test_outline_page_breaks_and_centred_text() -> None:
    assert elements("# Act\n\n## Part *one*\n\n= They meet.\n\n===\n\n> THE END <") == [
        Section(1, 1, "Act"),
        Section(3, 2, "Part one"),
        Synopsis(5, "They meet."),
        PageBreak(7),
        Paragraph(9, "THE END", centred=True),
    ]


@pytest.mark.parametrize("line", ["SFX: thunder", "Sound: thunder", "音效：thunder"])
def test_sounds(line: str) -> None:
    assert only(line) == Sound(1, "thunder")


def test_notes_stand_before_the_element_they_are_in() -> None:
    assert elements("She runs. [[why?]]\n\nMAYA\n[[softer]]\nGo.") == [
        Note(1, "why?"),
        Paragraph(1, "She runs."),
        Note(4, "softer"),
        Speech(3, "MAYA", (Spoken(None, "Go."),)),
    ]


def test_a_note_over_lines_leaves_line_numbers_right() -> None:
    assert elements("[[one\ntwo]]\n\nShe runs.") == [Note(1, "one\ntwo"), Paragraph(4, "She runs.")]


def test_an_unclosed_note_is_text() -> None:
    assert elements("She [[ runs.\n\nHe ]] falls.") == [Paragraph(1, "She [[ runs."), Paragraph(3, "He ]] falls.")]


def test_the_boneyard_is_gone_and_line_numbers_stay() -> None:
    assert elements("One /* two\n\nMAYA\nNo. */ three.\n\nFour.") == [
        Paragraph(1, "One"),
        Paragraph(4, "three."),
        Paragraph(6, "Four."),
    ]


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        ("*soft* and **loud** and ***both*** and _under_", "soft and loud and both and under"),
        ("**bold *and italic* text**", "bold and italic text"),
        ("dialed *69 and then *23", "dialed *69 and then *23"),
        (r"a \*star\* and \_", "a *star* and _"),
        ("snake_case_name", "snake_case_name"),
        ("5 * 3 * 2", "5 * 3 * 2"),
        (r"C:\new", r"C:\new"),
    ],
)
def test_emphasis_and_escapes(written: str, seen: str) -> None:
    assert plain(written) == seen


@given(st.text())
def test_escaping_is_undone_by_reading(text: str) -> None:
    assert plain(escape(text)) == text


@given(st.text(alphabet=st.characters(exclude_characters="\0")))
def test_any_text_can_be_parsed_and_the_same_way_twice(text: str) -> None:
    assert parse(text) == parse(text)


def test_windows_line_ends_and_a_byte_order_mark() -> None:
    assert parse("\ufeffTitle: A\r\n\r\nINT. X - DAY\r\n").title_page == {"title": "A"}
