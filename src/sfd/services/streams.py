"""What a stream of jobs says, from its first message to its last.

A stream is a snapshot, or a replay after the last event its reader has, and then what the log brings. The two join
at a number: a snapshot is as of event `last`, and nothing up to it is sent again.
"""

import json
import time
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from sfd.db import events, job_pages, jobs
from sfd.db.events import EventRow
from sfd.db.session import Database
from sfd.domain.jobs import PARENTS, Counts, Job, JobStatus
from sfd.generation.records import job_state
from sfd.services.live import Ending, LiveEvents, Subscription

KEEP_ALIVE_SECONDS = 15.0
REPLAY_ROWS = 500


class Kind(StrEnum):
    """What a message of a stream is."""

    SNAPSHOT = "snapshot"
    RESET = "reset"
    JOB = "job"
    END = "end"


@dataclass(frozen=True)
class Message:
    """One message of a stream. `text` is JSON; `seq` is None when the reader is to keep the id it has."""

    kind: Kind
    seq: int | None
    text: str


@dataclass(frozen=True)
class Watched:
    """What a stream is about: a drama; with `parent_id` one parent and its children; with `child_id` one child."""

    drama_id: str
    parent_id: str | None = None
    child_id: str | None = None

    def concerns(self, row: EventRow) -> bool:
        """Whether an event of the drama or parent is told in this stream."""
        return self.child_id in (None, row.data["job_id"])

    def decides(self, row: EventRow) -> bool:
        """Whether the event is about a job that keeps the stream open."""
        return row.data["job_id"] == (self.child_id or row.job_id)


@dataclass
class Beginning:
    """Where a stream starts: after event `last`, open at least until event `newest`, with these jobs active."""

    last: int
    newest: int
    active: set[str] = field(default_factory=set[str])
    states: list[dict[str, Any]] | None = None
    reset: bool = False


class Stream:
    """One watcher's stream. `close` must be called, whatever happened."""

    def __init__(
        self, database: Database, live: LiveEvents, watched: Watched, subscription: Subscription, beginning: Beginning
    ) -> None:
        self._database = database
        self._live = live
        self._watched = watched
        self._subscription = subscription
        self._beginning = beginning
        self._last = beginning.last
        self._active = beginning.active

    def close(self) -> None:
        """Stop collecting events for it."""
        self._live.leave(self._subscription)

    async def messages(self) -> AsyncGenerator[list[Message]]:
        """Batches of messages until the end; an empty one when there was nothing to say for a while."""
        if self._beginning.states is None:
            async for rows in self._replay():
                yield self._tell(rows)
        else:
            yield self._opening(self._beginning.states)
        spoke = time.monotonic()
        while not self._over:
            rows = await self._subscription.take(spoke + KEEP_ALIVE_SECONDS - time.monotonic())
            told = self._tell([row for row in rows if self._is_new(row)])
            if told or time.monotonic() >= spoke + KEEP_ALIVE_SECONDS:
                yield told
                spoke = time.monotonic()
            if self._subscription.ending not in (None, Ending.DELETED):
                return
        yield [await self._end()]

    @property
    def _over(self) -> bool:
        told_all = not self._active and self._last >= self._beginning.newest
        return told_all or self._subscription.ending is Ending.DELETED

    def _opening(self, states: list[dict[str, Any]]) -> list[Message]:
        text = json.dumps({"last_event_id": self._last, "jobs": states}, ensure_ascii=False)
        reset = [Message(Kind.RESET, self._last, json.dumps({"last_event_id": self._last}))]
        return [*(reset if self._beginning.reset else []), Message(Kind.SNAPSHOT, self._last, text)]

    async def _replay(self) -> AsyncGenerator[Sequence[EventRow]]:
        """What is between the reader's last event and the start of the subscription, page by page."""
        while rows := await self._missed():
            yield rows

    async def _missed(self) -> Sequence[EventRow]:
        async with self._database.read() as connection:
            return await events.events_after(
                connection,
                self._watched.drama_id,
                self._last,
                REPLAY_ROWS,
                job_id=self._watched.parent_id,
                until=self._subscription.position,
            )

    def _is_new(self, row: EventRow) -> bool:
        """Whether it is later than what was told, or comes late: it was not there when this stream began."""
        return row.seq > self._beginning.last or row.seq <= self._subscription.position

    def _tell(self, rows: Sequence[EventRow]) -> list[Message]:
        messages: list[Message] = []
        for row in rows:
            if self._watched.concerns(row):
                messages.append(Message(Kind.JOB, row.seq if row.seq > self._last else None, row.text))
            self._last = max(self._last, row.seq)
            if self._watched.decides(row):
                ended = JobStatus(row.data["status"]).ended
                (self._active.discard if ended else self._active.add)(row.data["job_id"])
        return messages

    async def _end(self) -> Message:
        """How it ended: the state of the job, or of the drama's newest parent, with its counts."""
        deleted = self._subscription.ending is Ending.DELETED
        async with self._database.read() as connection:
            job = await _main_job(connection, self._watched)
            counts = (await jobs.counts_of(connection, [job.id])).get(job.id) if job and job.type in PARENTS else None
        said: dict[str, Any] = {"last_event_id": self._last, "job": job_state(job, counts) if job else None}
        said |= _counted(counts) if counts else {}
        return Message(Kind.END, self._last, json.dumps({**said, "deleted": deleted}, ensure_ascii=False))


async def begin(connection: AsyncConnection, watched: Watched, after: int | None, position: int) -> Beginning | None:
    """Replay when everything after `after` is kept, else a snapshot; None when nothing is new and nothing is active."""
    active = await _active_jobs(connection, watched)
    oldest, newest = await events.kept_events(connection, watched.drama_id)
    if after is not None and (after == 0 or oldest <= after <= newest):
        if not active and not await _anything_after(connection, watched, after):
            return None
        newest = await events.last_event(connection, watched.drama_id, job_id=watched.parent_id, after=after)
        return Beginning(after, newest, {job.id for job in active})
    last = newest
    if newest > position and await events.any_number_missing(connection, position, newest):
        last = await events.last_event(connection, watched.drama_id, until=position)
    own_newest = await events.last_event(connection, watched.drama_id, job_id=watched.parent_id)
    shown = await _shown_jobs(connection, watched, active)
    counts = await jobs.counts_of(connection, [job.id for job in shown if job.type in PARENTS])
    states = [job_state(job, counts.get(job.id)) for job in shown]
    return Beginning(last, own_newest, {job.id for job in active}, states, reset=after is not None)


async def _anything_after(connection: AsyncConnection, watched: Watched, after: int) -> bool:
    while rows := await events.events_after(connection, watched.drama_id, after, REPLAY_ROWS, job_id=watched.parent_id):
        if any(watched.concerns(row) for row in rows):
            return True
        after = rows[-1].seq
    return False


async def _active_jobs(connection: AsyncConnection, watched: Watched) -> Sequence[Job]:
    """The jobs that keep the stream open."""
    if watched.parent_id is None:
        return await jobs.active_parents(connection, watched.drama_id)
    job = await jobs.get_job(connection, watched.child_id or watched.parent_id)
    return [] if job is None or job.status.ended else [job]


async def _shown_jobs(connection: AsyncConnection, watched: Watched, active: Sequence[Job]) -> list[Job]:
    """The jobs of a snapshot: each parent before its children."""
    shown: list[Job] = []
    for job in active or [await _main_job(connection, watched)]:
        if job is not None:
            shown += [job, *(await jobs.children(connection, job.id))]
    return shown


async def _main_job(connection: AsyncConnection, watched: Watched) -> Job | None:
    """The job that is watched, or the newest parent of the drama."""
    if watched.parent_id is None:
        return await job_pages.newest_parent(connection, watched.drama_id)
    return await jobs.get_job(connection, watched.child_id or watched.parent_id)


def _counted(counts: Counts) -> dict[str, int]:
    return {
        "total_jobs": counts.total,
        "completed_jobs": counts.completed,
        "failed_jobs": counts.failed,
        "running_jobs": counts.running,
        "pending_jobs": counts.pending,
        "cancelled_jobs": counts.cancelled,
        "needs_review_jobs": counts.needs_review,
    }
