"""The database: one engine, read and write transactions, and its failures as SFD errors."""

import sqlite3
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from sfd.domain.errors import DatabaseBusy, OutOfSpace, SfdError, StorageUnavailable

BUSY_TIMEOUT_SECONDS = 30
_ASYNC_DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg"}


class Database:
    """Opens transactions. `write` takes SQLite's write lock at once, so that nobody fails half-way."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._reader = engine.execution_options(sfd_read_only=True)

    @classmethod
    def connect(cls, url: str) -> "Database":
        """A database at `url`, a SQLAlchemy URL without a driver. Nothing is opened yet."""
        parsed = make_url(url)
        backend = parsed.get_backend_name()
        engine = create_async_engine(parsed.set(drivername=_ASYNC_DRIVERS.get(backend, parsed.drivername)))
        if backend == "sqlite":
            event.listen(engine.sync_engine, "connect", prepare_sqlite_connection)
            event.listen(engine.sync_engine, "begin", _begin_immediate)
        return cls(engine)

    @asynccontextmanager
    async def read(self) -> AsyncGenerator[AsyncConnection]:
        """A transaction that only reads."""
        with translated_errors():
            async with self._reader.begin() as connection:
                yield connection

    @asynccontextmanager
    async def write(self) -> AsyncGenerator[AsyncConnection]:
        """A transaction that commits when the block ends and rolls back when it raises."""
        with translated_errors():
            async with self._engine.begin() as connection:
                yield connection

    async def close(self) -> None:
        """Give every connection back."""
        await self._engine.dispose()


class translated_errors:  # noqa: N801 - used as a context manager, reads as a function
    """Turn driver failures into SFD errors: locked, full disk, unreachable."""

    def __enter__(self) -> None:
        """Nothing to prepare."""

    def __exit__(self, kind: object, error: BaseException | None, traceback: object) -> None:
        """Raise the SFD error that a driver error stands for."""
        if isinstance(error, DBAPIError) and (known := database_error(error)) is not None:
            raise known from error


def database_error(error: DBAPIError) -> SfdError | None:
    """The SFD error for a driver error, or None when it is a defect of ours."""
    text = str(error.orig).lower()
    if "locked" in text or "busy" in text:
        return DatabaseBusy(
            f"Another process kept the database locked for {BUSY_TIMEOUT_SECONDS} s. Nothing was changed; try again."
        )
    if "disk is full" in text or "no space left" in text:
        return OutOfSpace("The disk that holds the database is full. Free some space and try again; nothing was lost.")
    if isinstance(error, OperationalError):
        return StorageUnavailable(f"The database cannot be used: {error.orig}. Check DATA_DIR or DATABASE_URL.")
    return None


def prepare_sqlite_connection(connection: Any, _record: object) -> None:
    """Set what SQLite forgets between connections; write-ahead log, and a commit survives a power cut."""
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout={BUSY_TIMEOUT_SECONDS * 1000}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_immediate(connection: Any) -> None:
    read_only = connection.get_execution_options().get("sfd_read_only", False)
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")


def make_database_directory(path: Path) -> None:
    """Create the folder of an embedded database, or say clearly why it cannot be used.

    Raises:
        StorageUnavailable: the folder cannot be created or written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        sqlite3.connect(path).close()
    except (OSError, sqlite3.Error) as error:
        raise StorageUnavailable(
            f"The data directory {path.parent} cannot be written ({error}). Set DATA_DIR to a folder you may write."
        ) from error
