"""Figures for Prometheus."""

from fastapi import APIRouter, Depends, Request, Response
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from sfd.dependencies import App, allowed, count_guess, is_loopback, refuse_guessing
from sfd.domain.errors import Unauthorized
from sfd.domain.owner import Scope

router = APIRouter(tags=["service"])

PROXY_HEADERS = ("forwarded", "x-forwarded-for", "x-real-ip")


async def may_scrape(request: Request, application: App) -> None:
    """Let in a key with the scope admin, as X-API-Key or as a bearer token; without one, this machine itself.

    Raises:
        Unauthorized: an unknown key; or none, from another machine or through a proxy.
        Forbidden: the key may not.
    """
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    key = request.headers.get("x-api-key") or (token.strip() if scheme.lower() == "bearer" else "")
    if key:
        await refuse_guessing(request)
        principal = await application.keys.principal(key)
        if principal is None:
            await count_guess(request)
            raise Unauthorized("Send a key that is known, with the scope admin.")
        allowed(principal, Scope.ADMIN)
    elif request.client is None or not is_loopback(request.client.host) or _came_through_a_proxy(request):
        await count_guess(request)
        raise Unauthorized("Send a key with the scope admin, as X-API-Key or as a bearer token.")


def _came_through_a_proxy(request: Request) -> bool:
    """A proxy on this machine makes everyone look local."""
    return any(name in request.headers for name in PROXY_HEADERS)


@router.get(
    "/metrics",
    operation_id="getMetrics",
    response_class=Response,
    include_in_schema=False,  # it is for Prometheus, and knows a key as a bearer token too
    dependencies=[Depends(may_scrape)],
)
async def metrics(request: Request, app: App) -> Response:
    """Requests, jobs, queues, attempts, money, webhooks and the process, as Prometheus reads them."""
    requests: bytes = request.app.meters.exposition()
    return Response(requests + await app.metrics.exposition(), media_type=CONTENT_TYPE_LATEST)
