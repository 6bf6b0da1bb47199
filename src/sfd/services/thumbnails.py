"""Thumbnails of pictures and posters of films: made when first asked for, then kept beside the original."""

import asyncio
import secrets
from dataclasses import dataclass
from pathlib import Path

from sfd.asset_library import AssetLibrary, thumbnail_key
from sfd.db.library import LibraryRow
from sfd.domain.errors import MediaError, NotFound
from sfd.domain.owner import Owner
from sfd.media.pool import MediaPool
from sfd.media.thumbnail import MEDIA_TYPE, write_thumbnail
from sfd.services.library import LibraryService

SHOWN = ("image", "video")


@dataclass(frozen=True)
class Thumbnail:
    """A small picture. `tag` changes when the picture does."""

    data: bytes
    media_type: str
    tag: str


class Thumbnails:
    """Makes small pictures in the media pool."""

    def __init__(self, library: AssetLibrary, files: LibraryService, pool: MediaPool, spool: Path) -> None:
        self._library = library
        self._files = files
        self._pool = pool
        self._spool = spool

    async def get(self, owner: Owner, asset_id: str) -> Thumbnail:
        """The thumbnail of a picture, or the poster of a film.

        Raises:
            NotFound: the user has no such asset, it is neither picture nor film, or its bytes are gone.
            StorageUnavailable: it cannot be read or made now.
        """
        row = await self._files.get(owner, asset_id)
        if row.type not in SHOWN:
            raise NotFound(f"{asset_id} is {row.type}: there is no picture of it. Pictures and films have thumbnails.")
        key = thumbnail_key(row.key)
        try:
            data = await self._library.store.get_bytes(key)
        except NotFound:
            data = await self._made(row, key)
        return Thumbnail(data, MEDIA_TYPE, f"{row.sha256[:40]}-thumbnail")

    async def _made(self, row: LibraryRow, key: str) -> bytes:
        part = self._spool / f"thumbnail-{secrets.token_hex(8)}.part"
        try:
            async with self._library.store.hold(row.key) as source:
                await self._pool.run(write_thumbnail, source, row.media_type, part)
            data = await asyncio.to_thread(part.read_bytes)
        except MediaError as error:
            raise NotFound(f"No picture can be made of {row.id}: {error.detail}") from error
        finally:
            part.unlink(missing_ok=True)
        await self._library.store.put_bytes(key, data, MEDIA_TYPE)
        return data
