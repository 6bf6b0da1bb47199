"""The asset library's records: files, their tags, the text they are found by, and what each was made from."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import RowMapping, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from sfd.db.ownership import owned_by
from sfd.db.tables import library_asset, library_reference, library_tag, library_text
from sfd.domain.owner import Owner

MADE_FROM = "made_from"


@dataclass(frozen=True)
class LibraryRow:
    """One stored file. `type` is image, video, text or audio; `meta` holds its lineage.

    `version` counts the changes of the record, `deleted_at` says when it was taken out of the library.
    """

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
    more_tags: Sequence[str] = ()
    version: int = 1
    deleted_at: int | None = None

    @property
    def tags(self) -> list[str]:
        """Every tag, the main one first."""
        return list(dict.fromkeys([self.tag, *self.more_tags]))


COLUMNS = [library_asset.c[name] for name in LibraryRow.__dataclass_fields__]


def decode(row: RowMapping) -> LibraryRow:
    """A row of `COLUMNS`."""
    fields: dict[str, Any] = {**row}
    fields |= {"meta": json.loads(row["meta"]), "more_tags": tuple(json.loads(row["more_tags"]))}
    return LibraryRow(**fields)


async def insert_library_asset(connection: AsyncConnection, row: LibraryRow) -> None:
    """Add a file to the library, with its tags, its text and what it was made from."""
    lineage = {name: row.meta.get(name) for name in ("drama_id", "node_id", "job_id")}
    await connection.execute(insert(library_asset).values(**{**row.__dict__, **lineage, **_changeable(row)}))
    used = dict.fromkeys(one["asset_id"] for one in row.meta.get(MADE_FROM, ()))
    if used:
        references = [{"used_asset_id": one, "asset_id": row.id, "user_id": row.user_id} for one in used]
        await connection.execute(insert(library_reference), references)
    if row.deleted_at is None:
        await _make_findable(connection, row)


async def get_library_asset(
    connection: AsyncConnection,
    asset_id: str,
    owner: Owner | None = None,
    *,
    lock: bool = False,
    deleted: bool = False,
) -> LibraryRow | None:
    """One file that is not deleted, or with `deleted` one that is; only `owner`'s own when that is given.

    With `lock`, other writers of the record wait until this transaction ends: read so before changing it.
    """
    gone = library_asset.c.deleted_at.is_not(None) if deleted else library_asset.c.deleted_at.is_(None)
    query = select(*COLUMNS).where(library_asset.c.id == asset_id, gone, *owned_by(library_asset, owner))
    if lock:
        query = query.with_for_update()
    found = (await connection.execute(query)).mappings().first()
    return decode(found) if found else None


async def get_files(connection: AsyncConnection, asset_ids: Collection[str]) -> dict[str, LibraryRow]:
    """Those of the named files that are not deleted, by id."""
    if not asset_ids:
        return {}
    query = select(*COLUMNS).where(library_asset.c.id.in_(asset_ids), library_asset.c.deleted_at.is_(None))
    return {row["id"]: decode(row) for row in (await connection.execute(query)).mappings()}


async def update_library_asset(connection: AsyncConnection, row: LibraryRow) -> None:
    """Write what may change of a record: project, tags, filename, metadata."""
    await _change(connection, row, project=row.project, tag=row.tag, filename=row.filename, **_changeable(row))
    await _make_unfindable(connection, row)
    await _make_findable(connection, row)


async def delete_library_asset(connection: AsyncConnection, row: LibraryRow, now: int) -> None:
    """Take a file out of the library; its record and bytes stay behind."""
    await _change(connection, row, deleted_at=now)
    await _make_unfindable(connection, row)


async def restore_library_asset(connection: AsyncConnection, row: LibraryRow) -> None:
    """Put a deleted file back."""
    await _change(connection, row, deleted_at=None)
    await _make_findable(connection, row)


async def _change(connection: AsyncConnection, row: LibraryRow, **values: Any) -> None:
    newer = library_asset.c.version + 1
    await connection.execute(update(library_asset).where(library_asset.c.id == row.id).values(**values, version=newer))


def _changeable(row: LibraryRow) -> dict[str, str]:
    """The columns that hold JSON."""
    return {
        "meta": json.dumps(row.meta, ensure_ascii=False),
        "more_tags": json.dumps(list(row.more_tags), ensure_ascii=False),
    }


async def _make_findable(connection: AsyncConnection, row: LibraryRow) -> None:
    mine = {"user_id": row.user_id, "asset_id": row.id}
    await connection.execute(insert(library_tag), [{**mine, "tag": tag} for tag in row.tags])
    await connection.execute(insert(library_text).values(**mine, text=_text_of(row)))


async def _make_unfindable(connection: AsyncConnection, row: LibraryRow) -> None:
    for table in (library_tag, library_text):
        await connection.execute(delete(table).where(table.c.user_id == row.user_id, table.c.asset_id == row.id))


def _text_of(row: LibraryRow) -> str:
    """What free text is looked for in, whatever its case."""
    words = [row.filename, *row.tags, str(row.meta.get("prompt") or "")]
    return "\n".join(words).casefold().replace("\0", "")
