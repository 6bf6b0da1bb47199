"""Driving a run: every node is handed out the moment its own dependencies are done, until all have ended.

What a run has done is read from the job records, never from memory: after a crash it is simply driven again, and
handing a node out a second time does nothing. A paused run hands out nothing new; when the last of its nodes at
work has ended it rests, and is driven again when it is resumed.
"""

import asyncio
import json
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from sqlalchemy.ext.asyncio import AsyncConnection

from sfd.db import dramas, jobs
from sfd.db.session import Database
from sfd.domain.jobs import Job, JobStatus, JobType
from sfd.generation.dag import Frontier
from sfd.generation.fairness import FairOrder
from sfd.generation.records import (
    HOLDS,
    Finding,
    cancel_job,
    change_job,
    complete_job,
    end_job,
    forget_deleted_drama,
)

LOOK_SECONDS = 2.0
RUNS_LOOKED_AT_OFTEN = 32
News = list[tuple[str, JobStatus]]


@dataclass
class _Run:
    """A run while it is driven. `out` are the nodes handed out and not ended, with their priority."""

    parent: Job
    children: dict[str, Job]
    frontier: Frontier
    told: asyncio.Queue[tuple[str, JobStatus]] = field(default_factory=asyncio.Queue[tuple[str, JobStatus]])
    out: dict[str, int] = field(default_factory=dict[str, int])
    held: dict[str, None] = field(default_factory=dict[str, None])
    looked_at: float = field(default_factory=time.monotonic)

    @property
    def paused(self) -> bool:
        return self.parent.paused_for is not None


class RunDriver:
    """Drives runs. `hand_out` gives a job to its queue under a name and a priority; the same name twice does nothing.

    `queue_of` names a job's queue. `look_seconds` is how often records are read for what other processes did.
    """

    def __init__(
        self,
        database: Database,
        queue_of: Callable[[Job], str],
        hand_out: Callable[[Job, str, int], Awaitable[None]],
        *,
        look_seconds: float = LOOK_SECONDS,
    ) -> None:
        self._database = database
        self._queue_of = queue_of
        self._give = hand_out
        self._look_seconds = look_seconds
        self._runs: dict[str, _Run] = {}
        self._order: defaultdict[str, FairOrder] = defaultdict(FairOrder)

    def tell(self, job_id: str, status: JobStatus) -> None:
        """Say how work at a node ended in this process; `pending`: it is held, and was not done."""
        if (run := self._runs.get(job_id.partition(":")[0])) is not None:
            run.told.put_nowait((job_id, status))

    async def drive(self, parent: Job, children: Iterable[Job]) -> JobStatus:
        """Bring a run to its end, or to rest while it is paused. Returns the status that it has then."""
        by_id = {child.id: child for child in children}
        run = _Run(parent, by_id, Frontier(_needs(by_id)))
        self._runs[parent.id] = run
        try:
            await self._begin(run)
            while not run.frontier.finished:
                if run.paused and not run.out and await self._rests(run):
                    return JobStatus.PENDING
                for job_id, status in await self._news(run):
                    await self._take(run, job_id, status)
        finally:
            del self._runs[parent.id]
        return await self._finish(run)

    async def _begin(self, run: _Run) -> None:
        ready = run.frontier.ready()
        for child in run.children.values():
            if child.status.ended:
                ready += await self._end(run, child.id, child.status)
        await self._offer(run, [one for one in ready if one not in run.frontier.ended])

    async def _take(self, run: _Run, job_id: str, status: JobStatus) -> None:
        """Take in one piece of news."""
        priority = run.out.pop(job_id, None)
        if status.ended:
            run.held.pop(job_id, None)
            if priority is not None:
                self._order[self._queue_of(run.children[job_id])].note_end(priority)
            await self._offer(run, await self._end(run, job_id, status))
            return
        await self._reread(run, job_id)
        await self._offer(run, [job_id])

    async def _offer(self, run: _Run, job_ids: Iterable[str]) -> None:
        """Hand nodes out, or hold them while the run is paused."""
        for job_id in job_ids:
            if run.paused:
                run.held[job_id] = None
            else:
                await self._hand_out(run, run.children[job_id])

    async def _hand_out(self, run: _Run, child: Job) -> None:
        urgent = run.parent.type is not JobType.EXECUTE
        priority = self._order[self._queue_of(child)].priority(child.user_id, urgent=urgent)
        run.out[child.id] = priority
        await self._give(child, work_name(child), priority)

    async def _news(self, run: _Run) -> News:
        """Nodes that ended or were held: told by this process at once, seen in the records every now and then."""
        crowd = max(1.0, len(self._runs) / RUNS_LOOKED_AT_OFTEN)  # the more runs, the more rarely each is read
        left = run.looked_at + self._look_seconds * crowd - time.monotonic()
        if left > 0:
            try:
                news = [await asyncio.wait_for(run.told.get(), left)]
            except TimeoutError:
                return await self._look(run)
            while not run.told.empty():
                news.append(run.told.get_nowait())
            return news
        return await self._look(run)

    async def _look(self, run: _Run) -> News:
        """Read the records: whether the run is paused, and what ended or was held elsewhere."""
        async with self._database.read() as connection:
            parent = await jobs.get_job(connection, run.parent.id)
            states = await jobs.child_states(connection, run.parent.id)
        run.looked_at = time.monotonic()
        run.parent = parent or run.parent
        news: News = []
        for job_id, (status, meta) in states.items():
            child = run.children[job_id]
            if status.ended and job_id not in run.frontier.ended:
                run.children[job_id] = replace(child, status=status)
                news.append((job_id, status))
            elif not status.ended and HOLDS in meta:
                run.children[job_id] = replace(child, status=status, meta=json.loads(meta))
                if job_id in run.out and holds_of(run.children[job_id].meta) > holds_of(child.meta):
                    news.append((job_id, JobStatus.PENDING))
        if not run.paused and run.held:
            held, run.held = list(run.held), {}
            await self._offer(run, [one for one in held if not run.children[one].status.ended])
        return news

    async def _reread(self, run: _Run, job_id: str) -> None:
        """Read a node that was held, and why its run is paused."""
        async with self._database.read() as connection:
            run.parent = await jobs.get_job(connection, run.parent.id) or run.parent
            run.children[job_id] = await jobs.get_job(connection, job_id) or run.children[job_id]

    async def _rests(self, run: _Run) -> bool:
        """Whether the run rests now: nothing of it is at work, and it is still paused."""
        async with self._database.write() as connection:
            parent = await jobs.get_job(connection, run.parent.id)
            if parent is None or parent.status.ended:
                return True
            run.parent = parent
            if run.paused:
                await change_job(connection, parent, meta={**parent.meta, HOLDS: holds_of(parent.meta) + 1})
                return True
        held, run.held = list(run.held), {}
        await self._offer(run, held)
        return False

    async def _end(self, run: _Run, job_id: str, status: JobStatus) -> list[str]:
        """Move the frontier; returns what is free now. Nodes that can never start are cancelled, with the reason."""
        freed = run.frontier.end(job_id, status)
        if status is JobStatus.COMPLETED:
            return freed
        blocked = run.frontier.blocked_by(job_id)
        for one in blocked:
            run.frontier.end(one, JobStatus.CANCELLED)
        if blocked:
            await self._cancel_blocked(run, blocked, job_id)
        return freed

    async def _cancel_blocked(self, run: _Run, blocked: list[str], culprit: str) -> None:
        finding = Finding("dependency_failed", f"It needs {culprit.partition(':')[2]}, which did not complete.")
        async with self._database.write() as connection:
            for job_id in blocked:
                job = await jobs.get_job(connection, job_id)
                if job is not None and job.parent_id == run.parent.id and not job.status.ended:
                    await end_job(connection, job, JobStatus.CANCELLED, finding)

    async def _finish(self, run: _Run) -> JobStatus:
        """The run ends: completed when every node is, else with what kept it from that."""
        statuses = list(run.frontier.ended.values())
        async with self._database.write() as connection:
            parent = await jobs.get_job(connection, run.parent.id) or run.parent
            if parent.status.ended:
                return parent.status
            spent = await jobs.sum_actual(connection, parent.id)
            await forget_deleted_drama(connection, parent.drama_id)
            if all(status is JobStatus.COMPLETED for status in statuses):
                await complete_job(connection, parent, await _result(connection, parent, len(statuses)), spent)
                return JobStatus.COMPLETED
            if parent.cancel_requested_at is not None:
                await cancel_job(connection, parent, actual_micros=spent)
                return JobStatus.CANCELLED
            status, finding = _outcome(parent, statuses)
            await end_job(connection, parent, status, finding, actual_micros=spent)
        return status


def work_name(job: Job) -> str:
    """The name under which a job is worked at: its id, and how often it was held before."""
    holds = holds_of(job.meta)
    return job.id if holds == 0 else f"{job.id}#{holds}"


def holds_of(meta: Mapping[str, object]) -> int:
    """How often a job was held, or a run rested."""
    holds = meta.get(HOLDS, 0)
    return holds if isinstance(holds, int) else 0


def _needs(children: Mapping[str, Job]) -> dict[str, tuple[str, ...]]:
    """What each job waits for among its run's jobs."""
    by_node = {child.node_id: child.id for child in children.values()}
    return {child.id: tuple(by_node[one] for one in child.depends_on if one in by_node) for child in children.values()}


async def _result(connection: AsyncConnection, parent: Job, nodes: int) -> dict[str, object]:
    """What a completed run says of itself."""
    written = await dramas.get_drama(connection, parent.drama_id) if parent.type is JobType.WRITE else None
    return {"nodes": nodes} if written is None else {"drama_id": written.id, "title": written.title, "stages": nodes}


def _outcome(parent: Job, statuses: list[JobStatus]) -> tuple[JobStatus, Finding]:
    failed = sum(status is JobStatus.FAILED for status in statuses)
    parked = sum(status is JobStatus.NEEDS_REVIEW for status in statuses)
    status = JobStatus.FAILED if failed else JobStatus.NEEDS_REVIEW if parked else JobStatus.CANCELLED
    said = [f"{failed} of {len(statuses)} nodes failed"] if failed else []
    said += [f"{parked} need a decision"] if parked else []
    first = " and ".join(said) or "the run was cancelled"
    rest = "retry the job to write the rest" if parent.type is JobType.WRITE else "resume makes what is missing"
    text = f"{first[0].upper()}{first[1:]}. Everything else is kept; {rest}."
    return status, Finding("incomplete", text)
