"""What two processes do at the same moment: PostgreSQL lets them, so the rows must be locked."""
# One test stops a process between two of its steps.
# pyright: reportPrivateUsage=false

import asyncio
from collections.abc import AsyncIterator

import pytest

from fakes.dramas import two_episode_drama
from fakes.providers import FakeProvider
from fakes.studio import OWNER
from sfd.application import Application, open_application
from sfd.config import Settings
from sfd.domain.editing import Address
from sfd.domain.errors import Conflict
from sfd.domain.jobs import Job
from sfd.domain.patches import ScenePatch
from sfd.generation import attempt as core
from sfd.generation.attempt_driver import AttemptContext, AttemptDriver
from sfd.generation.breaker import Breakers
from sfd.generation.plan import Choice
from sfd.providers.base import ImageRequest, Modality


@pytest.fixture
async def two(settings: Settings) -> AsyncIterator[tuple[Application, Application]]:
    """Two processes' worth of applications on one database; both migrate it at once."""
    async with open_application(settings, work=False) as one, open_application(settings, work=False) as other:
        yield one, other


async def test_of_two_simultaneous_executions_one_is_accepted(two: tuple[Application, Application]) -> None:
    await two[0].dramas.add(OWNER, two_episode_drama("contested").model_dump(mode="json"))
    for _ in range(5):
        both = (one.runs.execute(OWNER, "contested", Choice()) for one in two)
        accepted, refused = sorted(
            await asyncio.gather(*both, return_exceptions=True), key=lambda one: isinstance(one, BaseException)
        )
        assert isinstance(refused, Conflict)
        assert not isinstance(accepted, BaseException)
        await two[1].control.cancel(OWNER, accepted.job.id)


async def test_no_edit_of_64_at_once_is_lost(two: tuple[Application, Application]) -> None:
    await two[0].dramas.add(OWNER, two_episode_drama("edited").model_dump(mode="json"))
    scene: Address = (("episodes", "e1"), ("scenes", "e1s1"))

    async def edit(number: int) -> None:
        patch = ScenePatch.model_validate({"metadata": {f"key{number}": number}})
        await two[number % 2].editing.patch(OWNER, "edited", scene, patch)

    await asyncio.gather(*(edit(number) for number in range(64)))
    drama = await two[0].dramas.load(OWNER, "edited")
    assert len(drama.episodes[0].scenes[0].metadata) == 64


async def test_a_request_that_another_process_took_over_is_not_sent(settings: Settings) -> None:
    crew = [FakeProvider(Modality.ILLUSTRATOR), FakeProvider(Modality.FILMMAKER)]
    chosen = settings.model_copy(update={"illustrator": "fake", "filmmaker": "fake"})
    async with open_application(chosen, work=False, providers=crew) as application:
        await application.dramas.add(OWNER, two_episode_drama("slept").model_dump(mode="json"))
        run = (await application.runs.execute(OWNER, "slept", Choice())).job
        job = (await application.jobs.children(OWNER, run.id))[0]
        sleeper, other = (_driver(application, crew[0], job, owner) for owner in ("sleeper", "other"))
        assert await sleeper._claim(core.Claim()) is core.Claimed.WON
        await asyncio.sleep(crew[0].capabilities.settles_after)
        seen = await other._load(core.Load())
        assert seen is not None
        assert await other._take_over(core.TakeOver(seen))
        assert isinstance(await other._post(core.Post()), str)
        assert await sleeper._post(core.Post()) is None
        assert crew[0].accepted.total() == 1


def _driver(application: Application, provider: FakeProvider, job: Job, owner: str) -> AttemptDriver:
    async def nothing(*_: object) -> None:
        """What is delivered is not looked at."""

    spool = application.settings.data_dir / "spool"
    request = ImageRequest(prompt="a street", idempotency_key=f"{job.id}.1")
    context = AttemptContext(
        database=application.database,
        provider=provider,
        request=request,
        fingerprint="",
        owner=owner,
        spool=spool,
        min_free_bytes=1,
        max_retries=0,
        breaker=Breakers().of("fake"),
        verify=nothing,
        keep=nothing,
    )
    return AttemptDriver(context, job)
