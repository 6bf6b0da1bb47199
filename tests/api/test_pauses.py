"""Runs that rest: shown, told, capped and counted over the wire. No worker runs, so nothing happens by itself."""

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from fakes.dramas import two_episode_drama
from fakes.server import running_server
from fakes.sfd_command import sfd
from fakes.streams import follow

NODES = 5


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("pauses")


@pytest.fixture(scope="module")
def api(folder: Path) -> Iterator[httpx.Client]:
    with running_server(folder, "--no-worker", OUTBOUND_ALLOW="hooks.internal") as client:
        yield client


def started(api: httpx.Client, drama_id: str, **body: Any) -> str:
    """The URL of a run that nobody works at."""
    drama = two_episode_drama(drama_id, episodes=1, scenes=1).model_dump(mode="json")
    assert api.post("/dramas", json={"drama": drama}).status_code == 201
    run = api.post(f"/dramas/{drama_id}/execute", json=body)
    assert run.status_code == 202, run.text
    return f"/jobs/{run.json()['parent_job_id']}"


def said(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_pause_is_shown_where_the_job_is_and_told_to_webhooks(api: httpx.Client) -> None:
    hook = api.post("/webhooks", json={"url": "http://hooks.internal/"}).json()
    run = started(api, "resting")
    assert api.get(run).json()["paused_for"] is None
    paused = api.post(f"{run}/pause").json()
    assert (paused["paused_for"], paused["status"]) == ("user", "pending")
    assert api.get("/dramas/resting/jobs", params={"parents_only": True}).json()["jobs"][0]["paused_for"] == "user"
    assert api.post(f"{run}/resume").json()["paused_for"] is None
    api.post(f"{run}/cancel")
    owed = api.get(f"/webhooks/{hook['id']}/deliveries").json()["deliveries"]
    assert [one["event"] for one in owed] == ["job.cancelled", "job.resumed", "job.paused"]
    assert {(one["job_id"], one["drama_id"]) for one in owed} == {(paused["job_id"], "resting")}


def test_the_stream_of_a_run_says_that_it_paused_and_how_it_ended(api: httpx.Client) -> None:
    run = started(api, "streamed")
    api.post(f"{run}/pause")
    api.post(f"{run}/cancel")
    told = list(follow(api, f"{run}/events", after=0))
    own = [one.data for one in told if one.event == "job" and one.data["parent_job_id"] is None]
    assert [(one["status"], one["paused_for"]) for one in own] == [
        ("pending", None),
        ("pending", "user"),
        ("cancelled", None),
    ]
    assert own[-1]["progress"] == 1.0
    end = told[-1].data
    assert (end["total_jobs"], end["cancelled_jobs"], end["needs_review_jobs"]) == (NODES, NODES, 0)


def test_a_job_counts_what_was_cancelled(api: httpx.Client) -> None:
    run = started(api, "counted")
    job = api.post(f"{run}/cancel").json()
    assert (job["total_jobs"], job["completed_jobs"], job["cancelled_jobs"]) == (NODES, 0, NODES)
    assert (job["needs_review_jobs"], job["progress"]) == (0, 1.0)


def test_the_cap_of_a_run_is_shown_kept_changed_and_lifted(api: httpx.Client) -> None:
    run = started(api, "capped", max_cost_usd=5)
    assert api.get(run).json()["limits"] == {"max_cost_usd": 5.0, "spent_usd": 0.0, "reserved_usd": 0.0}
    child = api.get(run).json()["child_jobs"][0]
    assert api.get(f"/jobs/{child}").json()["limits"] is None
    api.post(f"{run}/pause")
    caps = [
        api.post(f"{run}/resume", json=body).json()["limits"]["max_cost_usd"]
        for body in ({}, {"max_cost_usd": 7.5}, {"max_cost_usd": None})
    ]
    assert caps == [5.0, 7.5, None]


def test_the_command_line_says_that_a_run_goes_on_and_that_it_is_paused(api: httpx.Client, folder: Path) -> None:
    run = started(api, "told")
    plan = said(sfd(folder, "plan", "told"))
    assert f"{NODES} of {NODES} nodes are being made by a run that goes on." in plan
    assert "sfd execute" not in plan
    assert "sfd resume told" in plan
    api.post(f"{run}/pause")
    assert "paused" in said(sfd(folder, "jobs", "told"))
