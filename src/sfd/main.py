"""The server: `create_app` wires HTTP to the application."""

from collections.abc import AsyncGenerator, Iterable
from contextlib import asynccontextmanager

from fastapi import Depends, FastAPI
from starlette.types import Lifespan

from sfd import __version__
from sfd.application import Application, open_application
from sfd.config import Settings
from sfd.providers.registry import AnyProvider
from sfd.routers import (
    asset_library,
    browser_session,
    characters,
    dramas,
    edits,
    episodes,
    estimates,
    events,
    exports,
    generating,
    health,
    improving,
    jobs,
    metrics,
    reference,
    runs,
    scene_assets,
    scenes,
    usage,
    webhooks,
)
from sfd.routers.problems import install_problem_handlers
from sfd.routers.queries import refuse_unknown_query
from sfd.services.rates import Rates
from sfd.services.sharing import warn_of_unshared_library
from sfd.transport import Api


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
            warn_of_unshared_library(chosen)
            yield

    return _api(chosen, lifespan)


def api_of(application: Application) -> FastAPI:
    """The API over an application that is open already."""
    api = _api(application.settings)
    api.state.application = application
    return api


def _api(settings: Settings, lifespan: Lifespan[FastAPI] | None = None) -> FastAPI:
    api = Api(
        settings,
        title="SFD",
        version=__version__,
        summary="Premise or screenplay in, vertical short-drama episodes out.",
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
    )
    api.state.rates = Rates(settings.requests_per_minute)
    install_problem_handlers(api)
    for part in (
        health,
        reference,
        metrics,
        browser_session,
        usage,
        dramas,
        improving,
        estimates,
        edits,
        characters,
        episodes,
        scenes,
        scene_assets,
        runs,
        generating,
        jobs,
        events,
        asset_library,
        exports,
        webhooks,
    ):
        api.include_router(part.router, dependencies=[Depends(refuse_unknown_query)])
    return api


app = create_app
