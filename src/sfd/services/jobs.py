"""Jobs: read how it goes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.ext.asyncio import AsyncConnection

from sfd.db import budgets, events, job_pages, jobs
from sfd.db.budgets import BudgetRow
from sfd.db.events import EventRow
from sfd.db.job_pages import JobFilter
from sfd.db.session import Database
from sfd.domain.jobs import PARENTS, Counts, Job
from sfd.domain.owner import Owner
from sfd.services.owned_things import own_drama, own_job

LinkOf = Callable[[str], str | None]


@dataclass(frozen=True)
class JobView:
    """A job with what only its children and its budget know. `budget` is there for a job without a parent.

    `link` is where its result is read without SFD, if it can be.
    """

    job: Job
    counts: Counts | None = None
    children: Sequence[str] | None = None
    budget: BudgetRow | None = None
    link: str | None = None


async def views_of(connection: AsyncConnection, found: Sequence[Job], link_of: LinkOf) -> list[JobView]:
    """Jobs as they are listed: runs with their counts, parents with their budgets."""
    counts = await jobs.counts_of(connection, [job.id for job in found if job.type in PARENTS])
    spending = await budgets.budgets_of_runs(connection, [job.id for job in found if job.parent_id is None])
    return [
        JobView(job, counts.get(job.id), budget=spending.get(job.id), link=_result_link(job, link_of)) for job in found
    ]


def _result_link(job: Job, link_of: LinkOf) -> str | None:
    key = (job.result or {}).get("key")
    return link_of(key) if key else None


class JobService:
    """What can be seen of jobs. `link_of` tells where an object is read without SFD."""

    def __init__(self, database: Database, link_of: LinkOf) -> None:
        self._database = database
        self.link_of = link_of

    async def get(self, owner: Owner, job_id: str, drama_id: str | None = None) -> JobView:
        """One job; a parent with its children.

        Raises:
            NotFound: the user has no such job.
        """
        async with self._database.read() as connection:
            view = (await views_of(connection, [await own_job(connection, owner, job_id, drama_id)], self.link_of))[0]
            if view.counts is None:
                return view
            children = await jobs.children(connection, job_id)
        return replace(view, children=[child.id for child in children])

    async def children(self, owner: Owner, job_id: str) -> Sequence[Job]:
        """The child jobs of a run in plan order.

        Raises:
            NotFound: the user has no such job.
        """
        view = await self.get(owner, job_id)
        async with self._database.read() as connection:
            return await jobs.children(connection, view.job.id)

    async def list(
        self,
        owner: Owner,
        drama_id: str,
        *,
        limit: int,
        before_id: str | None = None,
        parents_only: bool = False,
    ) -> Sequence[JobView]:
        """A drama's jobs, newest first.

        Raises:
            NotFound: the user has no such drama.
        """
        wanted = JobFilter(drama_id=drama_id, parents_only=parents_only)
        async with self._database.read() as connection:
            await own_drama(connection, owner, drama_id)
            found = await job_pages.user_jobs(connection, owner, wanted, limit=limit, before_id=before_id)
            return await views_of(connection, found, self.link_of)

    async def active(self, owner: Owner, drama_id: str) -> Job | None:
        """The job of a drama that has not ended, if there is one.

        Raises:
            NotFound: the user has no such drama.
        """
        async with self._database.read() as connection:
            await own_drama(connection, owner, drama_id)
            return await jobs.active_parent(connection, drama_id)

    async def events_after(self, drama_id: str, seq: int) -> Sequence[EventRow]:
        """What happened to a drama's jobs since event `seq`."""
        async with self._database.read() as connection:
            return await events.events_after(connection, drama_id, seq)

    async def last_event(self, drama_id: str) -> int:
        """The number of a drama's newest event, 0 when nothing happened yet."""
        async with self._database.read() as connection:
            return await events.last_event(connection, drama_id)
