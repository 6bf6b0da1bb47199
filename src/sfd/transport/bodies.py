"""Bodies of requests: how large they may be and how slowly they may come, watched while they stream in."""

import asyncio
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Self

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sfd.config import Settings
from sfd.domain.errors import TooLarge
from sfd.routers.problems import problem

MEGABYTE = 1_000_000
UPLOAD_PATH = "/asset-library/upload"
CLOSE = {"Connection": "close"}
GONE: Message = {"type": "http.disconnect"}


@dataclass(frozen=True)
class BodyLimits:
    """Bytes and seconds.

    The body may keep the server waiting `grace_seconds`, and one second more for each `bytes_per_second` that came.
    A body that is too large is read on and thrown away for a while after the answer, because many clients read
    the answer only when they have sent everything, and a closed connection would take it from them.
    """

    largest: int
    largest_upload: int
    grace_seconds: float = 30.0
    bytes_per_second: int = 10_000
    discarded_seconds: float = 30.0
    discarded_bytes: int = 1_000 * MEGABYTE

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """The limits that the settings name. An upload has a megabyte more for the fields around its file."""
        return cls(settings.max_body_mb * MEGABYTE, (settings.max_upload_mb + 1) * MEGABYTE)

    def of_request(self, scope: Scope) -> int:
        """The largest body of this request."""
        multipart = Headers(scope=scope).get("content-type", "").lower().startswith("multipart/form-data")
        upload = multipart and scope["method"] == "POST" and scope["path"].endswith(UPLOAD_PATH)
        return self.largest_upload if upload else self.largest


class BodyGuard:
    """Answers 413 to bodies that are too large and 408 to those that come too slowly."""

    def __init__(self, app: ASGIApp, limits: BodyLimits) -> None:
        self._app = app
        self._limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request (ASGI)."""
        if scope["type"] == "http":
            await _Exchange(scope, receive, send, self._limits).run(self._app)
        else:
            await self._app(scope, receive, send)


class _Exchange:
    """One request on its way in.

    A body that is refused looks to the app like a client that went away; what it then answers is dropped.
    """

    def __init__(self, scope: Scope, receive: Receive, send: Send, limits: BodyLimits) -> None:
        self._scope = scope
        self._receive = receive
        self._send = send
        self._limits = limits
        self._largest = limits.of_request(scope)
        self._received = 0
        self._waited = 0.0
        self._complete = False
        self._answered = False
        self._refused = 0

    async def run(self, app: ASGIApp) -> None:
        if int(Headers(scope=self._scope).get("content-length", "0")) > self._largest:
            self._refused = TooLarge.status
        else:
            await self._serve(app)
        if self._refused and not self._answered:
            await self._answer()

    async def _serve(self, app: ASGIApp) -> None:
        try:
            await app(self._scope, self.receive, self.send)
        except ClientDisconnect:
            if not self._refused:
                raise

    async def receive(self) -> Message:
        if self._complete:
            return await self._receive()
        message = GONE if self._refused else await self._next()
        return GONE if self._refused else message

    async def send(self, message: Message) -> None:
        if self._refused and not self._answered:
            return
        self._answered = True
        await self._send(message)

    async def _next(self) -> Message:
        allowed = self._limits.grace_seconds + self._received / self._limits.bytes_per_second - self._waited
        started = time.monotonic()
        try:
            message = await asyncio.wait_for(self._receive(), allowed)
        except TimeoutError:
            self._refused = 408
            return GONE
        self._waited += time.monotonic() - started
        self._note(message)
        if self._received > self._largest:
            self._refused = TooLarge.status
        return message

    def _note(self, message: Message) -> None:
        self._received += len(message.get("body", b""))
        self._complete = not message.get("more_body", False)

    async def _answer(self) -> None:
        request = Request(self._scope)
        if self._refused == TooLarge.status:
            await self._too_large(request)(self._scope, self._receive, self._hold_open)
            await self._discard()
            await self._send({"type": "http.response.body", "body": b""})
        else:
            await self._too_slow(request)(self._scope, self._receive, self._send)

    async def _hold_open(self, message: Message) -> None:
        await self._send({**message, "more_body": True} if message["type"] == "http.response.body" else message)

    async def _discard(self) -> None:
        enough = self._received + self._limits.discarded_bytes
        with suppress(TimeoutError):
            async with asyncio.timeout(self._limits.discarded_seconds):
                while not self._complete and self._received < enough:
                    self._note(await self._receive())

    def _too_large(self, request: Request) -> Response:
        detail = f"This body may have at most {self._largest // MEGABYTE} MB."
        return problem(request, TooLarge.status, TooLarge.title, detail, TooLarge.code, headers=CLOSE)

    def _too_slow(self, request: Request) -> Response:
        detail = f"The body came too slowly: {self._received} bytes in {self._waited:.0f} seconds. Send it again."
        return problem(request, 408, "The request took too long", detail, "request_timeout", headers=CLOSE)
