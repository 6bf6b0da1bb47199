"""Watching jobs: open a stream, wait for a change, list what there is."""

import time
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass

from sfd.db import events, job_pages
from sfd.db.job_pages import JobFilter
from sfd.db.session import Database
from sfd.domain.owner import Owner
from sfd.services.jobs import JobService, JobView, views_of
from sfd.services.live import LiveEvents
from sfd.services.owned_things import own_drama
from sfd.services.streams import Beginning, Stream, Watched, begin


@dataclass(frozen=True)
class SeenJob:
    """A job, and the newest event of its drama when it is a parent."""

    view: JobView
    last_event: int | None = None


class Watching:
    """What can be watched."""

    def __init__(self, database: Database, live: LiveEvents, services: JobService) -> None:
        self._database = database
        self._live = live
        self._jobs = services

    async def stream_drama(self, owner: Owner, drama_id: str, after: int | None) -> Stream | None:
        """The jobs of a drama as they change, after event `after`; None when nothing will come.

        Raises:
            NotFound: the user has no such drama.
        """
        return await self._stream(owner, Watched(drama_id), after)

    async def stream_job(self, owner: Owner, job_id: str, after: int | None) -> Stream | None:
        """One job as it changes, a parent with its children; None when nothing will come.

        Raises:
            NotFound: the user has no such job, or its drama was deleted.
        """
        job = (await self._jobs.get(owner, job_id)).job
        child_id = job.id if job.parent_id else None
        return await self._stream(owner, Watched(job.drama_id, job.parent_id or job.id, child_id), after)

    async def get(self, owner: Owner, job_id: str, drama_id: str | None = None) -> SeenJob:
        """One job as it is.

        Raises:
            NotFound: the user has no such job.
        """
        async with self._database.read() as connection:
            last = await events.last_event_of_job(connection, job_id)
        view = await self._jobs.get(owner, job_id, drama_id)
        return SeenJob(view, None if view.job.parent_id else last)

    async def list(
        self, owner: Owner, wanted: JobFilter, *, limit: int, before_id: str | None = None
    ) -> Sequence[SeenJob]:
        """The user's jobs, newest first; parents with their counts."""
        async with self._database.read() as connection:
            found = await job_pages.user_jobs(connection, owner, wanted, limit=limit, before_id=before_id)
            last = await events.last_events(connection, {job.drama_id for job in found if job.parent_id is None})
            views = await views_of(connection, found, self._jobs.link_of)
        return [SeenJob(one, None if one.job.parent_id else last.get(one.job.drama_id, 0)) for one in views]

    async def list_of_drama(
        self, owner: Owner, wanted: JobFilter, *, limit: int, before_id: str | None = None
    ) -> Sequence[SeenJob]:
        """The jobs of the one drama that is asked for, newest first.

        Raises:
            NotFound: the user has no such drama.
        """
        async with self._database.read() as connection:
            await own_drama(connection, owner, wanted.drama_id or "")
        return await self.list(owner, wanted, limit=limit, before_id=before_id)

    async def changes(self, seen: SeenJob, owner: Owner, seconds: float) -> AsyncGenerator[SeenJob]:
        """A job now, and again after each event that may have changed how it shows, for so many seconds.

        Raises:
            NotFound: the job is not there any more.
        """
        job = seen.view.job
        subscription = await self._live.subscribe(job.drama_id)
        deadline = time.monotonic() + seconds
        try:
            yield await self.get(owner, job.id)
            while subscription.ending is None and (left := deadline - time.monotonic()) > 0:
                rows = await subscription.take(left)
                if any(job.parent_id is None or row.data["job_id"] == job.id for row in rows):
                    yield await self.get(owner, job.id)
        finally:
            self._live.leave(subscription)

    async def _stream(self, owner: Owner, watched: Watched, after: int | None) -> Stream | None:
        subscription = await self._live.subscribe(watched.drama_id, watched.parent_id)
        beginning: Beginning | None = None
        try:
            async with self._database.read() as connection:
                await events.stand_still(connection)
                await own_drama(connection, owner, watched.drama_id)
                beginning = await begin(connection, watched, after, subscription.position)
        finally:
            if beginning is None:
                self._live.leave(subscription)
        if beginning is None:
            return None
        return Stream(self._database, self._live, watched, subscription, beginning)
