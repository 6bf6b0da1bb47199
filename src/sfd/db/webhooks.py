"""Webhooks, and the deliveries that wait for them: the outbox that events are written to in their own transaction."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from sfd.db.ownership import owned_by
from sfd.db.tables import webhook, webhook_delivery
from sfd.domain.ids import new_id
from sfd.domain.owner import Owner

PENDING = "pending"
DELIVERED = "delivered"
FAILED = "failed"
CANDIDATES = 64


@dataclass(frozen=True)
class WebhookRow:
    """Who wants to hear of what. `events` are comma-separated; without a `project` it hears all of the user's."""

    id: str
    user_id: str
    project: str | None
    url: str
    events: str
    secret: str = field(repr=False)
    created_at: int


@dataclass(frozen=True)
class DeliveryRow:
    """One event for one webhook. `payload` is the JSON text that is sent; times are milliseconds since 1970 UTC."""

    id: str
    webhook_id: str
    event: str
    payload: str
    state: str
    attempts: int
    next_at: int
    created_at: int
    last_status: int | None = None
    last_error: str | None = None
    delivered_at: int | None = None


@dataclass(frozen=True)
class DueDelivery:
    """A delivery that was claimed to be sent now."""

    id: str
    webhook_id: str
    payload: str
    attempts: int
    url: str
    secret: str = field(repr=False)


_WEBHOOK_COLUMNS = [webhook.c[name] for name in WebhookRow.__dataclass_fields__]
_DELIVERY_COLUMNS = [webhook_delivery.c[name] for name in DeliveryRow.__dataclass_fields__]
_DUE_COLUMNS = [
    *(webhook_delivery.c[name] for name in ("id", "webhook_id", "payload", "attempts")),
    *(webhook.c[name] for name in ("url", "secret")),
]


async def insert_webhook(connection: AsyncConnection, row: WebhookRow) -> None:
    """Add a webhook."""
    await connection.execute(insert(webhook).values(**asdict(row)))


async def count_webhooks(connection: AsyncConnection, user_id: str) -> int:
    """How many webhooks a user has."""
    query = select(func.count()).select_from(webhook).where(webhook.c.user_id == user_id)
    return int((await connection.execute(query)).scalar_one())


async def get_webhook(connection: AsyncConnection, webhook_id: str, owner: Owner) -> WebhookRow | None:
    """One webhook of `owner`."""
    query = select(*_WEBHOOK_COLUMNS).where(webhook.c.id == webhook_id, *owned_by(webhook, owner))
    found = (await connection.execute(query)).mappings().first()
    return WebhookRow(**found) if found else None


async def list_webhooks(
    connection: AsyncConnection, owner: Owner, limit: int, before_id: str | None
) -> Sequence[WebhookRow]:
    """The webhooks of `owner`, newest first."""
    query = select(*_WEBHOOK_COLUMNS).where(*owned_by(webhook, owner)).order_by(webhook.c.id.desc()).limit(limit)
    if before_id is not None:
        query = query.where(webhook.c.id < before_id)
    return [WebhookRow(**row) for row in (await connection.execute(query)).mappings()]


async def update_webhook(connection: AsyncConnection, webhook_id: str, **values: str) -> None:
    """Change columns of a webhook."""
    await connection.execute(update(webhook).where(webhook.c.id == webhook_id).values(**values))


async def delete_webhook(connection: AsyncConnection, webhook_id: str) -> None:
    """Remove a webhook with its deliveries."""
    await connection.execute(delete(webhook_delivery).where(webhook_delivery.c.webhook_id == webhook_id))
    await connection.execute(delete(webhook).where(webhook.c.id == webhook_id))


async def webhooks_for(connection: AsyncConnection, user_id: str, project: str, event: str) -> Sequence[str]:
    """Ids of the webhooks that hear an event of a user's project."""
    query = select(webhook.c.id, webhook.c.events).where(
        webhook.c.user_id == user_id, or_(webhook.c.project.is_(None), webhook.c.project == project)
    )
    return [row.id for row in await connection.execute(query) if event in row.events.split(",")]


async def add_deliveries(
    connection: AsyncConnection, webhook_ids: Sequence[str], event: str, payload: str, now: int
) -> Sequence[DeliveryRow]:
    """Owe an event to webhooks, from now on."""
    rows = [DeliveryRow(new_id("delivery"), one, event, payload, PENDING, 0, now, now) for one in webhook_ids]
    if rows:
        await connection.execute(insert(webhook_delivery), [asdict(row) for row in rows])
    return rows


async def get_delivery(connection: AsyncConnection, webhook_id: str, delivery_id: str) -> DeliveryRow | None:
    """One delivery of a webhook."""
    query = select(*_DELIVERY_COLUMNS).where(
        webhook_delivery.c.id == delivery_id, webhook_delivery.c.webhook_id == webhook_id
    )
    found = (await connection.execute(query)).mappings().first()
    return DeliveryRow(**found) if found else None


async def list_deliveries(
    connection: AsyncConnection, webhook_id: str, limit: int, before_id: str | None
) -> Sequence[DeliveryRow]:
    """The deliveries of a webhook, newest first."""
    query = (
        select(*_DELIVERY_COLUMNS)
        .where(webhook_delivery.c.webhook_id == webhook_id)
        .order_by(webhook_delivery.c.id.desc())
        .limit(limit)
    )
    if before_id is not None:
        query = query.where(webhook_delivery.c.id < before_id)
    return [DeliveryRow(**row) for row in (await connection.execute(query)).mappings()]


async def update_delivery(connection: AsyncConnection, delivery_id: str, webhook_id: str, **values: Any) -> None:
    """Change columns of a delivery of a webhook."""
    await connection.execute(
        update(webhook_delivery)
        .where(webhook_delivery.c.id == delivery_id, webhook_delivery.c.webhook_id == webhook_id)
        .values(**values)
    )


async def any_due(connection: AsyncConnection, now: int, busy: Collection[str]) -> bool:
    """Whether a delivery should be sent now, to another webhook than the `busy` ones."""
    return (await connection.execute(_due(now, busy, webhook_delivery.c.id).limit(1))).first() is not None


async def claim_due(
    connection: AsyncConnection, *, now: int, until: int, busy: Collection[str], most: int, each: int
) -> Sequence[DueDelivery]:
    """Take up to `most` deliveries that are due, `each` to one webhook. Nobody else takes them before `until`."""
    query = _due(now, busy, *_DUE_COLUMNS).order_by(webhook_delivery.c.next_at).limit(CANDIDATES)
    rows = await connection.execute(query.with_for_update(of=webhook_delivery, skip_locked=True))
    taken: list[DueDelivery] = []
    for row in rows.mappings():
        if len(taken) < most and sum(one.webhook_id == row["webhook_id"] for one in taken) < each:
            taken.append(DueDelivery(**row))
    if taken:
        claimed = webhook_delivery.c.id.in_([one.id for one in taken])
        await connection.execute(update(webhook_delivery).where(claimed).values(next_at=until))
    return taken


async def forget_ended(connection: AsyncConnection, before: int) -> None:
    """Remove the deliveries that were delivered or given up before a time."""
    ended = webhook_delivery.c.state.in_([DELIVERED, FAILED])
    await connection.execute(delete(webhook_delivery).where(ended, webhook_delivery.c.next_at < before))


def _due(now: int, busy: Collection[str], *columns: ColumnElement[Any]) -> Select[Any]:
    query = (
        select(*columns)
        .join(webhook, webhook.c.id == webhook_delivery.c.webhook_id)
        .where(webhook_delivery.c.state == PENDING, webhook_delivery.c.next_at <= now)
    )
    return query.where(webhook.c.id.not_in(busy)) if busy else query
