"""Watching jobs over the wire: streams that survive kill -9, many readers, and long polls."""

import asyncio
import json
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import pytest

from fakes.dramas import two_episode_drama
from fakes.server import free_port, running_server, sfd_environment
from fakes.streams import Told, follow, parse_stream
from sfd.application import open_application
from sfd.config import Settings
from sfd.services.keys import NewKey

READERS = 500
PATIENCE = 180
ENDED = ("completed", "failed", "cancelled", "needs_review")


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    with running_server(tmp_path_factory.mktemp("events")) as client:
        yield client


def start(
    api: httpx.Client, drama_id: str, until: str = "storyboards", *, episodes: int = 1, scenes: int = 1
) -> dict[str, Any]:
    """Store a drama and run it; returns the accepted run."""
    drama = two_episode_drama(drama_id, episodes=episodes, scenes=scenes).model_dump(mode="json")
    assert api.post("/dramas", json={"drama": drama}).status_code == 201
    accepted = api.post(f"/dramas/{drama_id}/execute", json={"until": until})
    assert accepted.status_code == 202
    return dict(accepted.json())


def finish(api: httpx.Client, run: dict[str, Any]) -> dict[str, Any]:
    """Wait for a run with one long poll after the other."""
    for _ in range(PATIENCE // 20):
        job = api.get(f"/jobs/{run['parent_job_id']}", headers={"Prefer": "wait=20"}).json()
        if job["status"] in ENDED:
            return dict(job)
    raise AssertionError(f"{run} did not end")


def test_a_run_is_watched_from_its_snapshot_to_its_end(api: httpx.Client) -> None:
    run = start(api, "watched", "cuts")
    snapshot, *changes, end = list(follow(api, "/dramas/watched/events"))
    assert snapshot.event == "snapshot"
    assert snapshot.data["last_event_id"] == snapshot.id
    children = [job["job_id"] for job in snapshot.data["jobs"] if job["parent_job_id"]]
    assert len(children) == 5
    assert {one.event for one in changes} == {"job"}
    ids = [one.id for one in changes if one.id is not None]
    assert ids == sorted(set(ids))
    assert min(ids) > (snapshot.id or 0)
    assert (end.event, end.id) == ("end", ids[-1])
    assert end.data["job"]["status"] == "completed"
    assert (end.data["total_jobs"], end.data["completed_jobs"]) == (5, 5)
    everything = list(follow(api, f"/jobs/{run['parent_job_id']}/events", after=0))
    for child in children:
        seen = [one.data["status"] for one in everything if one.event == "job" and one.data["job_id"] == child]
        assert (seen[0], seen[-1]) == ("running", "completed")


def test_a_reader_who_has_everything_is_told_not_to_come_back(api: httpx.Client) -> None:
    start(api, "done", "portraits")
    last = list(follow(api, "/dramas/done/events"))[-1]
    again = api.get("/dramas/done/events", headers={"Last-Event-ID": str(last.id)})
    assert (again.status_code, again.content) == (204, b"")
    assert api.get("/dramas/done/events", params={"last_event_id": str(last.id)}).status_code == 204


@pytest.mark.parametrize("after", ["999999999", "9" * 40, "-5", "no-number"])
def test_an_id_that_the_log_does_not_have_starts_afresh(api: httpx.Client, after: str) -> None:
    if api.get("/dramas/afresh").status_code == 404:
        finish(api, start(api, "afresh", "portraits"))
    with api.stream("GET", "/dramas/afresh/events", params={"last_event_id": after}) as answer:
        told = list(parse_stream(answer.iter_lines()))
    assert [one.event for one in told] == ["reset", "snapshot", "end"]


def test_a_stream_is_never_stored_or_held_back_on_its_way(api: httpx.Client) -> None:
    start(api, "headers", "portraits")
    with api.stream("GET", "/dramas/headers/events") as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-accel-buffering"] == "no"


def test_a_drama_without_jobs_has_an_empty_snapshot_and_an_end(api: httpx.Client) -> None:
    api.post("/dramas", json={"drama": {"id": "quiet"}})
    snapshot, end = list(follow(api, "/dramas/quiet/events"))
    assert (snapshot.data["jobs"], end.data["job"]) == ([], None)
    assert api.get("/dramas/quiet/events", headers={"Last-Event-ID": str(end.id)}).status_code == 204


def test_things_of_another_user_are_not_there(tmp_path: Path) -> None:
    mine, theirs = asyncio.run(_two_keys(tmp_path))
    with running_server(tmp_path) as api:
        api.headers["X-API-Key"] = mine
        run = start(api, "private", "portraits")
        finish(api, run)
        assert len(api.get("/jobs").json()["jobs"]) == 3
        api.headers["X-API-Key"] = theirs
        for path in ("/dramas/private/events", "/dramas/private/jobs"):
            assert api.get(path).status_code == 404
        for path in (f"/jobs/{run['parent_job_id']}", f"/jobs/{run['parent_job_id']}/events"):
            refused = api.get(path, headers={"Prefer": "wait=60"})
            assert refused.status_code == 404
            assert refused.headers["content-type"] == "application/problem+json"
        assert api.get("/jobs").json() == {"jobs": [], "cursor": None}


async def _two_keys(folder: Path) -> tuple[str, str]:
    settings = Settings(data_dir=folder / "data", min_free_disk_mb=1)
    async with open_application(settings, work=False) as application:
        made = [await application.keys.create(NewKey(name=user, user_id=user)) for user in ("ada", "ben")]
    return made[0][1], made[1][1]


@contextmanager
def server_on(folder: Path, port: int) -> Generator[tuple[httpx.Client, subprocess.Popen[bytes]]]:
    """`sfd serve` on a port that stays the same."""
    command = [sys.executable, "-m", "sfd", "serve", "--port", str(port)]
    with subprocess.Popen(command, env=sfd_environment(folder), cwd=folder) as process:
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
                _wait_until_healthy(client)
                yield client, process
        finally:
            process.terminate()
            process.wait(60)


def _wait_until_healthy(client: httpx.Client) -> None:
    for _ in range(600):
        try:
            client.get("/health").raise_for_status()
            return
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError("the server did not become healthy")


def test_kill_9_in_the_middle_of_a_stream_loses_and_repeats_nothing(tmp_path: Path) -> None:
    port, told = free_port(), list[Told]()
    with server_on(tmp_path, port) as (api, process):
        start(api, "torn", episodes=2, scenes=3)
        with suppress(httpx.TransportError):
            for one in follow(api, "/dramas/torn/events", after=0):
                told.append(one)
                if len(told) == 6:
                    process.kill()
    assert told[-1].event == "job"
    with server_on(tmp_path, port) as (api, _):
        told += follow(api, "/dramas/torn/events", after=told[-1].id)
        again = list(follow(api, "/dramas/torn/events", after=0))
    assert told[-1].event == "end"
    assert told[-1].data["job"]["status"] == "completed"
    logged = _logged(tmp_path, "torn")
    assert [(one.id, one.data) for one in told[:-1]] == logged
    assert [(one.id, one.data) for one in again[:-1]] == logged


def _logged(folder: Path, drama_id: str) -> list[tuple[int, dict[str, Any]]]:
    """The log as it is in the database."""
    with closing(sqlite3.connect(folder / "data" / "sfd.db")) as connection:
        rows = connection.execute("SELECT seq, data FROM event WHERE drama_id = ? ORDER BY seq", (drama_id,))
        return [(seq, json.loads(data)) for seq, data in rows]


async def _read_raw(port: int, path: str) -> list[tuple[int | None, str]]:
    """What one cheap reader gets: event kinds and ids."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
    text = (await reader.read()).decode()
    writer.close()
    await writer.wait_closed()
    lines = (line for line in text.split("\n") if line.partition(":")[0] in ("", "event", "data", "id"))
    return [(one.id, one.event) for one in parse_stream(lines)]


async def test_500_readers_get_every_event_though_one_of_them_never_reads(api: httpx.Client) -> None:
    port = api.base_url.port or 0
    await asyncio.to_thread(start, api, "crowd", episodes=2, scenes=3)
    path = "/dramas/crowd/events?last_event_id=0"
    with socket.socket() as idle:
        idle.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
        idle.connect(("127.0.0.1", port))
        idle.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        async with asyncio.timeout(PATIENCE):
            heard = await asyncio.gather(*(_read_raw(port, path) for _ in range(READERS)))
    replayed = [
        (one.id, one.event) for one in await asyncio.to_thread(lambda: list(follow(api, "/dramas/crowd/events", 0)))
    ]
    assert len(replayed) > 2 * 8
    assert heard == [replayed] * READERS


def test_a_long_poll_is_answered_when_the_job_ends(api: httpx.Client) -> None:
    run = start(api, "polled")
    path = f"/dramas/polled/jobs/{run['parent_job_id']}"
    answer = api.get(path, headers={"Prefer": "respond-async, wait=600"})
    assert answer.json()["status"] == "completed"
    assert answer.headers["preference-applied"] == "wait=60"
    assert "Prefer" in answer.headers["vary"]
    assert "retry-after" not in answer.headers
    assert answer.json()["last_event_id"] == list(follow(api, "/dramas/polled/events", after=0))[-1].id
    assert answer.json()["urls"] == {
        "self": path,
        "events": f"/jobs/{run['parent_job_id']}/events",
        "cancel": f"/jobs/{run['parent_job_id']}/cancel",
    }
    assert api.get(answer.json()["urls"]["self"]).json() == api.get(f"/jobs/{run['parent_job_id']}").json()


def test_a_long_poll_with_an_etag_is_answered_at_the_next_change_or_with_304(api: httpx.Client) -> None:
    run = start(api, "changing", episodes=2, scenes=2)
    path = f"/jobs/{run['parent_job_id']}"
    seen = api.get(path)
    assert seen.headers["retry-after"] == "1"
    statuses = {seen.json()["completed_jobs"]}
    while seen.json()["status"] not in ENDED:
        headers = {"Prefer": "wait=30", "If-None-Match": seen.headers["etag"]}
        later = api.get(path, headers=headers)
        assert later.status_code == 200
        assert later.headers["etag"] != seen.headers["etag"]
        seen = later
        statuses.add(seen.json()["completed_jobs"])
    assert len(statuses) > 2
    headers = {"Prefer": "wait=1", "If-None-Match": seen.headers["etag"]}
    unchanged = api.get(path, headers=headers)
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    assert unchanged.headers["preference-applied"] == "wait=1"


def test_a_job_that_waits_answers_as_it_is_when_the_time_is_over(tmp_path: Path) -> None:
    with running_server(tmp_path, "--no-worker") as api:
        run = start(api, "waiting")
        answer = api.get(f"/jobs/{run['parent_job_id']}", headers={"Prefer": "wait=1"})
        assert answer.json()["status"] == "pending"
        assert (answer.headers["preference-applied"], answer.headers["retry-after"]) == ("wait=1", "1")
        child = answer.json()["child_jobs"][0]
        held = {"Prefer": "wait=1", "If-None-Match": api.get(f"/jobs/{child}").headers["etag"]}
        assert api.get(f"/jobs/{child}", headers=held).status_code == 304


def test_lists_of_jobs_are_paged_filtered_and_not_sent_twice(api: httpx.Client) -> None:
    finish(api, start(api, "listed", "portraits"))
    finish(api, start(api, "listed_too", "portraits"))
    first = api.get("/jobs", params={"parents_only": True, "limit": 1})
    assert [job["drama_id"] for job in first.json()["jobs"]] == ["listed_too"]
    assert first.json()["jobs"][0]["completed_jobs"] == 2
    second = api.get("/jobs", params={"parents_only": True, "limit": 1, "cursor": first.json()["cursor"]})
    assert [job["drama_id"] for job in second.json()["jobs"]] == ["listed"]
    portraits = api.get("/jobs", params={"drama_id": "listed", "type": "portrait", "status": "completed"}).json()
    assert {job["metadata"]["character_id"] for job in portraits["jobs"]} == {"ada", "ben"}
    for path in ("/jobs", "/dramas/listed/jobs"):
        page = api.get(path)
        same = api.get(path, headers={"If-None-Match": f'"other", {page.headers["etag"]}'})
        assert (same.status_code, same.content) == (304, b"")
