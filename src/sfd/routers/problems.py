"""Errors as RFC 9457 problem documents, from one handler for each kind of failure."""

import http
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from sfd.domain.errors import Conflict, InvalidInput, SfdError, fault_dicts

PROBLEM_JSON = "application/problem+json"
RETRY_AFTER_SECONDS = {503: "5", 507: "60"}

log = structlog.get_logger(__name__)


class ProblemError(BaseModel):
    """One thing that is wrong with what was sent."""

    pointer: str
    detail: str


class Problem(BaseModel):
    """What every error looks like."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    code: str
    errors: list[ProblemError] | None = None


def install_problem_handlers(app: FastAPI) -> None:
    """Answer every failure of `app` with a problem document."""
    app.add_exception_handler(SfdError, _on_sfd_error)
    app.add_exception_handler(RequestValidationError, _on_validation_error)
    app.add_exception_handler(HTTPException, _on_http_error)
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
    body = {
        "type": f"urn:sfd:problem:{code}",
        "title": title,
        "status": status,
        "detail": detail,
        "instance": request.url.path,
        "code": code,
        **(extra or {}),
    }
    sent = dict(headers or {})
    if status in RETRY_AFTER_SECONDS:
        sent.setdefault("Retry-After", RETRY_AFTER_SECONDS[status])
    return JSONResponse(body, status, sent, PROBLEM_JSON)


async def _on_sfd_error(request: Request, error: Exception) -> Response:
    if not isinstance(error, SfdError):
        raise error
    extra: dict[str, Any] = {}
    if isinstance(error, InvalidInput) and error.faults:
        extra["errors"] = fault_dicts(error.faults)
    if isinstance(error, Conflict):
        extra |= error.context
    return problem(request, error.status, error.title, error.detail, error.code, extra=extra)


async def _on_validation_error(request: Request, error: Exception) -> Response:
    if not isinstance(error, RequestValidationError):
        raise error
    errors = [
        {"pointer": "/" + "/".join(str(part) for part in one["loc"][1:]), "detail": str(one["msg"])}
        for one in error.errors()
    ]
    detail = f"{errors[0]['pointer']}: {errors[0]['detail']}" if errors else "The request is not valid."
    return problem(request, 422, "The request is not valid", detail, "invalid_request", extra={"errors": errors})


async def _on_http_error(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    phrase = http.HTTPStatus(error.status_code).phrase
    code = phrase.lower().replace(" ", "_").replace("'", "")
    detail = error.detail if error.detail != phrase else f"{request.method} {request.url.path}: {phrase}."
    return problem(request, error.status_code, phrase, detail, code, headers=dict(error.headers or {}))


async def _on_defect(request: Request, error: Exception) -> Response:
    log.error("a request failed unexpectedly", path=request.url.path, exc_info=error)
    detail = "SFD made a mistake. The log of the server has the details; nothing was accepted."
    return problem(request, 500, "Internal error", detail, "internal")
