"""Is it alive, is it ready, and what is it."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from sfd import __version__
from sfd.dependencies import App
from sfd.routers.problems import problem
from sfd.services.readiness import Check

router = APIRouter(tags=["service"])


class Health(BaseModel):
    """The process answers."""

    status: str


class ReadyCheck(BaseModel):
    """One thing that is needed: whether it is there, and what was found."""

    name: str
    ok: bool
    found: str


class Ready(BaseModel):
    """Everything that is needed is there."""

    status: str
    checks: list[ReadyCheck]


class Welcome(BaseModel):
    """What this server is, and where to go."""

    name: str
    version: str
    docs: str
    openapi: str
    health: str


@router.get("/health", operation_id="getHealth")
async def health() -> Health:
    """Whether the process is alive."""
    return Health(status="ok")


@router.get(
    "/ready",
    operation_id="getReadiness",
    response_model=Ready,
    responses={503: {"description": "Not ready; `checks` names what is missing"}},
)
async def ready(request: Request, app: App) -> Response:
    """Whether this process can do its work now: database, migrations, library, free disk space and worker."""
    checks = await app.readiness.checks()
    told = [_told(check).model_dump() for check in checks]
    missing = [check for check in checks if not check.ok]
    if not missing:
        return JSONResponse(Ready(status="ready", checks=[_told(check) for check in checks]).model_dump())
    detail = " ".join(f"{check.name}: {check.found}." for check in missing)
    return problem(request, 503, "Not ready", detail, "not_ready", extra={"checks": told})


def _told(check: Check) -> ReadyCheck:
    return ReadyCheck(name=check.name, ok=check.ok, found=check.found)


@router.get("/", operation_id="getService")
async def welcome() -> Welcome:
    """What this server is."""
    return Welcome(name="SFD", version=__version__, docs="/docs", openapi="/openapi.json", health="/health")
