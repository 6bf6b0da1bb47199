"""Files in and out of the library over the wire."""

import asyncio
import hashlib
import json
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from fakes.dramas import two_episode_drama
from fakes.files import EXPECTED, content, giant_png, moving_gif
from fakes.media import mp4, png
from fakes.server import running_server
from sfd.application import open_application
from sfd.config import Settings
from sfd.domain.owner import Scope
from sfd.services.keys import NewKey

PNG = "picture.png"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("uploads")


@pytest.fixture(scope="module")
def api(folder: Path) -> Iterator[httpx.Client]:
    with running_server(folder, "--no-worker", MAX_UPLOAD_MB="1") as client:
        yield client


def sent(api: httpx.Client, name: str, data: bytes, **fields: str) -> httpx.Response:
    """Upload `data` as a file called `name`; the type it is said to be is never the one it is."""
    form = {"project_name": "test_drama", "asset_type": "image", "tag": "character", **fields}
    return api.post("/asset-library/upload", data=form, files={"file": (name, data, "application/x-nonsense")})


def kept(api: httpx.Client, name: str = PNG, **fields: str) -> dict[str, Any]:
    answer = sent(api, name, content(name), **{"asset_type": EXPECTED[name][0], **fields})
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def spooled(folder: Path) -> list[Path]:
    """What lies in the spool once everything had time to go."""
    deadline = time.monotonic() + 10
    while (found := list((folder / "data" / "spool").glob("upload-*"))) and time.monotonic() < deadline:
        time.sleep(0.05)
    return found


def test_the_call_of_the_documentation_works_with_curl(api: httpx.Client, folder: Path) -> None:
    (folder / "test.png").write_bytes(png())
    fields = ["file=@test.png", "user_id=10000", "project_name=test_drama", "asset_type=image", "tag=character"]
    forms = [part for field in fields for part in ("-F", field)]
    command = ["curl", "-sS", "-i", "-X", "POST", str(api.base_url.join("/asset-library/upload")), *forms]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=True)
    head, _, body = done.stdout.rpartition("\n\n")
    asset = json.loads(body)
    assert " 201 " in head.splitlines()[0]
    assert f"location: /asset-library/{asset['asset_id']}" in head.lower()
    assert asset["filename"] == "test.png"
    assert asset["sha256"] == asset["metadata"]["sha256"] == hashlib.sha256(png()).hexdigest()
    assert (asset["metadata"]["width"], asset["metadata"]["height"]) == (72, 128)
    listed = api.get("/asset-library/list", params={"project_name": "test_drama"}).json()["assets"]
    assert asset["asset_id"] in [one["asset_id"] for one in listed]


@pytest.mark.parametrize("name", EXPECTED)
def test_what_was_stored_comes_back_byte_for_byte_whole_and_in_pieces(api: httpx.Client, name: str) -> None:
    data = content(name)
    asset = kept(api, name)
    kind, media_type = EXPECTED[name]
    assert (asset["asset_type"], asset["content_type"], asset["size"]) == (kind, media_type, len(data))
    whole = api.get(asset["public_url"])
    assert hashlib.sha256(whole.content).hexdigest() == asset["sha256"]
    assert whole.headers["content-type"].partition(";")[0] == media_type
    assert whole.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in whole.headers["content-security-policy"]
    assert whole.headers["content-disposition"].startswith("attachment" if kind == "text" else "inline")
    third = len(data) // 3
    spans = [f"bytes=0-{third}", f"bytes={third + 1}-{2 * third}", f"bytes={2 * third + 1}-"]
    pieces = [
        api.get(asset["public_url"], headers={"Range": span, "If-Range": whole.headers["etag"]}) for span in spans
    ]
    assert [piece.status_code for piece in pieces] == [206, 206, 206]
    assert b"".join(piece.content for piece in pieces) == data


BAD_FILES: list[tuple[str, bytes, dict[str, str], int, str]] = [
    ("cut.png", png()[:-30], {}, 422, "cut off"),
    ("page.png", b"<!DOCTYPE html><script>alert(1)</script>", {}, 415, "text"),
    ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", {}, 415, "text"),
    ("empty.png", b"", {}, 422, "empty"),
    ("film.png", mp4(), {}, 415, "an MP4 film"),
    ("picture.mp4", png(), {"asset_type": "video"}, 415, "a PNG picture"),
    ("bomb.png", giant_png(), {}, 422, "million pixels"),
    ("cut.mp4", mp4()[:-500], {"asset_type": "video"}, 422, "cut off"),
    ("nul.txt", b"a\0b", {"asset_type": "text"}, 415, "Accepted are"),
    ("gif.gif", b"GIF89a/*<script>alert(1)</script>*/=1;", {}, 422, "GIF"),
    ("gif.gif", content("picture.gif") + b"<script>alert(1)</script>", {}, 422, "follow the end"),
    ("zip.png", png() + b"PK\x03\x04", {}, 422, "follow the end"),
    ("moves.gif", moving_gif(), {}, 422, "2 pictures"),
    ("paper.pdf", b"%PDF-1.7\n%\xe2\xe3", {"asset_type": "text"}, 415, "PDF"),
    ("big.txt", b"x" * 1_000_001, {"asset_type": "text"}, 413, "1 MB"),
    ("big.txt", b"x" * 3_000_000, {"asset_type": "text"}, 413, "MB"),
    ("a.png", png(), {"user_id": "20000"}, 422, "10000"),
    ("a.png", png(), {"tag": "x" * 65}, 422, "tag"),
    ("a.png", png(), {"tag": ""}, 422, "tag"),
    ("a.png", png(), {"tag": "a\0b"}, 422, "tag"),
    ("a.png", png(), {"project_name": "x" * 257}, 422, "project_name"),
    ("a.png", png(), {"asset_type": "document"}, 422, "asset_type"),
    ("a.png", png(), {"colour": "red"}, 422, "colour"),
    ("a.png", png(), {"metadata": "[]"}, 422, "metadata"),
    ("a.png", png(), {"metadata": "{"}, 422, "metadata"),
    ("a.png", png(), {"metadata": '{"a": 1e999}'}, 422, "metadata"),
    ("a.png", png(), {"metadata": '{"a": "\\ud800"}'}, 422, "metadata"),
    ("a.png", png(), {"metadata": "[" * 20_000}, 422, "metadata"),
    ("a.png", png(), {"metadata": '{"parts": {"srt": "asset_x"}}'}, 422, "parts"),
    ("a.png", png(), {"metadata": json.dumps({"a": "x" * 70_000})}, 413, "KB"),
]


@pytest.mark.parametrize(("name", "data", "fields", "status", "words"), BAD_FILES)
def test_a_bad_file_is_refused_and_leaves_nothing(
    api: httpx.Client, folder: Path, name: str, data: bytes, fields: dict[str, str], status: int, words: str
) -> None:
    before = len(api.get("/asset-library/list", params={"limit": 1000}).json()["assets"])
    refused = sent(api, name, data, **fields)
    assert refused.status_code == status, refused.text
    assert refused.headers["content-type"] == "application/problem+json"
    assert words in refused.text
    assert len(api.get("/asset-library/list", params={"limit": 1000}).json()["assets"]) == before
    assert spooled(folder) == []


def test_a_fault_points_at_what_is_wrong(api: httpx.Client) -> None:
    assert sent(api, "a.png", b"").json()["errors"][0]["pointer"] == "/file"
    assert sent(api, "a.png", png(), user_id="2").json()["errors"][0]["pointer"] == "/user_id"
    nothing = api.post("/asset-library/upload", files={"file": ("a.png", png())})
    assert {fault["pointer"] for fault in nothing.json()["errors"]} == {"/project_name", "/asset_type", "/tag"}
    no_file = api.post("/asset-library/upload", files={"tag": (None, "character")})
    assert no_file.json()["errors"][0]["pointer"] == "/file"


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        ({"Content-Type": "application/json"}, b"{}", 415),
        ({"Content-Type": "multipart/form-data"}, b"--x--", 415),
        ({"Content-Type": "multipart/form-data; boundary=x"}, b"", 422),
        ({"Content-Type": "multipart/form-data; boundary=x"}, b"no form at all", 422),
        ({"Content-Type": "multipart/form-data; boundary=" + "x" * 5000}, b"--x--", 422),
        (
            {"Content-Type": "multipart/form-data; boundary=x"},
            b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\nhalf a file',
            422,
        ),
        ({"Content-Type": "multipart/form-data; boundary=x"}, b"--x\r\n" + b"A" * 100_000 + b": b\r\n\r\n", 422),
        (
            {"Content-Type": "multipart/form-data; boundary=x"},
            b'--x\r\nContent-Disposition: form-data; name="tag"\r\n\r\n1\r\n' * 2 + b"--x--\r\n",
            422,
        ),
        (
            {"Content-Type": "multipart/form-data; boundary=x"},
            b"".join(b'--x\r\nContent-Disposition: form-data; name="f%d"\r\n\r\n1\r\n' % n for n in range(30)),
            422,
        ),
        (
            {"Content-Type": "multipart/form-data; boundary=x"},
            b'--x\r\nContent-Disposition: form-data; name="tag"\r\n\r\n\xff\r\n--x--\r\n',
            422,
        ),
    ],
)
def test_a_broken_form_is_refused(
    api: httpx.Client, folder: Path, headers: dict[str, str], body: bytes, status: int
) -> None:
    refused = api.post("/asset-library/upload", content=body, headers=headers)
    assert refused.status_code == status, refused.text
    assert refused.headers["content-type"] == "application/problem+json"
    assert spooled(folder) == []


def test_a_client_that_leaves_half_way_leaves_nothing_behind(api: httpx.Client, folder: Path) -> None:
    head = (
        "POST /asset-library/upload HTTP/1.1\r\nHost: x\r\nContent-Length: 900000\r\n"
        "Content-Type: multipart/form-data; boundary=x\r\n\r\n"
        '--x\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\n'
    )
    with socket.create_connection((api.base_url.host, api.base_url.port or 80)) as connection:
        connection.sendall(head.encode() + png() + bytes(400_000))
        deadline = time.monotonic() + 10
        while not list((folder / "data" / "spool").glob("upload-*")) and time.monotonic() < deadline:
            time.sleep(0.01)
        assert list((folder / "data" / "spool").glob("upload-*"))
    assert spooled(folder) == []
    assert api.get("/health").is_success


def test_a_filename_is_kept_as_a_name_only(api: httpx.Client, folder: Path) -> None:
    asset = sent(api, "../../../etc/电梯 \u202e.png", png(31)).json()
    assert asset["filename"] == "电梯 .png"
    assert asset["r2_key"].startswith("blobs/10000/")
    assert "电" not in asset["r2_key"]
    shown = api.get(asset["public_url"]).headers["content-disposition"]
    assert shown == "inline; filename*=UTF-8''%E7%94%B5%E6%A2%AF%20.png"
    assert not list(folder.rglob("etc"))


def test_metadata_is_kept_beside_what_sfd_found(api: httpx.Client) -> None:
    asset = kept(api, "film.mp4", metadata='{"licence": "CC0", "nested": {"a": [1, null]}}')
    assert asset["metadata"]["licence"] == "CC0"
    assert asset["metadata"]["nested"] == {"a": [1, None]}
    assert asset["metadata"]["duration"] == 1.0
    assert api.get(f"{asset['public_url']}/metadata").json() == asset


def test_html_sent_as_text_is_handed_out_as_plain_text_to_save(api: httpx.Client) -> None:
    asset = sent(api, "page.html", b"<script>alert(1)</script>", asset_type="text").json()
    answer = api.get(asset["public_url"])
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_the_same_bytes_are_stored_once(api: httpx.Client) -> None:
    first, second = kept(api), kept(api)
    assert first["asset_id"] != second["asset_id"]
    assert first["r2_key"] == second["r2_key"]


def test_validators_and_ranges(api: httpx.Client) -> None:
    asset = kept(api)
    url, size = asset["public_url"], asset["size"]
    etag = f'"{asset["sha256"]}"'
    for known in (etag, f"W/{etag}", f'"other", {etag}', "*"):
        unchanged = api.get(url, headers={"If-None-Match": known})
        assert unchanged.status_code == 304
        assert unchanged.content == b""
        assert unchanged.headers["etag"] == etag
    assert api.get(url, headers={"If-None-Match": '"other"'}).status_code == 200
    head = api.head(url)
    assert head.status_code == 200
    assert head.content == b""
    assert head.headers["content-length"] == str(size)
    assert head.headers["accept-ranges"] == "bytes"
    outside = api.get(url, headers={"Range": f"bytes={size}-"})
    assert outside.status_code == 416
    assert outside.headers["content-range"] == f"bytes */{size}"
    assert outside.headers["content-type"] == "application/problem+json"
    assert api.get(url, headers={"Range": "bytes=4-2"}).status_code == 200
    other = api.get(url, headers={"Range": "bytes=0-3", "If-Range": '"other"'})
    assert (other.status_code, len(other.content)) == (200, size)
    many = api.get(url, headers={"Range": f"bytes=0-3,8-11,{size}-"})
    assert many.status_code == 206
    assert many.headers["content-type"].startswith("multipart/byteranges")
    assert png()[:4] in many.content
    assert png()[8:12] in many.content
    saved = api.get(url, params={"download": 1})
    assert saved.headers["content-disposition"].startswith("attachment")
    assert "immutable" in saved.headers["cache-control"]


def test_a_range_of_text_is_never_compressed(api: httpx.Client) -> None:
    asset = kept(api, "lines.srt")
    part = api.get(asset["public_url"], headers={"Range": "bytes=0-1499", "Accept-Encoding": "gzip"})
    assert "content-encoding" not in part.headers
    assert part.content == content("lines.srt")[:1500]


@pytest.mark.disk
def test_lost_bytes_are_a_problem_that_says_so(api: httpx.Client, folder: Path) -> None:
    asset = sent(api, "lost.png", png(77)).json()
    stored = folder / "data" / "library" / asset["r2_key"]
    stored.write_bytes(b"short")
    damaged = api.get(asset["public_url"])
    assert (damaged.status_code, damaged.json()["code"]) == (503, "storage_unavailable")
    stored.unlink()
    lost = api.get(asset["public_url"])
    assert (lost.status_code, lost.headers["content-type"]) == (404, "application/problem+json")
    again = sent(api, "found.png", png(77)).json()
    assert api.get(again["public_url"]).content == png(77)


def test_a_record_can_be_changed_and_its_bytes_cannot(api: httpx.Client) -> None:
    asset = kept(api, metadata='{"draft": true, "note": "old"}')
    url = asset["public_url"]
    patch = {
        "tag": "poster",
        "filename": "../new.png",
        "project_name": "moved",
        "metadata": {"draft": None, "note": "n"},
    }
    changed = api.patch(url, json=patch)
    assert changed.status_code == 200
    body = changed.json()
    assert (body["tag"], body["filename"], body["project_name"]) == ("poster", "new.png", "moved")
    assert body["metadata"]["note"] == "n"
    assert "draft" not in body["metadata"]
    assert body["metadata"]["width"] == asset["metadata"]["width"]
    assert api.get(f"{url}/metadata").json() == body
    assert [one["asset_id"] for one in listed(api, project_name="moved", tag="poster")] == [asset["asset_id"]]
    for wrong in ({"sha256": "x"}, {"metadata": {"sha256": "x"}}, {"tag": ""}, {"tag": "a\nb"}, {"tag": None}):
        assert api.patch(url, json=wrong).status_code == 422
    assert api.get(f"{url}/metadata").json() == body


def listed(api: httpx.Client, **params: str) -> list[dict[str, Any]]:
    return list(api.get("/asset-library/list", params=params).json()["assets"])


def test_lists_are_filtered(api: httpx.Client) -> None:
    first = sent(api, "Rote Tür 100%.png", png(41), project_name="filters").json()
    second = sent(api, "notes.txt", b"x", project_name="filters", asset_type="text", tag="note").json()
    project = {"project_name": "filters"}
    assert [one["asset_id"] for one in listed(api, **project)] == [second["asset_id"], first["asset_id"]]
    assert [one["tag"] for one in listed(api, **project, asset_type="text")] == ["note"]
    assert [one["tag"] for one in listed(api, **project, q="rote")] == ["character"]
    assert [one["tag"] for one in listed(api, **project, q="100%")] == ["character"]
    assert listed(api, **project, q="_ote") == []
    assert listed(api, **project, user_id="20000") == []
    assert listed(api, **project, created_after=second["created_at"].replace("Z", "+02:00"))
    assert listed(api, **project, created_after="2999-01-01T00:00:00Z") == []
    assert len(listed(api, **project, created_before="2999-01-01T00:00:00Z")) == 2
    assert api.get("/asset-library/list", params={"created_after": "yesterday"}).status_code == 422
    page = api.get("/asset-library/list", params={**project, "limit": 1}).json()
    rest = api.get("/asset-library/list", params={**project, "limit": 1, "cursor": page["cursor"]}).json()
    assert [page["assets"][0]["asset_id"], rest["assets"][0]["asset_id"]] == [second["asset_id"], first["asset_id"]]


def test_a_deleted_file_is_gone(api: httpx.Client) -> None:
    asset = kept(api)
    url = asset["public_url"]
    assert api.delete(url).status_code == 204
    for answer in (api.delete(url), api.get(url), api.get(f"{url}/metadata"), api.patch(url, json={"tag": "x"})):
        assert answer.status_code == 404
    assert asset["asset_id"] not in [one["asset_id"] for one in listed(api, limit="1000")]


def test_a_file_that_is_a_reference_is_not_deleted_by_mistake(api: httpx.Client) -> None:
    asset = kept(api)
    drama = two_episode_drama("refers").model_dump(mode="json")
    drama["characters"][0]["assets"][0]["references"] = [asset["asset_id"]]
    drama["episodes"][0]["scenes"][0]["assets"][0]["references"] = [asset["asset_id"]]
    assert api.post("/dramas", json={"drama": drama}).status_code == 201
    refused = api.delete(asset["public_url"])
    assert refused.status_code == 409
    assert "ada.portrait in the drama refers" in refused.json()["used_by"]
    assert "e1s1.storyboard in the drama refers" in refused.json()["detail"]
    assert api.get(asset["public_url"]).status_code == 200
    assert api.delete(asset["public_url"], params={"force": "true"}).status_code == 204


async def _make_keys(folder: Path) -> dict[str, str]:
    settings = Settings(data_dir=folder / "data", min_free_disk_mb=1)
    wanted = {
        "ann": NewKey("ann", "ann"),
        "bob": NewKey("bob", "bob"),
        "bound": NewKey("bound", "ann", project="lift"),
        "reader": NewKey("reader", "ann", scopes=[Scope.READ]),
    }
    async with open_application(settings, work=False) as application:
        return {name: (await application.keys.create(new))[1] for name, new in wanted.items()}


def test_users_and_projects_never_meet(tmp_path: Path) -> None:
    keys = asyncio.run(_make_keys(tmp_path))
    with running_server(tmp_path, "--no-worker") as api:
        clients = {
            name: httpx.Client(base_url=api.base_url, headers={"X-API-Key": key}, timeout=60)
            for name, key in keys.items()
        }
        ann, bob, bound, reader = (clients[name] for name in ("ann", "bob", "bound", "reader"))
        asset = kept(ann, project_name="street")
        url = asset["public_url"]
        for stranger in (bob, bound):
            assert listed(stranger) == listed(stranger, user_id="ann") == []
            for answer in (
                stranger.get(url),
                stranger.get(f"{url}/metadata"),
                stranger.patch(url, json={"tag": "mine"}),
                stranger.delete(url),
                stranger.delete(url, params={"force": "true"}),
            ):
                assert answer.status_code == 404
        assert ann.get(f"{url}/metadata").json() == asset
        assert sent(bob, "a.png", png(), user_id="ann").status_code == 422
        elsewhere = sent(bound, "a.png", png(), project_name="street")
        assert elsewhere.json()["errors"][0]["pointer"] == "/project_name"
        inside = kept(bound, project_name="lift")
        assert bound.patch(inside["public_url"], json={"project_name": "street"}).status_code == 422
        assert [one["asset_id"] for one in listed(bound)] == [inside["asset_id"]]
        assert len(listed(ann)) == 2
        assert reader.get(url).status_code == 200
        assert sent(reader, "a.png", png()).status_code == 403
        assert reader.patch(url, json={"tag": "x"}).status_code == 403
        assert reader.delete(url).status_code == 403
        assert sent(api, "a.png", png()).status_code == 401
        for client in clients.values():
            client.close()
