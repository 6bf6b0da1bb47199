"""`pause`, `cancel` and `delete`: what is done to jobs and dramas without watching them."""

from sfd.cli.ending import ExitCode
from sfd.cli.session import LOCAL_OWNER, reading_session
from sfd.domain.errors import Conflict
from sfd.domain.jobs import JobStatus


async def cancel_job(job_id: str) -> int:
    """Cancel a job and its children."""
    async with reading_session() as application:
        job = await application.control.cancel(LOCAL_OWNER, job_id)
    if job.status is JobStatus.CANCELLED:
        print(f"{job_id} is cancelled.")
    elif job.status.ended:
        print(f"{job_id} had ended already: {job.status}.")
    else:
        print(f"{job_id} is being cancelled. What cannot be stopped any more is finished and kept.")
    return ExitCode.DONE


async def pause_drama(drama_id: str) -> int:
    """Pause the run of a drama."""
    async with reading_session() as application:
        active = await application.jobs.active(LOCAL_OWNER, drama_id)
        if active is None:
            raise Conflict(f"No run of {drama_id} is going on, so there is nothing to pause.")
        await application.control.pause(LOCAL_OWNER, active.id)
    print(f"{active.id} is paused: what is being made is finished, nothing new starts.")
    print(f"To go on: sfd resume {drama_id}")
    return ExitCode.DONE


async def delete_drama(drama_id: str) -> int:
    """Delete a drama; its files stay in the library."""
    async with reading_session() as application:
        await application.dramas.delete(LOCAL_OWNER, drama_id)
    print(f"{drama_id} is deleted. The files that were made of it stay in the asset library.")
    return ExitCode.DONE
