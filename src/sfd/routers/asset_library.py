"""The asset library: list, metadata, download."""

from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import APIRouter, Query, Request, Response, status
from starlette.responses import FileResponse

from sfd.dependencies import App, Reader
from sfd.routers.pages import Cursor, Limit, next_cursor, position_of
from sfd.routers.shapes import LibraryAssetBody, LibraryAssetList, library_asset_body
from sfd.services.library import LibraryFilter

router = APIRouter(prefix="/asset-library", tags=["asset library"])

PAGES = "library"

_SHOWN_INLINE = ("image/", "video/", "audio/")
_SAFE_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cache-Control": "private, max-age=31536000, immutable",
}


@router.get("/list", operation_id="listLibraryAssets")
async def list_assets(
    app: App,
    owner: Reader,
    user_id: str | None = None,
    project_name: str | None = None,
    asset_type: Literal["image", "video", "text", "audio"] | None = None,
    tag: Annotated[str | None, Query(max_length=64)] = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> LibraryAssetList:
    """The user's files, newest first."""
    if user_id not in (None, owner.user_id):
        return LibraryAssetList(assets=[], cursor=None)
    rows = await app.library.list(
        owner, LibraryFilter(project_name, asset_type, tag), limit, position_of(PAGES, cursor)
    )
    return LibraryAssetList(
        assets=[library_asset_body(row) for row in rows], cursor=next_cursor(PAGES, [row.id for row in rows], limit)
    )


@router.get("/{asset_id}/metadata", operation_id="getLibraryAssetMetadata")
async def get_metadata(asset_id: str, app: App, owner: Reader) -> LibraryAssetBody:
    """A file's record, with its lineage."""
    return library_asset_body(await app.library.get(owner, asset_id))


@router.get("/{asset_id}", operation_id="downloadLibraryAsset", response_class=FileResponse)
async def download(asset_id: str, app: App, owner: Reader, request: Request) -> Response:
    """The file itself, whole or by `Range`. Pictures, films and sound are shown inline, the rest is attached."""
    row = await app.library.get(owner, asset_id)
    etag = f'"{row.sha256}"'
    if request.headers.get("if-none-match") == etag:
        return Response(status_code=status.HTTP_304_NOT_MODIFIED, headers={"ETag": etag})
    inline = row.media_type.startswith(_SHOWN_INLINE)
    disposition = f"{'inline' if inline else 'attachment'}; filename*=UTF-8''{quote(row.filename)}"
    headers = {**_SAFE_HEADERS, "ETag": etag, "Content-Disposition": disposition}
    return FileResponse(app.library.path(row), media_type=row.media_type, headers=headers)
