"""The asset library's records: files, their tags, and the blobs that hold their bytes."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import JSON, ColumnElement, RowMapping, Text, cast, delete, insert, or_, select, type_coerce, update
from sqlalchemy.dialects import postgresql, sqlite
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


@dataclass(frozen=True)
class LibraryFilter:
    """Which assets a list is about; None does not matter. Times are milliseconds since 1970 UTC.

    `text` is looked for in filenames and prompts, whatever its case.
    """

    project: str | None = None
    asset_type: str | None = None
    tag: str | None = None
    text: str | None = None
    created_after: int | None = None
    created_before: int | None = None


_JSON_TEXT = Text().with_variant(postgresql.JSON(), "postgresql")
_PROMPT = type_coerce(cast(library_asset.c.meta, _JSON_TEXT), JSON)["prompt"].as_string()
_INSERT = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
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
    """Announce a blob before its bytes are written. Nothing changes when another process did so meanwhile."""
    row = {
        "user_id": user_id,
        "sha256": sha256,
        "key": key,
        "size": size,
        "media_type": media_type,
        "state": "pending",
        "created_at": now,
    }
    await connection.execute(_INSERT[connection.dialect.name](blob).values(**row).on_conflict_do_nothing())


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
    connection: AsyncConnection, asset_id: str, owner: Owner | None = None, *, lock: bool = False
) -> LibraryRow | None:
    """One file that is not deleted; only `owner`'s own when that is given.

    With `lock`, other writers of the record wait until this transaction ends: read so before changing it.
    """
    query = select(*_COLUMNS).where(
        library_asset.c.id == asset_id, library_asset.c.deleted_at.is_(None), *owned_by(library_asset, owner)
    )
    if lock:
        query = query.with_for_update()
    found = (await connection.execute(query)).mappings().first()
    return _decode(found) if found else None


async def get_files(connection: AsyncConnection, asset_ids: Collection[str]) -> dict[str, LibraryRow]:
    """Those of the named files that are not deleted, by id."""
    if not asset_ids:
        return {}
    query = select(*_COLUMNS).where(library_asset.c.id.in_(asset_ids), library_asset.c.deleted_at.is_(None))
    return {row["id"]: _decode(row) for row in (await connection.execute(query)).mappings()}


async def list_library_assets(
    connection: AsyncConnection,
    *,
    owner: Owner | None,
    wanted: LibraryFilter,
    limit: int,
    before_id: str | None = None,
) -> Sequence[LibraryRow]:
    """Files, newest first."""
    query = select(*_COLUMNS).where(
        library_asset.c.deleted_at.is_(None), *owned_by(library_asset, owner), *_conditions(wanted)
    )
    if before_id is not None:
        query = query.where(library_asset.c.id < before_id)
    query = query.order_by(library_asset.c.id.desc()).limit(limit)
    return [_decode(row) for row in (await connection.execute(query)).mappings()]


async def update_library_asset(connection: AsyncConnection, row: LibraryRow) -> None:
    """Write what may change of a record: project, tag, filename, metadata."""
    await connection.execute(
        update(library_asset)
        .where(library_asset.c.id == row.id)
        .values(
            project=row.project,
            tag=row.tag,
            filename=row.filename,
            meta=json.dumps(row.meta, ensure_ascii=False),
        )
    )
    await connection.execute(
        delete(library_tag).where(library_tag.c.user_id == row.user_id, library_tag.c.asset_id == row.id)
    )
    await connection.execute(insert(library_tag).values(user_id=row.user_id, tag=row.tag, asset_id=row.id))


async def delete_library_asset(connection: AsyncConnection, row: LibraryRow, now: int) -> None:
    """Take a file out of the library; its record and bytes stay behind."""
    await connection.execute(update(library_asset).where(library_asset.c.id == row.id).values(deleted_at=now))
    await connection.execute(
        delete(library_tag).where(library_tag.c.user_id == row.user_id, library_tag.c.asset_id == row.id)
    )


def _conditions(wanted: LibraryFilter) -> list[ColumnElement[bool]]:
    conditions = [
        column == value
        for column, value in (
            (library_asset.c.project, wanted.project),
            (library_asset.c.type, wanted.asset_type),
            (library_asset.c.tag, wanted.tag),
        )
        if value is not None
    ]
    if wanted.text:
        columns = (library_asset.c.filename, _PROMPT)
        conditions.append(or_(*(column.icontains(wanted.text, autoescape=True) for column in columns)))
    if wanted.created_after is not None:
        conditions.append(library_asset.c.created_at > wanted.created_after)
    if wanted.created_before is not None:
        conditions.append(library_asset.c.created_at < wanted.created_before)
    return conditions
