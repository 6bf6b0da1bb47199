"""API keys and the browser sessions they were exchanged for. Secrets are kept as hashes only."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from sfd.db.tables import api_key, browser_session


@dataclass(frozen=True)
class KeyRow:
    """One key. `scopes` are comma-separated; `project` binds it; times are milliseconds since 1970 UTC."""

    id: str
    name: str
    user_id: str
    project: str | None
    scopes: str
    secret_hash: str
    spend_cap_micros: int | None
    created_at: int
    last_used_at: int | None = None
    revoked_at: int | None = None


_COLUMNS = [api_key.c[name] for name in KeyRow.__dataclass_fields__]


async def insert_key(connection: AsyncConnection, row: KeyRow) -> None:
    """Add a key."""
    await connection.execute(insert(api_key).values(**row.__dict__))


async def get_key(connection: AsyncConnection, key_id: str) -> KeyRow | None:
    """One key, revoked or not."""
    found = (await connection.execute(select(*_COLUMNS).where(api_key.c.id == key_id))).mappings().first()
    return KeyRow(**found) if found else None


async def list_keys(connection: AsyncConnection) -> Sequence[KeyRow]:
    """Every key, oldest first."""
    query = select(*_COLUMNS).order_by(api_key.c.created_at, api_key.c.id)
    return [KeyRow(**row) for row in (await connection.execute(query)).mappings()]


async def any_live_key(connection: AsyncConnection) -> bool:
    """Whether there is a key that was not revoked."""
    query = select(func.count()).select_from(api_key).where(api_key.c.revoked_at.is_(None))
    return bool((await connection.execute(query)).scalar())


async def revoke_key(connection: AsyncConnection, key_id: str, now: int) -> bool:
    """Revoke a live key. False when there is none of that id."""
    changed = await connection.execute(
        update(api_key).where(api_key.c.id == key_id, api_key.c.revoked_at.is_(None)).values(revoked_at=now)
    )
    return changed.rowcount == 1


async def note_use(connection: AsyncConnection, key_id: str, now: int) -> None:
    """Remember when a key was last used."""
    await connection.execute(update(api_key).where(api_key.c.id == key_id).values(last_used_at=now))


async def insert_session(
    connection: AsyncConnection, *, token_hash: str, key_id: str, now: int, expires_at: int
) -> None:
    """Add a browser session of a key."""
    await connection.execute(
        insert(browser_session).values(token_hash=token_hash, key_id=key_id, created_at=now, expires_at=expires_at)
    )


async def session_key(connection: AsyncConnection, token_hash: str, now: int) -> str | None:
    """The key that a session stands for, None when it is unknown or over."""
    query = select(browser_session.c.key_id).where(
        browser_session.c.token_hash == token_hash, browser_session.c.expires_at > now
    )
    return (await connection.execute(query)).scalar()


async def end_session(connection: AsyncConnection, token_hash: str, now: int) -> None:
    """End a session."""
    await connection.execute(
        update(browser_session).where(browser_session.c.token_hash == token_hash).values(expires_at=now)
    )
