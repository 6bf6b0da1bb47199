"""What uses a file of the library: selected takes, cuts, references of planned assets, jobs that are not over."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from pydantic import JsonValue
from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from sfd.db.library import LibraryRow
from sfd.db.tables import drama, episode, job, library_asset, take
from sfd.domain.owner import Owner

CUT_NODES = "cut:"
ELSEWHERE = "something in another project"
_UNFINISHED = ("pending", "running")


async def users_of(connection: AsyncConnection, row: LibraryRow, owner: Owner) -> Sequence[str]:
    """What uses the file, in words; what `owner` does not see is told of without its name."""
    users = [
        *await _selected_takes(connection, row, owner),
        *await _cuts(connection, row, owner),
        *await _references(connection, row, owner),
        *await _jobs(connection, row, owner),
    ]
    return list(dict.fromkeys(users))


async def _selected_takes(connection: AsyncConnection, row: LibraryRow, owner: Owner) -> list[str]:
    query = (
        select(take.c.node_id, drama.c.id, drama.c.project)
        .join(drama, drama.c.id == take.c.drama_id)
        .where(take.c.library_asset_id == row.id, take.c.selected, drama.c.deleted_at.is_(None))
    )
    found = (await connection.execute(query)).all()
    return [
        _shown(owner, row, project, f"selected take of {node_id} in the drama {drama_id}")
        for node_id, drama_id, project in found
    ]


async def _cuts(connection: AsyncConnection, row: LibraryRow, owner: Owner) -> list[str]:
    """Selected cuts that the file belongs to (subtitles, cover), or that a take of it went into."""
    made = select(take.c.drama_id).where(take.c.library_asset_id == row.id)
    query = (
        select(take.c.node_id, drama.c.id, drama.c.project)
        .join(drama, drama.c.id == take.c.drama_id)
        .join(library_asset, library_asset.c.id == take.c.library_asset_id)
        .where(
            take.c.user_id == row.user_id,
            take.c.selected,
            take.c.node_id.startswith(CUT_NODES, autoescape=True),
            drama.c.deleted_at.is_(None),
            or_(
                _names(library_asset.c.meta, row.id),
                and_(take.c.drama_id.in_(made), _names(take.c.inputs, row.sha256)),
            ),
        )
    )
    found = (await connection.execute(query)).all()
    return [
        _shown(owner, row, project, f"cut of the episode {node_id.removeprefix(CUT_NODES)} of the drama {drama_id}")
        for node_id, drama_id, project in found
    ]


async def _references(connection: AsyncConnection, row: LibraryRow, owner: Owner) -> list[str]:
    mine = (drama.c.user_id == row.user_id, drama.c.deleted_at.is_(None))
    heads = select(drama.c.id, drama.c.project, drama.c.head).where(*mine, _names(drama.c.head, row.id))
    episodes = (
        select(drama.c.id, drama.c.project, episode.c.doc)
        .join(episode, episode.c.drama_id == drama.c.id)
        .where(*mine, _names(episode.c.doc, row.id))
    )
    found = [*(await connection.execute(heads)).all(), *(await connection.execute(episodes)).all()]
    return [
        _shown(owner, row, project, f"reference of {asset_id} in the drama {drama_id}")
        for drama_id, project, document in found
        for asset_id in _referring(json.loads(document), row.id)
    ]


async def _jobs(connection: AsyncConnection, row: LibraryRow, owner: Owner) -> list[str]:
    query = select(job.c.id, job.c.project).where(
        job.c.user_id == row.user_id, job.c.status.in_(_UNFINISHED), _names(job.c.spec, row.id)
    )
    found = (await connection.execute(query)).all()
    return [_shown(owner, row, project, f"the job {job_id}, which is not over") for job_id, project in found]


def _names(column: ColumnElement[Any], identifier: str) -> ColumnElement[bool]:
    return column.contains(f'"{identifier}"', autoescape=True)


def _referring(document: JsonValue, identifier: str) -> Iterator[str]:
    """The ids of the assets in a drama's document that have the file among their references."""
    match document:
        case list():
            for one in document:
                yield from _referring(one, identifier)
        case dict():
            references = document.get("references")
            if isinstance(references, list) and identifier in references:
                yield str(document.get("id", ""))
            for one in document.values():
                yield from _referring(one, identifier)
        case _:
            return


def _shown(owner: Owner, row: LibraryRow, project: str, words: str) -> str:
    return words if owner.sees(row.user_id, project) else ELSEWHERE
