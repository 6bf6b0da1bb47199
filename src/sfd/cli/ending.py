"""How a command ends: its exit code, and one clear message when something is wrong."""

import asyncio
import sys
from collections.abc import Callable, Coroutine
from enum import IntEnum
from typing import TYPE_CHECKING, Any, NoReturn

import typer

from sfd.domain.errors import InvalidInput, SfdError

if TYPE_CHECKING:
    from rich.console import Console


UNFOLDED = 10_000


class ExitCode(IntEnum):
    """What the shell is told. Errors carry their own."""

    DONE = 0
    FAILED = 1
    BAD_INPUT = 2
    UNAVAILABLE = 5
    INCOMPLETE = 6
    NEEDS_REVIEW = 7
    DETACHED = 130


def output() -> "Console":
    """Where tables and trees are printed. Off a terminal nothing is folded: ids stay whole for other programs."""
    from rich.console import Console

    return Console(highlight=False, width=None if sys.stdout.isatty() else UNFOLDED)


def run_command(command: Callable[[], Coroutine[Any, Any, int]]) -> NoReturn:
    """Run a command to its exit code; an SFD error becomes its message and code."""
    try:
        code = asyncio.run(command())
    except SfdError as error:
        code = report(error)
    except KeyboardInterrupt:
        code = ExitCode.DETACHED
    raise typer.Exit(int(code))


def report(error: SfdError) -> int:
    """Say what is wrong on stderr. Returns the exit code."""
    print(f"sfd: {error.detail}", file=sys.stderr)
    if isinstance(error, InvalidInput):
        for fault in error.faults[1:10]:
            print(f"     {fault.pointer}: {fault.detail}", file=sys.stderr)
    return error.exit_code
