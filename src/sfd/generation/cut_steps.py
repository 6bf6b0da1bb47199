"""Cutting an episode: its clips from the library, assembled in a media process, kept when storage takes them."""

import asyncio
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import structlog

from sfd.db import jobs
from sfd.db.session import Database
from sfd.db.takes import SelectedTake
from sfd.domain.errors import MediaError, OutOfSpace, StorageUnavailable
from sfd.domain.jobs import Job, JobStatus
from sfd.generation.attempt_driver import LITTLE_ROOM, has_room
from sfd.generation.attempt_files import remove_left
from sfd.generation.cutting import CutFiles, Storyboard, cut_into
from sfd.generation.fingerprint import Fingerprint
from sfd.generation.keeping import Keeper
from sfd.generation.records import WAITING_FOR, change_job, start_job, still_wanted
from sfd.generation.requests import CutSpec
from sfd.media.pool import MediaPool

WAIT_WHEN_UNAVAILABLE = 5.0
FOR_STORAGE = "storage"

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class CutMaker:
    """Cuts episodes. `owner` is this process life: what dead ones left of a cut is removed."""

    database: Database
    keeper: Keeper
    pool: MediaPool
    spool: Path
    owner: str
    min_free_bytes: int

    async def cut(
        self, job: Job, spec: CutSpec, made: Mapping[str, SelectedTake], fingerprint: Fingerprint
    ) -> JobStatus:
        """Cut an episode from the takes of its clips, and keep it.

        Raises:
            OutOfSpace: there is too little room for it now.
            MediaError: a clip cannot be cut.
        """
        await self._make_sure_of_room(job, self.min_free_bytes)
        async with self.database.write() as connection:
            if not await still_wanted(connection, job.id):
                return JobStatus.CANCELLED
            job = await start_job(connection, job)
        cut = await self._assembled(job, spec, made)
        await self._keep_cut(job, spec, cut, fingerprint)
        await asyncio.to_thread(cut.remove)
        await asyncio.to_thread(remove_left, self.spool, job.id)
        return JobStatus.COMPLETED

    async def _assembled(self, job: Job, spec: CutSpec, made: Mapping[str, SelectedTake]) -> CutFiles:
        store = self.keeper.library.store
        async with AsyncExitStack() as held:
            clips = [await held.enter_async_context(store.hold(made[clip.node_id].key)) for clip in spec.clips]
            boards = [
                Storyboard(await held.enter_async_context(store.hold(made[one].key)), made[one].provider)
                for one in spec.storyboards
            ]
            recordings = {
                clip: await held.enter_async_context(store.hold(made[one].key)) for clip, one in spec.speech.items()
            }
            try:
                folder = self.spool / f"{job.id}.{self.owner}.cut"
                return await self.pool.run(cut_into, folder, spec, clips, boards, recordings)
            except (MediaError, OSError):
                await self._make_sure_of_room(job, max(self.min_free_bytes, LITTLE_ROOM))
                raise

    async def _keep_cut(self, job: Job, spec: CutSpec, cut: CutFiles, fingerprint: Fingerprint) -> None:
        """Keep a cut, and do not cut again because storage does not take it."""
        while True:
            try:
                return await self.keeper.keep_cut(job, spec, cut, fingerprint)
            except StorageUnavailable as error:
                await show_waiting(self.database, job.id, error)
            await asyncio.sleep(WAIT_WHEN_UNAVAILABLE)

    async def _make_sure_of_room(self, job: Job, min_free_bytes: int) -> None:
        if await asyncio.to_thread(has_room, self.spool, min_free_bytes):
            return
        async with self.database.write() as connection:
            await change_job(connection, job, meta={**job.meta, WAITING_FOR: OutOfSpace.code})
        raise OutOfSpace("There is too little free disk space to cut an episode.")


async def show_waiting(database: Database, job_id: str, error: StorageUnavailable) -> None:
    """Say that a job waits for storage, while it does."""
    log.warning("waiting for storage", job_id=job_id, error=error.detail)
    reason = error.code if isinstance(error, OutOfSpace) else FOR_STORAGE
    async with database.write() as connection:
        job = await jobs.get_job(connection, job_id, lock=True)
        if job is not None and not job.status.ended and job.meta.get(WAITING_FOR) != reason:
            await change_job(connection, job, meta={**job.meta, WAITING_FOR: reason})
