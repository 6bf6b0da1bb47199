"""Streams: the jobs of a drama, or one job, as they change (Server-Sent Events)."""

from collections.abc import AsyncGenerator
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Query, Response, status
from fastapi.sse import KEEPALIVE_COMMENT, EventSourceResponse, format_sse_event
from starlette.types import Receive, Scope, Send

from sfd.dependencies import App, Reader
from sfd.routers.examples import STREAM
from sfd.services.streams import Message, Stream
from sfd.services.watching import Watching

COME_BACK_MS = 1000
_ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "`snapshot`, or what happened after the given event; then a `job` for each change; then `end`",
        "content": {"text/event-stream": {"schema": {"type": "string"}, "example": STREAM}},
    },
    204: {"description": "Nothing happened after the given event, and nothing is active: do not come back"},
}

router = APIRouter(tags=["events"])


def get_watching(app: App) -> Watching:
    """What can be watched."""
    return Watching(app.database, app.live, app.jobs)


Watcher = Annotated[Watching, Depends(get_watching)]


def get_last_event_id(
    header: Annotated[
        str | None, Header(alias="Last-Event-ID", max_length=40, description="The last event that was read")
    ] = None,
    query: Annotated[
        str | None, Query(alias="last_event_id", max_length=40, description="The same, where no header can be sent")
    ] = None,
) -> int | None:
    """The last event the reader has; -1, which no log has, when what it sent is not the id of one."""
    given = header or query
    if not given:
        return None
    return int(given) if given.isascii() and given.isdigit() and len(given) <= len(str(2**62)) else -1


LastEventId = Annotated[int | None, Depends(get_last_event_id)]


class JobStream(EventSourceResponse):
    """A stream that forgets its subscription however it ends: at its end, when the reader leaves, or by an error.

    The endpoints return it, rather than yield events, because they may also answer 204, and because FastAPI then
    needs no tasks of its own for each reader.
    """

    def __init__(self, stream: Stream) -> None:
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        super().__init__(_encoded(stream), headers=headers)
        self._stream = stream

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._stream.close()


async def _encoded(stream: Stream) -> AsyncGenerator[bytes]:
    yield format_sse_event(retry=COME_BACK_MS)
    async for messages in stream.messages():
        yield b"".join(_encode(one) for one in messages) or KEEPALIVE_COMMENT


def _encode(message: Message) -> bytes:
    number = None if message.seq is None else str(message.seq)
    return format_sse_event(data_str=message.text, event=message.kind, id=number)


def _answer(stream: Stream | None) -> Response:
    return JobStream(stream) if stream is not None else Response(status_code=status.HTTP_204_NO_CONTENT)


@router.get("/dramas/{drama_id}/events", operation_id="streamDrama", response_class=Response, responses=_ANSWERS)
async def stream_drama(drama_id: str, watching: Watcher, owner: Reader, after: LastEventId) -> Response:
    """Every change of the drama's jobs while any is active. Each event holds the whole state of one job."""
    return _answer(await watching.stream_drama(owner, drama_id, after))


@router.get("/jobs/{job_id}/events", operation_id="streamJob", response_class=Response, responses=_ANSWERS)
async def stream_job(job_id: str, watching: Watcher, owner: Reader, after: LastEventId) -> Response:
    """Every change of one job, of a parent with its children, until it has ended."""
    return _answer(await watching.stream_job(owner, job_id, after))
