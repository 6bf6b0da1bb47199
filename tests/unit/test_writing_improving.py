"""Improving by a model: what the feedback touches is written anew, and nothing else changes by a byte."""

import json
from typing import Any

import pytest

from fakes.dramas import two_episode_drama
from fakes.writings import DEFAULT_SECONDS, answers_to, written
from sfd.domain.kept_ids import keep_ids
from sfd.domain.models import Asset, AssetKind, Drama
from sfd.domain.validation import check_drama
from sfd.generation.dag import build_dag
from sfd.generation.requests import WriteReference, WriteSpec
from sfd.generation.writing import Answer, BadAnswer, drama_of, read_answer, request_of, stages_of

ORIGINAL = two_episode_drama(episodes=3)
SPEC = WriteSpec(original=ORIGINAL, feedback="Ada lies in the first episode.")
NOTHING: dict[str, Any] = {
    "summary": "Nothing that can be done.",
    "title": None,
    "logline": None,
    "style": None,
    "language": None,
    "changed_characters": [],
    "new_characters": [],
    "removed_characters": [],
    "episodes": [],
}
ZOE = {"id": "zoe", "name": "Zoe", "gender": "none", "look": "a lift", "voice": "soft", "main": False}


def episode(number: int, action: str = "rewrite") -> dict[str, Any]:
    return {"number": number, "action": action, "title": f"Anew {number}", "logline": "She lies.", "change": "Lie."}


def scene(scene_id: str, who: str = "ada", **fields: Any) -> dict[str, Any]:
    line = {"character": who, "line": "I was never here.", "tone": "", "off_screen": False}
    return {
        "id": scene_id,
        "setting": "INT",
        "location": "Lift",
        "time_of_day": "NIGHT",
        "description": "She looks away.",
        "characters": [who],
        "dialogue": [line],
        "shot": {"size": "close_up", "angle": "low", "move": "push_in"},
        "sound": "",
        "continues": False,
        "seconds": 6,
        "wardrobe": "",
        "image_prompt": "Ada looks away",
        "video_prompt": "She looks away slowly",
        **fields,
    }


def changes(spec: WriteSpec = SPEC, **fields: Any) -> Answer:
    return read_answer(spec, "changes", {}, json.dumps(NOTHING | fields))


def refused(spec: WriteSpec = SPEC, **fields: Any) -> str:
    with pytest.raises(BadAnswer) as caught:
        changes(spec, **fields)
    return str(caught.value)


def improved(order: list[str], scenes: list[dict[str, Any]], spec: WriteSpec = SPEC, **fields: Any) -> Drama:
    answers = {"changes": changes(spec, episodes=[episode(1)], **fields)}
    text = json.dumps({"order": order, "scenes": scenes})
    answers["episode-1"] = read_answer(spec, "episode-1", answers, text)
    drama = drama_of(spec, "drama_better", answers, DEFAULT_SECONDS)
    check_drama(drama)
    build_dag(drama)
    return drama


def test_the_stages_of_an_improvement() -> None:
    assert [one.id for one in stages_of(SPEC)] == ["changes", "episode-1", "episode-2", "episode-3", "drama"]
    assert all(one.depends_on == ("changes",) for one in stages_of(SPEC)[1:4])


def test_only_touched_episodes_are_asked_for() -> None:
    answers = {"changes": changes(episodes=[episode(2), episode(3, "remove")])}
    asked = [one.id for one in stages_of(SPEC) if one.id != "changes" and request_of(SPEC, one.id, answers)]
    assert asked == ["episode-2"]


def test_what_is_not_touched_stays_to_the_byte() -> None:
    drama = improved(["e1s1", "e1s2", "e1s3"], [scene("e1s2")])
    before, after = ORIGINAL, drama
    assert [one.model_dump_json() for one in after.characters] == [one.model_dump_json() for one in before.characters]
    assert [one.model_dump_json() for one in after.episodes[1:]] == [
        one.model_dump_json() for one in before.episodes[1:]
    ]
    for position in (0, 2):
        kept, was = after.episodes[0].scenes[position], before.episodes[0].scenes[position]
        assert kept.model_dump_json() == was.model_dump_json()
    assert (after.title, after.description, after.style) == (before.title, before.description, before.style)
    assert (after.id, after.origin and after.origin.drama_id) == ("drama_better", before.id)


def test_a_scene_written_anew_keeps_its_ids() -> None:
    changed = improved(["e1s1", "e1s2", "e1s3"], [scene("e1s2")]).episodes[0].scenes[1]
    was = ORIGINAL.episodes[0].scenes[1]
    assert changed.id == was.id
    assert [one.id for one in changed.assets] == [one.id for one in was.assets]
    assert [one.prompt for one in changed.assets] == ["Ada looks away", "She looks away slowly"]
    assert changed.dialogue[0].line == "I was never here."


def test_new_scenes_get_new_ids_and_scenes_can_go() -> None:
    scenes = improved(["e1s3", "new-1", "e1s1", "new-2"], [scene("new-1"), scene("new-2")]).episodes[0].scenes
    assert [one.id for one in scenes] == ["e1s3", "e1s4", "e1s1", "e1s5"]
    assert [one.id for one in scenes[1].assets] == ["e1s4.storyboard", "e1s4.clip"]


def test_keeping_ids_once_more_changes_nothing() -> None:
    drama = improved(["e1s1", "new-1", "e1s2", "e1s3"], [scene("new-1"), scene("e1s3")])
    assert keep_ids(ORIGINAL, drama) == drama


def test_nothing_touched_is_the_same_drama() -> None:
    answers = {"changes": changes()}
    drama = drama_of(SPEC, ORIGINAL.id, answers, DEFAULT_SECONDS)
    assert drama.model_copy(update={"origin": None}) == ORIGINAL


def test_a_new_look_needs_no_episode() -> None:
    ada = {"id": "ada", "name": "Ada", "gender": "female", "look": "a woman in red", "voice": "low", "main": True}
    drama = drama_of(SPEC, "d", {"changes": changes(changed_characters=[ada])}, DEFAULT_SECONDS)
    assert drama.characters[0].description == "a woman in red"
    assert drama.characters[0].assets == ORIGINAL.characters[0].assets
    assert drama.characters[1] == ORIGINAL.characters[1]
    assert drama.episodes == ORIGINAL.episodes


def test_words_for_the_old_look_do_not_draw_the_new_one() -> None:
    original = ORIGINAL.model_copy(deep=True)
    original.characters[0].assets[0].prompt = "A woman in a green coat"
    spec = WriteSpec(original=original, feedback="Ada wears red")
    ada = {"id": "ada", "name": "Ada", "gender": "female", "look": "a woman in red", "voice": "low", "main": True}
    drama = drama_of(spec, "d", {"changes": changes(spec, changed_characters=[ada])}, DEFAULT_SECONDS)
    assert drama.characters[0].assets[0].prompt == ""


def test_a_new_character_plays() -> None:
    drama = improved(["e1s1", "new-1"], [scene("new-1", "zoe")], new_characters=[ZOE])
    assert [one.id for one in drama.characters] == ["ada", "ben", "zoe"]
    assert drama.characters[2].gender == ""
    assert drama.characters[2].assets[0].id == "zoe.portrait"


def test_a_removed_character_leaves_nothing_behind() -> None:
    said = refused(removed_characters=["ben"], episodes=[episode(1)])
    assert "'ben' is removed but appears in episode 2; name that episode too." in said
    everywhere = [episode(number) for number in (1, 2, 3)]
    answers = {"changes": changes(removed_characters=["ben"], episodes=everywhere)}
    with pytest.raises(BadAnswer, match="order keeps 'e1s1', in which 'ben' appears"):
        read_answer(SPEC, "episode-1", answers, json.dumps({"order": ["e1s1"], "scenes": []}))
    with pytest.raises(BadAnswer, match="is 'ben'; it must be one of: ada"):
        read_answer(SPEC, "episode-1", answers, json.dumps({"order": ["new-1"], "scenes": [scene("new-1", "ben")]}))
    for number in (1, 2, 3):
        text = json.dumps({"order": ["new-1"], "scenes": [scene("new-1")]})
        answers[f"episode-{number}"] = read_answer(SPEC, f"episode-{number}", answers, text)
    drama = drama_of(SPEC, "d", answers, DEFAULT_SECONDS)
    assert [one.id for one in drama.characters] == ["ada"]


def test_nothing_waits_for_a_scene_that_is_gone() -> None:
    original = ORIGINAL.model_copy(deep=True)
    original.episodes[1].scenes[0].assets[0].depends_on = ["e1s3.clip", "ada.portrait"]
    drama = improved(["e1s1"], [], WriteSpec(original=original, feedback="shorter"))
    assert drama.episodes[1].scenes[0].assets[0].depends_on == ["ada.portrait"]
    assert drama.episodes[2] == original.episodes[2]


def test_more_than_one_asset_of_a_scene_stays() -> None:
    original = ORIGINAL.model_copy(deep=True)
    original.episodes[0].scenes[1].assets.append(Asset(id="poster", kind=AssetKind.IMAGE, prompt="A poster"))
    changed = improved(["e1s2"], [scene("e1s2")], WriteSpec(original=original, feedback="darker"))
    assert [one.id for one in changed.episodes[0].scenes[0].assets] == ["e1s2.storyboard", "e1s2.clip", "poster"]


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"episodes": [episode(1), episode(1)]}, "episodes has number 1 twice"),
        ({"episodes": [episode(n, "remove") for n in (1, 2, 3)]}, "leave at least one"),
        ({"episodes": [episode(4)]}, "episodes[0].number is '4'; it must be one of: 1, 2, 3."),
        ({"new_characters": [ZOE | {"id": "Ada"}]}, "new_characters[0].id is 'ada'"),
        ({"new_characters": [ZOE | {"name": "ben"}]}, "name is 'ben', which stands there twice"),
        ({"language": "zh-Hans"}, "name every episode"),
        ({"language": "Chinese, please"}, "BCP 47"),
    ],
)
def test_changes_that_cannot_be_made_are_sent_back(wrong: dict[str, Any], told: str) -> None:
    assert told in refused(**wrong)


@pytest.mark.parametrize(
    ("order", "scenes", "told"),
    [
        (["e1s1", "e1s1"], [], "order names 'e1s1' twice"),
        (["e2s1"], [], "order names 'e2s1', which is neither a scene of the episode nor written"),
        (["e1s1"], [scene("new-1")], "scenes has 'new-1', which order does not name"),
        (["new-1"], [scene("new-1"), scene("new-1")], "scenes has 'new-1' twice"),
        ([], [], "order has 0 entries"),
    ],
)
def test_episodes_that_do_not_fit_together_are_sent_back(
    order: list[str], scenes: list[dict[str, Any]], told: str
) -> None:
    with pytest.raises(BadAnswer) as caught:
        improved(order, scenes)
    assert told in str(caught.value)


def test_episodes_can_be_added_and_removed_when_their_number_is_asked_for() -> None:
    more = SPEC.model_copy(update={"episodes": 4})
    assert "episodes must have number 4" in refused(more, episodes=[episode(1)])
    drama, _ = written(more)
    assert [one.id for one in drama.episodes] == ["e1", "e2", "e3", "e4"]
    assert drama.episodes[3].scenes[0].id == "e4s1"
    fewer = SPEC.model_copy(update={"episodes": 2})
    assert "3 episodes would be left; 2 are asked for." in refused(fewer)
    answers = {"changes": changes(fewer, episodes=[episode(2, "remove")])}
    assert [one.id for one in drama_of(fewer, "d", answers, 8.0).episodes] == ["e1", "e3"]


def test_a_picture_that_comes_with_feedback_is_shown_to_the_portrait() -> None:
    spec = SPEC.model_copy(update={"references": (WriteReference(library_asset_id="asset_ada", character="Ada"),)})
    drama = drama_of(spec, "d", {"changes": changes(spec)}, DEFAULT_SECONDS)
    assert drama.characters[0].assets[0].references == ["asset_ada"]
    assert drama.characters[1] == ORIGINAL.characters[1]


def test_a_drama_without_anybody_can_be_improved() -> None:
    original = Drama.model_validate_json(ORIGINAL.model_dump_json())
    original.characters.clear()
    for one in original.episodes:
        for scene_ in one.scenes:
            scene_.characters.clear()
            scene_.dialogue.clear()
    drama, _ = written(WriteSpec(original=original, feedback="darker"))
    check_drama(drama)


def test_the_request_shows_the_episode_with_all_its_scenes() -> None:
    answers = answers_to(SPEC)
    request = request_of(SPEC, "episode-1", answers)
    assert request is not None
    assert all(f'"id":"e1s{number}"' in request.prompt for number in (1, 2, 3))
    assert '"id":"e2s1"' not in request.prompt
    assert "Ada lies in the first episode" not in request.prompt


def test_five_episodes_of_which_one_is_touched() -> None:
    original = two_episode_drama(episodes=5)
    drama, answers = written(WriteSpec(original=original, feedback="darker"))
    assert list(answers) == ["changes", "episode-1"]
    assert drama.episodes[1:] == original.episodes[1:]
