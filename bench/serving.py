"""What HTTP costs: `sfd serve --no-worker` in a process of its own, asked from this one over loopback.

    python bench/serving.py [--connections 8] [--seconds 3]

A drama of 1 MB is compared with the very same bytes from a static Starlette route, which the same uvicorn serves
in another process; both are asked in turns. The others have no baseline: a page of 100 of 5,000 jobs, an edit of a
scene, and the drama again for a client that has it. CPU is the server's, user and system.
"""

import argparse
import asyncio
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
import psutil
from load import MakeRequest, Measured, load, request_bytes

from sfd.config import Settings
from sfd.db import jobs
from sfd.db.session import Database
from sfd.domain.clock import now_ms
from sfd.domain.ids import new_id
from sfd.domain.jobs import Job, JobStatus, JobType
from sfd.domain.owner import DEFAULT_USER

JOBS, PAGE = 5_000, 100
ROUNDS = 3
GOAL = 0.4
START_SECONDS, STOP_SECONDS = 60, 15
_ADDRESS = re.compile(r"http://127\.0\.0\.1:(\d+)")
ACTION = "Mara finds the letter under the door and reads it twice while the monitor beeps behind the glass. "
LINES = ("You signed the papers before you even asked me?", "I did it for us, Mara. Sit down and listen.")


@dataclass(frozen=True)
class Server:
    """A server that answers."""

    port: int
    process: psutil.Process


@contextmanager
def running(arguments: Sequence[str], folder: Path, environment: dict[str, str]) -> Generator[Server]:
    """Start a server that prints its address, and stop it afterwards."""
    log = folder / "log.txt"
    with log.open("wb") as written:
        process = subprocess.Popen(
            [sys.executable, "-m", *arguments],
            env={**os.environ, **environment},
            stdout=written,
            stderr=subprocess.STDOUT,
        )
    try:
        yield Server(_port(process, log), psutil.Process(process.pid))
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            print(f"{' '.join(arguments)} did not stop when it was asked to, and was killed", file=sys.stderr)


def _port(process: subprocess.Popen[bytes], log: Path) -> int:
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        if found := _ADDRESS.search(log.read_text()):
            return int(found[1])
        time.sleep(0.05)
    raise SystemExit(f"The server did not start:\n{log.read_text()}")


def drama(drama_id: str, episodes: int, scenes: int, sentences: int) -> dict[str, Any]:
    people = [{"id": name, "name": name.title(), "description": "In a dark coat."} for name in ("mara", "dan")]
    return {
        "id": drama_id,
        "title": "The Letter",
        "characters": people,
        "episodes": [
            {"id": f"e{e}", "scenes": [scene(f"e{e}s{s}", sentences) for s in range(scenes)]} for e in range(episodes)
        ],
    }


def scene(scene_id: str, sentences: int) -> dict[str, Any]:
    return {
        "id": scene_id,
        "description": ACTION * sentences,
        "location": "Hospital corridor",
        "characters": ["mara", "dan"],
        "dialogue": [{"character_id": who, "line": line} for who, line in zip(("mara", "dan"), LINES, strict=True)],
    }


async def insert_jobs(data_dir: Path, drama_id: str) -> None:
    now = now_ms()
    run = Job(
        id=new_id("job"),
        drama_id=drama_id,
        user_id=DEFAULT_USER,
        project=drama_id,
        type=JobType.EXECUTE,
        status=JobStatus.COMPLETED,
        created_at=now,
        completed_at=now,
    )
    nodes = [
        Job(
            id=new_id("job"),
            parent_id=run.id,
            drama_id=drama_id,
            user_id=DEFAULT_USER,
            project=drama_id,
            node_id=f"e{number // 100}s{number % 100}.clip",
            type=JobType.CLIP,
            status=JobStatus.COMPLETED,
            created_at=now,
            position=number,
            provider="preview",
            prompt=ACTION,
            depends_on=(f"e{number // 100}s{number % 100}.storyboard",),
            attempts=1,
            progress=1.0,
            result={"library_asset_id": f"asset_{number}", "url": f"/asset-library/asset_{number}/file"},
            started_at=now,
            completed_at=now,
        )
        for number in range(JOBS - 1)
    ]
    database = Database.connect(Settings(data_dir=data_dir).effective_database_url)
    async with database.write() as connection:
        await jobs.insert_jobs(connection, [run, *nodes])
    await database.close()


class Bench:
    """Measures and prints. `connections` and `seconds` hold for every line."""

    def __init__(self, connections: int, seconds: float) -> None:
        self._connections = connections
        self._seconds = seconds

    def run(self, folder: Path) -> None:
        """Start the server, fill it and measure everything."""
        data_dir = folder / "data"
        data_dir.mkdir()
        serve = ["sfd", "serve", "--no-worker", "--host", "127.0.0.1", "--port", "0"]
        with running(serve, data_dir, {"DATA_DIR": str(data_dir), "API_KEYS": ""}) as server:
            with httpx.Client(base_url=f"http://127.0.0.1:{server.port}", timeout=60) as client:
                for each in (drama("large", 40, 12, 13), drama("small", 2, 6, 2)):
                    client.post("/dramas", json={"drama": each}).raise_for_status()
                asyncio.run(insert_jobs(data_dir, "small"))
                body = folder / "large.json"
                body.write_bytes(client.get("/dramas/large").content)
                tag = client.get("/dramas/large").headers["ETag"]
                cursor = middle_cursor(client)
            self._compare(server, body)
            self._others(server, tag, cursor)

    def _compare(self, server: Server, body: Path) -> None:
        get = request_bytes("GET", "/dramas/large")
        static = ["uvicorn", "--port", "0", "--app-dir", str(Path(__file__).parent), "--factory", "static_route:create"]
        with running(static, body.parent, {"SFD_BENCH_BODY": str(body)}) as baseline:
            plain, ours = self._load(baseline, lambda _: get), self._load(server, lambda _: get)
            for _ in range(ROUNDS - 1):
                plain += self._load(baseline, lambda _: get)
                ours += self._load(server, lambda _: get)
        size = body.stat().st_size / 1e6
        say(f"static route, {size:.2f} MB", plain)
        compared = f"{ours.rate / plain.rate:.2f} x static (goal {GOAL}), {ours.cpu_ms / plain.cpu_ms:.1f} x its CPU"
        say(f"GET drama, {size:.2f} MB", ours, f"   {compared}")

    def _others(self, server: Server, tag: str, cursor: str) -> None:
        page = f"/jobs?limit={PAGE}"
        lines = {
            "GET drama, not modified": (304, request_bytes("GET", "/dramas/large", {"If-None-Match": tag})),
            f"first {PAGE} of {JOBS:,} jobs": (200, request_bytes("GET", page)),
            f"{PAGE} jobs in the middle": (200, request_bytes("GET", f"{page}&cursor={cursor}")),
        }
        for words, (status, request) in lines.items():
            say(words, self._load(server, lambda _, request=request: request, status=status))
        for words, drama_id in {"PATCH scene, 2 episodes": "small", "PATCH scene, 1 MB drama": "large"}.items():
            say(words, self._load(server, lambda number, drama_id=drama_id: patch(drama_id, number)))

    def _load(self, server: Server, make_request: MakeRequest, status: int = 200) -> Measured:
        asking = load(
            server.port,
            server.process,
            make_request,
            status=status,
            connections=self._connections,
            seconds=self._seconds,
        )
        return asyncio.run(asking)


def patch(drama_id: str, number: int) -> bytes:
    body = json.dumps({"description": f"{ACTION}Again, for the {number}th time."}).encode()
    return request_bytes("PATCH", f"/dramas/{drama_id}/episodes/e1/scenes/e1s1", body=body)


def middle_cursor(client: httpx.Client) -> str:
    """The cursor after the first half of the jobs."""
    return client.get("/jobs", params={"limit": 500}).json()["cursor"]


def say(words: str, measured: Measured, more: str = "") -> None:
    print(f"{words:<26} {measured}{more}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--connections", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=3.0, help="of each measurement")
    arguments = parser.parse_args()
    print(f"asked by bench/load.py over {arguments.connections} connections", flush=True)
    with TemporaryDirectory() as folder:
        Bench(arguments.connections, arguments.seconds).run(Path(folder))


if __name__ == "__main__":
    main()
