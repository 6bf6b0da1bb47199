"""Which job of a list is the one whose answer was lost: pure, and only said when it is certain."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pydantic import BaseModel
from ulid import ULID

from sfd.domain.errors import ProviderError, ProviderErrorKind

CLOCK_SKEW = 120.0

_ULID = re.compile(r"_([0-9a-hjkmnp-tv-z]{26})(?![0-9a-z])")


class Listed(BaseModel):
    """A job in the list. `created_at` is in seconds since 1970, on the server's clock."""

    id: str
    prompt: str | None = None
    created_at: float | None = None
    seconds: str | float | None = None
    size: str | None = None


@dataclass(frozen=True)
class Sought:
    """What was asked for. `since`: when the request did not exist yet, in seconds since 1970; None: not known."""

    prompt: str
    seconds: str
    size: str
    since: float | None


def made_at(idempotency_key: str) -> float | None:
    """When the job was made whose id is in an idempotency key, in seconds since 1970."""
    found = _ULID.search(idempotency_key.lower())
    return ULID.from_str(found[1].upper()).timestamp if found else None


def reaches_back(page: Sequence[Listed], since: float | None) -> bool:
    """Whether everything that comes after a page is certainly older than `since`."""
    times = [one.created_at for one in page]
    known = [one for one in times if one is not None]
    if since is None or not known or len(known) < len(times):
        return False
    return known == sorted(known, reverse=True) and known[-1] < since - CLOCK_SKEW


def found_among(listed: Iterable[Listed], sought: Sought) -> str | None:
    """The id of the one job that is the sought one; None when certainly none is.

    Raises:
        ProviderError: `unknown_outcome`: several can be it, or one cannot be told apart from an older one.
    """
    possible = [one for one in listed if _may_be(one, sought)]
    if not possible:
        return None
    if len(possible) > 1:
        raise uncertain(f"{len(possible)} of its films can be it: {', '.join(one.id for one in possible[:5])}")
    only = possible[0]
    if only.prompt is None or only.created_at is None or sought.since is None or only.created_at < int(sought.since):
        raise uncertain(f"the film {only.id} may be it or an older one")
    return only.id


def _may_be(one: Listed, sought: Sought) -> bool:
    if sought.since is not None and one.created_at is not None and one.created_at < sought.since - CLOCK_SKEW:
        return False
    if one.prompt is not None and one.prompt.strip() != sought.prompt.strip():
        return False
    seconds = None if one.seconds is None else str(one.seconds).removesuffix(".0")
    return seconds in (None, sought.seconds) and one.size in (None, sought.size)


def uncertain(why: str) -> ProviderError:
    """Whether a request was accepted cannot be told from the list."""
    detail = f"Whether the server took the request cannot be told from its list of films: {why}."
    return ProviderError(ProviderErrorKind.UNKNOWN_OUTCOME, detail)
