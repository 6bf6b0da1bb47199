"""The `sfd` command in its own process."""

import subprocess
import sys
from pathlib import Path

from fakes.server import sfd_environment

DEADLINE_SECONDS = 180


def sfd(folder: Path, *arguments: str, stdin: str = "", **settings: str) -> subprocess.CompletedProcess[str]:
    """A finished command that wrote below `folder` only."""
    return subprocess.run(
        [sys.executable, "-m", "sfd", *arguments],
        env=sfd_environment(folder, **settings),
        cwd=folder,
        input=stdin,
        capture_output=True,
        encoding="utf-8",
        timeout=DEADLINE_SECONDS,
        check=False,
    )
