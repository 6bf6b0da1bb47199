"""Dramas: a head row and one JSON document per episode."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from sfd.db.tables import drama, episode


@dataclass(frozen=True)
class DramaRow:
    """A drama's head. `head` is JSON: everything of the drama but its episodes."""

    id: str
    user_id: str
    project: str
    title: str
    status: str
    version: int
    head: str
    created_at: int
    updated_at: int


@dataclass(frozen=True)
class EpisodeRow:
    """One episode document. `doc` is the episode as JSON."""

    drama_id: str
    idx: int
    id: str
    version: int
    title: str
    doc: str


_HEAD_COLUMNS = [drama.c[name] for name in DramaRow.__dataclass_fields__]
_EPISODE_COLUMNS = [episode.c[name] for name in EpisodeRow.__dataclass_fields__]


async def insert_drama(connection: AsyncConnection, row: DramaRow) -> None:
    """Add a drama that has no episodes yet."""
    await connection.execute(insert(drama).values(**row.__dict__))


async def drama_exists(connection: AsyncConnection, drama_id: str) -> bool:
    """Whether the id is taken, by anyone, deleted or not."""
    return (await connection.execute(select(drama.c.id).where(drama.c.id == drama_id))).first() is not None


async def get_drama(connection: AsyncConnection, drama_id: str, user_id: str | None = None) -> DramaRow | None:
    """The head of a drama that is not deleted; only `user_id`'s own when that is given."""
    query = select(*_HEAD_COLUMNS).where(drama.c.id == drama_id, drama.c.deleted_at.is_(None))
    if user_id is not None:
        query = query.where(drama.c.user_id == user_id)
    found = (await connection.execute(query)).mappings().first()
    return DramaRow(**found) if found else None


async def list_dramas(
    connection: AsyncConnection, user_id: str | None, limit: int, before_id: str | None
) -> Sequence[DramaRow]:
    """Heads, newest first, of ids below `before_id`."""
    query = select(*_HEAD_COLUMNS).where(drama.c.deleted_at.is_(None)).order_by(drama.c.id.desc()).limit(limit)
    if user_id is not None:
        query = query.where(drama.c.user_id == user_id)
    if before_id is not None:
        query = query.where(drama.c.id < before_id)
    return [DramaRow(**row) for row in (await connection.execute(query)).mappings()]


async def update_head(connection: AsyncConnection, drama_id: str, **values: Any) -> None:
    """Change columns of a drama's head."""
    await connection.execute(update(drama).where(drama.c.id == drama_id).values(**values))


async def get_episodes(connection: AsyncConnection, drama_id: str) -> Sequence[EpisodeRow]:
    """Every episode document in order."""
    query = select(*_EPISODE_COLUMNS).where(episode.c.drama_id == drama_id).order_by(episode.c.idx)
    return [EpisodeRow(**row) for row in (await connection.execute(query)).mappings()]


async def get_episode(connection: AsyncConnection, drama_id: str, episode_id: str) -> EpisodeRow | None:
    """One episode document."""
    query = select(*_EPISODE_COLUMNS).where(episode.c.drama_id == drama_id, episode.c.id == episode_id)
    found = (await connection.execute(query)).mappings().first()
    return EpisodeRow(**found) if found else None


async def replace_episodes(connection: AsyncConnection, drama_id: str, rows: Sequence[EpisodeRow]) -> None:
    """Put `rows` in place of every episode the drama had."""
    await connection.execute(delete(episode).where(episode.c.drama_id == drama_id))
    if rows:
        await connection.execute(insert(episode), [row.__dict__ for row in rows])


async def update_episode(connection: AsyncConnection, row: EpisodeRow, doc: str) -> None:
    """Write a new document for an episode and raise its version."""
    await connection.execute(
        update(episode)
        .where(episode.c.drama_id == row.drama_id, episode.c.id == row.id)
        .values(doc=doc, version=row.version + 1)
    )
