"""A run over the real engine and database, with fake providers at the seam."""

import pytest

from fakes.providers import DirectIllustrator, FakeProvider, accepted_once, fake_crew
from fakes.studio import OWNER, Studio, ended, execute
from sfd.domain.errors import Conflict, ProviderError, ProviderErrorKind
from sfd.domain.jobs import JobStatus, JobType
from sfd.domain.models import Asset, AssetKind, Drama
from sfd.generation.plan import Choice, Until
from sfd.providers.base import LostReply, Modality
from sfd.providers.registry import CrewChoice


async def test_every_node_is_made_once_and_shown_in_the_drama(studio: Studio, drama: Drama) -> None:
    crew = fake_crew()
    async with studio(crew) as application:
        parent = await execute(application, drama)
        view = await application.jobs.get(OWNER, parent.id)
        shown = await application.dramas.load(OWNER, drama.id)
    assert parent.status is JobStatus.COMPLETED
    assert accepted_once(crew)
    assert view.counts is not None
    assert view.counts.completed == view.counts.total == 2 + 6 + 6 + 2
    assert all(character.url for character in shown.characters)
    assert all(scene.image_url and scene.video_url for episode in shown.episodes for scene in episode.scenes)
    assert all(episode.url for episode in shown.episodes)


async def test_the_cost_of_a_run_is_the_sum_of_what_providers_charged(studio: Studio, drama: Drama) -> None:
    async with studio(fake_crew()) as application:
        parent = await execute(application, drama)
    assert parent.estimated_micros == parent.actual_micros == 14 * 50_000


async def test_a_node_starts_the_moment_its_own_dependencies_are_done(studio: Studio, drama: Drama) -> None:
    """The first clip is filmed while slow storyboards are still drawn: never level by level."""
    illustrator = FakeProvider(Modality.ILLUSTRATOR, seconds=0.3, concurrency=1)
    filmmaker = FakeProvider(Modality.FILMMAKER)
    async with studio([illustrator, filmmaker]) as application:
        await execute(application, drama)
    assert illustrator.peak == 1
    made = [*illustrator.ended]
    first_clip = filmmaker.ended[0].replace("clip", "storyboard")
    assert made.index(first_clip) < len(made) - 1
    assert filmmaker.started[0] == "e1s1.clip"


async def test_a_failed_node_stops_only_what_needs_it_and_resume_makes_only_the_rest(
    studio: Studio, drama: Drama
) -> None:
    refusals = {"e1s2.clip"}

    def fault(node: str, _time: int) -> ProviderError | None:
        return ProviderError(ProviderErrorKind.REJECTED_PROMPT, "not allowed") if node in refusals else None

    crew = fake_crew(fault=fault)
    async with studio(crew) as application:
        parent = await execute(application, drama)
        jobs = {job.node_id: job for job in await application.jobs.children(OWNER, parent.id)}
        before = [sum(provider.accepted.values()) for provider in crew]
        refusals.clear()
        resumed = await execute(application, drama, Choice(resume=True))
        after = [sum(provider.accepted.values()) for provider in crew]
        remade = [
            job.node_id for job in await application.jobs.children(OWNER, resumed.id) if not job.meta.get("reused")
        ]
    assert parent.status is JobStatus.FAILED
    assert jobs["e1s2.clip"].error is not None
    assert jobs["e1s2.clip"].error["code"] == "rejected_prompt"
    assert jobs["e1s2.clip"].error["message"] == "not allowed"
    assert "prompt" in jobs["e1s2.clip"].error["advice"]
    assert jobs["cut:e1"].status is JobStatus.CANCELLED
    assert "e1s2.clip" in str(jobs["cut:e1"].error)
    assert jobs["cut:e2"].status is JobStatus.COMPLETED
    assert resumed.status is JobStatus.COMPLETED
    assert [b - a for a, b in zip(before, after, strict=True)] == [0, 1]
    assert remade == ["e1s2.clip", "cut:e1"]


async def test_a_second_execute_makes_nothing_again(studio: Studio, drama: Drama) -> None:
    crew = fake_crew()
    async with studio(crew) as application:
        await execute(application, drama)
        again = await execute(application, drama)
    assert again.status is JobStatus.COMPLETED
    assert again.actual_micros == 0
    assert accepted_once(crew)


async def test_an_execute_while_one_runs_is_refused_and_names_it(studio: Studio, drama: Drama) -> None:
    async with studio(fake_crew(filmmaker_seconds=1.0)) as application:
        await application.dramas.add(OWNER, drama.model_dump(mode="json"))
        running = (await application.runs.execute(OWNER, drama.id, Choice())).job
        with pytest.raises(Conflict, match=running.id):
            await application.runs.execute(OWNER, drama.id, Choice())


async def test_until_and_episodes_bound_a_run(studio: Studio, drama: Drama) -> None:
    crew = fake_crew()
    async with studio(crew) as application:
        parent = await execute(application, drama, Choice(until=Until.STORYBOARDS, episodes=["e2"]))
        children = await application.jobs.children(OWNER, parent.id)
    assert {job.type for job in children} == {JobType.PORTRAIT, JobType.STORYBOARD}
    assert sorted(crew[0].accepted) == [
        "ada.portrait",
        "ben.portrait",
        "e2s1.storyboard",
        "e2s2.storyboard",
        "e2s3.storyboard",
    ]
    assert not crew[1].accepted


async def test_a_busy_provider_is_asked_again_and_the_node_does_not_fail(studio: Studio, drama: Drama) -> None:
    def fault(node: str, time: int) -> ProviderError | None:
        busy = node == "e1s1.storyboard" and time <= 2
        return ProviderError(ProviderErrorKind.OVERLOADED, "try later", retry_after=0.05) if busy else None

    crew = fake_crew(fault=fault)
    async with studio(crew) as application:
        parent = await execute(application, drama)
    assert parent.status is JobStatus.COMPLETED
    assert crew[0].asked["e1s1.storyboard"] == 3
    assert accepted_once(crew)


def _accepted_but_lost(node: str, time: int) -> ProviderError | None:
    if node != "e1s1.clip" or time > 1:
        return None
    lost = ProviderError(ProviderErrorKind.UNKNOWN_OUTCOME, "connection reset")
    lost.accepted = True  # type: ignore[attr-defined]
    return lost


async def test_a_lost_reply_is_found_and_never_asked_again(studio: Studio, drama: Drama) -> None:
    crew = fake_crew(fault=_accepted_but_lost)
    async with studio(crew) as application:
        parent = await execute(application, drama)
    assert parent.status is JobStatus.COMPLETED
    assert crew[1].asked["e1s1.clip"] == 1


async def test_a_lost_reply_that_cannot_be_looked_up_waits_for_a_person(studio: Studio, drama: Drama) -> None:
    illustrator, _ = fake_crew()
    filmmaker = FakeProvider(Modality.FILMMAKER, fault=_accepted_but_lost, lost_reply=LostReply.REVIEW)
    async with studio([illustrator, filmmaker]) as application:
        parent = await execute(application, drama)
        resumed = await execute(application, drama, Choice(resume=True))
        parked = {job.node_id: job.status for job in await application.jobs.children(OWNER, resumed.id)}
    assert parent.status is JobStatus.NEEDS_REVIEW
    assert parked["e1s1.clip"] is JobStatus.NEEDS_REVIEW
    assert parked["cut:e2"] is JobStatus.COMPLETED
    assert filmmaker.asked["e1s1.clip"] == 1


async def test_a_bad_delivery_is_downloaded_again_and_not_paid_again(studio: Studio, drama: Drama) -> None:
    illustrator, _ = fake_crew()
    filmmaker = FakeProvider(
        Modality.FILMMAKER,
        deliver=lambda node, time: b"<html>busy</html>" if node == "e2s1.clip" and time == 1 else None,
    )
    async with studio([illustrator, filmmaker]) as application:
        parent = await execute(application, drama)
    assert parent.status is JobStatus.COMPLETED
    assert filmmaker.accepted["e2s1.clip"] == 1
    assert filmmaker.ended.count("e2s1.clip") == 2


async def test_a_direct_provider_goes_through_the_same_ledger(studio: Studio, drama: Drama) -> None:
    direct = DirectIllustrator()
    _, filmmaker = fake_crew()
    async with studio([direct, filmmaker]) as application:
        parent = await execute(application, drama)
    assert parent.status is JobStatus.COMPLETED
    assert set(direct.accepted.values()) == {1}


async def test_storyboards_are_shown_the_portraits_and_clips_their_storyboard(studio: Studio, drama: Drama) -> None:
    crew = fake_crew()
    async with studio(crew) as application:
        await execute(application, drama)
    storyboard = crew[0].requests["e1s1.storyboard"]
    clip = crew[1].requests["e1s1.clip"]
    assert [one.node_id for one in storyboard.references] == ["ada.portrait", "ben.portrait"]  # type: ignore[union-attr]
    assert clip.first_frame.node_id == "e1s1.storyboard"  # type: ignore[union-attr]


async def test_force_makes_new_takes(studio: Studio, drama: Drama) -> None:
    crew = fake_crew()
    async with studio(crew) as application:
        await execute(application, drama)
        await execute(application, drama, Choice(force=True, episodes=["e1"], until=Until.PORTRAITS))
        await execute(application, drama, Choice(force=True, until=Until.PORTRAITS))
    assert crew[0].accepted["ada.portrait"] == 2
    assert crew[0].accepted["e1s1.storyboard"] == 1


async def test_the_preview_draws_the_picture_of_a_place(studio: Studio, drama: Drama) -> None:
    place = Asset(id="place", kind=AssetKind.IMAGE, prompt="A lift with a brass gate", metadata={"location": "Lift"})
    shown = drama.model_copy(update={"assets": [place]})
    async with studio([]) as application:
        done = await execute(application, shown, Choice(until=Until.STORYBOARDS, episodes=["e1"]))
        drawn = (await application.jobs.get(OWNER, f"{done.id}:place")).job if done.error is None else done
    assert done.status is JobStatus.COMPLETED, done.error
    assert drawn.result is not None


async def test_a_drama_stays_with_whom_its_last_run_chose(studio: Studio, drama: Drama) -> None:
    second = FakeProvider(Modality.ILLUSTRATOR, name="second")
    crew = CrewChoice(illustrator="second")
    async with studio([second, *fake_crew()]) as application:
        await application.dramas.add(OWNER, drama.model_dump(mode="json"))
        accepted = await application.runs.execute(OWNER, drama.id, Choice(until=Until.PORTRAITS), crew=crew)
        await ended(application, accepted.job)
        kept = (await application.plans.plan(OWNER, drama.id)).nodes["ada.portrait"]
        other = CrewChoice(illustrator="fake")
        back = (await application.plans.plan(OWNER, drama.id, other)).nodes["ada.portrait"]
    assert (kept.provider, kept.state) == ("second", "fresh")
    assert (back.provider, back.state) == ("fake", "stale")
    assert second.accepted["ada.portrait"] == 1
