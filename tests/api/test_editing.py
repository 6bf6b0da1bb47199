"""Editing a drama over the wire, and beside a run of it."""

import asyncio
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest

from fakes.dramas import two_episode_drama
from fakes.server import running_server
from fakes.studio import OWNER, Studio, ended
from sfd.application import open_application
from sfd.config import Settings
from sfd.db.library import LibraryRow, insert_library_asset
from sfd.db.session import Database
from sfd.domain.clock import now_ms
from sfd.domain.editing import Shelf
from sfd.domain.errors import Conflict, NotFound
from sfd.domain.owner import DEFAULT_USER, Owner
from sfd.domain.patches import DramaPatch, NewEpisode, ScenePatch
from sfd.generation.plan import Choice, NodeState
from sfd.services.dramas import NewDrama

SCENE = "episodes/e1/scenes/e1s2"
PARTS = [
    "",
    "/characters/ada",
    "/characters/ada/assets/ada.portrait",
    "/episodes/e1",
    f"/{SCENE}",
    f"/{SCENE}/assets/e1s2.clip",
]
CHANGES: list[dict[str, Any]] = [
    {"title": "Other", "style": "film noir", "metadata": {"a": 1}},
    {"name": "Adele", "main": False, "metadata": {"a": 1}},
    {"prompt": "She smiles.", "metadata": {"a": 1}},
    {"title": "Down", "premise": "It goes down.", "metadata": {"a": 1}},
    {"location": "Roof", "shot": {"size": "wide"}, "dialogue": [{"character_id": "ben", "line": "Up."}]},
    {"prompt": "Slowly.", "duration": 7.5, "depends_on": ["e1s1.storyboard"], "metadata": {"a": {"b": None}}},
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("editing")


@pytest.fixture(scope="module")
def api(folder: Path) -> Iterator[httpx.Client]:
    with running_server(folder, "--no-worker", REQUESTS_PER_MINUTE="100000") as client:
        yield client


numbers = count()


@pytest.fixture
def drama(api: httpx.Client) -> str:
    """The URL of a new drama."""
    given = two_episode_drama(f"edited_{next(numbers)}").model_dump(mode="json")
    assert api.post("/dramas", json={"drama": given}).status_code == 201
    return f"/dramas/{given['id']}"


def pointers(refused: httpx.Response) -> list[str]:
    assert refused.status_code == 422, refused.text
    return [one["pointer"] for one in refused.json()["errors"]]


@pytest.mark.parametrize(("part", "changes"), list(zip(PARTS, CHANGES, strict=True)))
def test_a_patch_is_answered_with_the_whole_part_and_stays(
    api: httpx.Client, drama: str, part: str, changes: dict[str, Any]
) -> None:
    url = drama + part
    before = api.get(url)
    changed = api.patch(url, json=changes, headers={"Content-Type": "application/merge-patch+json"})
    assert changed.status_code == 200, changed.text
    again = api.get(url)
    assert again.json() == changed.json()
    assert again.headers["etag"] == changed.headers["etag"] != before.headers["etag"]
    assert again.headers["etag"].startswith('"')
    for name, value in changes.items():
        if name == "shot":
            assert again.json()[name] == {**before.json()[name], **value}
        elif name == "dialogue":
            assert [line["line"] for line in again.json()[name]] == ["Up."]
        else:
            assert again.json()[name] == value
    assert {
        **again.json(),
        **{name: before.json()[name] for name in [*changes, "revision"] if name in before.json()},
    } == (before.json())


@pytest.mark.parametrize("part", PARTS)
def test_an_empty_patch_changes_nothing(api: httpx.Client, drama: str, part: str) -> None:
    whole = api.get(drama).headers["etag"]
    before = api.get(drama + part).headers["etag"]
    unchanged = api.patch(drama + part, json={})
    assert unchanged.status_code == 200
    assert unchanged.headers["etag"] == before
    assert api.get(drama).headers["etag"] == whole


@pytest.mark.parametrize("part", PARTS[1:])
def test_a_known_part_is_not_sent_again(api: httpx.Client, drama: str, part: str) -> None:
    tag = api.get(drama + part).headers["etag"]
    for header in (tag, f'"other", W/{tag}', "*"):
        known = api.get(drama + part, headers={"If-None-Match": header})
        assert known.status_code == 304
        assert known.headers["etag"] == tag
        assert known.content == b""
    assert api.get(drama + part, headers={"If-None-Match": '"other"'}).status_code == 200


@pytest.mark.parametrize("part", PARTS)
def test_an_edit_of_what_changed_meanwhile_is_refused(api: httpx.Client, drama: str, part: str) -> None:
    url = drama + part
    old = api.get(url).headers["etag"]
    assert api.patch(url, json={"metadata": {"by": "one"}}, headers={"If-Match": old}).status_code == 200
    current = api.get(url)
    for header in (old, f"W/{current.headers['etag']}", "no tag"):
        refused = api.patch(url, json={"metadata": {"by": "two"}}, headers={"If-Match": header})
        assert refused.status_code == 412
        assert refused.json()["code"] == "precondition_failed"
    assert api.get(url).json() == current.json()
    listed = f'"other", {current.headers["etag"]}'
    assert api.patch(url, json={"metadata": {"by": "two"}}, headers={"If-Match": listed}).status_code == 200
    assert api.patch(url, json={"metadata": {"by": None}}, headers={"If-Match": "*"}).json()["metadata"] == {}


def test_an_edit_of_another_scene_does_not_disturb(api: httpx.Client, drama: str) -> None:
    tag = api.get(f"{drama}/{SCENE}").headers["etag"]
    api.patch(f"{drama}/episodes/e1/scenes/e1s1", json={"sound": "rain"})
    api.patch(drama, json={"title": "Another"})
    assert api.patch(f"{drama}/{SCENE}", json={"sound": "wind"}, headers={"If-Match": tag}).status_code == 200


@pytest.mark.parametrize(
    ("part", "changes", "pointer"),
    [
        ("", {"id": "other"}, "/id"),
        ("", {"episodes": []}, "/episodes"),
        ("", {"language": "not a language"}, "/language"),
        ("", {"metadata": 3}, "/metadata"),
        ("/characters/ada", {"name": None}, "/name"),
        ("/characters/ada", {"name": "x" * 301}, "/name"),
        ("/characters/ada", {"url": "http://x"}, "/url"),
        ("/episodes/e1", {"scenes": []}, "/scenes"),
        (f"/{SCENE}", {"image_url": "x"}, "/image_url"),
        (f"/{SCENE}", {"assets": []}, "/assets"),
        (f"/{SCENE}", {"dialogue": [{"character_id": "nobody", "line": "Hm."}]}, "/dialogue/0/character_id"),
        (f"/{SCENE}", {"dialogue": [{"character_id": "ada"}]}, "/dialogue/0/line"),
        (f"/{SCENE}", {"characters": ["ada", "nobody"]}, "/characters/1"),
        (f"/{SCENE}", {"shot": {"over_shoulder": "nobody"}}, "/shot/over_shoulder"),
        (f"/{SCENE}", {"shot": {"lens_mm": 3}}, "/shot/lens_mm"),
        (f"/{SCENE}/assets/e1s2.clip", {"depends_on": ["e1s2.storyboard", "none"]}, "/depends_on/1"),
        (f"/{SCENE}/assets/e1s2.clip", {"depends_on": ["e1s2.clip"]}, "/depends_on"),
        (f"/{SCENE}/assets/e1s2.storyboard", {"depends_on": ["e1s2.clip"]}, "/depends_on"),
        ("/characters/ada/assets/ada.portrait", {"depends_on": ["e1s1.storyboard"]}, "/depends_on"),
        (f"/{SCENE}/assets/e1s2.clip", {"duration": 61}, "/duration"),
        (f"/{SCENE}/assets/e1s2.storyboard", {"duration": 3}, "/duration"),
        (f"/{SCENE}/assets/e1s2.clip", {"kind": "image"}, "/kind"),
        (f"/{SCENE}/assets/e1s2.clip", {"references": ["none"]}, "/references/0"),
    ],
)
def test_what_cannot_be_used_is_named_where_it_was_sent(
    api: httpx.Client, drama: str, part: str, changes: dict[str, Any], pointer: str
) -> None:
    before = api.get(drama)
    refused = api.patch(drama + part, json=changes)
    assert pointers(refused) == [pointer]
    assert refused.headers["content-type"] == "application/problem+json"
    assert api.get(drama).content == before.content


@pytest.mark.parametrize("body", ["[]", "null", '"x"', "3"])
def test_a_patch_is_an_object(api: httpx.Client, drama: str, body: str) -> None:
    refused = api.patch(f"{drama}/{SCENE}", content=body, headers={"Content-Type": "application/json"})
    assert refused.status_code == 422


@pytest.mark.parametrize(
    "part", ["/none", "/x/characters/none", "/x/episodes/none", "/x/episodes/e1/scenes/e2s1", f"/x/{SCENE}/assets/none"]
)
def test_what_is_not_there_cannot_be_edited(api: httpx.Client, drama: str, part: str) -> None:
    url = part.replace("/x", drama) if part.startswith("/x") else f"/dramas{part}"
    assert api.patch(url, json={}).status_code == 404
    if part.startswith("/x"):
        assert api.delete(url).status_code == 404
        assert api.get(url).status_code == 404


def test_pictures_of_the_users_own_library_are_references(api: httpx.Client, drama: str, folder: Path) -> None:
    asyncio.run(put_into_library(folder, "10000", "mine", "image"))
    asyncio.run(put_into_library(folder, "10000", "sound", "audio"))
    asyncio.run(put_into_library(folder, "20000", "theirs", "image"))
    clip = f"{drama}/{SCENE}/assets/e1s2.storyboard"
    assert api.patch(clip, json={"references": ["mine"]}).json()["references"] == ["mine"]
    assert pointers(api.patch(clip, json={"references": ["mine", "sound", "theirs"]})) == [
        "/references/1",
        "/references/2",
    ]
    new = {"scenes": [{"assets": [{"kind": "image", "references": ["theirs"]}]}]}
    assert pointers(api.post(f"{drama}/episodes", json=new)) == ["/scenes/0/assets/0/references/0"]


async def put_into_library(folder: Path, user: str, asset_id: str, asset_type: str) -> None:
    database = Database.connect(Settings(data_dir=folder / "data").effective_database_url)
    row = LibraryRow(asset_id, user, "p", asset_type, "character", "", "f", "image/png", 1, "0", "k", now_ms())
    async with database.write() as connection:
        await insert_library_asset(connection, row)
    await database.close()


def test_a_character_is_added_with_its_portrait(api: httpx.Client, drama: str) -> None:
    added = api.post(f"{drama}/characters", json={"name": "Cleo"}, params={"before": "ben"})
    assert added.status_code == 201
    character = added.json()
    assert added.headers["location"] == f"{drama}/characters/{character['id']}"
    assert character["id"].startswith("character_")
    assert [one["kind"] for one in character["assets"]] == ["image"]
    shown = api.get(added.headers["location"])
    assert shown.json() == character
    assert shown.headers["etag"] == added.headers["etag"]
    names = [one["name"] for one in api.get(f"{drama}/characters").json()["characters"]]
    assert names == ["Ada", "Cleo", "Ben"]
    pictures = api.get(f"{added.headers['location']}/assets").json()["assets"]
    assert pictures == character["assets"]


def test_an_episode_with_scenes_is_added_in_its_place(api: httpx.Client, drama: str) -> None:
    body = {"id": "e0", "title": "Before", "scenes": [{"description": "Dark."}, {"id": "light"}]}
    added = api.post(f"{drama}/episodes", json=body, params={"before": "e1"})
    assert added.status_code == 201, added.text
    scenes = added.json()["scenes"]
    assert scenes[1]["id"] == "light"
    assert [[one["kind"] for one in scene["assets"]] for scene in scenes] == [["image", "video"]] * 2
    whole = api.get(drama).json()
    assert [one["id"] for one in whole["episodes"]] == ["e0", "e1", "e2"]
    assert whole["episodes"][0] == added.json()


def test_a_scene_and_an_asset_are_added(api: httpx.Client, drama: str) -> None:
    scenes = f"{drama}/episodes/e1/scenes"
    scene = api.post(scenes, json={"description": "The doors open."}, params={"before": "e1s1"})
    assert scene.status_code == 201
    assets = f"{scene.headers['location']}/assets"
    clip = api.post(assets, json={"kind": "video", "prompt": "Again."})
    assert clip.status_code == 201
    assert clip.json()["id"].startswith("asset_")
    assert clip.json()["duration"] == scene.json()["assets"][1]["duration"]
    assert api.get(clip.headers["location"]).json() == clip.json()
    assert len(api.get(assets).json()["assets"]) == 3
    assert api.get(scenes).json()["scenes"][0]["id"] == scene.json()["id"]


@pytest.mark.parametrize(
    ("shelf", "body", "before", "pointer"),
    [
        ("characters", {"name": "X", "url": "http://x"}, None, "/url"),
        ("characters", {}, None, "/name"),
        ("characters", {"name": "X", "id": "ada"}, None, "/id"),
        ("characters", {"name": "X"}, "nobody", "/before"),
        ("characters", {"name": "X", "assets": [{"kind": "video"}]}, None, "/assets/0/kind"),
        ("episodes/e1/scenes", {"image_url": "x"}, None, "/image_url"),
        ("episodes/e1/scenes", {"id": "e2s1"}, None, "/id"),
        ("episodes/e1/scenes", {"characters": ["nobody"]}, "e1s1", "/characters/0"),
        ("episodes/e1/scenes", {"assets": [{"kind": "image", "url": "x"}]}, None, "/assets/0/url"),
        ("episodes", {"scenes": [{}, {"dialogue": [{"character_id": "no", "line": ""}]}]}, "e1", None),
        (f"{SCENE}/assets", {"kind": "image", "depends_on": ["none"]}, None, "/depends_on/0"),
        (f"{SCENE}/assets", {"kind": "image", "id": "own", "depends_on": ["own"]}, None, "/depends_on"),
    ],
)
def test_what_cannot_be_added_is_named_where_it_was_sent(
    api: httpx.Client, drama: str, shelf: str, body: dict[str, Any], before: str | None, pointer: str | None
) -> None:
    whole = api.get(drama).content
    refused = api.post(f"{drama}/{shelf}", json=body, params={"before": before} if before else {})
    assert pointers(refused) == [pointer or "/scenes/1/dialogue/0/character_id"]
    assert api.get(drama).content == whole


@pytest.mark.parametrize("shelf", ["characters", "episodes", "episodes/e1/scenes", f"{SCENE}/assets"])
def test_the_same_part_sent_twice_with_one_key_is_added_once(api: httpx.Client, drama: str, shelf: str) -> None:
    body = {"kind": "image", "prompt": "A hand"} if shelf.endswith("assets") else {"description": "new"}
    body |= {"name": "Cleo"} if shelf == "characters" else {}
    url, key = f"{drama}/{shelf}", {"Idempotency-Key": f"{drama} {shelf}"}
    first, second = (api.post(url, json=body, headers=key) for _ in range(2))
    assert first.status_code == second.status_code == 201, first.text
    assert second.json() == first.json()
    assert second.headers["location"] == first.headers["location"]
    assert (first.headers.get("idempotent-replayed"), second.headers["idempotent-replayed"]) == (None, "true")
    listed = api.get(url).json()[shelf.rpartition("/")[2]]
    assert [one["id"] for one in listed].count(first.json()["id"]) == 1
    assert api.post(url, params={"before": first.json()["id"]}, json=body, headers=key).status_code == 422


def test_what_is_used_is_removed_by_force_only(api: httpx.Client, drama: str) -> None:
    refused = api.delete(f"{drama}/characters/ben")
    assert refused.status_code == 409
    assert "e1s2" in refused.json()["used_by"]
    assert refused.json()["used_by_ids"] == refused.json()["used_by"].split(", ")
    assert api.delete(f"{drama}/characters/ben", params={"force": True}).status_code == 204
    scene = api.get(f"{drama}/{SCENE}").json()
    assert scene["dialogue"] == []
    assert scene["characters"] == ["ada"]
    assert api.delete(f"{drama}/{SCENE}/assets/e1s2.storyboard").json()["used_by"] == "e1s2.clip"
    assert api.delete(f"{drama}/{SCENE}/assets/e1s2.storyboard?force=true").status_code == 204
    assert api.get(f"{drama}/{SCENE}/assets/e1s2.clip").json()["depends_on"] == []
    tag = api.get(f"{drama}/{SCENE}").headers["etag"]
    assert api.delete(f"{drama}/{SCENE}", headers={"If-Match": '"old"'}).status_code == 412
    assert api.delete(f"{drama}/{SCENE}", headers={"If-Match": tag}).status_code == 204
    assert api.delete(f"{drama}/episodes/e1").status_code == 204
    assert [one["id"] for one in api.get(f"{drama}/episodes").json()["episodes"]] == ["e2"]


@pytest.mark.parametrize(
    ("shelf", "ids", "holder"),
    [
        ("characters", ["ben", "ada"], ""),
        ("episodes", ["e2", "e1"], ""),
        ("episodes/e1/scenes", ["e1s3", "e1s1", "e1s2"], "/episodes/e1"),
        (f"{SCENE}/assets", ["e1s2.clip", "e1s2.storyboard"], f"/{SCENE}"),
    ],
)
def test_parts_are_put_in_another_order(api: httpx.Client, drama: str, shelf: str, ids: list[str], holder: str) -> None:
    name = shelf.rpartition("/")[2]
    before = api.get(drama + holder).headers["etag"]
    ordered = api.put(f"{drama}/{shelf}/order", json={"ids": ids}, headers={"If-Match": before})
    assert ordered.status_code == 200
    assert [one["id"] for one in ordered.json()[name]] == ids
    assert api.get(f"{drama}/{shelf}").json() == ordered.json()
    assert api.get(drama + holder).headers["etag"] == ordered.headers["etag"] != before
    late = api.put(f"{drama}/{shelf}/order", json={"ids": ids[::-1]}, headers={"If-Match": before})
    assert late.status_code == 412
    wrong = api.put(f"{drama}/{shelf}/order", json={"ids": [ids[0], ids[0], "none"]})
    assert pointers(wrong) == ["/ids/1", "/ids/2", "/ids"]


def test_what_a_patch_may_hold_is_in_the_openapi_document(api: httpx.Client) -> None:
    document = api.get("/openapi.json").json()
    patch = document["paths"]["/dramas/{drama_id}/episodes/{episode_id}/scenes/{scene_id}"]["patch"]
    assert set(patch["requestBody"]["content"]) == {"application/json", "application/merge-patch+json"}
    assert {"200", "404", "409", "412", "422"} <= set(patch["responses"])
    members = document["components"]["schemas"]["ScenePatch"]["properties"]
    assert not any("default" in one for one in members.values())
    assert {"type": "null"} in members["location"]["anyOf"]
    assert members["location"]["anyOf"][0]["maxLength"] == 300
    assert document["components"]["schemas"]["CharacterPatch"]["properties"]["name"]["type"] == "string"


def test_a_revision_never_comes_back(api: httpx.Client, drama: str) -> None:
    seen = [api.get(drama).headers["etag"]]
    for _ in range(3):
        api.post(f"{drama}/episodes", json={"id": "e3"})
        seen.append(api.get(drama).headers["etag"])
        api.patch(f"{drama}/episodes/e3", json={"title": "Three"})
        seen.append(api.get(drama).headers["etag"])
        api.put(f"{drama}/episodes/order", json={"ids": ["e3", "e1", "e2"]})
        seen.append(api.get(drama).headers["etag"])
        api.delete(f"{drama}/episodes/e3")
        seen.append(api.get(drama).headers["etag"])
    revisions = [int(tag.strip('"')) for tag in seen]
    assert revisions == sorted(set(revisions))


async def test_of_edits_at_the_same_time_none_is_lost(api: httpx.Client) -> None:
    given = two_episode_drama("crowd", episodes=4, scenes=16).model_dump(mode="json")
    urls = [f"/dramas/crowd/episodes/{e['id']}/scenes/{s['id']}" for e in given["episodes"] for s in e["scenes"]]
    async with httpx.AsyncClient(base_url=api.base_url, timeout=120) as crowd:
        assert (await crowd.post("/dramas", json={"drama": given})).status_code == 201
        tags = [one.headers["etag"] for one in await asyncio.gather(*(crowd.get(url) for url in urls))]
        answers = await asyncio.gather(
            *(
                crowd.patch(url, json={"sound": url}, headers={"If-Match": tag})
                for url, tag in zip(urls, tags, strict=True)
            )
        )
        same = await asyncio.gather(
            *(crowd.patch(urls[0], json={"metadata": {str(number): number}}) for number in range(16))
        )
        whole = (await crowd.get("/dramas/crowd")).json()
    assert {one.status_code for one in [*answers, *same]} == {200}
    scenes = [scene for episode in whole["episodes"] for scene in episode["scenes"]]
    assert [scene["sound"] for scene in scenes] == urls
    assert scenes[0]["metadata"] == {str(number): number for number in range(16)}


async def test_an_edit_beside_a_run_is_kept_and_makes_its_scene_stale(studio: Studio) -> None:
    async with studio([]) as application:
        await application.dramas.add(OWNER, two_episode_drama("run", episodes=1, scenes=3).model_dump(mode="json"))
        run = (await application.runs.execute(OWNER, "run", Choice())).job
        edits = 0
        while not (await application.jobs.get(OWNER, run.id)).job.status.ended:
            edits += 1
            for scene in ("e1s1", "e1s3"):
                note = ScenePatch(metadata={str(edits): True})
                await application.editing.patch(OWNER, "run", (("episodes", "e1"), ("scenes", scene)), note)
            if edits == 1:
                told = ScenePatch(description="The lift is on fire.")
                await application.editing.patch(OWNER, "run", (("episodes", "e1"), ("scenes", "e1s2")), told)
            await asyncio.sleep(0)
        parent = await ended(application, run)
        shown = await application.dramas.load(OWNER, "run")
        plan = (await application.plans.plan(OWNER, "run")).nodes
    first, second, third = shown.episodes[0].scenes
    assert parent.status == "completed"
    assert second.description == "The lift is on fire."
    assert all(scene.image_url and scene.video_url for scene in shown.episodes[0].scenes)
    assert first.metadata == third.metadata == {str(number): True for number in range(1, edits + 1)}
    stale = {node for node, one in plan.items() if one.state is NodeState.STALE}
    assert stale == {"e1s2.storyboard", "e1s2.clip", "cut:e1"}


async def test_a_drama_that_is_still_being_written_is_not_edited(settings: Settings) -> None:
    async with open_application(settings, work=False) as application:
        await application.dramas.write(OWNER, NewDrama(premise="A lift stops.", drama_id="unwritten"))
        with pytest.raises(Conflict, match="not written yet"):
            await application.editing.patch_drama(OWNER, "unwritten", DramaPatch(title="Mine"))
        with pytest.raises(Conflict, match="not written yet"):
            await application.editing.add(OWNER, "unwritten", Shelf((), "episodes"), NewEpisode())


@pytest.mark.parametrize("stranger", [Owner("20000"), Owner(DEFAULT_USER, only_project="another")])
async def test_what_belongs_to_somebody_else_is_not_there(settings: Settings, stranger: Owner) -> None:
    shelf = Shelf((), "episodes")
    async with open_application(settings, work=False) as application:
        await application.dramas.add(OWNER, two_episode_drama("mine").model_dump(mode="json"))
        before = await application.dramas.document(OWNER, "mine")
        with pytest.raises(NotFound):
            await application.editing.patch_drama(stranger, "mine", DramaPatch(title="Theirs"))
        with pytest.raises(NotFound):
            await application.editing.add(stranger, "mine", shelf, NewEpisode())
        with pytest.raises(NotFound):
            await application.editing.reorder(stranger, "mine", shelf, ["e2", "e1"])
        with pytest.raises(NotFound):
            await application.editing.remove(stranger, "mine", (("episodes", "e1"),))
        assert await application.dramas.document(OWNER, "mine") == before
