"""The event log: one row for each change of a job, read by streams, polls and progress bars alike."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import RowMapping, func, insert, or_, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from sfd.db.tables import drama, event, job


@dataclass(frozen=True)
class EventRow:
    """One change. `data` is the whole state of the job it is about, so reading it twice does no harm.

    `job_id` is the parent of the job that changed, or that job when it has none. `text` is `data` as it was stored.
    """

    seq: int
    drama_id: str
    job_id: str
    type: str
    text: str
    created_at: int

    @cached_property
    def data(self) -> Mapping[str, Any]:
        """The state of the job that changed."""
        return json.loads(self.text)


def _row(found: RowMapping) -> EventRow:
    return EventRow(found["seq"], found["drama_id"], found["job_id"], found["type"], found["data"], found["created_at"])


async def append_event(
    connection: AsyncConnection, drama_id: str, job_id: str, kind: str, data: Mapping[str, Any], now: int
) -> None:
    """Add to the log."""
    content = json.dumps(data, ensure_ascii=False)
    await connection.execute(
        insert(event).values(drama_id=drama_id, job_id=job_id, type=kind, data=content, created_at=now)
    )


async def events_after(
    connection: AsyncConnection,
    drama_id: str,
    seq: int,
    limit: int = 1000,
    *,
    job_id: str | None = None,
    until: int | None = None,
) -> Sequence[EventRow]:
    """Events of a drama later than `seq`, in order; of one parent job, and up to event `until`, if so asked."""
    query = select(event).where(event.c.drama_id == drama_id, event.c.seq > seq).order_by(event.c.seq).limit(limit)
    if job_id is not None:
        query = query.where(event.c.job_id == job_id)
    if until is not None:
        query = query.where(event.c.seq <= until)
    return [_row(found) for found in (await connection.execute(query)).mappings()]


async def last_event(
    connection: AsyncConnection, drama_id: str, *, job_id: str | None = None, after: int = 0, until: int | None = None
) -> int:
    """The newest sequence number of a drama, or of one parent job, between two others; `after` when there is none."""
    query = select(func.max(event.c.seq)).where(event.c.drama_id == drama_id, event.c.seq > after)
    if job_id is not None:
        query = query.where(event.c.job_id == job_id)
    if until is not None:
        query = query.where(event.c.seq <= until)
    return int((await connection.execute(query)).scalar() or after)


async def last_events(connection: AsyncConnection, drama_ids: Collection[str]) -> dict[str, int]:
    """The newest sequence number of each drama, each found at the end of its part of the index."""
    newest = select(func.max(event.c.seq)).where(event.c.drama_id == drama.c.id).scalar_subquery()
    query = select(drama.c.id, newest.label("seq")).where(drama.c.id.in_(drama_ids))
    return {found.id: int(found.seq or 0) for found in await connection.execute(query)}


async def last_event_of_job(connection: AsyncConnection, job_id: str) -> int:
    """The newest sequence number of the drama that a job is about, 0 when there is none."""
    its_drama = select(job.c.drama_id).where(job.c.id == job_id).scalar_subquery()
    found = await connection.execute(select(func.max(event.c.seq)).where(event.c.drama_id == its_drama))
    return int(found.scalar() or 0)


async def kept_events(connection: AsyncConnection, drama_id: str) -> tuple[int, int]:
    """The oldest and the newest sequence number that are kept of a drama; 0 and 0 when there is none."""
    mine = event.c.drama_id == drama_id
    oldest = select(func.min(event.c.seq)).where(mine).scalar_subquery()
    newest = select(func.max(event.c.seq)).where(mine).scalar_subquery()
    found = (await connection.execute(select(oldest, newest))).one()
    return int(found[0] or 0), int(found[1] or 0)


async def any_number_missing(connection: AsyncConnection, after: int, until: int) -> bool:
    """Whether a sequence number above `after` and up to `until` is not there: taken, but not committed or given up."""
    query = select(func.count()).where(event.c.seq > after, event.c.seq <= until)
    return int((await connection.execute(query)).scalar() or 0) < until - after


async def log_after(connection: AsyncConnection, seq: int, missing: Collection[int], limit: int) -> Sequence[EventRow]:
    """Events of every drama: those later than `seq`, and any of the `missing` numbers, in order."""
    later = event.c.seq > seq
    query = select(event).where(or_(later, event.c.seq.in_(missing)) if missing else later)
    return [_row(found) for found in (await connection.execute(query.order_by(event.c.seq).limit(limit))).mappings()]


async def newest_of_the_log(connection: AsyncConnection, count: int) -> Sequence[EventRow]:
    """The newest `count` events of every drama, in order."""
    query = select(event).order_by(event.c.seq.desc()).limit(count)
    return [_row(found) for found in (await connection.execute(query)).mappings()][::-1]


async def deleted_dramas(connection: AsyncConnection, drama_ids: Collection[str]) -> Sequence[str]:
    """Those of the dramas that were deleted."""
    query = select(drama.c.id).where(drama.c.id.in_(drama_ids), drama.c.deleted_at.is_not(None))
    return [found.id for found in await connection.execute(query)]


async def stand_still(connection: AsyncConnection) -> None:
    """Let every query of a new reading transaction see the same moment. SQLite always does."""
    if connection.dialect.name == "postgresql":
        await connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
