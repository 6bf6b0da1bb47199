"""A simulated production: a DAG of 638 nodes, providers that only take their time, and a ledger of what they had.

8 characters, 300 storyboards, 300 clips, 30 cuts; pictures take 0.1-0.3 s, clips 0.5-1.5 s, cuts 0.05 s; 8 pictures,
16 clips and 4 cuts at once.
"""

import asyncio
import os
import random
import time
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Container, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import ParamSpec, TypeVar

from sfd.application import Application, build, prepare_data
from sfd.config import Settings
from sfd.db.migrate import migrate
from sfd.db.session import Database
from sfd.domain.jobs import JobType
from sfd.domain.models import Asset, AssetKind, Character, Drama, Episode, Scene
from sfd.generation.cutting import CutFile, CutFiles, cut_into
from sfd.generation.dag import Node
from sfd.media.pool import MediaPool
from sfd.providers.base import Capabilities, LostReply, Made, Modality, Poll, RemoteState, Request, WriteRequest

CHARACTERS, EPISODES, SCENES = 8, 30, 10
PICTURES_AT_ONCE, CLIPS_AT_ONCE, CUTS_AT_ONCE = 8, 16, 4
CUT_SECONDS = 0.05
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


def lower_bound(nodes: Mapping[str, Node], seconds: Mapping[str, float], done: Container[str] = ()) -> float:
    """No schedule is shorter for what is not done: the critical path, each limit's work behind its earliest start."""
    earliest: dict[str, float] = {}
    left = [node for node in nodes.values() if node.id not in done]
    for node in left:
        needs = [one for one in node.depends_on if one in earliest]
        earliest[node.id] = max((earliest[one] + seconds[one] for one in needs), default=0.0)
    bound = max((earliest[node.id] + seconds[node.id] for node in left), default=0.0)
    for types, at_once in (
        ({JobType.PORTRAIT, JobType.STORYBOARD}, PICTURES_AT_ONCE),
        ({JobType.CLIP}, CLIPS_AT_ONCE),
    ):
        alike = [node.id for node in left if node.type in types]
        start = min((earliest[node] for node in alike), default=0.0)
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


class Ledger:
    """What providers had in hand and when, written by each process for itself into a folder that they share."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file = folder / f"{os.getpid()}.ledger"

    def note(self, change: int, modality: Modality) -> None:
        """Note that a provider has one more request in hand, or one less."""
        with self._file.open("a") as file:
            file.write(f"{time.monotonic()} {change} {modality}\n")

    def changes(self) -> list[tuple[float, int, str]]:
        """When each request came and went, of all processes. What a killed process had went with its last note."""
        found: list[tuple[float, int, str]] = []
        for file in self._folder.glob("*.ledger"):
            rows = [
                (float(at), int(change), name) for at, change, name in map(str.split, file.read_text().splitlines())
            ]
            open_at_end = Counter[str]()
            for _, change, name in rows:
                open_at_end[name] += change
            found += rows
            found += [(rows[-1][0], -1, name) for name in open_at_end.elements()]
        return sorted(found)

    def peak(self, modality: Modality) -> int:
        """The most requests that a provider had in hand at once, over all processes."""
        most = now = 0
        for _, change, name in self.changes():
            now += change if name == modality else 0
            most = max(most, now)
        return most

    def first(self, since: float) -> float:
        """Seconds from a moment to the first request after it."""
        return min(at for at, change, _ in self.changes() if change > 0 and at >= since) - since


class SimulatedProvider:
    """Takes a request and delivers a few bytes when its time is over."""

    name = "simulated"

    def __init__(self, modality: Modality, seconds: Mapping[str, float], at_once: int, ledger: Ledger) -> None:
        self._ledger = ledger
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
        return request.idempotency_key.partition(":")[2].rpartition(".")[0]

    async def poll(self, remote_id: str) -> Poll:
        """Delivered when it is fetched."""
        del remote_id
        return Poll(RemoteState.COMPLETED, 1.0)

    async def fetch(self, remote_id: str, request: Request, into: Path) -> Made:
        """Wait its time."""
        del request
        self._ledger.note(1, self.capabilities.modality)
        await asyncio.sleep(self._seconds[remote_id])
        self._ledger.note(-1, self.capabilities.modality)
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


@dataclass(frozen=True)
class Place:
    """Where a benchmark runs: a folder, a PostgreSQL database or SQLite in the folder, how slow the providers are."""

    folder: Path
    database_url: str | None
    slower: float

    @property
    def ledger(self) -> Ledger:
        """What the providers had in hand here."""
        return Ledger(self.folder)

    def crew(self, seconds: Mapping[str, float]) -> list[SimulatedProvider]:
        """An illustrator and a filmmaker."""
        return [
            SimulatedProvider(Modality.ILLUSTRATOR, seconds, PICTURES_AT_ONCE, self.ledger),
            SimulatedProvider(Modality.FILMMAKER, seconds, CLIPS_AT_ONCE, self.ledger),
        ]

    @asynccontextmanager
    async def opened(self, seconds: Mapping[str, float], *, work: bool) -> AsyncGenerator[Application]:
        """An application, whose engine works or only accepts."""
        settings = Settings(
            data_dir=self.folder / "data",
            database_url=self.database_url,
            illustrator="simulated",
            filmmaker="simulated",
        )
        prepare_data(settings)
        migrate(settings.effective_database_url)
        database = Database.connect(settings.effective_database_url)
        pool = SimulatedPool(self.folder, CUT_SECONDS * self.slower)
        application = build(settings, database, pool, self.crew(seconds))
        if work:
            await application.engine.start()
        try:
            yield application
        finally:
            if work:
                await application.engine.stop()
            await database.close()
