"""A full disk: it is said, nothing is paid for, and the run goes on by itself when there is room."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import httpx

from fakes.clients import finished
from fakes.dramas import two_episode_drama
from fakes.notes import Note
from fakes.providers import fake_crew
from fakes.server import free_port, wait_until_healthy
from fakes.small_disk import SmallDisk, small_disk
from fakes.studio import OWNER, ended, open_studio
from fakes.vendor_chaos import running_vendor
from sfd.config import Settings
from sfd.domain.jobs import JobStatus
from sfd.generation.plan import Choice

SERVING = Path(__file__).parent.parent / "fakes" / "vendor_serving.py"
FLOOR_MB = 10
MEGABYTE = 1_000_000
A_WHILE = 3.0
PAID_FOR = 2 + 1 + 1


@contextmanager
def _served(disk: SmallDisk, vendor: str) -> Generator[tuple[httpx.Client, int]]:
    port = free_port()
    program = (sys.executable, str(SERVING), str(disk.folder / "data"), vendor, str(port), str(FLOOR_MB))
    with subprocess.Popen(disk.command(*program), env={**os.environ, "SQLITE_TMPDIR": str(disk.folder)}) as server:
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=90) as client:
                wait_until_healthy(client, server)
                yield client, server.pid
        finally:
            server.terminate()
            server.wait(60)


async def test_a_full_disk(tmp_path: Path, settings: Settings, note: Note) -> None:
    disk = small_disk(tmp_path / "disk")
    if disk is None:
        note("no small disk can be mounted here: the floor under the free space stands for it")
        await _too_little_room(settings)
        return
    note(f"the full disk is a disk of its own, by {' '.join(disk.way)}")
    with running_vendor(tmp_path / "ledger.txt", (), 0.0, 0.1) as vendor, _served(disk, vendor.url) as (api, pid):
        drama = two_episode_drama("small", episodes=1, scenes=1).model_dump(mode="json")
        assert api.post("/dramas", json={"drama": drama}).status_code == 201
        disk.fill(pid, leave=0)
        refused = api.post("/dramas", json={"drama": _long_drama()})
        assert (refused.status_code, refused.json()["code"]) == (507, "out_of_space")
        assert int(refused.headers["Retry-After"]) > 0
        disk.fill(pid, leave=FLOOR_MB * MEGABYTE // 2)
        run = api.post("/dramas/small/execute", json={})
        assert run.status_code == 202
        await asyncio.sleep(A_WHILE)
        nodes = api.get("/jobs", params={"drama_id": "small", "type": "portrait"}).json()["jobs"]
        assert {node["metadata"]["waiting_for"] for node in nodes} == {"out_of_space"}
        assert not vendor.asked()
        disk.clear(pid)
        assert finished(api, run.headers["location"])["status"] == "completed"
        assert sorted(vendor.asked().values()) == [1] * PAID_FOR
        assert api.get("/dramas/long").status_code == 404


def _long_drama() -> dict[str, object]:
    drama = two_episode_drama("long", episodes=20, scenes=10)
    for episode in drama.episodes:
        for scene in episode.scenes:
            scene.description = f"{scene.id} is a long story. " * 500
    return drama.model_dump(mode="json")


async def _too_little_room(settings: Settings) -> None:
    """The same with a floor that no disk has."""
    crew = fake_crew()
    drama = two_episode_drama("small", episodes=1, scenes=1)
    async with open_studio(settings.model_copy(update={"min_free_disk_mb": 10**9}), crew) as full:
        await full.dramas.add(OWNER, drama.model_dump(mode="json"))
        run = (await full.runs.execute(OWNER, drama.id, Choice())).job
        await asyncio.sleep(A_WHILE)
        assert sum(one.accepted.total() for one in crew) == 0
    async with open_studio(settings, crew) as roomy:
        assert (await ended(roomy, run)).status is JobStatus.COMPLETED
    assert sum(one.accepted.total() for one in crew) == PAID_FOR


async def test_a_floor_under_the_free_space(settings: Settings) -> None:
    await _too_little_room(settings)
