"""A copy of the embedded database that is consistent although others write meanwhile."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy.engine import make_url

from sfd.domain.errors import Conflict, InvalidInput, OutOfSpace, StorageUnavailable


def back_up(database_url: str, target: Path) -> int:
    """Copy the database into a new file, as it is at one moment. Returns the size of the file.

    The file appears under its name when it is whole and on the disk.

    Raises:
        InvalidInput: the database is not SQLite; says what to use instead.
        Conflict: the file exists already.
        StorageUnavailable, OutOfSpace: it cannot be written.
    """
    url = make_url(database_url)
    if url.get_backend_name() != "sqlite" or not url.database:
        raise InvalidInput("`sfd backup` copies SQLite. Copy PostgreSQL with pg_dump; docs/operations.md says how.")
    if target.exists():
        raise Conflict(f"{target} exists already. Name a file that does not.")
    part = target.with_name(f"{target.name}.part")
    try:
        part.unlink(missing_ok=True)
        _copy(url.database, part)
        _flush(part)
        part.rename(target)
        _flush(target.parent)
        return target.stat().st_size
    except (OSError, sqlite3.Error) as error:
        part.unlink(missing_ok=True)
        kind = OutOfSpace if "full" in str(error).lower() else StorageUnavailable
        raise kind(f"{target} cannot be written: {error}.") from error


def _copy(source: str, target: Path) -> None:
    with closing(sqlite3.connect(source, timeout=30)) as connection:
        connection.execute("VACUUM INTO ?", (str(target),))


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
