"""Exports: a drama's screenplay, subtitles and films, alone or in one archive."""

import asyncio
from collections.abc import AsyncGenerator, Iterator, Mapping
from typing import Annotated, Literal, Protocol, cast

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel
from starlette.responses import StreamingResponse
from zipstream import ZipStream  # pyright: ignore[reportMissingTypeStubs] - it has none; see _Zip

from sfd.dependencies import App, Reader
from sfd.domain.clock import rfc3339
from sfd.routers.answers import ARCHIVE, text_file
from sfd.routers.serving_files import SAFE_HEADERS, disposition
from sfd.routers.shapes import AnswerBody
from sfd.services.exports import Bundle, Cut, ExportService

router = APIRouter(prefix="/dramas", tags=["exports"])

_SUBTITLE_TYPES = {"srt": "application/x-subrip; charset=utf-8", "vtt": "text/vtt; charset=utf-8"}


class CutParts(AnswerBody):
    """Where the files that belong to a cut are read; null for what it has not."""

    srt: str | None = None
    vtt: str | None = None
    cover: str | None = None
    contact_sheet: str | None = None


class CutBody(BaseModel):
    """An episode's film. `preview` says that its clips were drawn by the built-in preview."""

    episode_id: str
    library_asset_id: str
    url: str
    duration: float | None
    parts: CutParts
    provider: str
    preview: bool
    job_id: str | None
    created_at: str


class _Zip(Protocol):
    """The typed edge of zipstream-ng, which has no annotations."""

    def add(self, data: bytes | Iterator[bytes], arcname: str, *, size: int | None = None) -> None: ...

    def __len__(self) -> int: ...

    def __iter__(self) -> Iterator[bytes]: ...


def get_exports(app: App) -> ExportService:
    """What puts exports together."""
    return ExportService(app.dramas, app.library)


Exports = Annotated[ExportService, Depends(get_exports)]


@router.get(
    "/{drama_id}/export/screenplay.fountain",
    operation_id="exportScreenplay",
    response_class=Response,
    responses=text_file("text/plain"),
)
async def screenplay(drama_id: str, exports: Exports, owner: Reader) -> Response:
    """The drama as a screenplay in Fountain."""
    text, name = await exports.screenplay(owner, drama_id)
    return _attached(text, "text/plain; charset=utf-8", f"{name}.fountain")


@router.get(
    "/{drama_id}/episodes/{episode_id}/export/subtitles.{ending}",
    operation_id="exportSubtitles",
    response_class=Response,
    responses=text_file("application/x-subrip", "text/vtt"),
)
async def subtitles(
    drama_id: str, episode_id: str, ending: Literal["srt", "vtt"], exports: Exports, owner: Reader
) -> Response:
    """An episode's subtitles: those of its cut, or of its script while there is none."""
    text, name = await exports.subtitles(owner, drama_id, episode_id, ending)
    return _attached(text, _SUBTITLE_TYPES[ending], f"{name}.{ending}")


@router.get(
    "/{drama_id}/episodes/{episode_id}/export/episode.zip",
    operation_id="exportEpisode",
    response_class=Response,
    responses=ARCHIVE,
)
async def episode_archive(drama_id: str, episode_id: str, exports: Exports, owner: Reader) -> Response:
    """An episode's film, subtitles, cover and contact sheet; 409 names what is missing while there is no cut."""
    return _archive(exports, await exports.episode_bundle(owner, drama_id, episode_id))


@router.get(
    "/{drama_id}/export/drama.zip",
    operation_id="exportDrama",
    response_class=Response,
    responses=ARCHIVE,
)
async def drama_archive(drama_id: str, exports: Exports, owner: Reader) -> Response:
    """Everything there is of a drama: its text, films, subtitles, portraits and storyboards."""
    return _archive(exports, await exports.drama_bundle(owner, drama_id))


@router.get("/{drama_id}/episodes/{episode_id}/cut", operation_id="getCut")
async def get_cut(drama_id: str, episode_id: str, exports: Exports, owner: Reader) -> CutBody:
    """An episode's film and the files that belong to it."""
    return _cut_body(await exports.cut(owner, drama_id, episode_id))


def _cut_body(cut: Cut) -> CutBody:
    return CutBody(
        episode_id=cut.episode_id,
        library_asset_id=cut.row.id,
        url=cut.url,
        duration=cut.row.meta.get("seconds"),
        parts=CutParts.model_validate(cut.parts),
        provider=cut.row.provider,
        preview=cut.preview,
        job_id=cut.row.meta.get("job_id"),
        created_at=rfc3339(cut.row.created_at) or "",
    )


def _attached(text: str, media_type: str, filename: str) -> Response:
    headers = {**SAFE_HEADERS, "Content-Disposition": disposition(filename), "Cache-Control": "private, no-cache"}
    return Response(text.encode(), headers=headers, media_type=media_type)


def _archive(exports: ExportService, bundle: Bundle) -> Response:
    """A ZIP that is made while it is sent, of stored files: its length is known before its first byte."""
    archive = _zip(exports, bundle, asyncio.get_running_loop())
    headers: Mapping[str, str] = {
        **SAFE_HEADERS,
        "Content-Disposition": disposition(f"{bundle.name}.zip"),
        "Content-Length": str(len(archive)),
        "Cache-Control": "private, no-cache",
    }
    return StreamingResponse(iter(archive), headers=headers, media_type="application/zip")


def _zip(exports: ExportService, bundle: Bundle, loop: asyncio.AbstractEventLoop) -> _Zip:
    archive = cast("_Zip", ZipStream(sized=True))
    for name, text in bundle.texts.items():
        archive.add(text.encode(), name)
    for name, row in sorted(bundle.files.items()):
        archive.add(_from_thread(exports.stream(row), loop), name, size=row.size)
    return archive


def _from_thread(pieces: AsyncGenerator[bytes], loop: asyncio.AbstractEventLoop) -> Iterator[bytes]:
    """What the loop's generator gives, for the thread in which an archive is made."""
    while True:
        try:
            yield asyncio.run_coroutine_threadsafe(anext(pieces), loop).result()
        except StopAsyncIteration:
            return
