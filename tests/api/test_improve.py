"""Improving over the wire: another drama that names its origin, and only what changed is made again."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from fakes.clients import finished
from fakes.dramas import two_episode_drama
from fakes.server import running_server
from fakes.studio import OWNER, Studio, ended
from sfd.application import open_application
from sfd.config import Settings
from sfd.domain.errors import InvalidInput, NotFound
from sfd.domain.owner import DEFAULT_USER, Owner


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    with running_server(tmp_path_factory.mktemp("improving")) as client:
        yield client


def stored(api: httpx.Client, drama_id: str) -> dict[str, Any]:
    drama = two_episode_drama(drama_id, episodes=2, scenes=2).model_dump(mode="json")
    assert api.post("/dramas", json={"drama": drama}).status_code == 201
    return drama


def executed(api: httpx.Client, drama_id: str) -> dict[str, dict[str, Any]]:
    """Make a drama; the jobs of its nodes by node."""
    run = api.post(f"/dramas/{drama_id}/execute", json={})
    assert finished(api, run.headers["location"])["status"] == "completed"
    jobs = api.get(f"/dramas/{drama_id}/jobs", params={"limit": 100}).json()["jobs"]
    return {job["asset_id"]: job for job in jobs if job["asset_id"]}


def test_only_what_changed_is_made_again(api: httpx.Client) -> None:
    original = stored(api, "lift")
    made = executed(api, "lift")
    feedback = "Set episode 2 at dawn."
    accepted = api.post("/dramas/lift/improve", json={"feedback": feedback, "new_drama_id": "lift_at_dawn"})
    assert accepted.status_code == 202
    assert accepted.headers["retry-after"]
    body = accepted.json()
    assert (body["drama_id"], body["status"]) == ("lift_at_dawn", "pending")
    assert accepted.headers["location"] == body["urls"]["self"]
    job = finished(api, accepted.headers["location"])
    assert (job["status"], job["type"], job["prompt"]) == ("completed", "write", feedback)

    improved = api.get("/dramas/lift_at_dawn").json()
    assert improved["origin"] == {"drama_id": "lift", "feedback": feedback}
    assert improved["status"] == "ready"
    assert improved["characters"] == original["characters"]
    assert improved["episodes"][0] == original["episodes"][0]
    for scene, before in zip(improved["episodes"][1]["scenes"], original["episodes"][1]["scenes"], strict=True):
        assert scene == {**before, "time_of_day": "DAWN"}

    again = executed(api, "lift_at_dawn")
    assert again.keys() == made.keys()
    changed = {"e2s1.storyboard", "e2s2.storyboard", "e2s1.clip", "e2s2.clip", "cut:e2"}
    assert {node for node, one in again.items() if not one["metadata"].get("reused")} == changed
    for node, one in again.items():
        same = one["result"]["library_asset_id"] == made[node]["result"]["library_asset_id"]
        assert same == (node not in changed)


def test_what_the_job_was_given_is_what_it_writes_from(api: httpx.Client) -> None:
    stored(api, "gone")
    accepted = api.post("/dramas/gone/improve", json={"feedback": "call Ada Eve"})
    assert api.delete("/dramas/gone").status_code == 204
    assert finished(api, accepted.headers["location"])["status"] == "completed"
    improved = api.get(f"/dramas/{accepted.json()['drama_id']}").json()
    assert [one["name"] for one in improved["characters"]] == ["Eve", "Ben"]
    assert improved["origin"]["drama_id"] == "gone"


def test_feedback_that_is_not_understood_fails_the_job_with_what_is(api: httpx.Client) -> None:
    stored(api, "dogless")
    accepted = api.post("/dramas/dogless/improve", json={"feedback": "Call Ada Eve. Add a dog."})
    job = finished(api, accepted.headers["location"])
    assert job["status"] == "failed"
    assert job["error"]["code"] == "invalid"
    assert "“Add a dog”" in job["error"]["message"]
    assert "a different ending" in job["error"]["message"]
    half_done = api.get(f"/dramas/{accepted.json()['drama_id']}").json()
    assert (half_done["status"], half_done["episodes"], half_done["characters"]) == ("failed", [], [])
    again = api.post(f"/dramas/{accepted.json()['drama_id']}/improve", json={"feedback": "shorter"})
    assert again.status_code == 409


def test_the_same_request_with_a_key_is_accepted_once(api: httpx.Client) -> None:
    stored(api, "once")
    headers = {"Idempotency-Key": "improve-once"}
    first, second = (
        api.post("/dramas/once/improve", json={"feedback": "make it noir"}, headers=headers) for _ in range(2)
    )
    assert second.json() == first.json()
    assert second.headers["idempotent-replayed"] == "true"


def test_an_id_that_is_taken_is_a_conflict_and_nothing_is_written(api: httpx.Client) -> None:
    stored(api, "mine")
    refused = api.post("/dramas/mine/improve", json={"feedback": "shorter", "new_drama_id": "mine"})
    assert refused.status_code == 409
    assert api.get("/dramas/mine/jobs").json()["jobs"] == []


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/feedback"),
        ({"feedback": " \n"}, "/feedback"),
        ({"feedback": "x" * 20_001}, "/feedback"),
        ({"feedback": "shorter\0"}, "/feedback"),
        ({"feedback": "shorter", "new_drama_id": "no/slash"}, "/new_drama_id"),
        ({"feedback": "shorter", "colour": "red"}, "/colour"),
    ],
)
def test_feedback_that_nobody_could_use_is_refused_at_once(
    api: httpx.Client, body: dict[str, Any], pointer: str
) -> None:
    refused = api.post("/dramas/lift/improve", json=body)
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"] == pointer


def test_a_drama_that_is_not_there_cannot_be_improved(api: httpx.Client) -> None:
    assert api.post("/dramas/none/improve", json={"feedback": "shorter"}).status_code == 404


@pytest.mark.parametrize("stranger", [Owner("another"), Owner(DEFAULT_USER, only_project="elsewhere")])
async def test_a_drama_of_another_user_or_project_is_not_there(studio: Studio, stranger: Owner) -> None:
    async with studio([]) as application:
        await application.dramas.add(OWNER, two_episode_drama("private").model_dump(mode="json"))
        with pytest.raises(NotFound):
            await application.improving.improve(stranger, "private", "shorter")
        accepted = await application.improving.improve(OWNER, "private", "shorter")
        assert accepted.job.project == "private"
        assert (await ended(application, accepted.job)).status == "completed"


async def test_a_writer_that_does_not_improve_says_so(settings: Settings) -> None:
    async with open_application(settings.model_copy(update={"writer": "screenplay"}), work=False) as application:
        await application.dramas.add(OWNER, two_episode_drama("stuck").model_dump(mode="json"))
        with pytest.raises(InvalidInput, match="WRITER"):
            await application.improving.improve(OWNER, "stuck", "shorter")
