"""Editing the written work: one write transaction for each edit, and a valid drama after it."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.ext.asyncio import AsyncConnection

from sfd.config import Settings
from sfd.db import dramas
from sfd.db.dramas import DramaRow, EpisodeRow
from sfd.db.session import Database
from sfd.domain import editing
from sfd.domain.clock import now_ms
from sfd.domain.editing import REFUSED, Address, Part, Shelf, Whole
from sfd.domain.errors import Fault, InvalidInput, PreconditionFailed
from sfd.domain.ids import new_id
from sfd.domain.models import Drama, Episode
from sfd.domain.owner import Owner
from sfd.domain.patches import AssetPatch, NewAsset, NewPart, Patch
from sfd.domain.references import removed
from sfd.domain.validation import check_drama, invalid
from sfd.generation.dag import build_dag
from sfd.services.documents import assemble, require_written
from sfd.services.idempotency import Claim, earlier_subject
from sfd.services.owned_things import own_drama
from sfd.services.referenced_files import check_references

CIRCLE = "/assets"
Tags = Collection[str] | None


@dataclass(frozen=True)
class Stored:
    """A drama as a transaction found it."""

    row: DramaRow
    episodes: Sequence[EpisodeRow]
    drama: Drama

    def tag(self, address: Address) -> str:
        """The tag of a part; for the drama itself, its revision.

        Raises:
            NotFound: there is no such part.
        """
        if not address:
            return str(dramas.revision_of(self.row, self.episodes))
        return editing.tag_of(editing.find(self.drama, address))


class EditingService:
    """What can be read and changed in a written drama. A part is named by its address, see `sfd.domain.editing`.

    `expected` are the tags of which the edited thing must have one; None: whatever it is now. Every edit raises
    NotFound when the user has no such thing, Conflict while the drama is being written, PreconditionFailed when its
    tag is not an expected one, and InvalidInput when the drama would not be valid after it; nothing is written then.
    """

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._default_seconds = settings.default_video_duration

    async def read(self, owner: Owner, drama_id: str, address: Address) -> Whole:
        """A part as it is now, from the one document that holds it."""
        async with self._database.read() as connection:
            row = await _written(connection, owner, drama_id)
            inside = address[0][1] if address[0][0] == "episodes" else None
            episode = await dramas.get_episode(connection, drama_id, inside) if inside is not None else None
        return editing.find(assemble(row, [episode.doc] if episode else []), address)

    async def patch(self, owner: Owner, drama_id: str, address: Address, patch: Patch, expected: Tags = None) -> Part:
        """Change a part. Pointers of faults are pointers into the patch."""
        after = await self._patched(owner, drama_id, address, patch, expected)
        return _part(after, address)

    async def patch_drama(self, owner: Owner, drama_id: str, patch: Patch, expected: Tags = None) -> None:
        """Change the drama itself."""
        await self._patched(owner, drama_id, (), patch, expected)

    async def _patched(self, owner: Owner, drama_id: str, address: Address, patch: Patch, expected: Tags) -> Drama:
        async with self._database.write() as connection:
            return await patch_in(connection, owner, drama_id, address, patch, self._default_seconds, expected)

    async def add(
        self,
        owner: Owner,
        drama_id: str,
        shelf: Shelf,
        new: NewPart,
        before: str | None = None,
        claim: Claim | None = None,
    ) -> tuple[Part, bool]:
        """Add a part, before the one with the id `before`, else last; with the assets that it needs.

        Returns the part, and whether an earlier request with the same idempotency key added it; as it is now then.
        """
        part = editing.written(new, new_id)
        async with self._database.write() as connection:
            stored = await _open(connection, owner, drama_id)
            if (earlier := await earlier_subject(connection, claim, part.id)) is not None:
                return _part(stored.drama, (*shelf.holder, (shelf.name, earlier))), True
            await check_references(connection, owner, new)
            part = editing.completed(stored.drama, shelf, part, self._default_seconds)
            after = editing.added(stored.drama, shelf, part, before)
            address: Address = (*shelf.holder, (shelf.name, part.id))
            circle = "/depends_on" if isinstance(new, NewAsset) and new.depends_on else ""
            _check(after, editing.pointer_to(after, address), circle)
            await _save(connection, stored, after)
        return part, False

    async def remove(
        self, owner: Owner, drama_id: str, address: Address, expected: Tags = None, *, force: bool = False
    ) -> None:
        """Remove a part; with `force`, whatever refers to it loses the reference.

        Raises:
            Conflict: something refers to it, and `force` is not given; also while the drama is being written.
        """
        async with self._database.write() as connection:
            stored = await _open(connection, owner, drama_id)
            _require(stored, address, expected)
            after = removed(stored.drama, address, force=force)
            _check(after)
            await _save(connection, stored, after)

    async def reorder(
        self, owner: Owner, drama_id: str, shelf: Shelf, ids: Sequence[str], expected: Tags = None
    ) -> tuple[Sequence[Part], str]:
        """Put the parts on a shelf in another order. Expects a tag of what holds them, and returns its new one."""
        async with self._database.write() as connection:
            stored = await _open(connection, owner, drama_id)
            _require(stored, shelf.holder, expected)
            after = editing.reordered(stored.drama, shelf, ids)
            _check(after)
            await _save(connection, stored, after)
            row, episodes = await _written(connection, owner, drama_id), await dramas.get_episodes(connection, drama_id)
        now = Stored(row, episodes, after)
        return editing.parts_on(editing.find(after, shelf.holder), shelf.name), now.tag(shelf.holder)


async def patch_in(
    connection: AsyncConnection,
    owner: Owner,
    drama_id: str,
    address: Address,
    patch: Patch,
    default_seconds: float,
    expected: Tags = None,
) -> Drama:
    """Change a part inside the caller's transaction, as `EditingService.patch` does; returns the drama after it."""
    stored = await _open(connection, owner, drama_id)
    _require(stored, address, expected)
    await check_references(connection, owner, patch)
    after = editing.patched(stored.drama, address, patch, default_seconds)
    circle = "/depends_on" if isinstance(patch, AssetPatch) and patch.depends_on else ""
    _check(after, editing.pointer_to(after, address), circle)
    await _save(connection, stored, after)
    return after


async def _written(connection: AsyncConnection, owner: Owner, drama_id: str, *, lock: bool = False) -> DramaRow:
    row = await own_drama(connection, owner, drama_id, lock=lock)
    require_written(row)
    return row


async def _open(connection: AsyncConnection, owner: Owner, drama_id: str) -> Stored:
    """The drama, locked: who reads it to change it sees what the one before wrote."""
    row = await _written(connection, owner, drama_id, lock=True)
    episodes = await dramas.get_episodes(connection, drama_id)
    return Stored(row, episodes, assemble(row, [one.doc for one in episodes]))


def _require(stored: Stored, address: Address, expected: Tags) -> None:
    tag = stored.tag(address)
    if expected is not None and tag not in expected:
        raise PreconditionFailed(
            "It was changed since it was read, and nothing was written now. Read it again and repeat the edit.",
        )


def _check(drama: Drama, prefix: str | None = None, circle: str = "") -> None:
    """Refuse a drama that is not valid, with pointers into what was sent for the part at `prefix`."""
    faults = list(_faults_of(drama))
    if faults:
        told = [
            Fault(editing.callers_pointer(one.pointer, prefix, circle if one.pointer == CIRCLE else ""), one.detail)
            for one in faults
        ]
        raise invalid(REFUSED, told)


def _faults_of(drama: Drama) -> Iterator[Fault]:
    try:
        check_drama(drama)
    except InvalidInput as error:
        yield from error.faults
        return
    try:
        build_dag(drama)
    except InvalidInput as error:
        yield from (Fault(CIRCLE, one.detail) for one in error.faults)


async def _save(connection: AsyncConnection, stored: Stored, after: Drama) -> None:
    """Write the rows that an edit changed, and no others."""
    row, head = stored.row, _head(after)
    await _save_episodes(connection, stored, after)
    ids = [one.id for one in after.episodes]
    if regrouped := ids != [one.id for one in stored.episodes]:
        await dramas.number_episodes(connection, row.id, ids)
    if regrouped or head != _head(stored.drama):
        await dramas.update_head(
            connection, row.id, head=head, title=after.title, version=row.version + 1, updated_at=now_ms()
        )


async def _save_episodes(connection: AsyncConnection, stored: Stored, after: Drama) -> None:
    before = {one.id: one for one in stored.drama.episodes}
    rows = {one.id: one for one in stored.episodes}
    if gone := before.keys() - {one.id for one in after.episodes}:
        await dramas.delete_episodes(connection, stored.row.id, sorted(gone))
    for place, episode in enumerate(after.episodes):
        if episode.id not in before:
            new = EpisodeRow(stored.row.id, -1 - place, episode.id, 1, episode.title, episode.model_dump_json())
            await dramas.insert_episode(connection, new)
        elif (doc := _changed(before[episode.id], episode)) is not None:
            row = rows[episode.id]
            await dramas.write_episode(connection, replace(row, title=episode.title, doc=doc, version=row.version + 1))


def _changed(before: Episode, after: Episode) -> str | None:
    """The document of an episode if it is not what it was. JSON tells 1 from true, which Python does not."""
    if before is after:
        return None
    doc = after.model_dump_json()
    return doc if doc != before.model_dump_json() else None


def _head(drama: Drama) -> str:
    return drama.model_dump_json(exclude={"episodes"})


def _part(drama: Drama, address: Address) -> Part:
    part = editing.find(drama, address)
    if isinstance(part, Drama):
        raise TypeError("an address of a part names at least one")
    return part
