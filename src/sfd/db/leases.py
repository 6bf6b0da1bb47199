"""Which workers live, told by PostgreSQL itself: a worker holds an advisory lock for as long as it is heard of.

The lock belongs to a connection. A worker that is killed loses it at once; one that is stopped, or cut off, when the
server has not heard of it for `LEASE_SECONDS`. No clocks are compared, and nobody has to be asked who is alive.
"""

import hashlib
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg

from sfd.db.session import postgresql_arguments, postgresql_url
from sfd.domain.errors import StorageUnavailable

LEASE_SECONDS = 10
NETWORK_SECONDS = 5  # shorter than the lease: a worker that is cut off knows it before others take over


class Lease:
    """The life of one worker. Used by one thread at a time."""

    def __init__(self, url: str, worker_id: str) -> None:
        self.worker_id = worker_id
        self._url = postgresql_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        self._connection: psycopg.Connection | None = None

    def take(self) -> None:
        """Begin to live, before any work is taken.

        Raises:
            StorageUnavailable: the database cannot be reached, or another worker has the same id.
        """
        arguments: dict[str, Any] = {
            **postgresql_arguments(idle_session_timeout=f"{LEASE_SECONDS}s"),
            "tcp_user_timeout": NETWORK_SECONDS * 1000,
        }
        with _unreachable():
            self._connection = psycopg.connect(self._url, autocommit=True, **arguments)
            if not self._try(self.worker_id):
                raise StorageUnavailable(f"Another worker is called {self.worker_id}.")

    def beat(self) -> Sequence[str]:
        """Be heard of. Returns the ids of the other workers that have taken work, alive or dead.

        Raises:
            StorageUnavailable: the lease is lost, or must be taken for lost.
        """
        query = "SELECT DISTINCT executor_id FROM dbos.workflow_status WHERE status = 'PENDING' AND executor_id <> %s"
        with _unreachable():
            rows = self._open().execute(query, (self.worker_id,)).fetchall()
        return [str(row[0]) for row in rows]

    @contextmanager
    def instead_of(self, worker_id: str) -> Generator[bool]:
        """Whether another worker is dead. While the block runs nobody else finds it dead, nor can it come to life.

        Raises:
            StorageUnavailable: the own lease is lost, or must be taken for lost.
        """
        with _unreachable():
            dead = self._try(worker_id)
        try:
            yield dead
        finally:
            if dead:
                with _unreachable():
                    self._open().execute("SELECT pg_advisory_unlock(%s)", (_number(worker_id),))

    def release(self) -> None:
        """End this life: what is unfinished may be taken over at once."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _try(self, worker_id: str) -> bool:
        found = self._open().execute("SELECT pg_try_advisory_lock(%s)", (_number(worker_id),)).fetchone()
        return found is not None and bool(found[0])

    def _open(self) -> psycopg.Connection:
        if self._connection is None:
            raise StorageUnavailable("This worker has no lease.")
        return self._connection


@contextmanager
def _unreachable() -> Generator[None]:
    try:
        yield
    except psycopg.Error as error:
        raise StorageUnavailable(f"The database does not answer: {error}") from error


def _number(worker_id: str) -> int:
    """The number of a worker's advisory lock: 64 signed bits."""
    return int.from_bytes(hashlib.sha256(f"sfd worker {worker_id}".encode()).digest()[:8], signed=True)
