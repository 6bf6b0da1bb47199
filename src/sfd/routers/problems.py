"""Errors as RFC 9457 problem documents, from one handler for each kind of failure."""

import http
import math
import re
from collections.abc import Iterator, Sequence
from typing import Any

import structlog
from asgi_correlation_id import correlation_id
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import iter_route_contexts
from pydantic import BaseModel, ConfigDict
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse, Response

from sfd.domain.errors import Conflict, InvalidInput, SfdError, TooManyRequests, UnsupportedMedia, fault_dicts
from sfd.domain.wording import plain_words

PROBLEM_JSON = "application/problem+json"
RETRY_AFTER_SECONDS = {503: "5", 507: "60"}
INVALID_TITLE = "The request is not valid"

_JSON_TYPE = re.compile(r"application/([^;\s]+\+)?json\s*(;|$)", re.IGNORECASE)
_OUTSIDE_BODY = frozenset({"body", "query", "path", "header", "cookie"})

log = structlog.get_logger(__name__)


class ProblemError(BaseModel):
    """One thing that is wrong: a JSON pointer into the body, or `/name` of a parameter."""

    pointer: str
    detail: str


class Problem(BaseModel):
    """What every error looks like (RFC 9457). Some add members of their own, such as what a conflict is with."""

    model_config = ConfigDict(
        extra="allow",
        json_schema_extra={
            "examples": [
                {
                    "type": "urn:sfd:problem:not_found",
                    "title": "Not found",
                    "status": 404,
                    "detail": "There is no drama 'night-bus'.",
                    "instance": "/dramas/night-bus",
                    "code": "not_found",
                    "request_id": "3f0d6f0c8f6b4c6fb2c5a9c4f6d2e7a1",
                }
            ]
        },
    )

    type: str
    title: str
    status: int
    detail: str
    instance: str
    code: str
    request_id: str
    errors: list[ProblemError] | None = None


def install_problem_handlers(app: FastAPI) -> None:
    """Answer every failure of `app` with a problem document."""
    app.add_exception_handler(SfdError, _on_sfd_error)
    app.add_exception_handler(RequestValidationError, _on_validation_error)
    app.add_exception_handler(HTTPException, _on_http_error)
    app.add_exception_handler(ClientDisconnect, _on_disconnect)
    app.add_exception_handler(Exception, _on_defect)


def problem(
    request: Request,
    status: int,
    title: str,
    detail: str,
    code: str,
    *,
    extra: dict[str, Any] | None = None,
    headers: dict[str, str] | None = None,
) -> Response:
    """A problem response."""
    sent = dict(headers or {})
    if status in RETRY_AFTER_SECONDS:
        sent.setdefault("Retry-After", RETRY_AFTER_SECONDS[status])
    body = problem_members(status, title, detail, code, instance=request.url.path) | (extra or {})
    return JSONResponse(body, status, sent, PROBLEM_JSON)


def problem_members(status: int, title: str, detail: str, code: str, *, instance: str) -> dict[str, Any]:
    """What every problem document holds. `instance` is the path that was asked for."""
    return {
        "type": f"urn:sfd:problem:{code}",
        "title": title,
        "status": status,
        "detail": detail,
        "instance": instance,
        "code": code,
        "request_id": correlation_id.get() or "",
    }


def is_json(content_type: str) -> bool:
    """Whether a `Content-Type` says JSON."""
    return _JSON_TYPE.match(content_type.strip()) is not None


def pointer(path: Sequence[str | int]) -> str:
    """A JSON pointer (RFC 6901); empty for the whole document."""
    return "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in path)


async def _on_sfd_error(request: Request, error: Exception) -> Response:
    if not isinstance(error, SfdError):
        raise error
    extra: dict[str, Any] = {}
    headers: dict[str, str] = {}
    if isinstance(error, InvalidInput) and error.faults:
        extra["errors"] = fault_dicts(error.faults)
    if isinstance(error, Conflict):
        extra |= error.context
    if isinstance(error, TooManyRequests):
        headers["Retry-After"] = str(max(1, math.ceil(error.retry_after)))
    if error.status == http.HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = 'ApiKey realm="sfd"'
    return problem(request, error.status, error.title, error.detail, error.code, extra=extra, headers=headers)


async def _on_validation_error(request: Request, error: Exception) -> Response:
    if not isinstance(error, RequestValidationError):
        raise error
    found: list[dict[str, Any]] = list(error.errors())
    if isinstance(error.body, bytes):  # FastAPI parses a body only if its type says JSON
        return _not_json_typed(request)
    if bad := next((one for one in found if one["type"] == "json_invalid"), None):
        detail = f"The body is not valid JSON: {bad['ctx']['error']} at character {bad['loc'][-1]}."
        return problem(request, 400, "Not JSON", detail, "bad_json")
    errors = [{"pointer": pointer(_inside(one["loc"])), "detail": plain_words(str(one["msg"]))} for one in found]
    detail = f"{errors[0]['pointer'] or 'The body'}: {errors[0]['detail']}" if errors else INVALID_TITLE
    return problem(request, 422, INVALID_TITLE, detail, "invalid_request", extra={"errors": errors})


def _inside(location: Sequence[str | int]) -> Sequence[str | int]:
    return location[1:] if location and location[0] in _OUTSIDE_BODY else location


def _not_json_typed(request: Request) -> Response:
    given = request.headers.get("content-type")
    found = f"{given!r}" if given else "no Content-Type"
    detail = f"This takes a JSON body; the request has {found}. Send the header Content-Type: application/json."
    return problem(request, UnsupportedMedia.status, UnsupportedMedia.title, detail, UnsupportedMedia.code)


async def _on_http_error(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    status = http.HTTPStatus(error.status_code)
    code = status.phrase.lower().replace(" ", "_").replace("'", "")
    detail = error.detail if error.detail != status.phrase else f"{request.method} {request.url.path}: {status.phrase}."
    headers = dict(error.headers or {})
    if status == http.HTTPStatus.NOT_FOUND:
        detail = f"There is nothing at {request.url.path}. GET /docs shows what can be, GET /openapi.json lists it."
    if status == http.HTTPStatus.METHOD_NOT_ALLOWED:
        headers["Allow"] = ", ".join(sorted(set(_methods(request))))
        detail = f"{request.url.path} does not take {request.method}; it takes {headers['Allow']}."
    return problem(request, status, status.phrase, detail, code, headers=headers)


def _methods(request: Request) -> Iterator[str]:
    """What the path takes, whichever route it is that takes it."""
    path = request.url.path.removeprefix(request.scope.get("root_path", ""))
    for route in iter_route_contexts(request.app.routes):
        if route.methods and route.path_regex.match(path):
            yield from route.methods
            if "GET" in route.methods:
                yield "HEAD"


async def _on_disconnect(request: Request, error: Exception) -> Response:
    """Nobody reads this answer: the client left while it was sending."""
    del error
    return problem(request, 400, "Not complete", "The request ended before its body was complete.", "incomplete")


async def _on_defect(request: Request, error: Exception) -> Response:
    log.error("a request failed unexpectedly", path=request.url.path, exc_info=error)
    detail = "SFD made a mistake. The log of the server has the details under this request id."
    headers = {"Connection": "close"}  # the server ends it: a client must not send its next request there
    return problem(request, 500, "Internal error", detail, "internal", headers=headers)
