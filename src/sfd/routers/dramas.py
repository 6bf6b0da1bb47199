"""Dramas: create, list, read and delete them."""

from fastapi import APIRouter, Response, status

from sfd.dependencies import App, CurrentPrincipal, Editor, IdempotencyKey, Reader, allowed
from sfd.domain.errors import Fault, InvalidInput
from sfd.domain.owner import Owner, Scope
from sfd.generation.requests import WriteReference
from sfd.routers.accepting import REPLAYED, accepted_body, note_acceptance
from sfd.routers.answers import ACCEPTED, READ, STORED
from sfd.routers.etags import Expected, Known, etag, is_known
from sfd.routers.pages import Cursor, Limit, read_cursor, write_cursor
from sfd.routers.parts import DramaId
from sfd.routers.shapes import CreateDramaRequest, DramaBody, DramaList, JobAccepted, drama_summary
from sfd.services.accepting import Limits
from sfd.services.dramas import NewDrama
from sfd.services.idempotency import Claim

REFERENCES = "references"

router = APIRouter(prefix="/dramas", tags=["dramas"])

PAGES = "dramas"


@router.post(
    "",
    operation_id="createDrama",
    status_code=status.HTTP_202_ACCEPTED,
    response_model=JobAccepted,
    responses={201: {"model": DramaBody, **STORED[201]}, **ACCEPTED},
)
async def create_drama(
    body: CreateDramaRequest, app: App, principal: CurrentPrincipal, claim: IdempotencyKey, response: Response
) -> JobAccepted | Response:
    """Accept a premise or a screenplay and write it (202), or store a finished drama (201)."""
    if body.drama is not None:
        return await _store(body, app, allowed(principal, Scope.WRITE), claim)
    owner = allowed(principal, Scope.SPEND)
    given = [one.image for one in body.character_pictures]
    pictures = await app.references.resolve_for(owner, owner.project or body.id or REFERENCES, given)
    new = NewDrama(
        body.premise,
        body.screenplay,
        body.id,
        body.episodes,
        body.language,
        body.style,
        body.writer,
        tuple(
            WriteReference(library_asset_id=asset_id, character=one.character)
            for asset_id, one in zip(pictures, body.character_pictures, strict=True)
        ),
    )
    accepted = await app.dramas.write(owner, new, Limits(body.max_cost_usd, claim))
    note_acceptance(response, accepted)
    return accepted_body(accepted, "The drama is being written.")


async def _store(body: CreateDramaRequest, app: App, owner: Owner, claim: Claim | None) -> Response:
    if body.premise or body.screenplay or body.drama is None:
        raise InvalidInput("Give one of premise, screenplay and drama.", [Fault("/drama", "stands alone")])
    given = body.drama.model_dump(exclude_none=True)
    try:
        added = await app.dramas.add(owner, {**given, **({"id": body.id} if body.id else {})}, claim)
    except InvalidInput as error:
        faults = [Fault(f"/drama{fault.pointer}", fault.detail) for fault in error.faults]
        raise InvalidInput(error.detail, faults) from error
    document, revision = await app.dramas.document(owner, added.drama_id)
    headers = {"Location": f"/dramas/{added.drama_id}", "ETag": etag(str(revision))}
    if added.replayed:
        headers[REPLAYED] = "true"
    return Response(document, status.HTTP_201_CREATED, headers, "application/json")


@router.get("", operation_id="listDramas")
async def list_dramas(app: App, owner: Reader, limit: Limit = 50, cursor: Cursor = None) -> DramaList:
    """The user's dramas, newest first."""
    position = read_cursor(PAGES, cursor, [int, str])
    rows = await app.dramas.list(owner, limit, (int(position[0]), str(position[1])) if position else None)
    more = write_cursor(PAGES, rows[-1].created_at, rows[-1].id) if len(rows) == limit else None
    return DramaList(dramas=[drama_summary(row) for row in rows], cursor=more)


@router.get("/{drama_id}", operation_id="getDrama", response_model=DramaBody, responses=READ)
async def get_drama(drama_id: DramaId, app: App, owner: Reader, known: Known) -> Response:
    """The whole drama. Its `ETag` is its revision."""
    document, revision = await app.dramas.document(owner, drama_id)
    headers = {"ETag": etag(str(revision))}
    if is_known(known, str(revision)):
        return Response(status_code=status.HTTP_304_NOT_MODIFIED, headers=headers)
    return Response(document, headers=headers, media_type="application/json")


@router.delete("/{drama_id}", operation_id="deleteDrama", status_code=status.HTTP_204_NO_CONTENT)
async def delete_drama(drama_id: DramaId, app: App, owner: Editor, expected: Expected) -> None:
    """Delete a drama and cancel what is being made of it. Files that were made stay in the asset library."""
    await app.dramas.delete(owner, drama_id, expected)
