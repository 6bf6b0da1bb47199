"""Parameters in the address: those that an endpoint does not know are refused, so that no filter is overlooked."""

from collections.abc import Iterator

from fastapi import Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from sfd.domain.errors import Fault, InvalidInput


def refuse_unknown_query(request: Request) -> None:
    """Refuse parameters that the endpoint does not have.

    Raises:
        InvalidInput: there are some; names each.
    """
    route = request.scope.get("route")
    if not request.query_params or not isinstance(route, APIRoute):
        return
    known = dict.fromkeys(_known(route.dependant))
    unknown = [name for name in dict.fromkeys(request.query_params) if name not in known]
    if unknown:
        raise InvalidInput(_detail(unknown, list(known), takes_body=route.body_field is not None), _faults(unknown))


def _known(dependant: Dependant) -> Iterator[str]:
    yield from (one.alias for one in dependant.query_params)
    for inner in dependant.dependencies:
        yield from _known(inner)


def _detail(unknown: list[str], known: list[str], *, takes_body: bool) -> str:
    has = f"it has {', '.join(known)}" if known else "it has none"
    said = f"This address takes no parameter {', '.join(unknown)}; {has}. Nothing was done."
    return f"{said} What a request is about belongs into its JSON body." if takes_body else said


def _faults(unknown: list[str]) -> list[Fault]:
    return [Fault(f"/{name}", "there is no such parameter") for name in unknown]
