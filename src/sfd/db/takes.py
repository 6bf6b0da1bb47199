"""Takes: the results made for an asset, one of them selected."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import RowMapping, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from sfd.db.tables import library_asset, take


@dataclass(frozen=True)
class TakeRow:
    """One result for a node, stored in the library."""

    id: str
    drama_id: str
    node_id: str
    job_id: str
    library_asset_id: str
    user_id: str
    project: str
    fingerprint: str
    selected: bool
    created_at: int
    chosen_for: str | None = None
    inputs: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True)
class SelectedTake:
    """The take that stands for a node, with what a reference or a cut needs of its file."""

    node_id: str
    take_id: str
    fingerprint: str
    library_asset_id: str
    sha256: str
    key: str
    media_type: str
    provider: str
    chosen_for: str | None = None
    inputs: Mapping[str, str] = field(default_factory=dict[str, str])
    meta: Mapping[str, Any] = field(default_factory=dict[str, Any])


CHUNK = 500  # values in one IN list
_COLUMNS = [take.c[name] for name in TakeRow.__dataclass_fields__]


def _decode(row: RowMapping) -> TakeRow:
    return TakeRow(**{**row, "inputs": json.loads(row["inputs"] or "{}")})


async def add_selected_take(connection: AsyncConnection, row: TakeRow) -> None:
    """Add a take and make it the one that stands for its node."""
    await connection.execute(
        update(take)
        .where(take.c.drama_id == row.drama_id, take.c.node_id == row.node_id, take.c.selected)
        .values(selected=False)
    )
    await add_take(connection, row)


async def add_take(connection: AsyncConnection, row: TakeRow) -> None:
    """Add a take beside the one that stands for its node."""
    await connection.execute(
        insert(take).values(**{**row.__dict__, "inputs": json.dumps(row.inputs, ensure_ascii=False)})
    )


async def takes_of(connection: AsyncConnection, drama_id: str, node_id: str) -> Sequence[TakeRow]:
    """Every take of a node, newest first."""
    query = select(*_COLUMNS).where(take.c.drama_id == drama_id, take.c.node_id == node_id)
    rows = await connection.execute(query.order_by(take.c.created_at.desc(), take.c.id.desc()))
    return [_decode(row) for row in rows.mappings()]


async def select_take(connection: AsyncConnection, row: TakeRow, *, chosen_for: str) -> None:
    """Let a take stand for its node; `chosen_for` is the fingerprint that is planned while it is chosen."""
    of_node = (take.c.drama_id == row.drama_id, take.c.node_id == row.node_id)
    await connection.execute(update(take).where(*of_node, take.c.selected).values(selected=False))
    await connection.execute(
        update(take).where(*of_node, take.c.id == row.id).values(selected=True, chosen_for=chosen_for)
    )


async def selected_takes(
    connection: AsyncConnection, drama_id: str, node_ids: Sequence[str] | None = None
) -> dict[str, SelectedTake]:
    """The selected take of each node, with its file; of all nodes when none are named."""
    query = (
        select(
            take,
            library_asset.c.sha256,
            library_asset.c.key,
            library_asset.c.media_type,
            library_asset.c.provider,
            library_asset.c.meta,
        )
        .join(library_asset, library_asset.c.id == take.c.library_asset_id)
        .where(take.c.drama_id == drama_id, take.c.selected, library_asset.c.deleted_at.is_(None))
    )
    if node_ids is not None:
        query = query.where(take.c.node_id.in_(node_ids))
    return {
        row["node_id"]: SelectedTake(
            node_id=row["node_id"],
            take_id=row["id"],
            fingerprint=row["fingerprint"],
            library_asset_id=row["library_asset_id"],
            sha256=row["sha256"],
            key=row["key"],
            media_type=row["media_type"],
            provider=row["provider"],
            chosen_for=row["chosen_for"],
            inputs=json.loads(row["inputs"] or "{}"),
            meta=json.loads(row["meta"]),
        )
        for row in (await connection.execute(query)).mappings()
    }


async def files_of_takes(connection: AsyncConnection, drama_id: str, contents: Mapping[str, str]) -> dict[str, str]:
    """For nodes and the content hash of a take of each: the library asset of that take, the selected one first."""
    query = (
        select(take.c.node_id, take.c.library_asset_id, library_asset.c.sha256)
        .join(library_asset, library_asset.c.id == take.c.library_asset_id)
        .where(take.c.drama_id == drama_id, take.c.node_id.in_(list(contents)))
        .order_by(take.c.selected, take.c.id)
    )
    rows = (await connection.execute(query)).all()
    return {row.node_id: row.library_asset_id for row in rows if contents[row.node_id] == row.sha256}


async def contents_by_fingerprint(
    connection: AsyncConnection, user_id: str, project: str, fingerprints: Collection[str]
) -> dict[str, str]:
    """The content hash of the newest take in a project, for each fingerprint that has one."""
    wanted, found = list(fingerprints), dict[str, str]()
    for start in range(0, len(wanted), CHUNK):
        query = (
            select(take.c.fingerprint, library_asset.c.sha256)
            .join(library_asset, library_asset.c.id == take.c.library_asset_id)
            .where(take.c.user_id == user_id, take.c.project == project)
            .where(take.c.fingerprint.in_(wanted[start : start + CHUNK]), library_asset.c.deleted_at.is_(None))
            .order_by(take.c.id)
        )
        found.update({row.fingerprint: row.sha256 for row in await connection.execute(query)})
    return found


async def take_with_fingerprint(
    connection: AsyncConnection, user_id: str, project: str, fingerprint: str
) -> TakeRow | None:
    """The newest take in a project that is exactly what is asked for."""
    query = (
        select(*_COLUMNS)
        .join(library_asset, library_asset.c.id == take.c.library_asset_id)
        .where(take.c.user_id == user_id, take.c.project == project, take.c.fingerprint == fingerprint)
        .where(library_asset.c.deleted_at.is_(None))
        .order_by(take.c.id.desc())
        .limit(1)
    )
    found = (await connection.execute(query)).mappings().first()
    return _decode(found) if found else None
