"""One life of a worker whose vendor has faults: what the kill harness kills.

    python vendor_life.py DATA_DIR DATABASE_URL VENDOR_URL LOST_REPLY [EFFECT WHEN]   → prints READY

With an effect (`Post`) and `before` or `after` it kills itself with SIGKILL when an attempt comes to that point.
"""

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))
from fakes.studio import open_studio
from fakes.vendor_adapter import VendorAdapter
from sfd.cli.session import quiet_logging
from sfd.config import Settings
from sfd.domain.jobs import Job
from sfd.generation import attempt as core
from sfd.generation import steps
from sfd.generation.attempt_driver import AttemptContext, AttemptDriver
from sfd.providers.base import LostReply, Modality

Handler = Callable[[Any], Awaitable[Any]]
VENDOR_TIMEOUT = 1.0


def vendor_crew(vendor: str, lost_reply: LostReply) -> list[VendorAdapter]:
    """The vendor for pictures and for clips."""
    return [
        VendorAdapter(modality, vendor, lost_reply=lost_reply, timeout=VENDOR_TIMEOUT, cancels=True)
        for modality in (Modality.ILLUSTRATOR, Modality.FILMMAKER)
    ]


def vendor_settings(data_dir: Path, database_url: str) -> Settings:
    """Settings that every process of a harness shares."""
    return Settings(data_dir=data_dir, database_url=database_url, min_free_disk_mb=1, worker_processes=1)


def die_at(effect: str, when: str) -> None:
    """Let this process die at an effect of any attempt."""
    kind: type[Any] = getattr(core, effect)

    class DyingDriver(AttemptDriver):
        def __init__(self, context: AttemptContext, job: Job) -> None:
            super().__init__(context, job)
            self._handlers[kind] = _dying(self._handlers[kind], when)

    steps.AttemptDriver = DyingDriver


def _dying(handler: Handler, when: str) -> Handler:
    async def carry_out(asked: Any) -> Any:
        if when == "after":
            await handler(asked)
        os.kill(os.getpid(), signal.SIGKILL)

    return carry_out


async def main(data_dir: Path, database_url: str, vendor: str, lost_reply: LostReply) -> None:
    quiet_logging("WARNING")
    stopped = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopped.set)
    async with open_studio(vendor_settings(data_dir, database_url), vendor_crew(vendor, lost_reply)):
        print("READY", flush=True)
        await stopped.wait()


if __name__ == "__main__":
    if len(sys.argv) > 5:
        die_at(sys.argv[5], sys.argv[6])
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2], sys.argv[3], LostReply(sys.argv[4])))
