"""Webhooks over the wire: a real server, a real receiver on loopback."""

import asyncio
import json
import signal
import socket
import time
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from fakes.receiver import Heard, Receiver, receiving
from fakes.server import free_port, running_server
from sfd.application import Application, open_application
from sfd.config import Settings
from sfd.db import webhooks
from sfd.db.webhooks import DeliveryRow
from sfd.domain.clock import now_ms
from sfd.domain.jobs import JobStatus
from sfd.domain.owner import DEFAULT_USER, Owner, Scope
from sfd.outbound import allowed_entries
from sfd.services.keys import NewKey
from sfd.services.webhook_sender import RETRY_SECONDS, WebhookSender
from sfd.services.webhooks import MOST_WEBHOOKS, WebhookEvent

OWNER = Owner(DEFAULT_USER)
SCREENPLAY = "INT. LIFT - NIGHT\n\nThe doors close.\n\nADA\nWhich floor is this?\n"
QUICK = (0.02, 0.02)


@dataclass
class House:
    """A server, who may call it, and who listens."""

    api: httpx.Client
    keys: dict[str, dict[str, str]]
    receiver: Receiver

    def create(self, who: str = "ada", path: str = "", **body: Any) -> dict[str, Any]:
        sent = {"url": self.receiver.url + path, **body}
        created = self.api.post("/webhooks", json=sent, headers=self.keys[who])
        assert created.status_code == 201, created.text
        return {**created.json(), "location": created.headers["location"]}

    def heard(self, path: str) -> list[dict[str, Any]]:
        """What came to a path of the receiver, as JSON."""
        return [json.loads(one.body) for one in self.receiver.heard if one.path == f"/hook{path}"]

    def heard_types(self, path: str, count: int) -> list[str]:
        """The types of what came to a path, once there are at least `count`."""
        deadline = time.monotonic() + 60
        while len(self.heard(path)) < count and time.monotonic() < deadline:
            time.sleep(0.05)
        return sorted(one["type"] for one in self.heard(path))

    def finished(self, who: str, accepted: httpx.Response) -> dict[str, Any]:
        assert accepted.status_code == 202, accepted.text
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            job: dict[str, Any] = self.api.get(accepted.headers["location"], headers=self.keys[who]).json()
            if job["status"] not in ("pending", "running"):
                return job
            time.sleep(0.1)
        raise AssertionError("the job did not end")


async def make_keys(folder: Path) -> dict[str, dict[str, str]]:
    wanted = {
        "ada": NewKey("ada", user_id="ada"),
        "bound": NewKey("bound", user_id="ada", project="spring"),
        "reader": NewKey("reader", user_id="ada", scopes=(Scope.READ,)),
        "ben": NewKey("ben", user_id="ben"),
        "carl": NewKey("carl", user_id="carl"),
    }
    made: dict[str, dict[str, str]] = {}
    async with open_application(Settings(data_dir=folder / "data", min_free_disk_mb=1), work=False) as application:
        for name, new in wanted.items():
            _, key = await application.keys.create(new)
            made[name] = {"X-API-Key": key}
    return made


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("webhooks")
    keys = asyncio.run(make_keys(folder))
    with receiving() as receiver, running_server(folder, OUTBOUND_ALLOW=f"127.0.0.1:{receiver.port}") as api:
        yield House(api, keys, receiver)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as one:
        yield one


def verified(secret: str, heard: Heard) -> dict[str, Any]:
    message: dict[str, Any] = Webhook(secret).verify(heard.body, heard.headers)
    return message


def test_a_webhook_is_made_shown_listed_and_deleted(house: House) -> None:
    created = house.create("ada", events=["job.failed", "job.completed"])
    assert created["secret"].startswith("whsec_")
    assert created["location"] == f"/webhooks/{created['id']}"
    assert created["events"] == ["job.completed", "job.failed"]
    shown = house.api.get(created["location"], headers=house.keys["reader"])
    assert shown.json() == {key: value for key, value in created.items() if key not in ("secret", "location")}
    other = house.create("ada")
    assert set(other["events"]) == {one for one in WebhookEvent if one.startswith("job.")}
    first = house.api.get("/webhooks", params={"limit": 1}, headers=house.keys["ada"]).json()
    assert [one["id"] for one in first["webhooks"]] == [other["id"]]
    rest = house.api.get("/webhooks", params={"cursor": first["cursor"]}, headers=house.keys["ada"])
    assert created["id"] in [one["id"] for one in rest.json()["webhooks"]]
    assert created["secret"] not in rest.text
    for one in (created, other):
        assert house.api.delete(one["location"], headers=house.keys["ada"]).status_code == 204
        assert house.api.get(one["location"], headers=house.keys["ada"]).status_code == 404


def test_a_test_event_arrives_signed(house: House) -> None:
    created = house.create("ada", "/signed")
    asked = house.api.post(f"{created['location']}/test", headers=house.keys["ada"])
    assert asked.status_code == 202
    assert asked.json()["state"] == "pending"
    assert house.heard_types("/signed", 1) == ["webhook.test"]
    heard = next(one for one in house.receiver.heard if one.path == "/hook/signed")
    assert verified(created["secret"], heard)["data"] == {"webhook_id": created["id"]}
    assert heard.headers["webhook-id"] == asked.json()["id"]
    assert heard.headers["Content-Type"] == "application/json"
    with pytest.raises(WebhookVerificationError):
        Webhook(created["secret"]).verify(heard.body + " ", heard.headers)
    listed = deliveries(house, created, "delivered")
    assert [(one["id"], one["last_status"], one["attempts"]) for one in listed] == [(asked.json()["id"], 204, 1)]
    assert listed[0]["delivered_at"] is not None
    assert listed[0]["next_attempt_at"] is None


def deliveries(house: House, created: dict[str, Any], state: str) -> list[dict[str, Any]]:
    """The deliveries of a webhook, once all are in a state."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        page = house.api.get(f"{created['location']}/deliveries", headers=house.keys["ada"])
        assert created["secret"] not in page.text
        listed: list[dict[str, Any]] = page.json()["deliveries"]
        if listed and all(one["state"] == state for one in listed):
            return listed
        time.sleep(0.05)
    raise AssertionError(f"not {state}")


def test_the_end_of_jobs_is_told_and_of_nodes_only_when_asked(house: House) -> None:
    ada = house.keys["ada"]
    house.create("ada", "/jobs")
    house.create("ada", "/nodes", events=["node.completed", "node.failed"])
    house.create("bound", "/spring")
    house.create("ben", "/ben")
    written = house.api.post("/dramas", json={"screenplay": SCREENPLAY}, headers=ada)
    job = house.finished("ada", written)
    assert house.heard_types("/jobs", 1) == ["job.completed"]
    message = house.heard("/jobs")[0]
    data = message["data"]
    assert (data["drama_id"], data["job_id"], data["status"]) == (job["drama_id"], job["job_id"], "completed")
    assert (data["type"], data["error"], data["project_name"]) == ("write", None, job["drama_id"])
    assert message["timestamp"].endswith("Z")
    assert house.api.get(data["urls"]["job"], headers=ada).json()["job_id"] == job["job_id"]
    assert house.api.get(data["urls"]["drama"], headers=ada).json()["id"] == job["drama_id"]

    execute = f"/dramas/{job['drama_id']}/execute"
    until = {"until": "portraits"}
    assert house.finished("ada", house.api.post(execute, json=until, headers=ada))["completed_jobs"] == 1
    assert house.heard_types("/jobs", 2) == ["job.completed"] * 2
    assert house.heard_types("/nodes", 1) == ["node.completed"]
    node = house.heard("/nodes")[0]["data"]
    assert node["result"]["url"].startswith("/asset-library/")

    assert house.finished("ada", house.api.post(execute, json=until, headers=ada))["completed_jobs"] == 1
    assert house.heard_types("/jobs", 3) == ["job.completed"] * 3
    assert house.heard_types("/nodes", 1) == ["node.completed"]  # the second run used what was there

    spring = house.api.post("/dramas", json={"screenplay": "No heading, so it fails."}, headers=house.keys["bound"])
    assert house.finished("bound", spring)["status"] == "failed"
    assert house.heard_types("/spring", 1) == ["job.failed"]
    failed = house.heard("/spring")[0]["data"]
    assert failed["project_name"] == "spring"
    assert "scene" in failed["error"]["message"]
    assert house.heard_types("/jobs", 4)[-1] == "job.failed"
    assert house.heard("/ben") == []


def test_anothers_webhook_is_not_there(house: House) -> None:
    created = house.create("ada", "/private")
    delivery = house.api.post(f"{created['location']}/test", headers=house.keys["ada"]).json()["id"]
    for who in ("ben", "bound"):
        key = house.keys[who]
        listed = house.api.get("/webhooks", headers=key).json()["webhooks"]
        assert created["id"] not in [one["id"] for one in listed]
        answers = [
            house.api.get(created["location"], headers=key),
            house.api.delete(created["location"], headers=key),
            house.api.post(f"{created['location']}/test", headers=key),
            house.api.get(f"{created['location']}/deliveries", headers=key),
            house.api.post(f"{created['location']}/deliveries/{delivery}/redeliver", headers=key),
        ]
        assert [one.status_code for one in answers] == [404] * 5
    own = house.create("ben", "/ben-own")
    stolen = house.api.post(f"{own['location']}/deliveries/{delivery}/redeliver", headers=house.keys["ben"])
    assert stolen.status_code == 404
    assert house.api.get(created["location"], headers=house.keys["ada"]).status_code == 200


def test_a_key_that_may_only_read_changes_nothing(house: House) -> None:
    created = house.create("ada")
    key = house.keys["reader"]
    answers = [
        house.api.post("/webhooks", json={"url": house.receiver.url}, headers=key),
        house.api.delete(created["location"], headers=key),
        house.api.post(f"{created['location']}/test", headers=key),
        house.api.post(f"{created['location']}/deliveries/x/redeliver", headers=key),
    ]
    assert [one.status_code for one in answers] == [403] * 4
    assert house.api.get(created["location"], headers=key).status_code == 200


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"url": "http://127.0.0.1:9/"}, "/url"),
        ({"url": "http://169.254.169.254/latest"}, "/url"),
        ({"url": "http://localhost/hook"}, "/url"),
        ({"url": "ftp://example.com/"}, "/url"),
        ({"url": "https://user:word@example.com/"}, "/url"),
        ({"url": "https://example.com:8443/"}, "/url"),
        ({"url": "https://example.com/", "events": []}, "/events"),
        ({"url": "https://example.com/", "events": ["job.started"]}, "/events/0"),
        ({"url": "https://example.com/", "secret": "mine"}, "/secret"),
        ({}, "/url"),
    ],
)
def test_what_cannot_be_a_webhook_is_refused(house: House, body: dict[str, Any], pointer: str) -> None:
    refused = house.api.post("/webhooks", json=body, headers=house.keys["ada"])
    assert refused.status_code == 422
    assert [one["pointer"] for one in refused.json()["errors"]] == [pointer]
    assert "Tuple" not in refused.text


def test_a_webhook_changes_its_address_and_what_it_hears(house: House) -> None:
    created = house.create("ada", "/before", events=["job.failed"])
    url, key = created["location"], house.keys["ada"]
    changed = house.api.patch(url, json={"events": ["job.paused", "job.completed"]}, headers=key).json()
    assert (changed["url"], changed["events"]) == (created["url"], ["job.completed", "job.paused"])
    moved = house.api.patch(url, json={"url": f"{house.receiver.url}/after"}, headers=key).json()
    assert moved == house.api.get(url, headers=key).json()
    assert moved["events"] == changed["events"]
    house.api.post(f"{url}/test", headers=key)
    assert house.heard_types("/after", 1) == ["webhook.test"]
    inside = house.api.patch(url, json={"url": "http://10.0.0.1/"}, headers=key)
    assert (inside.status_code, inside.json()["errors"][0]["pointer"]) == (422, "/url")
    assert house.api.patch(url, json={"events": []}, headers=key).status_code == 422
    assert house.api.patch(url, json={}, headers=house.keys["ben"]).status_code == 404


def test_one_idempotency_key_makes_one_webhook(house: House) -> None:
    key = {**house.keys["ada"], "Idempotency-Key": "hook"}
    first, second = (house.api.post("/webhooks", json={"url": house.receiver.url}, headers=key) for _ in range(2))
    assert first.status_code == second.status_code == 201
    assert first.json() == second.json()
    assert second.headers["idempotent-replayed"] == "true"


def test_a_user_has_only_so_many_webhooks(house: House) -> None:
    made = [house.create("carl") for _ in range(MOST_WEBHOOKS)]
    refused = house.api.post("/webhooks", json={"url": house.receiver.url}, headers=house.keys["carl"])
    assert refused.status_code == 409
    house.api.delete(made[0]["location"], headers=house.keys["carl"])
    house.create("carl")


def test_what_a_killed_server_owed_arrives_after_its_restart(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    port = free_port()
    settings = {"OUTBOUND_ALLOW": f"127.0.0.1:{port}", "LOG_LEVEL": "DEBUG"}
    with running_server(tmp_path, **settings) as api:
        created = api.post("/webhooks", json={"url": f"http://127.0.0.1:{port}/late"}).json()
        job = api.post("/dramas", json={"screenplay": SCREENPLAY})
        while api.get(job.headers["location"]).json()["status"] in ("pending", "running"):
            time.sleep(0.05)
        _kill_server(tmp_path)
    with receiving(port) as receiver, running_server(tmp_path, **settings) as api:
        heard = receiver.wait(1)[0]
        assert verified(created["secret"], heard)["data"]["job_id"] == job.json()["job_id"]
        assert heard.headers["webhook-id"].startswith("delivery_")
    said = capfd.readouterr()
    assert said.err.count("sfd: http://") == 2
    assert created["secret"].removeprefix("whsec_") not in said.out + said.err


def _kill_server(folder: Path) -> None:
    """Kill -9 the server that runs in a folder."""
    server = next(one for one in psutil.Process().children() if "serve" in one.cmdline() and one.cwd() == str(folder))
    server.send_signal(signal.SIGKILL)
    psutil.wait_procs([server], timeout=10)


@asynccontextmanager
async def sending(
    settings: Settings, *allow: str, retry_seconds: Sequence[float] = QUICK, addresses: Sequence[str] = ("127.0.0.1",)
) -> AsyncGenerator[tuple[Application, WebhookSender]]:
    """An application whose deliveries go out by a sender of the test, which finds `addresses` for every name."""

    async def resolver(_host: str, _port: int) -> Sequence[str]:
        return addresses

    allowed = settings.model_copy(update={"outbound_allow": ",".join(allow)})
    async with open_application(allowed, work=False) as application:
        sender = WebhookSender(
            application.database,
            allowed_entries(allowed.outbound_allow),
            retry_seconds=retry_seconds,
            resolver=resolver,
        )
        yield application, sender
        await sender.stop()


async def settled(application: Application, webhook_id: str) -> list[DeliveryRow]:
    """The deliveries of a webhook, newest first, once nothing is pending."""
    async with asyncio.timeout(60):
        while True:
            rows = list(await application.webhooks.deliveries(OWNER, webhook_id, 100))
            if rows and all(one.state != webhooks.PENDING for one in rows):
                return rows
            await asyncio.sleep(0.02)


async def test_a_receiver_that_fails_twice_gets_the_same_message_again(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    with receiving(answers=[500, 302]) as receiver:
        async with sending(settings, f"127.0.0.1:{receiver.port}") as (application, sender):
            row, _ = await application.webhooks.create(OWNER, receiver.url)
            delivery = await application.webhooks.test(OWNER, row.id)
            sender.start()
            (ended,) = await settled(application, row.id)
    assert (ended.state, ended.attempts, ended.last_status, ended.last_error) == ("delivered", 3, 204, None)
    assert {one.headers["webhook-id"] for one in receiver.heard} == {delivery.id}
    assert [one.path for one in receiver.heard] == ["/hook"] * 3
    assert len({verified(row.secret, one)["timestamp"] for one in receiver.heard}) == 1
    said = "".join(capsys.readouterr())
    assert said.count(delivery.id) == 2
    assert row.secret.removeprefix("whsec_") not in said


async def test_a_delivery_fails_when_its_retries_are_used_up_and_can_be_sent_again(settings: Settings) -> None:
    with receiving(answers=[500] * 3) as receiver:
        async with sending(settings, f"127.0.0.1:{receiver.port}") as (application, sender):
            row, _ = await application.webhooks.create(OWNER, receiver.url)
            delivery = await application.webhooks.test(OWNER, row.id)
            sender.start()
            (failed,) = await settled(application, row.id)
            assert (failed.state, failed.attempts, failed.last_status) == ("failed", 3, 500)
            assert failed.last_error == "the receiver answered 500"
            again = await application.webhooks.redeliver(OWNER, row.id, delivery.id)
            assert (again.state, again.attempts) == ("pending", 0)
            sender.nudge()
            (ended,) = await settled(application, row.id)
            waiting = await application.webhooks.redeliver(OWNER, row.id, delivery.id)
            assert (waiting.state, waiting.delivered_at, waiting.last_status) == ("pending", None, None)
            sender.nudge()
            (ended,) = await settled(application, row.id)
    assert (ended.id, ended.state) == (delivery.id, "delivered")
    assert {one.headers["webhook-id"] for one in receiver.heard} == {delivery.id}


async def test_a_receiver_that_is_gone_is_not_asked_again(settings: Settings) -> None:
    with receiving(answers=[410]) as receiver:
        async with sending(settings, f"127.0.0.1:{receiver.port}") as (application, sender):
            row, _ = await application.webhooks.create(OWNER, receiver.url)
            await application.webhooks.test(OWNER, row.id)
            sender.start()
            (ended,) = await settled(application, row.id)
    assert (ended.state, ended.attempts, ended.last_status) == ("failed", 1, 410)


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.1", "::1", "169.254.169.254"])
async def test_a_name_that_leads_into_the_house_later_is_not_dialled(
    settings: Settings, receiver: Receiver, address: str
) -> None:
    async with sending(settings, retry_seconds=(), addresses=(address,)) as (application, sender):
        row, _ = await application.webhooks.create(OWNER, "http://example.com/hook")
        await application.webhooks.test(OWNER, row.id)
        sender.start()
        (ended,) = await settled(application, row.id)
    assert (ended.state, ended.last_status) == ("failed", None)
    assert "public internet" in str(ended.last_error)
    assert address not in str(ended.last_error)
    assert receiver.heard == []


async def test_two_workers_send_each_delivery_once(settings: Settings, receiver: Receiver) -> None:
    allow = f"127.0.0.1:{receiver.port}"
    async with (
        sending(settings, allow) as (application, sender),
        sending(settings, allow) as (_, another),
    ):
        row, _ = await application.webhooks.create(OWNER, receiver.url)
        asked = {(await application.webhooks.test(OWNER, row.id)).id for _ in range(20)}
        sender.start()
        another.start()
        assert {one.state for one in await settled(application, row.id)} == {"delivered"}
    assert sorted(one.headers["webhook-id"] for one in receiver.heard) == sorted(asked)


async def test_a_receiver_that_never_answers_does_not_hold_up_the_others(
    settings: Settings, receiver: Receiver
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        async with sending(settings, "127.0.0.1") as (application, sender):
            stuck, _ = await application.webhooks.create(OWNER, f"http://127.0.0.1:{port}/")
            for _ in range(80):
                await application.webhooks.test(OWNER, stuck.id)
            row, _ = await application.webhooks.create(OWNER, receiver.url)
            await application.webhooks.test(OWNER, row.id)
            sender.start()
            assert [one.state for one in await settled(application, row.id)] == ["delivered"]
            waiting = await application.webhooks.deliveries(OWNER, stuck.id, 100)
            assert {one.attempts for one in waiting} == {0}  # the other did not wait for these to be given up


async def test_a_deleted_webhook_hears_nothing_more(settings: Settings, receiver: Receiver) -> None:
    async with sending(settings, f"127.0.0.1:{receiver.port}") as (application, sender):
        deleted, _ = await application.webhooks.create(OWNER, receiver.url + "/deleted")
        await application.webhooks.test(OWNER, deleted.id)
        await application.webhooks.delete(OWNER, deleted.id)
        row, _ = await application.webhooks.create(OWNER, receiver.url)
        await application.webhooks.test(OWNER, row.id)
        sender.start()
        await settled(application, row.id)
    assert [one.path for one in receiver.heard] == ["/hook"]


async def test_only_deliveries_that_ended_long_ago_are_forgotten(settings: Settings, receiver: Receiver) -> None:
    async with sending(settings, f"127.0.0.1:{receiver.port}") as (application, sender):
        row, _ = await application.webhooks.create(OWNER, receiver.url)
        await application.webhooks.test(OWNER, row.id)
        sender.start()
        await settled(application, row.id)
        await sender.stop()
        pending = await application.webhooks.test(OWNER, row.id)
        for before, left in ((now_ms() - 60_000, 2), (now_ms() + 60_000, 1)):
            async with application.database.write() as connection:
                await webhooks.forget_ended(connection, before)
            rows = await application.webhooks.deliveries(OWNER, row.id, 100)
            assert len(rows) == left
    assert rows[0].id == pending.id


def test_every_end_of_a_job_has_its_event() -> None:
    ends = {f"{what}.{status}" for what in ("job", "node") for status in JobStatus if status.ended}
    assert ends | {"job.paused", "job.resumed"} == set(WebhookEvent)


def test_a_receiver_has_three_days_to_come_back() -> None:
    assert RETRY_SECONDS == (5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400)
