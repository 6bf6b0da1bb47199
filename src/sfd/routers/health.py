"""Is it alive, and what is it."""

from fastapi import APIRouter
from pydantic import BaseModel

from sfd import __version__

router = APIRouter(tags=["service"])


class Health(BaseModel):
    """The process answers."""

    status: str


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


@router.get("/", operation_id="getService")
async def welcome() -> Welcome:
    """What this server is."""
    return Welcome(name="SFD", version=__version__, docs="/docs", openapi="/openapi.json", health="/health")
