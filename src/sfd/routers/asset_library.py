"""The asset library: bring, list, look at, change, delete, download."""

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response, status
from pydantic import AwareDatetime, ConfigDict, Field, StringConstraints
from starlette.requests import ClientDisconnect

from sfd.application import spool_dir
from sfd.dependencies import App, CurrentPrincipal, Editor, Reader
from sfd.domain.errors import InvalidInput, StorageUnavailable
from sfd.domain.owner import Owner, Scope
from sfd.routers.answers import CREATED, FILE, FILE_CONDITIONS, THUMBNAIL
from sfd.routers.etags import Known, etag, is_known
from sfd.routers.pages import Cursor, Limit, next_cursor, position_of
from sfd.routers.serving_files import IMMUTABLE, SAFE_HEADERS, disposition, file_response, link_response, shown_inline
from sfd.routers.shapes import LibraryAssetBody, LibraryAssetList, RequestBody, library_asset_body
from sfd.routers.times import Moment
from sfd.services.library import Change, LibraryFilter
from sfd.services.uploads import MEGABYTE, AssetType, Project, Tag, receive


class WebpResponse(Response):
    """A small picture."""

    media_type = "image/webp"


router = APIRouter(prefix="/asset-library", tags=["asset library"])

PAGES = "library"
MOST_TAGS = 20

_NO_NUL = r"^[^\x00]*$"
Text = Annotated[str | None, Query(max_length=256, pattern=_NO_NUL)]

_UPLOAD_FORM: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file", "project_name", "asset_type", "tag"],
                    "additionalProperties": False,
                    "properties": {
                        "file": {"type": "string", "format": "binary"},
                        "user_id": {"type": "string", "description": "The user of the key; may be left out"},
                        "project_name": {"type": "string", "minLength": 1, "maxLength": 256},
                        "asset_type": {"type": "string", "enum": ["image", "video", "text", "audio"]},
                        "tag": {"type": "string", "minLength": 1, "maxLength": 64},
                        "metadata": {"type": "string", "description": "A JSON object"},
                    },
                    "examples": [
                        {
                            "file": "(the bytes of test.png)",
                            "user_id": "10000",
                            "project_name": "test_drama",
                            "asset_type": "image",
                            "tag": "character",
                        }
                    ],
                }
            }
        },
    }
}


class LibraryAssetPatch(RequestBody):
    """What may change of a file's record. `metadata` is merged: a key with null is removed."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"tag": "storyboard", "metadata": {"reviewed": True, "draft": None}}]},
    )

    tag: Tag = Field(default="", description="The main tag")
    tags: Annotated[list[Tag], Field(min_length=1, max_length=MOST_TAGS)] = Field(
        default=[], description="All tags, the main one first"
    )
    filename: Annotated[str, StringConstraints(min_length=1, max_length=1024)] = Field(default="")
    project_name: Project = Field(default="")
    metadata: dict[str, Any] = Field(default_factory=dict)


@router.post(
    "/upload", operation_id="uploadLibraryAsset", status_code=201, responses=CREATED, openapi_extra=_UPLOAD_FORM
)
async def upload(app: App, owner: Editor, request: Request, response: Response) -> LibraryAssetBody:
    """Store a file. Its type is told from its content, and it is decoded before it is kept."""
    most_bytes = app.settings.max_upload_mb * MEGABYTE
    content_type = request.headers.get("content-type", "")
    try:
        async with receive(request.stream(), content_type, spool_dir(app.settings), most_bytes) as received:
            row = await app.library.keep(owner, received)
    except ClientDisconnect as error:
        raise InvalidInput("The connection ended before the file did. Send it again.") from error
    response.headers["Location"] = f"/asset-library/{row.id}"
    return library_asset_body(row)


@router.get("/list", operation_id="listLibraryAssets")
async def list_assets(
    app: App,
    principal: CurrentPrincipal,
    owner: Reader,
    user_id: Annotated[
        Text, Query(description="The user of the key; a key with the scope admin may name others")
    ] = None,
    project_name: Annotated[Text, Query(description="Only files of this project")] = None,
    asset_type: Annotated[AssetType | None, Query(description="Only files of this kind")] = None,
    tag: Annotated[str | None, Query(max_length=64, pattern=_NO_NUL, description="Only files with this tag")] = None,
    q: Annotated[Text, Query(description="Free text in the filename, the tags or the prompt")] = None,
    drama_id: Annotated[Text, Query(description="Only what was made for this drama")] = None,
    node_id: Annotated[Text, Query(description="Only what was made for this node of a drama's plan")] = None,
    job_id: Annotated[Text, Query(description="Only what this job made")] = None,
    provider: Annotated[Text, Query(description="Only what this provider made; `upload` for what was brought")] = None,
    sha256: Annotated[Text, Query(description="Only files with this content")] = None,
    uses: Annotated[Text, Query(description="Only what was made from this library asset")] = None,
    created_after: Annotated[Moment | None, Query(description="RFC 3339")] = None,
    created_before: Annotated[Moment | None, Query(description="RFC 3339")] = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> LibraryAssetList:
    """The user's files, newest first."""
    if user_id not in (None, owner.user_id):
        if not principal.may(Scope.ADMIN):
            return LibraryAssetList(assets=[], cursor=None)
        owner = Owner(user_id)
    wanted = LibraryFilter(
        project=project_name,
        asset_type=asset_type,
        tag=tag,
        text=q,
        created_after=_milliseconds(created_after),
        created_before=_milliseconds(created_before),
        drama_id=drama_id,
        node_id=node_id,
        job_id=job_id,
        provider=provider,
        sha256=sha256,
        uses=uses,
    )
    rows = await app.library.list(owner, wanted, limit, position_of(PAGES, cursor))
    return LibraryAssetList(
        assets=[library_asset_body(row) for row in rows], cursor=next_cursor(PAGES, [row.id for row in rows], limit)
    )


@router.get(
    "/{asset_id}/thumbnail",
    operation_id="getLibraryAssetThumbnail",
    response_class=WebpResponse,
    responses=THUMBNAIL,
)
async def thumbnail(asset_id: str, app: App, owner: Reader, known: Known) -> Response:
    """A WebP of at most 480 pixels: of a picture, or of what a film shows after half a second."""
    small = await app.thumbnails.get(owner, asset_id)
    headers = {**SAFE_HEADERS, "ETag": etag(small.tag), "Cache-Control": IMMUTABLE}
    if is_known(known, small.tag):
        return Response(status_code=status.HTTP_304_NOT_MODIFIED, headers=headers)
    return Response(small.data, media_type=small.media_type, headers=headers)


@router.post("/{asset_id}/restore", operation_id="restoreLibraryAsset")
async def restore(asset_id: str, app: App, owner: Editor) -> LibraryAssetBody:
    """Put back a file that was deleted less than `LIBRARY_GRACE_DAYS` ago."""
    return library_asset_body(await app.library.restore(owner, asset_id))


@router.get("/{asset_id}/metadata", operation_id="getLibraryAssetMetadata")
async def get_metadata(asset_id: str, app: App, owner: Reader) -> LibraryAssetBody:
    """A file's record, with its lineage."""
    return library_asset_body(await app.library.get(owner, asset_id))


@router.get(
    "/{asset_id}",
    operation_id="downloadLibraryAsset",
    response_class=Response,
    responses=FILE,
    openapi_extra=FILE_CONDITIONS,
)
async def download(
    asset_id: str,
    app: App,
    owner: Reader,
    request: Request,
    download: Annotated[bool, Query(description="Save it rather than show it")] = False,
) -> Response:
    """The file itself, whole or by `Range`. Pictures, films and sound are shown inline, the rest is attached.

    A library in a bucket answers with a redirect to the file there.
    """
    row = await app.library.get(owner, asset_id)
    shown = disposition(row.filename, inline=shown_inline(row.media_type, attach=download))
    if (url := app.library.link(row, shown)) is not None:
        return link_response(
            request,
            url,
            media_type=row.media_type,
            filename=row.filename,
            size=row.size,
            tag=row.sha256,
            attach=download,
        )
    stored = await app.library.stored(owner, asset_id)
    try:
        return await asyncio.to_thread(
            file_response,
            request,
            stored.path,
            media_type=stored.row.media_type,
            filename=stored.row.filename,
            tag=stored.row.sha256,
            attach=download,
        )
    except FileNotFoundError as error:
        raise StorageUnavailable(f"The stored file of {asset_id} has just gone. Restore it from a backup.") from error


@router.patch("/{asset_id}", operation_id="updateLibraryAsset")
async def change(asset_id: str, body: LibraryAssetPatch, app: App, owner: Editor) -> LibraryAssetBody:
    """Change a file's tags, filename, project or metadata; its bytes stay what they are."""
    wanted = Change(body.tag, body.filename, body.project_name, body.metadata, body.tags or None)
    return library_asset_body(await app.library.change(owner, asset_id, wanted))


@router.delete("/{asset_id}", operation_id="deleteLibraryAsset", status_code=status.HTTP_204_NO_CONTENT)
async def delete(
    asset_id: str,
    app: App,
    owner: Editor,
    force: Annotated[bool, Query(description="Delete it though something uses it")] = False,
) -> None:
    """Take a file out of the library; refused with 409 while a take, a cut or a reference uses it.

    It can be restored for `LIBRARY_GRACE_DAYS`.
    """
    await app.library.delete(owner, asset_id, force=force)


def _milliseconds(moment: AwareDatetime | None) -> int | None:
    return None if moment is None else round(moment.timestamp() * 1000)
