"""Who may run jobs: one process on SQLite, many on PostgreSQL, where the living take over from the dead."""

import os
import secrets
import socket
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import structlog
from filelock import FileLock, Timeout

from sfd.db.leases import Lease
from sfd.db.session import is_postgresql
from sfd.domain.errors import SfdError, WorkerUnavailable

BEAT_SECONDS = 1.0

log = structlog.get_logger(__name__)


class Seat(Protocol):
    """A process's right to run jobs. `worker_id` is what its work is marked with; `shared`: others may work too."""

    worker_id: str
    shared: bool

    def take(self) -> None:
        """Take the seat; what others left is not touched yet.

        Raises:
            WorkerUnavailable: it is another's.
            StorageUnavailable: the database cannot be reached.
        """
        ...

    def watch(self, recover: Callable[[str], object], lost: Callable[[], object]) -> None:
        """Look for dead workers, each handed to `recover`, until the seat is released or `lost`. Both in a thread."""
        ...

    def release(self) -> None:
        """Give the seat up."""
        ...


def seat_for(database_url: str, lock_file: Path) -> Seat:
    """A new seat; on PostgreSQL under an id that no other life of any process has."""
    if is_postgresql(database_url):
        return SharedSeat(Lease(database_url, f"{socket.gethostname()[:64]}-{os.getpid()}-{secrets.token_hex(8)}"))
    return OnlySeat(lock_file)


class OnlySeat:
    """A file lock: beside an SQLite database only one process works, and what it left is its own."""

    worker_id = "embedded"
    shared = False

    def __init__(self, lock_file: Path) -> None:
        self._lock = FileLock(lock_file, thread_local=False)

    def take(self) -> None:
        """Lock the file."""
        try:
            self._lock.acquire(timeout=0)
        except Timeout as error:
            raise WorkerUnavailable(
                f"Another process already runs jobs from this data directory (it holds {self._lock.lock_file})."
            ) from error

    def watch(self, recover: Callable[[str], object], lost: Callable[[], object]) -> None:
        """Nobody else is there to be watched."""

    def release(self) -> None:
        """Unlock the file."""
        self._lock.release()


class SharedSeat:
    """A lease in PostgreSQL, kept by a thread of its own, so that a busy process is not taken for a dead one."""

    shared = True

    def __init__(self, lease: Lease) -> None:
        self.worker_id = lease.worker_id
        self._lease = lease
        self._leaving = threading.Event()
        self._watcher: threading.Thread | None = None

    def take(self) -> None:
        """Take the lease."""
        self._lease.take()

    def watch(self, recover: Callable[[str], object], lost: Callable[[], object]) -> None:
        """Keep the lease, and look for workers that lost theirs."""
        self._watcher = threading.Thread(target=self._watch, args=(recover, lost), name="sfd-lease", daemon=True)
        self._watcher.start()

    def release(self) -> None:
        """Give the lease up."""
        self._leaving.set()
        if self._watcher is not None:
            self._watcher.join()
        self._lease.release()

    def _watch(self, recover: Callable[[str], object], lost: Callable[[], object]) -> None:
        try:
            while not self._leaving.wait(BEAT_SECONDS):
                for worker_id in self._lease.beat():
                    self._take_over(worker_id, recover)
        except SfdError as error:
            log.warning("the lease of this worker is lost", worker=self.worker_id, error=error.detail)
            lost()

    def _take_over(self, worker_id: str, recover: Callable[[str], object]) -> None:
        with self._lease.instead_of(worker_id) as dead:
            if dead:
                log.warning("a worker is dead, its work is taken over", worker=worker_id)
                recover(worker_id)
