"""Idempotency keys: the same request sent twice is accepted once.

The key is claimed in the very transaction that accepts the work, so there is no moment in which one of the two is
there without the other: a crash leaves both or neither, and a request with a key that is being accepted waits.
"""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from sfd.db import idempotency
from sfd.db.idempotency import ClaimRow
from sfd.domain.clock import now_ms
from sfd.domain.errors import InvalidInput
from sfd.domain.jobs import Job

KEPT_MS = 24 * 3600 * 1000


@dataclass(frozen=True)
class Claim:
    """A request's idempotency key. `scope` is the API key that sent it, `request_hash` covers method, path and body."""

    scope: str
    key: str
    request_hash: str


@dataclass(frozen=True)
class Accepted:
    """A job that was accepted. `replayed`: by an earlier request with the same key."""

    job: Job
    replayed: bool = False


async def earlier_subject(connection: AsyncConnection, claim: Claim | None, subject: str) -> str | None:
    """Claim the key for `subject`; the subject of the earlier request when the key was used before.

    Raises:
        InvalidInput: the key was used for another request.
    """
    if claim is None:
        return None
    now = now_ms()
    row = ClaimRow(claim.scope, claim.key, claim.request_hash, subject, now)
    earlier = await idempotency.claim(connection, row, forget_before=now - KEPT_MS)
    if earlier is None:
        return None
    if earlier.request_hash != claim.request_hash:
        raise InvalidInput(
            f"The Idempotency-Key {claim.key!r} was used for another request in the last 24 hours. Use a new one."
        )
    return earlier.subject
