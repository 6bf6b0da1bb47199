"""What may go: rows that nothing needs any more, found by one condition for each kind and removed in small steps."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, CursorResult, Table, delete, func, or_, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from sfd.db.jobs import LISTED_COLUMNS, decode_job
from sfd.db.tables import browser_session, drama, episode, event, idempotency_key, job, webhook_delivery
from sfd.db.webhooks import DELIVERED, FAILED
from sfd.domain.jobs import Job, JobStatus

ROWS_AT_ONCE = 2000
_ACTIVE = (JobStatus.PENDING, JobStatus.RUNNING)
# Bytes of a job in review may have been paid for, although no provider confirmed it
_OWNS_FILES = (*_ACTIVE, JobStatus.NEEDS_REVIEW)


@dataclass(frozen=True)
class Bounds:
    """Milliseconds since 1970 UTC before which each kind may go."""

    events: int
    idempotency_keys: int
    browser_sessions: int
    webhook_deliveries: int


@dataclass(frozen=True)
class Sweep:
    """Rows of one table that may go."""

    name: str
    table: Table
    condition: ColumnElement[bool]


def sweeps(bounds: Bounds) -> Sequence[Sweep]:
    """Everything that may go by its age, and the episodes of deleted dramas that no job works at."""
    ended = webhook_delivery.c.state.in_([DELIVERED, FAILED])
    active_runs = select(job.c.id).where(job.c.parent_id.is_(None), job.c.status.in_(_ACTIVE))
    return (
        Sweep("events", event, (event.c.created_at < bounds.events) & event.c.job_id.not_in(active_runs)),
        Sweep("idempotency_keys", idempotency_key, idempotency_key.c.created_at < bounds.idempotency_keys),
        Sweep("browser_sessions", browser_session, browser_session.c.expires_at < bounds.browser_sessions),
        Sweep("webhook_deliveries", webhook_delivery, ended & (webhook_delivery.c.next_at < bounds.webhook_deliveries)),
        Sweep("episodes", episode, episode.c.drama_id.in_(select(drama.c.id).where(_deleted_and_at_rest()))),
    )


async def count(connection: AsyncConnection, sweep: Sweep) -> int:
    """How many rows a sweep would remove."""
    query = select(func.count()).select_from(sweep.table).where(sweep.condition)
    return int((await connection.execute(query)).scalar() or 0)


async def remove_some(connection: AsyncConnection, sweep: Sweep) -> int:
    """Remove up to `ROWS_AT_ONCE` rows. Returns how many: fewer than that when none is left."""
    key = tuple(sweep.table.primary_key)
    some = select(*key).where(sweep.condition).limit(ROWS_AT_ONCE)
    chosen = key[0].in_(some) if len(key) == 1 else tuple_(*key).in_(some)
    removed: CursorResult[tuple[()]] = await connection.execute(delete(sweep.table).where(chosen))
    return removed.rowcount


async def count_heads(connection: AsyncConnection) -> int:
    """How many deleted dramas still have their text."""
    query = select(func.count()).select_from(drama).where(_deleted_and_at_rest(), _has_text())
    return int((await connection.execute(query)).scalar() or 0)


async def empty_heads(connection: AsyncConnection) -> int:
    """Remove the text of deleted dramas. Their ids stay taken: jobs and what they cost refer to them."""
    removed = await connection.execute(
        update(drama).where(_deleted_and_at_rest(), _has_text()).values(head="{}", title="")
    )
    return removed.rowcount


async def active_runs(connection: AsyncConnection) -> Sequence[str]:
    """Ids of the jobs without a parent that have not ended, paused ones too."""
    rows = await connection.execute(select(job.c.id).where(job.c.parent_id.is_(None), job.c.status.in_(_ACTIVE)))
    return [row.id for row in rows]


async def active_jobs(connection: AsyncConnection, job_ids: Sequence[str]) -> Sequence[Job]:
    """Those of the jobs that have not ended."""
    query = select(*LISTED_COLUMNS).where(job.c.id.in_(job_ids), job.c.status.in_(_ACTIVE))
    return [decode_job(row) for row in (await connection.execute(query)).mappings()]


async def owners_of_files(connection: AsyncConnection) -> Sequence[str]:
    """Ids of the jobs that may have unfinished files."""
    rows = await connection.execute(select(job.c.id).where(job.c.status.in_(_OWNS_FILES)))
    return [row.id for row in rows]


def _has_text() -> ColumnElement[bool]:
    return or_(drama.c.head != "{}", drama.c.title != "")


def _deleted_and_at_rest() -> ColumnElement[bool]:
    worked_at = select(job.c.drama_id).where(job.c.status.in_(_ACTIVE))
    return drama.c.deleted_at.is_not(None) & drama.c.id.not_in(worked_at)
