"""Faults between SFD and its bucket while a drama is made: nothing lost, nothing made or paid twice."""

import asyncio
import hashlib

import pytest

from fakes.faulty_proxy import Fault, FaultyProxy
from fakes.providers import FakeProvider, accepted_once, fake_crew
from fakes.s3 import S3Server
from fakes.studio import OWNER, Studio, ended, execute
from sfd.application import Application
from sfd.config import Settings
from sfd.domain.jobs import Job, JobStatus
from sfd.domain.models import Drama
from sfd.generation.plan import Choice

PASSING = (Fault.BUSY, Fault.NONE, Fault.ERROR, Fault.NONE, Fault.RESET, Fault.NONE, Fault.HALF, Fault.LOST, Fault.NONE)


@pytest.fixture
def settings(settings: Settings, s3: S3Server, proxy: FaultyProxy, bucket_name: str) -> Settings:
    """Settings of a library behind the proxy, and of little patience: work rests soon, and goes on."""
    where = s3.settings(bucket_name, proxy.url)
    quick = {"r2_timeout_seconds": 1.0, "r2_patience_seconds": 0.5, "worker_processes": 1}
    return Settings.model_validate({**settings.model_dump(), **where, **quick})


async def all_is_kept(application: Application, parent: Job, crew: tuple[FakeProvider, FakeProvider]) -> None:
    """Everything completed, was asked for once, and lies in the bucket as it was stored."""
    assert parent.status is JobStatus.COMPLETED
    assert accepted_once(crew)
    assert [sum(one.asked.values()) for one in crew] == [sum(one.accepted.values()) for one in crew]
    jobs = await application.jobs.children(OWNER, parent.id)
    assert {job.status for job in jobs} == {JobStatus.COMPLETED}
    for job in jobs:
        assert job.result is not None
        data = b"".join([piece async for piece in application.store.stream(job.result["key"])])
        assert hashlib.sha256(data).hexdigest() == job.result["sha256"]


async def test_a_drama_is_made_though_every_other_request_fails(
    studio: Studio, proxy: FaultyProxy, drama: Drama
) -> None:
    crew = fake_crew()
    proxy.fault = lambda _method, _path, time: PASSING[time % len(PASSING)]
    async with studio(crew) as application:
        parent = await execute(application, drama)
        proxy.fault = lambda _method, _path, _time: Fault.NONE
        await all_is_kept(application, parent, crew)
    assert sum(proxy.faults[one] for one in PASSING if one is not Fault.NONE) > 10


@pytest.mark.parametrize("fault", [Fault.BUSY, Fault.HANG, Fault.RESET])
async def test_work_rests_while_the_bucket_is_away_and_goes_on(
    studio: Studio, proxy: FaultyProxy, drama: Drama, fault: Fault
) -> None:
    crew = fake_crew()
    away = asyncio.Event()
    away.set()
    proxy.fault = lambda _method, _path, _time: fault if away.is_set() else Fault.NONE
    async with studio(crew) as application:
        await application.dramas.add(OWNER, drama.model_dump(mode="json"))
        run = (await application.runs.execute(OWNER, drama.id, Choice())).job
        await some_job_waits(application, run)
        assert (await application.jobs.get(OWNER, run.id)).job.status is JobStatus.RUNNING
        away.clear()
        await all_is_kept(application, await ended(application, run), crew)


async def test_what_was_paid_for_is_kept_when_the_bucket_is_back_after_a_restart(
    studio: Studio, proxy: FaultyProxy, drama: Drama
) -> None:
    crew = fake_crew()
    proxy.fault = lambda method, _path, _time: Fault.BUSY if method == "PUT" else Fault.NONE
    async with studio(crew) as application:
        await application.dramas.add(OWNER, drama.model_dump(mode="json"))
        run = (await application.runs.execute(OWNER, drama.id, Choice())).job
        await some_job_waits(application, run)
    proxy.fault = lambda _method, _path, _time: Fault.NONE
    async with studio(crew) as application:
        await all_is_kept(application, await ended(application, run), crew)


async def some_job_waits(application: Application, run: Job) -> None:
    async with asyncio.timeout(60):
        while True:
            jobs = await application.jobs.children(OWNER, run.id)
            if any(job.meta.get("waiting_for") == "storage" for job in jobs):
                return
            await asyncio.sleep(0.1)
