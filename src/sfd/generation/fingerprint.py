"""Pure: what a node's result depends on, as one hash. The same fingerprint is never paid for twice."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_SHORT = 12
_WORDS = {"provider": "provider", "model": "model", "version": "way the provider works", "prompt": "prompt"}


@dataclass(frozen=True)
class Fingerprint:
    """`value` is SHA-256 in hex over everything that shows in the result; `inputs` names each part of it.

    A part is a word or two for people (`prompt`, `seconds`, `location`, `picture of ada.portrait`) with a short hash
    of its value: two fingerprints that differ can be told apart by name.
    """

    value: str
    inputs: Mapping[str, str]


def fingerprint(
    *,
    type: str,  # noqa: A002 - the vocabulary's word
    provider: str,
    model: str,
    version: str,
    prompt: str,
    parameters: Mapping[str, Any],
    references: Sequence[tuple[str, str]],
    script: Mapping[str, Any] | None,
) -> Fingerprint:
    """The fingerprint of a result.

    `references` are names and content hashes in the order they are sent; `script` is the brief for providers that
    draw from it, None for those that see only the prompt. `version` is the adapter's own: raised when the same
    request would now give something else.
    """
    hashes = [content for _, content in references]
    parts = {
        "type": type,
        "provider": provider,
        "model": model,
        "version": version,
        "prompt": prompt,
        "parameters": dict(parameters),
        "references": hashes,
        "script": script,
    }
    named = {
        **{word: parts[name] for name, word in _WORDS.items()},
        **{name.replace("_", " "): value for name, value in parameters.items()},
        **{name.replace("_", " "): value for name, value in (script or {}).items()},
        **{f"picture of {name}": content for name, content in references},
    }
    return Fingerprint(_hash(parts), {name: _hash(value)[:_SHORT] for name, value in named.items()})


def what_changed(before: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    """The names of the inputs that differ, in the order of `now`, then those that are gone."""
    return [name for name in {**now, **before} if before.get(name) != now.get(name)]


def _hash(value: Any) -> str:  # noqa: ANN401 - any JSON
    canonical = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
