"""What tests of the API share: waiting for jobs, keys, a drama with a run behind it."""

import asyncio
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx

from fakes.server import sfd_environment
from sfd.config import Settings
from sfd.db.migrate import migrate
from sfd.db.session import Database
from sfd.domain.owner import Scope
from sfd.services.keys import DEFAULT_SCOPES, KeyService, NewKey

DEADLINE_SECONDS = 180


def finished(api: httpx.Client, url: str) -> dict[str, Any]:
    """A job once it has ended."""
    deadline = time.monotonic() + DEADLINE_SECONDS
    while time.monotonic() < deadline:
        answer = api.get(url, headers={"Prefer": "wait=20"})
        answer.raise_for_status()
        job = dict(answer.json())
        if job["status"] not in ("pending", "running"):
            return job
    raise AssertionError(f"{url} did not end")


def make_key(
    folder: Path,
    user: str,
    *,
    project: str | None = None,
    scopes: tuple[Scope, ...] = DEFAULT_SCOPES,
    cap: Decimal | None = None,
) -> str:
    """A key of a server that will run, or runs, in `folder`."""
    data = Path(sfd_environment(folder)["DATA_DIR"])
    data.mkdir(parents=True, exist_ok=True)
    url = Settings(data_dir=data).effective_database_url
    migrate(url)

    async def create() -> str:
        database = Database.connect(url)
        try:
            _, key = await KeyService(database, ()).create(NewKey(user, user, project, scopes, cap))
        finally:
            await database.close()
        return key

    return asyncio.run(create())
