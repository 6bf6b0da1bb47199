"""Attempts: the ledger of what was asked of a provider. The primary key decides who may ask."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from sfd.db.tables import attempt, job
from sfd.domain.jobs import Job, JobStatus


@dataclass(frozen=True)
class AttemptRow:
    """One submission to a provider. `owner` is the process life that may send it."""

    job_id: str
    number: int
    state: str
    owner: str
    provider: str
    model: str
    fingerprint: str
    intent_at: int
    remote_id: str | None = None
    submitted_at: int | None = None
    finished_at: int | None = None
    cost_micros: int | None = None
    error: str | None = None


_COLUMNS = [attempt.c[name] for name in AttemptRow.__dataclass_fields__]


async def get_attempt(connection: AsyncConnection, job_id: str, number: int) -> AttemptRow | None:
    """One attempt."""
    query = select(*_COLUMNS).where(attempt.c.job_id == job_id, attempt.c.number == number)
    found = (await connection.execute(query)).mappings().first()
    return AttemptRow(**found) if found else None


async def newest_attempt(connection: AsyncConnection, job_id: str) -> AttemptRow | None:
    """The attempt of a job that was begun last."""
    query = select(*_COLUMNS).where(attempt.c.job_id == job_id).order_by(attempt.c.number.desc()).limit(1)
    found = (await connection.execute(query)).mappings().first()
    return AttemptRow(**found) if found else None


async def cost_of(connection: AsyncConnection, job_id: str) -> int:
    """What the attempts of a job cost together."""
    query = select(func.coalesce(func.sum(attempt.c.cost_micros), 0)).where(attempt.c.job_id == job_id)
    return int((await connection.execute(query)).scalar_one())


async def claim(connection: AsyncConnection, row: AttemptRow) -> bool:
    """Write the intent. False when somebody else wrote it first."""
    try:
        async with connection.begin_nested():
            await connection.execute(insert(attempt).values(**row.__dict__))
    except IntegrityError:
        return False
    return True


async def asked_elsewhere(connection: AsyncConnection, row: AttemptRow, of: Job) -> bool:
    """Whether another job of the same user and project has asked for the same and waits for the answer.

    Of two that ask in the same moment one sees the other: the fingerprint is locked until this transaction ends.
    """
    if connection.dialect.name == "postgresql":
        lock = func.pg_advisory_xact_lock(func.hashtextextended(f"{of.user_id}:{of.project}:{row.fingerprint}", 0))
        await connection.execute(select(lock))
    query = (
        select(attempt.c.job_id)
        .join(job, job.c.id == attempt.c.job_id)
        .where(attempt.c.fingerprint == row.fingerprint, attempt.c.state.in_(("intent", "submitted")))
        .where(job.c.user_id == of.user_id, job.c.project == of.project, job.c.id != of.id)
        .where(job.c.status.in_((JobStatus.PENDING, JobStatus.RUNNING)))
    )
    return (await connection.execute(query.limit(1))).first() is not None


async def take_over(
    connection: AsyncConnection, job_id: str, number: int, *, seen: tuple[str, int], owner: str, now: int
) -> bool:
    """Pass an open intent on; False when it is not any more as it was `seen`: of that owner, with that time."""
    old_owner, intent_at = seen
    changed = await connection.execute(
        update(attempt)
        .where(attempt.c.job_id == job_id, attempt.c.number == number)
        .where(attempt.c.state == "intent", attempt.c.owner == old_owner, attempt.c.intent_at == intent_at)
        .values(owner=owner, intent_at=now)
    )
    return changed.rowcount == 1


async def release(connection: AsyncConnection, job_id: str, number: int, owner: str) -> bool:
    """Take back an intent that the provider certainly did not accept. Whether it was there to be taken back."""
    removed = await connection.execute(
        delete(attempt)
        .where(attempt.c.job_id == job_id, attempt.c.number == number)
        .where(attempt.c.state == "intent", attempt.c.owner == owner)
    )
    return removed.rowcount == 1


async def note_submitted(connection: AsyncConnection, job_id: str, number: int, remote_id: str, now: int) -> bool:
    """Write down what the provider called a request. False when the attempt is no open intent any more."""
    changed = await connection.execute(
        update(attempt)
        .where(attempt.c.job_id == job_id, attempt.c.number == number, attempt.c.state == "intent")
        .values(state="submitted", remote_id=remote_id, submitted_at=now)
    )
    return changed.rowcount == 1


async def update_attempt(connection: AsyncConnection, job_id: str, number: int, **values: Any) -> None:
    """Change columns of an attempt."""
    await connection.execute(
        update(attempt).where(attempt.c.job_id == job_id, attempt.c.number == number).values(**values)
    )
