"""The reference to look at: Swagger UI and ReDoc over `/openapi.json`, with nothing loaded from elsewhere."""

from importlib.resources import files

from fastapi import APIRouter, Request
from fastapi.openapi.docs import get_redoc_html, get_swagger_ui_html
from fastapi.responses import FileResponse, HTMLResponse

from sfd.domain.errors import NotFound

router = APIRouter(include_in_schema=False)

VIEWERS = "fastapi_offline"  # the package whose files these are; its code is not used
KINDS = {
    "swagger-ui-bundle.js": "text/javascript",
    "swagger-ui.css": "text/css",
    "redoc.standalone.js": "text/javascript",
}
NO_ICON = "data:,"
# ReDoc would fetch its maker's logo
ONLY_FROM_HERE = {
    "Content-Security-Policy": "default-src 'self'; script-src 'self' 'unsafe-inline'; "
    "style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; worker-src 'self' blob:"
}
KEEP = {"Cache-Control": "public, max-age=86400"}


@router.get("/docs")
async def swagger_ui(request: Request) -> HTMLResponse:
    """The reference, to try out."""
    root = _root(request)
    page = get_swagger_ui_html(
        openapi_url=f"{root}/openapi.json",
        title="SFD",
        swagger_js_url=f"{root}/docs/files/swagger-ui-bundle.js",
        swagger_css_url=f"{root}/docs/files/swagger-ui.css",
        swagger_favicon_url=NO_ICON,
    )
    page.headers.update(ONLY_FROM_HERE)
    return page


@router.get("/redoc")
async def redoc(request: Request) -> HTMLResponse:
    """The reference, to read."""
    root = _root(request)
    page = get_redoc_html(
        openapi_url=f"{root}/openapi.json",
        title="SFD",
        redoc_js_url=f"{root}/docs/files/redoc.standalone.js",
        redoc_favicon_url=NO_ICON,
        with_google_fonts=False,
    )
    page.headers.update(ONLY_FROM_HERE)
    return page


@router.get("/docs/files/{name}")
async def viewer_file(name: str) -> FileResponse:
    """A file of the viewers.

    Raises:
        NotFound: they have no such file.
    """
    if name not in KINDS:
        raise NotFound(f"There is no file {name!r} here; it has {', '.join(KINDS)}.")
    path = files(VIEWERS) / "static" / name
    return FileResponse(str(path), media_type=KINDS[name], headers=KEEP)


def _root(request: Request) -> str:
    return str(request.scope.get("root_path", "")).rstrip("/")
