"""Sends what webhooks are owed, signed as Standard Webhooks asks, until it is taken or given up.

A delivery is claimed by moving its next time forward before it is sent. Whoever dies while sending leaves it to be
sent again with the same `webhook-id`: at least once is the contract.
"""

import asyncio
import random
from collections import Counter
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus

import httpx
import structlog
from standardwebhooks import Webhook

from sfd import __version__
from sfd.db import webhooks
from sfd.db.session import Database
from sfd.db.webhooks import DELIVERED, FAILED, PENDING, DueDelivery
from sfd.domain.clock import now_ms
from sfd.domain.errors import InvalidInput, SfdError
from sfd.outbound import Resolver, guarded_client, resolve

MINUTE, HOUR = 60, 3600
RETRY_SECONDS = (5, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR)
JITTER = 0.1
SEND_SECONDS = 15.0
CLAIM_MS = 30_000
AT_ONCE = 8
AT_ONCE_EACH = 2
POLL_SECONDS = 1.0
TIDY_SECONDS = 6 * HOUR
KEPT_MS = 30 * 24 * HOUR * 1000
LONGEST_ERROR = 300

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Outcome:
    """How one sending went: what was answered, if anything, and why it does not count."""

    status: int | None = None
    error: str | None = None

    @property
    def delivered(self) -> bool:
        """Whether the receiver took it."""
        return self.error is None

    @property
    def final(self) -> bool:
        """Whether sending it again makes no sense: it was taken, or the receiver is gone for good."""
        return self.delivered or self.status == HTTPStatus.GONE


class WebhookSender:
    """Looks for due deliveries and sends them, several at once but few to one receiver, so that none waits for another.

    `retry_seconds` are the waits after each failure in turn; when they are used up the delivery has failed.
    """

    def __init__(
        self,
        database: Database,
        allow: Collection[str],
        *,
        retry_seconds: Sequence[float] = RETRY_SECONDS,
        resolver: Resolver = resolve,
    ) -> None:
        self._database = database
        self._allow = allow
        self._retry_seconds = retry_seconds
        self._resolver = resolver
        self._wake = asyncio.Event()
        self._busy: Counter[str] = Counter()
        self._sending: set[asyncio.Task[None]] = set()
        self._looking: asyncio.Task[None] | None = None
        self._tidying: asyncio.Task[None] | None = None
        self._client: httpx.AsyncClient | None = None

    def start(self) -> None:
        """Begin to send."""
        self._looking = asyncio.create_task(self._look())
        self._tidying = asyncio.create_task(self._tidy())

    async def stop(self) -> None:
        """Stop at once. What was being sent is sent again later."""
        running = [*self._sending, *(one for one in (self._looking, self._tidying) if one is not None)]
        for one in running:
            one.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        if self._client is not None:
            await self._client.aclose()

    def nudge(self) -> None:
        """Say that something is due now."""
        self._wake.set()

    async def _look(self) -> None:
        while True:
            self._wake.clear()
            try:
                for delivery in await self._claim():
                    self._begin(delivery)
            except SfdError as error:
                log.warning("cannot look for webhook deliveries", error=error.detail)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), POLL_SECONDS)

    async def _tidy(self) -> None:
        """Forget deliveries that ended a month ago."""
        while True:
            await asyncio.sleep(TIDY_SECONDS)
            try:
                async with self._database.write() as connection:
                    await webhooks.forget_ended(connection, now_ms() - KEPT_MS)
            except SfdError as error:
                log.warning("cannot forget old webhook deliveries", error=error.detail)

    async def _claim(self) -> Sequence[DueDelivery]:
        free = AT_ONCE - len(self._sending)
        if free <= 0:
            return []
        now = now_ms()
        async with self._database.read() as connection:
            if not await webhooks.any_due(connection, now, list(self._busy)):
                return []
        async with self._database.write() as connection:
            return await webhooks.claim_due(
                connection, now=now, until=now + CLAIM_MS, busy=list(self._busy), most=free, each=AT_ONCE_EACH
            )

    def _begin(self, delivery: DueDelivery) -> None:
        self._busy[delivery.webhook_id] += 1
        sending = asyncio.create_task(self._deliver(delivery))
        self._sending.add(sending)
        sending.add_done_callback(lambda ended: self._end(delivery, ended))

    def _end(self, delivery: DueDelivery, ended: asyncio.Task[None]) -> None:
        self._sending.discard(ended)
        self._busy[delivery.webhook_id] -= 1
        self._busy += Counter()  # forgets those that reached zero
        if not ended.cancelled() and (error := ended.exception()) is not None:
            log.error("a webhook delivery failed unexpectedly", delivery=delivery.id, exc_info=error)
        self._wake.set()

    async def _deliver(self, delivery: DueDelivery) -> None:
        outcome = await self._send(delivery)
        now = now_ms()
        attempts = delivery.attempts + 1
        state, next_at = self._what_next(outcome, attempts, now)
        if not outcome.delivered:
            log.info("a webhook delivery was not taken", delivery=delivery.id, attempts=attempts, error=outcome.error)
        async with self._database.write() as connection:
            await webhooks.update_delivery(
                connection,
                delivery.id,
                delivery.webhook_id,
                state=state,
                attempts=attempts,
                next_at=next_at,
                last_status=outcome.status,
                last_error=outcome.error,
                delivered_at=now if outcome.delivered else None,
            )

    def _what_next(self, outcome: Outcome, attempts: int, now: int) -> tuple[str, int]:
        if outcome.delivered:
            return DELIVERED, now
        if outcome.final or attempts > len(self._retry_seconds):
            return FAILED, now
        return PENDING, now + round(self._retry_seconds[attempts - 1] * 1000 * random.uniform(1 - JITTER, 1 + JITTER))

    async def _send(self, delivery: DueDelivery) -> Outcome:
        if self._client is None:
            self._client = guarded_client(self._allow, resolver=self._resolver)
        try:
            async with (
                asyncio.timeout(SEND_SECONDS),
                self._client.stream(
                    "POST", delivery.url, content=delivery.payload.encode(), headers=signed_headers(delivery)
                ) as answer,
            ):
                status = answer.status_code
        except TimeoutError:
            return Outcome(error=f"no answer within {SEND_SECONDS:g} s")
        except InvalidInput as error:
            return Outcome(error=error.detail)
        except httpx.HTTPError as error:
            return Outcome(error=str(error)[:LONGEST_ERROR] or type(error).__name__)
        taken = HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES
        return Outcome(status, None if taken else f"the receiver answered {status}")


def signed_headers(delivery: DueDelivery) -> dict[str, str]:
    """The headers of a delivery sent now: its stable id, the time, and the signature of both and the payload.

    Format: Standard Webhooks 1.0, https://www.standardwebhooks.com/
    """
    sent_at = datetime.now(UTC)
    return {
        "Content-Type": "application/json",
        "User-Agent": f"sfd/{__version__}",
        "webhook-id": delivery.id,
        "webhook-timestamp": str(int(sent_at.timestamp())),
        "webhook-signature": Webhook(delivery.secret).sign(delivery.id, sent_at, delivery.payload),
    }
