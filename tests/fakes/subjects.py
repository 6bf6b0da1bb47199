"""A subject of the contract that every adapter keeps: how to open its fake vendor, what to ask, what must become of it.

`tests/contract/openai_subjects.py` and `gemini_subjects.py` list them; `tests/contract/test_contract.py` runs them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from fakes.wire import Fault, Step, Wire
from fakes.wire_media import picture
from sfd.domain.errors import ProviderErrorKind
from sfd.providers.base import DirectProvider, Modality, Reference, RemoteState, Request
from sfd.providers.registry import AnyProvider

MOST_POLLS = 40
TIMEOUT = 30.0
SHORT_TIMEOUT = 1.0


class Outcome(StrEnum):
    """How a request may end besides a `ProviderErrorKind`."""

    WORKS = "works"
    BAD_BYTES = "bad_bytes"  # something is delivered that is no picture, film, or JSON
    UNFINISHED = "unfinished"


@dataclass(frozen=True)
class Then:
    """What a fault must become, when it happens `times` times in a row; None: always."""

    outcome: Outcome | ProviderErrorKind
    times: int | None = None


@dataclass(frozen=True)
class Subject:
    """An adapter. `build` is given a running vendor and the adapter's time-out in seconds.

    `request` is given a folder for reference pictures and the idempotency key; a key's request differs from another's.
    """

    name: str
    modality: Modality
    wire: Callable[[Path, str], Wire]
    build: Callable[[Wire, float], AnyProvider]
    request: Callable[[Path, str], Request]
    faults: Mapping[tuple[Step, Fault], Then]


def key_of(number: int) -> str:
    """An idempotency key as the engine makes them: the n-th job of a run."""
    return f"job_01kqz0000000000000000000{number:02}:e1s1.1"


def references(folder: Path, count: int) -> tuple[Reference, ...]:
    """Portraits of characters, in their order."""
    made: list[Reference] = []
    for number in range(count):
        path = folder / f"portrait{number}.png"
        path.write_bytes(picture("90x160", f"portrait {number}"))
        made.append(Reference(f"c{number}.portrait", path, "image/png", f"{number:064}"))
    return tuple(made)


async def perform(provider: AnyProvider, request: Request, into: Path) -> Outcome:
    """One request from beginning to end, each step once; what was made lies in `into`.

    Raises:
        ProviderError: it did not work.
        MediaError: what came cannot be taken.
    """
    if isinstance(provider, DirectProvider):
        await provider.make(request, into)
        return Outcome.WORKS
    remote_id = await provider.submit(request)
    for _ in range(MOST_POLLS):
        if (await provider.poll(remote_id)).state is RemoteState.COMPLETED:
            await provider.fetch(remote_id, request, into)
            return Outcome.WORKS
    return Outcome.UNFINISHED
