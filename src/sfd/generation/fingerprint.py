"""Pure: what a node's result depends on, as one hash. The same fingerprint is never paid for twice."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any


def fingerprint(
    *,
    type: str,  # noqa: A002 - the vocabulary's word
    provider: str,
    model: str,
    version: str,
    prompt: str,
    parameters: Mapping[str, Any],
    references: tuple[str, ...],
    script: Mapping[str, Any] | None,
) -> str:
    """SHA-256 in hex over everything that shows in the result.

    `references` are content hashes in the order they are sent; `script` is the brief for providers that draw
    from it, None for those that see only the prompt. `version` is the adapter's own: raised when the same
    request would now give something else.
    """
    parts = {
        "type": type,
        "provider": provider,
        "model": model,
        "version": version,
        "prompt": prompt,
        "parameters": dict(parameters),
        "references": list(references),
        "script": script,
    }
    canonical = json.dumps(parts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
