"""Uploads to a server that is killed again and again: whatever was acknowledged is there, and nothing else is left.

`SFD_UPLOADS=1000 SFD_KILLS=20` makes it long.
"""

import hashlib
import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from fakes.server import free_port, sfd_environment
from fakes.sfd_command import sfd

UPLOADS = int(os.environ.get("SFD_UPLOADS", "24"))
KILLS = int(os.environ.get("SFD_KILLS", "2"))
SENDERS = 3
START_SECONDS = 60
TWO_DAYS_MS = 2 * 24 * 3600 * 1000


@dataclass
class Ledger:
    """What the clients were told: the content hash of each acknowledged file by its id."""

    acknowledged: dict[str, str] = field(default_factory=dict[str, str])
    left: Iterator[int] = field(default_factory=lambda: iter(range(UPLOADS)))
    lock: threading.Lock = field(default_factory=threading.Lock)

    def next(self) -> int | None:
        with self.lock:
            return next(self.left, None)

    def note(self, asset_id: str, sha256: str) -> int:
        with self.lock:
            self.acknowledged[asset_id] = sha256
            return len(self.acknowledged)


def body(number: int) -> bytes:
    """A text of its own, some of them a megabyte, every tenth like another."""
    chance = random.Random(number - number % 10 if number % 10 == 9 else number)
    return chance.randbytes(chance.choice((200, 20_000, 200_000))).hex().encode()


@contextmanager
def serving(folder: Path, port: int) -> Generator[subprocess.Popen[bytes]]:
    """A server that answers; killed at the end if it was not before."""
    command = [sys.executable, "-m", "sfd", "serve", "--port", str(port), "--no-worker"]
    with subprocess.Popen(command, env=sfd_environment(folder), cwd=folder, stderr=subprocess.DEVNULL) as process:
        try:
            deadline = time.monotonic() + START_SECONDS
            while not healthy(port):
                assert process.poll() is None
                assert time.monotonic() < deadline
                time.sleep(0.05)
            yield process
        finally:
            process.kill()


def healthy(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/health", timeout=10).is_success
    except httpx.TransportError:
        return False


def send_all(port: int, ledger: Ledger, over: threading.Event) -> None:
    """Send files one after the other, each until it is acknowledged."""
    form = {"project_name": "kills", "asset_type": "text", "tag": "note"}
    while (number := ledger.next()) is not None:
        data = body(number)
        while not over.is_set():
            try:
                files = {"file": (f"{number}.txt", data)}
                url = f"http://127.0.0.1:{port}/asset-library/upload"
                answer = httpx.post(url, data=form, files=files, timeout=60)
            except httpx.TransportError:
                time.sleep(0.05)
                continue
            assert answer.status_code == 201, answer.text
            ledger.note(answer.json()["asset_id"], hashlib.sha256(data).hexdigest())
            break


def test_an_acknowledged_upload_survives_every_kill(tmp_path: Path) -> None:
    port, ledger, over = free_port(), Ledger(), threading.Event()
    chance = random.Random(9)
    senders = [threading.Thread(target=send_all, args=(port, ledger, over)) for _ in range(SENDERS)]
    try:
        for kill in range(KILLS):
            with serving(tmp_path, port) as process:
                if kill == 0:
                    for sender in senders:
                        sender.start()
                goal = UPLOADS * (kill + 1) // (KILLS + 1)
                while len(ledger.acknowledged) < goal:
                    time.sleep(0.01)
                time.sleep(chance.random() * 0.05)
                process.send_signal(signal.SIGKILL)
                process.wait(60)
        with serving(tmp_path, port):
            for sender in senders:
                sender.join(300)
            check(port, ledger)
    finally:
        over.set()
    sweep_and_check(tmp_path, ledger)


def check(port: int, ledger: Ledger) -> None:
    assert len(ledger.acknowledged) == UPLOADS
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as api:
        for asset_id, sha256 in ledger.acknowledged.items():
            answer = api.get(f"/asset-library/{asset_id}")
            assert answer.status_code == 200, answer.text
            assert hashlib.sha256(answer.content).hexdigest() == sha256


def sweep_and_check(folder: Path, ledger: Ledger) -> None:
    """After a sweep the store holds what records name, and nothing else."""
    verified = sfd(folder, "library", "verify", "--deep")
    assert verified.returncode == 0, verified.stdout
    for _ in range(2):  # what no row names is noted by the first sweep
        with closing(sqlite3.connect(folder / "data" / "sfd.db")) as database, database:
            database.execute("UPDATE blob SET wanted_at = wanted_at - ?", (TWO_DAYS_MS,))
        assert sfd(folder, "gc").returncode == 0
    with closing(sqlite3.connect(folder / "data" / "sfd.db")) as database:
        records = dict(database.execute("SELECT id, key FROM library_asset").fetchall())
    assert ledger.acknowledged.keys() <= records.keys()
    store = folder / "data" / "library"
    assert files(store, "blobs") == set(records.values())
    assert files(store, "meta") == {f"meta/10000/{asset_id}.json" for asset_id in records}


def files(store: Path, part: str) -> set[str]:
    return {path.relative_to(store).as_posix() for path in (store / part).rglob("*") if path.is_file()}
