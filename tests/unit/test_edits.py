"""The edits of a drama, without a server: what changes, what does not, and what is refused."""

from itertools import count
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.dramas import two_episode_drama
from sfd.domain.editing import (
    Address,
    Part,
    Shelf,
    added,
    completed,
    find,
    patched,
    reordered,
    tag_of,
    taken_out,
    written,
)
from sfd.domain.errors import Conflict, InvalidInput, NotFound
from sfd.domain.models import Asset, AssetKind, Character, DialogueLine, Drama, Episode, Scene
from sfd.domain.patches import (
    AssetPatch,
    CharacterPatch,
    DramaPatch,
    EpisodePatch,
    NewAsset,
    NewCharacter,
    NewEpisode,
    NewScene,
    Patch,
    ScenePatch,
)
from sfd.domain.references import removed
from sfd.domain.validation import check_drama
from sfd.generation.dag import build_dag
from sfd.routers.etags import expected_tags, is_known

DEFAULT_SECONDS = 10.0
ADA: Address = (("characters", "ada"),)
E1: Address = (("episodes", "e1"),)
SCENE: Address = (*E1, ("scenes", "e1s2"))
BOARD: Address = (*SCENE, ("assets", "e1s2.storyboard"))
CLIP: Address = (*SCENE, ("assets", "e1s2.clip"))
CHARACTERS, EPISODES, SCENES = Shelf((), "characters"), Shelf((), "episodes"), Shelf(E1, "scenes")
ASSETS = Shelf(SCENE, "assets")

words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
plain = st.none() | st.booleans() | st.integers(-9, 9) | words
notes = st.dictionaries(words, plain, max_size=4)
lines = st.builds(
    DialogueLine, character_id=st.sampled_from(["ada", "ben"]), line=words, tone=st.none() | words, dual=st.booleans()
)
shots = st.fixed_dictionaries(
    {},
    optional={
        "size": st.none() | st.sampled_from(["wide", "close_up"]),
        "lens_mm": st.none() | st.integers(8, 400),
        "over_shoulder": st.none() | st.sampled_from(["ada", "ben"]),
    },
)
scene_changes = st.fixed_dictionaries(
    {},
    optional={
        "description": st.none() | words,
        "setting": st.none() | st.sampled_from(["INT", "EXT"]),
        "time_of_day": st.none() | words,
        "continues": st.none() | st.booleans(),
        "characters": st.none() | st.lists(st.sampled_from(["ada", "ben"])),
        "dialogue": st.none() | st.lists(lines, max_size=3),
        "shot": st.none() | shots,
        "metadata": st.none() | notes,
    },
)


@st.composite
def spoken_dramas(draw: st.DrawFn) -> Drama:
    """The small drama with any dialogue, and with dependencies of later scenes on earlier ones."""
    drama = two_episode_drama()
    earlier = ["ada.portrait", "ben.portrait"]
    for episode in drama.episodes:
        for scene in episode.scenes:
            scene.dialogue = draw(st.lists(lines, max_size=4))
            scene.shot.over_shoulder = draw(st.sampled_from([None, "ada", "ben"]))
            scene.assets[0].depends_on = draw(st.lists(st.sampled_from(earlier), unique=True, max_size=2))
            earlier.append(scene.assets[0].id)
    return drama


def valid(drama: Drama) -> bool:
    check_drama(drama)
    build_dag(drama)
    return True


def members(part: object) -> dict[str, Any]:
    assert isinstance(part, Drama | Character | Episode | Scene | Asset)
    return part.model_dump(mode="json")


def fault(error: pytest.ExceptionInfo[InvalidInput]) -> tuple[str, str]:
    return error.value.faults[0].pointer, error.value.faults[0].detail


@given(scene_changes)
def test_a_patch_changes_what_it_names_and_nothing_else(changes: dict[str, Any]) -> None:
    drama = two_episode_drama()
    drama.episodes[0].scenes[1].metadata = {"kept": 1}
    before = drama.model_dump(mode="json")
    after = patched(drama, SCENE, ScenePatch.model_validate(changes), DEFAULT_SECONDS)
    was, now = before["episodes"][0]["scenes"][1], members(find(after, SCENE))
    for name, value in changes.items():
        if value is None:
            assert now[name] == members(Scene(id="blank"))[name]
        elif name == "metadata":
            kept = {} if "kept" in value else {"kept": 1}
            assert now[name] == {**kept, **{key: one for key, one in value.items() if one is not None}}
        elif name == "shot":
            blank = members(Scene(id="blank"))["shot"]
            assert now[name] == {**was[name], **{k: blank[k] if v is None else v for k, v in value.items()}}
        elif name == "dialogue":
            assert now[name] == [line.model_dump(mode="json") for line in value]
        else:
            assert now[name] == value
    untouched = {**now, **{name: was[name] for name in changes}}
    rest = after.model_dump(mode="json")
    rest["episodes"][0]["scenes"][1] = untouched
    assert rest == before
    assert drama.model_dump(mode="json") == before
    assert valid(after)


@pytest.mark.parametrize(
    ("address", "patch"),
    [
        ((), DramaPatch(title="New", language="zh-Hans")),
        (ADA, CharacterPatch(name="Adele", main=False)),
        (E1, EpisodePatch(title="Down", premise="Again.")),
        (SCENE, ScenePatch(sound="rain")),
        (CLIP, AssetPatch(prompt="Slow", duration=7)),
        ((*ADA, ("assets", "ada.portrait")), AssetPatch(prompt="Smiling")),
    ],
)
def test_every_kind_of_part_can_be_patched_and_gets_another_tag(address: Address, patch: Patch) -> None:
    drama = two_episode_drama()
    after = patched(drama, address, patch, DEFAULT_SECONDS)
    changes = patch.model_dump(exclude_unset=True)
    assert members(find(after, address)) == {**members(find(drama, address)), **changes}
    assert tag_of(find(after, address)) != tag_of(find(drama, address))
    assert tag_of(find(after, E1)) == tag_of(find(drama, E1)) or address[:1] == E1


def test_a_number_is_not_a_truth_value() -> None:
    drama = patched(two_episode_drama(), SCENE, ScenePatch(metadata={"seen": 1}), DEFAULT_SECONDS)
    after = patched(drama, SCENE, ScenePatch(metadata={"seen": True}), DEFAULT_SECONDS)
    assert tag_of(find(after, SCENE)) != tag_of(find(drama, SCENE))


def test_a_clip_whose_duration_is_reset_is_as_long_as_its_dialogue_needs_now() -> None:
    long = [DialogueLine(character_id="ada", line="one two three four five six seven eight nine ten " * 3)]
    drama = patched(two_episode_drama(), SCENE, ScenePatch(dialogue=long), DEFAULT_SECONDS)
    kept, replanned = find(drama, CLIP), find(patched(drama, CLIP, AssetPatch(duration=None), DEFAULT_SECONDS), CLIP)
    assert isinstance(kept, Asset)
    assert isinstance(replanned, Asset)
    assert kept.duration == 2.5
    assert replanned.duration == 12.5


@given(st.permutations(["e1s1", "e1s2", "e1s3"]), st.permutations(["e1", "e2"]))
def test_another_order_and_back_is_where_it_started(scenes: list[str], episodes: list[str]) -> None:
    drama = two_episode_drama()
    there = reordered(reordered(drama, SCENES, scenes), EPISODES, episodes)
    first = there.episodes[episodes.index("e1")]
    assert [one.id for one in there.episodes] == episodes
    assert [one.id for one in first.scenes] == scenes
    assert valid(there)
    assert reordered(reordered(there, EPISODES, ["e1", "e2"]), SCENES, ["e1s1", "e1s2", "e1s3"]) == drama


@pytest.mark.parametrize(
    ("ids", "pointer", "said"),
    [
        (["e1s1", "e1s2"], "/ids", "missing: e1s3"),
        (["e1s1", "e1s2", "e1s3", "e2s1"], "/ids/3", "there is no scene 'e2s1' here"),
        (["e1s1", "e1s2", "e1s2", "e1s3"], "/ids/2", "the scene 'e1s2' is named twice"),
    ],
)
def test_an_order_names_every_part_once(ids: list[str], pointer: str, said: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        reordered(two_episode_drama(), SCENES, ids)
    where, detail = fault(caught)
    assert where == pointer
    assert said in detail


new_parts = st.sampled_from(
    [
        (CHARACTERS, NewCharacter(name="Cleo")),
        (CHARACTERS, NewCharacter(id="cleo", name="Cleo", assets=[NewAsset(kind=AssetKind.IMAGE)])),
        (EPISODES, NewEpisode(title="Three", scenes=[NewScene(description="Dark."), NewScene(id="mine")])),
        (SCENES, NewScene(description="The doors open.", characters=["ada"])),
        (SCENES, NewScene(assets=[NewAsset(id="own", kind=AssetKind.VIDEO)])),
        (ASSETS, NewAsset(kind=AssetKind.IMAGE, depends_on=["ada.portrait"])),
        (ASSETS, NewAsset(kind=AssetKind.VIDEO)),
    ]
)


@given(new_parts, st.data())
def test_what_is_added_and_removed_again_leaves_no_trace(new: tuple[Shelf, Any], data: st.DataObject) -> None:
    drama = two_episode_drama()
    shelf, body = new
    numbers = count()
    part = completed(drama, shelf, written(body, lambda word: f"{word}_{next(numbers)}"), DEFAULT_SECONDS)
    holder = find(drama, shelf.holder)
    before = data.draw(st.sampled_from([None, *(one.id for one in getattr(holder, shelf.name))]))
    after = added(drama, shelf, part, before)
    there: list[Part] = getattr(find(after, shelf.holder), shelf.name)
    place = [one.id for one in there].index(part.id)
    assert place == len(there) - 1 if before is None else there[place + 1].id == before
    assert valid(after)
    assert taken_out(after, (*shelf.holder, (shelf.name, part.id))) == drama


def test_a_new_scene_is_planned_and_what_was_taken_away_elsewhere_stays_away() -> None:
    drama = removed(two_episode_drama(), BOARD, force=True)
    taken = NewScene(id="x", assets=[NewAsset(id="x.clip", kind=AssetKind.IMAGE)])
    part = completed(drama, SCENES, written(taken, str), DEFAULT_SECONDS)
    after = added(drama, SCENES, part, None)
    assert isinstance(part, Scene)
    assert [one.id for one in part.assets] == ["x.clip", "x.clip.2"]
    assert [one.id for one in after.episodes[0].scenes[1].assets] == ["e1s2.clip"]


@pytest.mark.parametrize(
    ("shelf", "body", "pointer"),
    [
        (SCENES, NewScene(id="e2s1"), "/id"),
        (SCENES, NewScene(id="new", assets=[NewAsset(id="ada.portrait", kind=AssetKind.IMAGE)]), "/assets/0/id"),
        (EPISODES, NewEpisode(scenes=[NewScene(), NewScene(id="e1s1")]), "/scenes/1/id"),
        (CHARACTERS, NewCharacter(id="ada", name="Other"), "/id"),
    ],
)
def test_an_id_that_is_taken_is_named_where_it_was_sent(shelf: Shelf, body: Any, pointer: str) -> None:
    numbers = count()
    part = written(body, lambda word: f"{word}_{next(numbers)}")
    with pytest.raises(InvalidInput) as caught:
        added(two_episode_drama(), shelf, part, "e2" if shelf is EPISODES else None)
    assert fault(caught)[0] == pointer
    assert "taken" in fault(caught)[1]


def test_a_place_before_something_that_is_not_there() -> None:
    with pytest.raises(InvalidInput) as caught:
        added(two_episode_drama(), SCENES, Scene(id="new"), "e2s1")
    assert fault(caught) == ("/before", "there is no scene 'e2s1' here")


@given(spoken_dramas(), st.sampled_from(["ada", "ben"]))
def test_a_character_is_removed_with_every_word_about_it(drama: Drama, person: str) -> None:
    after = removed(drama, (("characters", person),), force=True)
    assert valid(after)
    assert person not in {one.id for one in after.characters}
    other = "ben" if person == "ada" else "ada"
    for before, now in zip(scenes_of(drama), scenes_of(after), strict=True):
        assert [line.line for line in now.dialogue] == [x.line for x in before.dialogue if x.character_id == other]
        assert now.characters == [one for one in before.characters if one == other]
        assert now.shot.over_shoulder in (None, other)
        assert now.model_copy(update={"characters": [], "dialogue": [], "shot": before.shot, "assets": []}) == (
            before.model_copy(update={"characters": [], "dialogue": [], "assets": []})
        )


@given(spoken_dramas(), st.data())
def test_whatever_is_removed_by_force_leaves_a_valid_drama(drama: Drama, data: st.DataObject) -> None:
    addresses: list[Address] = [ADA, E1, SCENE, BOARD, CLIP, (("characters", "ben"),), (("episodes", "e2"),)]
    address = data.draw(st.sampled_from(addresses))
    after = removed(drama, address, force=True)
    assert valid(after)
    with pytest.raises(NotFound):
        find(after, address)


def scenes_of(drama: Drama) -> list[Scene]:
    return [scene for episode in drama.episodes for scene in episode.scenes]


def test_who_is_spoken_with_at_once_is_no_longer_dual_when_the_other_line_goes() -> None:
    drama = two_episode_drama()
    drama.episodes[0].scenes[0].dialogue = [
        DialogueLine(character_id="ben", line="One"),
        DialogueLine(character_id="ada", line="Two"),
        DialogueLine(character_id="ben", line="Three", dual=True),
        DialogueLine(character_id="ben", line="Four"),
        DialogueLine(character_id="ada", line="Five", dual=True),
        DialogueLine(character_id="ben", line="Six", dual=True),
    ]
    after = removed(drama, ADA, force=True)
    spoken = [(line.line, line.dual) for line in after.episodes[0].scenes[0].dialogue]
    assert spoken == [("One", False), ("Three", False), ("Four", False), ("Six", True)]


@pytest.mark.parametrize(
    ("address", "named"),
    [(ADA, "e1s1"), (BOARD, "e1s2.clip"), ((("characters", "ben"),), "e2s3")],
)
def test_what_is_used_is_not_removed_and_its_users_are_named(address: Address, named: str) -> None:
    with pytest.raises(Conflict) as caught:
        removed(two_episode_drama(), address, force=False)
    assert named in caught.value.context["used_by"].split(", ")
    assert "force=true" in str(caught.value)


def test_what_nothing_uses_is_removed_at_once() -> None:
    after = removed(two_episode_drama(), CLIP, force=False)
    after = removed(after, BOARD, force=False)
    after = removed(after, SCENE, force=False)
    assert [scene.id for scene in after.episodes[0].scenes] == ["e1s1", "e1s3"]


def test_a_scene_whose_storyboard_another_scene_shows_is_used() -> None:
    drama = two_episode_drama()
    drama.episodes[1].scenes[0].assets[0].depends_on = ["e1s2.storyboard"]
    with pytest.raises(Conflict, match=r"e2s1\.storyboard"):
        removed(drama, SCENE, force=False)
    after = removed(drama, E1, force=True)
    assert after.episodes[0].scenes[0].assets[0].depends_on == []


tags = st.text(st.characters(min_codepoint=0x23, max_codepoint=0x7E), max_size=8)


@given(st.lists(st.tuples(st.booleans(), tags), min_size=1, max_size=4), st.sampled_from([",", ", ", " ,, "]))
def test_a_list_of_entity_tags_is_read(listed: list[tuple[bool, str]], comma: str) -> None:
    header = comma.join(f'{"W/" if weak else ""}"{tag}"' for weak, tag in listed)
    assert expected_tags(header) == {tag for weak, tag in listed if not weak}
    assert all(is_known(header, tag) for _, tag in listed)
    assert not is_known(header, "another tag")


@pytest.mark.parametrize("header", ["abc", '"abc', '"a" "b"', "W/abc", '"a",b', ""])
def test_what_is_no_list_of_entity_tags_matches_nothing(header: str) -> None:
    assert expected_tags(header) == frozenset()
    assert not is_known(header, "abc")
    assert not is_known(header, "a")


def test_a_star_matches_whatever_is_there_and_so_does_no_header() -> None:
    assert expected_tags("*") is expected_tags(None) is None
    assert is_known("*", "abc")
    assert not is_known(None, "abc")
