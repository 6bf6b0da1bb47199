"""The server: `create_app` wires HTTP to the application."""

from collections.abc import AsyncGenerator, Iterable
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from starlette.types import Lifespan

from sfd import __version__
from sfd.application import Application, open_application
from sfd.config import Settings
from sfd.providers.registry import AnyProvider
from sfd.routers import asset_library, dramas, health, jobs, parts, runs
from sfd.routers.problems import Problem, install_problem_handlers

_PROBLEMS: dict[int | str, dict[str, Any]] = {
    code: {"description": text, "content": {"application/problem+json": {"schema": Problem.model_json_schema()}}}
    for code, text in {
        401: "A key is needed",
        404: "Not found",
        409: "Conflict",
        422: "Not valid",
        500: "A defect of SFD",
        503: "Busy; try again",
        507: "Out of disk space",
    }.items()
}


def create_app(
    settings: Settings | None = None, *, work: bool = True, providers: Iterable[AnyProvider] = ()
) -> FastAPI:
    """The API with everything it needs, opened when the server starts.

    With `work` (the default) the same process runs the jobs; `providers` are added to the built-in ones.
    """
    chosen = settings or Settings()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
        async with open_application(chosen, work=work, providers=providers) as application:
            app.state.application = application
            yield

    return _api(lifespan)


def api_of(application: Application) -> FastAPI:
    """The API over an application that is open already."""
    api = _api()
    api.state.application = application
    return api


def _api(lifespan: Lifespan[FastAPI] | None = None) -> FastAPI:
    api = FastAPI(
        title="SFD",
        version=__version__,
        summary="Premise or screenplay in, vertical short-drama episodes out.",
        lifespan=lifespan,
        responses=_PROBLEMS,
    )
    install_problem_handlers(api)
    for part in (health, dramas, parts, runs, jobs, asset_library):
        api.include_router(part.router)
    return api


app = create_app
