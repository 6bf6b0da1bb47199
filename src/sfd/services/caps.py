"""Caps: how much a run, a drama, a user's day and a key may cost, kept where reservations are checked."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from sfd.db import budgets
from sfd.db.budgets import BudgetId, BudgetRow, BudgetScope
from sfd.db.session import Database
from sfd.domain.jobs import Job
from sfd.domain.owner import Owner
from sfd.generation.money import budgets_of
from sfd.services.owned_things import own_drama

MICROS = 1_000_000


@dataclass(frozen=True)
class Caps:
    """Caps that a request or the settings bring, in US dollars; None: no cap."""

    run_usd: float | None = None
    user_day_usd: float | None = None


async def set_caps(connection: AsyncConnection, owner: Owner, parent: Job, caps: Caps) -> None:
    """Note the caps under which a run was accepted, before anything of it can be reserved."""
    wanted = {
        BudgetScope.RUN: micros(caps.run_usd),
        BudgetScope.USER_DAY: micros(caps.user_day_usd),
        BudgetScope.KEY: owner.spend_cap_micros,
    }
    for one in budgets_of(parent):
        if one.scope in wanted and wanted[one.scope] is not None:
            await budgets.set_cap(connection, one, wanted[one.scope])


def micros(usd: float | None) -> int | None:
    """Dollars as millionths."""
    return None if usd is None else round(usd * MICROS)


class BudgetService:
    """What a drama may cost, and what it did."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, owner: Owner, drama_id: str) -> BudgetRow:
        """Where a drama's budget stands.

        Raises:
            NotFound: the user has no such drama.
        """
        async with self._database.read() as connection:
            await own_drama(connection, owner, drama_id)
            return await budgets.get_budget(connection, BudgetId(BudgetScope.DRAMA, drama_id))

    async def set_cap(self, owner: Owner, drama_id: str, max_cost_usd: float | None) -> BudgetRow:
        """Cap what a drama may cost in all, or lift the cap. A paused run goes on when it is resumed.

        Raises:
            NotFound: the user has no such drama.
        """
        one = BudgetId(BudgetScope.DRAMA, drama_id)
        async with self._database.write() as connection:
            await own_drama(connection, owner, drama_id, lock=True)
            await budgets.set_cap(connection, one, micros(max_cost_usd))
            return await budgets.get_budget(connection, one)
