"""The kill harness: workers that die, a vendor with faults, and the vendor's own ledger as the witness."""

import asyncio
import hashlib
import json
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator, Iterable, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
from sqlalchemy import RowMapping, func, select

from fakes.dramas import two_episode_drama
from fakes.studio import OWNER
from fakes.vendor_life import vendor_crew, vendor_settings
from sfd.application import Application, open_application, spool_dir
from sfd.config import Settings
from sfd.db import tables
from sfd.domain.jobs import RUNS, Job, JobStatus
from sfd.generation.attempt import AttemptState
from sfd.generation.plan import Choice
from sfd.providers.base import LostReply

FAKES = Path(__file__).parent
SEVEN_FAULTS = ("busy", "overloaded", "error_after", "reset_after", "hang_after", "truncated", "html")
RUNS_AT_ONCE = 2
PATIENCE = 180.0
LULL = 10.0
POINT_PATIENCE = 60.0
ONLY_WHEN_CANCELLED = ("Withdraw", "Abandon")
WRONGS = ("twice", "lost", "stuck", "torn", "left", "books")
Life = subprocess.Popen[str]


@dataclass(frozen=True)
class Vendor:
    """The vendor's address, and what it wrote down itself."""

    url: str
    ledger: Path

    def asked(self) -> Counter[str]:
        """How often each request was accepted."""
        return Counter(self.ledger.read_text().split() if self.ledger.exists() else ())


@contextmanager
def running_vendor(ledger: Path, faults: Sequence[str], rate: float, seconds: float) -> Generator[Vendor]:
    """A vendor in a process of its own, whose jobs take that long."""
    plan = json.dumps({"rate": rate, "seed": 1, "of": list(faults)})
    command = [sys.executable, str(FAKES / "vendor_server.py"), str(ledger), str(seconds), plan]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            yield Vendor(f"http://127.0.0.1:{server.stdout.readline().strip()}", ledger)
        finally:
            server.kill()


@dataclass
class Found:
    """What the oracle found."""

    kills: int = 0
    runs: int = 0
    accepted: int = 0
    completed: int = 0
    parked: int = 0
    twice: list[str] = field(default_factory=list[str])
    lost: list[str] = field(default_factory=list[str])
    stuck: list[str] = field(default_factory=list[str])
    torn: list[str] = field(default_factory=list[str])
    left: list[str] = field(default_factory=list[str])
    books: list[str] = field(default_factory=list[str])

    @property
    def wrong(self) -> dict[str, list[str]]:
        """Everything that must not be."""
        lists = {name: getattr(self, name) for name in WRONGS}
        return {name: value for name, value in lists.items() if value}

    def line(self) -> str:
        """A line of the table."""
        counts = [self.kills, self.runs, self.accepted, self.completed, self.parked]
        counts += [len(getattr(self, name)) for name in WRONGS]
        return "".join(f"{count:>10}" for count in counts)

    @staticmethod
    def head() -> str:
        """The head of the table."""
        return "".join(f"{name:>10}" for name in ("kills", "runs", "accepted", "completed", "parked", *WRONGS))


class Harness:
    """An office that accepts runs and does none, and workers that live and die beside it."""

    def __init__(self, office: Application, vendor: Vendor, lost_reply: LostReply, said: Path) -> None:
        self.office = office
        self.vendor = vendor
        self.runs: list[str] = []
        self.kills = 0
        self._lost_reply = lost_reply
        self._said = said
        self._lives: list[Life] = []
        self._orphans: list[psutil.Process] = []

    def begin_life(self, *point: str) -> Life:
        """Start a worker; with a kill point one that will die there."""
        settings = self.office.settings
        database_url = settings.effective_database_url
        arguments = [str(settings.data_dir), database_url, self.vendor.url, self._lost_reply, *point]
        command = [sys.executable, str(FAKES / "vendor_life.py"), *arguments]
        with self._said.open("a") as said:
            life = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=said, text=True)
        self._lives.append(life)
        return life

    async def ready(self, life: Life) -> None:
        """Wait until a worker works, or is dead."""
        assert life.stdout is not None
        await asyncio.to_thread(life.stdout.readline)

    async def kill(self, life: Life) -> None:
        """Kill -9, and remember which processes it leaves behind."""
        if life.poll() is None:
            self._orphans += psutil.Process(life.pid).children(recursive=True)
            life.send_signal(signal.SIGKILL)
            life.wait()
        self._forget(life)
        self.kills += 1

    async def dead(self, life: Life, seconds: float = PATIENCE) -> bool:
        """Wait for the end of a worker that is about to kill itself. Whether it did."""
        known: set[psutil.Process] = set()

        async def ended() -> bool:
            with suppress(psutil.NoSuchProcess):
                known.update(psutil.Process(life.pid).children(recursive=True))
            return life.poll() is not None

        await until(ended, seconds)
        self._orphans += known
        return life.poll() == -signal.SIGKILL

    async def execute(self) -> Job:
        """Order one more small drama."""
        drama = two_episode_drama(f"drama_{len(self.runs) + 1}", episodes=1, scenes=2)
        await self.office.dramas.add(OWNER, drama.model_dump(mode="json"))
        job = (await self.office.runs.execute(OWNER, drama.id, Choice())).job
        self.runs.append(job.id)
        return job

    async def keep_busy(self, wanted: int = RUNS_AT_ONCE) -> None:
        """See to it that there is work."""
        for _ in range(wanted - len(await self.unfinished())):
            await self.execute()

    async def cancel_one(self) -> None:
        """Cancel a run of which the vendor has something in hand."""
        rows = await _rows(self.office, tables.attempt)
        in_hand = {row["job_id"] for row in rows if row["state"] == AttemptState.SUBMITTED}
        for job in await self.unfinished():
            children = await self.office.jobs.children(OWNER, job.id)
            if job.cancel_requested_at is None and any(child.id in in_hand for child in children):
                await self.office.control.cancel(OWNER, job.id)
                return

    async def until_changed(self, times: int) -> None:
        """Wait until that many changes of jobs were written down, or nothing happens for long."""
        before = await self._changes()

        async def changed() -> bool:
            return await self._changes() >= before + times

        await until(changed, LULL)

    async def _changes(self) -> int:
        async with self.office.database.read() as connection:
            return (await connection.execute(select(func.count()).select_from(tables.event))).scalar_one()

    async def unfinished(self) -> list[Job]:
        """Runs that have not ended."""
        jobs = [(await self.office.jobs.get(OWNER, run_id)).job for run_id in self.runs[-2 * RUNS_AT_ONCE - 10 :]]
        return [job for job in jobs if not job.status.ended]

    async def found(self) -> Found:
        """Let the workers finish everything, end them, and look at what is there."""

        async def finished() -> bool:
            return not await self.unfinished()

        await until(finished, PATIENCE)
        for life in list(self._lives):
            self._orphans += psutil.Process(life.pid).children(recursive=True)
            life.terminate()
            await asyncio.to_thread(life.wait, 60)
            self._forget(life)
        _, alive = psutil.wait_procs(self._orphans, timeout=60)
        found = Found(self.kills, len(self.runs), self.vendor.asked().total())
        found.left = [f"process {process.pid}" for process in alive]
        found.left += [path.name for path in spool_dir(self.office.settings).iterdir()]
        if found.left:
            print("left:", *found.left)
        await _examine(self.office, self.vendor, found)
        return found

    def end(self) -> None:
        """Leave no worker behind."""
        for life in list(self._lives):
            life.kill()
            life.wait()
            self._forget(life)

    def _forget(self, life: Life) -> None:
        self._lives.remove(life)
        if life.stdout is not None:
            life.stdout.close()


async def until(happened: Callable[[], Awaitable[bool]], seconds: float) -> None:
    """Wait until something happened, or that long."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and not await happened():  # noqa: ASYNC110 - it happens in another process
        await asyncio.sleep(0.05)


@asynccontextmanager
async def chaos(
    settings: Settings,
    faults: Sequence[str] = SEVEN_FAULTS,
    *,
    rate: float = 0.15,
    lost_reply: LostReply = LostReply.FIND,
    seconds: float = 0.3,
) -> AsyncGenerator[Harness]:
    """A harness in the folder of a test; the vendor has one of the `faults` with the probability `rate`."""
    folder = settings.data_dir.parent
    names = {"illustrator": "vendor", "filmmaker": "vendor"}
    shared = vendor_settings(settings.data_dir, settings.effective_database_url).model_copy(update=names)
    with running_vendor(folder / "ledger.txt", faults, rate, seconds) as vendor:
        async with open_application(shared, work=False, providers=vendor_crew(vendor.url, lost_reply)) as office:
            one = Harness(office, vendor, lost_reply, folder / "workers.log")
            try:
                yield one
            finally:
                one.end()


async def judged(one: Harness, name: str) -> Found:
    """See to it that nothing is paid twice, lost, stuck, torn, left behind or wrongly counted. Prints the table."""
    found = await one.found()
    print(f"\n{'':<26}{found.head()}\n{name:<26}{found.line()}")
    assert found.wrong == {}
    assert found.accepted
    return found


async def kill_at_random(one: Harness, kills: int, workers: int, seed: int) -> None:
    """Kill workers at random moments of their start and their work; each is followed by another.

    The moments are counted in what happens, not in seconds: on a busy machine nothing would ever be done.
    """
    chance = random.Random(seed)
    await one.keep_busy()
    lives = [one.begin_life() for _ in range(workers)]
    for life in lives:
        await one.ready(life)
    for _ in range(kills):
        await one.keep_busy(RUNS_AT_ONCE + workers - 1)
        await one.until_changed(chance.choice((0, 1, 2, 4, 8, 12)))
        await asyncio.sleep(chance.uniform(0.0, 0.5))
        victim = chance.choice(lives)
        await one.kill(victim)
        lives.remove(victim)
        lives.append(one.begin_life())
        if chance.random() < 0.8:
            await one.ready(lives[-1])


async def kill_at_points(one: Harness, points: Iterable[tuple[str, str]], *, beside: int = 0) -> list[str]:
    """Let one life after another die at a point, `beside` others. Returns the points that no life came to."""
    missed: list[str] = []
    for other in [one.begin_life() for _ in range(beside)]:
        await one.ready(other)
    for effect, when in points:
        await one.keep_busy()
        life = one.begin_life(effect, when)
        await one.ready(life)
        until_dead = asyncio.create_task(one.dead(life, POINT_PATIENCE))
        while not until_dead.done():
            if effect in ONLY_WHEN_CANCELLED:
                await one.cancel_one()
            await one.keep_busy(RUNS_AT_ONCE + beside)
            await asyncio.wait([until_dead], timeout=0.2)
        if not await until_dead:
            missed.append(f"{when} {effect}")
        await one.kill(life)
    one.begin_life()
    return missed


async def _examine(office: Application, vendor: Vendor, found: Found) -> None:
    jobs = {row["id"]: row for row in await _rows(office, tables.job)}
    attempts = {row["job_id"]: row for row in await _rows(office, tables.attempt)}
    asked = vendor.asked()
    found.twice = [key for key, count in asked.items() if count > 1]
    found.lost = [key for key in asked if not _accounted_for(attempts.get(key.rpartition(".")[0]))]
    for job in jobs.values():
        status = JobStatus(job["status"])
        if not status.ended or (status is not JobStatus.COMPLETED and not job["error"]):
            found.stuck.append(f"{job['id']} {status}")
        if job["type"] in RUNS:
            found.completed += status is JobStatus.COMPLETED
            found.parked += status is JobStatus.NEEDS_REVIEW
    for file in await _rows(office, tables.library_asset):
        path = (await office.library.stored(OWNER, file["id"])).path
        if hashlib.sha256(path.read_bytes()).hexdigest() != file["sha256"]:
            found.torn.append(file["key"])
    found.books = _wrong_books(jobs, attempts, await _rows(office, tables.budget))


def _accounted_for(attempt: RowMapping | None) -> bool:
    """Whether an accepted request is kept, waits for a person, or was cancelled with its remote id."""
    if attempt is None:
        return False
    if attempt["state"] == AttemptState.CANCELLED:
        return bool(attempt["remote_id"])
    return attempt["state"] in (AttemptState.SETTLED, AttemptState.NEEDS_REVIEW)


def _wrong_books(
    jobs: dict[str, RowMapping], attempts: dict[str, RowMapping], budgets: Sequence[RowMapping]
) -> list[str]:
    """Budgets that are not the sum of what was spent and of what waits for a decision."""
    spent, reserved = Counter[str](), Counter[str]()
    for job_id, attempt in attempts.items():
        job = jobs[job_id]
        for subject in (job["parent_id"] or job_id, job["drama_id"]):
            spent[subject] += attempt["cost_micros"] or 0
            reserved[subject] += job["estimated_micros"] if attempt["state"] == AttemptState.NEEDS_REVIEW else 0
    wrong: list[str] = []
    for row in budgets:
        subject = row["subject"]
        is_all = row["scope"] == "user_day"
        expected = (spent.total() // 2, reserved.total() // 2) if is_all else (spent[subject], reserved[subject])
        if (row["spent_micros"], row["reserved_micros"]) != expected:
            wrong.append(f"{row['scope']} {subject}: {row['spent_micros']}, {row['reserved_micros']} not {expected}")
    return wrong


async def _rows(office: Application, table: Any) -> Sequence[RowMapping]:
    async with office.database.read() as connection:
        return (await connection.execute(select(table))).mappings().all()
