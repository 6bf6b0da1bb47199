"""Dramas: create, list and read them."""

from fastapi import APIRouter, Request, Response, status

from sfd.dependencies import App, Reader
from sfd.domain.errors import Fault, InvalidInput
from sfd.domain.models import Drama
from sfd.domain.owner import Owner
from sfd.routers.pages import Cursor, Limit, read_cursor, write_cursor
from sfd.routers.shapes import (
    POLL_AGAIN,
    CreateDramaRequest,
    DramaList,
    JobAccepted,
    Links,
    drama_summary,
    job_url,
)
from sfd.services.dramas import NewDrama

router = APIRouter(prefix="/dramas", tags=["dramas"])

PAGES = "dramas"


@router.post("", operation_id="createDrama", status_code=status.HTTP_202_ACCEPTED, response_model=JobAccepted)
async def create_drama(body: CreateDramaRequest, app: App, owner: Reader, response: Response) -> JobAccepted | Response:
    """Accept a premise or a screenplay and write it (202), or store a finished drama (201)."""
    if body.drama is not None:
        return await _store(body, app, owner)
    new = NewDrama(body.premise, body.screenplay, body.id, body.episodes, body.language, body.style)
    job = await app.dramas.write(owner, new)
    response.headers["Location"] = job_url(job)
    response.headers["Retry-After"] = POLL_AGAIN
    return JobAccepted(
        job_id=job.id,
        drama_id=job.drama_id,
        status=job.status,
        message="The drama is being written.",
        urls=Links(self=job_url(job)),
    )


async def _store(body: CreateDramaRequest, app: App, owner: Owner) -> Response:
    if body.premise or body.screenplay:
        raise InvalidInput("Give one of premise, screenplay and drama.", [Fault("/drama", "stands alone")])
    given = {**(body.drama or {}), **({"id": body.id} if body.id else {})}
    drama = await app.dramas.add(owner, given)
    document, revision = await app.dramas.document(owner, drama.id)
    headers = {"Location": f"/dramas/{drama.id}", "ETag": f'"{revision}"'}
    return Response(document, status.HTTP_201_CREATED, headers, "application/json")


@router.get("", operation_id="listDramas")
async def list_dramas(app: App, owner: Reader, limit: Limit = 50, cursor: Cursor = None) -> DramaList:
    """The user's dramas, newest first."""
    position = read_cursor(PAGES, cursor, [int, str])
    rows = await app.dramas.list(owner, limit, (int(position[0]), str(position[1])) if position else None)
    more = write_cursor(PAGES, rows[-1].created_at, rows[-1].id) if len(rows) == limit else None
    return DramaList(dramas=[drama_summary(row) for row in rows], cursor=more)


@router.get("/{drama_id}", operation_id="getDrama", response_model=Drama)
async def get_drama(drama_id: str, app: App, owner: Reader, request: Request) -> Response:
    """The whole drama. Its `ETag` is its revision."""
    document, revision = await app.dramas.document(owner, drama_id)
    etag = f'"{revision}"'
    if request.headers.get("if-none-match") == etag:
        return Response(status_code=status.HTTP_304_NOT_MODIFIED, headers={"ETag": etag})
    return Response(document, headers={"ETag": etag}, media_type="application/json")
