from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.dramas import two_episode_drama
from sfd.domain.errors import InvalidInput
from sfd.domain.graph import find_cycle, in_order
from sfd.domain.jobs import JobStatus, JobType
from sfd.domain.models import Asset, AssetKind, Character, Drama, Scene
from sfd.domain.planned_assets import with_planned_assets
from sfd.generation.dag import Frontier, build_dag, people_in

Needs = dict[str, tuple[str, ...]]


@st.composite
def acyclic(draw: st.DrawFn) -> Needs:
    """A graph in which each node needs only earlier ones, listed in any order."""
    size = draw(st.integers(1, 25))
    names = [f"n{number}" for number in range(size)]
    needs: Needs = {}
    for position, name in enumerate(names):
        chosen = draw(st.lists(st.sampled_from(names[:position]), unique=True, max_size=4)) if position else []
        needs[name] = tuple(chosen)
    order = draw(st.permutations(names))
    return {name: needs[name] for name in order}


@given(acyclic())
def test_every_node_once_and_none_before_what_it_needs(needs: Needs) -> None:
    order = in_order(needs)
    assert sorted(order) == sorted(needs)
    place = {node: position for position, node in enumerate(order)}
    assert all(place[one] < place[node] for node, needed in needs.items() for one in needed)


@given(acyclic(), st.randoms())
def test_the_frontier_gives_out_each_node_once_and_only_when_its_dependencies_are_done(
    needs: Needs, chance: Random
) -> None:
    frontier = Frontier(needs)
    running = frontier.ready()
    given_out = list(running)
    while running:
        node = running.pop(chance.randrange(len(running)))
        freed = frontier.end(node, JobStatus.COMPLETED)
        for one in freed:
            assert all(needed in frontier.ended for needed in needs[one])
        running += freed
        given_out += freed
    assert frontier.finished
    assert sorted(given_out) == sorted(needs)


@given(acyclic(), st.data())
def test_a_failure_blocks_exactly_what_needs_it(needs: Needs, data: st.DataObject) -> None:
    failed = data.draw(st.sampled_from(sorted(needs)))
    frontier = Frontier(needs)
    running = frontier.ready()
    while running:
        node = running.pop()
        running += frontier.end(node, JobStatus.FAILED if node == failed else JobStatus.COMPLETED)
    assert set(frontier.blocked_by(failed)) == set(needs) - set(frontier.ended)
    for node in frontier.blocked_by(failed):
        assert failed in _all_needed(needs, node)


def _all_needed(needs: Needs, node: str) -> set[str]:
    return set(needs[node]).union(*(_all_needed(needs, one) for one in needs[node])) if needs[node] else set()


@given(st.integers(1, 8))
def test_a_circle_is_named_by_its_path(size: int) -> None:
    ring = {f"n{number}": (f"n{(number + 1) % size}",) for number in range(size)}
    path = find_cycle(ring)
    assert path is not None
    assert path[0] == path[-1]
    assert all(second in ring[first] for first, second in pairwise(path))


def test_edges_of_a_drama() -> None:
    nodes = build_dag(two_episode_drama())
    assert nodes["ada.portrait"].depends_on == ()
    assert nodes["e1s1.storyboard"].depends_on == ("ada.portrait", "ben.portrait")
    assert nodes["e1s1.clip"].depends_on == ("e1s1.storyboard",)
    assert nodes["cut:e1"].depends_on == ("e1s1.clip", "e1s2.clip", "e1s3.clip")
    assert [node.type for node in nodes.values()].count(JobType.CUT) == 2


def test_the_order_goes_episode_by_episode() -> None:
    order = list(build_dag(two_episode_drama()))
    assert order.index("cut:e1") < order.index("e2s1.storyboard")


def test_a_storyboard_shows_three_portraits_and_the_main_characters_first() -> None:
    cast = [Character(id=f"c{n}", name=f"C{n}", main=n in (3, 4)) for n in range(5)]
    drama = two_episode_drama().model_copy(update={"characters": cast})
    scene = Scene(id="crowd", characters=[one.id for one in cast])
    drama.episodes[0].scenes = [scene]
    drama.episodes[1].scenes = []
    nodes = build_dag(with_planned_assets(drama, 10.0))
    assert nodes["crowd.storyboard"].references == ("c3.portrait", "c4.portrait", "c0.portrait")


def test_depends_on_adds_edges() -> None:
    drama = two_episode_drama()
    drama.episodes[1].scenes[0].assets[0].depends_on = ["e1s3.storyboard"]
    nodes = build_dag(drama)
    assert nodes["e2s1.storyboard"].depends_on[0] == "e1s3.storyboard"


def test_a_circle_through_implied_edges_is_refused_with_its_path() -> None:
    """A storyboard already needs the portrait; the portrait now needs the storyboard."""
    drama = two_episode_drama()
    drama.characters[0].assets[0].depends_on = ["e1s1.storyboard"]
    with pytest.raises(InvalidInput, match=r"ada\.portrait.*e1s1\.storyboard|e1s1\.storyboard.*ada\.portrait"):
        build_dag(drama)


def test_someone_only_heard_is_not_in_the_picture() -> None:
    drama = Drama.model_validate(two_episode_drama().model_dump())
    scene = drama.episodes[0].scenes[0]
    scene.characters = []
    scene.dialogue[0].tone = "V.O."
    assert people_in(scene) == ()


def test_a_scene_that_continues_another_is_shown_its_storyboard_and_its_place() -> None:
    drama = two_episode_drama()
    first, second = drama.episodes[0].scenes[:2]
    second.continues = True
    second.location = "Lift"
    drama.assets.append(Asset(id="place", kind=AssetKind.IMAGE, prompt="A lift", metadata={"location": "lift"}))
    before = next(one.id for one in first.assets if one.kind is AssetKind.IMAGE)
    drawn = next(one.id for one in second.assets if one.kind is AssetKind.IMAGE)
    nodes = build_dag(drama)
    assert nodes[drawn].references[-2:] == ("place", before)
    assert {"place", before} <= {*nodes[drawn].depends_on}
    assert before not in build_dag(drama, follows=False)[drawn].depends_on
