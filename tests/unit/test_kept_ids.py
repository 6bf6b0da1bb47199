"""What stays the same in a rewritten drama keeps its ids: what a reader sees decides, not what a writer numbers."""

import json
import random
from collections.abc import Callable
from typing import Any, cast

from hypothesis import given
from hypothesis import strategies as st

from fakes.dramas import two_episode_drama
from sfd.domain.kept_ids import keep_ids
from sfd.domain.models import Asset, AssetKind, Character, DialogueLine, Drama, Episode, Scene, Shot
from sfd.domain.planned_assets import with_planned_assets
from sfd.domain.validation import assets_with_paths, check_drama

REFERENCES = ("id", "character_id", "over_shoulder", "depends_on", "characters")
FEW_WORDS = st.sampled_from(["", "Rain.", "A door opens.", "Ada waits."])


@st.composite
def scenes(draw: st.DrawFn, people: list[str]) -> Scene:
    someone = st.sampled_from(people) if people else st.nothing()
    lines = st.builds(DialogueLine, character_id=someone, line=FEW_WORDS)
    return Scene(
        id="x",
        description=draw(FEW_WORDS),
        location=draw(st.sampled_from(["Lift", "Roof"])),
        characters=draw(st.lists(someone, max_size=2, unique=True)) if people else [],
        dialogue=draw(st.lists(lines, max_size=2)) if people else [],
        shot=Shot(over_shoulder=draw(st.none() | someone) if people else None),
    )


@st.composite
def dramas(draw: st.DrawFn) -> Drama:
    """Small dramas with many parts that look alike, which is where ids are hard to tell."""
    people = [f"p{n}" for n in range(draw(st.integers(0, 3)))]
    players = [
        Character(id=one, name=draw(st.sampled_from(["Ada", "Ben"])), description=draw(FEW_WORDS)) for one in people
    ]
    episodes = [
        Episode(id=f"e{n}", title=draw(FEW_WORDS), scenes=draw(st.lists(scenes(people), max_size=4)))
        for n in range(draw(st.integers(0, 3)))
    ]
    for episode in episodes:
        for number, scene in enumerate(episode.scenes):
            scene.id = f"{episode.id}s{number}"
    planned = with_planned_assets(Drama(id="d", characters=players, episodes=episodes), 5.0)
    assets = [asset for _, asset, _ in assets_with_paths(planned)]
    if assets:
        needed = draw(st.sampled_from(assets)).id
        planned.assets = [Asset(id="poster", kind=AssetKind.IMAGE, prompt=draw(FEW_WORDS), depends_on=[needed])]
    return planned


def renamed(drama: Drama, name: Callable[[str], str]) -> Drama:
    """The drama with another id for everything in it but itself."""

    def rename(fields: dict[str, Any]) -> dict[str, Any]:
        return {key: names(value) if key in REFERENCES else value for key, value in fields.items()}

    def names(value: Any) -> Any:
        if isinstance(value, list):
            return [names(one) for one in cast("list[Any]", value)]
        return name(value) if isinstance(value, str) else value

    written = json.loads(drama.model_dump_json(), object_hook=rename)
    return Drama.model_validate({**written, "id": drama.id})


def shuffled_names(drama: Drama, seed: int) -> Callable[[str], str]:
    """A renaming that gives everything the id of something else."""
    ids = sorted({asset.id for _, asset, _ in assets_with_paths(drama)})
    ids += [one.id for one in (*drama.characters, *drama.episodes)]
    ids += [scene.id for episode in drama.episodes for scene in episode.scenes]
    others = list(ids)
    random.Random(seed).shuffle(others)
    swapped = dict(zip(ids, others, strict=True))
    return lambda one: swapped.get(one, one)


@given(dramas())
def test_a_drama_under_new_ids_gets_all_its_own_back(drama: Drama) -> None:
    assert keep_ids(drama, renamed(drama, lambda one: f"new.{one}")) == drama
    assert keep_ids(drama, drama) == drama


@given(dramas(), st.integers(0, 1000))
def test_ids_that_meant_something_else_do_not_mislead(drama: Drama, seed: int) -> None:
    assert keep_ids(drama, renamed(drama, shuffled_names(drama, seed))) == drama


@given(dramas(), dramas())
def test_whatever_was_rewritten_stays_a_valid_drama(original: Drama, rewritten: Drama) -> None:
    kept = keep_ids(original, rewritten)
    check_drama(kept)
    assert kept == keep_ids(original, rewritten)
    nameless = renamed(kept, lambda _: "x")
    assert nameless == renamed(rewritten, lambda _: "x")


@given(st.permutations(range(4)), st.sets(st.integers(0, 3), max_size=3), st.integers(0, 4), st.booleans())
def test_unchanged_scenes_keep_their_ids_wherever_they_go(
    order: list[int], gone: set[int], place: int, numbered: bool
) -> None:
    original = two_episode_drama(episodes=2, scenes=4)
    changed = original.model_copy(deep=True)
    episode = changed.episodes[0]
    episode.scenes = [episode.scenes[one] for one in order if one not in gone]
    episode.scenes.insert(place, Scene(id="inserted", description="Someone new sings.", location="Roof"))
    left = [scene.id for scene in episode.scenes]
    sent = with_planned_assets(changed, 5.0)
    numbers = {one: f"e1s{n}" for n, one in enumerate(left, 1)}
    kept = keep_ids(original, renamed(sent, shifted(numbers if numbered else {})))
    for before, after in zip(sent.episodes, kept.episodes, strict=True):
        assert after.id == before.id
        for scene, same in zip(before.scenes, after.scenes, strict=True):
            if scene.id != "inserted":
                assert same == scene
    ids = [scene.id for one in kept.episodes for scene in one.scenes]
    assert len(ids) == len(set(ids))


def shifted(numbers: dict[str, str]) -> Callable[[str], str]:
    """How a writer numbers that counts its scenes from 1 again; without numbers, one that keeps what it was given."""

    def name(one: str) -> str:
        stem, dot, rest = one.partition(".")
        return numbers.get(stem, stem) + dot + rest

    return name


def test_a_scene_that_says_something_else_is_still_that_scene() -> None:
    original = two_episode_drama()
    rewritten = renamed(original, lambda one: f"w-{one}")
    rewritten.episodes[0].scenes[1].dialogue[0].line = "Never mind the floor."
    rewritten.episodes[1].scenes[0].description = "The lift does not stop."
    kept = keep_ids(original, rewritten)
    assert kept.episodes[0].scenes[1].id == "e1s2"
    assert kept.episodes[0].scenes[1].assets[1].id == "e1s2.clip"
    assert kept.episodes[1].scenes[0].id == "e2s1"


def test_a_character_is_known_by_name_or_by_look() -> None:
    original = two_episode_drama()
    rewritten = renamed(original, lambda one: f"w-{one}")
    rewritten.characters[0].description = "a woman in a red coat"
    rewritten.characters[1].name = "Bob"
    rewritten.characters.insert(0, Character(id="ada", name="Cleo", description="a child"))
    kept = keep_ids(original, rewritten)
    assert [one.id for one in kept.characters] == ["ada.2", "ada", "ben"]
    assert kept.episodes[0].scenes[0].characters == ["ada", "ben"]
    assert kept.characters[1].assets[0].id == "ada.portrait"


def test_an_episode_is_known_by_its_scenes_when_its_title_changed_and_it_moved() -> None:
    original = two_episode_drama(episodes=3)
    rewritten = renamed(original, lambda one: f"w-{one}")
    rewritten.episodes[0].title = "Another name"
    rewritten.episodes[0].scenes[0].dialogue = []
    rewritten.episodes.reverse()
    assert [one.id for one in keep_ids(original, rewritten).episodes] == ["e3", "e2", "e1"]
