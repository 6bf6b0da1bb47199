"""The durable part: runs survive any crash. The only file that knows the engine, DBOS Transact.

A run is a workflow with one `drive` step (`sfd.generation.run_driver`). Each node that it hands out is a workflow on
its provider's queue with a deterministic id, so that handing it out twice does nothing.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import structlog
from dbos import DBOS, DBOSClient, DBOSConfig
from sqlalchemy import Engine as SqlEngine
from sqlalchemy import create_engine, event

from sfd.db import jobs
from sfd.db.session import (
    Database,
    is_postgresql,
    postgresql_options,
    postgresql_url,
    prepare_sqlite_connection,
    translated_errors,
)
from sfd.domain.errors import SfdError, WorkerUnavailable
from sfd.domain.jobs import RUNS, Job, JobStatus
from sfd.generation.failover import Seat, seat_for
from sfd.generation.queues import RUN_QUEUE, QueueLimit, keep_own_limits, queue_of, register_queues
from sfd.generation.records import Finding, start_job
from sfd.generation.run_driver import RunDriver, work_name
from sfd.generation.steps import Workshop
from sfd.generation.watchdog import Watchdog
from sfd.observability.tracing import job_observed

NODE_WORKFLOW = "node"
RUN_WORKFLOW = "run"
WORKFLOW_VERSION = "1"
QUEUE_POLL_SECONDS = 0.1
IDLE_POLL_SECONDS = 1.0
LOOKS_UNTIL_IDLE = 20
DISPATCH_SECONDS = 0.5
RECHECK_SECONDS = 2.0
ENGINE_THREADS = 16
DRAIN_SECONDS = 10.0
REJOIN_SECONDS = 1.0
SHARED_LOOK_SECONDS = 0.2
SHARED_POLL_SECONDS = 0.2  # workers that look more often stand in each other's way

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class EngineSettings:
    """`limits` tells, when the engine starts, which queues there are and how much of each may run."""

    database_url: str
    lock_file: Path
    limits: Callable[[], Mapping[str, QueueLimit]]


class Engine:
    """Runs jobs that are in the database, one engine in a process.

    Beside SQLite one engine runs them, and other processes may only add jobs. On PostgreSQL any number of engines do.
    One whose lease is lost may not work any more, because others take its work over: it stops what it is doing and
    begins again under a new id when it reaches the database.
    """

    def __init__(self, settings: EngineSettings, database: Database, workshop: Workshop) -> None:
        self._settings = settings
        self._database = database
        self._workshop = workshop
        self._limits: Mapping[str, QueueLimit] = {}
        self._seat: Seat | None = None
        self._shared = shared = is_postgresql(settings.database_url)
        look_seconds = SHARED_LOOK_SECONDS if shared else RECHECK_SECONDS
        self._driver = RunDriver(database, self._queue_of, self._hand_out, look_seconds=look_seconds)
        self._watchdog = Watchdog(database)
        self._started = False
        self._running: set[asyncio.Task[Any]] = set()
        self._making: set[asyncio.Task[Any]] = set()
        self._wake = asyncio.Event()
        self._poll_seconds = SHARED_POLL_SECONDS if shared else QUEUE_POLL_SECONDS
        self._pace = self._poll_seconds
        self._sql: SqlEngine | None = None
        self._client: DBOSClient | None = None
        self._dispatcher: asyncio.Task[None] | None = None
        self._rejoining: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Recover what a crash left, and begin to run what is accepted.

        Raises:
            WorkerUnavailable: the database is SQLite, and another process runs jobs from this data directory.
            StorageUnavailable: the database cannot be used.
            InvalidInput: a setting of a provider cannot be used.
        """
        self._limits = self._settings.limits()
        seat = seat_for(self._settings.database_url, self._settings.lock_file)
        await asyncio.to_thread(seat.take)
        self._seat = seat
        self._started = True
        try:
            with translated_errors():
                await self._launch(seat)
        except SfdError:
            await self._leave(0)
            raise

    async def stop(self) -> None:
        """Begin nothing new. On PostgreSQL nodes get `DRAIN_SECONDS` to end; others go on with what did not.

        Beside SQLite everything stops where it is, and goes on when an engine starts again.
        """
        if self._rejoining is not None:
            self._rejoining.cancel()
            await asyncio.gather(self._rejoining, return_exceptions=True)
        await self._leave(DRAIN_SECONDS if self._seat is not None and self._seat.shared else 0)

    async def _launch(self, seat: Seat) -> None:
        self._sql = engine_for(self._settings.database_url)
        DBOS(config=self._config(self._sql, seat.worker_id))
        # Before `launch`, because what a crash left goes on during it, and hands out its nodes.
        self._client = DBOSClient(system_database_engine=self._sql, application_name="sfd", lazy=True)
        self._register_workflows()
        DBOS.launch()
        keep_own_limits(self._limits)
        await asyncio.to_thread(self._register_queues, self._pace)
        self._dispatcher = asyncio.create_task(self._dispatch())
        loop = asyncio.get_running_loop()
        seat.watch(_recover, lambda: loop.call_soon_threadsafe(self._lose, seat))

    def _lose(self, seat: Seat) -> None:
        """The lease is lost: others may begin with this engine's work at any moment."""
        if seat is self._seat and (self._rejoining is None or self._rejoining.done()):
            self._rejoining = asyncio.create_task(self._rejoin())

    async def _rejoin(self) -> None:
        await self._leave(0)
        while True:
            try:
                await self.start()
            except SfdError as error:
                log.warning("this worker cannot work now", error=error.detail)
                await asyncio.sleep(REJOIN_SECONDS)
            else:
                log.info("this worker works again")
                return

    async def _leave(self, drain_seconds: float) -> None:
        """Stop, and give up the seat last of all: until then nobody else begins with what runs here."""
        loop = asyncio.get_running_loop()
        seat, self._seat = self._seat, None
        if self._dispatcher is not None:
            self._dispatcher.cancel()
            await asyncio.gather(self._dispatcher, return_exceptions=True)
        for driving in self._running - self._making:
            driving.cancel()
        drains = round(drain_seconds) if self._making else 0
        with ThreadPoolExecutor(1) as thread:
            destroy = partial(DBOS.destroy, destroy_registry=True, workflow_completion_timeout_sec=drains)
            destroyed = loop.run_in_executor(thread, destroy)
            if drains:
                await asyncio.wait(self._making, timeout=drain_seconds)
            for running in list(self._running):
                running.cancel()
            await asyncio.gather(*self._running, return_exceptions=True)
            await destroyed
            loop.set_default_executor(ThreadPoolExecutor())  # DBOS put its own there, and ended them
            if self._client is not None:
                await loop.run_in_executor(thread, self._client.destroy)
            if self._sql is not None:
                self._sql.dispose()
            if seat is not None:
                await loop.run_in_executor(thread, seat.release)

    @property
    def works(self) -> bool | None:
        """Whether jobs are being run here; None when this process was not asked to."""
        if not self._started:
            return None
        return self._dispatcher is not None and not self._dispatcher.done()

    def nudge(self) -> None:
        """Say that a job was added, so that it starts without waiting for the next look."""
        self._wake.set()

    def _config(self, sql: SqlEngine, worker_id: str) -> DBOSConfig:
        return DBOSConfig(
            name="sfd",
            executor_id=worker_id,
            application_version=WORKFLOW_VERSION,
            system_database_engine=sql,
            max_executor_threads=ENGINE_THREADS,
            log_level="ERROR",
        )

    def _register_workflows(self) -> None:
        """Tell DBOS what to run. Done at start, so that importing this module registers nothing."""

        @DBOS.step(name="make", preemptible=True)
        async def make(job_id: str) -> str:
            return await self._tracked(self._make(job_id))

        @DBOS.workflow(name=NODE_WORKFLOW, max_recovery_attempts=None)
        async def node(job_id: str) -> str:
            return await make(job_id)

        @DBOS.step(name="drive", preemptible=True)
        async def drive(job_id: str) -> str:
            return await self._tracked(self._drive_to_end(job_id))

        @DBOS.workflow(name=RUN_WORKFLOW, max_recovery_attempts=None)
        async def run(job_id: str) -> str:
            return await drive(job_id)

        del node, run

    def _register_queues(self, poll_seconds: float) -> None:
        register_queues(self._limits, poll_seconds, sqlite=not self._shared)

    async def _tracked(self, work: Awaitable[JobStatus]) -> str:
        task = asyncio.current_task()
        if task is not None:
            self._running.add(task)
        try:
            return await work
        finally:
            if task is not None:
                self._running.discard(task)

    async def _dispatch(self) -> None:
        """Hand accepted runs to the engine: those of this process at once, those of others soon."""
        given: set[str] = set()
        quiet_looks = 0
        while True:
            self._wake.clear()
            try:
                async with self._database.read() as connection:
                    unfinished = await jobs.unfinished_parents(connection)
                    names = {work_name(job): job for job in unfinished}
                    new = [name for name in names if name not in given]
                    runs = await jobs.parents_among(connection, [names[name].id for name in new]) if new else set[str]()
                for name in new:  # a run that waited in a provider's queue would be in the way of its own nodes
                    queue = RUN_QUEUE if names[name].id in runs else self._queue_of(names[name])
                    await self._enqueue(RUN_WORKFLOW, queue, name, names[name].id)
                given = set(names) - await self._watchdog.gone(self._client, names)
                quiet_looks = 0 if unfinished else quiet_looks + 1
                await self._keep_pace(quiet_looks)
            except SfdError as error:
                log.warning("cannot look for new jobs", error=error.detail)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), DISPATCH_SECONDS)

    async def _keep_pace(self, quiet_looks: int) -> None:
        """Let the queues look often while there is work, and seldom when there has been none for a while."""
        wanted = IDLE_POLL_SECONDS if quiet_looks > LOOKS_UNTIL_IDLE else self._poll_seconds
        if wanted != self._pace:
            await asyncio.to_thread(self._register_queues, wanted)
            self._pace = wanted

    async def _enqueue(self, workflow: str, queue: str, workflow_id: str, job_id: str, priority: int = 1) -> None:
        client = self._client
        if client is None:
            raise WorkerUnavailable("The engine is not started.")
        await asyncio.to_thread(
            client.enqueue,
            {
                "workflow_name": workflow,
                "queue_name": queue,
                "workflow_id": workflow_id,
                "app_version": WORKFLOW_VERSION,
                "priority": priority,
            },
            job_id,
        )

    def _queue_of(self, job: Job) -> str:
        """A job whose provider is not there any more runs at once, and says so."""
        queue = queue_of(job.type, job.provider)
        return queue if queue in self._limits else RUN_QUEUE

    async def _hand_out(self, job: Job, name: str, priority: int) -> None:
        await self._enqueue(NODE_WORKFLOW, self._queue_of(job), name, job.id, priority)

    async def _make(self, job_id: str) -> JobStatus:
        """Make one node and tell the run that waits for it."""
        task = asyncio.current_task()
        try:
            if task is not None:
                self._making.add(task)
            with job_observed("node", job_id):
                status = await self._workshop.run_job(job_id)
        except Exception as error:
            # A defect must fail its own node, visibly, and never the run or the worker.
            log.exception("a node failed unexpectedly", job_id=job_id)
            status = await self._workshop.give_up(job_id, Finding("internal", f"{type(error).__name__}: {error}"))
        finally:
            if task is not None:
                self._making.discard(task)
        self._driver.tell(job_id, status)
        return status

    async def _drive_to_end(self, job_id: str) -> JobStatus:
        """Drive a run, waiting out database and storage trouble."""
        while True:
            try:
                with job_observed("run", job_id):
                    return await self._drive(job_id)
            except SfdError as error:
                log.warning("a run waits", job_id=job_id, error=error.detail)
            except Exception as error:
                # A defect must end its own run, visibly, rather than leave it running for ever.
                log.exception("a run failed unexpectedly", job_id=job_id)
                return await self._workshop.give_up(job_id, Finding("internal", f"{type(error).__name__}: {error}"))
            await asyncio.sleep(RECHECK_SECONDS)

    async def _drive(self, job_id: str) -> JobStatus:
        async with self._database.write() as connection:
            parent = await jobs.get_job(connection, job_id)
            if parent is None or parent.status.ended:
                return JobStatus.CANCELLED if parent is None else parent.status
            children = await jobs.children(connection, job_id)
            is_run = parent.type in RUNS or bool(children)
            if is_run:
                parent = await start_job(connection, parent)
        if not is_run:
            return await self._make(job_id)
        return await self._driver.drive(parent, children)


def _recover(worker_id: str) -> None:
    """Let what a dead worker was at be taken from the queues again.

    A private call of DBOS, whose version is pinned: https://docs.dbos.dev calls it through a paid control plane.
    """
    try:
        with translated_errors():
            DBOS._recover_pending_workflows([worker_id])  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - see above
    except SfdError as error:
        log.warning("cannot take over now", worker=worker_id, error=error.detail)


def engine_for(database_url: str) -> SqlEngine:
    """The engine's own connections to the same database: on SQLite a write-ahead log, immediate transactions."""
    if is_postgresql(database_url):
        return create_engine(postgresql_url(database_url), **postgresql_options())
    sql = create_engine(database_url, pool_size=ENGINE_THREADS + 4, max_overflow=4)
    event.listen(sql, "connect", _prepare)
    return sql


def _prepare(connection: Any, record: object) -> None:  # noqa: ANN401 - DBAPI connections are untyped
    prepare_sqlite_connection(connection, record)
    connection.isolation_level = "IMMEDIATE"
