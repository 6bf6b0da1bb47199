"""The API over the wire, with the preview providers and a real worker in the server's process."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from fakes.clients import finished
from fakes.dramas import two_episode_drama
from fakes.server import running_server
from sfd.media.check import check_film

SCREENPLAY = """Title: One Floor

# Episode 1: Up

INT. LIFT - NIGHT

The doors close.

ADA
Which floor is this?
"""


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    with running_server(tmp_path_factory.mktemp("api")) as client:
        yield client


def test_what_this_server_is(api: httpx.Client) -> None:
    assert api.get("/health").json() == {"status": "ok"}
    assert api.get("/").json()["openapi"] == "/openapi.json"


def test_the_whole_way_from_screenplay_to_film(api: httpx.Client, tmp_path: Path) -> None:
    accepted = api.post("/dramas", json={"screenplay": SCREENPLAY})
    assert accepted.status_code == 202
    drama_id = accepted.json()["drama_id"]
    assert accepted.headers["location"] == f"/dramas/{drama_id}/jobs/{accepted.json()['job_id']}"
    assert accepted.headers["retry-after"]
    assert finished(api, accepted.headers["location"])["status"] == "completed"

    run = api.post(f"/dramas/{drama_id}/execute", json={})
    assert run.status_code == 202
    assert run.json()["dag_id"] == f"dag_{drama_id}"
    parent = finished(api, run.headers["location"])
    assert parent["status"] == "completed"
    assert parent["total_jobs"] == parent["completed_jobs"] == 4
    assert len(parent["child_jobs"]) == 4

    episode = api.get(f"/dramas/{drama_id}/episodes").json()["episodes"][0]
    film = api.get(episode["url"])
    assert film.headers["content-type"] == "video/mp4"
    path = tmp_path / "film.mp4"
    path.write_bytes(film.content)
    facts = check_film(path)
    assert (facts.width, facts.height, facts.fps) == (720, 1280, 24)

    jobs = api.get(f"/dramas/{drama_id}/jobs").json()["jobs"]
    assert {job["type"] for job in jobs} == {"write", "execute", "portrait", "storyboard", "clip", "cut"}
    cut = next(job for job in jobs if job["type"] == "cut")
    assert cut["result"]["library_asset_id"] in cut["r2_url"]
    assert cut["r2_key"].startswith("blobs/")
    assert cut["parent_job_id"] == parent["job_id"]


def test_a_finished_drama_is_stored_and_read_by_its_parts(api: httpx.Client) -> None:
    drama = two_episode_drama("parts").model_dump(mode="json")
    created = api.post("/dramas", json={"drama": drama})
    assert created.status_code == 201
    assert created.headers["location"] == "/dramas/parts"
    whole = api.get("/dramas/parts").json()
    assert whole["episodes"][1]["scenes"][2]["id"] == "e2s3"
    assert api.get("/dramas/parts/characters/ada").json()["name"] == "Ada"
    assert len(api.get("/dramas/parts/characters").json()["characters"]) == 2
    assert api.get("/dramas/parts/episodes/e2").json()["title"] == "Floor 2"
    scene = "/dramas/parts/episodes/e1/scenes/e1s2"
    assert api.get(scene).json()["location"] == "Lift"
    assert len(api.get("/dramas/parts/episodes/e1/scenes").json()["scenes"]) == 3
    assert [one["kind"] for one in api.get(f"{scene}/assets").json()["assets"]] == ["image", "video"]
    assert api.get(f"{scene}/assets/e1s2.clip").json()["depends_on"] == ["e1s2.storyboard"]


def test_an_unchanged_drama_is_not_sent_again(api: httpx.Client) -> None:
    api.post("/dramas", json={"drama": two_episode_drama("etag").model_dump(mode="json")})
    first = api.get("/dramas/etag")
    again = api.get("/dramas/etag", headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304
    assert again.content == b""


def test_dramas_are_listed_in_pages(api: httpx.Client) -> None:
    for number in range(3):
        api.post("/dramas", json={"drama": {"id": f"page_{number}", "title": f"Page {number}"}})
    seen: list[str] = []
    cursor = None
    while True:
        page = api.get("/dramas", params={"limit": 2, **({"cursor": cursor} if cursor else {})}).json()
        seen += [drama["id"] for drama in page["dramas"]]
        cursor = page["cursor"]
        if cursor is None:
            break
    assert len(seen) == len(set(seen))
    assert {"page_0", "page_1", "page_2"} <= set(seen)


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/premise"),
        ({"premise": "   "}, "/premise"),
        ({"premise": "A story.", "episodes": 101}, "/episodes"),
        ({"premise": "A story.", "colour": "red"}, "/colour"),
        (
            {"drama": {"title": "x", "episodes": [{"id": "e", "scenes": [{"id": "s", "shot": {"size": "huge"}}]}]}},
            "size",
        ),
    ],
)
def test_bad_input_is_named_by_its_path(api: httpx.Client, body: dict[str, Any], pointer: str) -> None:
    refused = api.post("/dramas", json=body)
    assert refused.status_code == 422
    assert refused.headers["content-type"] == "application/problem+json"
    problem = refused.json()
    assert pointer in problem["errors"][0]["pointer"]
    assert problem["status"] == 422
    assert problem["instance"] == "/dramas"


def test_a_screenplay_without_a_scene_is_refused_by_its_write_job(api: httpx.Client) -> None:
    accepted = api.post("/dramas", json={"screenplay": "Just some words, and no heading."})
    job = finished(api, accepted.headers["location"])
    assert job["status"] == "failed"
    assert "scene" in job["error"]["message"]
    drama = accepted.json()["drama_id"]
    refused = api.post(f"/dramas/{drama}/execute", json={})
    assert refused.status_code == 409
    assert "did not succeed" in refused.json()["detail"]


@pytest.mark.parametrize(
    "path",
    ["/dramas/none", "/dramas/none/jobs", "/dramas/none/jobs/x", "/dramas/none/episodes", "/asset-library/none", "/no"],
)
def test_what_is_not_there_is_a_problem_document(api: httpx.Client, path: str) -> None:
    missing = api.get(path)
    assert missing.status_code == 404
    assert missing.headers["content-type"] == "application/problem+json"
    assert missing.json()["code"] == "not_found"


def test_an_id_that_is_taken_is_a_conflict(api: httpx.Client) -> None:
    api.post("/dramas", json={"drama": {"id": "taken"}})
    again = api.post("/dramas", json={"premise": "A story.", "id": "taken"})
    assert again.status_code == 409
    assert "taken" in again.json()["detail"]


def test_files_are_served_by_range_and_safely(api: httpx.Client) -> None:
    accepted = api.post("/dramas", json={"screenplay": SCREENPLAY})
    finished(api, accepted.headers["location"])
    drama_id = accepted.json()["drama_id"]
    run = api.post(f"/dramas/{drama_id}/execute", json={"until": "portraits"})
    finished(api, run.headers["location"])
    listed = api.get("/asset-library/list", params={"project_name": drama_id}).json()["assets"]
    assert [asset["tag"] for asset in listed] == ["character"]
    url = listed[0]["public_url"]
    whole = api.get(url)
    part = api.get(url, headers={"Range": "bytes=0-7"})
    assert part.status_code == 206
    assert part.content == whole.content[:8] == b"\x89PNG\r\n\x1a\n"
    assert whole.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in whole.headers["content-security-policy"]
    assert api.get(url, headers={"If-None-Match": whole.headers["etag"]}).status_code == 304
    metadata = api.get(f"{url}/metadata").json()
    assert metadata["metadata"]["drama_id"] == drama_id
    assert metadata["size"] == len(whole.content)


def test_every_answer_is_in_the_openapi_document(api: httpx.Client) -> None:
    document = api.get("/openapi.json").json()
    operations = [
        operation for path in document["paths"].values() for operation in path.values() if "operationId" in operation
    ]
    ids = [operation["operationId"] for operation in operations]
    assert len(ids) == len(set(ids))
    assert all("application/problem+json" in one["responses"]["404"]["content"] for one in operations)
