"""Schemathesis over the real server, by everything that the OpenAPI document says: see schemathesis.toml."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import httpx
from prepared import Prepared, prepared_server

from fakes.clients import finished

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "10"))
CONFIG = Path(__file__).with_name("schemathesis.toml")
# Without a worker a job never ends, so a stream of one never ends; what streams take is tried below.
STREAMS = "/events$"
FEWEST_LINKS_FOLLOWED = 10


def schemathesis(prepared: Prepared, *options: str) -> "subprocess.CompletedProcess[str]":
    program = Path(sys.executable).with_name("schemathesis")
    command = [program, "--config-file", CONFIG, "run", f"{prepared.url}/openapi.json", "--no-color", *options]
    environment = {**os.environ, "COLUMNS": "160"}
    return subprocess.run(
        command, cwd=prepared.folder, env=environment, capture_output=True, text=True, check=False, encoding="utf-8"
    )


def test_no_check_finds_anything(tmp_path: Path) -> None:
    with prepared_server(tmp_path, "--no-worker") as prepared:
        done = schemathesis(
            prepared, "-n", str(EXAMPLES), "--exclude-path-regex", STREAMS, "--report-json-path", "report.json"
        )
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr[-2_000:]
    report = json.loads((tmp_path / "report.json").read_text())
    assert report["complete"]
    assert report["operations"]["tested"] == report["operations"]["selected"] == report["operations"]["total"] - 2
    followed = re.search(r"API Links:\s+(\d+) covered", done.stdout)
    assert followed is not None
    assert int(followed[1]) >= FEWEST_LINKS_FOLLOWED


def test_streams_take_any_parameters(tmp_path: Path) -> None:
    with prepared_server(tmp_path, "--no-worker") as prepared:
        # Nothing is active: every stream ends at once.
        done = schemathesis(
            prepared, "-n", str(EXAMPLES), "--include-path-regex", STREAMS, "--phases", "coverage,fuzzing"
        )
        assert done.returncode == 0, done.stdout[-20_000:] + done.stderr[-2_000:]
        with httpx.Client(base_url=prepared.url, headers={"X-API-Key": prepared.keys["alice"]}) as alice:
            for odd in ("", "-1", "0", "99999999999999999999", "١٢", "x" * 40):
                assert alice.get("/dramas/lift1/events", params={"last_event_id": odd}).status_code in (200, 204)


def test_whatever_is_accepted_is_written_or_refused_with_a_reason(tmp_path: Path) -> None:
    writing = ["--include-operation-id", "createDrama", "--include-operation-id", "improveDrama"]
    with prepared_server(tmp_path) as prepared:
        done = schemathesis(prepared, "-n", str(EXAMPLES), *writing, "--phases", "examples,coverage,fuzzing")
        assert done.returncode == 0, done.stdout[-20_000:] + done.stderr[-2_000:]
        with httpx.Client(base_url=prepared.url, headers={"X-API-Key": prepared.keys["alice"]}, timeout=60) as alice:
            jobs = [finished(alice, job["urls"]["self"]) for job in alice.get("/jobs?limit=1000").json()["jobs"]]
    assert any(job["status"] == "completed" for job in jobs)
    assert [job for job in jobs if job["status"] != "completed" and job["error"]["code"] == "internal"] == []
