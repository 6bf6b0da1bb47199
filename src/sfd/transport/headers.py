"""Headers that every answer has, and the request id in every line of the log."""

import structlog
from asgi_correlation_id import correlation_id
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sfd.services.rates import Rate

SECURITY_HEADERS = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}


class CommonHeaders:
    """Adds the headers for safety, and the `RateLimit` headers when the request was counted."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request (ASGI)."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        state = scope.setdefault("state", {})

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                _add(MutableHeaders(scope=message), state.get("rate"))
            await send(message)

        with structlog.contextvars.bound_contextvars(request_id=correlation_id.get()):
            await self._app(scope, receive, with_headers)


def _add(headers: MutableHeaders, rate: Rate | None) -> None:
    for name, value in SECURITY_HEADERS.items():
        headers.setdefault(name, value)
    if rate is not None:
        headers["RateLimit-Policy"] = f'"default";q={rate.quota};w={rate.window_seconds}'
        headers["RateLimit"] = f'"default";r={rate.remaining};t={rate.reset_seconds}'
