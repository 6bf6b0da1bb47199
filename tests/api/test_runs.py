"""Plan, execute, generate, choose, cancel, try again, delete: over the wire, with previews that really draw."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest

from fakes.clients import finished, make_key
from fakes.dramas import two_episode_drama
from fakes.server import running_server
from fakes.streams import follow

SCENE = "episodes/e1/scenes/e1s1"


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    with running_server(tmp_path_factory.mktemp("runs")) as client:
        yield client


def stored(api: httpx.Client, drama_id: str, *, episodes: int = 1, scenes: int = 1) -> str:
    drama = two_episode_drama(drama_id, episodes=episodes, scenes=scenes).model_dump(mode="json")
    assert api.post("/dramas", json={"drama": drama}).status_code == 201
    return drama_id


def executed(api: httpx.Client, drama_id: str, **body: Any) -> dict[str, Any]:
    run = api.post(f"/dramas/{drama_id}/execute", json=body)
    assert run.status_code == 202, run.text
    return finished(api, run.headers["location"])


def states(api: httpx.Client, drama_id: str) -> dict[str, str]:
    plan = api.get(f"/dramas/{drama_id}/plan").json()
    return {node["asset_id"]: node["state"] for node in plan["nodes"]}


def test_the_plan_says_what_would_be_made_and_what_is_there(api: httpx.Client) -> None:
    drama = stored(api, "planned")
    plan = api.get(f"/dramas/{drama}/plan").json()
    assert {node["state"] for node in plan["nodes"]} == {"missing"}
    totals = plan["totals"]
    assert (totals["nodes"], totals["will_run"], totals["reused"], totals["cost_usd"]) == (5, 5, 0, 0.0)
    until = api.get(f"/dramas/{drama}/plan", params={"until": "portraits"}).json()
    assert [node["type"] for node in until["nodes"]] == ["portrait", "portrait"]
    assert executed(api, drama)["status"] == "completed"
    assert set(states(api, drama).values()) == {"fresh"}
    assert api.get(f"/dramas/{drama}/plan").json()["totals"]["reused"] == 5
    assert api.get(f"/dramas/{drama}/plan", params={"episodes": "nope"}).status_code == 422


def test_the_plan_names_what_went_stale_and_why(api: httpx.Client) -> None:
    drama = stored(api, "stale")
    executed(api, drama)
    api.patch(f"/dramas/{drama}", json={"title": "Another title"})
    assert set(states(api, drama).values()) == {"fresh"}
    api.patch(f"/dramas/{drama}/{SCENE}", json={"location": "ROOF"})
    plan = {node["asset_id"]: node for node in api.get(f"/dramas/{drama}/plan").json()["nodes"]}
    assert plan["e1s1.storyboard"]["state"] == "stale"
    assert "location" in plan["e1s1.storyboard"]["reason"]
    assert "e1s1.storyboard" in plan["e1s1.clip"]["reason"]
    assert plan["ada.portrait"]["state"] == "fresh"


def test_generate_makes_one_asset_and_what_it_lacks(api: httpx.Client) -> None:
    drama = stored(api, "one")
    asked = api.post(f"/dramas/{drama}/{SCENE}/assets/e1s1.clip/generate", json={"duration": 3})
    assert asked.status_code == 202
    body = asked.json()
    assert (body["drama_id"], body["asset_id"], body["status"]) == (drama, "e1s1.clip", "pending")
    job = finished(api, f"/dramas/{drama}/jobs/{body['job_id']}")
    assert (job["status"], job["type"], job["asset_id"]) == ("completed", "clip", "e1s1.clip")
    assert states(api, drama) == {
        "ada.portrait": "fresh",
        "ben.portrait": "fresh",
        "e1s1.storyboard": "fresh",
        "e1s1.clip": "fresh",
        "cut:e1": "missing",
    }
    assert api.get(f"/dramas/{drama}/{SCENE}/assets/e1s1.clip").json()["duration"] == 3


def test_filming_a_stale_storyboard_is_said_before_it_happens(api: httpx.Client) -> None:
    drama = stored(api, "warned")
    executed(api, drama)
    url = f"/dramas/{drama}/{SCENE}/assets/e1s1.clip/generate"
    fresh = api.post(url).json()
    assert fresh["warnings"] == []
    finished(api, f"/jobs/{fresh['job_id']}")
    api.patch(f"/dramas/{drama}/{SCENE}", json={"location": "ROOF"})
    key = {"Idempotency-Key": "a stale clip"}
    (warning,) = api.post(url, headers=key).json()["warnings"]
    assert "e1s1.storyboard as it is, which is stale" in warning
    assert "location" in warning
    assert api.post(url, headers=key).json()["warnings"] == [warning]


def test_a_run_says_in_its_own_events_how_far_it_is(api: httpx.Client) -> None:
    drama = stored(api, "far")
    executed(api, drama, until="portraits")
    run = executed(api, drama)
    told = [one.data for one in follow(api, run["urls"]["events"], after=0)]
    shares = [one["progress"] for one in told if one.get("job_id") == run["job_id"] and one["status"] == "running"]
    assert shares
    assert all(0.4 <= share <= 1 for share in shares)  # the portraits, two of five nodes, were there


def test_generate_a_character_with_a_prompt_and_a_picture_to_look_at(api: httpx.Client) -> None:
    drama = stored(api, "face")
    from fakes.media import png  # noqa: PLC0415 - drawn by this test only

    form = {"user_id": "10000", "project_name": drama, "asset_type": "image", "tag": "reference"}
    sent = api.post("/asset-library/upload", data=form, files={"file": ("design.png", png(90))}).json()
    body = {"prompt": "A brave warrior with silver armor", "reference_images": [sent["public_url"]]}
    asked = api.post(f"/dramas/{drama}/characters/ada/generate", json=body)
    assert asked.status_code == 202
    assert asked.json()["character_id"] == "ada"
    job = finished(api, asked.headers["location"])
    assert (job["status"], job["prompt"]) == ("completed", body["prompt"])
    lineage = api.get(f"/asset-library/{job['result']['library_asset_id']}/metadata").json()["metadata"]
    assert lineage["references"] == [sent["asset_id"]]
    character = api.get(f"/dramas/{drama}/characters/ada").json()
    assert character["url"] == job["r2_url"]
    assert character["assets"][0]["prompt"] == body["prompt"]
    assert states(api, drama)["ada.portrait"] == "fresh"
    refused = api.post(f"/dramas/{drama}/characters/ada/generate", json={"reference_images": ["asset_nope"]})
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"] == "/reference_images/0"
    inside = api.post(f"/dramas/{drama}/characters/ada/generate", json={"reference_images": ["http://127.0.0.1/x"]})
    assert inside.status_code == 422


def test_takes_are_kept_and_one_can_be_chosen(api: httpx.Client) -> None:
    drama = stored(api, "takes")
    executed(api, drama)
    takes = f"/dramas/{drama}/assets/e1s1.storyboard/takes"
    first = api.get(takes).json()["takes"][0]
    body = {"prompt": "The same lift, from above"}
    finished(api, api.post(f"/dramas/{drama}/{SCENE}/assets/e1s1.storyboard/generate", json=body).headers["location"])
    second, kept = api.get(takes).json()["takes"]
    assert (second["selected"], kept["selected"]) == (True, False)
    assert kept["take_id"] == first["take_id"]
    before = states(api, drama)
    assert before["e1s1.storyboard"] == "fresh"
    chosen = api.post(f"{takes}/{first['take_id']}/select")
    assert chosen.status_code == 200
    assert chosen.json()["selected"] is True
    plan = {node["asset_id"]: node for node in api.get(f"/dramas/{drama}/plan").json()["nodes"]}
    assert plan["e1s1.storyboard"]["state"] == "fresh"
    assert "chosen" in plan["e1s1.storyboard"]["reason"]
    scene = api.get(f"/dramas/{drama}/{SCENE}").json()
    assert scene["image_url"] == first["file"]["public_url"]
    assert api.post(f"{takes}/take_nope/select").status_code == 404


def test_an_episode_is_assembled_from_the_clips_there_are(api: httpx.Client) -> None:
    drama = stored(api, "cuts")
    early = api.post(f"/dramas/{drama}/episodes/e1/assemble")
    assert early.status_code == 409
    assert "e1s1.clip" in early.json()["detail"]
    executed(api, drama)
    again = api.post(f"/dramas/{drama}/episodes/e1/assemble")
    assert again.status_code == 202
    job = finished(api, again.headers["location"])
    assert (job["status"], job["type"]) == ("completed", "cut")
    assert len(api.get(f"/dramas/{drama}/assets/cut:e1/takes").json()["takes"]) == 2
    assert api.post(f"/dramas/{drama}/episodes/nope/assemble").status_code == 404


def test_a_run_is_cancelled_and_taken_up_again(api: httpx.Client) -> None:
    drama = stored(api, "stopped", episodes=2, scenes=3)
    run = api.post(f"/dramas/{drama}/execute").json()
    cancelled = api.post(f"/jobs/{run['parent_job_id']}/cancel")
    assert cancelled.status_code == 200
    parent = finished(api, f"/jobs/{run['parent_job_id']}")
    assert parent["status"] == "cancelled"
    assert api.post(f"/jobs/{run['parent_job_id']}/cancel").json()["status"] == "cancelled"
    children = api.get(f"/dramas/{drama}/jobs", params={"parent_job_id": run["parent_job_id"]}).json()["jobs"]
    assert {child["status"] for child in children} <= {"cancelled", "completed"}
    again = api.post(f"/jobs/{run['parent_job_id']}/retry")
    assert again.status_code == 202
    assert finished(api, again.headers["location"])["status"] == "completed"
    refused = api.post(f"/jobs/{again.json()['job_id']}/retry")
    assert refused.status_code == 409


def test_a_drama_deleted_in_mid_run_is_gone_and_its_run_ends(api: httpx.Client) -> None:
    drama = stored(api, "gone", episodes=2, scenes=3)
    run = api.post(f"/dramas/{drama}/execute").json()
    assert api.delete(f"/dramas/{drama}").status_code == 204
    for path in ("", "/episodes", "/plan", "/jobs"):
        assert api.get(f"/dramas/{drama}{path}").status_code == 404
    assert api.delete(f"/dramas/{drama}").status_code == 404
    assert finished(api, f"/jobs/{run['parent_job_id']}")["status"] == "cancelled"


def test_a_drama_is_deleted_only_as_it_was_read(api: httpx.Client) -> None:
    drama = stored(api, "guarded")
    tag = api.get(f"/dramas/{drama}").headers["etag"]
    api.patch(f"/dramas/{drama}", json={"title": "Changed"})
    assert api.delete(f"/dramas/{drama}", headers={"If-Match": tag}).status_code == 412
    assert api.get(f"/dramas/{drama}").status_code == 200


def test_a_second_execution_names_the_first(api: httpx.Client) -> None:
    drama = stored(api, "busy", episodes=2, scenes=3)
    run = api.post(f"/dramas/{drama}/execute").json()
    second = api.post(f"/dramas/{drama}/execute")
    assert second.status_code == 409
    assert second.json()["job_id"] == run["parent_job_id"]
    api.post(f"/jobs/{run['parent_job_id']}/cancel")


def test_two_hundred_requests_with_one_idempotency_key_are_accepted_once(api: httpx.Client) -> None:
    drama = stored(api, "once")
    ready = threading.Barrier(20)

    def ask(number: int) -> httpx.Response:
        if number < 20:
            ready.wait(30)
        return api.post(f"/dramas/{drama}/execute", json={"until": "portraits"}, headers={"Idempotency-Key": "k-1"})

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(ask, range(200)))
    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.json()["parent_job_id"] for answer in answers}) == 1
    assert sum("idempotent-replayed" not in answer.headers for answer in answers) == 1
    runs = api.get(f"/dramas/{drama}/jobs", params={"parents_only": True}).json()["jobs"]
    assert len(runs) == 1
    other = api.post(f"/dramas/{drama}/execute", json={}, headers={"Idempotency-Key": "k-1"})
    assert other.status_code == 422


def test_one_idempotency_key_makes_one_drama(api: httpx.Client) -> None:
    def ask(_number: int) -> httpx.Response:
        return api.post("/dramas", json={"premise": "A lift stops."}, headers={"Idempotency-Key": "d-1"})

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(ask, range(24)))
    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.json()["drama_id"] for answer in answers}) == 1


def test_a_replayed_drama_is_the_stored_one(api: httpx.Client) -> None:
    body = {"drama": {"title": "Twice"}}
    first = api.post("/dramas", json=body, headers={"Idempotency-Key": "s-1"})
    second = api.post("/dramas", json=body, headers={"Idempotency-Key": "s-1"})
    assert first.status_code == second.status_code == 201
    assert first.json()["id"] == second.json()["id"]
    assert second.headers["idempotent-replayed"] == "true"


def test_an_execution_dearer_than_allowed_is_not_started(api: httpx.Client) -> None:
    drama = stored(api, "free")
    assert executed(api, drama, max_cost_usd=0, until="portraits")["status"] == "completed"
    usage = api.get("/usage").json()
    assert usage["user_id"] == "10000"
    assert usage["total"] == {"paid_jobs": 0, "actual_usd": 0.0, "reserved_usd": 0.0}


def test_a_key_with_a_cap_sees_usage_of_its_user_only(tmp_path: Path) -> None:
    alice = make_key(tmp_path, "alice", cap=Decimal(0))
    with running_server(tmp_path, "--no-worker") as api:
        api.headers["X-API-Key"] = alice
        stored(api, "hers")
        assert api.post("/dramas/hers/execute").status_code == 202  # previews cost nothing
        assert api.get("/usage").json()["user_id"] == "alice"


def test_what_limits_a_run_is_never_overlooked_in_the_address(api: httpx.Client) -> None:
    drama = stored(api, "address")
    refused = api.post(f"/dramas/{drama}/execute", params={"max_cost_usd": 0})
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"] == "/max_cost_usd"
    assert api.get(f"/dramas/{drama}/jobs").json()["jobs"] == []
