"""SFD as users have it, with its library in a bucket: made, read, taken out, examined."""

import hashlib
import subprocess
import sys
import time
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import httpx
import pytest

from fakes.dramas import two_episode_drama
from fakes.media import png
from fakes.s3 import KEY, SECRET, S3Server
from fakes.server import running_server, sfd_environment
from sfd.media.check import check_film

FILMED = "filmed_01"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("bucket")


@pytest.fixture(scope="module")
def api(s3: S3Server, folder: Path) -> Iterator[httpx.Client]:
    """A server with a drama of one short episode, made by the preview providers."""
    with running_server(folder, **s3.environment("films")) as client:
        drama = two_episode_drama(FILMED, episodes=1, scenes=2).model_dump(mode="json")
        client.post("/dramas", json={"drama": drama})
        run = client.post(f"/dramas/{FILMED}/execute", json={}).headers["location"]
        deadline = time.monotonic() + 180
        while (job := client.get(run).json())["status"] in ("pending", "running") and time.monotonic() < deadline:
            time.sleep(0.1)
        assert job["status"] == "completed"
        yield client


def film_of(api: httpx.Client) -> dict[str, Any]:
    cut = api.get(f"/dramas/{FILMED}/episodes/e1/cut").json()
    return dict(api.get(f"/asset-library/{cut['library_asset_id']}/metadata").json())


def test_a_film_is_read_from_the_bucket_and_is_what_was_made(api: httpx.Client, tmp_path: Path) -> None:
    film = film_of(api)
    told = api.get(f"/asset-library/{film['asset_id']}")
    assert told.status_code == 307
    assert told.headers["location"].startswith("http://127.0.0.1:")
    assert not told.headers["location"].startswith(str(api.base_url))
    read = api.get(f"/asset-library/{film['asset_id']}", follow_redirects=True)
    assert hashlib.sha256(read.content).hexdigest() == film["sha256"]
    assert read.headers["content-type"] == "video/mp4"
    assert read.headers["content-disposition"].startswith("inline; filename*=UTF-8''")
    path = tmp_path / "film.mp4"
    path.write_bytes(read.content)
    assert check_film(path).width == 720


def test_parts_heads_and_what_is_known_already(api: httpx.Client) -> None:
    film = film_of(api)
    url = f"/asset-library/{film['asset_id']}"
    part = api.get(url, headers={"Range": "bytes=100-199"}, follow_redirects=True)
    assert (part.status_code, len(part.content)) == (206, 100)
    head = api.head(url, follow_redirects=True)
    assert (head.status_code, int(head.headers["content-length"])) == (200, film["size"])
    assert (head.headers["content-type"], head.headers["accept-ranges"]) == ("video/mp4", "bytes")
    assert api.get(url, headers={"If-None-Match": head.headers["etag"]}).status_code == 304
    saved = api.get(url, params={"download": True}, follow_redirects=True)
    assert saved.headers["content-disposition"].startswith("attachment")


def test_a_job_tells_the_key_and_a_link_to_what_it_made(api: httpx.Client) -> None:
    jobs = api.get(f"/dramas/{FILMED}/jobs").json()["jobs"]
    made = [job for job in jobs if job["parent_job_id"]]
    assert made
    for job in made:
        assert job["r2_key"] in job["r2_url"]
        assert hashlib.sha256(httpx.get(job["r2_url"]).content).hexdigest() == job["result"]["sha256"]
    assert api.get(f"/dramas/{FILMED}/jobs/{made[0]['job_id']}").json()["r2_url"] == made[0]["r2_url"]


def test_archives_and_subtitles_come_from_the_bucket(api: httpx.Client) -> None:
    answer = api.get(f"/dramas/{FILMED}/export/drama.zip")
    assert int(answer.headers["content-length"]) == len(answer.content)
    archive = ZipFile(BytesIO(answer.content))
    assert archive.testzip() is None
    names = [name.rpartition("/")[2] for name in archive.namelist()]
    assert {"drama.json", "episode-01.mp4", "episode-01.srt", "episode-01-cover.jpg"} <= set(names)
    film = next(name for name in archive.namelist() if name.endswith("episode-01.mp4"))
    assert hashlib.sha256(archive.read(film)).hexdigest() == film_of(api)["sha256"]
    subtitles = api.get(f"/dramas/{FILMED}/episodes/e1/export/subtitles.srt")
    assert "Which floor is this?" in subtitles.text


def test_a_picture_that_was_brought_is_in_the_bucket_and_draws_what_refers_to_it(api: httpx.Client) -> None:
    fields = {"project_name": "p", "asset_type": "image", "tag": "reference"}
    kept = api.post("/asset-library/upload", data=fields, files={"file": ("电梯 1.png", png(120))}).json()
    read = api.get(f"/asset-library/{kept['asset_id']}", params={"download": True}, follow_redirects=True)
    assert hashlib.sha256(read.content).hexdigest() == kept["sha256"]
    assert "%E7%94%B5%E6%A2%AF%201.png" in read.headers["content-disposition"]


def test_nothing_but_copies_lies_on_this_machine(api: httpx.Client, folder: Path) -> None:
    film = film_of(api)
    assert not (folder / "data" / "library").exists()
    assert film["r2_key"].startswith("blobs/")


def test_it_is_ready(api: httpx.Client) -> None:
    checks = {one["name"]: one for one in api.get("/ready").json()["checks"]}
    assert checks["library"]["ok"]


def sfd(folder: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "sfd", *arguments],
        env=sfd_environment(folder, **settings),
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_short_commands_end_well(api: httpx.Client, s3: S3Server, folder: Path) -> None:
    wanted = film_of(api)["sha256"]
    for number in range(3):
        out = folder / f"out-{number}"
        done = sfd(folder, "export", FILMED, "--out", str(out), **s3.environment("films"))
        assert (done.returncode, "Traceback" in done.stderr) == (0, False)
        film = Path(done.stdout.strip())
        assert hashlib.sha256(film.read_bytes()).hexdigest() == wanted


def test_the_doctor_tries_the_bucket(s3: S3Server, tmp_path: Path) -> None:
    done = sfd(tmp_path, "doctor", **s3.environment("examined"))
    assert f"the asset library is the bucket examined at {s3.url}: an object was put" in " ".join(done.stdout.split())
    assert done.returncode == 0
    missing = sfd(tmp_path, "doctor", **{**s3.environment("examined"), "R2_BUCKET": "nowhere"})
    assert "There is no bucket nowhere" in " ".join(missing.stdout.split())
    assert missing.returncode == 1


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"R2_BUCKET": "b"}, "R2_ACCESS_KEY_ID, R2_SECRET_ACCESS_KEY, R2_ACCOUNT_ID or R2_ENDPOINT_URL"),
        ({"R2_BUCKET": "b", "R2_ACCESS_KEY_ID": KEY, "R2_ACCOUNT_ID": "a"}, "R2_SECRET_ACCESS_KEY"),
        (
            {
                "R2_BUCKET": "b",
                "R2_ACCESS_KEY_ID": KEY,
                "R2_SECRET_ACCESS_KEY": SECRET,
                "R2_ENDPOINT_URL": "localhost:9",
            },
            "R2_ENDPOINT_URL is not a URL",
        ),
    ],
)
def test_half_a_bucket_is_told_before_anything_starts(tmp_path: Path, settings: dict[str, str], named: str) -> None:
    done = sfd(tmp_path, "show", **settings)
    assert named in done.stderr
    assert done.returncode == 2
    assert SECRET not in done.stderr
