"""What only `make chaos` runs: every other kill point, and kills where a person decides."""

import os
import time
from pathlib import Path

import pytest

from fakes.clients import finished
from fakes.database_lock import locked
from fakes.dramas import two_episode_drama
from fakes.postgres import running_postgres
from fakes.server import running_server
from fakes.vendor_chaos import chaos, judged, kill_at_points, kill_at_random
from sfd.config import Settings
from sfd.providers.base import LostReply

KILLS = int(os.environ.get("CHAOS_KILLS", "300"))
LOSING = ("busy", "lost", "error_after")
HARMLESS = ("Load", "Wanted", "HasRoom", "Clear", "Ask", "Deliver", "Wait")
AFTER_A_LOSS = ("Release", "Now", "Received", "Find", "TakeOver")
PAYING = ("Claim", "Post", "Record", "Keep")
WORKERS = 3
LOCKED_SECONDS = 40.0


async def test_random_kills_when_a_person_decides(settings: Settings) -> None:
    async with chaos(settings, lost_reply=LostReply.REVIEW) as one:
        await kill_at_random(one, KILLS, workers=1, seed=20261124)
        await judged(one, "SQLite, random, review")


@pytest.mark.parametrize("names", [HARMLESS, AFTER_A_LOSS])
async def test_kills_at_every_other_point(settings: Settings, names: tuple[str, ...]) -> None:
    async with chaos(settings, LOSING, rate=0.5) as one:
        missed = await kill_at_points(one, [(name, when) for name in names for when in ("before", "after")])
        await judged(one, f"SQLite, {names[0]} …")
    assert missed == []


@pytest.mark.parametrize("name", ["Withdraw", "Abandon"])
async def test_kills_while_a_cancellation_is_carried_out(settings: Settings, name: str) -> None:
    async with chaos(settings, (), seconds=3.0) as one:
        missed = await kill_at_points(one, [(name, "before"), (name, "after")])
        found = await judged(one, f"SQLite, {name}")
    assert missed == []
    assert found.completed < found.runs


@pytest.mark.parametrize(("name", "fault"), [("Park", "error_after"), ("Fail", "refused")])
async def test_kills_where_an_attempt_ends_badly(settings: Settings, name: str, fault: str) -> None:
    async with chaos(settings, (fault,), rate=0.5, lost_reply=LostReply.REVIEW) as one:
        missed = await kill_at_points(one, [(name, "before"), (name, "after")])
        await judged(one, f"SQLite, {name}")
    assert missed == []


@pytest.mark.parametrize("names", [PAYING, HARMLESS, AFTER_A_LOSS])
async def test_kills_of_one_of_three_workers_on_postgresql(settings: Settings, names: tuple[str, ...]) -> None:
    with running_postgres() as server:
        shared = settings.model_copy(update={"database_url": server.new_database()})
        async with chaos(shared, LOSING, rate=0.5) as one:
            points = [(name, when) for name in names for when in ("before", "after")]
            missed = await kill_at_points(one, points, beside=WORKERS - 1)
            await judged(one, f"PostgreSQL, {WORKERS}, {names[0]} …")
    assert missed == []


@pytest.mark.parametrize("name", ["Withdraw", "Abandon"])
async def test_kills_of_one_of_three_workers_while_a_cancellation_is_carried_out(settings: Settings, name: str) -> None:
    with running_postgres() as server:
        shared = settings.model_copy(update={"database_url": server.new_database()})
        async with chaos(shared, (), seconds=3.0) as one:
            missed = await kill_at_points(one, [(name, "before"), (name, "after")], beside=WORKERS - 1)
            found = await judged(one, f"PostgreSQL, {WORKERS}, {name}")
    assert missed == []
    assert found.completed < found.runs


@pytest.mark.parametrize(("name", "fault"), [("Park", "error_after"), ("Fail", "refused")])
async def test_kills_of_one_of_three_workers_where_an_attempt_ends_badly(
    settings: Settings, name: str, fault: str
) -> None:
    with running_postgres() as server:
        shared = settings.model_copy(update={"database_url": server.new_database()})
        async with chaos(shared, (fault,), rate=0.5, lost_reply=LostReply.REVIEW) as one:
            missed = await kill_at_points(one, [(name, "before"), (name, "after")], beside=WORKERS - 1)
            await judged(one, f"PostgreSQL, {WORKERS}, {name}")
    assert missed == []


def test_a_database_that_stays_locked_is_said_after_half_a_minute_and_work_goes_on_after_it(tmp_path: Path) -> None:
    with running_server(tmp_path) as api:
        first = two_episode_drama("first", episodes=1, scenes=2).model_dump(mode="json")
        assert api.post("/dramas", json={"drama": first}).status_code == 201
        run = api.post("/dramas/first/execute", json={})
        began = time.monotonic()
        with locked(tmp_path / "data" / "sfd.db"):
            refused = api.post("/dramas", json={"drama": {**first, "id": "second"}})
            print(f"\nlocked: {refused.status_code} after {time.monotonic() - began:.1f} s")
            assert (refused.status_code, refused.json()["code"]) == (503, "database_busy")
            assert refused.headers["content-type"].startswith("application/problem+json")
            assert int(refused.headers["Retry-After"]) > 0
            time.sleep(max(0.0, began + LOCKED_SECONDS - time.monotonic()))
        assert finished(api, run.headers["location"])["status"] == "completed"
        assert api.post("/dramas", json={"drama": {**first, "id": "second"}}).status_code == 201
