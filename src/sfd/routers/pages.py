"""Pages of lists: an opaque cursor says where the next one starts."""

import base64
import json
from collections.abc import Sequence
from typing import Annotated

from fastapi import Query

from sfd.domain.errors import Fault, InvalidInput

Limit = Annotated[int, Query(ge=1, le=1000, description="How many at most")]
Cursor = Annotated[
    str | None, Query(max_length=400, description="The `cursor` of the page before; leave it out for the first page")
]


def write_cursor(kind: str, *position: str | int) -> str:
    """A cursor for lists of `kind` that goes on after `position`."""
    text = json.dumps([kind, *position], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_cursor(kind: str, cursor: str | None, parts: Sequence[type[str] | type[int]]) -> list[str | int] | None:
    """The position in a cursor, None for the first page.

    Raises:
        InvalidInput: it is not a cursor of such a list.
    """
    if cursor is None:
        return None
    try:
        found = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, RecursionError):
        found = None
    match found:
        case [str(given), *position] if given == kind and [type(one) for one in position] == list(parts):
            return position
        case _:
            raise InvalidInput(
                "The cursor is not one that this list gave. Leave it out to start again.",
                [Fault("/cursor", "must be the `cursor` of a page of this list")],
            )


def position_of(kind: str, cursor: str | None) -> str | None:
    """The id in a cursor of a list that is ordered by id.

    Raises:
        InvalidInput: it is not a cursor of such a list.
    """
    found = read_cursor(kind, cursor, [str])
    return None if found is None else str(found[0])


def next_cursor(kind: str, ids: Sequence[str], limit: int) -> str | None:
    """The cursor after a page of things ordered by id, None when it was the last."""
    return write_cursor(kind, ids[-1]) if len(ids) == limit else None
