"""CORS: which web pages of other origins may call the API."""

from collections.abc import Sequence

from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp

from sfd.routers.problems import PROBLEM_JSON, problem_members

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
REQUEST_HEADERS = (
    "X-API-Key",
    "X-Request-ID",
    "Idempotency-Key",
    "If-Match",
    "If-None-Match",
    "Last-Event-ID",
    "Prefer",
    "Range",
)
ANSWER_HEADERS = (
    "ETag",
    "Location",
    "Retry-After",
    "X-Request-ID",
    "RateLimit",
    "RateLimit-Policy",
    "Idempotent-Replayed",
    "Preference-Applied",
    "Content-Disposition",
    "Content-Range",
    "Accept-Ranges",
    "WWW-Authenticate",
)


class Cors(CORSMiddleware):
    """Lets pages of exactly these origins call. `*` is every page, but then none may send a cookie."""

    def __init__(self, app: ASGIApp, origins: Sequence[str]) -> None:
        super().__init__(
            app,
            allow_origins=origins,
            allow_methods=METHODS,
            allow_headers=REQUEST_HEADERS,
            allow_credentials="*" not in origins,
            expose_headers=ANSWER_HEADERS,
        )

    def preflight_response(self, request_headers: Headers) -> Response:
        """What a browser is told before the request itself; a refusal is a problem document."""
        answer = super().preflight_response(request_headers)
        if answer.status_code < 400:  # noqa: PLR2004 - the first status of an error
            return answer
        reason = bytes(answer.body).decode()
        members = problem_members(400, "Not allowed from this page", f"{reason}.", "cors_refused", instance="")
        kept = {name: value for name, value in answer.headers.items() if not name.startswith("content-")}
        return JSONResponse(members, answer.status_code, kept, PROBLEM_JSON)
