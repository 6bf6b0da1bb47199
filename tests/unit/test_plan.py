"""What an execution would do, from what exists."""

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

import pytest

from fakes.dramas import two_episode_drama
from fakes.providers import FakeProvider
from sfd.config import Settings
from sfd.db.takes import SelectedTake
from sfd.domain.errors import InvalidInput
from sfd.domain.jobs import JobStatus
from sfd.domain.models import Drama
from sfd.generation.forecast import forecast
from sfd.generation.node_fingerprint import node_fingerprint
from sfd.generation.plan import (
    Choice,
    Existing,
    NodeState,
    PlannedNode,
    Until,
    chosen_nodes,
    member_for,
    plan_drama,
    will_run,
)
from sfd.media.pool import MediaPool
from sfd.providers.base import Modality
from sfd.providers.registry import Crew, Registry

LANES = {"illustrator-fake": 8, "filmmaker-fake": 8, "local": 2}
FAKES = {"illustrator": "fake", "filmmaker": "fake"}


def crew() -> Crew:
    settings = Settings().model_copy(update=FAKES)
    fakes = [FakeProvider(Modality.ILLUSTRATOR), FakeProvider(Modality.FILMMAKER)]
    return Registry.built_in(settings, MediaPool(), fakes).crew(settings)


def plan(drama: Drama, takes: dict[str, SelectedTake] | None = None) -> dict[str, PlannedNode]:
    return plan_drama(drama, crew(), Existing(takes or {}))


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
            content={one: take.sha256 for one, take in made.items()},
            library={},
        )
        made[node_id] = SelectedTake(
            node_id, "take", mark.value, "asset", f"sha-{mark.value}", "key", "image/png", "fake", inputs=mark.inputs
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
    planned = plan_drama(drama, crew(), Existing(statuses={"e1s1.clip": JobStatus.NEEDS_REVIEW}))
    assert planned["e1s1.clip"].state is NodeState.PARKED
    assert "e1s1.clip" not in _running(planned, Choice())
    assert "e1s1.clip" not in _running(planned, Choice(resume=True))
    assert "e1s1.clip" in _running(planned, Choice(force=True))


def test_another_title_makes_nothing_stale_and_the_next_cut_shows_it() -> None:
    drama = two_episode_drama()
    made = all_made(drama)
    drama.title, drama.episodes[0].title = "The Loud Lift", "Ground floor"
    planned = plan(drama, made)
    assert in_state(planned, NodeState.FRESH) == set(planned)
    assert planned["cut:e1"].reason == "it is as planned; its cover shows the titles it was cut with"
    assert planned["e1s1.clip"].reason == "it is as planned"


def test_a_cut_that_a_person_chose_stays_chosen_under_another_title() -> None:
    drama = two_episode_drama()
    made = all_made(drama)
    chosen_for = plan(drama, made)["cut:e1"].fingerprint
    made["cut:e1"] = replace(made["cut:e1"], fingerprint="another", inputs={}, chosen_for=chosen_for)
    drama.title = "The Loud Lift"
    assert plan(drama, made)["cut:e1"].state is NodeState.FRESH
    drama.episodes[0].scenes[0].dialogue[0].line = "Who is there?"
    assert plan(drama, made)["cut:e1"].state is NodeState.STALE


def test_what_the_project_has_is_reusable_down_to_the_cut_and_costs_nothing() -> None:
    drama = two_episode_drama()
    earlier = {one.fingerprint: one.sha256 for one in all_made(drama).values()}
    planned = plan_drama(drama, crew(), Existing(), project_takes=earlier)
    assert in_state(planned, NodeState.REUSABLE) == set(planned)
    assert planned["ada.portrait"].reason == "it was never made; the project has a take of exactly this"
    assert forecast(planned, Choice(), LANES).cost.high == 0
    assert forecast(planned, Choice(), LANES).made == set(planned)
    assert forecast(planned, Choice(resume=True), LANES).cost.high == 0
    assert forecast(planned, Choice(force=True), LANES).cost.likely == Decimal("0.05") * 14


def test_what_shows_something_that_is_not_there_yet_cannot_be_looked_up() -> None:
    drama = two_episode_drama()
    earlier = {one.fingerprint: one.sha256 for node, one in all_made(drama).items() if node != "ben.portrait"}
    planned = plan_drama(drama, crew(), Existing(), project_takes=earlier)
    assert in_state(planned, NodeState.REUSABLE) == {"ada.portrait"}


def test_a_prompt_changed_back_finds_its_picture_again() -> None:
    drama = two_episode_drama()
    made = all_made(drama)
    earlier = {one.fingerprint: one.sha256 for one in made.values()}
    on_fire = two_episode_drama()
    on_fire.episodes[0].scenes[1].assets[0].prompt = "The lift, but on fire."
    planned = plan_drama(drama, crew(), Existing(all_made(on_fire)), project_takes=earlier)
    assert planned["e1s2.storyboard"].state is NodeState.REUSABLE
    assert "prompt" in planned["e1s2.storyboard"].reason
    assert in_state(planned, NodeState.REUSABLE) == {"e1s2.storyboard", "e1s2.clip", "cut:e1"}
    assert forecast(planned, Choice(), LANES).cost.high == 0


def test_a_resumed_run_pays_for_what_would_only_be_found_beside_a_picture_it_leaves_stale() -> None:
    drama = two_episode_drama()
    made = all_made(drama)
    earlier = {one.fingerprint: one.sha256 for one in made.values()}
    made["e1s2.storyboard"] = replace(made["e1s2.storyboard"], fingerprint="other", sha256="other")
    del made["e1s2.clip"]
    planned = plan_drama(drama, crew(), Existing(made), project_takes=earlier)
    assert planned["e1s2.clip"].state is NodeState.REUSABLE
    resumed = forecast(planned, Choice(resume=True), LANES)
    assert (resumed.made, resumed.free) == ({"e1s2.clip"}, set())
    assert resumed.cost.likely == Decimal("0.05")
    assert forecast(planned, Choice(), LANES).cost.likely == 0


def test_a_node_that_a_job_makes_names_the_job() -> None:
    statuses = {"ada.portrait": JobStatus.RUNNING, "ben.portrait": JobStatus.PENDING}
    running = {"ada.portrait": "job_1:ada.portrait", "ben.portrait": "job_1:ben.portrait"}
    planned = plan_drama(two_episode_drama(), crew(), Existing(statuses=statuses, running=running))
    assert in_state(planned, NodeState.RUNNING) == {"ada.portrait", "ben.portrait"}
    assert planned["ada.portrait"].reason == "job job_1:ada.portrait makes it now"
    assert planned["ben.portrait"].reason == "it waits in job job_1:ben.portrait"
    assert planned["ada.portrait"].due is NodeState.MISSING


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
