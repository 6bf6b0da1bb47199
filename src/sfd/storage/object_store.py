"""The object store: immutable objects under keys, on disk through obstore.

Adds what the library leaves out on a local disk: every write is flushed to the platter before it is
acknowledged, and symbolic links are never followed out of the store.
"""

import asyncio
import errno
import os
import re
from pathlib import Path

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore

from sfd.domain.errors import NotFound, OutOfSpace, StorageUnavailable

_KEY = re.compile(r"^[a-z0-9][A-Za-z0-9_-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)+$")


class ObjectStore:
    """Objects on a local disk. Keys are made by SFD of ids and hashes; a name from outside is never a key."""

    def __init__(self, root: Path) -> None:
        """Use `root`, created if it is missing.

        Raises:
            StorageUnavailable: `root` cannot be created.
        """
        try:
            root.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StorageUnavailable(f"The asset library cannot be kept in {root}: {error}. Set DATA_DIR.") from error
        self._root = root.resolve()
        self._store = LocalStore(self._root, automatic_cleanup=False)

    async def put_file(self, key: str, source: Path) -> None:
        """Store a file under `key`; durable when this returns. The same key always holds the same bytes.

        Raises:
            OutOfSpace: the disk is full.
            StorageUnavailable: it cannot be written.
        """
        target = self._path(key)
        try:
            await obstore.put_async(self._store, key, source)
            await asyncio.to_thread(_flush, target)
        except (BaseError, OSError) as error:
            raise _storage_error(error) from error

    async def exists(self, key: str) -> bool:
        """Whether the object is there."""
        return await asyncio.to_thread(self._path(key).is_file)

    def local_path(self, key: str) -> Path:
        """Where the object lies on this disk.

        Raises:
            NotFound: there is no such object.
        """
        path = self._path(key)
        if not path.is_file():
            raise NotFound(f"The object {key} is not in the store. Its bytes were lost or removed.")
        return path

    def _path(self, key: str) -> Path:
        path = self._root / key
        if not _KEY.match(key) or path.resolve() != path:
            raise NotFound(f"{key!r} is not a key of this store.")
        return path


def flush_file(path: Path) -> None:
    """Force a file's bytes to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _flush(path: Path) -> None:
    flush_file(path)
    flush_file(path.parent)


def _storage_error(error: Exception) -> StorageUnavailable:
    if getattr(error, "errno", None) == errno.ENOSPC or "No space left" in str(error):
        return OutOfSpace(
            "The disk that holds the asset library is full. Free some space, then resume; nothing is lost."
        )
    return StorageUnavailable(f"The asset library cannot be written: {error}")
