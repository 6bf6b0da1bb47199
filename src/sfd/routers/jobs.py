"""Jobs: list and read."""

from typing import Annotated

from fastapi import APIRouter, Query

from sfd.dependencies import App, Reader
from sfd.domain.jobs import JobStatus
from sfd.routers.pages import Cursor, Limit, next_cursor, position_of
from sfd.routers.shapes import JobBody, JobList, job_body

router = APIRouter(prefix="/dramas/{drama_id}/jobs", tags=["jobs"])

PAGES = "jobs"


@router.get("", operation_id="listJobs")
async def list_jobs(
    drama_id: str,
    app: App,
    owner: Reader,
    limit: Limit = 100,
    cursor: Cursor = None,
    status: JobStatus | None = None,
    parent_job_id: Annotated[str | None, Query(max_length=200)] = None,
) -> JobList:
    """A drama's jobs, newest first."""
    views = await app.jobs.list(
        owner, drama_id, limit=limit, before_id=position_of(PAGES, cursor), status=status, parent_id=parent_job_id
    )
    return JobList(
        jobs=[job_body(view) for view in views], cursor=next_cursor(PAGES, [view.job.id for view in views], limit)
    )


@router.get("/{job_id}", operation_id="getJob")
async def get_job(drama_id: str, job_id: str, app: App, owner: Reader) -> JobBody:
    """One job; a parent with its counts."""
    return job_body(await app.jobs.get(owner, job_id, drama_id))
