"""Limits that several workers hold together, and those that each has for itself."""

import asyncio
import json

from conftest import Start, Vendor
from fakes.dramas import two_episode_drama
from fakes.minute import let_a_minute_pass
from fakes.studio import OWNER, ended
from sfd.application import Application
from sfd.domain.jobs import Job, JobStatus
from sfd.generation.plan import Choice

A_FEW_LOOKS = 2.0
A_MINUTES = 5


async def _execute(office: Application) -> Job:
    drama = two_episode_drama("wide", episodes=1, scenes=12)
    await office.dramas.add(OWNER, drama.model_dump(mode="json"))
    return (await office.runs.execute(OWNER, drama.id, Choice())).job


def _pictures(vendor: Vendor) -> int:
    return sum(count for key, count in vendor.asked().items() if ".clip." not in key)


async def test_two_workers_together_ask_no_more_in_a_minute_than_the_provider_allows(
    office: Application, vendor: Vendor, start_workers: Start
) -> None:
    start_workers(2, json.dumps({"requests_per_minute": A_MINUTES}))
    await _execute(office)
    for minutes in (1, 2):
        async with asyncio.timeout(60):
            while _pictures(vendor) < minutes * A_MINUTES:  # noqa: ASYNC110 - the ledger is another process's file
                await asyncio.sleep(0.05)
        await asyncio.sleep(A_FEW_LOOKS)
        assert _pictures(vendor) == minutes * A_MINUTES
        await let_a_minute_pass(office)


async def test_each_worker_makes_as_much_as_its_own_machine_has_cores(
    office: Application, vendor: Vendor, start_workers: Start
) -> None:
    local = json.dumps({"local": True})
    start_workers(1, local, "3")
    start_workers(1, local, "1")
    run = await _execute(office)
    assert (await ended(office, run)).status is JobStatus.COMPLETED
    assert vendor.peaks()["image"] == 3 + 1
