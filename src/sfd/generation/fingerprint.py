"""Pure: what a node's result depends on, as one hash. The same fingerprint is never paid for twice."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any

Script = Callable[[], Mapping[str, Any] | None]
_SHORT = 12
_WORDS = {"provider": "provider", "model": "model", "version": "way the provider works", "prompt": "prompt"}


@dataclass(frozen=True)
class Fingerprint:
    """All that shows in a result. Read and hashed when asked for: a plan of thousands needs few of the names.

    `references` are names and content hashes in the order they are sent.
    """

    words: Mapping[str, str]
    parameters: Mapping[str, Any]
    references: Sequence[tuple[str, str]]
    script: Script

    @cached_property
    def value(self) -> str:
        """SHA-256 in hex over everything that shows in the result."""
        return _hash(
            {
                **self.words,
                "parameters": dict(self.parameters),
                "references": [content for _, content in self.references],
                "script": self.script(),
            }
        )

    @cached_property
    def inputs(self) -> Mapping[str, str]:
        """Each part by a word or two for people (`prompt`, `location`, `picture of ada.portrait`), with a short hash.

        Two fingerprints that differ can be told apart by name.
        """
        named = {
            **{word: self.words[name] for name, word in _WORDS.items()},
            **{name.replace("_", " "): value for name, value in self.parameters.items()},
            **{name.replace("_", " "): value for name, value in (self.script() or {}).items()},
            **{f"picture of {name}": content for name, content in self.references},
        }
        return {name: _hash(value)[:_SHORT] for name, value in named.items()}

    def without(self, *names: str) -> "Fingerprint":
        """The same but for some fields of the script."""
        return replace(self, script=partial(_without, self.script, names))


def fingerprint(
    *,
    type: str,  # noqa: A002 - the vocabulary's word
    provider: str,
    model: str,
    version: str,
    prompt: str,
    parameters: Mapping[str, Any],
    references: Sequence[tuple[str, str]],
    script: Script,
) -> Fingerprint:
    """The fingerprint of a result.

    `script` gives the brief for providers that draw from it, None for those that see only the prompt. `version` is the
    adapter's own: raised when the same request would now give something else.
    """
    words = {"type": type, "provider": provider, "model": model, "version": version, "prompt": prompt}
    return Fingerprint(words, parameters, references, script)


def what_changed(before: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    """The names of the inputs that differ, in the order of `now`, then those that are gone."""
    return [name for name in {**now, **before} if before.get(name) != now.get(name)]


def _without(script: Script, names: Sequence[str]) -> Mapping[str, Any]:
    return {name: value for name, value in (script() or {}).items() if name not in names}


def _hash(value: Any) -> str:  # noqa: ANN401 - any JSON
    canonical = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
