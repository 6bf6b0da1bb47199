"""Dramas: a head row and one JSON document per episode."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, delete, func, insert, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from sfd.db.ownership import owned_by
from sfd.db.tables import drama, episode
from sfd.domain.owner import Owner


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


@dataclass(frozen=True)
class DramaState:
    """What tells one text of a drama from every other that it had: all of it changes one of these."""

    status: str
    version: int
    episode_versions: int

    @property
    def revision(self) -> int:
        """A number that is another one after every edit: structural changes raise the head's version."""
        return self.version * 1_000_000 + self.episode_versions


_INSERT = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
_HEAD_COLUMNS = [drama.c[name] for name in DramaRow.__dataclass_fields__]
_EPISODE_COLUMNS = [episode.c[name] for name in EpisodeRow.__dataclass_fields__]


async def insert_drama(connection: AsyncConnection, row: DramaRow) -> bool:
    """Add a drama that has no episodes yet. False when its id was taken at the same time."""
    added = _INSERT[connection.dialect.name](drama).values(**row.__dict__).on_conflict_do_nothing()
    return (await connection.execute(added.returning(drama.c.id))).first() is not None


async def get_drama(
    connection: AsyncConnection, drama_id: str, owner: Owner | None = None, *, lock: bool = False
) -> DramaRow | None:
    """The head of a drama that is not deleted; only `owner`'s own when that is given.

    With `lock`, other writers of the drama wait until this transaction ends: read so before changing it.
    """
    query = select(*_HEAD_COLUMNS).where(drama.c.id == drama_id, drama.c.deleted_at.is_(None), *owned_by(drama, owner))
    if lock:
        query = query.with_for_update()
    found = (await connection.execute(query)).mappings().first()
    return DramaRow(**found) if found else None


async def list_dramas(
    connection: AsyncConnection, owner: Owner | None, limit: int, before: tuple[int, str] | None
) -> Sequence[DramaRow]:
    """Heads, newest first, of those that come after the one with the time and id `before`."""
    query = select(*_HEAD_COLUMNS).where(drama.c.deleted_at.is_(None), *owned_by(drama, owner))
    if before is not None:
        query = query.where(tuple_(drama.c.created_at, drama.c.id) < tuple_(*before))
    query = query.order_by(drama.c.created_at.desc(), drama.c.id.desc()).limit(limit)
    return [DramaRow(**row) for row in (await connection.execute(query)).mappings()]


async def update_head(connection: AsyncConnection, drama_id: str, **values: Any) -> None:
    """Change columns of a drama's head."""
    await connection.execute(update(drama).where(drama.c.id == drama_id).values(**values))


async def set_status(connection: AsyncConnection, drama_id: str, status: str, now: int) -> None:
    """Change how far a drama's writing is; a new version, because readers see it."""
    await connection.execute(
        update(drama).where(drama.c.id == drama_id).values(status=status, version=drama.c.version + 1, updated_at=now)
    )


async def forget_text(connection: AsyncConnection, drama_id: str) -> None:
    """Remove a drama's episodes and head; its id stays taken."""
    await connection.execute(delete(episode).where(episode.c.drama_id == drama_id))
    await connection.execute(update(drama).where(drama.c.id == drama_id).values(head="{}", title=""))


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


async def write_episode(connection: AsyncConnection, row: EpisodeRow) -> None:
    """Write the title, document and version of an episode that is there."""
    await connection.execute(
        update(episode)
        .where(episode.c.drama_id == row.drama_id, episode.c.id == row.id)
        .values(title=row.title, doc=row.doc, version=row.version)
    )


async def insert_episode(connection: AsyncConnection, row: EpisodeRow) -> None:
    """Add an episode."""
    await connection.execute(insert(episode).values(**row.__dict__))


async def delete_episodes(connection: AsyncConnection, drama_id: str, ids: Sequence[str]) -> None:
    """Remove episodes. The places of the others stay as they are."""
    await connection.execute(delete(episode).where(episode.c.drama_id == drama_id, episode.c.id.in_(ids)))


async def number_episodes(connection: AsyncConnection, drama_id: str, ids: Sequence[str]) -> None:
    """Give each episode of a drama its place in `ids`.

    Two steps, by way of places below zero, because no two rows may hold the same place at any moment.
    """
    moved = (
        update(episode)
        .where(episode.c.drama_id == bindparam("of_drama"), episode.c.id == bindparam("of_episode"))
        .values(idx=bindparam("place"))
    )
    places = [{"of_drama": drama_id, "of_episode": one, "place": -1 - place} for place, one in enumerate(ids)]
    if places:
        await connection.execute(moved, places)
        await connection.execute(update(episode).where(episode.c.drama_id == drama_id).values(idx=-1 - episode.c.idx))


async def get_state(connection: AsyncConnection, drama_id: str, owner: Owner | None = None) -> DramaState | None:
    """The state of a drama that is not deleted, without its text; only `owner`'s own when that is given."""
    versions = select(func.coalesce(func.sum(episode.c.version), 0)).where(episode.c.drama_id == drama_id)
    query = select(drama.c.status, drama.c.version, versions.scalar_subquery()).where(
        drama.c.id == drama_id, drama.c.deleted_at.is_(None), *owned_by(drama, owner)
    )
    found = (await connection.execute(query)).first()
    return DramaState(*found) if found else None


def state_of(row: DramaRow, episodes: Sequence[EpisodeRow]) -> DramaState:
    """The state that a drama had when its rows were read."""
    return DramaState(row.status, row.version, sum(one.version for one in episodes))


def revision_of(row: DramaRow, episodes: Sequence[EpisodeRow]) -> int:
    """The revision of a drama as it was read."""
    return state_of(row, episodes).revision
