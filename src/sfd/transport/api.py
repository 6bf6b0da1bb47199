"""FastAPI inside the layers that every request passes."""

import re
from typing import Any

from asgi_correlation_id import CorrelationIdMiddleware
from fastapi import FastAPI
from fastapi.telemetry import TelemetryConfig
from starlette.middleware.gzip import DEFAULT_EXCLUDED_CONTENT_TYPES, GZipMiddleware
from starlette.types import ASGIApp

from sfd.config import Settings
from sfd.observability.requests import RequestMeters
from sfd.transport.bodies import BodyGuard, BodyLimits
from sfd.transport.cors import Cors
from sfd.transport.describing import described
from sfd.transport.headers import CommonHeaders
from sfd.transport.heads import HeadAsGet
from sfd.transport.links import with_links
from sfd.transport.naming import plainly_named
from sfd.transport.observing import PROBES, NoteRoute, Observed
from sfd.transport.openapi import with_problems
from sfd.transport.text import TextGuard

LEAST_COMPRESSED_BYTES = 1000
COMPRESSION_LEVEL = 6
# What may be asked for by Range keeps its bytes: a strong ETag stands for one sequence of bytes.
FILE_TYPES = ("application/octet-stream", "application/x-subrip", "text/plain", "text/vtt", "image/*")
NOT_COMPRESSED = (*DEFAULT_EXCLUDED_CONTENT_TYPES, *FILE_TYPES)
# Traced only when a tracer provider is set. What went wrong is in the log, which blots out secrets
TRACED = TelemetryConfig(
    metrics=False, logs=False, operation_spans=False, exclude=lambda scope: scope.get("path") in PROBES
)
REQUEST_ID = re.compile(r"[A-Za-z0-9._:+/=@-]{1,128}")


class Api(FastAPI):
    """FastAPI with SFD's layers around it, and with every error in its OpenAPI document.

    The layers lie outside Starlette's last error handler, so that an unexpected failure has them too.
    """

    def __init__(self, settings: Settings, **options: Any) -> None:  # noqa: ANN401 - whatever FastAPI takes
        self._settings = settings
        self.meters = RequestMeters()
        super().__init__(telemetry=TRACED, redirect_slashes=False, **options)

    def build_middleware_stack(self) -> ASGIApp:
        """The layers, outermost last."""
        return surround(NoteRoute(super().build_middleware_stack()), self._settings, meters=self.meters)

    def openapi(self) -> dict[str, Any]:
        """The OpenAPI document."""
        if not self.openapi_schema:
            self.openapi_schema = with_links(described(with_problems(plainly_named(super().openapi()))))
        return self.openapi_schema


def surround(
    app: ASGIApp, settings: Settings, limits: BodyLimits | None = None, meters: RequestMeters | None = None
) -> ASGIApp:
    """`app` inside every layer."""
    app = TextGuard(HeadAsGet(app))
    app = GZipMiddleware(app, LEAST_COMPRESSED_BYTES, COMPRESSION_LEVEL, exclude_content_types=NOT_COMPRESSED)
    app = BodyGuard(app, limits or BodyLimits.of(settings))
    app = Observed(_with_cors(app, settings), meters or RequestMeters())
    return CorrelationIdMiddleware(CommonHeaders(app), validator=is_request_id)


def is_request_id(given: str) -> bool:
    """Whether a client's request id is safe to log and to send back."""
    return REQUEST_ID.fullmatch(given) is not None


def _with_cors(app: ASGIApp, settings: Settings) -> ASGIApp:
    origins = [origin.strip().rstrip("/") for origin in settings.cors_origins.split(",") if origin.strip()]
    return Cors(app, origins) if origins else app
