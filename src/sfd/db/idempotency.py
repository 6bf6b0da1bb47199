"""Idempotency keys: which accepted thing a request with a key led to."""

from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from sfd.db.tables import idempotency_key


@dataclass(frozen=True)
class ClaimRow:
    """One use of a key. `subject` is the id of what was accepted."""

    scope: str
    key: str
    request_hash: str
    subject: str
    created_at: int


_COLUMNS = [idempotency_key.c[name] for name in ClaimRow.__dataclass_fields__]
_ON_CONFLICT = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


async def claim(connection: AsyncConnection, row: ClaimRow, *, forget_before: int) -> ClaimRow | None:
    """Take a key for `row`. Returns the earlier use when there is one that is not older than `forget_before`."""
    await connection.execute(delete(idempotency_key).where(idempotency_key.c.created_at < forget_before))
    taken = _ON_CONFLICT[connection.dialect.name](idempotency_key).values(**row.__dict__).on_conflict_do_nothing()
    if (await connection.execute(taken.returning(idempotency_key.c.key))).first() is not None:
        return None
    query = select(*_COLUMNS).where(idempotency_key.c.scope == row.scope, idempotency_key.c.key == row.key)
    found = (await connection.execute(query)).mappings().one()
    return ClaimRow(**found)
