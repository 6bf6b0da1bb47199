"""Budgets: what was spent and is reserved within a scope, and how much may be. Money is millionths of a US dollar.

A budget has no cap until one is set; it still counts. Every change is one conditional UPDATE, so whatever the
interleaving of workers, spent + reserved never passes a cap by reserving.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from sfd.db.tables import budget


class BudgetScope(StrEnum):
    """What a budget is about. `user_day` is a user's day in UTC."""

    RUN = "run"
    DRAMA = "drama"
    USER_DAY = "user_day"
    KEY = "key"


@dataclass(frozen=True)
class BudgetId:
    """One budget."""

    scope: BudgetScope
    subject: str


@dataclass(frozen=True)
class BudgetRow:
    """Where a budget stands."""

    cap_micros: int | None = None
    spent_micros: int = 0
    reserved_micros: int = 0


_INSERT = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


async def reserve(connection: AsyncConnection, budgets: Sequence[BudgetId], micros: int) -> BudgetId | None:
    """Reserve an amount in every budget, or in none. Returns the first that has not enough left."""
    for position, one in enumerate(budgets):
        await _make_sure_of(connection, one)
        taken = budget.c.spent_micros + budget.c.reserved_micros + micros
        changed = await connection.execute(
            update(budget)
            .where(*_is(one), or_(budget.c.cap_micros.is_(None), taken <= budget.c.cap_micros))
            .values(reserved_micros=budget.c.reserved_micros + micros)
        )
        if changed.rowcount == 0:
            await settle(connection, budgets[:position], reserved=micros, spent=0)
            return one
    return None


async def settle(connection: AsyncConnection, budgets: Sequence[BudgetId], *, reserved: int, spent: int) -> None:
    """Give back a reservation and note what was spent instead; 0 when nothing was."""
    for one in budgets:
        await _make_sure_of(connection, one)
        await connection.execute(
            update(budget)
            .where(*_is(one))
            .values(
                reserved_micros=budget.c.reserved_micros - reserved,
                spent_micros=budget.c.spent_micros + spent,
            )
        )


async def set_cap(connection: AsyncConnection, one: BudgetId, cap_micros: int | None) -> None:
    """Set or lift the cap of a budget. What is spent already stays spent."""
    await _make_sure_of(connection, one)
    await connection.execute(update(budget).where(*_is(one)).values(cap_micros=cap_micros))


async def get_budget(connection: AsyncConnection, one: BudgetId) -> BudgetRow:
    """Where a budget stands; all zero when nothing happened in it."""
    query = select(budget.c.cap_micros, budget.c.spent_micros, budget.c.reserved_micros).where(*_is(one))
    found = (await connection.execute(query)).mappings().first()
    return BudgetRow(**found) if found else BudgetRow()


async def budgets_of_runs(connection: AsyncConnection, run_ids: Sequence[str]) -> dict[str, BudgetRow]:
    """Where the budget of each run stands, by the run's id."""
    columns = (budget.c.subject, budget.c.cap_micros, budget.c.spent_micros, budget.c.reserved_micros)
    query = select(*columns).where(budget.c.scope == BudgetScope.RUN, budget.c.subject.in_(run_ids))
    found = {row.subject: BudgetRow(*row[1:]) for row in await connection.execute(query)}
    return {run_id: found.get(run_id, BudgetRow()) for run_id in run_ids}


async def _make_sure_of(connection: AsyncConnection, one: BudgetId) -> None:
    blank = (
        _INSERT[connection.dialect.name](budget)
        .values(scope=one.scope, subject=one.subject, spent_micros=0, reserved_micros=0)
        .on_conflict_do_nothing()
    )
    await connection.execute(blank)


def _is(one: BudgetId) -> tuple[ColumnElement[bool], ...]:
    return budget.c.scope == one.scope, budget.c.subject == one.subject
