"""The asset library's records: files, their tags, and the blobs that hold their bytes."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import RowMapping, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from sfd.db.ownership import owned_by
from sfd.db.tables import blob, library_asset, library_tag
from sfd.domain.owner import Owner


@dataclass(frozen=True)
class LibraryRow:
    """One stored file. `type` is image, video, text or audio; `meta` holds its lineage."""

    id: str
    user_id: str
    project: str
    type: str
    tag: str
    provider: str
    filename: str
    media_type: str
    size: int
    sha256: str
    key: str
    created_at: int
    meta: Mapping[str, Any] = field(default_factory=dict[str, Any])


_COLUMNS = [library_asset.c[name] for name in LibraryRow.__dataclass_fields__]


def _decode(row: RowMapping) -> LibraryRow:
    return LibraryRow(**{**row, "meta": json.loads(row["meta"])})


async def blob_state(connection: AsyncConnection, user_id: str, sha256: str) -> str | None:
    """`pending`, `ready` or `deleting` of a user's blob, None when it was never seen."""
    query = select(blob.c.state).where(blob.c.user_id == user_id, blob.c.sha256 == sha256)
    return (await connection.execute(query)).scalar()


async def insert_blob(
    connection: AsyncConnection, *, user_id: str, sha256: str, key: str, size: int, media_type: str, now: int
) -> None:
    """Announce a blob before its bytes are written."""
    await connection.execute(
        insert(blob).values(
            user_id=user_id,
            sha256=sha256,
            key=key,
            size=size,
            media_type=media_type,
            state="pending",
            created_at=now,
        )
    )


async def mark_blob_ready(connection: AsyncConnection, user_id: str, sha256: str) -> None:
    """Say that a blob's bytes are in the store."""
    await connection.execute(
        update(blob).where(blob.c.user_id == user_id, blob.c.sha256 == sha256).values(state="ready")
    )


async def insert_library_asset(connection: AsyncConnection, row: LibraryRow) -> None:
    """Add a file to the library, with its tag."""
    values = {**row.__dict__, "meta": json.dumps(row.meta, ensure_ascii=False)}
    await connection.execute(insert(library_asset).values(**values))
    await connection.execute(insert(library_tag).values(user_id=row.user_id, tag=row.tag, asset_id=row.id))


async def get_library_asset(
    connection: AsyncConnection, asset_id: str, owner: Owner | None = None
) -> LibraryRow | None:
    """One file that is not deleted; only `owner`'s own when that is given."""
    query = select(*_COLUMNS).where(
        library_asset.c.id == asset_id, library_asset.c.deleted_at.is_(None), *owned_by(library_asset, owner)
    )
    found = (await connection.execute(query)).mappings().first()
    return _decode(found) if found else None


async def list_library_assets(
    connection: AsyncConnection,
    *,
    owner: Owner | None,
    project: str | None = None,
    asset_type: str | None = None,
    tag: str | None = None,
    limit: int,
    before_id: str | None = None,
) -> Sequence[LibraryRow]:
    """Files, newest first."""
    query = select(*_COLUMNS).where(library_asset.c.deleted_at.is_(None), *owned_by(library_asset, owner))
    query = query.order_by(library_asset.c.id.desc())
    filters = {
        library_asset.c.project: project,
        library_asset.c.type: asset_type,
        library_asset.c.tag: tag,
    }
    for column, wanted in filters.items():
        if wanted is not None:
            query = query.where(column == wanted)
    if before_id is not None:
        query = query.where(library_asset.c.id < before_id)
    return [_decode(row) for row in (await connection.execute(query.limit(limit))).mappings()]
