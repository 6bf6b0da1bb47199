"""Workers killed at every point and at random moments, beside a vendor with faults.

The short form runs by default; CHAOS_KILLS makes it longer. Its table is printed with `pytest -s`.
"""

import os
from pathlib import Path

import pytest

from fakes.vendor_chaos import SEVEN_FAULTS, Found, Harness, harness, kill_at_random, running_vendor
from sfd.config import Settings
from sfd.providers.base import LostReply

KILLS = int(os.environ.get("CHAOS_KILLS", "12"))


def say(name: str, found: Found) -> None:
    print(f"\n{'':<24}{found.head()}\n{name:<24}{found.line()}")


async def test_random_kills(settings: Settings, tmp_path: Path) -> None:
    with running_vendor(tmp_path / "ledger.txt", SEVEN_FAULTS) as vendor:
        async with harness(settings.data_dir, settings.effective_database_url, vendor, LostReply.FIND) as one:
            await kill_at_random(one, KILLS, workers=1, seed=20261122)
            found = await one.found()
    say("SQLite, random", found)
    assert found.wrong == {}
