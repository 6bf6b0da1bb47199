"""The seam between SFD and where its bytes lie: objects that never change, under keys of SFD's own making.

`sfd.storage.disk` and `sfd.storage.bucket` implement it, and behave alike:

- what was put is durable when the put returns, and the same key always holds the same bytes;
- an object that is not there is `NotFound`; trouble of the store is waited out for as long as the store's patience
  lasts, and is `StorageUnavailable` after that;
- a name that came from outside is never a key.
"""

import re
from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from sfd.domain.errors import NotFound

_KEY = re.compile(r"[a-z0-9][A-Za-z0-9_-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)+")
_LONGEST_KEY = 900


@dataclass(frozen=True)
class StoredObject:
    """An object as it is listed."""

    key: str
    size: int


class ObjectStore(Protocol):
    """Immutable objects under keys."""

    @property
    def place(self) -> str:
        """Where the objects are, in words for an operator."""
        ...

    def hasty(self) -> "ObjectStore":
        """The same store for those whose user waits: it gives up on trouble after seconds, not minutes."""
        ...

    async def put_file(self, key: str, source: Path, media_type: str) -> None:
        """Store a file.

        Raises:
            OutOfSpace: the disk is full.
            StorageUnavailable: it cannot be stored now.
        """
        ...

    async def put_bytes(self, key: str, data: bytes, media_type: str) -> None:
        """Store a few bytes. Unlike a file's, they may be put again and differ.

        Raises:
            OutOfSpace: the disk is full.
            StorageUnavailable: they cannot be stored now.
        """
        ...

    async def get_bytes(self, key: str) -> bytes:
        """A small object, whole.

        Raises:
            NotFound: there is no such object.
            StorageUnavailable: it cannot be read now.
        """
        ...

    async def head(self, key: str) -> int:
        """The size of an object in bytes.

        Raises:
            NotFound: there is no such object.
            StorageUnavailable: it cannot be told now.
        """
        ...

    async def exists(self, key: str) -> bool:
        """Whether there is such an object.

        Raises:
            StorageUnavailable: it cannot be told now.
        """
        ...

    def stream(self, key: str, start: int = 0, end: int | None = None) -> AsyncGenerator[bytes]:
        """The bytes of an object from `start` up to and without `end`, piece by piece. All of them, or an error.

        Raises:
            NotFound: there is no such object.
            StorageUnavailable: it cannot be read now, or has no such part.
        """
        ...

    async def local_copy(self, key: str) -> Path:
        """A file of this machine with the object's bytes, to be read only and soon; `hold` one that is used for long.

        Raises:
            NotFound: there is no such object.
            OutOfSpace: the disk is full.
            StorageUnavailable: it cannot be fetched now.
        """
        ...

    def hold(self, key: str) -> AbstractAsyncContextManager[Path]:
        """A file of this machine with the object's bytes, which stays until the block ends. Raises as `local_copy`."""
        ...

    def url(self, key: str, *, media_type: str = "", disposition: str = "") -> str | None:
        """Where anybody who is told can read the object over HTTP for a while; None: nowhere.

        `media_type` and `disposition` are what the store answers as `Content-Type` and `Content-Disposition`.
        """
        ...

    async def delete(self, key: str) -> None:
        """Remove an object, if it is there.

        Raises:
            StorageUnavailable: it cannot be removed now.
        """
        ...

    def list(self, prefix: str) -> AsyncGenerator[StoredObject]:
        """The objects below `prefix`, which is a folder as `blobs/10000`, by their key.

        Raises:
            StorageUnavailable: they cannot be listed now.
        """
        ...

    async def remove_unfinished(self, seconds: float) -> int:
        """Remove what interrupted puts left that began longer than that ago; returns how much it was."""
        ...

    async def answers(self) -> None:
        """Try whether the store can be used at all, at next to no cost.

        Raises:
            StorageUnavailable: it cannot.
        """
        ...

    async def close(self) -> None:
        """Let go of it."""
        ...


def checked_key(key: str) -> str:
    """The key, when it is one.

    Raises:
        NotFound: it is none, and can lead out of the store.
    """
    if not _KEY.fullmatch(key) or len(key) > _LONGEST_KEY:
        raise NotFound(f"{key!r} is not a key of this store.")
    return key


def lost(key: str) -> NotFound:
    """The error for an object that is not there."""
    return NotFound(f"The object {key} is not in the store. Its bytes were lost or removed.")
