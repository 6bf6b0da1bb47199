"""Connections: uvicorn's protocol, with an end to waiting for the head of a request."""

import asyncio
import json
from http import HTTPStatus
from typing import Any, ClassVar

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from sfd.routers.problems import PROBLEM_JSON, problem_members


class PatientProtocol(HttpToolsProtocol):
    """Closes a connection whose request head is not complete some time after it began; uvicorn waits for ever.

    The clock starts with the connection, and with each further request on it. Faulty HTTP is answered with a
    problem document.
    """

    head_seconds: ClassVar[float] = 30.0
    _head_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # pyright: ignore[reportIncompatibleMethodOverride] - uvicorn narrows it the same way
        """A client came."""
        super().connection_made(transport)
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """The client is gone."""
        self._head_is_there()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        """The first bytes of a request."""
        super().on_message_begin()
        if self._head_timer is None:
            self._await_head()

    def on_headers_complete(self) -> None:
        """The head is complete."""
        self._head_is_there()
        super().on_headers_complete()

    def send_400_response(self, msg: str) -> None:
        """Answer what is not HTTP."""
        body = _bad_http(msg)
        head = (
            f"HTTP/1.1 400 {HTTPStatus(400).phrase}\r\ncontent-type: {PROBLEM_JSON}\r\n"
            f"content-length: {len(body)}\r\nx-content-type-options: nosniff\r\nconnection: close\r\n\r\n"
        )
        self.transport.write(head.encode() + body)
        self.transport.close()

    def _await_head(self) -> None:
        self._head_timer = self.loop.call_later(self.head_seconds, self._give_up)

    def _head_is_there(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _give_up(self) -> None:
        if self.flow.read_paused:  # it is we who do not read: requests before this one are still being answered
            self._await_head()
        elif not self.transport.is_closing():
            self.transport.close()


def _bad_http(message: str) -> bytes:
    members: dict[str, Any] = problem_members(400, "Not HTTP", message, "bad_request", instance="")
    return json.dumps(members).encode()
