"""Usage: what was spent."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, BaseModel, Field

from sfd.dependencies import App, Reader
from sfd.routers.times import Moment
from sfd.services.usage import Sum

router = APIRouter(tags=["usage"])


class UsageSum(BaseModel):
    """US dollars: spent, and reserved for jobs that have not ended."""

    paid_jobs: int = Field(description="Jobs that cost something, or may; those that are free are not counted")
    actual_usd: float
    reserved_usd: float


class UsageBody(BaseModel):
    """What the user's jobs cost, in all and by project, drama and `provider:model`."""

    user_id: str
    since: AwareDatetime | None
    until: AwareDatetime | None
    total: UsageSum
    by_project: dict[str, UsageSum]
    by_drama: dict[str, UsageSum]
    by_provider: dict[str, UsageSum]


@router.get("/usage", operation_id="getUsage")
async def get_usage(
    app: App,
    owner: Reader,
    since: Annotated[Moment | None, Query(description="Jobs accepted from then on")] = None,
    until: Annotated[Moment | None, Query(description="Jobs accepted before then")] = None,
) -> UsageBody:
    """What was spent and is reserved, summed over the user's jobs."""
    found = await app.usage.usage(owner, since=_ms(since), until=_ms(until))
    return UsageBody(
        user_id=owner.user_id,
        since=since,
        until=until,
        total=_sum(found.total),
        by_project={name: _sum(one) for name, one in found.by_project.items()},
        by_drama={name: _sum(one) for name, one in found.by_drama.items()},
        by_provider={name: _sum(one) for name, one in found.by_provider.items()},
    )


def _ms(time: datetime | None) -> int | None:
    return None if time is None else round(time.timestamp() * 1000)


def _sum(one: Sum) -> UsageSum:
    return UsageSum(
        paid_jobs=one.jobs, actual_usd=one.actual_micros / 1_000_000, reserved_usd=one.reserved_micros / 1_000_000
    )
