"""Removing the engine's own records of work whose run has ended: the jobs keep everything that anyone asks for."""

import asyncio
from collections.abc import Collection, Iterator

from dbos import DBOSClient
from sqlalchemy import inspect

from sfd.db.session import translated_errors
from sfd.generation.watchdog import GIVEN_UP
from sfd.generation.workflow import engine_for

ROWS_AT_ONCE = 500
FINISHED = ("SUCCESS", *GIVEN_UP)


async def forget_finished(database_url: str, active_runs: Collection[str], *, dry_run: bool) -> int:
    """Remove finished workflows, those of `active_runs` excepted; with `dry_run` only count them. Returns how many.

    Raises:
        StorageUnavailable, DatabaseBusy: the database cannot be used.
    """
    with translated_errors():
        return await asyncio.to_thread(_forget, database_url, frozenset(active_runs), dry_run=dry_run)


def _forget(database_url: str, active_runs: Collection[str], *, dry_run: bool) -> int:
    sql = engine_for(database_url)
    try:
        schema = None if sql.dialect.name == "sqlite" else "dbos"
        if not inspect(sql).has_table("workflow_status", schema=schema):
            return 0  # nothing ever ran here
        client = DBOSClient(system_database_engine=sql, application_name="sfd")
        try:
            names = [name for name in _finished(client) if run_of(name) not in active_runs]
            for start in range(0, 0 if dry_run else len(names), ROWS_AT_ONCE):
                client.delete_workflows(names[start : start + ROWS_AT_ONCE])
            return len(names)
        finally:
            client.destroy()
    finally:
        sql.dispose()


def _finished(client: DBOSClient) -> Iterator[str]:
    """The name of every finished workflow."""
    offset = 0
    while True:
        rows = client.list_workflows(
            status=list(FINISHED), limit=ROWS_AT_ONCE, offset=offset, load_input=False, load_output=False
        )
        yield from (row.workflow_id for row in rows)
        if len(rows) < ROWS_AT_ONCE:
            return
        offset += ROWS_AT_ONCE


def run_of(name: str) -> str:
    """The id of the run that a piece of work belongs to."""
    return name.partition("#")[0].partition(":")[0]
