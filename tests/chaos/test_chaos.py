"""Workers killed at the points where it matters most and at random moments, beside a vendor with faults.

`make chaos` makes it longer with CHAOS_KILLS, adds `long_form.py`, and prints a table.
"""

import os

from fakes.postgres import running_postgres
from fakes.vendor_chaos import chaos, judged, kill_at_points, kill_at_random
from sfd.config import Settings

KILLS = int(os.environ.get("CHAOS_KILLS", "4"))
LOSING = ("busy", "lost", "error_after")
DANGEROUS = ("Claim", "Post", "Record", "Keep")


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


async def test_kills_around_what_is_paid_for(settings: Settings) -> None:
    async with chaos(settings, LOSING, rate=0.3) as one:
        missed = await kill_at_points(one, [(name, when) for name in DANGEROUS for when in ("before", "after")])
        await judged(one, "SQLite, paying")
    assert missed == []
