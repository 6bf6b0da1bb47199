"""The asset library: everything that was made or brought, kept by content, found by its lineage."""

import asyncio
import hashlib
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from sfd.db import library
from sfd.db.library import LibraryRow
from sfd.db.session import Database
from sfd.domain.clock import now_ms
from sfd.domain.ids import new_id
from sfd.storage.object_store import ObjectStore

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

    async def store_blob(self, user_id: str, source: Path, media_type: str) -> StoredBlob:
        """Put a file's bytes into the store, once per user and content.

        Raises:
            StorageUnavailable: the bytes cannot be written now.
        """
        sha256, size = await asyncio.to_thread(_sha256_and_size, source)
        key = f"blobs/{_key_part(user_id)}/{sha256[:2]}/{sha256}.{extension_of(media_type)}"
        stored = StoredBlob(sha256, key, size, media_type)
        async with self._database.write() as connection:
            state = await library.blob_state(connection, user_id, sha256)
            if state is None:
                await library.insert_blob(
                    connection,
                    user_id=user_id,
                    sha256=sha256,
                    key=key,
                    size=size,
                    media_type=media_type,
                    now=now_ms(),
                )
        if state != "ready" or not await self.store.exists(key):
            await self.store.put_file(key, source)
        return stored


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
    """Record a stored blob as a library asset, inside the caller's transaction."""
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
    await library.mark_blob_ready(connection, user_id, blob.sha256)
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


def _sha256_and_size(path: Path) -> tuple[str, int]:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest(), file.tell()


def _key_part(user_id: str) -> str:
    """A user id as part of a key: itself when it is plain, else its hash."""
    plain = user_id.isascii() and user_id.replace("-", "").replace("_", "").isalnum()
    return user_id if plain and user_id[0].isalnum() else hashlib.sha256(user_id.encode()).hexdigest()[:32]
