"""Files over HTTP: validators, ranges (RFC 9110, 13 and 14), and headers under which no content can do harm."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import quote

from fastapi import Request, Response, status
from starlette.responses import FileResponse, RedirectResponse
from starlette.types import Receive, Scope, Send

from sfd.media.sniff import FILMS, PICTURES, SOUNDS
from sfd.routers.etags import etag, is_known
from sfd.routers.problems import problem

SAFE_HEADERS: Mapping[str, str] = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
}
IMMUTABLE = "private, max-age=31536000, immutable"
LINK_LIFE = "private, max-age=900"  # links work three times as long
MOST_RANGES = 16
ASKED_BY_HEAD = "sfd.head"
"""In a scope: this GET stands for a HEAD (`sfd.transport.heads`)."""

_SHOWN_INLINE = frozenset((*PICTURES, *FILMS, *SOUNDS))


class _FileParts(FileResponse):
    """A file of which the given parts are sent, as first and last byte; all of it when there are none."""

    parts: Sequence[tuple[int, int]] = ()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = [one for one in scope["headers"] if one[0] not in (b"range", b"if-range")]
        if self.parts:
            headers.append((b"range", f"bytes={','.join(f'{first}-{last}' for first, last in self.parts)}".encode()))
        await super().__call__({**scope, "headers": headers}, receive, send)


def file_response(request: Request, path: Path, *, media_type: str, filename: str, tag: str, attach: bool) -> Response:
    """The file at `path`, or its part, or 304, as the request asks; 416 when the part lies outside the file.

    A range that is not well formed, or made of more than 16 parts, is passed over, and so is one that a `HEAD` brings.
    """
    strong = etag(tag)
    inline = shown_inline(media_type, attach=attach)
    headers = {
        **SAFE_HEADERS,
        "ETag": strong,
        "Cache-Control": IMMUTABLE,
        "Content-Disposition": disposition(filename, inline=inline),
    }
    if is_known(request.headers.get("if-none-match"), tag):
        return Response(status_code=status.HTTP_304_NOT_MODIFIED, headers=headers)
    details = path.stat()
    wanted = _wanted_ranges(request, strong, details.st_size)
    if wanted == []:
        detail = f"The file has {details.st_size} bytes; the range that was asked for lies outside."
        range_headers = {"Content-Range": f"bytes */{details.st_size}", "Accept-Ranges": "bytes"}
        title = "Outside the file"
        return problem(request, 416, title, detail, "range_not_satisfiable", headers=range_headers)
    response = _FileParts(path, media_type=media_type, headers=headers, stat_result=details)
    response.parts = wanted or ()
    return response


def link_response(
    request: Request, url: str, *, media_type: str, filename: str, size: int, tag: str, attach: bool
) -> Response:
    """The way to a file that lies elsewhere; a `HEAD` and a known `ETag` are answered here. `Range` is for there."""
    headers = {**SAFE_HEADERS, "ETag": etag(tag), "Cache-Control": LINK_LIFE}
    if is_known(request.headers.get("if-none-match"), tag):
        return Response(status_code=status.HTTP_304_NOT_MODIFIED, headers=headers)
    if _is_head(request):
        inline = shown_inline(media_type, attach=attach)
        headers |= {
            "Content-Disposition": disposition(filename, inline=inline),
            "Content-Length": str(size),
            "Content-Type": media_type,
            "Accept-Ranges": "bytes",
        }
        return Response(headers=headers)
    return RedirectResponse(url, status.HTTP_307_TEMPORARY_REDIRECT, headers={"Cache-Control": LINK_LIFE})


def shown_inline(media_type: str, *, attach: bool) -> bool:
    """Whether a browser shows the file; else it saves it."""
    return media_type in _SHOWN_INLINE and not attach


def disposition(filename: str, *, inline: bool = False) -> str:
    """`Content-Disposition` with a name in any language (RFC 6266, RFC 8187)."""
    return f"{'inline' if inline else 'attachment'}; filename*=UTF-8''{quote(filename, safe='')}"


def _is_head(request: Request) -> bool:
    return request.method == "HEAD" or ASKED_BY_HEAD in request.scope


def _wanted_ranges(request: Request, strong: str, size: int) -> list[tuple[int, int]] | None:
    """The parts asked for that lie in the file; None: the whole file."""
    asked = request.headers.get("range")
    condition = request.headers.get("if-range")
    if asked is None or _is_head(request) or condition not in (None, strong):
        return None
    return parse_ranges(asked, size)


def parse_ranges(header: str, size: int) -> list[tuple[int, int]] | None:
    """The satisfiable parts, as first and last byte, of a `Range` for a file of `size` bytes; None: not well formed."""
    unit, equals, listed = header.partition("=")
    parts = [part.strip() for part in listed.split(",")]
    if unit.strip().lower() != "bytes" or not equals or len(parts) > MOST_RANGES:
        return None
    found: list[tuple[int, int]] = []
    for part in parts:
        first, dash, last = (one.strip() for one in part.partition("-"))
        if not dash or not _is_number(first) or not _is_number(last) or not (first or last):
            return None
        if first and last and int(last) < int(first):
            return None
        start = int(first) if first else max(size - int(last), 0)
        end = int(last) if first and last else size - 1
        if start < size and (first or int(last)):
            found.append((start, min(end, size - 1)))
    return found


def _is_number(text: str) -> bool:
    return not text or (text.isascii() and text.isdigit() and len(text) <= 18)  # noqa: PLR2004 - 64 bits hold it
