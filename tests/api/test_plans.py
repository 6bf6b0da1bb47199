"""The plan over the wire: what is found again, what is being made, and what it all comes to."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from fakes.clients import finished
from fakes.dramas import two_episode_drama
from fakes.server import running_server

SCENE = "episodes/e1/scenes/e1s1"


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    with running_server(tmp_path_factory.mktemp("plans")) as client:
        yield client


def made(api: httpx.Client, drama_id: str) -> str:
    drama = two_episode_drama(drama_id, episodes=1, scenes=2).model_dump(mode="json")
    assert api.post("/dramas", json={"drama": drama}).status_code == 201
    executed(api, drama_id)
    return drama_id


def executed(api: httpx.Client, drama_id: str) -> None:
    run = api.post(f"/dramas/{drama_id}/execute", json={"max_cost_usd": 0})
    assert run.status_code == 202, run.text
    assert finished(api, run.headers["location"])["status"] == "completed"


def planned(api: httpx.Client, drama_id: str, **choice: Any) -> dict[str, Any]:
    answer = api.get(f"/dramas/{drama_id}/plan", params=choice)
    assert answer.status_code == 200, answer.text
    return answer.json()


def states(plan: dict[str, Any]) -> dict[str, str]:
    return {node["asset_id"]: node["state"] for node in plan["nodes"]}


def test_a_change_taken_back_is_found_again_and_reused_as_the_plan_said(api: httpx.Client) -> None:
    drama = made(api, "back")
    before = api.get(f"/dramas/{drama}/{SCENE}").json()
    api.patch(f"/dramas/{drama}/{SCENE}", json={"location": "ROOF"})
    stale = states(planned(api, drama))
    assert {node for node, state in stale.items() if state == "stale"} == {"e1s1.storyboard", "e1s1.clip", "cut:e1"}
    executed(api, drama)
    api.patch(f"/dramas/{drama}/{SCENE}", json={"location": before["location"]})
    plan = planned(api, drama)
    found = {node for node, state in states(plan).items() if state == "reusable"}
    assert found == {"e1s1.storyboard", "e1s1.clip", "cut:e1"}
    assert plan["totals"]["states"] == {"fresh": 4, "reusable": 3}
    assert plan["totals"]["will_run"] == 3
    executed(api, drama)
    jobs = api.get(f"/dramas/{drama}/jobs").json()["jobs"]
    newest = {job["asset_id"]: job for job in reversed(jobs) if job["asset_id"]}
    assert all(newest[node]["metadata"]["reused"] for node in found)
    assert set(states(planned(api, drama)).values()) == {"fresh"}


def test_an_improved_drama_finds_what_its_original_has(api: httpx.Client) -> None:
    drama = made(api, "dusk")
    body = {"feedback": "Set episode 1 at dawn.", "new_drama_id": "dawn"}
    finished(api, api.post(f"/dramas/{drama}/improve", json=body).headers["location"])
    plan = planned(api, "dawn")
    assert {node for node, state in states(plan).items() if state == "reusable"} == {"ada.portrait", "ben.portrait"}
    assert plan["totals"]["states"] == {"reusable": 2, "missing": 5}
    anew = planned(api, "dawn", force=True)
    assert anew["totals"]["seconds"]["likely"] > plan["totals"]["seconds"]["likely"]


def test_what_is_being_made_names_its_job(api: httpx.Client) -> None:
    drama = two_episode_drama("busy", episodes=2, scenes=4).model_dump(mode="json")
    assert api.post("/dramas", json={"drama": drama}).status_code == 201
    run = api.post("/dramas/busy/execute").json()["parent_job_id"]
    plan = planned(api, "busy")
    cut = next(node for node in plan["nodes"] if node["asset_id"] == "cut:e2")
    assert (cut["state"], cut["reason"]) == ("running", f"it waits in job {run}:cut:e2")
    api.post(f"/jobs/{run}/cancel")
    finished(api, f"/jobs/{run}")
    assert states(planned(api, "busy"))["cut:e2"] == "missing"


def test_totals_are_the_sum_of_the_nodes(api: httpx.Client) -> None:
    drama = two_episode_drama("sums").model_dump(mode="json")
    assert api.post("/dramas", json={"drama": drama}).status_code == 201
    plan = planned(api, "sums")
    totals = plan["totals"]
    assert totals["nodes"] == len(plan["nodes"]) == totals["states"]["missing"]
    for bound in ("low", "likely", "high"):
        spent = sum(node["cost_range_usd"][bound] for node in plan["nodes"])
        assert totals["cost_range_usd"][bound] == pytest.approx(spent)
    assert 0 < totals["seconds"]["low"] < totals["seconds"]["likely"] < totals["seconds"]["high"]
