"""A screenplay becomes a drama: episodes, characters, shots and how they are filmed."""

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sfd.domain.errors import InvalidInput
from sfd.domain.models import MAX_SCREENPLAY_BYTES, Angle, CameraMove, Character, Drama, Scene, ShotSize
from sfd.domain.timing import dialogue_seconds
from sfd.screenplay import drama_from_fountain

EXAMPLES = Path(__file__).parents[2] / "examples"
ROOM = "INT. ROOM - NIGHT\n\n"


def read(text: str) -> Drama:
    return drama_from_fountain(text, drama_id="d")


def scenes(text: str) -> list[Scene]:
    return [scene for episode in read(text).episodes for scene in episode.scenes]


def scene(text: str) -> Scene:
    (one,) = scenes(ROOM + text)
    return one


def person(text: str, name: str) -> Character:
    return next(character for character in read(text).characters if character.name == name)


def refused(text: str) -> InvalidInput:
    with pytest.raises(InvalidInput) as caught:
        read(text)
    return caught.value


def test_the_title_page_fills_the_drama() -> None:
    drama = read(
        "Title: Rain\nAuthor: Ann\nLogline: It rains.\nPremise: Wet.\nLanguage: fr\nStyle: noir\n\nINT. A - DAY"
    )

    assert (drama.title, drama.description, drama.premise) == ("Rain", "It rains.", "Wet.")
    assert (drama.language, drama.style) == ("fr", "noir")
    assert drama.metadata["title_page"] == {"author": "Ann"}


def test_what_the_caller_says_goes_before_the_title_page() -> None:
    text = "Title: Rain\nLanguage: fr\nStyle: noir\n\nINT. A - DAY"
    drama = drama_from_fountain(text, drama_id="d", language="de", style="comic")

    assert (drama.language, drama.style) == ("de", "comic")


@pytest.mark.parametrize(
    ("text", "title"),
    [("INT. A - DAY", "Untitled"), ("# Episode 1: The Gate\n\nINT. A - DAY", "The Gate")],
)
def test_a_title_is_found_without_a_title_page(text: str, title: str) -> None:
    assert read(text).title == title


@pytest.mark.parametrize(
    "text",
    [
        "# Episode 1: The Gate\n\nINT. A - DAY\n\n# Episode 2\n\nINT. B - DAY",
        "# The Gate\n\nINT. A - DAY\n\n#\n\nINT. B - DAY",
        "> EPISODE ONE: The Gate <\n\nINT. A - DAY\n\n> EPISODE 2 <\n\nINT. B - DAY",
        "EPISODE 1: The Gate\n\nINT. A - DAY\n\nEPISODE TWO\n\nINT. B - DAY",
        "第一集：The Gate\n\nINT. A - DAY\n\n第二集\n\nINT. B - DAY",
        "# 第1集 The Gate\n\nINT. A - DAY\n\n# 第2集\n\nINT. B - DAY",
    ],
)
def test_episodes(text: str) -> None:
    drama = read(text)

    assert [episode.title for episode in drama.episodes] == ["The Gate", ""]
    assert [[one.location for one in episode.scenes] for episode in drama.episodes] == [["A"], ["B"]]


def test_a_title_card_inside_an_episode_begins_no_other() -> None:
    assert len(read("# One\n\nINT. A - DAY\n\n> EPISODE ONE <").episodes) == 1


def test_synopses_sections_and_notes_are_kept() -> None:
    drama = read(
        "# One\n\n= It begins.\n\n[[draft 2]]\n\n## Act\n\nINT. A - DAY #7#\n\n= They meet.\n\nRain. [[which?]]"
    )
    (episode,) = drama.episodes

    assert episode.description == "It begins."
    assert episode.metadata == {"notes": ["draft 2"]}
    assert episode.scenes[0].metadata == {
        "scene_number": "7",
        "section": "Act",
        "synopsis": "They meet.",
        "notes": ["which?"],
    }


def test_continuous_takes_over_the_time_of_the_scene_before() -> None:
    first, second, third = scenes("EXT. A - DUSK\n\nINT. B - CONTINUOUS\n\nINT. C - NIGHT - LATER")

    assert [first.time_of_day, second.time_of_day, third.time_of_day] == ["DUSK", "DUSK", "NIGHT"]
    assert [second.metadata["time_note"], third.metadata["time_note"]] == ["CONTINUOUS", "LATER"]
    assert third.location == "C"


def test_a_forced_heading_stays_in_the_place_it_does_not_change() -> None:
    _, later = scenes("EXT. A - DUSK\n\n.LATER")

    assert (later.setting, later.location, later.time_of_day) == ("EXT", "A", "DUSK")


def test_one_name_in_any_case_and_with_any_extension_is_one_character() -> None:
    drama = read(ROOM + "MAYA\nHi.\n\nMAYA (CONT'D)\nHo.\n\n@Maya (V.O.)\nHa.")

    assert [(character.id, character.name) for character in drama.characters] == [("maya", "MAYA")]


def test_an_introduction_gives_a_speaker_a_look() -> None:
    text = ROOM + "CLOSE ON MAYA CHEN (29, a woman in a red raincoat).\n\nMAYA\nHi."

    assert person(text, "MAYA").description == "29, a woman in a red raincoat"
    assert person(text, "MAYA").gender == "female"


def test_a_name_with_an_a_in_it_is_not_cut() -> None:
    assert [one.name for one in read(ROOM + "NORA VALE (29, thin) and A GUARD (40, tall) wait.").characters] == [
        "NORA VALE",
        "GUARD",
    ]


def test_chinese_names_get_stable_ids_and_looks() -> None:
    drama = read("内景 客厅 - 夜\n\n窗前站着李梅（29岁，女，红色风衣）。\n\n李梅：你好。\n\n周野：嗯。")

    assert [(one.id, one.name, one.gender) for one in drama.characters] == [
        ("character_1", "李梅", "female"),
        ("character_2", "周野", ""),
    ]
    assert drama.characters[0].description == "29岁，女，红色风衣"


def test_gender_is_not_guessed_from_a_relation() -> None:
    assert person(ROOM + "SAM (30, a man's wife and a woman's friend)\n\nSAM\nHi.", "SAM").gender == ""


def test_those_who_speak_most_are_main() -> None:
    text = ROOM + "ANN\nA.\n\nBO\nB.\n\n" * 3 + "CY\nC."

    assert [character.name for character in read(text).characters if character.main] == ["ANN", "BO"]


def test_a_character_note_says_who_someone_is() -> None:
    note = "[[character: Maya | female | main | red raincoat | voice: low and dry]]"
    maya = person(f"{note}\n\n{ROOM}MAYA\nHi.", "Maya")

    assert (maya.id, maya.gender, maya.main) == ("maya", "female", True)
    assert (maya.description, maya.voice_description) == ("red raincoat", "low and dry")


def test_who_is_only_heard_is_not_in_the_picture() -> None:
    one = scene("Maya looks at the guard.\n\nMAYA\nWho?\n\nBO (V.O.)\n(calm)\nMe.\n\n[[character: GUARD]]")

    assert one.characters == ["guard", "maya"]
    assert [line.tone for line in one.dialogue] == [None, "V.O., calm"]


def test_a_common_word_is_no_name_in_small_letters() -> None:
    assert scene("It will rain on the roof.\n\nWILL (O.S.)\nRun.").characters == []


def test_she_is_whoever_was_in_the_picture_before() -> None:
    first, second = scenes(ROOM + "MAYA (29, a woman) enters.\n\nBO (30, a man) waits.\n\nCLOSE ON: her hand.")

    assert first.characters == ["maya", "bo"]
    assert second.characters == ["maya"]


def test_every_shot_after_the_first_goes_on_in_the_same_place() -> None:
    shots = scenes("EXT. ROOF - DUSK\n\n" + "She walks along the very edge of the wet roof in the rain.\n\n" * 6)

    assert len(shots) > 2
    assert [one.continues for one in shots] == [False, *[True] * (len(shots) - 1)]
    assert {(one.setting, one.location, one.time_of_day) for one in shots} == {("EXT", "ROOF", "DUSK")}


def test_action_after_dialogue_is_a_new_shot() -> None:
    shots = scenes(ROOM + "She sits.\n\nMAYA\nNo.\n\nShe stands up.\n\nMAYA\nYes.")

    assert [(one.description, [line.line for line in one.dialogue]) for one in shots] == [
        ("She sits.", ["No."]),
        ("She stands up.", ["Yes."]),
    ]


def test_a_beat_stays_with_what_it_follows() -> None:
    assert len(scenes(ROOM + "MAYA\nNo.\n\nBeat.")) == 1


def test_a_long_speech_is_cut_at_sentence_ends() -> None:
    sentence = "I have waited for you in this room for eleven years."
    shots = scenes(f"{ROOM}MAYA\n(cold)\n{' '.join([sentence] * 5)}")

    assert len(shots) > 1
    for shot in shots:
        assert all(part == sentence for part in shot.dialogue[0].line.replace("years. ", "years.|").split("|"))
        assert shot.dialogue[0].tone == "cold"


WORDS = ["no", "I know,", "and then.", "why?", "你知道", "，好吧。", "wait —", "1,000"]
BLOCKS = ["ANN\nNo.", "BO\nYes!", "She waits.", "Ann and Bo sit.", "CLOSE ON: a ring.", "INT. B - DAY"]
spoken = st.lists(st.sampled_from(WORDS), min_size=1, max_size=120)
speeches = st.lists(st.tuples(st.sampled_from(["ANN", "BO", "CY ^", "李梅"]), spoken), min_size=1, max_size=6)


@settings(max_examples=60, deadline=None)
@given(speeches)
def test_no_shot_holds_more_than_ten_seconds_of_dialogue_and_no_word_is_lost(said: list[tuple[str, list[str]]]) -> None:
    shots = scenes(ROOM + "\n\n".join(f"@{name}\n{' '.join(words)}" for name, words in said))

    assert max(dialogue_seconds(one.dialogue) for one in shots) <= 10
    heard = "".join(line.line for one in shots for line in one.dialogue)
    assert heard.replace(" ", "") == "".join(word for _, words in said for word in words).replace(" ", "")


def test_lines_spoken_together_stay_in_one_shot() -> None:
    (one,) = scenes(ROOM + "ANN\nI never said that to you, not once.\n\nBO ^\nYou said it every single day.")

    assert [line.dual for line in one.dialogue] == [False, True]


def test_sounds_transitions_and_notes_belong_to_their_shot() -> None:
    one = scene("She runs.\n\nSFX: thunder\n\n[[sound: rain]]\n\nCUT TO:")

    assert (one.sound, one.transition) == ("thunder; rain", "CUT TO:")


def test_a_fade_in_before_everything_ends_nothing() -> None:
    (one,) = scenes("FADE IN:\n\nINT. A - DAY\n\nRain.")

    assert (one.transition, one.metadata["transition_in"]) == ("", "FADE IN:")


def test_a_shot_note_is_kept_to_the_letter() -> None:
    shot = scene("[[shot: close-up, low angle, push in, 85mm, over Bo's shoulder]]\n\nMAYA\nNo!\n\nBO\nYes.").shot

    assert (shot.size, shot.angle, shot.move, shot.lens_mm) == (ShotSize.CLOSE_UP, Angle.LOW, CameraMove.PUSH_IN, 85)
    assert shot.over_shoulder == "bo"


def test_each_shot_note_begins_a_shot() -> None:
    first, second = scenes(ROOM + "[[shot: wide]]\n\nA table.\n\n[[镜头：特写]]\n\nA ring.")

    assert [(one.description, one.shot.size) for one in (first, second)] == [
        ("A table.", ShotSize.WIDE),
        ("A ring.", ShotSize.CLOSE_UP),
    ]


@pytest.mark.parametrize(
    ("action", "field", "value"),
    [
        ("CLOSE ON: the ring.", "size", ShotSize.CLOSE_UP),
        ("特写：戒指。", "size", ShotSize.CLOSE_UP),
        ("WIDE ON the bay.", "size", ShotSize.WIDE),
        ("全景：海湾。", "size", ShotSize.WIDE),
        ("Maya looks down at the street.", "angle", Angle.HIGH),
        ("The tower looms.", "angle", Angle.LOW),
        ("Maya rushes out.", "move", CameraMove.HANDHELD),
        ("We follow Maya out.", "move", CameraMove.HANDHELD),
        ("The camera pulls back.", "move", CameraMove.PULL_OUT),
        ("PAN LEFT across the room.", "move", CameraMove.PAN_LEFT),
    ],
)
def test_words_in_the_action_decide_the_shot(action: str, field: str, value: str) -> None:
    assert getattr(scene(action).shot, field) == value


@pytest.mark.parametrize("action", ["Her eyes go wide.", "She pulls back the curtain.", "He closes the door."])
def test_words_that_are_not_the_cameras_decide_nothing(action: str) -> None:
    shot = scene(action).shot

    assert (shot.size, shot.move) == (scene("The room.").shot.size, scene("The room.").shot.move)


def test_a_scene_opens_wide_and_comes_closer() -> None:
    talk = "".join(f"{name}\nI never told you what happened that night in the rain.\n\n" for name in ["ANN", "BO"] * 3)
    sizes = [one.shot.size for one in scenes("EXT. BAY - DAY\n\nA grey sea under a grey sky.\n\nGulls.\n\n" + talk)]
    order = list(ShotSize)

    assert order.index(sizes[0]) > order.index(sizes[-1])
    assert sizes[-1] in {ShotSize.CLOSE_UP, ShotSize.EXTREME_CLOSE_UP}


def test_two_who_talk_are_seen_over_each_others_shoulders() -> None:
    talk = "".join(f"{name}\nI never told you what happened that night in the rain.\n\n" for name in ["ANN", "BO"] * 3)
    shots = scenes(ROOM + talk)
    over = [(one.dialogue[0].character_id, one.shot.over_shoulder) for one in shots[1:4]]

    assert over == [("bo", "ann"), ("ann", "bo"), ("bo", "ann")]
    assert set(shots[2].characters) == {"ann", "bo"}


def test_a_raised_voice_is_filmed_low_and_handheld() -> None:
    shot = scene("MAYA\nGet out of my house!").shot

    assert scenes(ROOM + "MAYA\nGet out!\n\nINT. B - DAY")[0].shot.angle is Angle.LOW
    assert shot.move is CameraMove.HANDHELD


def test_an_episode_ends_on_a_push_into_a_close_up() -> None:
    last = scenes(ROOM + "MAYA\nWho is it?\n\nThe door opens.")[-1].shot

    assert (last.size, last.move) == (ShotSize.CLOSE_UP, CameraMove.PUSH_IN)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(BLOCKS)))
def test_neighbouring_shots_never_look_the_same(blocks: list[str]) -> None:
    for before, after in pairwise(scenes(ROOM + "\n\n".join(blocks))):
        assert before.shot != after.shot


def test_scenes_have_ids_of_their_own_and_no_assets() -> None:
    drama = read("# A\n\nINT. A - DAY\n\nINT. B - DAY\n\n# B\n\nINT. C - DAY")

    assert [one.id for episode in drama.episodes for one in episode.scenes] == ["scene_1_1", "scene_1_2", "scene_2_1"]
    assert not any(one.assets for episode in drama.episodes for one in episode.scenes)


def test_action_before_the_first_heading_is_in_the_first_scene() -> None:
    assert scenes("Black.\n\nINT. A - DAY\n\nLight.")[0].description == "Black.\n\nLight."


def test_without_a_scene_heading_nothing_can_be_filmed() -> None:
    error = refused("\nOnce upon a time\nthere was a king.")

    assert "INT. or EXT." in error.detail
    assert '"Once upon a time" / "there was a king."' in error.detail
    assert [fault.pointer for fault in error.faults] == ["/screenplay#line=2"]


@pytest.mark.parametrize("text", ["", "   \n", "/* INT. A - DAY */"])
def test_nothing_is_not_a_screenplay(text: str) -> None:
    assert "No scene heading" in refused(text).detail


@pytest.mark.parametrize("bad", ["\0", "\ud800"])
def test_what_is_not_text_is_refused_with_its_line(bad: str) -> None:
    error = refused(f"{ROOM}A{bad}")

    assert "not text" in error.detail
    assert error.faults[0].pointer == "/screenplay#line=3"


def test_too_large_a_screenplay_is_refused() -> None:
    assert "4,000,000" in refused(ROOM + "梅" * (MAX_SCREENPLAY_BYTES // 3)).detail


def test_more_than_a_hundred_episodes_are_refused_at_the_first_too_many() -> None:
    text = "# E\nINT. A - DAY\n" * 101

    assert refused(text).faults[0].pointer == "/screenplay#line=201"
    assert len(read("# E\nINT. A - DAY\n" * 100).episodes) == 100


def test_every_part_that_is_too_long_is_named_with_its_line() -> None:
    error = refused(f"INT. {'A' * 301} - DAY\n\n@{'B' * 301}\n({'c' * 301})\nHi.")

    assert [fault.pointer for fault in error.faults] == [
        "/screenplay#line=3",
        "/screenplay#line=3",
        "/screenplay#line=1",
    ]


def test_a_speech_in_an_episode_without_a_place_is_refused() -> None:
    assert refused(f"# A\n\n{ROOM}# B\n\nMAYA\nHi.").faults[0].pointer == "/screenplay#line=7"


def test_a_long_screenplay_is_read_whole() -> None:
    text = f"{ROOM}MAYA CHEN (29, red coat) looks down.\n\nMAYA\nHi.\n\n[[x]]\n\n" * 4_000

    assert len(scenes(text)) == 4_000


@pytest.mark.parametrize("name", ["the-last-signature.fountain", "give-back-the-key.zh.fountain"])
def test_the_examples_are_short_vertical_dramas(name: str) -> None:
    drama = read((EXAMPLES / name).read_text(encoding="utf-8"))
    shots = [one for episode in drama.episodes for one in episode.scenes]

    assert drama.title
    assert drama.style
    assert all(character.description for character in drama.characters if character.main)
    assert all(dialogue_seconds(one.dialogue) <= 10 for one in shots)
    assert all(episode.scenes[-1].shot.move is CameraMove.PUSH_IN for episode in drama.episodes)


def test_the_premise_example_asks_for_two_episodes() -> None:
    assert (EXAMPLES / "premise.txt").read_text(encoding="utf-8").strip().endswith("Two episodes.")
