"""Text that every part of SFD can keep: strict JSON in UTF-8, and no NUL anywhere, not in a URL either."""

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import cast
from urllib.parse import unquote_to_bytes

from pydantic_core import from_json
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sfd.domain.errors import Fault, fault_dicts
from sfd.domain.validation import MAX_REPORTED_FAULTS
from sfd.routers.problems import INVALID_TITLE, is_json, pointer, problem

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
DEEPEST = 100  # the parser ends at 200; a part of a drama must still be readable when it is inside the drama
WITHOUT_BODY = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
# Only these can become a NUL or an infinite number; everything else that is wrong the parser refuses itself.
_SUSPICIOUS = re.compile(rb"\\u0000|\d[eE]\+?\d{3}|\d{300}")
_CLEARER = {
    "unexpected end of hex escape": "half of a surrogate pair (\\ud800 to \\udfff) is not a character",
    "lone leading surrogate in hex escape": "half of a surrogate pair (\\ud800 to \\udfff) is not a character",
    "expected value": "a value is expected (NaN and Infinity are none)",
    "recursion limit exceeded": "it is nested too deeply",
    "EOF": "the body ends too early: EOF",
    "invalid unicode code point": "it is not UTF-8: invalid code point",
}


@dataclass(frozen=True)
class Refusal:
    """Why a request cannot be read."""

    status: int
    title: str
    detail: str
    code: str
    faults: tuple[Fault, ...] = ()

    def answer(self, request: Request) -> Response:
        """The problem document."""
        extra = {"errors": fault_dicts(self.faults)} if self.faults else None
        return problem(request, self.status, self.title, self.detail, self.code, extra=extra)


class TextGuard:
    """Refuses URLs and JSON bodies that are not clean text, before anything else looks at them."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request (ASGI)."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif refusal := url_refusal(scope.get("raw_path") or b"", scope["query_string"]):
            await refusal.answer(Request(scope))(scope, receive, send)
        elif scope["method"] not in WITHOUT_BODY and is_json(Headers(scope=scope).get("content-type", "")):
            await self._check_body(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _check_body(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = await _read(receive)
        if body is None:
            return
        if body and (refusal := body_refusal(body)):
            await refusal.answer(Request(scope))(scope, receive, send)
        else:
            await self._app(scope, _replay(body, receive), send)


def url_refusal(raw_path: bytes, query: bytes) -> Refusal | None:
    """Why a path or query cannot be read, None when it can."""
    for name, part in (("path", raw_path), ("query", query)):
        if problem_found := _not_text(unquote_to_bytes(part)):
            return Refusal(400, "Bad URL", f"The {name} of the URL holds {problem_found}. Remove it.", "bad_url")
    return None


def _not_text(data: bytes) -> str | None:
    if b"\0" in data:
        return "a NUL character (%00)"
    try:
        data.decode()
    except UnicodeDecodeError:
        return "bytes that are not UTF-8"
    return None


def body_refusal(body: bytes) -> Refusal | None:
    """Why a body is not the JSON that SFD takes, None when it is."""
    try:
        value = from_json(body.removeprefix(BYTE_ORDER_MARK), allow_inf_nan=False, cache_strings=False)
    except ValueError as error:
        return Refusal(400, "Not JSON", f"The body is not valid JSON: {_clearer(str(error))}.", "bad_json")
    if _is_deep(value):
        detail = f"The body is nested more than {DEEPEST} levels deep. Make it flatter."
        return Refusal(422, INVALID_TITLE, detail, "invalid_request", (Fault("", f"has more than {DEEPEST} levels"),))
    if not _SUSPICIOUS.search(body):
        return None
    faults = tuple(islice(_unusable(value, ()), MAX_REPORTED_FAULTS))
    if not faults:
        return None
    return Refusal(422, INVALID_TITLE, f"{faults[0].pointer}: {faults[0].detail}", "invalid_request", faults)


def _clearer(message: str) -> str:
    start = next((known for known in _CLEARER if message.startswith(known)), "")
    return _CLEARER.get(start, "") + message.removeprefix(start)


def _is_deep(value: object) -> bool:
    level = [value]
    for _ in range(DEEPEST + 1):
        level = [one for outer in level for _, one in _members(outer) if isinstance(one, dict | list)]
        if not level:
            return False
    return True


def _unusable(value: object, path: tuple[str | int, ...]) -> Iterator[Fault]:
    if isinstance(value, str) and "\0" in value:
        yield Fault(pointer(path), "holds a NUL character (\\u0000), which no database stores; remove it")
    elif isinstance(value, float) and not math.isfinite(value):
        yield Fault(pointer(path), "is larger than any number SFD can keep")
    for name, one in _members(value):
        yield from _unusable(name if isinstance(name, str) else "", path)
        yield from _unusable(one, (*path, name))


def _members(value: object) -> Iterable[tuple[str | int, object]]:
    if isinstance(value, dict):
        return cast("dict[str, object]", value).items()
    return enumerate(cast("list[object]", value)) if isinstance(value, list) else ()


async def _read(receive: Receive) -> bytes | None:
    """The whole body, None when the client went away. `BodyGuard` bounds it."""
    chunks: list[bytes] = []
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return None
        chunks.append(message.get("body", b""))
        if not message.get("more_body", False):
            return b"".join(chunks)


def _replay(body: bytes, receive: Receive) -> Receive:
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replayed() -> Message:
        return waiting.pop() if waiting else await receive()

    return replayed
