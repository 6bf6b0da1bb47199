"""The object store on a local disk.

Every write is flushed before it gets its name and again with its name, so that neither a killed process nor a power cut
leaves half an object under a key. Symbolic links are never followed out of the store.
"""

import asyncio
import errno
import os
import secrets
import shutil
import time
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from sfd.domain.errors import NotFound, OutOfSpace, StorageUnavailable
from sfd.storage.object_store import StoredObject, checked_key, lost

_PIECE = 1024 * 1024
_INCOMING = ".incoming"


class DiskStore:
    """Objects as files in a folder."""

    def __init__(self, root: Path) -> None:
        """Use `root`, created if it is missing.

        Raises:
            StorageUnavailable: `root` cannot be created.
        """
        try:
            (root / _INCOMING).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StorageUnavailable(f"The asset library cannot be kept in {root}: {error}. Set DATA_DIR.") from error
        self._root = root.resolve()
        self._incoming = self._root / _INCOMING

    @property
    def place(self) -> str:
        """The folder."""
        return f"the folder {self._root}"

    def hasty(self) -> "DiskStore":
        """A disk does not become available by waiting: the store itself."""
        return self

    async def put_file(self, key: str, source: Path, media_type: str) -> None:
        """Store a file; a disk has no place for its media type."""
        del media_type

        def write(part: Path) -> None:
            shutil.copyfile(source, part)

        await asyncio.to_thread(self._put, self._path(key), write)

    async def put_bytes(self, key: str, data: bytes, media_type: str) -> None:
        """Store a few bytes."""
        del media_type

        def write(part: Path) -> None:
            part.write_bytes(data)

        await asyncio.to_thread(self._put, self._path(key), write)

    async def get_bytes(self, key: str) -> bytes:
        """A small object, whole."""
        return b"".join([piece async for piece in self.stream(key)])

    async def head(self, key: str) -> int:
        """The size of an object."""
        return (await asyncio.to_thread(self._there, key)).stat().st_size

    async def exists(self, key: str) -> bool:
        """Whether there is such an object."""
        return await asyncio.to_thread(self._path(key).is_file)

    async def stream(self, key: str, start: int = 0, end: int | None = None) -> AsyncGenerator[bytes]:
        """The bytes of an object, or of a part of it."""
        descriptor = await asyncio.to_thread(self._open, key)
        try:
            size = os.fstat(descriptor).st_size
            stop = size if end is None else min(end, size)
            if start > stop:
                raise StorageUnavailable(f"The object {key} has {size} bytes, and none from {start} on.")
            while start < stop:
                piece = await asyncio.to_thread(os.pread, descriptor, min(_PIECE, stop - start), start)
                if not piece:
                    raise StorageUnavailable(f"The object {key} became shorter while it was read.")
                start += len(piece)
                yield piece
        except OSError as error:
            raise _unreadable(error) from error
        finally:
            os.close(descriptor)

    async def local_copy(self, key: str) -> Path:
        """The object's own file."""
        return await asyncio.to_thread(self._there, key)

    @asynccontextmanager
    async def hold(self, key: str) -> AsyncGenerator[Path]:
        """The object's own file."""
        yield await self.local_copy(key)

    def url(self, key: str, *, media_type: str = "", disposition: str = "") -> str | None:
        """None: a disk is not on the web."""
        del key, media_type, disposition

    async def delete(self, key: str) -> None:
        """Remove an object, if it is there."""
        try:
            await asyncio.to_thread(self._path(key).unlink, missing_ok=True)
        except OSError as error:
            raise _unwritable(error) from error

    async def list(self, prefix: str) -> AsyncGenerator[StoredObject]:
        """The objects below a folder, by their key."""
        for found in await asyncio.to_thread(self._walk, prefix):
            yield found

    async def remove_unfinished(self, seconds: float) -> int:
        """Remove what killed processes left half written."""
        return await asyncio.to_thread(self._sweep, time.time() - seconds)

    async def answers(self) -> None:
        """Try whether the folder can be written."""

        def write() -> None:
            part = self._part()
            try:
                part.write_bytes(b"1")
            finally:
                part.unlink(missing_ok=True)

        try:
            await asyncio.to_thread(write)
        except OSError as error:
            raise _unwritable(error) from error

    async def close(self) -> None:
        """There is nothing to let go of."""

    def _put(self, target: Path, write: Callable[[Path], None]) -> None:
        try:
            part = self._part()
            try:
                write(part)
                flush_file(part)
                made = _missing_folders(target.parent)
                target.parent.mkdir(parents=True, exist_ok=True)
                part.replace(target)
                for folder in {target.parent, *(one.parent for one in made)}:
                    flush_file(folder)
            finally:
                part.unlink(missing_ok=True)
        except OSError as error:
            raise _unwritable(error) from error

    def _part(self) -> Path:
        """A name in a folder that is made again, should the library have been moved away."""
        self._incoming.mkdir(parents=True, exist_ok=True)
        return self._incoming / f"{secrets.token_hex(12)}.part"

    def _open(self, key: str) -> int:
        try:
            return os.open(self._path(key), os.O_RDONLY | os.O_NOFOLLOW)
        except FileNotFoundError as error:
            raise lost(key) from error
        except OSError as error:
            raise _unreadable(error) from error

    def _there(self, key: str) -> Path:
        path = self._path(key)
        if not path.is_file():
            raise lost(key)
        return path

    def _path(self, key: str) -> Path:
        path = self._root / checked_key(key)
        if path.resolve() != path:
            raise NotFound(f"{key!r} is not a key of this store.")
        return path

    def _walk(self, prefix: str) -> Sequence[StoredObject]:
        folder = self._root / prefix.strip("/")
        if not folder.resolve().is_relative_to(self._root):
            return []
        return sorted(self._files(folder), key=lambda one: one.key)

    def _files(self, folder: Path) -> Iterator[StoredObject]:
        for parent, folders, names in os.walk(folder):
            folders[:] = [one for one in folders if not one.startswith(".")]
            for name in names:
                path = Path(parent, name)
                with suppress(FileNotFoundError):  # deleted in between
                    if not path.is_symlink():
                        yield StoredObject(path.relative_to(self._root).as_posix(), path.stat().st_size)

    def _sweep(self, before: float) -> int:
        removed = 0
        for part in self._incoming.glob("*.part"):
            with suppress(FileNotFoundError):
                if part.stat().st_mtime < before:
                    part.unlink()
                    removed += 1
        return removed


def flush_file(path: Path) -> None:
    """Force a file's bytes, or a folder's names, to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _missing_folders(folder: Path) -> list[Path]:
    return [one for one in (folder, *folder.parents) if not one.exists()]


def is_full(error: OSError) -> bool:
    """Whether the disk has no room."""
    return error.errno in (errno.ENOSPC, errno.EDQUOT)


def out_of_space() -> OutOfSpace:
    """The error for a full disk."""
    return OutOfSpace("The disk that holds the asset library is full. Free some space, then resume; nothing is lost.")


def _unwritable(error: OSError) -> StorageUnavailable:
    return out_of_space() if is_full(error) else StorageUnavailable(f"The asset library cannot be written: {error}")


def _unreadable(error: OSError) -> StorageUnavailable:
    return StorageUnavailable(f"The asset library cannot be read: {error}")
