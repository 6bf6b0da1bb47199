"""Export and import: `what_fountain_holds` of a drama survives, whatever its texts look like."""

from string import ascii_letters

import pytest
from hypothesis import HealthCheck, example, given, reject, settings
from hypothesis import strategies as st

from sfd.domain.errors import InvalidInput
from sfd.domain.models import (
    Angle,
    CameraMove,
    Character,
    DialogueLine,
    Drama,
    Episode,
    Scene,
    Setting,
    Shot,
    ShotSize,
)
from sfd.screenplay import drama_from_fountain, drama_to_fountain, what_fountain_holds

AWKWARD = [
    "MAYA", "BANG!", "CUT TO:", "FADE OUT.", ".HOUSE", "...and then", "@maya", "~la la", "# One", "## Two",
    "= synopsis", "===", "!", "!!loud", "> CUT TO:", "> THE END <", "<", ">", "INT. HOUSE - DAY", "ext. street",
    "INT. A - B - LATER", "(beat)", "(a) and (b)", "（低声）", "（低声）走。", "((", "MAYA (V.O.)", "V.O.",
    "V.O., softly", "V.O.,x", "O.S.", "key: value", "Title: x", "李梅", "李梅：你好", "内景 办公室 - 夜",
    "1-1 办公室 日 内", "第一集", "EPISODE 2", "Episode 3: The Gate", "[[note]]", "[[shot: wide]]", "[[", "]]",
    "]", "[", "[[[x]]]", "/* gone */", "/*", "*/", "*soft*", "**loud**", "_under_", "a_b_c", "\\", "\\*",
    "a \\", "trailing  ", "  leading", "a\n\nb", "a\n \nb", "a\r\nb", "MAYA\nhello", "a - b", "- a", "a -", "-",
    "–", "—", "#12#", "x #1A#", "CONTINUOUS", "later", "DAY", "夜", "SFX: rain", "音效：雨",
    "MAYA CHEN (29, red coat)", "李梅（29岁，红衣）", "a | b", "|", "main", "voice: low", "^", "maya ^",
    "sound: x", "note: y", "continues", "over the shoulder of Bo", "one take", "\u3000全角", "\u2028", "\x1c",
    "\ufeff", "Bo's", "Logline: z", "the end", "She runs.", "NIGHT", "ON", "A.A", "12 angry men",
]  # fmt: skip

fragments = st.one_of(
    st.sampled_from(AWKWARD),
    st.text(alphabet=ascii_letters + "李梅夜 .,:!?()[]*_\\/#@~=>^|-'\n", max_size=20),
    st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12),
)
texts = st.one_of(fragments, st.tuples(fragments, st.sampled_from(["", " ", "\n", "\n\n"]), fragments).map("".join))
positions = st.integers(0, 3)
settings_of_scenes: st.SearchStrategy[Setting] = st.sampled_from(["INT", "EXT", "INT/EXT"])
IDS = ["maya", "bo", "character_1", "stranger"]


@st.composite
def shots(draw: st.DrawFn) -> Shot:
    return Shot(
        size=draw(st.sampled_from(ShotSize)),
        angle=draw(st.sampled_from(Angle)),
        move=draw(st.sampled_from(CameraMove)),
        lens_mm=draw(st.none() | st.integers(8, 400)),
        over_shoulder=draw(st.none() | st.sampled_from(IDS)),
    )


@st.composite
def lines(draw: st.DrawFn) -> DialogueLine:
    return DialogueLine(
        character_id=draw(st.sampled_from(IDS)),
        line=draw(texts | st.just("A long speech that goes on and on, sentence after sentence. " * 5)),
        tone=draw(st.none() | texts),
        dual=draw(st.booleans()),
    )


@st.composite
def metadata(draw: st.DrawFn) -> dict[str, object]:
    keys = ["scene_number", "synopsis", "section", "time_note", "other"]
    entries: dict[str, object] = dict(draw(st.dictionaries(st.sampled_from(keys), texts, max_size=2)))
    return {**entries, **({"notes": draw(st.lists(texts, max_size=2))} if draw(st.booleans()) else {})}


@st.composite
def scenes(draw: st.DrawFn, number: int) -> Scene:
    return Scene(
        id=f"scene_{number}",
        description=draw(texts),
        setting=draw(settings_of_scenes),
        location=draw(texts | st.just("ROOF")),
        time_of_day=draw(texts | st.just("DAY")),
        continues=draw(st.booleans()),
        characters=draw(st.lists(st.sampled_from(IDS[:3]), unique=True)),
        dialogue=draw(st.lists(lines(), max_size=3)),
        shot=draw(shots()),
        sound=draw(texts),
        transition=draw(texts),
        metadata=draw(metadata()),
    )


@st.composite
def episodes(draw: st.DrawFn, number: int, fewest: int) -> Episode:
    count = draw(st.integers(fewest, 3))
    return Episode(
        id=f"episode_{number}",
        title=draw(texts),
        description=draw(texts),
        premise=draw(texts),
        scenes=[draw(scenes(index)) for index in range(count)],
        metadata={"notes": draw(st.lists(texts, max_size=2))},
    )


@st.composite
def characters(draw: st.DrawFn, character_id: str) -> Character:
    return Character(
        id=character_id,
        name=draw(texts | st.sampled_from(["Maya", "maya", "李梅"])),
        description=draw(texts),
        gender=draw(texts | st.just("female")),
        voice_description=draw(texts),
        main=draw(st.booleans()),
    )


@st.composite
def dramas(draw: st.DrawFn) -> Drama:
    cast = draw(st.lists(st.sampled_from(IDS[:3]), unique=True))
    page = st.sampled_from(["author", "draft date", "contact", "Odd Key", "title", "x:y"])
    return Drama(
        id="drama_1",
        title=draw(texts),
        description=draw(texts),
        premise=draw(texts),
        language=draw(texts | st.just("zh-Hans")),
        style=draw(texts),
        characters=[draw(characters(one)) for one in cast],
        episodes=[draw(episodes(number, 1 if number == 0 else 0)) for number in range(draw(st.integers(1, 2)))],
        metadata={"title_page": draw(st.dictionaries(page, texts, max_size=2)), "notes": draw(st.lists(texts))},
    )


def reread(drama: Drama) -> Drama:
    return drama_from_fountain(drama_to_fountain(drama), drama_id=drama.id)


def one_scene(**fields: object) -> Drama:
    return Drama(id="d", episodes=[Episode(id="e", scenes=[Scene.model_validate({"id": "s", **fields})])])


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(dramas())
def test_a_drama_is_read_back_as_it_was_written(drama: Drama) -> None:
    assert what_fountain_holds(reread(drama)) == what_fountain_holds(drama)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(dramas())
def test_writing_what_was_read_changes_nothing_more(drama: Drama) -> None:
    once = drama_to_fountain(drama)

    assert drama_to_fountain(drama_from_fountain(once, drama_id="d")) == once


@pytest.mark.parametrize("awkward", AWKWARD)
def test_every_awkward_text_survives_in_every_place(awkward: str) -> None:
    drama = Drama(
        id="d",
        title=awkward,
        description=awkward,
        style=awkward,
        characters=[Character(id="c", name=awkward, description=awkward, gender=awkward, voice_description=awkward)],
        episodes=[
            Episode(
                id="e",
                title=awkward,
                description=awkward,
                scenes=[
                    Scene(
                        id=f"s{number}",
                        description=f"{awkward}\nmore",
                        location=awkward,
                        time_of_day=awkward,
                        dialogue=[DialogueLine(character_id="c", line=awkward, tone=awkward)],
                        shot=Shot(over_shoulder="c"),
                        sound=awkward,
                        transition=awkward,
                    )
                    for number in range(2)
                ],
            )
        ],
    )

    assert what_fountain_holds(reread(drama)) == what_fountain_holds(drama)


@pytest.mark.parametrize("name", ["INT", "Est", "I/E", "Fade in", "Sound", "Episode 1", "Cut to"])
def test_a_name_that_could_be_something_else_stays_a_name(name: str) -> None:
    drama = one_scene(dialogue=[{"character_id": "a", "line": "Hi.", "dual": True, "tone": "V.O."}])
    drama.characters = [Character(id="a", name=name)]

    assert what_fountain_holds(reread(drama)) == what_fountain_holds(drama)


loose_screenplays = st.lists(
    st.one_of(texts, st.sampled_from(["INT. ROOM - DAY", "MAYA", "", "BO (O.S.)\nNo!", "# Two", "[[shot: close-up]]"])),
    max_size=12,
).map(lambda blocks: "\n".join(["INT. ROOM - NIGHT", "", *blocks]))


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(loose_screenplays)
@example("INT. ROOM - NIGHT\n\nMAYA (29, a woman)\n\nMAYA\nHi.\n\nShe goes.")
def test_any_screenplay_settles_after_one_pass(text: str) -> None:
    try:
        drama = drama_from_fountain(text, drama_id="d")
    except InvalidInput:
        reject()
    once = drama_to_fountain(drama)

    assert drama_to_fountain(drama_from_fountain(once, drama_id="d")) == once


def test_ids_urls_and_assets_are_not_held() -> None:
    plain = one_scene(description="Rain.")
    paid = one_scene(description="Rain.", image_url="https://example.test/a.png", metadata={"seed": 7})

    assert drama_to_fountain(paid) == drama_to_fountain(plain)


def test_a_shot_too_long_for_one_stays_one_when_it_was_one() -> None:
    long = "I told you everything, and then I told you again, and you never listened. " * 6
    drama = one_scene(dialogue=[{"character_id": "maya", "line": long}])

    assert "one take" in drama_to_fountain(drama)
    assert len(reread(drama).episodes[0].scenes) == 1


def test_people_of_the_same_name_stay_two_people() -> None:
    drama = one_scene(
        dialogue=[{"character_id": "a", "line": "Who are you?"}, {"character_id": "b", "line": "You."}],
    )
    drama.characters = [Character(id="a", name="Ben"), Character(id="b", name="BEN")]

    assert [character.name for character in reread(drama).characters] == ["Ben", "BEN 2"]


def test_other_programs_find_the_usual_elements() -> None:
    drama = one_scene(
        description="She signs.",
        location="BOARDROOM",
        dialogue=[
            {"character_id": "maya", "line": "Done.", "tone": "V.O., tired"},
            {"character_id": "bo", "line": "Done.", "dual": True},
        ],
        transition="CUT TO:",
        shot={"size": "close_up", "angle": "low", "move": "push_in", "lens_mm": 85, "over_shoulder": "bo"},
    )
    drama.title = "The Last Signature"
    drama.characters = [Character(id="maya", name="Maya", main=True), Character(id="bo", name="李梅")]

    assert drama_to_fountain(drama) == (
        "Title: The Last Signature\n\n"
        "[[character: Maya | gender:  | main]]\n"
        "[[character: 李梅 | gender:  | supporting]]\n\n"
        "# Episode 1\n\n"
        "INT. BOARDROOM - DAY\n\n"
        "[[shot: close-up, low angle, push in, 85mm, over the shoulder of 李梅]]\n[[in frame: ]]\n\n"
        "She signs.\n\n"
        "MAYA (V.O.)\n(tired)\nDone.\n\n"
        "@李梅 ^\nDone.\n\n"
        "> CUT TO:\n"
    )
