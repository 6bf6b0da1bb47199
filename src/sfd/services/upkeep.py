"""Upkeep: removes what nothing needs any more. By hand with `sfd gc`, and daily in every process that works."""

import asyncio
import shutil
import time
from collections.abc import Awaitable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Protocol

import structlog

from sfd.config import Settings
from sfd.db import upkeep
from sfd.db.session import Database
from sfd.db.upkeep import Bounds, Sweep
from sfd.domain.clock import now_ms
from sfd.domain.errors import SfdError

HOUR_MS = 3600 * 1000
DAY_MS = 24 * HOUR_MS
KEPT_DELIVERY_DAYS = 30
SPOOL_AGE_SECONDS = 3600.0
FIRST_SECONDS = 600.0
EVERY_SECONDS = 24 * 3600.0


class ForgetWorkflows(Protocol):
    """Removes the engine's records of finished work, those of `active_runs` excepted."""

    def __call__(self, active_runs: Sequence[str], *, dry_run: bool) -> Awaitable[int]:
        """Returns how many went, or with `dry_run` would go."""
        ...


class TidyLibrary(Protocol):
    """Removes what the library does not need any more."""

    def __call__(self, *, dry_run: bool) -> Awaitable[dict[str, int]]:
        """Returns how much of each kind went, or with `dry_run` would go."""
        ...


log = structlog.get_logger(__name__)


class Upkeep:
    """Knows what may go, and when."""

    def __init__(
        self,
        database: Database,
        settings: Settings,
        spool: Path,
        forget_workflows: ForgetWorkflows,
        tidy_library: TidyLibrary,
    ) -> None:
        self._tidy_library = tidy_library
        self._database = database
        self._settings = settings
        self._spool = spool
        self._forget_workflows = forget_workflows
        self._daily: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Do it ten minutes from now, and then daily."""
        self._daily = asyncio.create_task(self._every_day())

    async def stop(self) -> None:
        """Stop at once."""
        if self._daily is not None:
            self._daily.cancel()
            with suppress(asyncio.CancelledError):
                await self._daily

    async def tidy(self, *, dry_run: bool) -> dict[str, int]:
        """Remove what may go, or with `dry_run` only count it. Returns how much of each kind.

        Raises:
            StorageUnavailable, DatabaseBusy: the database cannot be used. What was removed until then is gone.
        """
        sweeps = upkeep.sweeps(self._bounds())
        done = {sweep.name: await self._sweep(sweep, dry_run=dry_run) for sweep in sweeps}
        done["deleted_dramas"] = await self._heads(dry_run=dry_run)
        async with self._database.read() as connection:
            active = await upkeep.active_runs(connection)
        done["workflows"] = await self._forget_workflows(active, dry_run=dry_run)
        async with self._database.read() as connection:
            owners = await upkeep.owners_of_files(connection)
        done["spool_files"] = await asyncio.to_thread(_tidy_spool, self._spool, owners, dry_run=dry_run)
        return done | await self._tidy_library(dry_run=dry_run)

    def _bounds(self) -> Bounds:
        now = now_ms()
        return Bounds(
            events=now - self._settings.event_retention_days * DAY_MS,
            idempotency_keys=now - DAY_MS,
            browser_sessions=now,
            webhook_deliveries=now - KEPT_DELIVERY_DAYS * DAY_MS,
        )

    async def _sweep(self, sweep: Sweep, *, dry_run: bool) -> int:
        """In small transactions, so that nobody waits long for the database."""
        if dry_run:
            async with self._database.read() as connection:
                return await upkeep.count(connection, sweep)
        removed = 0
        while True:
            async with self._database.write() as connection:
                some = await upkeep.remove_some(connection, sweep)
            removed += some
            if some < upkeep.ROWS_AT_ONCE:
                return removed

    async def _heads(self, *, dry_run: bool) -> int:
        if dry_run:
            async with self._database.read() as connection:
                return await upkeep.count_heads(connection)
        async with self._database.write() as connection:
            return await upkeep.empty_heads(connection)

    async def _every_day(self) -> None:
        await asyncio.sleep(FIRST_SECONDS)
        while True:
            try:
                log.info("upkeep", removed=await self.tidy(dry_run=False))
            except SfdError as error:
                log.warning("upkeep waits until tomorrow", error=error.detail)
            await asyncio.sleep(EVERY_SECONDS)


def _tidy_spool(spool: Path, owners: Sequence[str], *, dry_run: bool) -> int:
    """Files of no job that may still need them, and not touched for an hour: an upload may be under way."""
    names = {f"{owner}." for owner in owners}
    oldest = time.time() - SPOOL_AGE_SECONDS
    gone = 0
    for path in sorted(spool.iterdir()):
        with suppress(FileNotFoundError):
            if path.stat().st_mtime < oldest and not _belongs(path.name, names):
                gone += 1
                if not dry_run:
                    _remove(path)
    return gone


def _belongs(name: str, owners: set[str]) -> bool:
    """Whether a name begins with one of the owners; names are few parts long, owners may be thousands."""
    return any(name[: at + 1] in owners for at, letter in enumerate(name) if letter == ".")


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()
