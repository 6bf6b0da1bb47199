"""What may be spent: the cap of a key, and the most that one request allows."""

from sqlalchemy.ext.asyncio import AsyncConnection

from sfd.db import jobs
from sfd.domain.errors import OverBudget
from sfd.domain.owner import Owner


async def check_spend(
    connection: AsyncConnection, owner: Owner, estimated_micros: int, max_cost_usd: float | None = None
) -> None:
    """Refuse work that would cost more than is allowed. Nothing is changed.

    Raises:
        OverBudget: it exceeds `max_cost_usd`, or with what the key has spent and reserved, the key's cap.
    """
    dollars = estimated_micros / 1_000_000
    if max_cost_usd is not None and dollars > max_cost_usd:
        raise OverBudget(
            f"This would cost about ${dollars:.2f}, more than the ${max_cost_usd:.2f} of max_cost_usd. Nothing was "
            "started. Allow more, or make less with `until` or `episodes`."
        )
    if owner.spend_cap_micros is None or estimated_micros == 0:
        return
    taken = await jobs.spent_and_reserved(connection, owner.key_id)
    if taken + estimated_micros > owner.spend_cap_micros:
        raise OverBudget(
            f"This would cost about ${dollars:.2f}. The key may spend ${owner.spend_cap_micros / 1e6:.2f} in all, "
            f"of which ${taken / 1_000_000:.2f} are spent or reserved. Nothing was started."
        )
