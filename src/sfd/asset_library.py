"""The asset library: everything that was made or brought, kept by content, found by its lineage.

Beside the bytes every record lies in the store as well, as a sidecar `meta/USER/ASSET.json`, so that a library can be
told from its bucket alone.
"""

import asyncio
import hashlib
import json
import mimetypes
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from sfd.db import blobs, library, sidecars
from sfd.db.blobs import BlobRow, BlobState
from sfd.db.library import LibraryRow
from sfd.db.session import Database
from sfd.domain.clock import now_ms
from sfd.domain.errors import InvalidInput, NotFound, QuotaExceeded, SfdError, StorageUnavailable
from sfd.domain.ids import new_id
from sfd.storage.object_store import ObjectStore

BLOBS, SIDECARS, THUMBNAILS = "blobs", "meta", "thumbs"
SIDECAR_FORMAT = 1

_EXTENSIONS = {
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/webp": "webp",
    "video/mp4": "mp4",
    "application/x-subrip": "srt",
    "text/vtt": "vtt",
    "application/json": "json",
}
_TYPES = {"image": "image", "video": "video", "audio": "audio"}

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class StoredBlob:
    """Bytes that are in the store."""

    sha256: str
    key: str
    size: int
    media_type: str


class AssetLibrary:
    """Stores files and their records. Bytes are written before any record says that they are there."""

    def __init__(self, database: Database, store: ObjectStore) -> None:
        self._database = database
        self.store = store

    async def store_blob(self, user_id: str, source: Path, media_type: str, *, quota: int | None = None) -> StoredBlob:
        """Put a file's bytes into the store, once per user and content. `quota` is all that the user may store.

        Raises:
            QuotaExceeded: with these bytes the user would have more than that.
            StorageUnavailable: the bytes cannot be written now.
        """
        sha256, size = await asyncio.to_thread(_sha256_and_size, source)
        wanted = BlobRow(user_id, sha256, blob_key(user_id, sha256, media_type), size, media_type, BlobState.PENDING)
        other_key = blob_key(user_id, f"{sha256}-{secrets.token_hex(4)}", media_type)
        async with self._database.write() as connection:
            if quota is not None:
                await _refuse_above(connection, wanted, quota)
            blob = await blobs.want_blob(connection, wanted, other_key, now_ms())
            shared = await blobs.is_named(connection, user_id, sha256)
        # Bytes that only deleted records name are stored anew: they may have been deleted because they are damaged
        if blob.state != BlobState.READY or not shared or not await self._is_whole(blob):
            await self.store.put_file(blob.key, source, blob.media_type)
        return StoredBlob(sha256, blob.key, size, blob.media_type)

    async def _is_whole(self, blob: BlobRow) -> bool:
        try:
            return await self.store.head(blob.key) == blob.size
        except NotFound:
            return False

    async def note(self, *asset_ids: str) -> None:
        """Write the sidecars of records that changed. What cannot be written now stays owed, and upkeep writes it."""
        try:
            await asyncio.gather(*(self.write_sidecar(one) for one in asset_ids))
        except SfdError as error:
            log.warning("a sidecar is owed", asset_ids=asset_ids, error=error.detail)

    async def write_sidecar(self, asset_id: str) -> None:
        """Write a record's sidecar; again, when the record changed meanwhile.

        Raises:
            StorageUnavailable: it cannot be written now.
        """
        written = 0
        while True:
            async with self._database.read() as connection:
                row = await sidecars.get_record(connection, asset_id)
            if row is None or row.version <= written:
                return
            await self.store.put_bytes(sidecar_key(row.user_id, row.id), sidecar_of(row), "application/json")
            written = row.version
            async with self._database.write() as connection:
                await sidecars.mark_noted(connection, asset_id, written)


async def add_to_library(
    connection: AsyncConnection,
    *,
    user_id: str,
    project: str,
    tag: str,
    provider: str,
    filename: str,
    blob: StoredBlob,
    meta: Mapping[str, Any],
) -> LibraryRow:
    """Record a stored blob as a library asset, inside the caller's transaction; `AssetLibrary.note` it afterwards.

    Raises:
        StorageUnavailable: the blob was stored so long ago that its bytes are being removed.
    """
    row = LibraryRow(
        id=new_id("asset"),
        user_id=user_id,
        project=project,
        type=library_type(blob.media_type),
        tag=tag,
        provider=provider,
        filename=filename,
        media_type=blob.media_type,
        size=blob.size,
        sha256=blob.sha256,
        key=blob.key,
        created_at=now_ms(),
        meta=meta,
    )
    if not await blobs.mark_blob_ready(connection, user_id, blob.sha256, blob.key, now_ms()):
        raise StorageUnavailable(
            "The file was stored, but removed before it was recorded. Nothing was kept; try again."
        )
    await library.insert_library_asset(connection, row)
    return row


def library_url(asset_id: str) -> str:
    """The path under which the API serves a library asset."""
    return f"/asset-library/{asset_id}"


def library_type(media_type: str) -> str:
    """`image`, `video`, `audio` or `text` for a media type."""
    return _TYPES.get(media_type.partition("/")[0], "text")


def extension_of(media_type: str) -> str:
    """The file extension for a media type, without a dot."""
    guessed = mimetypes.guess_extension(media_type) or ".bin"
    return _EXTENSIONS.get(media_type, guessed.removeprefix("."))


def blob_key(user_id: str, name: str, media_type: str) -> str:
    """Where a user's bytes lie in the store: `blobs/USER/12/1234….png`."""
    return f"{BLOBS}/{key_part(user_id)}/{name[:2]}/{name}.{extension_of(media_type)}"


def thumbnail_key(blob_key: str) -> str:
    """Where the thumbnail of a blob lies: under the same name, apart from the originals."""
    return f"{THUMBNAILS}{blob_key.removeprefix(BLOBS)}.webp"


def sidecar_key(user_id: str, asset_id: str) -> str:
    """Where a record's sidecar lies."""
    return f"{SIDECARS}/{key_part(user_id)}/{asset_id}.json"


def sidecar_of(row: LibraryRow) -> bytes:
    """A record as it is kept in the store: JSON in UTF-8."""
    fields = {**row.__dict__, "meta": dict(row.meta), "more_tags": list(row.more_tags)}
    return json.dumps({"format": SIDECAR_FORMAT, **fields}, ensure_ascii=False, indent=1).encode()


def row_of(sidecar: bytes) -> LibraryRow:
    """The record in a sidecar.

    Raises:
        InvalidInput: it is no sidecar of this version.
    """
    try:
        fields = json.loads(sidecar)
        if fields.pop("format") != SIDECAR_FORMAT:
            raise InvalidInput("The sidecar is of another version of SFD.")
        row = LibraryRow(**fields)
        return replace(row, more_tags=tuple(row.more_tags))
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise InvalidInput("The sidecar is damaged.") from error


def key_part(user_id: str) -> str:
    """A user id as part of a key: itself when it is plain, else its hash."""
    plain = user_id.isascii() and user_id.replace("-", "").replace("_", "").isalnum()
    return user_id if plain and user_id[0].isalnum() else hashlib.sha256(user_id.encode()).hexdigest()[:32]


async def _refuse_above(connection: AsyncConnection, wanted: BlobRow, quota: int) -> None:
    used = await blobs.used_bytes(connection, wanted.user_id)
    known = await blobs.get_blob(connection, wanted.user_id, wanted.sha256)
    if (known is None or known.state == BlobState.DELETING) and used + wanted.size > quota:
        raise QuotaExceeded(
            f"Your files take {used / 1e6:,.1f} of {quota / 1e6:,.1f} MB; this one has {wanted.size / 1e6:,.1f} MB. "
            "Delete some files first."
        )


def _sha256_and_size(path: Path) -> tuple[str, int]:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest(), file.tell()
