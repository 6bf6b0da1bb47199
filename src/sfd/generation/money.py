"""Money of a job: reserved before its request is sent, settled when it is known what it cost."""

from datetime import UTC, datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from sfd.db import budgets
from sfd.db.budgets import BudgetId, BudgetScope
from sfd.domain.jobs import Job


def budgets_of(job: Job) -> list[BudgetId]:
    """The budgets that a job spends from: its run's, its drama's, its user's of the day it was accepted, its key's."""
    day = datetime.fromtimestamp(job.created_at / 1000, UTC).date().isoformat()
    found = [
        BudgetId(BudgetScope.RUN, job.parent_id or job.id),
        BudgetId(BudgetScope.DRAMA, job.drama_id),
        BudgetId(BudgetScope.USER_DAY, f"{job.user_id}:{day}"),
    ]
    return [*found, BudgetId(BudgetScope.KEY, job.key_id)] if job.key_id else found


async def reserve(connection: AsyncConnection, job: Job) -> BudgetId | None:
    """Reserve what a job is expected to cost. Returns the budget that has not enough left, None when all have."""
    if job.estimated_micros == 0:
        return None
    return await budgets.reserve(connection, budgets_of(job), job.estimated_micros)


async def reserve_past_caps(connection: AsyncConnection, job: Job) -> None:
    """Reserve for what was sent already: it may cost whatever the caps say."""
    if job.estimated_micros:
        await budgets.settle(connection, budgets_of(job), reserved=-job.estimated_micros, spent=0)


async def settle(connection: AsyncConnection, job: Job, spent_micros: int) -> None:
    """Give back a job's reservation, and note what it did cost."""
    if job.estimated_micros or spent_micros:
        await budgets.settle(connection, budgets_of(job), reserved=job.estimated_micros, spent=spent_micros)
