"""The database: one engine, read and write transactions, and its failures as SFD errors."""

import sqlite3
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from sfd.domain.errors import DatabaseBusy, InvalidInput, OutOfSpace, SfdError, StorageUnavailable

BUSY_TIMEOUT_SECONDS = 30
FROZEN_HOLDER_SECONDS = 15
POOL_SIZE, POOL_OVERFLOW = 5, 5
_READING: dict[str, dict[str, Any]] = {
    "sqlite": {"sfd_read_only": True},
    "postgresql": {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True},
}
_BUSY_STATES = ("40001", "40P01", "55P03")  # serialization failure, deadlock, lock timeout
_FULL_STATES = ("53100",)


class Database:
    """Opens transactions. What one of them reads is of one moment, and locks end by themselves.

    SQLite: `write` takes the write lock at once, so that nobody fails half-way. PostgreSQL: writers lock the rows they
    change, always a drama before its jobs, and a job before its attempt and its budgets.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._reader = engine.execution_options(**_READING[engine.dialect.name])

    @classmethod
    def connect(cls, url: str) -> "Database":
        """A database at `url`, a SQLAlchemy URL without a driver. Nothing is opened yet.

        Raises:
            InvalidInput: it is neither SQLite nor PostgreSQL.
        """
        if is_postgresql(url):
            return cls(create_async_engine(postgresql_url(url), **postgresql_options()))
        engine = create_async_engine(make_url(url).set(drivername="sqlite+aiosqlite"))
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
        if isinstance(error, PoolTimeout):
            raise DatabaseBusy("Every connection to the database is in use. Nothing was changed; try again.") from error


def database_error(error: DBAPIError) -> SfdError | None:
    """The SFD error for a driver error, or None when it is a defect of ours."""
    state = getattr(error.orig, "sqlstate", None)
    if state in _BUSY_STATES:
        return DatabaseBusy("Another process changed the same rows at the same time. Nothing was changed; try again.")
    text = str(error.orig).lower()
    if state is None and ("locked" in text or "busy" in text):
        return DatabaseBusy(
            f"Another process kept the database locked for {BUSY_TIMEOUT_SECONDS} s. Nothing was changed; try again."
        )
    if state in _FULL_STATES or "disk is full" in text or "no space left" in text:
        return OutOfSpace("The disk that holds the database is full. Free some space and try again; nothing was lost.")
    if isinstance(error, OperationalError) or error.connection_invalidated:
        return StorageUnavailable(f"The database cannot be used: {error.orig}. Check DATA_DIR or DATABASE_URL.")
    return None


def is_postgresql(url: str) -> bool:
    """Whether a URL names a PostgreSQL database rather than SQLite.

    Raises:
        InvalidInput: it names something else, or is no URL.
    """
    try:
        backend = make_url(url.replace("postgres://", "postgresql://", 1)).get_backend_name()
    except ArgumentError as error:
        raise InvalidInput("DATABASE_URL is no URL. Use postgresql://user:password@host/database.") from error
    if backend not in ("sqlite", "postgresql"):
        raise InvalidInput(f"DATABASE_URL names {backend}; SFD uses SQLite or PostgreSQL (postgresql://…).")
    return backend == "postgresql"


def postgresql_url(url: str) -> URL:
    """The same database with the driver that SFD uses."""
    return make_url(url.replace("postgres://", "postgresql://", 1)).set(drivername="postgresql+psycopg")


def postgresql_options() -> dict[str, Any]:
    """How a pool connects to PostgreSQL.

    A connection is tried before it is used, so that a restarted server is not noticed; a dead one is given up within
    15 s; and a process that is stopped in mid-transaction loses its locks.
    """
    return {
        "pool_size": POOL_SIZE,
        "max_overflow": POOL_OVERFLOW,
        "pool_pre_ping": True,
        "connect_args": postgresql_arguments(idle_in_transaction_session_timeout=f"{FROZEN_HOLDER_SECONDS}s"),
    }


def postgresql_arguments(**settings: str) -> dict[str, Any]:
    """Arguments of one connection: libpq's, and the server's settings for it."""
    given = {"lock_timeout": f"{BUSY_TIMEOUT_SECONDS}s", **settings}
    return {
        "connect_timeout": 10,
        "keepalives_idle": 5,
        "keepalives_interval": 2,
        "keepalives_count": 3,
        "tcp_user_timeout": FROZEN_HOLDER_SECONDS * 1000,
        "options": " ".join(f"-c {name}={value}" for name, value in given.items()),
    }


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
