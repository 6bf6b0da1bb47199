"""Which records are not yet, or not as they are now, in the store beside their bytes."""

from collections.abc import Sequence

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from sfd.db.library import COLUMNS, LibraryRow, decode
from sfd.db.tables import library_asset

_OWED = library_asset.c.noted < library_asset.c.version


async def get_record(connection: AsyncConnection, asset_id: str) -> LibraryRow | None:
    """A file's record, whether it was deleted or not."""
    found = (await connection.execute(select(*COLUMNS).where(library_asset.c.id == asset_id))).mappings().first()
    return decode(found) if found else None


async def mark_noted(connection: AsyncConnection, asset_id: str, version: int) -> None:
    """The store has the record as it was at this version."""
    await connection.execute(
        update(library_asset)
        .where(library_asset.c.id == asset_id, library_asset.c.noted < version)
        .values(noted=version)
    )


async def count_owed(connection: AsyncConnection) -> int:
    """How many sidecars are to be written."""
    return int((await connection.execute(select(func.count()).select_from(library_asset).where(_OWED))).scalar() or 0)


async def owed(connection: AsyncConnection, after: str, limit: int) -> Sequence[str]:
    """Ids of some records, after an id, whose sidecars are to be written."""
    query = select(library_asset.c.id).where(_OWED, library_asset.c.id > after).order_by(library_asset.c.id)
    return list((await connection.execute(query.limit(limit))).scalars())


async def owe_again(connection: AsyncConnection, asset_ids: Sequence[str]) -> None:
    """The store has lost these records' sidecars."""
    await connection.execute(update(library_asset).where(library_asset.c.id.in_(asset_ids)).values(noted=0))
