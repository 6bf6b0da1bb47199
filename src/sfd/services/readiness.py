"""Whether this process can do its work now: each thing it needs, tried within a moment."""

import asyncio
import functools
import shutil
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from sfd.config import Settings
from sfd.db import figures
from sfd.db.migrate import newest_revision
from sfd.db.session import Database
from sfd.domain.errors import SfdError
from sfd.storage.object_store import ObjectStore

SECONDS = 2.0
MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Check:
    """One thing that is needed, whether it is there, and in words what was found."""

    name: str
    ok: bool
    found: str


class Readiness:
    """Tries everything at once. `works` tells whether the worker in this process lives; None: it should have none."""

    def __init__(
        self, database: Database, settings: Settings, store: ObjectStore, works: Callable[[], bool | None]
    ) -> None:
        self._database = database
        self._settings = settings
        self._store = store
        self._works = works

    async def checks(self) -> tuple[Check, ...]:
        """Every check, within `SECONDS`."""
        tried = {
            "database": self._answers,
            "migrations": self._is_migrated,
            "library": self._is_usable,
            "disk": self._has_room,
            "worker": self._has_worker,
        }
        return tuple(await asyncio.gather(*(_tried(name, one) for name, one in tried.items())))

    async def _answers(self) -> tuple[bool, str]:
        async with self._database.read() as connection:
            await figures.pending_deliveries(connection)
        return True, "answers"

    async def _is_migrated(self) -> tuple[bool, str]:
        newest = await asyncio.to_thread(_newest)
        async with self._database.read() as connection:
            revision = await figures.revision_of(connection)
        return revision == newest, f"revision {revision}, this version needs {newest}"

    async def _is_usable(self) -> tuple[bool, str]:
        await self._store.answers()
        return True, "can be used"

    async def _has_room(self) -> tuple[bool, str]:
        usage = await asyncio.to_thread(shutil.disk_usage, self._settings.data_dir)
        free = usage.free // MEGABYTE
        return free >= self._settings.min_free_disk_mb, f"{free} MB free, {self._settings.min_free_disk_mb} needed"

    async def _has_worker(self) -> tuple[bool, str]:
        works = self._works()
        return works is not False, {True: "works", False: "has stopped", None: "not in this process"}[works]


async def _tried(name: str, check: Callable[[], Awaitable[tuple[bool, str]]]) -> Check:
    try:
        async with asyncio.timeout(SECONDS):
            return Check(name, *await check())
    except TimeoutError:
        return Check(name, ok=False, found=f"no answer within {SECONDS:g} s")
    except SfdError as error:
        return Check(name, ok=False, found=error.title)
    except OSError as error:
        return Check(name, ok=False, found=error.strerror or type(error).__name__)


@functools.cache
def _newest() -> str:
    return newest_revision()
