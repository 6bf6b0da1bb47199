"""A disk of a few megabytes that a process sees, filled and emptied from outside."""

import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

SIZE_MB = 40
_MOUNT = 'mount -t tmpfs -o size="$0" tmpfs "$1" && shift && exec "$@"'
_WAYS = (("unshare", "--mount"), ("unshare", "--user", "--map-root-user", "--mount"))


@dataclass(frozen=True)
class SmallDisk:
    """A tmpfs at `folder`, in a mount namespace that a process has for itself; it goes with the process."""

    folder: Path
    way: Sequence[str]

    def command(self, *program: str) -> list[str]:
        """A command that runs a program which sees the disk."""
        return [*self.way, "sh", "-c", _MOUNT, f"{SIZE_MB}m", str(self.folder), *program]

    def seen_by(self, pid: int) -> Path:
        """The folder as that process sees it."""
        return Path(f"/proc/{pid}/root{self.folder.resolve()}")

    def fill(self, pid: int, *, leave: int) -> None:
        """Take all space but some bytes."""
        folder = self.seen_by(pid)
        ballast = folder / "ballast"
        ballast.unlink(missing_ok=True)
        room = os.statvfs(folder)
        with ballast.open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, max(1, room.f_bavail * room.f_frsize - leave))

    def clear(self, pid: int) -> None:
        """Give the space back."""
        (self.seen_by(pid) / "ballast").unlink()


def small_disk(folder: Path) -> SmallDisk | None:
    """A small disk, by whichever way of mounting this machine allows; None: it allows none."""
    folder.mkdir()
    for way in _WAYS:
        disk = SmallDisk(folder, way)
        try:
            subprocess.run(disk.command("true"), check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError):
            continue
        return disk
    return None
