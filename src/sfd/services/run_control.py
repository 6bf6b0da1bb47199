"""Controlling what goes on: cancel, pause, resume."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

from sqlalchemy.ext.asyncio import AsyncConnection

from sfd.db import budgets, jobs
from sfd.db.budgets import BudgetId, BudgetScope
from sfd.db.session import Database
from sfd.domain.errors import Conflict
from sfd.domain.jobs import Job
from sfd.domain.owner import Owner
from sfd.generation.records import cancel_run, change_job
from sfd.services.caps import micros
from sfd.services.owned_things import own_job

PAUSED_BY_USER = "user"


@dataclass(frozen=True)
class NewCap:
    """What a run may cost from now on, in US dollars; None: no cap of its own."""

    usd: float | None

    @classmethod
    def given(cls, usd: float | None) -> Self | None:
        """The cap where None means that it stays as it is."""
        return None if usd is None else cls(usd)


class RunControl:
    """What can be done with a job that goes on. `on_change` is told when there is something to do."""

    def __init__(self, database: Database, on_change: Callable[[], None]) -> None:
        self._database = database
        self._on_change = on_change

    async def cancel(self, owner: Owner, job_id: str) -> Job:
        """Cancel a job: what waits ends at once, what runs when it can be stopped or is done. Twice is the same.

        Raises:
            NotFound: the user has no such job.
        """
        async with self._database.write() as connection:
            job = await own_job(connection, owner, job_id)
            if not job.status.ended:
                await cancel_run(connection, job)
            cancelled = await jobs.get_job(connection, job_id)
        self._on_change()
        return cancelled or job

    async def pause(self, owner: Owner, job_id: str) -> Job:
        """Start nothing new of a run until it is resumed; what is being made is finished and kept.

        Raises:
            NotFound: the user has no such job.
            Conflict: it is one node of a run, or it has ended.
        """
        async with self._database.write() as connection:
            job = await own_job(connection, owner, job_id)
            _refuse_unless_active_run(job)
            if job.paused_for is not None:
                return job
            return await change_job(connection, job, paused_for=PAUSED_BY_USER)

    async def resume(self, owner: Owner, job_id: str, cap: NewCap | None = None) -> Job:
        """Let a paused run go on, under another cap if one is given.

        Raises:
            NotFound: the user has no such job.
            Conflict: it is one node of a run, or it has ended.
        """
        async with self._database.write() as connection:
            job = await own_job(connection, owner, job_id)
            _refuse_unless_active_run(job)
            job = await go_on(connection, job, cap)
        self._on_change()
        return job


async def go_on(connection: AsyncConnection, job: Job, cap: NewCap | None) -> Job:
    """Let a run go on, under another cap if one is given."""
    if cap is not None:
        await budgets.set_cap(connection, BudgetId(BudgetScope.RUN, job.id), micros(cap.usd))
    return job if job.paused_for is None else await change_job(connection, job, paused_for=None)


def _refuse_unless_active_run(job: Job) -> None:
    if job.parent_id is not None:
        raise Conflict(f"Job {job.id} is one node of the run {job.parent_id}. Pause or resume that.")
    if job.status.ended:
        raise Conflict(f"Job {job.id} has ended: {job.status}.")
