"""The library over the wire: lineage, what uses what, tags, thumbnails, takes from files, undoing a deletion."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image

from fakes.clients import finished, make_key
from fakes.dramas import two_episode_drama
from fakes.files import content
from fakes.media import mp4, png
from fakes.server import running_server
from sfd.domain.owner import Scope

DRAMA = "lift"


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A server with one drama that is made up to its cut."""
    with running_server(tmp_path_factory.mktemp("library")) as client:
        drama = two_episode_drama(DRAMA, episodes=1, scenes=2).model_dump(mode="json")
        assert client.post("/dramas", json={"drama": drama}).status_code == 201
        run = client.post(f"/dramas/{DRAMA}/execute", json={})
        assert finished(client, run.headers["location"])["status"] == "completed"
        yield client


def listed(api: httpx.Client, **params: Any) -> list[dict[str, Any]]:
    answer = api.get("/asset-library/list", params=params)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["assets"])


def brought(api: httpx.Client, data: bytes, name: str = "mine.png", **fields: str) -> dict[str, Any]:
    form = {"project_name": "mine", "asset_type": "image", "tag": "reference", **fields}
    answer = api.post("/asset-library/upload", data=form, files={"file": (name, data)})
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def file_of(api: httpx.Client, node: str) -> dict[str, Any]:
    takes = api.get(f"/dramas/{DRAMA}/assets/{node}/takes").json()["takes"]
    return dict(next(take for take in takes if take["selected"])["file"])


def test_what_was_made_says_where_it_came_from(api: httpx.Client) -> None:
    board, portrait = file_of(api, "e1s1.storyboard"), file_of(api, "ada.portrait")
    lineage = board["metadata"]
    assert (lineage["drama_id"], lineage["node_id"]) == (DRAMA, "e1s1.storyboard")
    job = api.get(f"/dramas/{DRAMA}/jobs/{lineage['job_id']}").json()
    assert job["result"]["library_asset_id"] == board["asset_id"]
    take = api.get(f"/dramas/{DRAMA}/assets/e1s1.storyboard/takes").json()["takes"][0]
    assert lineage["take_id"] == take["take_id"]
    assert (lineage["provider"], lineage["sha256"]) == ("preview", board["sha256"])
    assert lineage["prompt"]
    assert lineage["parameters"] == {"aspect_ratio": "9:16"}
    assert len(lineage["fingerprint"]) == 64
    assert lineage["cost_usd"] == 0
    drawn = Image.open(BytesIO(api.get(board["public_url"]).content))
    assert (lineage["width"], lineage["height"]) == drawn.size
    first = lineage["made_from"][0]
    assert first == {"asset_id": portrait["asset_id"], "node_id": "ada.portrait", "sha256": portrait["sha256"]}
    clip = file_of(api, "e1s1.clip")["metadata"]
    assert clip["made_from"][0]["asset_id"] == board["asset_id"]
    assert clip["parameters"]["seconds"] == pytest.approx(clip["duration"], abs=0.3)
    cut = file_of(api, "cut:e1")["metadata"]
    assert [one["node_id"] for one in cut["made_from"]] == ["e1s1.clip", "e1s2.clip"]


def test_what_used_a_portrait_is_one_question(api: httpx.Client) -> None:
    portrait = file_of(api, "ada.portrait")
    using = listed(api, uses=portrait["asset_id"])
    assert {one["metadata"]["node_id"] for one in using} == {"e1s1.storyboard", "e1s2.storyboard"}
    board = file_of(api, "e1s1.storyboard")
    assert [one["metadata"]["node_id"] for one in listed(api, uses=board["asset_id"])] == ["e1s1.clip"]


def test_files_are_found_by_their_lineage(api: httpx.Client) -> None:
    board = file_of(api, "e1s2.storyboard")
    assert [one["asset_id"] for one in listed(api, drama_id=DRAMA, node_id="e1s2.storyboard")] == [board["asset_id"]]
    assert [one["asset_id"] for one in listed(api, job_id=board["metadata"]["job_id"])] == [board["asset_id"]]
    assert board["asset_id"] in [one["asset_id"] for one in listed(api, sha256=board["sha256"])]
    made = listed(api, drama_id=DRAMA)
    assert {one["metadata"]["provider"] for one in listed(api, drama_id=DRAMA, provider="preview")} == {"preview"}
    assert len(listed(api, drama_id=DRAMA, provider="preview")) < len(made)
    assert listed(api, drama_id="none") == []
    pages: list[str] = []
    cursor = None
    while True:
        page = api.get(
            "/asset-library/list", params={"tag": "clip", "limit": 1, **({"cursor": cursor} if cursor else {})}
        )
        pages += [one["asset_id"] for one in page.json()["assets"]]
        if (cursor := page.json()["cursor"]) is None:
            break
    assert pages == [one["asset_id"] for one in listed(api, tag="clip")]
    assert len(pages) == 2


def test_free_text_finds_parts_of_words_in_any_script(api: httpx.Client) -> None:
    asset = brought(api, png(3), "Der Aufzug 电梯停在四楼 50%.png", project_name="texts")
    for word in ("AUFZ", "电梯", "停在四", "0%", "%"):
        assert [one["asset_id"] for one in listed(api, project_name="texts", q=word)] == [asset["asset_id"]]
    for word in ('x"y', "aufzug 停", "_"):
        assert listed(api, project_name="texts", q=word) == []
    api.patch(asset["public_url"], json={"filename": "lift.png"})
    assert listed(api, project_name="texts", q="aufzug") == []
    assert len(listed(api, project_name="texts", q="lift")) == 1


def test_a_file_may_have_several_tags(api: httpx.Client) -> None:
    asset = brought(api, png(4), project_name="tags")
    assert asset["tags"] == ["reference"]
    url = asset["public_url"]
    changed = api.patch(url, json={"tags": ["location", "night", "location"]}).json()
    assert (changed["tag"], changed["tags"]) == ("location", ["location", "night"])
    assert api.patch(url, json={"tag": "place"}).json()["tags"] == ["place", "night"]
    for tag in ("place", "night"):
        assert [one["asset_id"] for one in listed(api, tag=tag, project_name="tags")] == [asset["asset_id"]]
    assert [one["asset_id"] for one in listed(api, tag="night")] == [asset["asset_id"]]
    assert listed(api, tag="location") == []
    assert api.patch(url, json={"tags": []}).status_code == 422


@pytest.mark.parametrize(
    ("name", "kind"),
    [("picture.png", "image"), ("photo.jpg", "image"), ("picture.gif", "image"), ("film.mp4", "video")],
)
def test_pictures_and_films_have_thumbnails(api: httpx.Client, name: str, kind: str) -> None:
    asset = brought(api, content(name), name, asset_type=kind)
    answer = api.get(asset["thumbnail_url"])
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "image/webp"
    assert "immutable" in answer.headers["cache-control"]
    assert "sandbox" in answer.headers["content-security-policy"]
    assert Image.open(BytesIO(answer.content)).format == "WEBP"
    again = api.get(asset["thumbnail_url"], headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_thumbnail_is_small_and_upright(api: httpx.Client) -> None:
    buffer = BytesIO()
    turned = Image.Exif()
    turned[0x0112] = 6
    Image.new("RGB", (1600, 1200), "red").save(buffer, "JPEG", exif=turned)
    asset = brought(api, buffer.getvalue(), "phone.jpg")
    assert Image.open(BytesIO(api.get(asset["thumbnail_url"]).content)).size == (360, 480)


def test_text_and_sound_have_none(api: httpx.Client) -> None:
    asset = brought(api, b"words", "notes.txt", asset_type="text")
    assert asset["thumbnail_url"] is None
    answer = api.get(f"{asset['public_url']}/thumbnail")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
    assert "no picture" in answer.json()["detail"]


def planned(api: httpx.Client, node: str) -> dict[str, Any]:
    nodes = api.get(f"/dramas/{DRAMA}/plan").json()["nodes"]
    return dict(next(one for one in nodes if one["asset_id"] == node))


def test_a_file_of_ones_own_becomes_a_take_and_the_plan_knows(api: httpx.Client) -> None:
    before = file_of(api, "ben.portrait")
    mine = brought(api, png(170), "ben.png")
    url = f"/dramas/{DRAMA}/assets/ben.portrait/takes"
    added = api.post(url, json={"library_asset_id": mine["asset_id"]})
    assert added.status_code == 201, added.text
    take = added.json()
    assert (take["selected"], take["job_id"], take["file"]["asset_id"]) == (True, None, mine["asset_id"])
    assert planned(api, "ben.portrait")["state"] == "fresh"
    assert planned(api, "e1s1.storyboard")["state"] == "stale"
    assert api.get(f"/dramas/{DRAMA}/characters/ben").json()["url"] == mine["public_url"]
    assert api.post(url, json={"library_asset_id": mine["asset_id"]}).json()["take_id"] == take["take_id"]
    refused = api.delete(mine["public_url"])
    assert (refused.status_code, "selected take of ben.portrait" in refused.text) == (409, True)
    old = next(one for one in api.get(url).json()["takes"] if one["file"]["asset_id"] == before["asset_id"])
    assert api.post(f"{url}/{old['take_id']}/select").status_code == 200
    assert planned(api, "e1s1.storyboard")["state"] == "fresh"


def test_a_clip_of_ones_own_is_cut_into_the_episode(api: httpx.Client) -> None:
    mine = brought(api, mp4(2.0, 30), "clip.mp4", asset_type="video", tag="clip")
    url = f"/dramas/{DRAMA}/assets/e1s2.clip/takes"
    assert api.post(url, json={"library_asset_id": mine["asset_id"]}).status_code == 201
    assert (planned(api, "e1s2.clip")["state"], planned(api, "cut:e1")["state"]) == ("fresh", "stale")
    run = api.post(f"/dramas/{DRAMA}/execute", json={"max_cost_usd": 0})
    assert finished(api, run.headers["location"])["status"] == "completed"
    assert file_of(api, "cut:e1")["metadata"]["made_from"][1]["asset_id"] == mine["asset_id"]


@pytest.mark.parametrize(
    ("node", "name", "kind", "words"),
    [
        ("ada.portrait", "film.mp4", "video", "PNG, JPEG or WebP"),
        ("ada.portrait", "picture.gif", "image", "PNG, JPEG or WebP"),
        ("e1s1.clip", "picture.png", "image", "MP4"),
        ("e1s1.clip", "film.webm", "video", "MP4"),
        ("cut:e1", "film.mp4", "video", "clips"),
    ],
)
def test_a_file_of_another_kind_is_no_take(api: httpx.Client, node: str, name: str, kind: str, words: str) -> None:
    asset = brought(api, content(name), name, asset_type=kind)
    before = api.get(f"/dramas/{DRAMA}/assets/{node}/takes").json()
    refused = api.post(f"/dramas/{DRAMA}/assets/{node}/takes", json={"library_asset_id": asset["asset_id"]})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/library_asset_id")
    assert words in refused.text
    assert api.get(f"/dramas/{DRAMA}/assets/{node}/takes").json() == before


def test_a_take_needs_a_node_and_a_file_that_are_there(api: httpx.Client) -> None:
    mine = brought(api, png(5))
    body = {"library_asset_id": mine["asset_id"]}
    assert api.post(f"/dramas/{DRAMA}/assets/nobody/takes", json=body).status_code == 404
    assert api.post("/dramas/none/assets/ada.portrait/takes", json=body).status_code == 404
    gone = api.post(f"/dramas/{DRAMA}/assets/ada.portrait/takes", json={"library_asset_id": "asset_none"})
    assert gone.status_code == 422


def test_a_deleted_file_can_be_restored(api: httpx.Client) -> None:
    asset = brought(api, png(6), project_name="undo")
    url = asset["public_url"]
    api.patch(url, json={"tags": ["one", "two"]})
    assert api.post(f"{url}/restore").json()["tags"] == ["one", "two"]  # nothing was deleted
    assert api.post("/asset-library/asset_none/restore").status_code == 404
    assert api.delete(url).status_code == 204
    assert listed(api, tag="two", project_name="undo") == []
    back = api.post(f"{url}/restore")
    assert (back.status_code, back.json()["tags"]) == (200, ["one", "two"])
    assert [one["asset_id"] for one in listed(api, tag="two", q="mine")] == [asset["asset_id"]]
    assert api.get(url).content == png(6)


def test_only_an_admin_sees_another_users_files_and_nobody_touches_them(tmp_path: Path) -> None:
    keys = {who: make_key(tmp_path, who) for who in ("ann", "bob")}
    keys["root"] = make_key(tmp_path, "root", scopes=(Scope.ADMIN,))
    with running_server(tmp_path, "--no-worker") as api:
        api.headers["X-API-Key"] = keys["ann"]
        asset = brought(api, png(7))
        api.headers["X-API-Key"] = keys["bob"]
        assert listed(api, user_id="ann") == []
        for answer in (api.get(asset["thumbnail_url"]), api.post(f"{asset['public_url']}/restore")):
            assert answer.status_code == 404
        api.headers["X-API-Key"] = keys["root"]
        assert [one["asset_id"] for one in listed(api, user_id="ann")] == [asset["asset_id"]]
        assert listed(api) == []
        assert api.delete(asset["public_url"]).status_code == 404


def test_a_quota_is_kept_and_counts_the_same_bytes_once(tmp_path: Path) -> None:
    noise = Image.effect_noise((800, 800), 90)
    buffers = [BytesIO(), BytesIO()]
    noise.save(buffers[0], "PNG")
    noise.rotate(90).save(buffers[1], "PNG")
    first, second = (one.getvalue() for one in buffers)
    assert 500_000 < len(first) < 1_000_000 < len(first) + len(second)
    with running_server(tmp_path, "--no-worker", USER_LIBRARY_MB="1") as api:
        asset = brought(api, first)
        brought(api, first)
        form = {"project_name": "mine", "asset_type": "image", "tag": "reference"}
        refused = api.post("/asset-library/upload", data=form, files={"file": ("b.png", second)})
        assert (refused.status_code, refused.json()["code"]) == (413, "quota_exceeded")
        assert "of 1.0 MB" in refused.json()["detail"]
        assert len(listed(api)) == 2
        assert api.get(asset["public_url"]).content == first
