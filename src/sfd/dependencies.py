"""What a request is given: the application, and whose things it is about."""

import ipaddress
from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Depends, Request, Security
from fastapi.security import APIKeyCookie, APIKeyHeader

from sfd.application import Application
from sfd.domain.errors import Forbidden, Unauthorized
from sfd.domain.owner import Owner, Scope
from sfd.services.keys import LOCAL, Principal

SESSION_COOKIE = "sfd_session"
_header = APIKeyHeader(name="X-API-Key", auto_error=False, description="A key of `sfd keys create` or API_KEYS")
_cookie = APIKeyCookie(name=SESSION_COOKIE, auto_error=False, description="The cookie that `POST /session` sets")


def get_application(request: Request) -> Application:
    """The application that serves this request."""
    application: Application = request.app.state.application
    return application


App = Annotated[Application, Depends(get_application)]


def is_loopback(address: str) -> bool:
    """Whether an address reaches this machine only."""
    if address == "localhost":
        return True
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


async def get_principal(
    request: Request,
    application: App,
    key: Annotated[str | None, Security(_header)],
    session: Annotated[str | None, Security(_cookie)],
) -> Principal:
    """For whom the request speaks: its key, else its session, else the one local user when no key exists.

    Raises:
        Unauthorized: it brings no key that is known; or no key exists and it comes from another machine.
        TooManyRequests: its key asks more often than it may.
    """
    principal = await _known(application, key, session)
    if principal is None:
        if key or session or await application.keys.configured():
            raise Unauthorized("Send a key that is known and not revoked as the header X-API-Key.")
        if request.client is not None and not is_loopback(request.client.host):
            raise Unauthorized(
                "No key exists, so this server answers its own machine only. Make one with `sfd keys create`."
            )
        principal = LOCAL
    return principal


async def _known(application: Application, key: str | None, session: str | None) -> Principal | None:
    if key:
        return await application.keys.principal(key)
    return await application.keys.session_principal(session) if session else None


CurrentPrincipal = Annotated[Principal, Depends(get_principal)]


def _owner_who_may(scope: Scope) -> Callable[[Principal], Awaitable[Owner]]:
    async def owner(principal: CurrentPrincipal) -> Owner:
        if not principal.may(scope):
            raise Forbidden(f"This key may not {scope}. Use one with the scope {scope!r}.")
        return principal.owner

    return owner


Reader = Annotated[Owner, Depends(_owner_who_may(Scope.READ))]
Editor = Annotated[Owner, Depends(_owner_who_may(Scope.WRITE))]
Spender = Annotated[Owner, Depends(_owner_who_may(Scope.SPEND))]
