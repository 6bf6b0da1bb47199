"""kill -9 at random moments: the run finishes, and the vendor's own ledger shows each request once."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from fakes.studio import OWNER, open_studio
from fakes.vendor_adapter import VendorAdapter
from sfd.config import Settings
from sfd.domain.jobs import JobStatus
from sfd.media.check import check_film
from sfd.providers.base import Modality

FAKES = Path(__file__).parent.parent / "fakes"
KILLS = 20
NODES_ASKED_OF_VENDORS = 2 + 6 + 6


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    return tmp_path / "ledger.txt"


@pytest.fixture
def vendor(ledger: Path) -> Iterator[str]:
    command = [sys.executable, str(FAKES / "vendor_server.py"), str(ledger), "0.6"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        yield f"http://127.0.0.1:{server.stdout.readline().strip()}"
        server.kill()


def _start(data: Path, vendor: str, drama_id: str) -> subprocess.Popen[str]:
    command = [sys.executable, str(FAKES / "vendor_run.py"), str(data), vendor, drama_id]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def _kill(process: subprocess.Popen[str]) -> list[psutil.Process]:
    """Kill -9. Returns the media processes that it leaves behind."""
    children = psutil.Process(process.pid).children(recursive=True)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    return children


async def test_runs_killed_at_twenty_random_moments_finish_and_nothing_is_paid_twice(
    vendor: str, ledger: Path, settings: Settings
) -> None:
    chance = random.Random(20261122)
    orphans: list[psutil.Process] = []
    kills, dramas = 0, 0
    while kills < KILLS:
        dramas += 1
        killed, left = _run_and_kill(settings.data_dir, vendor, f"drama_{dramas}", chance, KILLS - kills)
        kills += killed
        orphans += left
    asked = Counter(ledger.read_text().split())
    assert len(asked) == NODES_ASKED_OF_VENDORS * dramas
    assert {key: count for key, count in asked.items() if count != 1} == {}
    for number in range(1, dramas + 1):
        await _film_is_complete(settings, vendor, f"drama_{number}")
    _, alive = psutil.wait_procs(orphans, timeout=60)
    assert alive == []
    assert not list((settings.data_dir / "spool").iterdir())


def _run_and_kill(
    data: Path, vendor: str, drama_id: str, chance: random.Random, most: int
) -> tuple[int, list[psutil.Process]]:
    """Run a drama to its end, killing it at random moments at most `most` times."""
    orphans: list[psutil.Process] = []
    kills = 0
    process = _start(data, vendor, drama_id)
    while kills < most:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == "RUNNING"
        time.sleep(chance.uniform(0.0, 0.7))
        if process.poll() is not None:
            break
        orphans += _kill(process)
        said = process.stdout.read()
        process.stdout.close()
        kills += 1
        if said.strip() == "completed":
            return kills, orphans
        process = _start(data, vendor, drama_id)
    output, _ = process.communicate(timeout=240)
    assert output.split()[-1] == "completed"
    return kills, orphans


async def _film_is_complete(settings: Settings, vendor: str, drama_id: str) -> None:
    crew = [VendorAdapter(Modality.ILLUSTRATOR, vendor), VendorAdapter(Modality.FILMMAKER, vendor)]
    async with open_studio(settings, crew) as application:
        views = await application.jobs.list(OWNER, drama_id, limit=100)
        shown = await application.dramas.load(OWNER, drama_id)
        assert {view.job.status for view in views} == {JobStatus.COMPLETED}
        for episode in shown.episodes:
            assert episode.url is not None
            row = await application.library.get(OWNER, episode.url.rpartition("/")[2])
            async with application.library.hold(row) as path:
                assert check_film(path).seconds == pytest.approx(3.0, abs=0.1)
