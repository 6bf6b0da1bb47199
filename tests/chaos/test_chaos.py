"""Workers killed at every point and at random moments, beside a vendor with faults.

The short form runs by default. `make chaos` is the long form: CHAOS_KILLS random kills, every point, and a table.
"""

import os
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager

import pytest

from fakes.postgres import running_postgres
from fakes.vendor_chaos import SEVEN_FAULTS, Found, Harness, harness, kill_at_points, kill_at_random, running_vendor
from sfd.config import Settings
from sfd.providers.base import LostReply

LONG = "CHAOS_KILLS" in os.environ
KILLS = int(os.environ.get("CHAOS_KILLS", "6"))
LOSING = ("busy", "lost", "error_after")
MOST_POINTS = ("Load", "Wanted", "HasRoom", "Clear", "Claim", "Post", "Record", "Ask", "Deliver", "Keep", "Wait")
POINTS_AFTER_A_LOSS = ("Release", "Now", "Received", "Find", "TakeOver")
DANGEROUS_POINTS = ("Claim", "Post", "Record", "Keep")


@asynccontextmanager
async def chaos(
    settings: Settings,
    faults: Sequence[str] = SEVEN_FAULTS,
    *,
    rate: float = 0.15,
    lost_reply: LostReply = LostReply.FIND,
) -> AsyncGenerator[Harness]:
    """A harness in the folder of a test."""
    with running_vendor(settings.data_dir.parent / "ledger.txt", faults, rate=rate) as vendor:
        async with harness(settings.data_dir, settings.effective_database_url, vendor, lost_reply) as one:
            yield one


async def judged(one: Harness, name: str) -> Found:
    """Nothing paid twice, lost, stuck, torn, left behind or wrongly counted; the table is printed."""
    found = await one.found()
    print(f"\n{'':<26}{found.head()}\n{name:<26}{found.line()}")
    assert found.wrong == {}
    assert found.accepted
    return found


async def test_random_kills_beside_sqlite(settings: Settings) -> None:
    async with chaos(settings) as one:
        await kill_at_random(one, KILLS, workers=1, seed=20261122)
        await judged(one, "SQLite, random")


async def test_random_kills_of_three_workers_on_postgresql(settings: Settings) -> None:
    with running_postgres() as server:
        shared = settings.model_copy(update={"database_url": server.new_database()})
        async with chaos(shared) as one:
            await kill_at_random(one, KILLS, workers=3, seed=20261123)
            await judged(one, "PostgreSQL, 3, random")


async def test_random_kills_when_a_person_decides(settings: Settings) -> None:
    async with chaos(settings, lost_reply=LostReply.REVIEW) as one:
        await kill_at_random(one, KILLS // 2, workers=1, seed=20261124)
        await judged(one, "SQLite, random, review")


async def test_kills_at_every_point(settings: Settings) -> None:
    names = (*MOST_POINTS, *POINTS_AFTER_A_LOSS) if LONG else DANGEROUS_POINTS
    async with chaos(settings, LOSING, rate=0.5) as one:
        missed = await kill_at_points(one, [(name, when) for name in names for when in ("before", "after")])
        await judged(one, "SQLite, points")
    assert missed == []


@pytest.mark.parametrize("name", ["Withdraw", "Abandon"] if LONG else ["Withdraw"])
async def test_kills_while_a_cancellation_is_carried_out(settings: Settings, name: str) -> None:
    async with chaos(settings, ()) as one:
        missed = await kill_at_points(one, [(name, "before"), (name, "after")])
        found = await judged(one, f"SQLite, {name}")
    assert missed == []
    assert found.completed < found.runs


@pytest.mark.parametrize(("name", "fault"), [("Park", "error_after"), ("Fail", "refused")])
async def test_kills_where_an_attempt_ends_badly(settings: Settings, name: str, fault: str) -> None:
    async with chaos(settings, (fault,), rate=0.5, lost_reply=LostReply.REVIEW) as one:
        points = [(name, when) for when in (("before", "after") if LONG else ("before",))]
        missed = await kill_at_points(one, points)
        await judged(one, f"SQLite, {name}")
    assert missed == []
