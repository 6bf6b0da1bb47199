"""Cancelling: nothing new is asked for, what a provider has is stopped where it can be, what was paid for is kept."""

import asyncio
from collections.abc import Callable

from fakes.providers import FakeProvider
from fakes.studio import OWNER, Studio, ended
from sfd.application import Application
from sfd.domain.jobs import Job, JobStatus
from sfd.domain.models import Drama
from sfd.generation.plan import Choice
from sfd.providers.base import LostReply, Modality

FOR_EVER = 10**6


async def started(application: Application, drama: Drama, is_so: Callable[[], bool]) -> Job:
    """A run that has come so far."""
    await application.dramas.add(OWNER, drama.model_dump(mode="json"))
    run = (await application.runs.execute(OWNER, drama.id, Choice())).job
    await until(is_so)
    return run


async def until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not is_so():  # noqa: ASYNC110 - a provider has no event to wait for
            await asyncio.sleep(0.02)


async def test_a_cancelled_run_stops_what_providers_have_and_asks_for_nothing_more(
    studio: Studio, drama: Drama
) -> None:
    illustrator = FakeProvider(Modality.ILLUSTRATOR, polls=FOR_EVER, concurrency=1)
    async with studio([illustrator, FakeProvider(Modality.FILMMAKER)]) as application:
        run = await started(application, drama, lambda: bool(illustrator.polled))
        await application.control.cancel(OWNER, run.id)
        parent = await ended(application, run)
        children = await application.jobs.children(OWNER, run.id)
    assert parent.status is JobStatus.CANCELLED
    assert {child.status for child in children} == {JobStatus.CANCELLED}
    assert sum(illustrator.accepted.values()) == 1
    assert illustrator.cancelled == illustrator.started
    assert parent.actual_micros == 50_000  # what was accepted counts, though it was stopped
    assert sum(child.actual_micros or 0 for child in children) == 50_000


async def test_what_cannot_be_stopped_is_finished_and_kept(studio: Studio, drama: Drama) -> None:
    illustrator = FakeProvider(Modality.ILLUSTRATOR, polls=4, concurrency=1, cancels=False)
    async with studio([illustrator, FakeProvider(Modality.FILMMAKER)]) as application:
        run = await started(application, drama, lambda: bool(illustrator.polled))
        await application.control.cancel(OWNER, run.id)
        parent = await ended(application, run)
        children = await application.jobs.children(OWNER, run.id)
        takes = await application.dramas.takes(OWNER, drama.id)
    assert parent.status is JobStatus.CANCELLED
    kept = [child for child in children if child.status is JobStatus.COMPLETED]
    assert [child.node_id for child in kept] == illustrator.started == list(takes)
    assert sum(illustrator.accepted.values()) == 1


async def test_one_node_is_cancelled_and_only_what_needs_it_is_not_made(studio: Studio, drama: Drama) -> None:
    illustrator = FakeProvider(Modality.ILLUSTRATOR)
    filmmaker = FakeProvider(Modality.FILMMAKER, polls=FOR_EVER)
    async with studio([illustrator, filmmaker]) as application:
        run = await started(application, drama, lambda: "e1s1.clip" in filmmaker.polled)
        await application.control.cancel(OWNER, f"{run.id}:e1s1.clip")
        await until(lambda: bool(filmmaker.cancelled))
        filmmaker.polls = 0
        parent = await ended(application, run)
        by_node = {child.node_id: child.status for child in await application.jobs.children(OWNER, run.id)}
    assert parent.status is JobStatus.CANCELLED
    assert {node for node, status in by_node.items() if status is JobStatus.CANCELLED} == {"e1s1.clip", "cut:e1"}
    assert filmmaker.cancelled == ["e1s1.clip"]


async def test_a_cancelled_run_is_taken_up_without_paying_again(studio: Studio, drama: Drama) -> None:
    illustrator = FakeProvider(Modality.ILLUSTRATOR, lost_reply=LostReply.REVIEW)
    filmmaker = FakeProvider(Modality.FILMMAKER, polls=FOR_EVER)
    async with studio([illustrator, filmmaker]) as application:
        run = await started(application, drama, lambda: len(illustrator.ended) == 8)
        await application.control.cancel(OWNER, run.id)
        await ended(application, run)
        filmmaker.polls = 0
        again = await ended(application, (await application.retries.retry(OWNER, run.id)).job)
    assert again.status is JobStatus.COMPLETED
    assert sum(illustrator.accepted.values()) == 8
    stopped_and_made_again = set(filmmaker.cancelled)
    assert all(filmmaker.accepted[clip] == 1 + (clip in stopped_and_made_again) for clip in filmmaker.accepted)
