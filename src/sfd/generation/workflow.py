"""The durable part: runs survive any crash. The only file that knows the engine, DBOS Transact.

A run is a workflow with one `drive` step. It hands out every node whose own dependencies are done, as a
workflow on its provider's queue with a deterministic id, so that handing it out twice does nothing. What a
run has done is read from the job records, never from memory: after a crash the step simply runs again.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog
from dbos import DBOS, DBOSClient, DBOSConfig
from filelock import FileLock, Timeout
from sqlalchemy import Engine as SqlEngine
from sqlalchemy import create_engine, event
from sqlalchemy.engine import make_url

from sfd.db import jobs
from sfd.db.session import Database, prepare_sqlite_connection
from sfd.domain.clock import now_ms
from sfd.domain.errors import SfdError, WorkerUnavailable
from sfd.domain.jobs import RUNS, Job, JobStatus, JobType
from sfd.generation.dag import Frontier
from sfd.generation.records import (
    Finding,
    cancel_job,
    change_job,
    complete_job,
    end_job,
    forget_deleted_drama,
    start_job,
)
from sfd.generation.steps import Workshop

CUT_QUEUE = "cut"
RUN_QUEUE = "run"
NODE_WORKFLOW = "node"
RUN_WORKFLOW = "run"
WORKFLOW_VERSION = "1"
EXECUTOR = "embedded"
QUEUE_POLL_SECONDS = 0.1
IDLE_POLL_SECONDS = 1.0
LOOKS_UNTIL_IDLE = 20
DISPATCH_SECONDS = 0.5
RECHECK_SECONDS = 2.0
ENGINE_THREADS = 16
RUNS_AT_ONCE = 32
BATCH_PRIORITY = 1000  # what a person asked for one by one goes before the nodes of a whole drama

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class EngineSettings:
    """`queues` maps a queue's name to how many of its nodes may run at once, over all workers."""

    database_url: str
    lock_file: Path
    queues: Mapping[str, int]


class Engine:
    """Runs jobs that are in the database, one engine in a process. Others may only add jobs."""

    def __init__(
        self, settings: EngineSettings, database: Database, workshop: Workshop, queue_of: Callable[[Job], str]
    ) -> None:
        self._settings = settings
        self._database = database
        self._workshop = workshop
        self._queue_of = queue_of
        self._lock = FileLock(settings.lock_file, thread_local=False)
        self._ended: dict[str, asyncio.Queue[tuple[str, JobStatus]]] = {}
        self._running: set[asyncio.Task[Any]] = set()
        self._wake = asyncio.Event()
        self._pace = QUEUE_POLL_SECONDS
        self._sql: SqlEngine | None = None
        self._client: DBOSClient | None = None
        self._dispatcher: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Take the data directory, recover what a crash left, and begin to run what is accepted.

        Raises:
            WorkerUnavailable: another process runs jobs from this data directory.
        """
        try:
            await asyncio.to_thread(self._lock.acquire, timeout=0)
        except Timeout as error:
            raise WorkerUnavailable(
                f"Another process already runs jobs from this data directory (it holds {self._settings.lock_file})."
            ) from error
        self._sql = engine_for(self._settings.database_url)
        DBOS(config=self._config(self._sql))
        self._register_workflows()
        DBOS.launch()
        await asyncio.to_thread(self._register_queues)
        self._client = DBOSClient(system_database_engine=self._sql, application_name="sfd")
        self._dispatcher = asyncio.create_task(self._dispatch())

    async def stop(self) -> None:
        """Stop where things are. Whatever was running goes on when an engine starts again."""
        if self._dispatcher is not None:
            self._dispatcher.cancel()
            with suppress(asyncio.CancelledError):
                await self._dispatcher
        for running in list(self._running):
            running.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        if self._client is not None:
            await asyncio.to_thread(self._client.destroy)
        await asyncio.to_thread(DBOS.destroy, destroy_registry=True)
        if self._sql is not None:
            self._sql.dispose()
        self._lock.release()

    def nudge(self) -> None:
        """Say that a job was added, so that it starts without waiting for the next look."""
        self._wake.set()

    def _config(self, sql: SqlEngine) -> DBOSConfig:
        return DBOSConfig(
            name="sfd",
            executor_id=EXECUTOR,
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

    def _register_queues(self, poll_seconds: float = QUEUE_POLL_SECONDS) -> None:
        for name, concurrency in {**self._settings.queues, RUN_QUEUE: RUNS_AT_ONCE}.items():
            DBOS.register_queue(
                name,
                global_concurrency=concurrency,
                polling_interval_sec=poll_seconds,
                on_conflict="always_update",
            )

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
                for job_id in unfinished:
                    if job_id not in given:
                        await self._enqueue(RUN_WORKFLOW, RUN_QUEUE, job_id, job_id)
                        given.add(job_id)
                given.intersection_update(unfinished)
                quiet_looks = 0 if unfinished else quiet_looks + 1
                await self._keep_pace(quiet_looks)
            except SfdError as error:
                log.warning("cannot look for new jobs", error=error.detail)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), DISPATCH_SECONDS)

    async def _keep_pace(self, quiet_looks: int) -> None:
        """Let the queues look often while there is work, and seldom when there has been none for a while."""
        wanted = IDLE_POLL_SECONDS if quiet_looks > LOOKS_UNTIL_IDLE else QUEUE_POLL_SECONDS
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

    async def _make(self, job_id: str) -> JobStatus:
        """Make one node and tell the run that waits for it."""
        try:
            status = await self._workshop.run_job(job_id)
        except Exception as error:
            # A defect must fail its own node, visibly, and never the run or the worker.
            log.exception("a node failed unexpectedly", job_id=job_id)
            status = await self._workshop.give_up(job_id, Finding("internal", f"{type(error).__name__}: {error}"))
        parent_id = job_id.partition(":")[0]
        if (waiting := self._ended.get(parent_id)) is not None:
            waiting.put_nowait((job_id, status))
        return status

    async def _drive_to_end(self, job_id: str) -> JobStatus:
        """Drive a run, waiting out database and storage trouble."""
        while True:
            try:
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
            if parent.type in RUNS:
                parent = await start_job(connection, parent)
            children = await jobs.children(connection, job_id)
        if parent.type not in RUNS:
            return await self._make(job_id)
        self._ended[job_id] = asyncio.Queue()
        try:
            statuses = await self._walk(parent, {child.id: child for child in children})
        finally:
            del self._ended[job_id]
        return await self._finish(parent, list(statuses.values()))

    async def _walk(self, parent: Job, children: Mapping[str, Job]) -> Mapping[str, JobStatus]:
        """Hand out nodes as they become ready until all have ended."""
        by_node = {child.node_id: child.id for child in children.values()}
        needs = {
            child.id: tuple(by_node[one] for one in child.depends_on if one in by_node) for child in children.values()
        }
        frontier = Frontier(needs)
        ready = frontier.ready()
        for child in children.values():
            if child.status.ended:
                ready += await self._note_end(parent, frontier, child.id, child.status)
        await self._hand_out(parent, children, [one for one in ready if one not in frontier.ended])
        while not frontier.finished:
            for ended_id, status in await self._next_ends(parent.id, frontier):
                await self._hand_out(parent, children, await self._note_end(parent, frontier, ended_id, status))
        return frontier.ended

    async def _next_ends(self, parent_id: str, frontier: Frontier) -> list[tuple[str, JobStatus]]:
        """The nodes that ended: told by this process at once, seen in the records otherwise."""
        waiting = self._ended[parent_id]
        try:
            ends = [await asyncio.wait_for(waiting.get(), RECHECK_SECONDS)]
            while not waiting.empty():
                ends.append(waiting.get_nowait())
            return ends
        except TimeoutError:
            async with self._database.read() as connection:
                statuses = await jobs.child_statuses(connection, parent_id)
            return [(one, status) for one, status in statuses.items() if status.ended and one not in frontier.ended]

    async def _note_end(self, parent: Job, frontier: Frontier, job_id: str, status: JobStatus) -> list[str]:
        """Move the frontier. Nodes that can never start now are cancelled, with the reason."""
        freed = frontier.end(job_id, status)
        if status is JobStatus.COMPLETED:
            return freed
        blocked = frontier.blocked_by(job_id)
        for one in blocked:
            frontier.end(one, JobStatus.CANCELLED)
        if blocked:
            await self._cancel_blocked(parent, blocked, job_id)
        return freed

    async def _cancel_blocked(self, parent: Job, blocked: list[str], culprit: str) -> None:
        finding = Finding("dependency_failed", f"It needs {culprit.partition(':')[2]}, which did not complete.")
        async with self._database.write() as connection:
            for job_id in blocked:
                job = await jobs.get_job(connection, job_id)
                if job is not None and job.parent_id == parent.id and not job.status.ended:
                    await end_job(connection, job, JobStatus.CANCELLED, finding)

    async def _hand_out(self, parent: Job, children: Mapping[str, Job], ready: list[str]) -> None:
        first = BATCH_PRIORITY if parent.type is JobType.EXECUTE else 1
        for job_id in ready:
            child = children[job_id]
            await self._enqueue(NODE_WORKFLOW, self._queue_of(child), job_id, job_id, first + child.position)

    async def _finish(self, parent: Job, statuses: list[JobStatus]) -> JobStatus:
        """The run ends: completed when every node is, else with what kept it from that."""
        async with self._database.write() as connection:
            parent = await jobs.get_job(connection, parent.id) or parent
            if parent.status.ended:
                return parent.status
            spent = await jobs.sum_actual(connection, parent.id)
            await forget_deleted_drama(connection, parent.drama_id)
            if all(status is JobStatus.COMPLETED for status in statuses):
                await complete_job(connection, parent, {"nodes": len(statuses)}, spent)
                return JobStatus.COMPLETED
            if parent.cancel_requested_at is not None:
                await cancel_job(connection, parent, actual_micros=spent)
                return JobStatus.CANCELLED
            failed = sum(status is JobStatus.FAILED for status in statuses)
            parked = sum(status is JobStatus.NEEDS_REVIEW for status in statuses)
            status = JobStatus.FAILED if failed else JobStatus.NEEDS_REVIEW if parked else JobStatus.CANCELLED
            finding = Finding("incomplete", _incomplete(len(statuses), failed, parked))
            await change_job(
                connection,
                parent,
                status=status,
                error=finding.as_json(),
                actual_micros=spent,
                completed_at=now_ms(),
            )
        return status


def _incomplete(total: int, failed: int, parked: int) -> str:
    parts = [f"{failed} of {total} nodes failed" if failed else "", f"{parked} need a decision" if parked else ""]
    said = " and ".join(part for part in parts if part) or "the run was cancelled"
    return f"{said[0].upper()}{said[1:]}. Everything else is kept; resume makes what is missing."


def engine_for(database_url: str) -> SqlEngine:
    """The engine's own connections to the same database: a write-ahead log, immediate transactions."""
    url = make_url(database_url)
    if url.get_backend_name() != "sqlite":
        return create_engine(url.set(drivername="postgresql+psycopg"))
    sql = create_engine(url, pool_size=ENGINE_THREADS + 4, max_overflow=4)
    event.listen(sql, "connect", _prepare)
    return sql


def _prepare(connection: Any, record: object) -> None:  # noqa: ANN401 - DBAPI connections are untyped
    prepare_sqlite_connection(connection, record)
    connection.isolation_level = "IMMEDIATE"
