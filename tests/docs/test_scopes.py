"""The table of endpoints names the scope that each needs: with it a key is let in, with any other it is not."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from sfd.application import open_application
from sfd.config import Settings
from sfd.domain.owner import DEFAULT_USER, Scope
from sfd.main import api_of
from sfd.services.keys import NewKey

PAGE = Path(__file__).parents[2] / "docs" / "http.md"
ROW = re.compile(r"^[|] `([A-Z]+)` [|] `(/\S*)` [|] .*[|] (\S+?);?(?: .*)? [|]$", re.MULTILINE)
ROWS: list[tuple[str, str, str]] = ROW.findall(PAGE.read_text(encoding="utf-8"))
SCOPES = (Scope.READ, Scope.WRITE, Scope.SPEND)
PREMISE = {"premise": "A tailor finds a wedding ring sewn into a coat."}


@pytest.fixture
async def api(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    async with open_application(settings, work=False) as application:
        transport = httpx.ASGITransport(api_of(application))
        async with httpx.AsyncClient(transport=transport, base_url="http://sfd") as client:
            client.headers["X-API-Key"] = ""
            for scope in SCOPES:
                _, key = await application.keys.create(NewKey(scope, DEFAULT_USER, scopes=[scope]))
                client.params = client.params.set(scope, key)
            yield client


async def ask(api: httpx.AsyncClient, method: str, path: str, scope: Scope | None, body: object = None) -> int:
    headers = {"X-API-Key": api.params[scope]} if scope else {}
    url = re.sub(r"\{ending\}", "srt", path)
    url = re.sub(r"\{\w+\}", "nobody", url)
    return (await api.request(method, url, headers=headers, json=body, params={})).status_code
