"""Bring a database to the current schema."""

from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from sfd.db.session import database_error, prepare_sqlite_connection

_SYNC_DRIVERS = {"sqlite": "sqlite", "postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg"}


def migrate(url: str) -> None:
    """Upgrade the database at `url` to the newest revision; does nothing when it is there already.

    Foreign keys are off while tables are rebuilt: SQLite would otherwise delete rows that refer to them.

    Raises:
        StorageUnavailable: the database cannot be opened.
        DatabaseBusy: another process holds it.
    """
    engine = _engine(url)
    config = alembic_config()
    try:
        with engine.connect() as connection:
            head = ScriptDirectory.from_config(config).get_current_head()
            if MigrationContext.configure(connection).get_current_revision() == head:
                return
            connection.rollback()
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


def alembic_config() -> Config:
    """Where the migrations are."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    return config


def _engine(url: str) -> Engine:
    parsed = make_url(url)
    backend = parsed.get_backend_name()
    engine = create_engine(parsed.set(drivername=_SYNC_DRIVERS.get(backend, parsed.drivername)))
    if backend == "sqlite":
        event.listen(engine, "connect", _prepare_for_migration)
    return engine


def _prepare_for_migration(connection: Any, record: object) -> None:
    prepare_sqlite_connection(connection, record)
    connection.execute("PRAGMA foreign_keys=OFF")
