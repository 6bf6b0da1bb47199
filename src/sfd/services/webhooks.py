"""Webhooks as users see them: register, look at, try out, send again."""

import base64
import json
import secrets
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncConnection

from sfd.db import webhooks
from sfd.db.session import Database
from sfd.db.webhooks import DeliveryRow, WebhookRow
from sfd.domain.clock import now_ms, rfc3339
from sfd.domain.errors import Conflict, NotFound
from sfd.domain.ids import new_id
from sfd.domain.owner import Owner
from sfd.outbound import check_url
from sfd.services.idempotency import Claim, earlier_subject

MOST_WEBHOOKS = 20
SECRET_PREFIX = "whsec_"  # noqa: S105 - the mark of every Standard Webhooks secret
SECRET_BYTES = 32
TEST_EVENT = "webhook.test"
_NOT_YET: dict[str, None] = {"last_status": None, "last_error": None, "delivered_at": None}


class WebhookEvent(StrEnum):
    """What a webhook can hear. `job` is a run, a writing or a single generation; `node` is one node of a run."""

    JOB_COMPLETED = "job.completed"
    JOB_FAILED = "job.failed"
    JOB_CANCELLED = "job.cancelled"
    JOB_NEEDS_REVIEW = "job.needs_review"
    JOB_PAUSED = "job.paused"
    JOB_RESUMED = "job.resumed"
    NODE_COMPLETED = "node.completed"
    NODE_FAILED = "node.failed"
    NODE_CANCELLED = "node.cancelled"
    NODE_NEEDS_REVIEW = "node.needs_review"


JOB_EVENTS = (
    WebhookEvent.JOB_COMPLETED,
    WebhookEvent.JOB_FAILED,
    WebhookEvent.JOB_CANCELLED,
    WebhookEvent.JOB_NEEDS_REVIEW,
    WebhookEvent.JOB_PAUSED,
    WebhookEvent.JOB_RESUMED,
)


class WebhookService:
    """What can be done with webhooks. `on_due` is told when a delivery should be sent at once."""

    def __init__(self, database: Database, allow: Collection[str], on_due: Callable[[], None]) -> None:
        self._database = database
        self._allow = allow
        self._on_due = on_due

    async def create(
        self, owner: Owner, url: str, events: Collection[WebhookEvent] = JOB_EVENTS, claim: Claim | None = None
    ) -> tuple[WebhookRow, bool]:
        """Register an address. A key that is bound to a project makes a webhook that hears that project only.

        Returns the webhook, and whether an earlier request with the same idempotency key made it.

        Raises:
            InvalidInput: the address is no http or https URL on the public internet.
            NotFound: the webhook of an earlier request with the same idempotency key was deleted.
            Conflict: the user has as many webhooks as there may be.
        """
        check_url(url, self._allow)
        row = WebhookRow(
            id=new_id("webhook"),
            user_id=owner.user_id,
            project=owner.only_project,
            url=url,
            events=_told(events),
            secret=SECRET_PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode(),
            created_at=now_ms(),
        )
        async with self._database.write() as connection:
            if (earlier := await earlier_subject(connection, claim, row.id)) is not None:
                return await _require(connection, owner, earlier), True
            if await webhooks.count_webhooks(connection, owner.user_id) >= MOST_WEBHOOKS:
                raise Conflict(f"There are {MOST_WEBHOOKS} webhooks already, which is the most. Delete one first.")
            await webhooks.insert_webhook(connection, row)
        return row, False

    async def change(
        self, owner: Owner, webhook_id: str, url: str = "", events: Collection[WebhookEvent] = ()
    ) -> WebhookRow:
        """Change a webhook's address, or what it hears; what is empty stays.

        Raises:
            InvalidInput: the address is no http or https URL on the public internet.
            NotFound: the user has no such webhook.
        """
        if url:
            check_url(url, self._allow)
        wanted = {"url": url, "events": _told(events)}
        changes = {name: value for name, value in wanted.items() if value}
        async with self._database.write() as connection:
            row = await _require(connection, owner, webhook_id)
            if changes:
                await webhooks.update_webhook(connection, webhook_id, **changes)
        return replace(row, **changes)

    async def get(self, owner: Owner, webhook_id: str) -> WebhookRow:
        """One webhook.

        Raises:
            NotFound: the user has no such webhook.
        """
        async with self._database.read() as connection:
            return await _require(connection, owner, webhook_id)

    async def list(self, owner: Owner, limit: int, before_id: str | None = None) -> Sequence[WebhookRow]:
        """The user's webhooks, newest first."""
        async with self._database.read() as connection:
            return await webhooks.list_webhooks(connection, owner, limit, before_id)

    async def delete(self, owner: Owner, webhook_id: str) -> None:
        """Remove a webhook. What it is still owed is not sent.

        Raises:
            NotFound: the user has no such webhook.
        """
        async with self._database.write() as connection:
            await _require(connection, owner, webhook_id)
            await webhooks.delete_webhook(connection, webhook_id)

    async def test(self, owner: Owner, webhook_id: str) -> DeliveryRow:
        """Send a `webhook.test` event, whatever the webhook hears otherwise.

        Raises:
            NotFound: the user has no such webhook.
        """
        now = now_ms()
        message = {"type": TEST_EVENT, "timestamp": rfc3339(now), "data": {"webhook_id": webhook_id}}
        async with self._database.write() as connection:
            await _require(connection, owner, webhook_id)
            added = await webhooks.add_deliveries(connection, [webhook_id], TEST_EVENT, json.dumps(message), now)
        self._on_due()
        return added[0]

    async def deliveries(
        self, owner: Owner, webhook_id: str, limit: int, before_id: str | None = None
    ) -> Sequence[DeliveryRow]:
        """What a webhook was sent or is owed, newest first.

        Raises:
            NotFound: the user has no such webhook.
        """
        async with self._database.read() as connection:
            await _require(connection, owner, webhook_id)
            return await webhooks.list_deliveries(connection, webhook_id, limit, before_id)

    async def redeliver(self, owner: Owner, webhook_id: str, delivery_id: str) -> DeliveryRow:
        """Send a delivery again, now, with its old id and all retries before it.

        Raises:
            NotFound: the user has no such webhook, or the webhook no such delivery.
        """
        async with self._database.write() as connection:
            await _require(connection, owner, webhook_id)
            await webhooks.update_delivery(
                connection, delivery_id, webhook_id, state=webhooks.PENDING, attempts=0, next_at=now_ms(), **_NOT_YET
            )
            row = await webhooks.get_delivery(connection, webhook_id, delivery_id)
        if row is None:
            raise NotFound(f"There is no delivery {delivery_id!r} of this webhook.")
        self._on_due()
        return row


def _told(events: Collection[WebhookEvent]) -> str:
    return ",".join(one for one in WebhookEvent if one in events)


async def _require(connection: AsyncConnection, owner: Owner, webhook_id: str) -> WebhookRow:
    row = await webhooks.get_webhook(connection, webhook_id, owner)
    if row is None:
        raise NotFound(f"There is no webhook {webhook_id!r}.")
    return row
