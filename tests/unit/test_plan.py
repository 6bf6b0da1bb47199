"""What an execution would do, from what exists."""

from collections.abc import Iterable
from decimal import Decimal

import pytest

from fakes.dramas import two_episode_drama
from fakes.providers import FakeProvider
from sfd.config import Settings
from sfd.db.takes import SelectedTake
from sfd.domain.errors import InvalidInput
from sfd.domain.jobs import JobStatus
from sfd.domain.models import Drama
from sfd.generation.plan import (
    Choice,
    NodeState,
    PlannedNode,
    Until,
    chosen_nodes,
    member_for,
    node_fingerprint,
    plan_drama,
    will_run,
)
from sfd.media.pool import MediaPool
from sfd.providers.base import Modality
from sfd.providers.registry import Crew, Registry

FAKES = {"illustrator": "fake", "filmmaker": "fake"}


def crew() -> Crew:
    settings = Settings().model_copy(update=FAKES)
    fakes = [FakeProvider(Modality.ILLUSTRATOR), FakeProvider(Modality.FILMMAKER)]
    return Registry.built_in(settings, MediaPool(), fakes).crew(settings)


def plan(drama: Drama, takes: dict[str, SelectedTake] | None = None) -> dict[str, PlannedNode]:
    return plan_drama(drama, crew(), takes or {}, {})


def all_made(drama: Drama) -> dict[str, SelectedTake]:
    """Takes as they would be after a run: each fingerprint made of what the node refers to."""
    made: dict[str, SelectedTake] = {}
    team = crew()
    for node_id, planned in plan(drama).items():
        member = member_for(team, planned.node.type)
        mark = node_fingerprint(
            planned.spec,
            node_type=planned.node.type,
            provider=planned.provider,
            model=planned.model,
            capabilities=member.provider.capabilities if member else None,
            takes=made,
            library={},
        )
        made[node_id] = SelectedTake(
            node_id, "take", mark.value, "asset", f"sha-{node_id}", "key", "image/png", "fake", inputs=mark.inputs
        )
    return made


def in_state(planned: dict[str, PlannedNode], state: NodeState) -> set[str]:
    return {node_id for node_id, one in planned.items() if one.state is state}


def test_nothing_made_means_everything_is_missing_and_priced() -> None:
    planned = plan(two_episode_drama())
    assert in_state(planned, NodeState.MISSING) == set(planned)
    assert sum(one.price for one in planned.values()) == Decimal("0.05") * 14


def test_everything_made_means_everything_is_fresh() -> None:
    drama = two_episode_drama()
    assert in_state(plan(drama, all_made(drama)), NodeState.FRESH) == set(plan(drama))


def test_a_changed_prompt_makes_only_its_picture_clip_and_cut_stale() -> None:
    drama = two_episode_drama()
    made = all_made(drama)
    drama.episodes[0].scenes[1].assets[0].prompt = "The lift, but on fire."
    assert in_state(plan(drama, made), NodeState.STALE) == {"e1s2.storyboard", "e1s2.clip", "cut:e1"}


def test_a_changed_look_makes_everything_that_shows_it_stale() -> None:
    drama = two_episode_drama()
    for scene in drama.episodes[1].scenes:
        scene.characters = ["ben"]
        scene.dialogue = []
    made = all_made(drama)
    drama.characters[0].description = "a woman in a red coat"
    stale = in_state(plan(drama, made), NodeState.STALE)
    assert {"ada.portrait", "e1s1.storyboard", "e1s1.clip", "cut:e1"} <= stale
    assert not any(node.startswith("e2") for node in stale)
    assert "cut:e2" not in stale


def test_another_title_of_a_scenes_metadata_makes_nothing_stale() -> None:
    drama = two_episode_drama()
    made = all_made(drama)
    drama.metadata["note"] = "seen by the producer"
    drama.episodes[0].scenes[0].metadata["note"] = "good"
    assert not in_state(plan(drama, made), NodeState.STALE)


def test_resume_makes_what_is_missing_and_leaves_what_is_stale() -> None:
    drama = two_episode_drama()
    made = all_made(drama)
    del made["e2s3.clip"]
    drama.episodes[0].scenes[1].assets[0].prompt = "The lift, but on fire."
    planned = plan(drama, made)
    assert _running(planned, Choice(resume=True)) == {"e2s3.clip"}
    assert _running(planned, Choice()) == {"e2s3.clip", "cut:e2", "e1s2.storyboard", "e1s2.clip", "cut:e1"}


def test_a_parked_node_is_started_only_when_everything_is_asked_for_again() -> None:
    drama = two_episode_drama()
    planned = plan_drama(drama, crew(), {}, {"e1s1.clip": JobStatus.NEEDS_REVIEW})
    assert planned["e1s1.clip"].state is NodeState.PARKED
    assert "e1s1.clip" not in _running(planned, Choice())
    assert "e1s1.clip" not in _running(planned, Choice(resume=True))
    assert "e1s1.clip" in _running(planned, Choice(force=True))


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        (Choice(until=Until.PORTRAITS), {"ada.portrait", "ben.portrait"}),
        (
            Choice(until=Until.STORYBOARDS, episodes=["e1"]),
            {"ada.portrait", "ben.portrait", "e1s1.storyboard", "e1s2.storyboard", "e1s3.storyboard"},
        ),
    ],
)
def test_a_choice_is_closed_under_what_it_needs(choice: Choice, expected: set[str]) -> None:
    assert set(chosen_nodes(plan(two_episode_drama()), choice)) == expected


def test_an_unknown_episode_is_named() -> None:
    with pytest.raises(InvalidInput, match="there is no episode 'e9'"):
        chosen_nodes(plan(two_episode_drama()), Choice(episodes=["e9"]))


def _running(planned: dict[str, PlannedNode], choice: Choice) -> set[str]:
    chosen: Iterable[PlannedNode] = chosen_nodes(planned, choice).values()
    return {one.node.id for one in chosen if will_run(one, choice)}
