"""The guide's commands, and the calls that clients were promised, run as they are written against a real server."""

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image

import fakes.curl
from fakes.clients import finished, make_key
from fakes.server import running_server, sfd_environment
from sfd.config import Settings
from sfd.domain.owner import DEFAULT_USER
from sfd.main import create_app
from sfd.media.check import check_film

GUIDE = Path(__file__).parents[2] / "docs" / "http-guide.md"
BLOCK = re.compile(r"^```bash\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SERVER = "http://localhost:8000"
ANSWERED = re.compile(r"^@@ (\d{3}) ([A-Z]+) (\S+)$", re.MULTILINE)
WRITES = [
    ("POST", "/asset-library/upload", 201),
    ("POST", "/dramas", 202),
    ("POST", "/dramas/{drama_id}/execute", 202),
    ("PATCH", "/dramas/{drama_id}/episodes/{episode_id}/scenes/{scene_id}", 200),
    ("POST", "/dramas/{drama_id}/execute", 202),
    ("POST", "/dramas/{drama_id}/characters/{character_id}/generate", 202),
    ("POST", "/dramas/{drama_id}/assets/{asset_id}/takes/{take_id}/select", 200),
    ("POST", "/dramas/{drama_id}/execute", 202),
    ("POST", "/jobs/{job_id}/cancel", 200),
    ("POST", "/dramas/{drama_id}/resume", 202),
    ("DELETE", "/dramas/{drama_id}", 204),
]
PROMISED = """
curl -X POST localhost:8000/asset-library/upload -H "X-API-Key: $KEY" \
  -F file=@test.png -F user_id=10000 -F project_name=test_drama -F asset_type=image -F tag=character
curl "localhost:8000/asset-library/list?project_name=test_drama" -H "X-API-Key: $KEY"
curl -X POST localhost:8000/dramas/$D/characters/$C/generate -H "X-API-Key: $KEY" -H "Content-Type: application/json" \
  -d '{"prompt": "A brave warrior with silver armor"}'
curl localhost:8000/dramas/$D/jobs/$J -H "X-API-Key: $KEY"
curl -X POST localhost:8000/dramas/$D/execute -H "X-API-Key: $KEY" -H "Content-Type: application/json" -d '{}'
curl localhost:8000/dramas/$D/jobs -H "X-API-Key: $KEY"
"""


@dataclass(frozen=True)
class Ran:
    """What a script printed, and each call that it made: method, path in the reference, status."""

    folder: Path
    printed: str
    calls: list[tuple[str, str, int]]


def curl_that_tells() -> str:
    """A script that is curl where there is curl, else its stand-in; both tell on stderr what they were answered."""
    curl = shutil.which("curl")
    if curl is None:
        return f'#!/bin/sh\nexec {sys.executable} {fakes.curl.__file__} "$@"\n'
    return f"#!/bin/sh\nexec {curl} -w '%{{stderr}}@@ %{{response_code}} %{{method}} %{{url}}\\n' \"$@\"\n"


def run(script: str, folder: Path, environment: dict[str, str]) -> Ran:
    """Run a script with bash, and with curl telling on stderr what it was answered."""
    tools = folder / "tools"
    tools.mkdir(exist_ok=True)
    (tools / "curl").write_text(curl_that_tells())
    (tools / "curl").chmod(0o755)
    path = os.pathsep.join([str(tools), str(Path(sys.executable).parent), os.environ["PATH"]])
    done = subprocess.run(
        ["bash", "-c", f"set -euo pipefail\n{script}"],
        cwd=folder,
        env={**environment, "PATH": path},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    calls = [(method, template(method, url), int(status)) for status, method, url in ANSWERED.findall(done.stderr)]
    return Ran(folder, done.stdout, calls)


def operations() -> dict[str, dict[str, Any]]:
    return dict(create_app(Settings()).openapi()["paths"])


def template(method: str, url: str) -> str:
    """The path of the reference that answers a URL; one that is written out wins over one with a parameter."""
    path = re.sub(r"^(https?://)?[^/]+", "", url).partition("?")[0]
    fitting = [
        one
        for one, methods in operations().items()
        if method.lower() in methods and re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", one), path)
    ]
    return min(fitting, key=lambda one: one.count("{"))


@pytest.fixture(scope="module")
def guided(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ran]:
    folder = tmp_path_factory.mktemp("guide")
    script = "\n".join(BLOCK.findall(GUIDE.read_text(encoding="utf-8")))
    assert script.count(SERVER) == 1
    with running_server(folder) as api:
        yield run(script.replace(SERVER, str(api.base_url).rstrip("/")), folder, sfd_environment(folder))


def test_the_guide_ends_with_a_film_that_plays(guided: Ran) -> None:
    film = check_film(guided.folder / "episode-01.mp4")
    assert (film.width, film.height) == (720, 1280)
    assert film.seconds > 5
    assert (guided.folder / "episode-01.srt").read_text(encoding="utf-8").startswith("1\n")
    assert "INT." in (guided.folder / "screenplay.fountain").read_text(encoding="utf-8")


def test_the_guide_ends_with_an_archive_of_everything(guided: Ran) -> None:
    with zipfile.ZipFile(guided.folder / "drama.zip") as archive:
        assert archive.testzip() is None
        names = {name.partition("/")[2] for name in archive.namelist()}
        film = next(name for name in archive.namelist() if name.endswith("/episode-01.mp4"))
        assert archive.read(film) == (guided.folder / "episode-01.mp4").read_bytes()
    assert {"drama.json", "screenplay.fountain", "episode-01.srt", "storyboards/episode-01-01.png"} <= names


def test_every_call_of_the_guide_is_answered_as_the_reference_says(guided: Ran) -> None:
    paths = operations()
    assert [call for call in guided.calls if call[0] != "GET"] == WRITES
    for method, path, status in guided.calls:
        assert status < 300, path
        assert str(status) in paths[path][method.lower()]["responses"], path


def test_the_guide_shows_what_it_says(guided: Ran) -> None:
    plan: dict[str, Any] = json.loads((guided.folder / "plan.json").read_text(encoding="utf-8"))
    scene: dict[str, Any] = json.loads((guided.folder / "scene.json").read_text(encoding="utf-8"))
    assert (scene["time_of_day"], scene["shot"]["size"]) == ("NIGHT", "close_up")
    stale = [node["scene_id"] for node in plan["nodes"] if node["state"] == "stale"]
    assert stale == [scene["id"]]
    assert "event: snapshot" in guided.printed
    assert "event: end" in guided.printed
    *_, left, kept = guided.printed.splitlines()
    assert (left, kept) == ("0", "episode-01.mp4")
    takes: dict[str, Any] = json.loads((guided.folder / "takes.json").read_text(encoding="utf-8"))
    assert [take["selected"] for take in takes["takes"]] == [True, False]
    with Image.open(guided.folder / "storyboard.png") as storyboard:
        assert storyboard.height > storyboard.width


@pytest.fixture(scope="module")
def promised() -> list[str]:
    return [call for call in re.split(r"^(?=curl )", PROMISED, flags=re.MULTILINE) if call.strip()]


def test_the_promised_calls_work_as_written(promised: list[str], tmp_path: Path) -> None:
    Image.new("RGB", (64, 64), "teal").save(tmp_path / "test.png")
    key = make_key(tmp_path, DEFAULT_USER)
    with running_server(tmp_path) as api:
        api.headers["X-API-Key"] = key
        variables = {"KEY": key, **_written(api)}

        def call(number: int) -> tuple[int, dict[str, Any]]:
            script = promised[number].replace("localhost:8000", str(api.base_url).removeprefix("http://").rstrip("/"))
            ran = run(script, tmp_path, {**sfd_environment(tmp_path), **variables})
            return ran.calls[0][2], json.loads(ran.printed)

        status, uploaded = call(0)
        assert (status, uploaded["asset_type"], uploaded["tag"]) == (201, "image", "character")
        status, listed = call(1)
        assert (status, listed) == (200, {"assets": [uploaded], "cursor": None})
        status, accepted = call(2)
        assert (status, accepted["drama_id"], accepted["character_id"]) == (202, variables["D"], variables["C"])
        variables["J"] = accepted["job_id"]
        status, job = call(3)
        assert (status, job["job_id"], job["prompt"]) == (200, variables["J"], "A brave warrior with silver armor")
        assert finished(api, f"/jobs/{job['parent_job_id']}")["status"] == "completed"
        status, run_accepted = call(4)
        assert (status, run_accepted["dag_id"]) == (202, f"dag_{variables['D']}")
        status, jobs = call(5)
        assert status == 200
        assert run_accepted["parent_job_id"] in {one["job_id"] for one in jobs["jobs"]}


def _written(api: httpx.Client) -> dict[str, str]:
    """A drama with a character: the ids for `$D` and `$C`."""
    scene = {"id": "s1", "dialogue": [{"character_id": "ada", "line": "Which floor is this?"}]}
    drama = {"characters": [{"id": "ada", "name": "Ada"}], "episodes": [{"id": "e1", "scenes": [scene]}]}
    created = api.post("/dramas", json={"drama": drama})
    created.raise_for_status()
    return {"D": created.json()["id"], "C": "ada"}
