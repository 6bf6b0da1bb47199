"""The event log: one row for each change of a job, read by streams, polls and progress bars alike."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from sfd.db.tables import event


@dataclass(frozen=True)
class EventRow:
    """One change. `data` is the whole state of the job it is about, so reading it twice does no harm."""

    seq: int
    drama_id: str
    job_id: str
    type: str
    data: Mapping[str, Any]
    created_at: int


async def append_event(
    connection: AsyncConnection, drama_id: str, job_id: str, kind: str, data: Mapping[str, Any], now: int
) -> None:
    """Add to the log."""
    text = json.dumps(data, ensure_ascii=False)
    await connection.execute(
        insert(event).values(drama_id=drama_id, job_id=job_id, type=kind, data=text, created_at=now)
    )


async def events_after(connection: AsyncConnection, drama_id: str, seq: int, limit: int = 1000) -> Sequence[EventRow]:
    """Events of a drama later than `seq`, in order."""
    query = select(event).where(event.c.drama_id == drama_id, event.c.seq > seq).order_by(event.c.seq).limit(limit)
    return [
        EventRow(row["seq"], row["drama_id"], row["job_id"], row["type"], json.loads(row["data"]), row["created_at"])
        for row in (await connection.execute(query)).mappings()
    ]


async def last_event(connection: AsyncConnection, drama_id: str) -> int:
    """The newest sequence number of a drama, 0 when nothing happened yet."""
    query = select(func.max(event.c.seq)).where(event.c.drama_id == drama_id)
    return int((await connection.execute(query)).scalar() or 0)
