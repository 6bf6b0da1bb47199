"""Several workers on one PostgreSQL database. The vendor's own ledger shows each request once, whatever happens."""

import asyncio
import signal
import time

from conftest import Start, Vendor
from fakes.dramas import two_episode_drama
from fakes.postgres import Postgres
from fakes.studio import OWNER, ended
from sfd.application import Application
from sfd.db.leases import LEASE_SECONDS
from sfd.domain.jobs import Job, JobStatus
from sfd.generation.plan import Choice

NODES_ASKED_OF_THE_VENDOR = 2 + 4 + 4
AT_ONCE = 4


async def _execute(office: Application, *drama_ids: str) -> list[Job]:
    jobs: list[Job] = []
    for drama_id in drama_ids:
        drama = two_episode_drama(drama_id, episodes=1, scenes=4)
        await office.dramas.add(OWNER, drama.model_dump(mode="json"))
        jobs.append((await office.runs.execute(OWNER, drama_id, Choice())).job)
    return jobs


async def _all_complete(office: Application, runs: list[Job]) -> None:
    for run in runs:
        assert (await ended(office, run)).status is JobStatus.COMPLETED
        assert {child.status for child in await office.jobs.children(OWNER, run.id)} == {JobStatus.COMPLETED}


def _asked_once(vendor: Vendor, dramas: int) -> None:
    asked = vendor.asked()
    assert {key: count for key, count in asked.items() if count != 1} == {}
    assert len(asked) == NODES_ASKED_OF_THE_VENDOR * dramas


async def _until_asked(vendor: Vendor, count: int) -> None:
    async with asyncio.timeout(60):
        while vendor.asked().total() < count:  # noqa: ASYNC110 - the ledger is another process's file
            await asyncio.sleep(0.05)


async def test_three_workers_make_every_node_once_and_hold_the_limits_together(
    office: Application, vendor: Vendor, start_workers: Start
) -> None:
    start_workers(3)
    await _all_complete(office, await _execute(office, "one", "two"))
    _asked_once(vendor, 2)
    assert max(vendor.peaks().values()) <= AT_ONCE


async def test_what_a_killed_worker_was_at_is_finished_by_another(
    office: Application, vendor: Vendor, start_workers: Start
) -> None:
    first, _second = start_workers(2)
    runs = await _execute(office, "one")
    await _until_asked(vendor, 5)
    first.kill()
    await _all_complete(office, runs)
    _asked_once(vendor, 1)


async def test_a_worker_that_was_stopped_for_longer_than_its_lease_pays_nothing_twice_and_works_again(
    office: Application, vendor: Vendor, start_workers: Start
) -> None:
    frozen, other = start_workers(2)
    runs = await _execute(office, "one")
    await _until_asked(vendor, 5)
    frozen.send_signal(signal.SIGSTOP)
    stopped_at = time.monotonic()
    await _all_complete(office, runs)
    await asyncio.sleep(max(0.0, stopped_at + LEASE_SECONDS + 2 - time.monotonic()))
    frozen.send_signal(signal.SIGCONT)
    other.terminate()
    await _all_complete(office, await _execute(office, "two"))
    _asked_once(vendor, 2)
    assert other.wait(30) == 0


async def test_a_worker_that_is_told_to_stop_leaves_the_rest_to_the_others(
    office: Application, vendor: Vendor, start_workers: Start
) -> None:
    leaving, _staying = start_workers(2)
    runs = await _execute(office, "one")
    await _until_asked(vendor, 5)
    leaving.terminate()
    await _all_complete(office, runs)
    _asked_once(vendor, 1)
    assert leaving.wait(30) == 0


async def test_a_run_outlives_a_database_that_is_away_for_ten_seconds(
    office: Application, vendor: Vendor, postgres: Postgres, start_workers: Start
) -> None:
    start_workers(2)
    runs = await _execute(office, "one")
    await _until_asked(vendor, 5)
    await asyncio.to_thread(postgres.stop, "immediate")
    await asyncio.sleep(10)
    await asyncio.to_thread(postgres.start)
    await _all_complete(office, runs)
    _asked_once(vendor, 1)
