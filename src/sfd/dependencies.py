"""What a request is given: the application, and whose things it is about."""

import hmac
import ipaddress
from typing import Annotated

from fastapi import Depends, Request, Security
from fastapi.security import APIKeyHeader

from sfd.application import Application
from sfd.domain.errors import SfdError
from sfd.services.dramas import DEFAULT_USER, Owner

_header = APIKeyHeader(name="X-API-Key", auto_error=False, description="One of the keys in API_KEYS")


class Unauthorized(SfdError):
    """No key, or one that is not known."""

    code = "unauthorized"
    status = 401
    title = "A key is needed"


def get_application(request: Request) -> Application:
    """The application that serves this request."""
    application: Application = request.app.state.application
    return application


def is_loopback(address: str) -> bool:
    """Whether an address reaches this machine only."""
    if address == "localhost":
        return True
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def get_owner(
    request: Request,
    application: Annotated[Application, Depends(get_application)],
    key: Annotated[str | None, Security(_header)],
) -> Owner:
    """The user that the request's key stands for. Without any configured key, the one local user.

    Raises:
        Unauthorized: keys are configured and the request brings none of them; or none are configured and it
            comes from another machine.
    """
    accepted = application.settings.accepted_api_keys
    if not accepted and request.client is not None and not is_loopback(request.client.host):
        raise Unauthorized("No API key is configured, so this server answers its own machine only. Set API_KEYS.")
    if accepted and not any(hmac.compare_digest((key or "").encode(), one.encode()) for one in accepted):
        raise Unauthorized("Send one of the keys in API_KEYS as the header X-API-Key.")
    return Owner(DEFAULT_USER)


App = Annotated[Application, Depends(get_application)]
CurrentOwner = Annotated[Owner, Depends(get_owner)]
