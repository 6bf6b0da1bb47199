"""Upkeep of the library: what was deleted goes, what was interrupted heals, sidecars that are owed are written.

Every step can be killed anywhere and be done again: objects go before the rows that name them, and nobody uses a key
again that is being removed.
"""

import re
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from sfd.asset_library import (
    BLOBS,
    SIDECARS,
    AssetLibrary,
    key_part,
    row_of,
    sidecar_key,
    thumbnail_key,
)
from sfd.db import blobs, library_upkeep, sidecars
from sfd.db.blobs import BlobRow, BlobState
from sfd.db.library import LibraryRow
from sfd.db.session import Database
from sfd.domain.clock import now_ms
from sfd.domain.errors import InvalidInput, NotFound
from sfd.storage.object_store import StoredObject

HOUR_MS: Final = 3600 * 1000
DAY_MS: Final = 24 * HOUR_MS
AT_ONCE = 200
UNFINISHED_SECONDS = 24 * 3600.0
_BLOB_KEY = re.compile(BLOBS + r"/([^/]+)/[0-9a-f]{2}/([0-9a-f]{64})(?:-[0-9a-f]+)?\.[a-z0-9]+")


@dataclass
class SidecarFindings:
    """Sidecars beside the records. `lost` are records that only the store knows, `missing` are ids without sidecar."""

    lost: list[LibraryRow] = field(default_factory=list[LibraryRow])
    unreadable: list[str] = field(default_factory=list[str])
    past_grace: list[str] = field(default_factory=list[str])
    missing: list[str] = field(default_factory=list[str])


@dataclass(frozen=True)
class Reindexed:
    """What a rebuilding found: records brought back, among them some without bytes, and sidecars that do not read."""

    restored: int
    without_bytes: list[str]
    unreadable: list[str]


class LibraryUpkeep:
    """Keeps records and objects in step."""

    def __init__(self, database: Database, library: AssetLibrary, grace_days: float) -> None:
        self._database = database
        self._library = library
        self._grace_ms = int(grace_days * DAY_MS)

    async def tidy(self, *, dry_run: bool) -> dict[str, int]:
        """Remove what is past its grace, finish what was interrupted. Returns how much of each kind, or would be.

        Raises:
            StorageUnavailable, DatabaseBusy: something cannot be used now. What was done until then is done.
        """
        done = {"library_records": await self._records(dry_run=dry_run)}
        done["library_files"] = await self._files(dry_run=dry_run)
        async with self._database.read() as connection:
            done["sidecars"] = await sidecars.count_owed(connection)
        found = await self.compare_sidecars()
        done["sidecars"] += len(found.missing)
        done["lost_records"] = len(found.lost)
        if not dry_run:
            await self._write_owed(found.missing)
            for key in found.past_grace:
                await self._library.store.delete(key)
            await self._library.store.remove_unfinished(UNFINISHED_SECONDS)
        done["found_files"] = 0 if found.lost or found.unreadable else await self._orphans(dry_run=dry_run)
        return done

    async def reindex(self) -> Reindexed:
        """Bring back every record that the store has a sidecar of and the database does not know.

        Raises:
            StorageUnavailable, DatabaseBusy: something cannot be used now. What was brought back until then is there.
        """
        found = await self.compare_sidecars()
        sizes = {one.key: one.size async for one in self._library.store.list(BLOBS)}
        restored = 0
        for row in found.lost:
            blob = BlobRow(row.user_id, row.sha256, row.key, row.size, row.media_type, BlobState.READY)
            async with self._database.write() as connection:
                if sizes.get(row.key) == row.size:
                    await blobs.insert_ready_blob(connection, blob, now_ms())
                if await library_upkeep.add_found(connection, row):
                    restored += 1
                    await sidecars.mark_noted(connection, row.id, row.version)
        without = [row.id for row in found.lost if sizes.get(row.key) != row.size]
        return Reindexed(restored, without, [*found.unreadable])

    async def compare_sidecars(self) -> SidecarFindings:
        """Look which records have no sidecar, and which sidecars no record."""
        found = SidecarFindings()
        keys = {one.key.rpartition("/")[2].removesuffix(".json"): one.key async for one in self._sidecar_objects()}
        async with self._database.read() as connection:
            known = await library_upkeep.known_records(connection, list(keys))
        for asset_id in keys.keys() - known:
            await self._look_at_stray(keys[asset_id], found)
        async for row in self.records():
            if row.id not in keys:
                found.missing.append(row.id)
        async with self._database.read() as connection:
            owed = set(await self._all_owed(connection))
        found.missing = [one for one in found.missing if one not in owed]
        found.lost.sort(key=lambda row: row.id)
        found.unreadable.sort()
        return found

    async def records(self) -> AsyncGenerator[LibraryRow]:
        """Every record that is not deleted, of all users."""
        after = ""
        while True:
            async with self._database.read() as connection:
                some = await library_upkeep.records_after(connection, after, AT_ONCE)
            for row in some:
                yield row
            if len(some) < AT_ONCE:
                return
            after = some[-1].id

    async def _records(self, *, dry_run: bool) -> int:
        """Records that were deleted longer ago than the grace, and an hour: their sidecars first, then the rows."""
        before = now_ms() - self._grace_ms - HOUR_MS
        if dry_run:
            async with self._database.read() as connection:
                return await library_upkeep.count_expired(connection, before)
        removed = 0
        while True:
            async with self._database.read() as connection:
                some = await library_upkeep.expired(connection, before, AT_ONCE)
            if not some:
                return removed
            for row in some:
                await self._library.store.delete(sidecar_key(row.user_id, row.id))
            async with self._database.write() as connection:
                await library_upkeep.forget_expired(connection, [row.id for row in some], before)
            removed += len(some)

    async def _files(self, *, dry_run: bool) -> int:
        """Objects that no record names, and that nobody began to store within a day."""
        before = now_ms() - DAY_MS
        if dry_run:
            async with self._database.read() as connection:
                return await blobs.count_unused(connection, before)
        removed = 0
        while True:
            async with self._database.write() as connection:
                await blobs.begin_deleting(connection, before, AT_ONCE)
                some = await blobs.being_deleted(connection, AT_ONCE)
            if not some:
                return removed
            for row in some:
                await self._library.store.delete(thumbnail_key(row.key))
                await self._library.store.delete(row.key)
                async with self._database.write() as connection:
                    await blobs.forget_blob(connection, row)
            removed += len(some)

    async def _orphans(self, *, dry_run: bool) -> int:
        """Objects that no row names: recorded as interrupted uploads, so that they go in a day if nobody wants them."""
        keys = {one.key: one.size async for one in self._library.store.list(BLOBS)}
        async with self._database.read() as connection:
            unknown = [key for key in keys.keys() - await blobs.known_keys(connection, list(keys)) if _parts(key)]
            users = {key_part(user): user for user in await blobs.known_users(connection)}
        if not dry_run:
            for key in unknown:
                part, sha256 = _parts(key) or ("", "")
                row = BlobRow(users.get(part, part), sha256, key, keys[key], "", BlobState.PENDING)
                await self._adopt(row)
        return len(unknown)

    async def _adopt(self, row: BlobRow) -> None:
        """A second object with the same content has no row of its own: it is of a removal that was interrupted."""
        async with self._database.write() as connection:
            await blobs.adopt_orphan(connection, row, now_ms())
            current = await blobs.get_blob(connection, row.user_id, row.sha256)
        if current is not None and current.key != row.key:
            await self._library.store.delete(row.key)

    async def _write_owed(self, missing: list[str]) -> None:
        for start in range(0, len(missing), AT_ONCE):
            async with self._database.write() as connection:
                await sidecars.owe_again(connection, missing[start : start + AT_ONCE])
        async with self._database.read() as connection:
            owed = await self._all_owed(connection)
        for asset_id in owed:
            await self._library.write_sidecar(asset_id)

    async def _all_owed(self, connection: AsyncConnection) -> list[str]:
        found: list[str] = []
        while some := await sidecars.owed(connection, found[-1] if found else "", AT_ONCE):
            found += some
        return found

    def _sidecar_objects(self) -> AsyncGenerator[StoredObject]:
        return self._library.store.list(SIDECARS)

    async def _look_at_stray(self, key: str, found: SidecarFindings) -> None:
        """A sidecar without a record: a lost one, or one that was left when its record went for good."""
        try:
            row = row_of(await self._library.store.get_bytes(key))
        except NotFound:
            return
        except InvalidInput:
            found.unreadable.append(key)
            return
        if key != sidecar_key(row.user_id, row.id) or not row.key.startswith(f"{BLOBS}/{key_part(row.user_id)}/"):
            found.unreadable.append(key)
        elif row.deleted_at is not None and row.deleted_at < now_ms() - self._grace_ms - HOUR_MS:
            found.past_grace.append(key)
        else:
            found.lost.append(row)


def _parts(key: str) -> tuple[str, str] | None:
    """The user's part and the content hash in a blob's key; None when it is none of ours."""
    found = _BLOB_KEY.fullmatch(key)
    return (found[1], found[2]) if found else None
