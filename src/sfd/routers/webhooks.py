"""Webhooks: register, list, change, try out, delete, and look at what was delivered."""

import json
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Response, status
from pydantic import BaseModel, ConfigDict, Field

from sfd.db.webhooks import DeliveryRow, WebhookRow
from sfd.dependencies import App, Editor, IdempotencyKey, Reader
from sfd.domain.clock import rfc3339
from sfd.outbound import LONGEST_URL
from sfd.routers.accepting import note_replay
from sfd.routers.answers import CREATED
from sfd.routers.pages import Cursor, Limit, next_cursor, position_of
from sfd.routers.shapes import RequestBody
from sfd.services.webhooks import JOB_EVENTS, WebhookEvent

router = APIRouter(prefix="/webhooks", tags=["webhooks"])

PAGES = "webhooks"
DELIVERY_PAGES = "webhook_deliveries"
_REQUEST_EXAMPLE: dict[str, Any] = {"url": "https://example.com/hooks/sfd", "events": ["job.completed", "job.failed"]}

Url = Annotated[str, Field(min_length=1, max_length=LONGEST_URL)]
Events = Annotated[list[WebhookEvent], Field(min_length=1, max_length=20)]


class CreateWebhookRequest(RequestBody):
    """Where to send which events. Without `events`: every end and pause of a job, but nothing of a run's nodes."""

    model_config = ConfigDict(json_schema_extra={"examples": [_REQUEST_EXAMPLE]})

    url: Url
    events: Events = Field(default_factory=lambda: list(JOB_EVENTS))


class WebhookPatch(RequestBody):
    """What may change of a webhook; what is left out stays. For another secret see `rotate-secret`."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"events": ["job.completed", "job.paused"]}]})

    url: Url = ""
    events: Events = Field(default_factory=list)


class WebhookBody(BaseModel):
    """A webhook. With a `project_name` it hears that project only."""

    id: str
    url: str
    events: list[WebhookEvent]
    project_name: str | None
    created_at: str


class WebhookCreated(WebhookBody):
    """A new webhook with the secret that its messages are signed with, which is shown this once."""

    secret: str


class WebhookList(BaseModel):
    """A page of webhooks, newest first."""

    webhooks: list[WebhookBody]
    cursor: str | None


class DeliveryBody(BaseModel):
    """One event for one webhook. `id` is the `webhook-id` header, the same at every attempt."""

    id: str
    event: str
    job_id: str | None = Field(description="The job that the event is about; null for `webhook.test`")
    drama_id: str | None
    state: str
    attempts: int
    last_status: int | None
    last_error: str | None
    next_attempt_at: str | None
    created_at: str
    delivered_at: str | None


class DeliveryList(BaseModel):
    """A page of deliveries, newest first."""

    deliveries: list[DeliveryBody]
    cursor: str | None


@router.post("", operation_id="createWebhook", status_code=status.HTTP_201_CREATED, responses=CREATED)
async def create_webhook(
    body: CreateWebhookRequest, app: App, owner: Editor, claim: IdempotencyKey, response: Response
) -> WebhookCreated:
    """Register an address that hears of events. The answer holds its secret, which is never shown again."""
    row, replayed = await app.webhooks.create(owner, body.url, body.events, claim)
    response.headers["Location"] = f"/webhooks/{row.id}"
    note_replay(response, replayed=replayed)
    return WebhookCreated(**_webhook_body(row).model_dump(), secret=row.secret)


@router.get("", operation_id="listWebhooks")
async def list_webhooks(app: App, owner: Reader, limit: Limit = 50, cursor: Cursor = None) -> WebhookList:
    """The user's webhooks, newest first."""
    rows = await app.webhooks.list(owner, limit, position_of(PAGES, cursor))
    return WebhookList(
        webhooks=[_webhook_body(row) for row in rows], cursor=next_cursor(PAGES, [row.id for row in rows], limit)
    )


@router.get("/{webhook_id}", operation_id="getWebhook")
async def get_webhook(webhook_id: str, app: App, owner: Reader) -> WebhookBody:
    """One webhook, without its secret."""
    return _webhook_body(await app.webhooks.get(owner, webhook_id))


@router.patch("/{webhook_id}", operation_id="updateWebhook")
async def update_webhook(webhook_id: str, body: WebhookPatch, app: App, owner: Editor) -> WebhookBody:
    """Change a webhook's address or what it hears. What it is owed already goes to the new address."""
    return _webhook_body(await app.webhooks.change(owner, webhook_id, body.url, body.events))


@router.delete("/{webhook_id}", operation_id="deleteWebhook", status_code=status.HTTP_204_NO_CONTENT)
async def delete_webhook(webhook_id: str, app: App, owner: Editor) -> None:
    """Remove a webhook. What it is still owed is not sent any more."""
    await app.webhooks.delete(owner, webhook_id)


@router.post("/{webhook_id}/test", operation_id="testWebhook", status_code=status.HTTP_202_ACCEPTED)
async def test_webhook(webhook_id: str, app: App, owner: Editor) -> DeliveryBody:
    """Send a `webhook.test` event, to see that the receiver takes it."""
    return _delivery_body(await app.webhooks.test(owner, webhook_id))


@router.get("/{webhook_id}/deliveries", operation_id="listWebhookDeliveries")
async def list_deliveries(
    webhook_id: str, app: App, owner: Reader, limit: Limit = 50, cursor: Cursor = None
) -> DeliveryList:
    """What the webhook was sent or is owed, newest first. Kept for 30 days after it ended."""
    rows = await app.webhooks.deliveries(owner, webhook_id, limit, position_of(DELIVERY_PAGES, cursor))
    return DeliveryList(
        deliveries=[_delivery_body(row) for row in rows],
        cursor=next_cursor(DELIVERY_PAGES, [row.id for row in rows], limit),
    )


@router.post(
    "/{webhook_id}/deliveries/{delivery_id}/redeliver",
    operation_id="redeliverWebhook",
    status_code=status.HTTP_202_ACCEPTED,
)
async def redeliver(webhook_id: str, delivery_id: str, app: App, owner: Editor) -> DeliveryBody:
    """Send a delivery again, whether it was taken or given up, with the same `webhook-id`."""
    return _delivery_body(await app.webhooks.redeliver(owner, webhook_id, delivery_id))


def _webhook_body(row: WebhookRow) -> WebhookBody:
    return WebhookBody(
        id=row.id,
        url=row.url,
        events=[WebhookEvent(one) for one in row.events.split(",")],
        project_name=row.project,
        created_at=rfc3339(row.created_at) or "",
    )


def _delivery_body(row: DeliveryRow) -> DeliveryBody:
    about: Mapping[str, Any] = json.loads(row.payload)["data"]
    return DeliveryBody(
        id=row.id,
        event=row.event,
        job_id=about.get("job_id"),
        drama_id=about.get("drama_id"),
        state=row.state,
        attempts=row.attempts,
        last_status=row.last_status,
        last_error=row.last_error,
        next_attempt_at=rfc3339(row.next_at) if row.state == "pending" else None,
        created_at=rfc3339(row.created_at) or "",
        delivered_at=rfc3339(row.delivered_at),
    )
