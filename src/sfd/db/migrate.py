"""Bring a database to the current schema."""

from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from filelock import FileLock
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from sfd.db.session import database_error, is_postgresql, postgresql_url, prepare_sqlite_connection

LONGEST_MIGRATION_SECONDS = 600
_ONE_AT_A_TIME = 0x5FD_0001  # the number of the advisory lock under which PostgreSQL is migrated


def migrate(url: str) -> None:
    """Upgrade the database at `url` to the newest revision; does nothing when it is there already.

    Foreign keys are off while tables are rebuilt: SQLite would otherwise delete rows that refer to them. Several
    processes may start at once: one migrates and the others wait for it.

    Raises:
        InvalidInput: the URL names neither SQLite nor PostgreSQL.
        StorageUnavailable: the database cannot be opened.
        DatabaseBusy: another process holds it.
    """
    engine = _engine(url)
    config = alembic_config()
    try:
        with engine.connect() as connection:
            if _is_current(connection, config):
                return
        with _alone(engine), engine.connect() as connection:
            if _is_current(connection, config):
                return
            if engine.dialect.name == "postgresql":
                connection.execute(text(f"SELECT pg_advisory_lock({_ONE_AT_A_TIME})"))
                connection.commit()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            connection.commit()
            if engine.dialect.name == "sqlite":
                connection.execute(text("PRAGMA foreign_key_check"))
    except DBAPIError as error:
        if (known := database_error(error)) is not None:
            raise known from error
        raise
    finally:
        engine.dispose()


def _alone(engine: Engine) -> AbstractContextManager[object]:
    """One process at a time on SQLite, by a lock file beside the database; PostgreSQL has locks of its own."""
    file = engine.url.database
    if engine.dialect.name != "sqlite" or not file or file == ":memory:":
        return nullcontext()
    return FileLock(f"{file}.migrating", timeout=LONGEST_MIGRATION_SECONDS)


def _is_current(connection: Connection, config: Config) -> bool:
    head = ScriptDirectory.from_config(config).get_current_head()
    current = MigrationContext.configure(connection).get_current_revision()
    connection.rollback()
    return current == head


def newest_revision() -> str:
    """The revision that this version of SFD needs."""
    return str(ScriptDirectory.from_config(alembic_config()).get_current_head())


def alembic_config() -> Config:
    """Where the migrations are."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    return config


def _engine(url: str) -> Engine:
    if is_postgresql(url):
        return create_engine(postgresql_url(url), poolclass=NullPool, connect_args={"connect_timeout": 10})
    engine = create_engine(url)
    event.listen(engine, "connect", _prepare_for_migration)
    return engine


def _prepare_for_migration(connection: Any, record: object) -> None:
    prepare_sqlite_connection(connection, record)
    connection.execute("PRAGMA foreign_keys=OFF")
