"""A PostgreSQL server for these tests, an empty database for each, and workers that share it."""

import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from fakes.postgres import Postgres, running_postgres
from sfd.config import Settings

FAKES = Path(__file__).parent.parent / "fakes"
Worker = subprocess.Popen[str]


@dataclass(frozen=True)
class Vendor:
    """The vendor's address, and what it wrote down itself."""

    url: str
    ledger: Path

    def asked(self) -> Counter[str]:
        return Counter(self.ledger.read_text().split() if self.ledger.exists() else ())

    def peaks(self) -> dict[str, int]:
        return dict(httpx.get(f"{self.url}/peaks").json())


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    with running_postgres() as server:
        yield server


@pytest.fixture
def settings(settings: Settings, postgres: Postgres) -> Settings:
    return settings.model_copy(update={"database_url": postgres.new_database(), "worker_processes": 1})


@pytest.fixture
def vendor(tmp_path: Path) -> Iterator[Vendor]:
    ledger = tmp_path / "ledger.txt"
    command = [sys.executable, str(FAKES / "vendor_server.py"), str(ledger), "0.6"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        yield Vendor(f"http://127.0.0.1:{server.stdout.readline().strip()}", ledger)
        server.kill()


@pytest.fixture
def start_workers(settings: Settings, vendor: Vendor) -> Iterator[Callable[[int], list[Worker]]]:
    """Starts workers, and returns when all are ready for work."""
    with ExitStack() as stack:

        def start(count: int) -> list[Worker]:
            arguments = [str(settings.data_dir), str(settings.database_url), vendor.url]
            command = [sys.executable, str(FAKES / "vendor_worker.py"), *arguments]
            workers = [_start(stack, command) for _ in range(count)]
            for worker in workers:
                assert worker.stdout is not None
                assert worker.stdout.readline().strip() == "READY"
            return workers

        yield start


def _start(stack: ExitStack, command: list[str]) -> Worker:
    worker = stack.enter_context(subprocess.Popen(command, stdout=subprocess.PIPE, text=True))
    stack.callback(_end, worker)
    return worker


def _end(worker: Worker) -> None:
    if worker.poll() is None:
        worker.send_signal(signal.SIGCONT)
        worker.kill()
