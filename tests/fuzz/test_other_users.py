"""Nobody reads, changes or learns of another user's things: every operation, asked by everybody who may not."""

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import httpx
import pytest
from asking import Ids, Operation, operations

from fakes.clients import finished, make_key
from fakes.dramas import two_episode_drama
from fakes.media import png
from fakes.server import running_server
from sfd.domain.owner import Scope

PUBLIC = {"getHealth", "getReadiness", "getService", "openSession", "closeSession"}
OF_NO_USER = {"getMetrics"}  # about the server, for admins and for its own machine
FORM = {"user_id": "alice", "project_name": "lift", "asset_type": "image", "tag": "reference"}


@dataclass(frozen=True)
class House:
    """A server with things of `alice`, and the keys of everybody."""

    api: httpx.Client
    keys: dict[str, str]
    ids: Ids
    operations: list[Operation]

    def answers(self, who: str, asked: list[Operation], ids: Ids | None = None) -> dict[str, int]:
        """The status of each."""
        return {one.name: one.ask(self.api, ids or self.ids, self.keys[who]).status_code for one in asked}

    def about_things(self) -> list[Operation]:
        """Operations that name a thing in their path."""
        return [one for one in self.operations if one.parameters]

    def seen_by_alice(self) -> dict[str, object]:
        """All that `alice` can read."""
        asked = [one for one in self.operations if one.method == "GET" and not one.public]
        answers = {one.name: one.ask(self.api, self.ids, self.keys["alice"]) for one in asked}
        unread = {name: answer.status_code for name, answer in answers.items() if not answer.is_success}
        assert unread == {}
        return {name: comparable(answer) for name, answer in answers.items()}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("users")
    keys = {
        "alice": make_key(folder, "alice"),
        "alice elsewhere": make_key(folder, "alice", project="elsewhere"),
        "alice reading": make_key(folder, "alice", scopes=(Scope.READ,)),
        "bob": make_key(folder, "bob"),
    }
    ids = made_things(folder, keys["alice"])
    with running_server(folder, "--no-worker", REQUESTS_PER_MINUTE="0") as api:  # nothing changes by itself
        asked = [one for one in operations(api.get("/openapi.json").json()) if one.name not in OF_NO_USER]
        yield House(api, keys, ids, asked)


def made_things(folder: Path, key: str) -> Ids:
    """One of everything, made by a server with a worker."""
    with running_server(folder, OUTBOUND_ALLOW="127.0.0.1") as api:
        api.headers["X-API-Key"] = key
        drama = two_episode_drama("lift", episodes=1, scenes=1).model_dump(mode="json")
        created(api.post("/dramas", json={"drama": drama}))
        run = finished(api, api.post("/dramas/lift/execute", json={}).headers["location"])
        assert run["status"] == "completed"
        takes = api.get("/dramas/lift/assets/e1s1.storyboard/takes").json()["takes"]
        files = {"file": ("design.png", png())}
        uploaded = created(api.post("/asset-library/upload", data=FORM, files=files))
        webhook = created(api.post("/webhooks", json={"url": "http://127.0.0.1:9/hook"}))
        delivery = api.post(f"/webhooks/{webhook['id']}/test").json()
    named = {
        "drama_id": "lift",
        "character_id": "ada",
        "episode_id": "e1",
        "scene_id": "e1s1",
        "asset_id": "e1s1.storyboard",
        "take_id": takes[0]["take_id"],
        "job_id": run["job_id"],
        "webhook_id": webhook["id"],
        "delivery_id": delivery["id"],
        "ending": "srt",
    }
    below = {
        ("/asset-library/", "asset_id"): uploaded["asset_id"],
        ("/characters/", "asset_id"): "ada.portrait",
    }
    return Ids(named, below)


def comparable(answer: httpx.Response) -> object:
    """What an answer holds, without the dates at which an archive was packed."""
    if answer.headers.get("content-type") != "application/zip":
        return answer.content
    with ZipFile(BytesIO(answer.content)) as archive:
        return [(one.filename, one.file_size, one.CRC) for one in archive.infolist()]


def created(answer: httpx.Response) -> dict[str, Any]:
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


@pytest.mark.parametrize("who", ["bob", "alice elsewhere"])
def test_to_everybody_else_nothing_of_it_is_there(house: House, who: str) -> None:
    before = house.seen_by_alice()
    statuses = house.answers(who, house.about_things())
    assert {name: status for name, status in statuses.items() if status != 404} == {}
    assert house.seen_by_alice() == before


@pytest.mark.parametrize("who", ["bob", "alice elsewhere"])
def test_lists_of_others_do_not_name_it(house: House, who: str) -> None:
    lists = [one for one in house.operations if one.method == "GET" and not one.parameters and not one.public]
    assert {"listDramas", "listAllJobs", "listLibraryAssets", "listWebhooks", "getUsage"} <= {one.name for one in lists}
    secrets = [house.ids.of(name, "") for name in ("take_id", "job_id", "webhook_id")]
    secrets += ['"lift"', house.ids.of("asset_id", "/asset-library/")]
    for one in lists:
        shown = one.ask(house.api, house.ids, house.keys[who]).text
        assert [secret for secret in secrets if secret in shown] == [], one.name


def test_ids_of_others_lead_nowhere_from_ones_own_things(house: House) -> None:
    house.api.headers["X-API-Key"] = house.keys["bob"]
    try:
        drama = two_episode_drama("mine", episodes=1, scenes=1).model_dump(mode="json")
        created(house.api.post("/dramas", json={"drama": drama}))
        job, take, asset = (
            house.ids.of("job_id", ""),
            house.ids.of("take_id", ""),
            house.ids.of("asset_id", "/asset-library/"),
        )
        assert house.api.get(f"/dramas/mine/jobs/{job}").status_code == 404
        assert house.api.post(f"/dramas/mine/assets/e1s1.storyboard/takes/{take}/select").status_code == 404
        for filters in ({"drama_id": "lift"}, {"parent_job_id": job}):
            assert house.api.get("/jobs", params=filters).json() == {"jobs": [], "cursor": None}
        files = {"user_id": "alice", "project_name": "lift"}
        assert house.api.get("/asset-library/list", params=files).json()["assets"] == []
        look = {"reference_images": [asset]}
        assert house.api.post("/dramas/mine/characters/ada/generate", json=look).status_code == 422
        look = {"reference_images": [f"/asset-library/{asset}"]}
        assert house.api.post("/dramas/mine/characters/ada/generate", json=look).status_code == 422
        part = "/dramas/mine/episodes/e1/scenes/e1s1/assets/e1s1.storyboard"
        assert house.api.patch(part, json={"references": [asset]}).status_code == 422
    finally:
        del house.api.headers["X-API-Key"]


ASKING = {"estimateDrama"}  # a POST that stores nothing


def test_a_key_that_may_only_read_is_refused_every_write(house: House) -> None:
    before = house.seen_by_alice()
    writes = [one for one in house.operations if one.method != "GET" and not one.public and one.name not in ASKING]
    statuses = house.answers("alice reading", writes)
    assert {name: status for name, status in statuses.items() if status != 403} == {}
    reads = house.answers("alice reading", [one for one in house.operations if one.method == "GET"])
    assert {name: status for name, status in reads.items() if status not in (200, 204)} == {}
    assert house.seen_by_alice() == before


def test_without_a_key_only_what_is_public_answers(house: House) -> None:
    assert {one.name for one in house.operations if one.public} <= PUBLIC
    asked = [one for one in house.operations if not one.public]
    for key in (None, "sfd_not_a_key"):
        statuses = {one.name: one.ask(house.api, house.ids, key).status_code for one in asked}
        assert {name: status for name, status in statuses.items() if status != 401} == {}


def test_the_same_requests_reach_what_is_ones_own(house: House) -> None:
    """Last, because it deletes everything: were the ids wrong, a 404 above would say nothing."""
    writes = [one for one in house.about_things() if one.method != "GET"]
    writes.sort(key=lambda one: (one.method == "DELETE", -len(one.path)))
    statuses = house.answers("alice", writes)
    refused = (401, 403, 404, 405, 415, 500)
    assert {name: status for name, status in statuses.items() if status in refused} == {}
