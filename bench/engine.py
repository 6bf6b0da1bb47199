"""The durable run against plain asyncio with the same limits: a simulated DAG of 638 nodes (`simulated.py`).

The durable run is the real one: every node is committed to the database before and after it is asked for, keeps its
bytes, and goes through the same core as a paid provider; only the providers and the media processes are simulated.
Then the only worker, or one of them, is killed with SIGKILL in the middle of a run, and another is started.

    python bench/engine.py [--slower FACTOR] [--postgres [--workers N]] [--small]

`--postgres` uses a PostgreSQL server of its own, on which N processes work. Their CPU time is added up (the server's
is not), their memory is the largest. Peaks are what the providers themselves had in hand at once.
"""

import argparse
import asyncio
import resource
import sys
import tempfile
import time
from collections.abc import AsyncGenerator, Generator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from simulated import EPISODES, Place, lower_bound, plain_asyncio, simulated_drama, simulated_seconds

from sfd.application import Application
from sfd.domain.jobs import Job, JobStatus
from sfd.domain.models import Drama
from sfd.domain.owner import DEFAULT_USER, Owner
from sfd.generation.dag import Node, build_dag
from sfd.generation.plan import Choice
from sfd.providers.base import Modality

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
from fakes.postgres import Postgres, running_postgres

OWNER = Owner(DEFAULT_USER)
SMALL_EPISODES = 4
DONE_BEFORE_THE_KILL = 0.4


@dataclass(frozen=True)
class Production:
    """What is made."""

    drama: Drama
    nodes: Mapping[str, Node]
    seconds: Mapping[str, float]

    @classmethod
    def simulated(cls, episodes: int, slower: float) -> "Production":
        """One with that many episodes."""
        drama = simulated_drama(episodes)
        nodes = build_dag(drama)
        return cls(drama, nodes, simulated_seconds(nodes, slower))


@dataclass(frozen=True)
class Worker:
    """Another process that works at the same run."""

    process: asyncio.subprocess.Process

    @classmethod
    async def start(cls, place: Place, episodes: int) -> "Worker":
        """Start it; it works once it was heard."""
        arguments = ["--slower", str(place.slower), "--episodes", str(episodes), "--work-in", str(place.folder)]
        arguments += ["--database", place.database_url] if place.database_url else []
        pipe = asyncio.subprocess.PIPE
        return cls(await asyncio.create_subprocess_exec(sys.executable, __file__, *arguments, stdin=pipe, stdout=pipe))

    async def kill(self) -> None:
        """Kill -9."""
        self.process.kill()
        await self.process.wait()

    async def end(self) -> tuple[float, int]:
        """Let it end; returns the CPU seconds that it worked for, and the most megabytes that it held."""
        if self.process.stdin is not None:
            self.process.stdin.close()
        cpu, memory = (await self.hear()).split()
        await self.process.wait()
        return float(cpu), int(memory)

    async def hear(self) -> str:
        """One line that it says."""
        return (await self.process.stdout.readline()).decode() if self.process.stdout is not None else ""


async def work_in(place: Place, production: Production) -> None:
    """Work until stdin ends, then tell what it took."""
    async with place.opened(production.seconds, work=True):
        cpu = time.process_time()
        print("working", flush=True)
        await asyncio.to_thread(sys.stdin.read)
        print(time.process_time() - cpu, megabytes(), flush=True)


def megabytes() -> int:
    """The most memory that this process held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


async def accepted(application: Application, drama: Drama) -> Job:
    """Store the drama and have its execution accepted."""
    await application.dramas.add(OWNER, drama.model_dump(mode="json"))
    return (await application.runs.execute(OWNER, drama.id, Choice())).job


async def completed(application: Application, job: Job) -> None:
    """Wait until it is made."""
    while not (current := (await application.jobs.get(OWNER, job.id)).job).status.ended:  # noqa: ASYNC110 - a client polls
        await asyncio.sleep(0.25)
    if current.status is not JobStatus.COMPLETED:
        raise RuntimeError(f"the run ended {current.status}: {current.error}")


async def made(application: Application, job: Job) -> set[str]:
    """The nodes that are made."""
    children = await application.jobs.children(OWNER, job.id)
    return {child.node_id or "" for child in children if child.status is JobStatus.COMPLETED}


@asynccontextmanager
async def others(place: Place, episodes: int, count: int) -> AsyncGenerator[list[Worker]]:
    """Further processes that work."""
    workers = [await Worker.start(place, episodes) for _ in range(count)]
    for worker in workers:
        await worker.hear()
    try:
        yield workers
    finally:
        for worker in workers:
            if worker.process.returncode is None:
                worker.process.kill()


async def against_asyncio(place: Place, production: Production, workers: int) -> None:
    """Run both and print a line for each."""
    count = len(production.nodes)
    bound = lower_bound(production.nodes, production.seconds)
    cpu, wall = time.process_time(), time.monotonic()
    await plain_asyncio(production.nodes, production.seconds)
    plain, plain_cpu = time.monotonic() - wall, time.process_time() - cpu
    before = megabytes()
    async with (
        place.opened(production.seconds, work=True) as application,
        others(place, len(production.drama.episodes), workers - 1) as helpers,
    ):
        cpu, wall = time.process_time(), time.monotonic()
        job = await accepted(application, production.drama)
        accepted_at = time.monotonic()
        await completed(application, job)
        run, run_cpu = time.monotonic() - wall, time.process_time() - cpu
        helped = [await one.end() for one in helpers]
    run_cpu += sum(cpu for cpu, _ in helped)
    memory = max(megabytes(), *(held for _, held in helped), 0)
    peaks = "/".join(str(place.ledger.peak(one)) for one in (Modality.ILLUSTRATOR, Modality.FILMMAKER))
    print(f"{count} nodes, lower bound {bound:.1f} s")
    print(f"plain asyncio  {plain:6.2f} s = {plain / bound:.3f} x bound, {plain_cpu / count * 1e3:.2f} CPU ms a node")
    print(
        f"durable run    {run:6.2f} s = {run / bound:.3f} x bound = {run / plain:.3f} x asyncio (goal 1.15), "
        f"{run_cpu / count * 1e3:.2f} CPU ms a node, peaks {peaks}, RSS {memory} MB ({before} MB before)"
    )
    print(
        f"accepting      {accepted_at - wall:6.2f} s for the whole plan; "
        f"the first request {place.ledger.first(accepted_at):.3f} s after it"
    )


async def recovery(place: Place, production: Production, workers: int) -> None:
    """Kill a worker in the middle of a run, start another, and print how long it took to go on and to end."""
    episodes, count = len(production.drama.episodes), len(production.nodes)
    async with (
        place.opened(production.seconds, work=False) as office,
        others(place, episodes, workers) as crew,
    ):
        job = await accepted(office, production.drama)
        while len(await made(office, job)) < DONE_BEFORE_THE_KILL * count:  # noqa: ASYNC110 - of another process
            await asyncio.sleep(0.05)
        await crew[0].kill()
        done = await made(office, job)
        killed = time.monotonic()
        async with others(place, episodes, 1):
            working = time.monotonic() - killed
            await completed(office, job)
            ended = time.monotonic() - killed
    left = lower_bound(production.nodes, production.seconds, done)
    print(
        f"after kill -9  with {len(done)} of {count} made: another process works after {working:.2f} s, "
        f"the first request {place.ledger.first(killed):.2f} s after the kill, "
        f"the end after {ended:.2f} s = {ended / left:.3f} x the bound of what was left"
    )


async def measure(production: Production, slower: float, postgres: Postgres | None, workers: int) -> None:
    """Both measurements, each on an empty database."""
    for one in (against_asyncio, recovery):
        with tempfile.TemporaryDirectory() as name:
            url = postgres.new_database() if postgres else None
            await one(Place(Path(name), url, slower), production, workers)


@contextmanager
def postgres_if(wanted: bool) -> Generator[Postgres | None]:
    """A server of its own, when one is wanted."""
    if not wanted:
        yield None
        return
    with running_postgres() as server:
        yield server


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--slower", type=float, default=1.0, help="multiply every latency")
    parser.add_argument("--postgres", action="store_true", help="PostgreSQL instead of SQLite")
    parser.add_argument("--workers", type=int, default=1, help="processes that work; needs --postgres")
    parser.add_argument("--small", action="store_true", help="a seventh of it, to see that it works")
    parser.add_argument("--episodes", type=int, default=EPISODES, help=argparse.SUPPRESS)
    parser.add_argument("--database", help=argparse.SUPPRESS)
    parser.add_argument("--work-in", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.workers > 1 and not given.postgres:
        parser.error("beside SQLite one process works: give --postgres with --workers")
    produced = Production.simulated(SMALL_EPISODES if given.small else given.episodes, given.slower)
    if given.work_in is not None:
        asyncio.run(work_in(Place(given.work_in, given.database, given.slower), produced))
    else:
        with postgres_if(given.postgres) as server:
            asyncio.run(measure(produced, given.slower, server, given.workers))
