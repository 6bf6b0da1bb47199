"""`sfd library …` and `sfd take`, on a drama that is made."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from fakes import sfd_command
from fakes.dramas import two_episode_drama
from fakes.media import png
from fakes.providers import fake_crew
from fakes.studio import Studio, execute
from sfd.config import Settings


def sfd(folder: Path, *arguments: str, code: int = 0) -> str:
    done = sfd_command.sfd(folder, *arguments)
    assert done.returncode == code, done.stderr + done.stdout
    return done.stdout + (done.stderr if code else "")


def listed(folder: Path, *options: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in sfd(folder, "library", "list", "--json", *options).splitlines()]


@pytest.fixture
async def folder(studio: Studio, settings: Settings) -> Path:
    """A drama of one scene, made up to its cut."""
    async with studio(fake_crew()) as application:
        await execute(application, two_episode_drama("lift", episodes=1, scenes=1))
    return settings.data_dir.parent


async def test_files_go_in_and_out_and_away_and_come_back(folder: Path) -> None:
    (folder / "mine.png").write_bytes(png(9))
    asset = sfd(folder, "library", "put", "mine.png", "--project", "street", "--tag", "location").strip()
    assert (folder / "mine.png").read_bytes() == png(9)
    assert [one["asset_id"] for one in listed(folder, "--project", "street", "--query", "MINE")] == [asset]
    assert asset in sfd(folder, "library", "list", "--tag", "location")
    (folder / "out").mkdir()
    copied = Path(sfd(folder, "library", "get", asset, "--out", "out").strip())
    assert (folder / copied).read_bytes() == png(9)
    sfd(folder, "library", "rm", asset)
    assert listed(folder, "--project", "street") == []
    assert "There is no" in sfd(folder, "library", "get", asset, code=3)
    sfd(folder, "library", "restore", asset)
    assert len(listed(folder, "--project", "street")) == 1
    sfd(folder, "library", "put", "nothing.png", code=2)


async def test_a_file_becomes_a_take_and_is_told_of(folder: Path) -> None:
    (folder / "ada.png").write_bytes(png(8))
    assert "ada.portrait is ada.png" in sfd(folder, "take", "lift", "ada.portrait", "ada.png")
    mine = listed(folder, "--tag", "take")[0]["asset_id"]
    told = sfd(folder, "library", "show", mine)
    assert "selected take of ada.portrait in the drama lift" in told
    assert "selected take" in sfd(folder, "library", "rm", mine, code=4)
    portrait = listed(folder, "--node", "ben.portrait")[0]["asset_id"]
    told = sfd(folder, "library", "show", portrait)
    assert "went into" in told
    assert "e1s1.storyboard.png" in told
    sfd(folder, "take", "lift", "ada.portrait", listed(folder, "--node", "ada.portrait")[0]["asset_id"])
    sfd(folder, "take", "lift", "ada.portrait", "neither", code=3)
    sfd(folder, "take", "lift", "e1s1.clip", "ada.png", code=2)


async def test_what_is_lost_is_found_with_its_price(folder: Path, studio: Studio) -> None:
    assert "files are whole" in sfd(folder, "library", "verify", "--deep")
    made = {one["metadata"].get("node_id"): one for one in listed(folder)}
    store = folder / "data" / "library"
    (store / made["ada.portrait"]["r2_key"]).unlink()
    board = store / made["e1s1.storyboard"]["r2_key"]
    board.write_bytes(board.read_bytes()[:-1] + b"?")
    (store / f"meta/10000/{made['ben.portrait']['asset_id']}.json").unlink()
    said = sfd(folder, "library", "verify", code=1)
    assert "its bytes are gone. It is for ada.portrait of lift." in said
    assert "e1s1.storyboard" not in said
    assert "sidecars are missing" in said
    deep = [json.loads(line) for line in sfd(folder, "library", "verify", "--deep", "--json", code=1).splitlines()]
    assert {one["nodes"][0]["node_id"]: one["what"] for one in deep} == {
        "ada.portrait": "its bytes are gone",
        "e1s1.storyboard": "its bytes are not what was stored",
    }
    assert {one["cost_usd"] for one in deep} == {0.0}  # today's plan draws with the preview
    assert "1 found: sidecars" in sfd(folder, "gc")
    for one in deep:
        sfd(folder, "library", "rm", "--force", one["asset_id"])
    async with studio(fake_crew()) as application:
        await execute(application, two_episode_drama("lift", episodes=1, scenes=1))
    assert "files are whole" in sfd(folder, "library", "verify", "--deep")


async def test_a_library_without_its_database_is_brought_back(folder: Path) -> None:
    before = listed(folder, "--limit", "1000")
    for path in (folder / "data").glob("sfd.db*"):
        path.unlink()
    shutil.rmtree(folder / "data" / "spool")
    assert listed(folder) == []
    assert "records that only the store knows" in sfd(folder, "gc")
    assert f"{len(before)} records are back." in sfd(folder, "library", "reindex")
    assert listed(folder, "--limit", "1000") == before
    sfd(folder, "library", "verify", "--deep")
    assert sfd(folder, "library", "reindex").startswith("0 records")
