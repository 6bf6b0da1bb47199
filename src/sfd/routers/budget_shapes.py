"""A budget as it is shown."""

from pydantic import BaseModel

from sfd.db.budgets import BudgetRow


class BudgetBody(BaseModel):
    """Where a budget stands, in US dollars. What is reserved is for requests whose price is not settled yet."""

    max_cost_usd: float | None
    spent_usd: float
    reserved_usd: float


def budget_body(row: BudgetRow) -> BudgetBody:
    """A budget as it is shown."""
    return BudgetBody(
        max_cost_usd=None if row.cap_micros is None else row.cap_micros / 1_000_000,
        spent_usd=row.spent_micros / 1_000_000,
        reserved_usd=row.reserved_micros / 1_000_000,
    )
