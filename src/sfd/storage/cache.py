"""Copies of objects on this machine's disk, the oldest of which go when they take too much room.

Several processes may share the folder. Who holds a file has a shared lock on it, which ends with its process however
that ends; a file is removed only under an exclusive lock.
"""

import fcntl
import hashlib
import os
import secrets
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from sfd.storage.disk import flush_file

JUST_HANDED_OUT = 600.0
_PARTS_LIVE = 86_400.0
_PART = ".part"


@dataclass(frozen=True)
class Held:
    """A file that stays until it is let go of."""

    path: Path
    descriptor: int

    def release(self) -> None:
        """Let go of it."""
        os.close(self.descriptor)


class LocalCache:
    """Files by the key of their object. None that is held, or was asked for within ten minutes, is removed."""

    def __init__(self, folder: Path, limit_bytes: int) -> None:
        """Keep up to `limit_bytes` in `folder`, which is made when it is needed."""
        self._folder = folder
        self._limit = limit_bytes

    def take(self, key: str) -> Held | None:
        """Hold the copy of an object; None: there is none."""
        path = self._path(key)
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
        except FileNotFoundError:
            return None
        fcntl.flock(descriptor, fcntl.LOCK_SH)
        if not _is_still(path, descriptor):
            os.close(descriptor)
            return None
        os.utime(descriptor)
        return Held(path, descriptor)

    def new_part(self) -> Path:
        """A name for a copy that is being fetched."""
        self._folder.mkdir(parents=True, exist_ok=True)
        return self._folder / f"{secrets.token_hex(12)}{_PART}"

    def add(self, part: Path, key: str) -> Held | None:
        """Make a whole, checked part the copy of an object and hold it, then make room. None: it was just removed."""
        flush_file(part)
        part.replace(self._path(key))
        held = self.take(key)
        self.make_room()
        return held

    def make_room(self) -> None:
        """Remove copies, those first that were not asked for longest, until all take no more than the limit."""
        found = sorted(self._copies())
        total = sum(size for _, size, _ in found)
        for asked_at, size, path in found:
            if total <= self._limit or asked_at > time.time() - JUST_HANDED_OUT:
                return
            if _removed(path):
                total -= size

    def _copies(self) -> list[tuple[float, int, Path]]:
        """When each was last asked for, its size and path. Parts that dead processes left are removed."""
        found: list[tuple[float, int, Path]] = []
        for path in self._folder.iterdir():
            with suppress(FileNotFoundError):
                seen = path.stat()
                if path.suffix != _PART:
                    found.append((seen.st_mtime, seen.st_size, path))
                elif seen.st_mtime < time.time() - _PARTS_LIVE:
                    path.unlink()
        return found

    def _path(self, key: str) -> Path:
        return self._folder / (hashlib.sha256(key.encode()).hexdigest() + PurePosixPath(key).suffix)


def _is_still(path: Path, descriptor: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False


def _removed(path: Path) -> bool:
    """Remove a copy that nobody holds; False: somebody does."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    except FileNotFoundError:
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if _is_still(path, descriptor):
            path.unlink()
    except BlockingIOError:
        return False
    finally:
        os.close(descriptor)
    return True
