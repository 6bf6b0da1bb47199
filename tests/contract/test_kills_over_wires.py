"""`sfd worker` killed at random moments while real adapters draw and film. The vendors' ledgers are the witness.

`make chaos` makes it longer with CHAOS_KILLS.
"""

import asyncio
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator, Sequence
from contextlib import ExitStack, asynccontextmanager, contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

import psutil
import pytest
from pydantic import SecretStr
from sqlalchemy import RowMapping, func, select

from fakes.dramas import two_episode_drama
from fakes.server import sfd_environment
from fakes.studio import OWNER
from fakes.wire import Fault, Step
from fakes.wire_program import Vendor, running_wire
from sfd.application import Application, open_application, spool_dir
from sfd.config import Settings
from sfd.db import tables
from sfd.domain.jobs import Job, JobStatus
from sfd.generation.attempt import AttemptState
from sfd.generation.plan import Choice

KILLS = int(os.environ.get("CHAOS_KILLS", "5"))
KEY = "sk-killed-60b1"
TIMEOUT = 3.0  # seconds; a lost request is looked for after twice that, and ten
PATIENCE = 180.0
LULL = 8.0
RUNS_AT_ONCE = 2
DELAYS = [Fault.RATE_LIMITED, None, Fault.OVERLOADED]


class Wild:
    """An office that accepts runs, and one worker beside it that is killed again and again."""

    def __init__(self, office: Application, folder: Path, environment: dict[str, str]) -> None:
        self.office = office
        self.runs: list[Job] = []
        self.orphans: list[psutil.Process] = []
        self._folder = folder
        self._environment = environment

    async def order(self) -> None:
        """One more drama, whose requests are like no other's, unless enough are in the making."""
        if sum([not (await self.now(run)).status.ended for run in self.runs]) >= RUNS_AT_ONCE:
            return
        drama = two_episode_drama(f"drama_{len(self.runs) + 1}", episodes=1, scenes=2)
        drama = drama.model_copy(update={"style": f"ink wash number {len(self.runs) + 1}"})
        await self.office.dramas.add(OWNER, drama.model_dump(mode="json"))
        self.runs.append((await self.office.runs.execute(OWNER, drama.id, Choice())).job)

    async def now(self, job: Job) -> Job:
        return (await self.office.jobs.get(OWNER, job.id)).job

    @contextmanager
    def life(self) -> Generator[subprocess.Popen[bytes]]:
        """A worker, which is dead afterwards."""
        command = [sys.executable, "-m", "sfd", "worker"]
        with (self._folder / "worker.log").open("ab") as log:
            worker = subprocess.Popen(command, env=self._environment, cwd=self._folder, stderr=log)
        try:
            yield worker
        finally:
            self.orphans += psutil.Process(worker.pid).children(recursive=True)
            worker.send_signal(signal.SIGKILL)
            worker.wait()

    async def until(self, happened: Callable[[], Awaitable[bool]], seconds: float) -> bool:
        """Wait until something happened, or that long. Whether it did."""
        deadline = time.monotonic() + seconds
        while not await happened():
            if time.monotonic() > deadline:
                return False
            await asyncio.sleep(0.03)
        return True

    async def changes(self) -> int:
        async with self.office.database.read() as connection:
            return (await connection.execute(select(func.count()).select_from(tables.event))).scalar_one()

    async def rows(self, table: Any) -> Sequence[RowMapping]:
        async with self.office.database.read() as connection:
            return (await connection.execute(select(table))).mappings().all()


@pytest.fixture
def vendors(tmp_path: Path) -> Generator[tuple[Vendor, Vendor]]:
    """Google draws and a server like OpenAI's films. What they accepted takes them a while to say."""
    with ExitStack() as stack:
        options = ("--seconds", "0.4")
        gemini = stack.enter_context(running_wire("gemini", tmp_path / "gemini.ledger", KEY, options))
        sora = stack.enter_context(running_wire("openai", tmp_path / "sora.ledger", KEY, options))
        for one in (gemini, sora):
            one.script(Step.CREATE, DELAYS)
            one.fail(Step.CREATE, Fault.SLOW, None)
        yield gemini, sora


@asynccontextmanager
async def wild(settings: Settings, vendors: tuple[Vendor, Vendor]) -> AsyncGenerator[Wild]:
    gemini, sora = vendors
    folder = settings.data_dir.parent
    chosen = {
        "illustrator": "gemini",
        "filmmaker": "sora",
        "google_gemini_base_url": gemini.base_url,
        "sora_api_base": sora.base_url,
        "provider_timeout_seconds": TIMEOUT,
        "worker_processes": 1,
    }
    keys = {"GEMINI_API_KEY": KEY, "SORA_API_KEY": KEY}
    shared = settings.model_copy(update={**chosen, **{name.lower(): SecretStr(key) for name, key in keys.items()}})
    environment = sfd_environment(folder, **{name.upper(): str(value) for name, value in chosen.items()}, **keys)
    async with open_application(shared, work=False) as office:
        yield Wild(office, folder, environment)


async def test_a_worker_killed_at_random_pays_for_nothing_twice_and_loses_nothing(
    settings: Settings, vendors: tuple[Vendor, Vendor]
) -> None:
    chance = random.Random(20261123)
    async with wild(settings, vendors) as one:
        for _ in range(KILLS):
            await one.order()
            with one.life():
                before, wanted = await one.changes(), chance.choice((1, 2, 3, 5, 8))

                async def changed(mark: int = before + wanted) -> bool:
                    return await one.changes() >= mark

                await one.until(changed, LULL)
                await asyncio.sleep(chance.uniform(0.0, 0.4))
        with one.life():
            for run in one.runs:
                assert await one.until(lambda run=run: _ended(one, run), PATIENCE)
        await _judge(one, vendors)


async def _ended(one: Wild, run: Job) -> bool:
    return (await one.now(run)).status.ended


async def _judge(one: Wild, vendors: tuple[Vendor, Vendor]) -> None:
    accepted = [create for vendor in vendors for create in vendor.creates()]
    attempts = Counter(row["state"] for row in await one.rows(tables.attempt))
    settled, parked = attempts[AttemptState.SETTLED], attempts[AttemptState.NEEDS_REVIEW]
    print(f"\n{KILLS} kills, {len(one.runs)} runs, {len(accepted)} accepted, {settled} kept, {parked} parked")
    assert [vendor.repeated() for vendor in vendors] == [[], []]
    assert settled + parked == attempts.total()
    assert 0 < settled <= len(accepted) <= settled + parked
    for run in one.runs:
        jobs = [await one.now(run), *await one.office.jobs.children(OWNER, run.id)]
        assert [job.id for job in jobs if not job.status.ended] == []
        assert [job.id for job in jobs if job.status is not JobStatus.COMPLETED and not job.error] == []
        assert [job.id for job in jobs if job.status is JobStatus.NEEDS_REVIEW and job.provider == "sora"] == []
    for row in await one.rows(tables.library_asset):
        path = (await one.office.library.stored(OWNER, row["id"])).path
        assert sha256(path.read_bytes()).hexdigest() == row["sha256"]
    _, alive = psutil.wait_procs(one.orphans, timeout=60)
    assert alive == []
    assert list(spool_dir(one.office.settings).iterdir()) == []
    written = [path for path in one.office.settings.data_dir.parent.rglob("*") if path.is_file()]
    assert [path.name for path in written if KEY.encode() in path.read_bytes()] == []
