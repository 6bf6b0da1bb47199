"""Counts and sums over everything, for those who operate SFD."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import case, func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from sfd.db.tables import attempt, job, webhook_delivery
from sfd.db.usage import has_no_children
from sfd.db.webhooks import PENDING


@dataclass(frozen=True)
class JobFigure:
    """Jobs of one type and provider in one state. Money is in millionths of a US dollar."""

    type: str
    provider: str
    status: str
    jobs: int
    estimated_micros: int
    actual_micros: int


@dataclass(frozen=True)
class AttemptFigure:
    """Attempts at one provider in one state."""

    provider: str
    state: str
    attempts: int


async def job_figures(connection: AsyncConnection) -> Sequence[JobFigure]:
    """Every job, counted; money where it is a job's own."""
    own = has_no_children()
    grouping = (job.c.type, job.c.provider, job.c.status)
    query = select(
        *grouping,
        func.count().label("jobs"),
        func.sum(case((own, job.c.estimated_micros), else_=0)).label("estimated"),
        func.sum(case((own, func.coalesce(job.c.actual_micros, 0)), else_=0)).label("actual"),
    ).group_by(*grouping)
    return [
        JobFigure(row.type, row.provider, row.status, row.jobs, int(row.estimated), int(row.actual))
        for row in await connection.execute(query)
    ]


async def attempt_figures(connection: AsyncConnection) -> Sequence[AttemptFigure]:
    """Every attempt, counted."""
    grouping = (attempt.c.provider, attempt.c.state)
    query = select(*grouping, func.count().label("attempts")).group_by(*grouping)
    return [AttemptFigure(row.provider, row.state, row.attempts) for row in await connection.execute(query)]


async def pending_deliveries(connection: AsyncConnection) -> int:
    """Webhook deliveries that are not delivered yet and not given up."""
    query = select(func.count()).select_from(webhook_delivery).where(webhook_delivery.c.state == PENDING)
    return int((await connection.execute(query)).scalar() or 0)


async def revision_of(connection: AsyncConnection) -> str:
    """The revision of the schema that the database has."""
    return str((await connection.execute(text("SELECT version_num FROM alembic_version"))).scalar())
