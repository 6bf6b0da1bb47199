"""The asset library as users see it: bring, list, look at, change, delete, download."""

import asyncio
import json
from collections.abc import AsyncGenerator, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from sfd.asset_library import AssetLibrary, add_to_library
from sfd.db import blobs, library, library_listing, library_uses
from sfd.db.library import LibraryRow
from sfd.db.library_listing import LibraryFilter
from sfd.db.session import Database
from sfd.domain.clock import now_ms
from sfd.domain.errors import Conflict, Fault, InvalidInput, MediaError, NotFound, StorageUnavailable, UnsupportedMedia
from sfd.domain.owner import Owner
from sfd.media.pool import MediaPool
from sfd.media.received import Received, inspect
from sfd.media.sniff import words_for
from sfd.services.uploads import (
    MOST_FIELD_BYTES,
    ReceivedFile,
    UploadForm,
    checked_form,
    clean_filename,
    refuse_other_project,
)

__all__ = ["Change", "LibraryFilter", "LibraryService", "Rules", "StoredFile"]

UPLOAD = "upload"
SET_BY_SFD = frozenset(
    (
        *("sha256", "width", "height", "duration", "video_codec", "audio_codec"),
        *("drama_id", "node_id", "job_id", "take_id", "episode_id", "parts", "provider", "model", "fingerprint"),
        *("cost_usd", "prompt", "parameters", "references", "made_from", "stripped_bytes"),
        *("seconds", "frames", "clips", "reencoded_clips", "loudness_lufs"),
    )
)
MOST_METADATA_CHARACTERS = 256 * 1024
_NAMED_USERS = 5
_CHECKED_AT_ONCE = 16


@dataclass(frozen=True)
class Change:
    """What is to be different about a file's record; what is empty stays. A metadata value of None removes its key."""

    tag: str = ""
    filename: str = ""
    project: str = ""
    metadata: Mapping[str, Any] = field(default_factory=dict[str, Any])
    tags: Sequence[str] | None = None


@dataclass(frozen=True)
class Rules:
    """How many bytes a user may store, None without a limit, and how long what was deleted can be restored."""

    quota: int | None
    grace_ms: int


@dataclass(frozen=True)
class StoredFile:
    """A file's record and where its bytes lie on this machine."""

    row: LibraryRow
    path: Path


class LibraryService:
    """What can be done with stored files."""

    def __init__(self, database: Database, asset_library: AssetLibrary, pool: MediaPool, rules: Rules) -> None:
        self._database = database
        self._library = asset_library
        self._pool = pool
        self._rules = rules

    async def keep(self, owner: Owner, received: ReceivedFile) -> LibraryRow:
        """Put a file that was received into the library.

        Raises:
            InvalidInput: a field is wrong, or the file is empty, damaged or too large once decoded.
            UnsupportedMedia: it is of a kind that SFD does not keep, or not of the type that was said.
            QuotaExceeded: the user's files would take more room than they may.
            StorageUnavailable: it cannot be kept now.
        """
        form = checked_form(received.fields, owner)
        given = checked_metadata(form.metadata)
        seen = await self._inspect(received.path)
        _refuse_other_type(form, seen)
        blob = await self._library.store_blob(owner.user_id, received.path, seen.media_type, quota=self._rules.quota)
        async with self._database.write() as connection:
            row = await add_to_library(
                connection,
                user_id=owner.user_id,
                project=form.project_name,
                tag=form.tag,
                provider=UPLOAD,
                filename=clean_filename(received.filename, f"{seen.kind}-{blob.sha256[:8]}"),
                blob=blob,
                meta={**given, **seen.facts, "sha256": blob.sha256},
            )
        await self._library.note(row.id)
        return row

    async def get(self, owner: Owner, asset_id: str) -> LibraryRow:
        """One file's record.

        Raises:
            NotFound: the user has no such asset.
        """
        async with self._database.read() as connection:
            row = await library.get_library_asset(connection, asset_id, owner)
        if row is None:
            raise _not_found(asset_id)
        return row

    async def list(
        self, owner: Owner, wanted: LibraryFilter, limit: int, before_id: str | None = None
    ) -> Sequence[LibraryRow]:
        """The user's files, newest first."""
        async with self._database.read() as connection:
            return await library_listing.list_library_assets(
                connection, owner=owner, wanted=wanted, limit=limit, before_id=before_id
            )

    async def change(self, owner: Owner, asset_id: str, change: Change) -> LibraryRow:
        """Change a file's record; its bytes stay what they are.

        Raises:
            NotFound: the user has no such asset.
            InvalidInput: the project is not the key's, or the metadata is not the user's to set.
        """
        if change.project:
            refuse_other_project(owner, change.project)
        merge = checked_metadata(change.metadata)
        async with self._database.write() as connection:
            row = await library.get_library_asset(connection, asset_id, owner, lock=True)
            if row is None:
                raise _not_found(asset_id)
            kept = {key: value for key, value in {**row.meta, **merge}.items() if merge.get(key, value) is not None}
            if len(json.dumps(kept)) > MOST_METADATA_CHARACTERS:
                raise _bad_metadata("would become longer than 256 KB; remove some of it with null")
            tags = tags_after(row, change)
            changed = replace(
                row,
                tag=tags[0],
                more_tags=tuple(tags[1:]),
                filename=clean_filename(change.filename or row.filename, row.filename),
                project=change.project or row.project,
                meta=kept,
            )
            await library.update_library_asset(connection, changed)
        await self._library.note(asset_id)
        return changed

    async def used_by(self, owner: Owner, asset_id: str) -> Sequence[str]:
        """What uses a file, in words.

        Raises:
            NotFound: the user has no such asset.
        """
        row = await self.get(owner, asset_id)
        async with self._database.read() as connection:
            return await library_uses.users_of(connection, row, owner)

    async def delete(self, owner: Owner, asset_id: str, *, force: bool) -> None:
        """Take a file out of the library. What uses it is told of, unless `force` is given.

        For a while it can be restored; after that upkeep removes it for good.

        Raises:
            NotFound: the user has no such asset.
            Conflict: something uses it; `used_by` names what.
        """
        async with self._database.write() as connection:
            row = await library.get_library_asset(connection, asset_id, owner, lock=True)
            if row is None:
                raise _not_found(asset_id)
            users: Sequence[str] = () if force else await library_uses.users_of(connection, row, owner)
            if users:
                raise _in_use(asset_id, users)
            await library.delete_library_asset(connection, row, now_ms())
        await self._library.note(asset_id)

    async def restore(self, owner: Owner, asset_id: str) -> LibraryRow:
        """Put a deleted file back; one that was not deleted stays as it is.

        Raises:
            NotFound: the user has no such asset, or it is gone for good.
        """
        async with self._database.write() as connection:
            if (there := await library.get_library_asset(connection, asset_id, owner)) is not None:
                return there
            row = await library.get_library_asset(connection, asset_id, owner, lock=True, deleted=True)
            if row is None or (row.deleted_at or 0) < now_ms() - self._rules.grace_ms:
                raise NotFound(f"There is no deleted library asset {asset_id!r} that could be restored.")
            if not await blobs.mark_blob_ready(connection, row.user_id, row.sha256, row.key, now_ms()):
                raise NotFound(f"The bytes of {asset_id!r} are gone for good.")
            await library.restore_library_asset(connection, row)
        await self._library.note(asset_id)
        return replace(row, deleted_at=None)

    async def stored(self, owner: Owner, asset_id: str) -> StoredFile:
        """One file's record, and where its bytes lie on this machine; they are all there.

        Raises:
            NotFound: the user has no such asset, or its bytes are gone.
            StorageUnavailable: some of its bytes are gone.
        """
        row = await self.get(owner, asset_id)
        path = await self._library.store.local_copy(row.key)
        _refuse_torn(row, (await asyncio.to_thread(path.stat)).st_size)
        return StoredFile(row, path)

    async def check_whole(self, rows: Collection[LibraryRow]) -> None:
        """Make sure that the bytes of files are all there.

        Raises:
            NotFound: those of one are gone.
            StorageUnavailable: some of them are gone, or it cannot be told now.
        """
        few_at_once = asyncio.Semaphore(_CHECKED_AT_ONCE)

        async def check(row: LibraryRow) -> None:
            async with few_at_once:
                _refuse_torn(row, await self._library.store.head(row.key))

        await asyncio.gather(*(check(row) for row in rows))

    def stream(self, row: LibraryRow) -> AsyncGenerator[bytes]:
        """A file's bytes, piece by piece.

        Raises:
            NotFound: the bytes are gone.
            StorageUnavailable: they cannot be read now.
        """
        return self._library.store.stream(row.key)

    def hold(self, row: LibraryRow) -> AbstractAsyncContextManager[Path]:
        """A file of this machine with the bytes, which stays until the block ends.

        Raises:
            NotFound: the bytes are gone.
            StorageUnavailable: they cannot be read now.
        """
        return self._library.store.hold(row.key)

    def link(self, row: LibraryRow, disposition: str) -> str | None:
        """Where the file is read without this server, answered with that `Content-Disposition`; None: nowhere."""
        return self._library.store.url(row.key, media_type=row.media_type, disposition=disposition)

    async def _inspect(self, path: Path) -> Received:
        try:
            return await self._pool.run(inspect, path)
        except MediaError as error:
            detail = "The file could not be decoded within the limits of this server. Send a smaller one."
            raise InvalidInput(detail, [Fault("/file", detail)]) from error


def tags_after(row: LibraryRow, change: Change) -> list[str]:
    """The tags that a record has after a change, the main one first: `tags` are all of them, `tag` is the main one."""
    tags = list(dict.fromkeys(row.tags if change.tags is None else change.tags))
    if not change.tag:
        return tags or [row.tag]
    rest = tags[1:] if change.tags is None else tags
    return list(dict.fromkeys([change.tag, *rest]))


def checked_metadata(given: Mapping[str, Any]) -> Mapping[str, Any]:
    """Metadata that a user sets, when it can be stored and is theirs to set.

    Raises:
        InvalidInput: it holds what JSON cannot, is longer than 64 KB, or sets what SFD sets.
    """
    taken = sorted(SET_BY_SFD & given.keys())
    if taken:
        raise InvalidInput(
            f"SFD itself sets {', '.join(taken)}. Use other names.",
            [Fault(f"/metadata/{name}", "is set by SFD") for name in taken],
        )
    try:
        size = len(json.dumps(given, ensure_ascii=False, allow_nan=False).encode())
    except (ValueError, RecursionError) as error:
        raise _bad_metadata("holds what JSON in UTF-8 cannot: NaN, Infinity, or half a character") from error
    if size > MOST_FIELD_BYTES:
        raise _bad_metadata(f"is longer than {MOST_FIELD_BYTES // 1024} KB")
    return given


def _bad_metadata(what: str) -> InvalidInput:
    return InvalidInput(f"The metadata {what}.", [Fault("/metadata", what)])


def _refuse_other_type(form: UploadForm, seen: Received) -> None:
    if form.asset_type != seen.kind:
        raise UnsupportedMedia(
            f"The file is {words_for(seen.media_type)}, so its asset_type is {seen.kind}, not {form.asset_type}."
        )


def _refuse_torn(row: LibraryRow, size: int) -> None:
    if size != row.size:
        raise StorageUnavailable(
            f"The stored file of {row.id} has {size} of its {row.size} bytes. Restore it from a backup."
        )


def _not_found(asset_id: str) -> NotFound:
    return NotFound(f"There is no library asset {asset_id!r}.")


def _in_use(asset_id: str, users: Sequence[str]) -> Conflict:
    more = f" and {len(users) - _NAMED_USERS} more" if len(users) > _NAMED_USERS else ""
    named = "; ".join(users[:_NAMED_USERS]) + more
    return Conflict(f"{asset_id} is in use: {named}. Add ?force=true to delete it all the same.", {"used_by": named})
