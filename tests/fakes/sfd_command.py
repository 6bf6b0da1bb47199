"""The `sfd` command in its own process.

The processes are forked from one that holds the command's modules already, because importing them would be most of
what the tests take. Fresh interpreters run the command where tests start servers and workers.
"""

import multiprocessing
import os
import pkgutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from fakes.server import sfd_environment
from sfd import cli

DEADLINE_SECONDS = 180


def sfd(folder: Path, *arguments: str, stdin: str | bytes = "", **settings: str) -> subprocess.CompletedProcess[str]:
    """A finished command that wrote below `folder` only. Its input and its output are files.

    With a setting of Python itself, such as PYTHONPATH, a fresh interpreter runs it.
    """
    environment = sfd_environment(folder, **settings)
    if any(name.startswith("PYTHON") for name in settings):
        return _fresh(folder, arguments, stdin, environment)
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([f"{cli.__name__}.{one.name}" for one in pkgutil.iter_modules(cli.__path__)])
    with TemporaryDirectory() as name:
        streams = Path(name)
        (streams / "stdin").write_bytes(stdin if isinstance(stdin, bytes) else stdin.encode())
        process = context.Process(target=_run, args=(arguments, environment, folder, streams))
        process.start()
        process.join(DEADLINE_SECONDS)
        code = process.exitcode
        if code is None:
            process.kill()
            raise subprocess.TimeoutExpired(arguments, DEADLINE_SECONDS)
        process.close()
        said, complained = ((streams / one).read_text(encoding="utf-8") for one in ("stdout", "stderr"))
    return subprocess.CompletedProcess(arguments, code, said, complained)


def _fresh(
    folder: Path, arguments: tuple[str, ...], stdin: str | bytes, environment: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    given = stdin if isinstance(stdin, bytes) else stdin.encode()
    command = [sys.executable, "-m", "sfd", *arguments]
    done = subprocess.run(
        command, env=environment, cwd=folder, input=given, capture_output=True, timeout=DEADLINE_SECONDS, check=False
    )
    return subprocess.CompletedProcess(command, done.returncode, done.stdout.decode(), done.stderr.decode())


def _run(arguments: tuple[str, ...], environment: Mapping[str, str], folder: Path, streams: Path) -> None:
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    os.dup2(os.open(streams / "stdin", os.O_RDONLY), 0)
    for number, name in ((1, "stdout"), (2, "stderr")):
        os.dup2(os.open(streams / name, os.O_WRONLY | os.O_CREAT), number)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - the streams of the whole process
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115 - the same
    sys.stderr = open(2, "w", encoding="utf-8", closefd=False, buffering=1)  # noqa: SIM115 - the same
    sys.argv = ["sfd", *arguments]
    cli.main()
