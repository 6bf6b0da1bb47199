"""A server with two users, and dramas of theirs, for tests that ask everything of everything."""

import json
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from fakes.clients import make_key
from fakes.dramas import two_episode_drama
from fakes.server import running_server

USERS = ("alice", "bob")
DRAMAS = 6


@dataclass(frozen=True)
class Prepared:
    """The server's address, a key for each user, and where the keys are written for Schemathesis."""

    url: str
    keys: dict[str, str]
    folder: Path


@contextmanager
def prepared_server(folder: Path, *options: str) -> Generator[Prepared]:
    """The server without a limit on requests; `alice` has dramas with the ids that schemathesis.toml names."""
    keys = {user: make_key(folder, user) for user in USERS}
    (folder / "wfc.json").write_text(json.dumps(_identities(keys)))
    with running_server(folder, *options, REQUESTS_PER_MINUTE="0", MAX_UPLOAD_MB="5") as client:
        client.headers["X-API-Key"] = keys["alice"]
        for number in range(1, DRAMAS + 1):
            _store(client, f"lift{number}")
        yield Prepared(str(client.base_url).rstrip("/"), keys, folder)


def _store(client: httpx.Client, drama_id: str) -> None:
    drama = two_episode_drama(drama_id, scenes=1).model_dump(mode="json")
    client.post("/dramas", json={"drama": drama}).raise_for_status()


def _identities(keys: dict[str, str]) -> object:
    """The keys as a file of the Web Fuzzing Commons."""
    return {
        "schemaVersion": "0.2.0",
        "auth": [{"name": user, "fixedHeaders": [{"name": "X-API-Key", "value": key}]} for user, key in keys.items()],
    }
