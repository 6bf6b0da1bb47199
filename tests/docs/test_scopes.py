"""The table of endpoints names the scope that each needs: with it a key is let in, with any other it is not."""

import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from sfd.application import open_application
from sfd.config import Settings
from sfd.domain.owner import DEFAULT_USER, Scope
from sfd.main import api_of
from sfd.services.keys import NewKey

PAGE = Path(__file__).parents[2] / "docs" / "http.md"
ROW = re.compile(r"^[|] `([A-Z]+)` [|] `(/\S*)` [|] .*[|] (\S+) [|]$", re.MULTILINE)
ROWS: list[tuple[str, str, str]] = ROW.findall(PAGE.read_text(encoding="utf-8"))
SCOPES = (Scope.READ, Scope.WRITE, Scope.SPEND)
REFUSED = (401, 403)
PREMISE = {"premise": "A tailor finds a wedding ring sewn into a coat."}


@dataclass(frozen=True)
class Door:
    """The API, and a key for each scope."""

    client: httpx.AsyncClient
    keys: Mapping[Scope, str]

    async def ask(self, method: str, path: str, scope: Scope | None, body: Any = None) -> int:
        """The status that a key of one scope, or none, is answered; ids are those of nothing."""
        url = re.sub(r"\{\w+\}", "nobody", path.replace("{ending}", "srt"))
        headers = {"X-API-Key": self.keys[scope]} if scope else {}
        return (await self.client.request(method, url, headers=headers, json=body)).status_code


@pytest.fixture
async def door(settings: Settings) -> AsyncIterator[Door]:
    async with open_application(settings, work=False) as application:
        made = {scope: await application.keys.create(NewKey(scope, DEFAULT_USER, scopes=[scope])) for scope in SCOPES}
        transport = httpx.ASGITransport(api_of(application))
        async with httpx.AsyncClient(transport=transport, base_url="http://sfd") as client:
            yield Door(client, {scope: key for scope, (_, key) in made.items()})


async def test_an_endpoint_lets_in_the_scope_it_names_and_no_other(door: Door) -> None:
    listed = [row for row in ROWS if row[2] in SCOPES]
    assert len(listed) > 60
    for method, path, named in listed:
        body: dict[str, Any] | None = {} if method in ("POST", "PUT", "PATCH") else None
        assert await door.ask(method, path, None, body) == 401, (method, path)
        let_in = {scope for scope in SCOPES if await door.ask(method, path, scope, body) not in REFUSED}
        assert let_in == {named}, (method, path)


async def test_an_endpoint_without_a_scope_needs_no_key(door: Door) -> None:
    open_to_all = [(method, path) for method, path, named in ROWS if named == "—"]
    assert ("GET", "/health") in open_to_all
    for method, path in open_to_all:
        assert await door.ask(method, path, None) not in REFUSED, (method, path)


async def test_creating_needs_the_scope_of_what_is_sent(door: Door) -> None:
    assert await door.ask("POST", "/dramas", Scope.WRITE, PREMISE) == 403
    assert await door.ask("POST", "/dramas", Scope.SPEND, PREMISE) == 202
    assert await door.ask("POST", "/dramas", Scope.SPEND, {"drama": {}}) == 403
    assert await door.ask("POST", "/dramas", Scope.WRITE, {"drama": {}}) == 201


async def test_any_key_may_ask_for_whom_it_speaks(door: Door) -> None:
    assert [await door.ask("GET", "/session", scope) for scope in SCOPES] == [200, 200, 200]
    assert await door.ask("GET", "/session", None) == 401
