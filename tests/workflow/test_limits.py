"""What a provider allows, and what this machine has: never more than that, whoever asks."""

import asyncio
from decimal import Decimal
from pathlib import Path

from fakes.dramas import two_episode_drama
from fakes.minute import let_a_minute_pass
from fakes.providers import FakeProvider, fake_crew
from fakes.studio import OWNER, Studio, ended, execute
from sfd.application import open_application
from sfd.config import Settings
from sfd.domain.jobs import JobStatus
from sfd.domain.models import Drama
from sfd.generation.plan import Choice
from sfd.providers.base import Capabilities, LostReply, Made, Modality, Request, WriteRequest
from sfd.services.dramas import NewDrama

A_FEW_LOOKS = 1.5
A_MINUTES = 6


async def _until_accepted(provider: FakeProvider, count: int) -> None:
    async with asyncio.timeout(60):
        while provider.accepted.total() < count:  # noqa: ASYNC110 - what the provider says is all there is
            await asyncio.sleep(0.05)


async def test_no_more_is_asked_in_a_minute_than_the_provider_allows(studio: Studio) -> None:
    illustrator = FakeProvider(Modality.ILLUSTRATOR, concurrency=20, requests_per_minute=A_MINUTES)
    drama = two_episode_drama("eager", episodes=1, scenes=12)
    async with studio([illustrator, FakeProvider(Modality.FILMMAKER)]) as application:
        await application.dramas.add(OWNER, drama.model_dump(mode="json"))
        run = (await application.runs.execute(OWNER, drama.id, Choice())).job
        for minutes in (1, 2):
            await _until_accepted(illustrator, minutes * A_MINUTES)
            await asyncio.sleep(A_FEW_LOOKS)
            assert illustrator.accepted.total() == minutes * A_MINUTES
            await let_a_minute_pass(application)
        assert (await ended(application, run)).status is JobStatus.COMPLETED
    assert illustrator.accepted.total() == 14


async def test_what_is_made_on_this_machine_has_its_cores_and_no_more(settings: Settings) -> None:
    here = FakeProvider(Modality.ILLUSTRATOR, seconds=0.3, concurrency=50, local=True)
    cores = settings.model_copy(update={"worker_processes": 3, "illustrator": "fake", "filmmaker": "fake"})
    drama = two_episode_drama("local", episodes=1, scenes=12)
    async with open_application(cores, work=True, providers=[here, FakeProvider(Modality.FILMMAKER)]) as application:
        assert (await execute(application, drama)).status is JobStatus.COMPLETED
    assert here.peak == 3


class SlowWriter:
    """A writer that takes one drama at a time, and says how many it had at once."""

    name = "slow"

    def __init__(self) -> None:
        self.writing = 0
        self.peak = 0
        self.capabilities = Capabilities(Modality.WRITER, (), lost_reply=LostReply.REPEAT, concurrency=1)

    def price(self, request: Request) -> Decimal:
        del request
        return Decimal(0)

    async def make(self, request: Request, into: Path) -> Made:
        assert isinstance(request, WriteRequest)
        self.writing += 1
        self.peak = max(self.peak, self.writing)
        await asyncio.sleep(0.2)
        self.writing -= 1
        into.write_text(two_episode_drama(request.drama_id).model_dump_json())
        return Made("application/json")


async def test_dramas_are_written_as_many_at_a_time_as_the_writer_allows(studio: Studio) -> None:
    writer = SlowWriter()
    async with studio([writer]) as application:
        jobs = [(await application.dramas.write(OWNER, NewDrama(premise=f"A lift, {n}."))).job for n in range(4)]
        done = [await ended(application, job) for job in jobs]
    assert {job.status for job in done} == {JobStatus.COMPLETED}
    assert writer.peak == 1


async def test_nodes_of_a_provider_that_is_not_there_any_more_fail_and_say_so(
    settings: Settings, drama: Drama, studio: Studio
) -> None:
    chosen = settings.model_copy(update={"illustrator": "fake", "filmmaker": "fake"})
    async with open_application(chosen, work=False, providers=fake_crew()) as before:
        await before.dramas.add(OWNER, drama.model_dump(mode="json"))
        run = (await before.runs.execute(OWNER, drama.id, Choice())).job
    async with studio([]) as application:
        assert (await ended(application, run)).status is JobStatus.FAILED
        children = await application.jobs.children(OWNER, run.id)
    assert any("There is no illustrator 'fake'" in str(child.error) for child in children)
