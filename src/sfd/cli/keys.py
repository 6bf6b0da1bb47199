"""`keys`: make, list and revoke API keys."""

import json
from decimal import Decimal, InvalidOperation

from rich.console import Console
from rich.table import Table
from rich.text import Text

from sfd.cli.ending import ExitCode, output
from sfd.cli.session import reading_session
from sfd.db.keys import KeyRow
from sfd.domain.clock import rfc3339
from sfd.domain.errors import InvalidInput
from sfd.domain.owner import Scope
from sfd.services.keys import NewKey


def key_request(name: str, user: str, project: str | None, scopes: str, cap: str | None) -> NewKey:
    """What was asked for on the command line.

    Raises:
        InvalidInput: an unknown scope, or a cap that is not a number.
    """
    wanted = [one.strip() for one in scopes.split(",") if one.strip()]
    unknown = [one for one in wanted if one not in list(Scope)]
    if unknown:
        raise InvalidInput(f"There is no scope {unknown[0]!r}. Scopes are {', '.join(Scope)}.")
    return NewKey(name, user, project, [Scope(one) for one in wanted], None if cap is None else _dollars(cap))


async def create_key(new: NewKey, *, as_json: bool) -> int:
    """Make a key and print it, this once."""
    async with reading_session() as application:
        row, key = await application.keys.create(new)
    if as_json:
        print(json.dumps({**_as_json(row), "key": key}))
        return ExitCode.DONE
    print(key)
    Console(stderr=True).print(
        f"Key {row.id} ({row.name}) acts for user {row.user_id}: {row.scopes.replace(',', ', ')}.\n"
        "It is not kept and cannot be shown again. Send it as the header X-API-Key.",
        highlight=False,
    )
    return ExitCode.DONE


async def list_keys(*, as_json: bool) -> int:
    """Print every key without its secret."""
    async with reading_session() as application:
        rows = await application.keys.list()
    if as_json:
        for row in rows:
            print(json.dumps(_as_json(row)))
        return ExitCode.DONE
    if not rows:
        print("No key was made yet. `sfd keys create NAME` makes one.")
        return ExitCode.DONE
    table = Table(box=None, pad_edge=False)
    for number, column in enumerate(("id", "name", "user", "project", "may", "cap", "last used", "state")):
        table.add_column(column, overflow="fold", no_wrap=number == 0)
    for row in rows:
        table.add_row(*(Text(cell) for cell in _cells(row)))
    output().print(table)
    return ExitCode.DONE


async def revoke_key(key_id: str) -> int:
    """Make a key useless."""
    async with reading_session() as application:
        await application.keys.revoke(key_id)
    print(f"Key {key_id} is revoked. Running servers refuse it within seconds.")
    return ExitCode.DONE


def _dollars(text: str) -> Decimal:
    try:
        amount = Decimal(text)
    except InvalidOperation:
        amount = Decimal("nan")
    if not amount.is_finite():
        raise InvalidInput(f"{text!r} is not an amount of US dollars. Write it like 25 or 12.50.")
    return amount


def _cells(row: KeyRow) -> list[str]:
    cap = "" if row.spend_cap_micros is None else f"${row.spend_cap_micros / 1_000_000:.2f}"
    state = "live" if row.revoked_at is None else "revoked"
    scopes = row.scopes.replace(",", " ")
    used = (rfc3339(row.last_used_at) or "never")[:16]
    return [row.id, row.name, row.user_id, row.project or "all", scopes, cap, used, state]


def _as_json(row: KeyRow) -> dict[str, object]:
    return {
        "id": row.id,
        "name": row.name,
        "user_id": row.user_id,
        "project_name": row.project,
        "scopes": row.scopes.split(","),
        "spend_cap_usd": None if row.spend_cap_micros is None else row.spend_cap_micros / 1_000_000,
        "created_at": rfc3339(row.created_at),
        "last_used_at": rfc3339(row.last_used_at),
        "revoked_at": rfc3339(row.revoked_at),
    }
