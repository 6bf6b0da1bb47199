"""Who is served: keys, addresses, restarts."""

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import psutil
import pytest

from fakes.dramas import two_episode_drama
from fakes.server import free_port, running_server, sfd_environment
from sfd.application import open_application
from sfd.config import Settings
from sfd.services.keys import NewKey


def test_a_configured_key_is_needed(tmp_path: Path) -> None:
    with running_server(tmp_path, "--no-worker", API_KEYS="alpha-key, beta-key") as api:
        assert api.get("/health").status_code == 200
        refused = api.get("/dramas")
        assert refused.status_code == 401
        assert refused.headers["content-type"] == "application/problem+json"
        assert api.get("/dramas", headers={"X-API-Key": "wrong"}).status_code == 401
        assert api.get("/dramas", headers={"X-API-Key": "beta-key"}).status_code == 200


def test_without_a_key_only_this_machine_is_served(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "sfd", "serve", "--host", "0.0.0.0", "--port", str(free_port())]
    refused = subprocess.run(
        command, env=sfd_environment(tmp_path), cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
    )
    assert refused.returncode == 2
    assert "API_KEYS" in refused.stderr
    assert "sfd keys create" in refused.stderr
    assert refused.stderr.count("\n") == 1


async def test_a_key_in_the_database_opens_the_server_to_other_machines(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data")
    async with open_application(settings, work=False) as application:
        _, key = await application.keys.create(NewKey("studio"))
    with running_server(tmp_path, "--no-worker", "--host", "0.0.0.0") as api:
        assert api.get("/dramas").status_code == 401
        assert api.get("/dramas", headers={"X-API-Key": key}).status_code == 200


def test_open_streams_end_with_the_server_and_quietly(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with running_server(tmp_path, "--no-worker") as api:
        accepted = api.post("/dramas", json={"premise": "A lighthouse keeper finds a door."}).json()
        polled = f"/dramas/{accepted['drama_id']}/jobs/{accepted['job_id']}"
        with ThreadPoolExecutor() as others:
            waiting = others.submit(api.get, polled, headers={"Prefer": "wait=20"})
            with api.stream("GET", f"/dramas/{accepted['drama_id']}/events") as stream:
                chunks = stream.iter_bytes()
                assert b"event: snapshot" in next(chunks) + next(chunks)
                psutil.Process(_server_pid(tmp_path)).terminate()
                list(chunks)
            assert waiting.result().status_code == 200
    said = capfd.readouterr().err
    assert "Finished server process" in said
    assert "Traceback" not in said
    assert "Cancel" not in said


def test_any_asgi_server_can_serve_it_and_the_limits_hold(tmp_path: Path) -> None:
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", "sfd.main:app", "--factory", "--port", str(port)]
    with subprocess.Popen(command, env=sfd_environment(tmp_path, MAX_BODY_MB="1"), cwd=tmp_path) as process:
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as api:
                _wait_until_it_answers(api)
                assert api.post("/dramas", json={"premise": "x" * 1_000_000}).status_code == 413
                assert api.get("/dramas").json() == {"dramas": [], "cursor": None}
        finally:
            process.terminate()
            process.wait(60)


def test_a_second_worker_on_the_same_data_is_refused_with_the_reason(tmp_path: Path) -> None:
    with running_server(tmp_path):
        second = subprocess.run(
            [sys.executable, "-m", "sfd", "worker"],
            env=sfd_environment(tmp_path),
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert second.returncode == 5
    assert "already runs jobs" in second.stderr


def test_what_was_accepted_survives_kill_9_of_the_server(tmp_path: Path) -> None:
    with running_server(tmp_path) as api:
        api.post("/dramas", json={"drama": two_episode_drama("kept").model_dump(mode="json")})
        run = api.post("/dramas/kept/execute", json={"until": "storyboards"})
        assert run.status_code == 202
        os.kill(_server_pid(tmp_path), signal.SIGKILL)
    with running_server(tmp_path) as api:
        job = _finished(api, run.headers["location"])
    assert job["status"] == "completed"
    assert job["completed_jobs"] == job["total_jobs"] == 8


def _wait_until_it_answers(api: httpx.Client) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            api.get("/health").raise_for_status()
            return
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError("the server does not answer")


def _server_pid(folder: Path) -> int:
    for child in psutil.Process().children(recursive=True):
        if "serve" in child.cmdline() and child.cwd() == str(folder):
            return int(child.pid)
    raise AssertionError("no server")


def _finished(api: httpx.Client, url: str) -> dict[str, object]:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        job = dict(api.get(url).json())
        if job["status"] not in ("pending", "running"):
            return job
        time.sleep(0.1)
    raise AssertionError(f"{url} did not end")
