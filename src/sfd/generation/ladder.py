"""Pure: what is tried when a provider refuses, if the operator wishes it: a milder prompt, then other providers.

Nothing here happens unless a ladder is set. Each step is another attempt of the job, with its own price, reserved like
every other. Another provider is asked only when the one before certainly did not accept the request.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sfd.domain.errors import ProviderErrorKind

SOFTEN = "soften"
CLIMBED = "ladder"
PLANNED = "planned_fingerprint"
_REFUSALS = (ProviderErrorKind.REJECTED_PROMPT, ProviderErrorKind.REJECTED_OUTPUT)
_CANNOT = (ProviderErrorKind.RETIRED_MODEL, ProviderErrorKind.QUOTA, ProviderErrorKind.AUTH)


@dataclass(frozen=True)
class Climb:
    """A step up a ladder: `soften`, or who is asked next. `number` counts the steps of the ladder from 1."""

    step: str
    number: int


def next_climb(
    steps: Sequence[str], meta: Mapping[str, Any], kind: ProviderErrorKind, *, accepted: bool, can_soften: bool
) -> Climb | None:
    """The next step that may be tried after an error; None when there is none.

    `meta` is the job's: it knows the steps tried before. `accepted`: the provider had taken the request.
    """
    tried = meta.get(CLIMBED, [])
    begun = tried[-1]["number"] if tried else 0
    for number, step in enumerate(steps[begun:], begun + 1):
        softens = step == SOFTEN and can_soften and kind in _REFUSALS
        passes_on = step != SOFTEN and not accepted and kind in (*_REFUSALS, *_CANNOT)
        if softens or passes_on:
            return Climb(step, number)
    return None


def climbed(meta: Mapping[str, Any], climb: Climb, because: Mapping[str, str], fingerprint: str) -> dict[str, Any]:
    """A job's metadata after a step. `fingerprint` is what was planned, for which the result will count."""
    entry = {"step": climb.step, "number": climb.number, "because": dict(because)}
    return {**meta, CLIMBED: [*meta.get(CLIMBED, []), entry], PLANNED: meta.get(PLANNED, fingerprint)}


def ladder_of(setting: str) -> tuple[str, ...]:
    """The steps in a setting: comma-separated, `soften` or `provider` or `provider:model`."""
    return tuple(one.strip() for one in setting.split(",") if one.strip())
