"""Records of the library as its upkeep sees them: those of every user, what is past its grace, what is found again."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from sfd.db import library
from sfd.db.library import COLUMNS, LibraryRow, decode
from sfd.db.tables import drama, library_asset, library_reference, library_tag, library_text, take

CHUNK = 500


@dataclass(frozen=True)
class NodeOfFile:
    """A node that a file was made for, or stands for."""

    user_id: str
    project: str
    drama_id: str
    node_id: str
    selected: bool


async def count_expired(connection: AsyncConnection, before: int) -> int:
    """How many records were deleted before a moment."""
    query = select(func.count()).select_from(library_asset).where(_expired(before))
    return int((await connection.execute(query)).scalar() or 0)


async def expired(connection: AsyncConnection, before: int, limit: int) -> Sequence[LibraryRow]:
    """Some records that were deleted before a moment."""
    query = select(*COLUMNS).where(_expired(before)).limit(limit)
    return [decode(row) for row in (await connection.execute(query)).mappings()]


async def forget_expired(connection: AsyncConnection, asset_ids: Sequence[str], before: int) -> None:
    """Remove records that were deleted before a moment, for good."""
    gone = delete(library_asset).where(library_asset.c.id.in_(asset_ids), _expired(before))
    removed = list((await connection.execute(gone.returning(library_asset.c.id))).scalars())
    for table in (library_reference, library_tag, library_text):
        await connection.execute(delete(table).where(table.c.asset_id.in_(removed)))


async def records_after(connection: AsyncConnection, after: str, limit: int) -> Sequence[LibraryRow]:
    """Some records that are not deleted, of all users, by id."""
    query = select(*COLUMNS).where(library_asset.c.deleted_at.is_(None), library_asset.c.id > after)
    query = query.order_by(library_asset.c.id).limit(limit)
    return [decode(row) for row in (await connection.execute(query)).mappings()]


async def known_records(connection: AsyncConnection, asset_ids: Sequence[str]) -> set[str]:
    """Those of the ids that have a record, deleted or not."""
    found: set[str] = set()
    for start in range(0, len(asset_ids), CHUNK):
        query = select(library_asset.c.id).where(library_asset.c.id.in_(asset_ids[start : start + CHUNK]))
        found.update((await connection.execute(query)).scalars())
    return found


async def add_found(connection: AsyncConnection, row: LibraryRow) -> bool:
    """Record a file whose sidecar was found. Whether it was not there."""
    if await known_records(connection, [row.id]):
        return False
    for table in (library_reference, library_tag, library_text):
        await connection.execute(delete(table).where(table.c.asset_id == row.id))
    await library.insert_library_asset(connection, row)
    return True


async def nodes_of_file(connection: AsyncConnection, row: LibraryRow) -> Sequence[NodeOfFile]:
    """The nodes of dramas that are there for which a file is a take, or which it was made for, the selected first."""
    columns = (drama.c.user_id, drama.c.project, drama.c.id, take.c.node_id, take.c.selected)
    query = (
        select(*columns)
        .join(drama, drama.c.id == take.c.drama_id)
        .where(take.c.library_asset_id == row.id, drama.c.deleted_at.is_(None))
        .order_by(take.c.selected.desc(), take.c.id)
    )
    found = [NodeOfFile(*one) for one in (await connection.execute(query)).all()]
    made_for = (row.meta.get("drama_id"), row.meta.get("node_id"))
    if made_for in {(one.drama_id, one.node_id) for one in found} or None in made_for:
        return found
    query = select(drama.c.user_id, drama.c.project).where(drama.c.id == made_for[0], drama.c.deleted_at.is_(None))
    owner = (await connection.execute(query)).first()
    if owner is None or owner.user_id != row.user_id:
        return found
    return [*found, NodeOfFile(owner.user_id, owner.project, str(made_for[0]), str(made_for[1]), selected=False)]


def _expired(before: int) -> ColumnElement[bool]:
    return library_asset.c.deleted_at.is_not(None) & (library_asset.c.deleted_at < before)
