"""The local writer does what plain feedback asks for and leaves the rest alone; what it cannot do it refuses whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.dramas import two_episode_drama
from sfd.domain.errors import InvalidInput
from sfd.domain.kept_ids import keep_ids
from sfd.domain.models import Asset, AssetKind, DialogueLine, Drama, Scene
from sfd.domain.planned_assets import with_planned_assets
from sfd.domain.validation import check_drama
from sfd.outline import outline_drama
from sfd.outline.improving import improve

PREMISE = "A nurse named Ada finds a watch that stops time."


def improved(drama: Drama, feedback: str) -> Drama:
    """The improved drama, which is whole, valid, and keeps its ids when they are looked for again."""
    before = drama.model_dump_json()
    result = improve(drama, feedback, 10.0)
    assert drama.model_dump_json() == before
    check_drama(result)
    assert keep_ids(drama, result) == result
    assert improve(drama, feedback, 10.0) == result
    return result


def scenes_of(drama: Drama) -> dict[str, Scene]:
    return {scene.id: scene for episode in drama.episodes for scene in episode.scenes}


def outlined(premise: str = PREMISE) -> Drama:
    return with_planned_assets(outline_drama(premise, drama_id="d"), 10.0)


@pytest.mark.parametrize(
    "feedback", ["Call Ada Eve.", "rename Ada to Eve", "Please change Ada's name to Eve!", "把Ada改名为Eve"]
)
def test_a_person_gets_another_name_everywhere(feedback: str) -> None:
    drama = two_episode_drama()
    drama.description = "ADA knows Adam. Ada's coat is green; ada is not a name here."
    result = improved(drama, feedback)
    assert [one.name for one in result.characters] == ["Eve", "Ben"]
    assert result.description == "EVE knows Adam. Eve's coat is green; ada is not a name here."
    assert [one.id for one in result.characters] == ["ada", "ben"]
    assert result.episodes == drama.episodes


def test_a_whole_name_is_found_by_its_first_word_too() -> None:
    drama = two_episode_drama()
    drama.characters[0].name = "Ada Lovelace"
    drama.episodes[0].scenes[0].description = "Ada Lovelace waits. Ada smiles."
    result = improved(drama, "rename Ada Lovelace to Eve Stone")
    assert result.episodes[0].scenes[0].description == "Eve Stone waits. Eve smiles."
    first = improved(drama, "call Ada Eve")
    assert first.characters[0].name == "Eve Lovelace"


@pytest.mark.parametrize(
    ("feedback", "episode", "time"),
    [
        ("set it at dawn", None, "DAWN"),
        ("Set episode 2 in the morning.", "e2", "MORNING"),
        ("第2集改在清晨", "e2", "MORNING"),
        ("the last episode should be in the evening", "e2", "EVENING"),
    ],
)
def test_it_happens_at_another_time(feedback: str, episode: str | None, time: str) -> None:
    drama = two_episode_drama()
    result = improved(drama, feedback)
    for before, after in zip(drama.episodes, result.episodes, strict=True):
        if episode in (None, after.id):
            assert {scene.time_of_day for scene in after.scenes} == {time}
        else:
            assert after == before


def test_weather_is_seen_through_the_window_and_told_to_prompts_of_ones_own() -> None:
    drama = two_episode_drama(episodes=1, scenes=2)
    drama.episodes[0].scenes[0].setting = "EXT"
    drama.episodes[0].scenes[0].assets[0].prompt = "A woman on a roof."
    outside, inside = improved(drama, "in the rain").episodes[0].scenes
    assert outside.description.endswith("Rain falls.")
    assert inside.description.endswith("Rain streams down the windows.")
    assert outside.assets[0].prompt == "A woman on a roof. Rain falls."
    assert inside.assets[0].prompt == ""


def test_another_place() -> None:
    result = improved(two_episode_drama(), "move episode 1 to the harbour")
    assert {(one.location, one.setting) for one in result.episodes[0].scenes} == {("Harbour", "EXT")}
    assert {one.location for one in result.episodes[1].scenes} == {"Lift"}


@pytest.mark.parametrize(
    ("feedback", "style"),
    [("make it noir", "noir"), ("anime style", "anime"), ("in a charcoal style", "charcoal"), ("改成水彩风格", "水彩")],
)
def test_another_style(feedback: str, style: str) -> None:
    drama = two_episode_drama()
    assert improved(drama, feedback) == drama.model_copy(update={"style": style})


def test_another_title_of_the_drama_and_of_an_episode() -> None:
    result = improved(two_episode_drama(), "Call it “Love, and War”. Change the title of episode 2 to The Fall.")
    assert (result.title, [one.title for one in result.episodes]) == ("Love, and War", ["Floor 1", "The Fall"])


def test_another_tone_is_how_lines_are_said_and_a_voice_stays_off_screen() -> None:
    drama = two_episode_drama(episodes=1, scenes=2)
    drama.episodes[0].scenes[1].dialogue[0].tone = "V.O., loud"
    tones = [scene.dialogue[0].tone for scene in improved(drama, "make it darker").episodes[0].scenes]
    assert tones == ["darkly", "V.O., darkly"]


@pytest.mark.parametrize("feedback", ["make it shorter", "更短一点"])
def test_shorter_leaves_out_scenes_from_the_middle(feedback: str) -> None:
    drama = two_episode_drama(scenes=6)
    drama.episodes[0].scenes[5].assets[0].depends_on = ["e1s2.storyboard", "e1s3.storyboard"]
    drama.episodes[0].scenes[2].dialogue = []
    drama.episodes[0].scenes[3].dialogue = []
    result = improved(drama, feedback)
    assert [one.id for one in result.episodes[0].scenes] == ["e1s1", "e1s2", "e1s5", "e1s6"]
    assert result.episodes[0].scenes[3].assets[0].depends_on == ["e1s2.storyboard"]
    kept = scenes_of(result)
    assert kept["e1s5"] == scenes_of(drama)["e1s5"]


def test_a_scene_that_went_on_in_the_place_of_one_left_out_stands_for_itself() -> None:
    drama = two_episode_drama(episodes=1, scenes=3)
    drama.episodes[0].scenes[1].location = drama.episodes[0].scenes[2].location = "Roof"
    drama.episodes[0].scenes[2].continues = True
    result = improved(drama, "remove scene 2 of episode 1")
    assert [(one.id, one.continues) for one in result.episodes[0].scenes] == [("e1s1", False), ("e1s3", False)]


def test_longer_adds_looks_with_their_own_pictures() -> None:
    drama = two_episode_drama()
    result = improved(drama, "longer")
    assert [len(one.scenes) for one in result.episodes] == [4, 4]
    new = [scene for scene in scenes_of(result).values() if scene.id not in scenes_of(drama)]
    assert [[asset.kind for asset in scene.assets] for scene in new] == [[AssetKind.IMAGE, AssetKind.VIDEO]] * 2
    assert all(scenes_of(result)[one] == scene for one, scene in scenes_of(drama).items())


def test_more_dialogue_lengthens_the_clips_that_were_as_long_as_needed() -> None:
    drama = two_episode_drama()
    drama.episodes[0].scenes[0].assets[1].duration = 9.0
    result = improved(drama, "more dialogue in episode 1")
    first, second = result.episodes[0].scenes[:2]
    assert [len(scene.dialogue) for scene in (first, second)] == [2, 2]
    assert first.dialogue[1].character_id != first.dialogue[0].character_id
    assert first.assets[1].duration == 9.0
    assert (second.assets[1].duration or 0) > (drama.episodes[0].scenes[1].assets[1].duration or 0)
    assert result.episodes[1] == drama.episodes[1]


def test_less_dialogue_keeps_the_first_line() -> None:
    drama = two_episode_drama()
    drama.episodes[0].scenes[0].dialogue.append(DialogueLine(character_id="ben", line="None of these."))
    result = improved(drama, "less dialogue")
    assert len(result.episodes[0].scenes[0].dialogue) == 1
    assert result.episodes[0].scenes[1:] == drama.episodes[0].scenes[1:]


@pytest.mark.parametrize("feedback", ["I want a different ending.", "换个结局", "rewrite the last episode"])
def test_a_different_ending_changes_the_last_episode_only(feedback: str) -> None:
    drama = outlined()
    result = improved(drama, feedback)
    assert result.episodes[0] == drama.episodes[0]
    assert result.episodes[1].id == drama.episodes[1].id
    assert result.episodes[1].title != drama.episodes[1].title
    assert result.episodes[1].scenes[-1].transition == "FADE OUT."
    again = improved(result, feedback)
    assert again.episodes[1].title not in (drama.episodes[1].title, result.episodes[1].title)


def test_an_episode_of_any_drama_is_outlined_again_with_its_own_people() -> None:
    result = improved(two_episode_drama(), "rewrite episode 1")
    assert {one.name for one in result.characters[:2]} == {"Ada", "Ben"}
    names = " ".join(scene.description for scene in result.episodes[0].scenes)
    assert "Ada" in names
    assert result.episodes[1] == two_episode_drama().episodes[1]


def test_chinese_dramas_are_improved_in_chinese() -> None:
    drama = outlined("护士小雨捡到一块能让时间停下的表。")
    rain = improved(drama, "下雨，更多对白")
    assert all("雨" in scene.description for scene in scenes_of(rain).values())
    assert {one.time_of_day for one in scenes_of(improved(drama, "改在黎明")).values()} == {"黎明"}
    ending = improved(drama, "换个结局").episodes[-1]
    assert ending.title != drama.episodes[-1].title
    assert not any(c.isascii() and c.isalpha() for c in ending.description)


def test_several_wishes_at_once() -> None:
    result = improved(
        two_episode_drama(), "Call Ada Eve, set it at dawn and make episode 2 longer; noir style, please."
    )
    assert result.characters[0].name == "Eve"
    assert {scene.time_of_day for scene in scenes_of(result).values()} == {"DAWN"}
    assert [len(one.scenes) for one in result.episodes] == [3, 4]
    assert result.style == "noir"


def test_an_episode_named_in_a_sentence_holds_to_its_end() -> None:
    drama = two_episode_drama()
    result = improved(drama, "In episode 2, more dialogue and at dawn.")
    assert result.episodes[0] == drama.episodes[0]


@pytest.mark.parametrize(
    "feedback",
    [
        "Add a dog.",
        "Call Ada Eve and add a dog.",
        "Call it Two Floors and let the dog die",
        "Move it to the beach, with a dog",
        "The plot is weak. Make it shorter.",
        "and and and",
        "set it in 1920",
        "make the ending happier",
        "加一只狗",
        "?!",
        "x" * 20_000,
        "and " * 5_000,
    ],
)
def test_what_is_not_understood_is_refused_whole_with_what_is(feedback: str) -> None:
    with pytest.raises(InvalidInput, match="rewrite episode 2") as refused:
        improve(two_episode_drama(), feedback, 10.0)
    assert refused.value.faults[0].pointer == "/feedback"
    assert len(refused.value.detail) < 1500


@pytest.mark.parametrize(
    ("feedback", "why"),
    [
        ("rename Zoe to Eve", "Ada, Ben"),
        ("call Ada Ben", "already"),
        ("make episode 7 shorter", "the drama has 2"),
        ("set it at night", "already as the feedback asks"),
        ("remove scene 9 of episode 1", "has 3"),
        ("remove scene 1", "of which episode"),
    ],
)
def test_what_cannot_be_done_to_this_drama_is_said(feedback: str, why: str) -> None:
    with pytest.raises(InvalidInput, match=why):
        improve(two_episode_drama(), feedback, 10.0)


def test_episodes_are_not_outlined_in_a_language_the_writer_does_not_speak() -> None:
    drama = two_episode_drama().model_copy(update={"language": "fr"})
    with pytest.raises(InvalidInput, match="English and Chinese only"):
        improve(drama, "a different ending", 10.0)


def test_pictures_that_were_taken_away_stay_away() -> None:
    drama = two_episode_drama()
    drama.characters[1].assets = []
    drama.assets = [Asset(id="poster", kind=AssetKind.IMAGE, depends_on=["ada.portrait"])]
    result = improved(drama, "longer")
    assert result.characters == drama.characters
    assert result.assets == drama.assets


WISHES = [
    "call Ada Eve",
    "shorter",
    "longer",
    "more dialogue",
    "less dialogue",
    "at dawn",
    "in the snow",
    "make it noir",
    "in a tender tone",
    "move it to the beach",
    "rewrite episode 1",
    "a different ending",
    "call it Two Floors",
]


@given(st.lists(st.sampled_from(WISHES), min_size=1, max_size=4, unique=True), st.integers(1, 3), st.integers(1, 7))
def test_any_wishes_give_a_valid_drama_or_a_reason(wishes: list[str], episodes: int, scenes: int) -> None:
    drama = two_episode_drama(episodes=episodes, scenes=scenes)
    try:
        result = improve(drama, ". ".join(wishes), 10.0)
    except InvalidInput as refused:
        assert "cannot be done" in refused.detail  # noqa: PT017 - both ends are right
        return
    kept = keep_ids(drama, result)
    check_drama(result)
    check_drama(kept)
    assert result != drama
    same = [scene for scene in scenes_of(result).values() if scene == scenes_of(drama).get(scene.id)]
    assert all(scenes_of(kept)[scene.id] == scene for scene in same)
