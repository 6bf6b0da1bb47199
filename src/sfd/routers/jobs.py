"""Jobs: list and read them, once or until they change."""

import hashlib
import re
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query, Response, status
from pydantic import BaseModel, WithJsonSchema

from sfd.db.job_pages import JobFilter
from sfd.dependencies import Reader
from sfd.domain.jobs import JobStatus, JobType
from sfd.domain.owner import Owner
from sfd.routers.answers import LISTED, POLLED
from sfd.routers.etags import Known, etag, is_known
from sfd.routers.events import Watcher
from sfd.routers.pages import Cursor, Limit, next_cursor, position_of
from sfd.routers.shapes import POLL_AGAIN, JobBody, JobList, job_body
from sfd.services.watching import SeenJob, Watching

router = APIRouter(tags=["jobs"])

PAGES = "jobs"
LONGEST_WAIT_SECONDS = 60
_WAIT = re.compile(r'(?:^|,)\s*wait\s*=\s*"?(\d{1,9})"?\s*(?=$|[,;])', re.IGNORECASE)

WithStatus = Annotated[JobStatus | None, Query(description="Only jobs that stand so")]
OfType = Annotated[JobType | None, Query(description="Only jobs that do this")]
ParentId = Annotated[str | None, Query(max_length=200, description="Only the children of this job")]
ParentsOnly = Annotated[bool, Query(description="Only jobs that have no parent")]


@dataclass(frozen=True)
class Poll:
    """What the reader has, and how long it would wait for something else."""

    known: str | None
    wait_seconds: int | None


def get_poll(
    known: Known,
    prefer: Annotated[
        list[str] | None,
        WithJsonSchema({"type": "string"}),  # a list is how FastAPI says that the header may come more than once
        Header(
            alias="Prefer",
            description="`wait=20`: answer when it ended, paused or changed",
        ),
    ] = None,
) -> Poll:
    """The conditions of a read."""
    wait = _WAIT.search(",".join(prefer or []))
    return Poll(known, min(int(wait[1]), LONGEST_WAIT_SECONDS) if wait else None)


Polling = Annotated[Poll, Depends(get_poll)]


@router.get("/dramas/{drama_id}/jobs", operation_id="listJobs", response_model=JobList, responses=LISTED)
async def list_jobs(
    drama_id: str,
    watching: Watcher,
    owner: Reader,
    poll: Polling,
    limit: Limit = 100,
    cursor: Cursor = None,
    status: WithStatus = None,
    type: OfType = None,  # noqa: A002 - the name of the query parameter
    parent_job_id: ParentId = None,
    parents_only: ParentsOnly = False,
) -> Response:
    """A drama's jobs, newest first."""
    wanted = JobFilter(drama_id, status, type, parent_job_id, parents_only)
    before_id = position_of(PAGES, cursor)
    return _page(await watching.list_of_drama(owner, wanted, limit=limit, before_id=before_id), limit, poll)


@router.get("/dramas/{drama_id}/jobs/{job_id}", operation_id="getJob", response_model=JobBody, responses=POLLED)
async def get_job(drama_id: str, job_id: str, watching: Watcher, owner: Reader, poll: Polling) -> Response:
    """One job; a parent with its counts. With `Prefer: wait=20` the answer comes when it has ended, or changed."""
    return await _job(watching, owner, await watching.get(owner, job_id, drama_id), poll)


@router.get("/jobs", operation_id="listAllJobs", response_model=JobList, responses=LISTED)
async def list_all_jobs(
    watching: Watcher,
    owner: Reader,
    poll: Polling,
    limit: Limit = 100,
    cursor: Cursor = None,
    status: WithStatus = None,
    drama_id: Annotated[str | None, Query(max_length=200, description="Only jobs of this drama")] = None,
    type: OfType = None,  # noqa: A002 - the name of the query parameter
    parent_job_id: ParentId = None,
    parents_only: ParentsOnly = False,
) -> Response:
    """The user's jobs of all dramas, newest first."""
    wanted = JobFilter(drama_id, status, type, parent_job_id, parents_only)
    return _page(await watching.list(owner, wanted, limit=limit, before_id=position_of(PAGES, cursor)), limit, poll)


@router.get("/jobs/{job_id}", operation_id="getAnyJob", response_model=JobBody, responses=POLLED)
async def get_any_job(job_id: str, watching: Watcher, owner: Reader, poll: Polling) -> Response:
    """One job, whatever its drama; a parent with its counts. `Prefer: wait=20` as for a drama's job."""
    return await _job(watching, owner, await watching.get(owner, job_id), poll)


async def _job(watching: Watching, owner: Owner, seen: SeenJob, poll: Poll) -> Response:
    if poll.wait_seconds and not _worth_telling(seen, poll):
        seen = await _wait(watching, owner, seen, poll)
    answer = _conditional(_shown(seen), poll)
    if poll.wait_seconds is not None:
        answer.headers["Preference-Applied"] = f"wait={poll.wait_seconds}"
    if not seen.view.job.status.ended:
        answer.headers["Retry-After"] = POLL_AGAIN
    return answer


async def _wait(watching: Watching, owner: Owner, seen: SeenJob, poll: Poll) -> SeenJob:
    """The job as soon as there is something to tell of it, or as it is when the time is over."""
    latest = seen
    async with aclosing(watching.changes(seen, owner, poll.wait_seconds or 0)) as changes:
        async for latest in changes:
            if _worth_telling(latest, poll) or latest.view.job.paused_for != seen.view.job.paused_for:
                break
    return latest


def _worth_telling(seen: SeenJob, poll: Poll) -> bool:
    """Whether a reader that waits is answered now: it changed from what the reader has, or else it has ended."""
    return not is_known(poll.known, _tag(_shown(seen))) if poll.known else seen.view.job.status.ended


def _page(found: Sequence[SeenJob], limit: int, poll: Poll) -> Response:
    cursor = next_cursor(PAGES, [seen.view.job.id for seen in found], limit)
    return _conditional(_json(JobList(jobs=[_as_body(seen) for seen in found], cursor=cursor)), poll)


def _as_body(seen: SeenJob) -> JobBody:
    return job_body(seen.view, seen.last_event)


def _shown(seen: SeenJob) -> bytes:
    return _json(_as_body(seen))


def _json(body: BaseModel) -> bytes:
    return body.model_dump_json().encode()


def _tag(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()[:32]


def _conditional(body: bytes, poll: Poll) -> Response:
    tag = _tag(body)
    headers = {"ETag": etag(tag), "Cache-Control": "private, no-cache", "Vary": "Prefer"}
    if is_known(poll.known, tag):
        return Response(status_code=status.HTTP_304_NOT_MODIFIED, headers=headers)
    return Response(body, headers=headers, media_type="application/json")
