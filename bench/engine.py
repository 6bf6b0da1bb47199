"""The durable run against plain asyncio: a simulated DAG of 638 nodes with the same limits, in one process.

8 characters, 300 storyboards, 300 clips, 30 cuts; pictures take 0.1-0.3 s, clips 0.5-1.5 s, cuts 0.05 s; 8
pictures, 16 clips and 4 cuts at once. The durable run is the real one: every node is committed to SQLite before
and after it is asked for, keeps its bytes, and goes through the same core as a paid provider; only the
providers and the media processes are simulated.

    python bench/engine.py [--slower FACTOR] [--database postgresql://... [--workers N]]

On PostgreSQL, N processes work; the database must be empty. Their CPU time is added up, their memory is the largest.
"""

import argparse
import asyncio
import os
import random
import resource
import sys
import tempfile
import time
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import ParamSpec, TypeVar

from sfd.application import Application, build, prepare_data
from sfd.config import Settings
from sfd.db.migrate import migrate
from sfd.db.session import Database
from sfd.domain.jobs import JobStatus, JobType
from sfd.domain.models import Asset, AssetKind, Character, Drama, Episode, Scene
from sfd.domain.owner import DEFAULT_USER, Owner
from sfd.generation.cutting import CutFile, CutFiles, cut_into
from sfd.generation.dag import Node, build_dag
from sfd.generation.plan import Choice
from sfd.media.pool import MediaPool
from sfd.providers.base import Capabilities, LostReply, Made, Modality, Poll, RemoteState, Request, WriteRequest

CHARACTERS, EPISODES, SCENES = 8, 30, 10
PICTURES_AT_ONCE, CLIPS_AT_ONCE, CUTS_AT_ONCE = 8, 16, 4
CUT_SECONDS = 0.05
OWNER = Owner(DEFAULT_USER)
P = ParamSpec("P")
T = TypeVar("T")


def simulated_drama(episodes: int = EPISODES) -> Drama:
    """8 characters, episodes of 10 scenes with a storyboard and a clip each; one to three people in a scene."""
    chance = random.Random(1)
    people = [Character(id=f"c{n}", name=f"C{n}", assets=[_image(f"c{n}.portrait")]) for n in range(CHARACTERS)]
    written = [
        Episode(id=f"e{e}", scenes=[_scene(f"e{e}s{s}", chance) for s in range(SCENES)]) for e in range(episodes)
    ]
    return Drama(id="simulated", characters=people, episodes=written)


def _scene(scene_id: str, chance: random.Random) -> Scene:
    people = [f"c{n}" for n in chance.sample(range(CHARACTERS), chance.randint(1, 3))]
    clip = Asset(id=f"{scene_id}.clip", kind=AssetKind.VIDEO, duration=5.0, depends_on=[f"{scene_id}.storyboard"])
    return Scene(id=scene_id, characters=people, assets=[_image(f"{scene_id}.storyboard"), clip])


def _image(asset_id: str) -> Asset:
    return Asset(id=asset_id, kind=AssetKind.IMAGE)


def simulated_seconds(nodes: Mapping[str, Node], slower: float) -> dict[str, float]:
    """How long each node takes, the same in every run."""
    chance = random.Random(2)
    ranges = {JobType.CLIP: (0.5, 1.5), JobType.CUT: (CUT_SECONDS, CUT_SECONDS)}
    return {node.id: slower * chance.uniform(*ranges.get(node.type, (0.1, 0.3))) for node in nodes.values()}


def lower_bound(nodes: Mapping[str, Node], seconds: Mapping[str, float]) -> float:
    """No schedule is shorter: the critical path, and each limit's work behind its earliest start."""
    earliest: dict[str, float] = {}
    for node in nodes.values():
        earliest[node.id] = max((earliest[one] + seconds[one] for one in node.depends_on), default=0.0)
    bound = max(earliest[node] + seconds[node] for node in nodes)
    for types, at_once in (
        ({JobType.PORTRAIT, JobType.STORYBOARD}, PICTURES_AT_ONCE),
        ({JobType.CLIP}, CLIPS_AT_ONCE),
    ):
        alike = [node.id for node in nodes.values() if node.type in types]
        start = min(earliest[node] for node in alike)
        bound = max(bound, start + sum(seconds[node] for node in alike) / at_once)
    return bound


async def plain_asyncio(nodes: Mapping[str, Node], seconds: Mapping[str, float]) -> None:
    """Nothing durable: tasks and semaphores."""
    pictures, clips, cuts = (asyncio.Semaphore(n) for n in (PICTURES_AT_ONCE, CLIPS_AT_ONCE, CUTS_AT_ONCE))
    limits = {JobType.CLIP: clips, JobType.CUT: cuts}
    running: dict[str, asyncio.Task[None]] = {}

    async def make(node: Node) -> None:
        await asyncio.gather(*(running[one] for one in node.depends_on))
        async with limits.get(node.type, pictures):
            await asyncio.sleep(seconds[node.id])

    for node in nodes.values():
        running[node.id] = asyncio.create_task(make(node))
    await asyncio.gather(*running.values())


class SimulatedProvider:
    """Takes a request and delivers a few bytes when its time is over."""

    name = "simulated"

    def __init__(self, modality: Modality, seconds: Mapping[str, float], at_once: int) -> None:
        self.asked = 0
        self.peak = 0
        self._in_flight = 0
        self._seconds = seconds
        self._media_type = "video/mp4" if modality is Modality.FILMMAKER else "image/png"
        self.capabilities = Capabilities(
            modality=modality,
            models=(),
            lost_reply=LostReply.FIND,
            settles_after=1.0,
            concurrency=at_once,
            compared=False,
        )

    def price(self, request: Request) -> Decimal:
        """Five cents."""
        del request
        return Decimal("0.05")

    async def submit(self, request: Request) -> str:
        """The node is the remote id."""
        if isinstance(request, WriteRequest):
            raise TypeError("writes nothing")
        self.asked += 1
        return request.idempotency_key.partition(":")[2].rpartition(".")[0]

    async def poll(self, remote_id: str) -> Poll:
        """Delivered when it is fetched."""
        del remote_id
        return Poll(RemoteState.COMPLETED, 1.0)

    async def fetch(self, remote_id: str, request: Request, into: Path) -> Made:
        """Wait its time."""
        del request
        self._in_flight += 1
        self.peak = max(self.peak, self._in_flight)
        await asyncio.sleep(self._seconds[remote_id])
        self._in_flight -= 1
        await asyncio.to_thread(into.write_bytes, remote_id.encode() * 50)
        return Made(self._media_type)

    async def cancel(self, remote_id: str) -> bool:
        """It cannot be stopped."""
        del remote_id
        return False

    async def find(self, request: Request) -> str | None:
        """Nothing is ever lost."""
        del request
        return None


class SimulatedPool(MediaPool):
    """Checks nothing and cuts nothing, after the time a cut takes."""

    def __init__(self, folder: Path, cut_seconds: float) -> None:
        super().__init__(CUTS_AT_ONCE)
        self._folder = folder
        self._cut_seconds = cut_seconds
        self._cuts = 0

    async def run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Deliver a small file for a cut."""
        del args, kwargs
        if work is not cut_into:
            return None  # pyright: ignore[reportReturnType] - a check that finds nothing wrong
        await asyncio.sleep(self._cut_seconds)
        self._cuts += 1
        folder = self._folder / f"{os.getpid()}-{self._cuts}"
        await asyncio.to_thread(folder.mkdir)
        film = folder / "film.mp4"
        await asyncio.to_thread(film.write_bytes, f"cut {folder.name}".encode())
        return CutFiles(folder, {"film": CutFile(film, "video/mp4")}, {})  # pyright: ignore[reportReturnType]


async def durable(drama: Drama, application: Application) -> float:
    """Store and execute the drama; returns the seconds from its acceptance to its end."""
    await application.dramas.add(OWNER, drama.model_dump(mode="json"))
    started = time.perf_counter()
    job = (await application.runs.execute(OWNER, drama.id, Choice())).job
    while not (current := (await application.jobs.get(OWNER, job.id)).job).status.ended:  # noqa: ASYNC110 - a client polls
        await asyncio.sleep(0.25)
    if current.status is not JobStatus.COMPLETED:
        raise RuntimeError(f"the run ended {current.status}: {current.error}")
    return time.perf_counter() - started


@asynccontextmanager
async def working(
    folder: Path, database_url: str | None, crew: list[SimulatedProvider], slower: float
) -> AsyncGenerator[Application]:
    """An application whose engine works."""
    settings = Settings(
        data_dir=folder / "data", database_url=database_url, illustrator="simulated", filmmaker="simulated"
    )
    prepare_data(settings)
    migrate(settings.effective_database_url)
    database = Database.connect(settings.effective_database_url)
    application = build(settings, database, SimulatedPool(folder, CUT_SECONDS * slower), crew)
    await application.engine.start()
    try:
        yield application
    finally:
        await application.engine.stop()
        await database.close()


def simulated_crew(seconds: Mapping[str, float]) -> list[SimulatedProvider]:
    """An illustrator and a filmmaker."""
    return [
        SimulatedProvider(Modality.ILLUSTRATOR, seconds, PICTURES_AT_ONCE),
        SimulatedProvider(Modality.FILMMAKER, seconds, CLIPS_AT_ONCE),
    ]


@dataclass(frozen=True)
class Helper:
    """Another process that works at the same run."""

    process: asyncio.subprocess.Process

    @classmethod
    async def start(cls, folder: Path, database_url: str | None, slower: float) -> "Helper":
        """Start it, and wait until it works."""
        arguments = ["--slower", str(slower), "--database", database_url or "", "--help-in", str(folder)]
        process = await asyncio.create_subprocess_exec(
            sys.executable, __file__, *arguments, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
        )
        helper = cls(process)
        await helper.hear()
        return helper

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


async def help_in(folder: Path, database_url: str, slower: float) -> None:
    """Work until stdin ends, then tell what it took."""
    seconds = simulated_seconds(build_dag(simulated_drama()), slower)
    async with working(folder, database_url, simulated_crew(seconds), slower):
        cpu = time.process_time()
        print("working", flush=True)
        await asyncio.to_thread(sys.stdin.read)
        print(time.process_time() - cpu, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, flush=True)


async def measure(slower: float, database_url: str | None = None, workers: int = 1) -> None:
    """Run both and print one line each."""
    drama = simulated_drama()
    nodes = build_dag(drama)
    seconds = simulated_seconds(nodes, slower)
    bound = lower_bound(nodes, seconds)
    cpu, wall = time.process_time(), time.perf_counter()
    await plain_asyncio(nodes, seconds)
    plain, plain_cpu = time.perf_counter() - wall, time.process_time() - cpu
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        crew = simulated_crew(seconds)
        async with working(folder, database_url, crew, slower) as application:
            others = [await Helper.start(folder, database_url, slower) for _ in range(workers - 1)]
            cpu = time.process_time()
            run = await durable(drama, application)
            run_cpu = time.process_time() - cpu
            helped = [await one.end() for one in others]
    run_cpu += sum(cpu for cpu, _ in helped)
    peaks = "/".join(str(one.peak) for one in crew)
    memory = max(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, *(held for _, held in helped), 0)
    print(f"{len(nodes)} nodes, lower bound {bound:.1f} s")
    print(
        f"plain asyncio  {plain:6.2f} s = {plain / bound:.3f} x bound, {plain_cpu / len(nodes) * 1e3:.2f} CPU ms a node"
    )
    print(
        f"durable run    {run:6.2f} s = {run / bound:.3f} x bound = {run / plain:.3f} x asyncio (goal 1.15), "
        f"{run_cpu / len(nodes) * 1e3:.2f} CPU ms a node, peaks {peaks}, RSS {memory} MB ({before} MB before)"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--slower", type=float, default=1.0, help="multiply every latency")
    parser.add_argument("--database", help="an empty PostgreSQL database instead of SQLite")
    parser.add_argument("--workers", type=int, default=1, help="processes that work; needs --database")
    parser.add_argument("--help-in", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.help_in is not None:
        asyncio.run(help_in(given.help_in, given.database, given.slower))
    else:
        asyncio.run(measure(given.slower, given.database, given.workers))
