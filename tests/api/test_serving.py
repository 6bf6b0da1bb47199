"""Who is served: keys, addresses, restarts."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx

from fakes.dramas import two_episode_drama
from fakes.server import free_port, running_server, sfd_environment


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
    assert refused.stderr.count("\n") == 1


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


def _server_pid(folder: Path) -> int:
    import psutil  # noqa: PLC0415 - only this test looks at processes

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
