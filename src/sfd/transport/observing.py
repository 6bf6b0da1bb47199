"""A line of the log and a count for each request: method, path template, status, time. Never the query or a header."""

import time
from http import HTTPStatus

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sfd.observability.requests import RequestMeters

UNKNOWN_ROUTE = "(none)"
KNOWN_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
NO_ANSWER = 499  # the client left before an answer began
ROUTE = "sfd_route"
PROBES = frozenset({"/health", "/ready", "/metrics"})  # asked every few seconds by machines: told at DEBUG

log = structlog.get_logger("sfd.access")


class NoteRoute:
    """Innermost: tells the layers outside, which may have copied the scope, what route a request took."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request (ASGI)."""
        try:
            await self._app(scope, receive, send)
        finally:
            route = scope.get("route")
            if route is not None and "state" in scope:
                scope["state"][ROUTE] = getattr(route, "path_format", getattr(route, "path", UNKNOWN_ROUTE))


class Observed:
    """Outermost but for what names the request: logs and counts it when its answer is complete."""

    def __init__(self, app: ASGIApp, meters: RequestMeters) -> None:
        self._app = app
        self._meters = meters

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request (ASGI)."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        state = scope.setdefault("state", {})
        status = NO_ANSWER
        began = time.perf_counter()

        async def with_status(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = int(message["status"])
            await send(message)

        try:
            await self._app(scope, receive, with_status)
        finally:
            self._note(str(scope["method"]), str(state.get(ROUTE, UNKNOWN_ROUTE)), status, time.perf_counter() - began)

    def _note(self, method: str, route: str, status: int, seconds: float) -> None:
        known = method if method in KNOWN_METHODS else "OTHER"
        self._meters.note(known, route, status, seconds)
        tell = log.debug if route in PROBES and status < HTTPStatus.BAD_REQUEST else log.info
        tell("request", method=known, path=route, status=status, ms=round(seconds * 1000, 1))
