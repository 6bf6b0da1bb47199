"""A PostgreSQL server for these tests, an empty database for each, and workers that share it."""

import signal
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import httpx
import pytest

from fakes.notes import Note
from fakes.postgres import Postgres, running_postgres
from fakes.vendor_adapter import VendorAdapter
from sfd.application import Application, open_application
from sfd.config import Settings
from sfd.providers.base import Modality

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
def postgres(note: Note) -> Iterator[Postgres]:
    with running_postgres() as server:
        note(f"many workers share {server.what}")
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


class Start(Protocol):
    """Starts workers, and returns when all are ready for work. `more` are further arguments of `vendor_worker`."""

    def __call__(self, count: int, *more: str) -> list[Worker]: ...


@pytest.fixture
def start_workers(settings: Settings, vendor: Vendor) -> Iterator[Start]:
    with ExitStack() as stack:

        def start(count: int, *more: str) -> list[Worker]:
            arguments = [str(settings.data_dir), str(settings.database_url), vendor.url, *more]
            command = [sys.executable, str(FAKES / "vendor_worker.py"), *arguments]
            workers = [_start(stack, command) for _ in range(count)]
            for worker in workers:
                assert worker.stdout is not None
                assert worker.stdout.readline().strip() == "READY"
            return workers

        yield start


@pytest.fixture
async def office(settings: Settings, vendor: Vendor) -> AsyncIterator[Application]:
    """An application that accepts work and does none, as `sfd serve --no-worker`."""
    async with open_office(settings, vendor) as application:
        yield application


@asynccontextmanager
async def open_office(settings: Settings, vendor: Vendor) -> AsyncGenerator[Application]:
    crew = [VendorAdapter(Modality.ILLUSTRATOR, vendor.url), VendorAdapter(Modality.FILMMAKER, vendor.url)]
    chosen = settings.model_copy(update={"illustrator": "vendor", "filmmaker": "vendor"})
    async with open_application(chosen, work=False, providers=crew) as application:
        yield application


def _start(stack: ExitStack, command: list[str]) -> Worker:
    worker = stack.enter_context(subprocess.Popen(command, stdout=subprocess.PIPE, text=True))
    stack.callback(_end, worker)
    return worker


def _end(worker: Worker) -> None:
    if worker.poll() is None:
        worker.send_signal(signal.SIGCONT)
        worker.kill()
