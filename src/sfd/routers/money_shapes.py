"""Bodies about money and about runs that wait for it."""

from typing import Annotated

from pydantic import ConfigDict, Field

from sfd.routers.shapes import RequestBody
from sfd.services.run_control import NewCap

Dollars = Annotated[float, Field(strict=True, ge=0, le=1_000_000, description="US dollars")]


class ResumeRequest(RequestBody):
    """Under which cap a run goes on: a number is its new one, null lifts it, and left out it keeps what it has."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"max_cost_usd": 25}, {"max_cost_usd": None}, {}]})

    max_cost_usd: Dollars | None = None

    @property
    def new_cap(self) -> NewCap | None:
        """The cap that was asked for; None when it stays as it is."""
        return NewCap(self.max_cost_usd) if "max_cost_usd" in self.model_fields_set else None


class AdoptRequest(RequestBody):
    """The provider's id of a job that it has."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"remote_id": "video_6a1f"}]})

    remote_id: Annotated[str, Field(min_length=1, max_length=500)]


class BudgetRequest(RequestBody):
    """The most that a drama may cost in all."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"max_cost_usd": 40}]})

    max_cost_usd: Dollars | None
