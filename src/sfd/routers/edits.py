"""Edits of a drama itself."""

from fastapi import APIRouter, Response

from sfd.dependencies import App, Editor
from sfd.domain.patches import DramaPatch
from sfd.routers.answers import EDITED
from sfd.routers.etags import Expected, etag
from sfd.routers.parts import DramaId, merge_patch
from sfd.routers.shapes import DramaBody

router = APIRouter(prefix="/dramas", tags=["dramas"])


@router.patch(
    "/{drama_id}",
    operation_id="updateDrama",
    response_model=DramaBody,
    responses=EDITED,
    openapi_extra=merge_patch("DramaPatch"),
)
async def update_drama(drama_id: DramaId, body: DramaPatch, app: App, owner: Editor, expected: Expected) -> Response:
    """Change the drama's own members by a JSON merge patch. Its `ETag` is its revision."""
    await app.editing.patch_drama(owner, drama_id, body, expected)
    document, revision = await app.dramas.document(owner, drama_id)
    return Response(document, headers={"ETag": etag(str(revision))}, media_type="application/json")
