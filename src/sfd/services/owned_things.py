"""What an owner has, or the error that says that there is no such thing."""

from sqlalchemy.ext.asyncio import AsyncConnection

from sfd.db import dramas, jobs
from sfd.db.dramas import DramaRow
from sfd.domain.errors import NotFound
from sfd.domain.jobs import Job
from sfd.domain.owner import Owner


async def own_drama(connection: AsyncConnection, owner: Owner, drama_id: str, *, lock: bool = False) -> DramaRow:
    """The head of a drama; with `lock`, no other transaction changes it meanwhile.

    Raises:
        NotFound: the owner has no such drama.
    """
    row = await dramas.get_drama(connection, drama_id, owner, lock=lock)
    if row is None:
        raise NotFound(f"There is no drama {drama_id!r}.")
    return row


async def own_job(connection: AsyncConnection, owner: Owner, job_id: str, drama_id: str | None = None) -> Job:
    """A job, of one drama if that is given.

    Raises:
        NotFound: the owner has no such job.
    """
    job = await jobs.get_job(connection, job_id)
    if job is None or not owner.sees(job.user_id, job.project) or drama_id not in (None, job.drama_id):
        raise NotFound(f"There is no job {job_id!r}.")
    return job
