"""The last moment at which a paid request may be sent.

A process can be stopped for minutes between deciding to send and sending, and another takes its request over
meanwhile. So the clock is read once more by the HTTP client, right before the first and the last bytes go out: a
request that is late is dropped there, and the vendor never gets a whole one.

The client of an adapter whose lost requests are looked up and sent again has `guard_sending` among its request
hooks; without a lookup nothing is sent twice anyway. Works for httpx and httpx2, whose transports
report each step to the request extension `trace`: https://www.encode.io/httpcore/extensions/#trace
"""

import time
from collections.abc import Generator, Mapping, MutableMapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Protocol

_STEPS = ("send_request_headers.started", "send_request_body.started")


@dataclass
class Sending:
    """A request that may be sent until `deadline`, in seconds of `time.time`. `late`: it was dropped."""

    deadline: float
    late: bool = False


class TooLate(Exception):
    """The request was dropped before it was sent."""


class HasExtensions(Protocol):
    """A request of httpx or httpx2."""

    extensions: MutableMapping[str, Any]


_current: ContextVar[Sending | None] = ContextVar("sending", default=None)


@contextmanager
def send_before(deadline: float) -> Generator[Sending]:
    """Requests of this context are sent before `deadline`, or not at all."""
    sending = Sending(deadline)
    token = _current.set(sending)
    try:
        yield sending
    finally:
        _current.reset(token)


async def guard_sending(request: HasExtensions) -> None:
    """A request hook: read the clock right before the bytes go out."""
    if (sending := _current.get()) is None:
        return

    async def look(step: str, _info: Mapping[str, Any]) -> None:
        if step.endswith(_STEPS) and time.time() > sending.deadline:
            sending.late = True
            raise TooLate("The request was not sent: this process was stopped for too long before it.")

    request.extensions = {**request.extensions, "trace": look}
