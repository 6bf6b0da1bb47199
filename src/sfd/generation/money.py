"""Money of a job: reserved before its request is sent, settled when it is known what it cost."""

from datetime import UTC, datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from sfd.db import budgets
from sfd.db.budgets import BudgetId, BudgetScope
from sfd.domain.jobs import Job

MOST_MICROS = "most_micros"


def budgets_of(job: Job) -> list[BudgetId]:
    """The budgets that a job spends from: its run's, its drama's, its user's of the day it was accepted, its key's."""
    day = datetime.fromtimestamp(job.created_at / 1000, UTC).date().isoformat()
    found = [
        BudgetId(BudgetScope.RUN, job.parent_id or job.id),
        BudgetId(BudgetScope.DRAMA, job.drama_id),
        BudgetId(BudgetScope.USER_DAY, f"{job.user_id}:{day}"),
    ]
    return [*found, BudgetId(BudgetScope.KEY, job.key_id)] if job.key_id else found


def reserved_for(job: Job) -> int:
    """What is reserved for a job: the most that its provider expects, where that is more than likely."""
    most = job.meta.get(MOST_MICROS)
    return most if isinstance(most, int) else job.estimated_micros


async def reserve(connection: AsyncConnection, job: Job) -> BudgetId | None:
    """Reserve the most that a job may cost. Returns the budget that has not enough left, None when all have."""
    micros = reserved_for(job)
    return await budgets.reserve(connection, budgets_of(job), micros) if micros else None


async def reserve_past_caps(connection: AsyncConnection, job: Job) -> None:
    """Reserve for what was sent already: it may cost whatever the caps say."""
    if micros := reserved_for(job):
        await budgets.settle(connection, budgets_of(job), reserved=-micros, spent=0)


async def settle(connection: AsyncConnection, job: Job, spent_micros: int) -> None:
    """Give back a job's reservation, and note what it did cost."""
    micros = reserved_for(job)
    if micros or spent_micros:
        await budgets.settle(connection, budgets_of(job), reserved=micros, spent=spent_micros)
