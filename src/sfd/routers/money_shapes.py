"""Bodies about money and about runs that wait for it."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from sfd.db.budgets import BudgetRow
from sfd.routers.shapes import RequestBody

Dollars = Annotated[float, Field(strict=True, ge=0, le=1_000_000, description="US dollars")]


class ResumeRequest(RequestBody):
    """Under which cap a run goes on; the one that it has when none is given."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"max_cost_usd": 25}, {}]})

    max_cost_usd: Dollars | None = None


class AdoptRequest(RequestBody):
    """The provider's id of a job that it has."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"remote_id": "video_6a1f"}]})

    remote_id: Annotated[str, Field(min_length=1, max_length=500)]


class BudgetRequest(RequestBody):
    """The most that a drama may cost in all."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"max_cost_usd": 40}]})

    max_cost_usd: Dollars | None


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
