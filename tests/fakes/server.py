"""The real server in its own process."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import httpx

from fakes.s3 import library_settings

START_SECONDS = 60


def free_port() -> int:
    """A port nobody uses."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def sfd_environment(folder: Path, **settings: str) -> dict[str, str]:
    """An environment in which SFD writes below `folder` only."""
    paths = {name: str(folder / name.removesuffix("_DIR").lower()) for name in ("DATA_DIR", "OUTPUTS_DIR", "JOBS_DIR")}
    place = {name.upper(): str(value) for name, value in library_settings(folder).items()}
    small = {"MIN_FREE_DISK_MB": "1", "WORKER_PROCESSES": "1", "COLUMNS": "120"}
    return {**os.environ, **paths, **place, **small, **settings}


@contextmanager
def running_server(folder: Path, *options: str, **settings: str) -> Generator[httpx.Client]:
    """`sfd serve` on a free port, and a client that talks to it."""
    port = free_port()
    command = [sys.executable, "-m", "sfd", "serve", "--port", str(port), *options]
    with subprocess.Popen(command, env=sfd_environment(folder, **settings), cwd=folder) as process:
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
                wait_until_healthy(client, process)
                yield client
        finally:
            process.terminate()
            process.wait(60)


def wait_until_healthy(client: httpx.Client, process: subprocess.Popen[bytes]) -> None:
    """Wait until a server answers; fail when it ended."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise AssertionError(f"the server ended with {process.returncode}")
        try:
            if client.get("/health").is_success:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError("the server did not become healthy")
