"""Worker processes for drawing, filming and cutting, so that the event loop never waits for a picture."""

import asyncio
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from typing import ParamSpec, TypeVar

from sfd.domain.errors import MediaError

P = ParamSpec("P")
T = TypeVar("T")


class MediaPool:
    """A few processes, started when first needed. They end with their parent, however it ends."""

    def __init__(self, processes: int | None = None) -> None:
        """Use `processes`, or one for each core this process may run on."""
        self.processes = processes or usable_cores()
        self._executor: ProcessPoolExecutor | None = None

    async def run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call a function of an importable module in a worker process.

        Raises:
            MediaError: the worker process died (out of memory, killed).
        """
        loop = asyncio.get_running_loop()
        executor = self._started()
        try:
            return await loop.run_in_executor(executor, partial(work, *args, **kwargs))
        except BrokenProcessPool as error:
            if self._executor is executor:
                self._executor = None
            raise MediaError("A media worker process died, perhaps for want of memory. Resume the run.") from error

    def close(self) -> None:
        """Stop the processes without waiting for unfinished work."""
        executor, self._executor = self._executor, None
        if executor is not None:
            executor.shutdown(wait=False, cancel_futures=True)

    def _started(self) -> ProcessPoolExecutor:
        if self._executor is None:
            self._executor = ProcessPoolExecutor(
                self.processes, mp_context=multiprocessing.get_context("spawn"), initializer=_end_with_parent
            )
        return self._executor


def usable_cores() -> int:
    """Cores this process may run on."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _end_with_parent() -> None:
    """Leave when the parent dies: a killed parent cannot tell its workers to stop. Ctrl-C is the parent's to handle."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_leave_after_parent, daemon=True).start()


def _leave_after_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
