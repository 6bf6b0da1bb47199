"""When something goes wrong that no provider reported."""

import asyncio
from pathlib import Path

from structlog.testing import capture_logs

from fakes.dramas import two_episode_drama
from fakes.providers import FakeProvider, fake_crew
from fakes.studio import OWNER, Studio, ended, execute
from sfd.domain.jobs import JobStatus
from sfd.domain.models import Drama
from sfd.generation.plan import Choice
from sfd.providers.base import LostReply, Made, Modality, Request


class Careless(FakeProvider):
    """An adapter with a defect: it lets an error through that is none of SFD's."""

    async def fetch(self, remote_id: str, request: Request, into: Path) -> Made:
        if remote_id == "e1s1.clip":
            raise ZeroDivisionError("a defect of the adapter")
        return await super().fetch(remote_id, request, into)


async def test_a_defect_after_a_paid_request_waits_for_a_person_and_is_not_paid_again(
    studio: Studio, drama: Drama
) -> None:
    illustrator, _ = fake_crew()
    filmmaker = Careless(Modality.FILMMAKER)
    async with studio([illustrator, filmmaker]) as application:
        parent = await execute(application, drama)
        again = await execute(application, drama, Choice(resume=True))
        jobs = {job.node_id: job for job in await application.jobs.children(OWNER, parent.id)}
    assert parent.status is again.status is JobStatus.NEEDS_REVIEW
    assert jobs["e1s1.clip"].status is JobStatus.NEEDS_REVIEW
    assert "ZeroDivisionError" in str(jobs["e1s1.clip"].error)
    assert jobs["cut:e2"].status is JobStatus.COMPLETED
    assert filmmaker.accepted["e1s1.clip"] == 1


async def test_a_defect_of_something_free_fails_its_node_and_can_be_tried_again(studio: Studio, drama: Drama) -> None:
    illustrator, _ = fake_crew()
    filmmaker = Careless(Modality.FILMMAKER, lost_reply=LostReply.REPEAT)
    async with studio([illustrator, filmmaker]) as application:
        parent = await execute(application, drama)
        await execute(application, drama, Choice(resume=True))
    assert parent.status is JobStatus.FAILED
    assert filmmaker.accepted["e1s1.clip"] == 2


async def test_a_bad_delivery_is_fetched_a_few_times_and_then_waits_for_a_person(studio: Studio, drama: Drama) -> None:
    illustrator, _ = fake_crew()
    filmmaker = FakeProvider(
        Modality.FILMMAKER, deliver=lambda node, _time: b"<html>busy</html>" if node == "e1s1.clip" else None
    )
    async with studio([illustrator, filmmaker]) as application:
        parent = await execute(application, drama)
    assert parent.status is JobStatus.NEEDS_REVIEW
    assert filmmaker.ended.count("e1s1.clip") == 3
    assert filmmaker.accepted["e1s1.clip"] == 1


async def test_a_run_goes_on_at_once_when_the_engine_starts_however_many_queues_it_has(studio: Studio) -> None:
    drama = two_episode_drama("lift", episodes=1, scenes=1)
    others = [FakeProvider(Modality.ILLUSTRATOR, name=f"other-{number}") for number in range(12)]
    slow, quick = fake_crew(illustrator_seconds=30.0), fake_crew()
    async with studio(slow) as application:
        await application.dramas.add(OWNER, drama.model_dump(mode="json"))
        job = (await application.runs.execute(OWNER, drama.id, Choice())).job
        async with asyncio.timeout(60):
            while not slow[0].in_flight:  # noqa: ASYNC110 - of the engine
                await asyncio.sleep(0.01)
    with capture_logs() as said:
        async with studio([*others, *quick]) as application:
            done = await ended(application, job)
    assert done.status is JobStatus.COMPLETED
    assert [one for one in said if one["log_level"] != "info"] == []
