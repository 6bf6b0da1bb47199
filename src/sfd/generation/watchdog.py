"""A watchdog: work that the engine gave up or lost, although its job has not ended, is handed out again.

A full disk or a database that went away can keep the engine from noting how a workflow ended. Its job would wait for
ever. Handing it out again is safe: whatever it did is in the records, and what is paid for is guarded by its attempt.
"""

import asyncio
import time
from collections.abc import Collection
from dataclasses import dataclass

import structlog
from dbos import DBOSClient
from dbos._dbos import _get_dbos_instance  # pyright: ignore[reportPrivateUsage] - DBOS tells nobody what it has in hand
from dbos._error import DBOSException
from dbos._utils import GlobalParams

from sfd.db.session import Database, translated_errors
from sfd.db.upkeep import active_jobs
from sfd.generation.run_driver import work_name

LOOK_SECONDS = 10.0
MOST_AT_ONCE = 1000
GIVEN_UP = ("ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED")

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class _Row:
    """What the engine knows of a piece of work."""

    name: str
    queue: str
    status: str


class Watchdog:
    """Looks every `look_seconds`."""

    def __init__(self, database: Database, *, look_seconds: float = LOOK_SECONDS) -> None:
        self._database = database
        self._look_seconds = look_seconds
        self._next_look = 0.0
        self._suspected: set[str] = set()

    async def gone(self, client: DBOSClient | None, runs: Collection[str]) -> set[str]:
        """Revive what was given up or lost. Returns those of the `runs` that the engine does not know at all.

        Raises:
            StorageUnavailable, DatabaseBusy: the database cannot be used.
        """
        if client is None or time.monotonic() < self._next_look:
            return set()
        self._next_look = time.monotonic() + self._look_seconds
        with translated_errors():
            known = await asyncio.to_thread(_known, client, runs)
            given_up = await asyncio.to_thread(_given_up, client)
            await self._revive(client, [row for row in given_up if row.status in GIVEN_UP])
            await self._revive(client, await asyncio.to_thread(self._lost_here, client))
        return set(runs) - known

    def _lost_here(self, client: DBOSClient) -> list[_Row]:
        """Work that is this process's and not in its hands: seen so twice, for it may just be changing them."""
        live = _in_hand()
        mine = _rows(client, "PENDING", executor_id=GlobalParams.executor_id)
        idle = {row.name for row in mine if row.name not in live}
        lost = [row for row in mine if row.name in idle & self._suspected]
        self._suspected = idle
        return lost

    async def _revive(self, client: DBOSClient, rows: list[_Row]) -> None:
        """Hand out again what belongs to jobs that have not ended."""
        if not rows:
            return
        async with self._database.read() as connection:
            active = await active_jobs(connection, [row.name.partition("#")[0] for row in rows])
        wanted = {work_name(job) for job in active}
        for row in rows:
            if row.name in wanted:
                log.warning("work that the engine gave up is handed out again", work=row.name, status=row.status)
                try:
                    await asyncio.to_thread(_hand_out_again, client, row)
                except DBOSException as error:  # it changed meanwhile: the next look sees how
                    log.warning("not handed out yet", work=row.name, error=str(error))


def _hand_out_again(client: DBOSClient, row: _Row) -> None:
    if row.status in GIVEN_UP:
        client.rewind_workflow(row.name, start_step=1, queue_name=row.queue)
    else:
        client.resume_workflows([row.name], queue_name=row.queue)


def _in_hand() -> set[str]:
    """Names of the work that runs in this process."""
    active = _get_dbos_instance()._active_workflows_set  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - the same
    return set(active.activeList())


def _given_up(client: DBOSClient) -> list[_Row]:
    return _rows(client, *GIVEN_UP)


def _known(client: DBOSClient, runs: Collection[str]) -> set[str]:
    if not runs:
        return set()
    found = client.list_workflows(workflow_ids=list(runs), load_input=False, load_output=False)
    return {row.workflow_id for row in found}


def _rows(client: DBOSClient, *statuses: str, executor_id: str | None = None) -> list[_Row]:
    found = client.list_workflows(
        status=list(statuses), executor_id=executor_id, limit=MOST_AT_ONCE, load_input=False, load_output=False
    )
    return [_Row(row.workflow_id, row.queue_name or "", str(row.status)) for row in found if row.queue_name]
