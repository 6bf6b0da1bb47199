"""Finding files of the library: filters, newest first, by pages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, FromClause, Select, and_, exists, func, literal_column, select, table, text
from sqlalchemy.ext.asyncio import AsyncConnection
from ulid import ULID

from sfd.db.library import COLUMNS, LibraryRow, decode
from sfd.db.ownership import owned_by
from sfd.db.tables import library_asset, library_reference, library_tag, library_text
from sfd.domain.owner import Owner

# An id is made in the moment of `created_at`, give or take a clock that is set
_SLACK_MS = 3600 * 1000
_TRIGRAMS = table("library_trigrams")
TRIGRAM = 3
FEW = 2000


@dataclass(frozen=True)
class LibraryFilter:
    """Which assets a list is about; None does not matter. Times are milliseconds since 1970 UTC.

    `text` is looked for in filenames, tags and prompts, whatever its case. `uses` is a file that they were made from.
    """

    project: str | None = None
    asset_type: str | None = None
    tag: str | None = None
    text: str | None = None
    created_after: int | None = None
    created_before: int | None = None
    drama_id: str | None = None
    node_id: str | None = None
    job_id: str | None = None
    provider: str | None = None
    sha256: str | None = None
    uses: str | None = None


async def list_library_assets(
    connection: AsyncConnection,
    *,
    owner: Owner,
    wanted: LibraryFilter,
    limit: int,
    before_id: str | None = None,
) -> Sequence[LibraryRow]:
    """The owner's files, newest first."""
    query, position = _from(owner, wanted)
    query = query.where(*_conditions(wanted))
    if wanted.text:
        query = query.where(await _with_text(connection, owner, wanted.text.casefold()))
    if before_id is not None:
        query = query.where(position < before_id)
    query = query.order_by(position.desc()).limit(limit)
    return [decode(row) for row in (await connection.execute(query)).mappings()]


def _from(owner: Owner, wanted: LibraryFilter) -> tuple[Select[tuple[object, ...]], ColumnElement[str]]:
    """The tables that are read, and the column that pages are ordered by: that of the table which is read first."""
    tables: FromClause = library_asset
    position: ColumnElement[str] = library_asset.c.id
    conditions = [library_asset.c.deleted_at.is_(None), *owned_by(library_asset, owner)]
    if wanted.text:
        tables = tables.join(library_text, library_text.c.asset_id == library_asset.c.id)
        position = library_text.c.asset_id
        conditions.append(library_text.c.user_id == owner.user_id)
    tagged = (library_tag.c.user_id == owner.user_id, library_tag.c.tag == wanted.tag)
    if wanted.tag is not None and any((wanted.text, wanted.project, wanted.drama_id, wanted.job_id, wanted.sha256)):
        conditions.append(exists().where(*tagged, library_tag.c.asset_id == library_asset.c.id))
    elif wanted.tag is not None:
        tables = tables.join(library_tag, library_tag.c.asset_id == library_asset.c.id)
        position = library_tag.c.asset_id
        conditions += tagged
    if wanted.uses is not None:
        tables = tables.join(library_reference, library_reference.c.asset_id == library_asset.c.id)
        conditions.append(library_reference.c.used_asset_id == wanted.uses)
    return select(*COLUMNS).select_from(tables).where(*conditions), position


async def _with_text(connection: AsyncConnection, owner: Owner, needle: str) -> ColumnElement[bool]:
    """The condition that a text holds `needle`.

    SQLite's planner does not know how many texts do. When they are few, its index names them; when they are many, or
    the needle is too short for the index, going through the newest texts soon fills a page.
    """
    if connection.dialect.name != "sqlite":
        return library_text.c.text.contains(needle, autoescape=True)
    holds = func.instr(library_text.c.text, needle) > 0
    if len(needle) < TRIGRAM:
        return holds
    quoted = '"' + needle.replace('"', '""') + '"'
    query = (
        select(library_text.c.id)
        .join(_TRIGRAMS, literal_column("library_trigrams.rowid") == library_text.c.id)
        .where(text("library_trigrams MATCH :needle"), library_text.c.user_id == owner.user_id)
        .limit(FEW + 1)
    )
    found = list((await connection.execute(query, {"needle": quoted})).scalars())
    return and_(holds, library_text.c.id.in_(found)) if len(found) <= FEW else holds


def _conditions(wanted: LibraryFilter) -> list[ColumnElement[bool]]:
    equal: Mapping[str, str | None] = {
        "project": wanted.project,
        "type": wanted.asset_type,
        "drama_id": wanted.drama_id,
        "node_id": wanted.node_id,
        "job_id": wanted.job_id,
        "provider": wanted.provider,
        "sha256": wanted.sha256,
    }
    conditions = [library_asset.c[name] == value for name, value in equal.items() if value is not None]
    if wanted.created_after is not None:
        since = _id_at(wanted.created_after - _SLACK_MS)
        conditions += [library_asset.c.created_at > wanted.created_after, library_asset.c.id > since]
    if wanted.created_before is not None:
        until = _id_at(wanted.created_before + _SLACK_MS)
        conditions += [library_asset.c.created_at < wanted.created_before, library_asset.c.id < until]
    return conditions


def _id_at(moment: int) -> str:
    """An id that sorts before all that were made after a moment, in milliseconds."""
    in_range = min(max(moment, 0), 2**48 - 1)
    return f"asset_{str(ULID.from_bytes(in_range.to_bytes(6) + bytes(10))).lower()}"
