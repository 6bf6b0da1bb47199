"""What was spent, summed up."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, case, exists, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from sfd.db.ownership import owned_by
from sfd.db.tables import job
from sfd.domain.jobs import RUNS, JobStatus, JobType
from sfd.domain.owner import Owner

_OPEN = (JobStatus.PENDING, JobStatus.RUNNING)


def has_no_children() -> ColumnElement[bool]:
    """Whether a job's money is its own: that of a run is the sum of its nodes', that of a writing of its stages'."""
    child = job.alias("child")
    staged = exists().where(child.c.parent_id == job.c.id)
    return job.c.type.not_in(RUNS) & ~((job.c.type == JobType.WRITE) & staged)


@dataclass(frozen=True)
class Spent:
    """One line of a bill. `jobs` are those that cost or may cost something; money is in millionths of a US dollar."""

    project: str
    drama_id: str
    provider: str
    model: str
    jobs: int
    actual_micros: int
    reserved_micros: int


async def spent(connection: AsyncConnection, owner: Owner, *, since: int | None, until: int | None) -> Sequence[Spent]:
    """What jobs accepted from `since` (inclusive) to `until` (exclusive) cost, by project, drama and model."""
    actual = func.coalesce(job.c.actual_micros, 0)
    reserved = case((job.c.status.in_(_OPEN), job.c.estimated_micros), else_=0)
    grouping = (job.c.project, job.c.drama_id, job.c.provider, job.c.model)
    query = (
        select(
            *grouping,
            func.count().label("jobs"),
            func.sum(actual).label("actual_micros"),
            func.sum(reserved).label("reserved_micros"),
        )
        .where(has_no_children(), *owned_by(job, owner), actual + reserved > 0)
        .group_by(*grouping)
        .order_by(*grouping)
    )
    if since is not None:
        query = query.where(job.c.created_at >= since)
    if until is not None:
        query = query.where(job.c.created_at < until)
    return [
        Spent(
            row.project,
            row.drama_id,
            row.provider,
            row.model,
            row.jobs,
            int(row.actual_micros),
            int(row.reserved_micros),
        )
        for row in await connection.execute(query)
    ]
