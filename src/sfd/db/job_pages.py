"""Jobs as they are listed and watched: a user's jobs over all dramas, and the parents of one drama."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection

from sfd.db.jobs import LISTED_COLUMNS, decode_job
from sfd.db.ownership import owned_by
from sfd.db.tables import job
from sfd.domain.jobs import Job, JobStatus, JobType
from sfd.domain.owner import Owner


@dataclass(frozen=True)
class JobFilter:
    """Which jobs are listed. What is None is not asked for."""

    drama_id: str | None = None
    status: JobStatus | None = None
    type: JobType | None = None
    parent_id: str | None = None
    parents_only: bool = False


def _unindexed(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """A column by which SQLite shall not look rows up: it does not know which index is best, and may sort thousands."""
    return literal("").concat(column)


def _owned(owner: Owner, wanted: JobFilter) -> Sequence[ColumnElement[bool]]:
    """Whose jobs: found by the user, except where the drama or the parent says better where they are."""
    mine, *project = owned_by(job, owner)
    if wanted.drama_id is None and wanted.parent_id is None:
        return (mine, *project)
    return (_unindexed(job.c.user_id) == owner.user_id, *project)


def _conditions(wanted: JobFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.drama_id is not None:
        conditions.append(job.c.drama_id == wanted.drama_id)
    if wanted.status is not None:
        conditions.append(_unindexed(job.c.status) == wanted.status.value)
    if wanted.type is not None:
        conditions.append(job.c.type == wanted.type)
    if wanted.parent_id is not None:
        conditions.append(job.c.parent_id == wanted.parent_id)
    if wanted.parents_only:
        conditions.append(_unindexed(job.c.parent_id).is_(None))
    return conditions


async def user_jobs(
    connection: AsyncConnection, owner: Owner, wanted: JobFilter, *, limit: int, before_id: str | None = None
) -> Sequence[Job]:
    """What `owner` sees of all jobs, newest first, without their frozen requests."""
    query = (
        select(*LISTED_COLUMNS)
        .where(*_owned(owner, wanted), *_conditions(wanted))
        .order_by(job.c.id.desc())
        .limit(limit)
    )
    if before_id is not None:
        query = query.where(job.c.id < before_id)
    return [decode_job(row) for row in (await connection.execute(query)).mappings()]


async def newest_parent(connection: AsyncConnection, drama_id: str) -> Job | None:
    """The parent of a drama that was made last, if there is one."""
    query = select(*LISTED_COLUMNS).where(job.c.drama_id == drama_id, _unindexed(job.c.parent_id).is_(None))
    found = (await connection.execute(query.order_by(job.c.id.desc()).limit(1))).mappings().first()
    return decode_job(found) if found else None
