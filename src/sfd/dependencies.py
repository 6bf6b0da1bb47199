"""What a request is given: the application, and whose things it is about."""

import hashlib
import ipaddress
from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Depends, Header, Request, Security
from fastapi.security import APIKeyCookie, APIKeyHeader

from sfd.application import Application
from sfd.domain.errors import Forbidden, TooManyRequests, Unauthorized
from sfd.domain.owner import Owner, Scope
from sfd.services.idempotency import Claim
from sfd.services.keys import LOCAL, Principal
from sfd.services.rates import Rate, Rates

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
    if key or session:
        await refuse_guessing(request)
    principal = await _known(application, key, session)
    if principal is not None:
        await _count(request, f"key:{principal.owner.key_id}")
        return principal
    if await application.keys.configured():
        await count_guess(request)
        raise Unauthorized("Send a key that is known and not revoked as the header X-API-Key.")
    if not is_loopback(request.client.host if request.client else "localhost"):
        await count_guess(request)
        raise Unauthorized(
            "No key exists, so this server answers its own machine only. Make one with `sfd keys create`."
        )
    return LOCAL


async def _count(request: Request, who: str) -> None:
    _refuse_above_limit(request, await _rates(request).count(who))


async def refuse_guessing(request: Request) -> None:
    """Before a key is looked up: who sent too many unknown ones is not told for a while whether the next is right.

    Raises:
        TooManyRequests: this address did.
    """
    rate = await _rates(request).look(_address(request))
    if rate is not None and rate.exceeded:
        _refuse_above_limit(request, rate)


async def count_guess(request: Request) -> None:
    """After a key was not known.

    Raises:
        TooManyRequests: this address sent too many of them.
    """
    await _count(request, _address(request))


def _address(request: Request) -> str:
    return f"address:{request.client.host if request.client else ''}"


def _refuse_above_limit(request: Request, rate: Rate | None) -> None:
    request.state.rate = rate
    if rate is not None and rate.exceeded:
        raise TooManyRequests(
            f"At most {rate.quota} requests a minute. Ask again in {rate.reset_seconds} seconds.", rate.reset_seconds
        )


def _rates(request: Request) -> Rates:
    rates: Rates = request.app.state.rates
    return rates


async def _known(application: Application, key: str | None, session: str | None) -> Principal | None:
    if key:
        return await application.keys.principal(key)
    return await application.keys.session_principal(session) if session else None


CurrentPrincipal = Annotated[Principal, Depends(get_principal)]


def allowed(principal: Principal, scope: Scope) -> Owner:
    """The owner that a principal speaks for, if it may do things of that scope.

    Raises:
        Forbidden: it may not.
    """
    if not principal.may(scope):
        raise Forbidden(f"This key may not {scope}. Use one with the scope {str(scope)!r}.")
    return principal.owner


def _owner_who_may(scope: Scope) -> Callable[[Principal], Awaitable[Owner]]:
    async def owner(principal: CurrentPrincipal) -> Owner:
        return allowed(principal, scope)

    return owner


Reader = Annotated[Owner, Depends(_owner_who_may(Scope.READ))]
Editor = Annotated[Owner, Depends(_owner_who_may(Scope.WRITE))]
Spender = Annotated[Owner, Depends(_owner_who_may(Scope.SPEND))]


async def get_claim(
    request: Request,
    principal: CurrentPrincipal,
    idempotency_key: Annotated[
        str | None,
        Header(
            alias="Idempotency-Key",
            min_length=1,
            max_length=255,
            description="The same key with the same request is accepted once in 24 hours, however often it is sent",
        ),
    ] = None,
) -> Claim | None:
    """The request's idempotency key, with what it was sent for."""
    if idempotency_key is None:
        return None
    address = f"{request.url.path}?{request.url.query}"
    said = b"\0".join([request.method.encode(), address.encode(), await request.body()])
    scope = principal.owner.key_id or principal.owner.user_id
    return Claim(scope, idempotency_key, hashlib.sha256(said).hexdigest())


IdempotencyKey = Annotated[Claim | None, Depends(get_claim)]
