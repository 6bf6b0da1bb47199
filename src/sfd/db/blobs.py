"""Blobs: which bytes are in the store for whom. A blob is `pending`, then `ready`, then `deleting`, then gone.

`wanted_at` is when somebody last began to store these bytes; what was wanted lately is left alone. The key of a blob
that is being deleted is never used again: who wants the same bytes meanwhile is given another key, so that a late
removal cannot take what is new.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, delete, exists, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from sfd.db.tables import blob, library_asset

CHUNK = 500
_INSERT = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
_QUOTA_LOCK = 0x5FD_0002


class BlobState(StrEnum):
    """How far a blob's bytes are."""

    PENDING = "pending"
    READY = "ready"
    DELETING = "deleting"


@dataclass(frozen=True)
class BlobRow:
    """Bytes of one user. `size` in bytes."""

    user_id: str
    sha256: str
    key: str
    size: int
    media_type: str
    state: str


_COLUMNS = [blob.c[name] for name in BlobRow.__dataclass_fields__]


async def get_blob(connection: AsyncConnection, user_id: str, sha256: str) -> BlobRow | None:
    """A user's blob; None when it was never announced, or is gone."""
    query = select(*_COLUMNS).where(*_is(user_id, sha256))
    found = (await connection.execute(query)).mappings().first()
    return BlobRow(**found) if found else None


async def want_blob(connection: AsyncConnection, row: BlobRow, other_key: str, now: int) -> BlobRow:
    """Announce that bytes are going to be stored, before they are; the blob as it is then.

    Its key may be another than `row`'s: the one under which the bytes lie already. A blob that is being deleted is
    taken over under `other_key`, which nobody used before.
    """
    values = {**row.__dict__, "state": BlobState.PENDING, "created_at": now, "wanted_at": now}
    statement = _INSERT[connection.dialect.name](blob).values(**values).on_conflict_do_nothing()
    await connection.execute(statement)
    taken_over = {"state": BlobState.PENDING, "key": other_key, "size": row.size, "media_type": row.media_type}
    await connection.execute(
        update(blob).where(*_is(row.user_id, row.sha256), blob.c.state == BlobState.DELETING).values(taken_over)
    )
    await connection.execute(update(blob).where(*_is(row.user_id, row.sha256)).values(wanted_at=now))
    return await get_blob(connection, row.user_id, row.sha256) or row


async def mark_blob_ready(connection: AsyncConnection, user_id: str, sha256: str, key: str, now: int) -> bool:
    """Say that a blob's bytes are in the store under `key`. Whether it is still so: nobody began to delete it."""
    alive = (*_is(user_id, sha256), blob.c.key == key, blob.c.state != BlobState.DELETING)
    changed = await connection.execute(update(blob).where(*alive).values(state=BlobState.READY, wanted_at=now))
    return changed.rowcount == 1


async def insert_ready_blob(connection: AsyncConnection, row: BlobRow, now: int) -> None:
    """Record bytes that were found in the store. Nothing changes when they are recorded."""
    values = {**row.__dict__, "state": BlobState.READY, "created_at": now, "wanted_at": now}
    await connection.execute(_INSERT[connection.dialect.name](blob).values(**values).on_conflict_do_nothing())


async def is_named(connection: AsyncConnection, user_id: str, sha256: str) -> bool:
    """Whether a record that is not deleted has this content."""
    mine = (library_asset.c.user_id == user_id, library_asset.c.sha256 == sha256, library_asset.c.deleted_at.is_(None))
    return bool((await connection.execute(select(exists().where(*mine)))).scalar())


async def used_bytes(connection: AsyncConnection, user_id: str) -> int:
    """Bytes that a user's files take in the store, those that are coming in included.

    On PostgreSQL a user's uploads ask one after the other, until the transaction ends.
    """
    if connection.dialect.name == "postgresql":
        await connection.execute(select(func.pg_advisory_xact_lock(_QUOTA_LOCK, func.hashtext(user_id))))
    query = select(func.sum(blob.c.size)).where(blob.c.user_id == user_id, blob.c.state != BlobState.DELETING)
    return int((await connection.execute(query)).scalar() or 0)


async def count_unused(connection: AsyncConnection, before: int) -> int:
    """How many blobs no record names, and nobody wanted since `before`; those that are being deleted included."""
    query = select(func.count()).select_from(blob).where(_unused(before) | (blob.c.state == BlobState.DELETING))
    return int((await connection.execute(query)).scalar() or 0)


async def begin_deleting(connection: AsyncConnection, before: int, limit: int) -> None:
    """Mark up to `limit` unused blobs as being deleted."""
    query = select(*_COLUMNS).where(_unused(before)).limit(limit)
    for found in (await connection.execute(query)).mappings().all():
        row = BlobRow(**found)
        mine = (*_is(row.user_id, row.sha256), _unused(before))
        await connection.execute(update(blob).where(*mine).values(state=BlobState.DELETING))


async def being_deleted(connection: AsyncConnection, limit: int) -> Sequence[BlobRow]:
    """Some of the blobs whose bytes are to go, also those of a sweep that was interrupted."""
    query = select(*_COLUMNS).where(blob.c.state == BlobState.DELETING).limit(limit)
    return [BlobRow(**row) for row in (await connection.execute(query)).mappings()]


async def forget_blob(connection: AsyncConnection, row: BlobRow) -> None:
    """Remove the row of a blob whose object is gone, unless somebody took it over meanwhile."""
    mine = (*_is(row.user_id, row.sha256), blob.c.key == row.key, blob.c.state == BlobState.DELETING)
    await connection.execute(delete(blob).where(*mine))


async def adopt_orphan(connection: AsyncConnection, row: BlobRow, now: int) -> None:
    """Record an object that no row names as if an upload of it had just been interrupted."""
    values = {**row.__dict__, "state": BlobState.PENDING, "created_at": now, "wanted_at": now}
    await connection.execute(_INSERT[connection.dialect.name](blob).values(**values).on_conflict_do_nothing())


async def known_keys(connection: AsyncConnection, keys: Sequence[str]) -> set[str]:
    """Those of the keys that a blob has."""
    found: set[str] = set()
    for start in range(0, len(keys), CHUNK):
        query = select(blob.c.key).where(blob.c.key.in_(keys[start : start + CHUNK]))
        found.update((await connection.execute(query)).scalars())
    return found


async def known_users(connection: AsyncConnection) -> Collection[str]:
    """Everybody who has a blob or a file."""
    mine = select(blob.c.user_id).union(select(library_asset.c.user_id))
    return set((await connection.execute(mine)).scalars())


def _is(user_id: str, sha256: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return blob.c.user_id == user_id, blob.c.sha256 == sha256


def _unused(before: int) -> ColumnElement[bool]:
    named = exists().where(library_asset.c.user_id == blob.c.user_id, library_asset.c.sha256 == blob.c.sha256)
    return and_(blob.c.state != BlobState.DELETING, blob.c.wanted_at < before, ~named)
