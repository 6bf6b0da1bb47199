"""A real S3 server of the tests' own, in its own process."""

import importlib.metadata
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager

import httpx

from fakes.s3 import KEY, REGION, SECRET, S3Server
from fakes.server import START_SECONDS, free_port


@contextmanager
def running_s3() -> Generator[S3Server]:
    """A server for a while. It keeps everything in memory."""
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="sfd-s3-") as folder:
        environment = {
            **os.environ,
            "GATEWAY_PORT": str(port),
            "BIND_HOST": "127.0.0.1",
            "SERVICES": "s3",
            "S3_DATA_DIR": folder,
            "MINISTACK_REGION": REGION,
            "AWS_ACCESS_KEY_ID": KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET,  # links that are signed with another are refused
            "LOG_LEVEL": "ERROR",
        }
        with subprocess.Popen([sys.executable, "-m", "ministack"], env=environment, cwd=folder) as process:
            try:
                url = f"http://127.0.0.1:{port}"
                _wait_until_it_answers(url, process)
                yield S3Server(url, f"ministack {importlib.metadata.version('ministack')}")
            finally:
                process.kill()


def _wait_until_it_answers(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise AssertionError(f"the S3 server ended with {process.returncode}")
        try:
            if httpx.get(url).is_success:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError("the S3 server did not answer")
