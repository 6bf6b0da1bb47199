"""What only `make chaos` runs: every other kill point, and kills where a person decides."""

import os

import pytest

from fakes.vendor_chaos import chaos, judged, kill_at_points, kill_at_random
from sfd.config import Settings
from sfd.providers.base import LostReply

KILLS = int(os.environ.get("CHAOS_KILLS", "300"))
LOSING = ("busy", "lost", "error_after")
HARMLESS = ("Load", "Wanted", "HasRoom", "Clear", "Ask", "Deliver", "Wait")
AFTER_A_LOSS = ("Release", "Now", "Received", "Find", "TakeOver")


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
