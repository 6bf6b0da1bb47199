"""A Python client made of openapi.json by openapi-python-client, used against the server."""

import json
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from io import BytesIO
from pathlib import Path
from pkgutil import walk_packages
from typing import Any

import httpx
import pytest

from fakes.media import png
from fakes.server import running_server

ROOT = Path(__file__).parents[2]
PACKAGE = "sfd_client"
KEY = "python-key"
SCREENPLAY = "INT. LIFT - NIGHT\n\nThe doors close.\n\nADA\nWhich floor is this?\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("python_client")


@pytest.fixture(scope="module")
def said(folder: Path) -> str:
    """What the generator says while it makes the package."""
    command = [sys.executable, "-m", "openapi_python_client", "generate", "--meta", "none", "--fail-on-warning"]
    files = ["--path", ROOT / "openapi.json", "--config", Path(__file__).with_name("python.yml")]
    done = subprocess.run(
        [*command, *files, "--output-path", folder / PACKAGE], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def importable(said: str, folder: Path) -> Iterator[Path]:
    """The package, where imports find it."""
    del said
    sys.path.insert(0, str(folder))
    yield folder / PACKAGE
    sys.path.remove(str(folder))


@pytest.fixture(scope="module")
def client(importable: Path, folder: Path) -> Iterator[Any]:
    """A generated client that knows a running server and its key."""
    del importable
    data = folder / "server"
    data.mkdir()
    with running_server(data, API_KEYS=KEY) as api, connected(str(api.base_url), KEY) as client:
        yield client


def connected(url: str, key: str) -> Any:
    """A generated client; a context that ends its connections."""
    return import_module(f"{PACKAGE}.client").AuthenticatedClient(
        base_url=url, token=key, prefix="", auth_header_name="X-API-Key", timeout=httpx.Timeout(60)
    )


def model(name: str) -> Any:
    """A generated class."""
    return getattr(import_module(f"{PACKAGE}.models"), name)


def ask(operation: str, *path: str, client: Any, expected: int = 200, **rest: Any) -> Any:
    """The answer of a generated operation, such as `jobs.get_job`."""
    answer = import_module(f"{PACKAGE}.api.{operation}").sync_detailed(*path, client=client, **rest)
    assert answer.status_code == expected, answer.content
    return answer


def ended(client: Any, drama_id: str, job_id: str) -> Any:
    """A job once it has ended."""
    for _ in range(20):
        job = ask("jobs.get_job", drama_id, job_id, client=client, prefer="wait=20").parsed
        if job.status not in (model("JobStatus").PENDING, model("JobStatus").RUNNING):
            return job
    raise AssertionError(f"{job_id} did not end")


def documented(operation_id: str, status: int) -> set[str]:
    """The headers that an answer has, by openapi.json."""
    document = json.loads((ROOT / "openapi.json").read_text(encoding="utf-8"))
    operations = [one for item in document["paths"].values() for one in item.values()]
    answers = next(one["responses"] for one in operations if one["operationId"] == operation_id)
    return {name.lower() for name in answers[str(status)]["headers"]}


def test_every_operation_is_generated_without_a_warning(said: str, importable: Path) -> None:
    assert "warning" not in said.lower()
    document = json.loads((ROOT / "openapi.json").read_text(encoding="utf-8"))
    operations = sum(len(item) for item in document["paths"].values())
    modules = [one.name for one in walk_packages([str(importable)], f"{PACKAGE}.") if not one.ispkg]
    generated = [import_module(name) for name in modules if name.startswith(f"{PACKAGE}.api.")]
    assert len([one for one in generated if hasattr(one, "sync_detailed")]) == operations


def test_a_production_from_screenplay_to_portraits(client: Any) -> None:
    body = model("CreateDramaRequest")(screenplay=SCREENPLAY)
    written = ask("dramas.create_drama", client=client, expected=202, body=body)
    assert documented("createDrama", 202) - {"idempotent-replayed"} <= {name.lower() for name in written.headers}
    drama_id = written.parsed.drama_id
    assert ended(client, drama_id, written.parsed.job_id).status == model("JobStatus").COMPLETED

    listed = ask("dramas.list_dramas", client=client, limit=10).parsed
    assert drama_id in [one.id for one in listed.dramas]

    drama = ask("dramas.get_drama", drama_id, client=client).parsed
    place = (drama_id, drama.episodes[0].id, drama.episodes[0].scenes[0].id)
    before = ask("scenes.get_scene", *place, client=client)
    tag = before.headers["ETag"]
    patch = model("ScenePatch")(time_of_day="DAWN", dialogue=None)
    scene = ask("scenes.update_scene", *place, client=client, body=patch, if_match=tag).parsed
    assert (scene.time_of_day, scene.location, scene.dialogue) == ("DAWN", "LIFT", [])
    late = ask("scenes.update_scene", *place, client=client, expected=412, body=patch, if_match=tag).parsed
    assert late.code == "precondition_failed"

    portraits = model("Until").PORTRAITS
    plan = ask("runs.plan_drama", drama_id, client=client, until=portraits).parsed
    assert [node.asset_id for node in plan.nodes] == ["ada.portrait"]
    wanted = model("DAGExecuteRequest")(until=portraits, max_cost_usd=1)
    run = ask("runs.execute_drama", drama_id, client=client, expected=202, body=wanted, idempotency_key="one").parsed
    again = ask("runs.execute_drama", drama_id, client=client, expected=202, body=wanted, idempotency_key="one")
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.parsed.parent_job_id == run.parent_job_id
    parent = ended(client, drama_id, run.parent_job_id)
    assert (parent.status, parent.completed_jobs) == (model("JobStatus").COMPLETED, 1)
    told = ask("events.stream_job", run.parent_job_id, client=client, last_event_id_query="0").parsed
    assert told.rstrip().rpartition("\n\n")[2].startswith("event: end\n")

    portrait = ask("jobs.get_any_job", parent.child_jobs[0], client=client).parsed
    file = ask("asset_library.download_library_asset", portrait.result["library_asset_id"], client=client)
    assert file.parsed.payload.read().startswith(b"\x89PNG\r\n\x1a\n")
    assert documented("downloadLibraryAsset", 200) <= {name.lower() for name in file.headers}


def test_an_upload_comes_back_and_a_part_of_it(client: Any) -> None:
    file = import_module(f"{PACKAGE}.types").File(payload=BytesIO(png()), file_name="test.png", mime_type="image/png")
    kind = model("UploadLibraryAssetBodyAssetType").IMAGE
    body = model("UploadLibraryAssetBody")(file=file, project_name="python", asset_type=kind, tag="character")
    kept = ask("asset_library.upload_library_asset", client=client, expected=201, body=body).parsed
    assert (kept.content_type, kept.project_name, kept.size) == ("image/png", "python", len(png()))
    listed = ask("asset_library.list_library_assets", client=client, project_name="python").parsed
    assert [one.asset_id for one in listed.assets] == [kept.asset_id]
    download = "asset_library.download_library_asset"
    whole = ask(download, kept.asset_id, client=client).parsed.payload.read()
    assert whole == png()
    part = ask(download, kept.asset_id, client=client, expected=206, range_="bytes=1-3")
    assert part.parsed.payload.read() == b"PNG"
    assert documented("downloadLibraryAsset", 206) <= {name.lower() for name in part.headers}


def test_refusals_are_problems_and_the_key_is_needed(client: Any) -> None:
    missing = ask("dramas.get_drama", "nothing", client=client, expected=404).parsed
    assert isinstance(missing, model("Problem"))
    assert missing.code == "not_found"
    wrong = model("CreateDramaRequest")(premise="A lift.", episodes=0)
    refused = ask("dramas.create_drama", client=client, expected=422, body=wrong).parsed
    assert [one.pointer for one in refused.errors] == ["/episodes"]
    with connected(client._base_url, "unknown") as stranger:
        assert ask("dramas.list_dramas", client=stranger, expected=401).parsed.code == "unauthorized"
