"""Figures of the whole installation in Prometheus' text format, read from the database at most every few seconds."""

import asyncio
import platform
import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import generate_latest
from prometheus_client.registry import Collector

from sfd import __version__
from sfd.db import figures
from sfd.db.figures import AttemptFigure, JobFigure
from sfd.db.session import Database
from sfd.domain.errors import SfdError
from sfd.domain.jobs import RUNS, JobStatus, JobType
from sfd.generation.queues import queue_of

KEPT_SECONDS = 5.0
_WAITING = {JobStatus.PENDING: "waiting", JobStatus.RUNNING: "running"}


@dataclass(frozen=True)
class Snapshot:
    """What one look at the database found; nothing when it does not answer."""

    jobs: tuple[JobFigure, ...] = ()
    attempts: tuple[AttemptFigure, ...] = ()
    pending_deliveries: int = 0
    answered: bool = True


class Metrics:
    """Looks at the database when asked, but not again within `KEPT_SECONDS`."""

    def __init__(
        self,
        database: Database,
        data_dir: Path,
        streams: Callable[[], int],
    ) -> None:
        self._database = database
        self._data_dir = data_dir
        self._streams = streams
        self._looking = asyncio.Lock()
        self._seen: tuple[float, Snapshot] = (float("-inf"), Snapshot())

    async def exposition(self) -> bytes:
        """Every figure, in Prometheus' text format."""
        snapshot = await self._snapshot()
        free = (await asyncio.to_thread(shutil.disk_usage, self._data_dir)).free
        registry = CollectorRegistry()
        registry.register(_Found([*self._of_this_process(free), *figures_of(snapshot)]))
        return generate_latest(registry)

    async def _snapshot(self) -> Snapshot:
        async with self._looking:
            when, seen = self._seen
            if time.monotonic() - when > KEPT_SECONDS:
                seen = await self._look()
                self._seen = (time.monotonic(), seen)
            return seen

    async def _look(self) -> Snapshot:
        try:
            async with self._database.read() as connection:
                return Snapshot(
                    tuple(await figures.job_figures(connection)),
                    tuple(await figures.attempt_figures(connection)),
                    await figures.pending_deliveries(connection),
                )
        except SfdError:
            return Snapshot(answered=False)

    def _of_this_process(self, free: int) -> Iterator[GaugeMetricFamily]:
        build = {(__version__, platform.python_version()): 1.0}
        yield _family("sfd_build_info", "What runs", ("version", "python"), build)
        yield GaugeMetricFamily("sfd_event_streams", "Open event streams and long polls", self._streams())
        yield GaugeMetricFamily("sfd_free_disk_bytes", "Free space on the disk of DATA_DIR", free)


def figures_of(snapshot: Snapshot) -> Iterator[GaugeMetricFamily]:
    """Pure: what a look at the database found, as families of gauges. After a look without an answer only that."""
    yield GaugeMetricFamily("sfd_database_up", "1: the database answered", float(snapshot.answered))
    if not snapshot.answered:
        return
    jobs: Counter[tuple[str, ...]] = Counter()
    nodes: Counter[tuple[str, ...]] = Counter()
    spent: Counter[tuple[str, ...]] = Counter()
    reserved: Counter[tuple[str, ...]] = Counter()
    for one in snapshot.jobs:
        jobs[one.type, one.status] += one.jobs
        if one.type in RUNS:
            continue
        spent[(one.provider,)] += one.actual_micros
        if (state := _WAITING.get(JobStatus(one.status))) is not None:
            reserved[(one.provider,)] += one.estimated_micros
            nodes[queue_of(JobType(one.type), one.provider), state] += one.jobs
    attempts = {(one.provider, one.state): one.attempts for one in snapshot.attempts}
    yield _family("sfd_jobs", "Jobs there are", ("type", "status"), jobs)
    yield _family("sfd_nodes", "Nodes under way or waiting to be", ("queue", "state"), nodes)
    yield _family("sfd_attempts", "Requests to providers, by how far they came", ("provider", "outcome"), attempts)
    yield _family("sfd_spent_micros", "Money spent, in millionths of a US dollar", ("provider",), spent)
    yield _family("sfd_reserved_micros", "Money that unfinished nodes may cost", ("provider",), reserved)
    yield GaugeMetricFamily(
        "sfd_webhook_deliveries_pending", "Deliveries not yet taken or given up", snapshot.pending_deliveries
    )


def _family(
    name: str, text: str, labels: tuple[str, ...], values: Mapping[tuple[str, ...], float]
) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, text, labels=labels)
    for label_values, value in values.items():
        family.add_metric(label_values, value)
    return family


class _Found(Collector):
    """Families that are made already."""

    def __init__(self, families: list[GaugeMetricFamily]) -> None:
        self._families = families

    def collect(self) -> list[GaugeMetricFamily]:
        """Hand them on."""
        return self._families
