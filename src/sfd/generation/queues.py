"""The queues that jobs wait in: what the services of others allow, over all workers; this machine's cores, in each."""

import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from dbos import DBOS
from dbos._dbos import _get_dbos_instance  # pyright: ignore[reportPrivateUsage] - see `keep_own_limits`

from sfd.domain.jobs import RUNS, JobType
from sfd.generation.requests import modality_of
from sfd.providers.registry import AnyProvider, queue_name

CUT_QUEUE = "cut"
RUN_QUEUE = "run"
RUNS_AT_ONCE = 256
MINUTE = 60.0
SENDING_SECONDS = 1.0
COARSE_CLOCK_SECONDS = 1.0


@dataclass(frozen=True)
class QueueLimit:
    """How many jobs of a queue run at once, over all workers or in `each_worker`, and start in a minute, over all."""

    at_once: int
    each_worker: bool = False
    per_minute: int | None = None


def limits_of(providers: Iterable[AnyProvider], processes: int) -> dict[str, QueueLimit]:
    """The queues of these providers, and those of cuts and of runs.

    `processes` are what this machine has for work of its own. A run does nothing but wait for its nodes.
    """
    here = QueueLimit(processes, each_worker=True)
    limits = {CUT_QUEUE: here, RUN_QUEUE: QueueLimit(RUNS_AT_ONCE, each_worker=True)}
    for provider in providers:
        declared = provider.capabilities
        limit = here if declared.local else QueueLimit(declared.concurrency, per_minute=declared.requests_per_minute)
        limits[queue_name(declared.modality, provider.name)] = limit
    return limits


def queue_of(kind: JobType, provider: str) -> str:
    """The queue that a job of this kind waits in."""
    if kind in RUNS:
        return RUN_QUEUE
    if kind is JobType.CUT:
        return CUT_QUEUE
    return queue_name(modality_of(kind), provider)


def register_queues(limits: Mapping[str, QueueLimit], poll_seconds: float, *, sqlite: bool) -> None:
    """Tell the engine the limits, or that they changed. Each worker looks for work every `poll_seconds`."""
    for name, limit in limits.items():
        rate = limit.per_minute
        DBOS.register_queue(
            name,
            global_concurrency=None if limit.each_worker else limit.at_once,
            worker_concurrency=limit.at_once if limit.each_worker else None,
            limiter=None if rate is None else {"limit": rate, "period": _window(sqlite=sqlite)},
            polling_interval_sec=poll_seconds,
            on_conflict="always_update",
        )


def keep_own_limits(limits: Mapping[str, QueueLimit]) -> None:
    """Let this worker keep to its own number of cores, however many the others have.

    DBOS notes one limit a worker for all of them, that of the worker which registered last, and asks for it before
    every look: it is answered with this worker's. A private part of DBOS, whose version is pinned.
    """
    system: Any = _get_dbos_instance()._sys_db  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - see above
    noted = system.get_queue

    def own(name: str, **options: Any) -> Any:  # noqa: ANN401 - DBOS' own options and answer
        queue = noted(name, **options)
        if queue is not None and name in limits and limits[name].each_worker:
            queue._worker_concurrency = limits[name].at_once  # noqa: SLF001 - see above
        return queue

    system.get_queue = own


def _window(*, sqlite: bool) -> float:
    """Seconds in which a minute's requests may start, so that no minute sees more of them sent.

    A start is followed by its request within a moment. Before Python 3.12 the engine's clock on SQLite has whole
    seconds, so that what it takes for a minute may be one second less.
    """
    coarse = sqlite and sys.version_info < (3, 12)
    return MINUTE + SENDING_SECONDS + (COARSE_CLOCK_SECONDS if coarse else 0.0)
