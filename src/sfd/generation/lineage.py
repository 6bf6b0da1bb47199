"""Where a file came from: everything that is known of its making, kept with it."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from sfd.asset_library import StoredBlob
from sfd.db import takes
from sfd.domain.jobs import Job
from sfd.generation.fingerprint import Fingerprint
from sfd.generation.requests import ClipSpec, NodeSpec, PictureSpec, SpeechSpec, library_inputs
from sfd.media.measure import measure


async def measured(path: Path, blob: StoredBlob) -> dict[str, Any]:
    """A stored file's own facts: its hash, its pixels, its seconds."""
    return {"sha256": blob.sha256, **await asyncio.to_thread(measure, path, blob.media_type)}


def parameters_of(spec: PictureSpec | ClipSpec | SpeechSpec) -> dict[str, Any]:
    """What a request asked for beside its prompt."""
    if isinstance(spec, SpeechSpec):
        return {"language": spec.language}
    asked: dict[str, Any] = {"aspect_ratio": spec.aspect_ratio}
    return {**asked, "seconds": spec.seconds} if isinstance(spec, ClipSpec) else asked


async def made_from(
    connection: AsyncConnection, job: Job, spec: NodeSpec, fingerprint: Fingerprint
) -> list[dict[str, Any]]:
    """The files that a result was made from, in the order they were sent.

    Each has its library `asset_id` and `sha256`, and the `node_id` whose take it was, None for a file of the library.
    """
    sent: Sequence[tuple[str, str]] = fingerprint.references
    library = {*library_inputs(spec)}
    nodes = {name: sha256 for name, sha256 in sent if name not in library}
    files = await takes.files_of_takes(connection, job.drama_id, nodes)
    made: list[dict[str, Any]] = []
    for name, sha256 in sent:
        asset_id = name if name in library else files.get(name)
        if asset_id is not None:
            made.append({"asset_id": asset_id, "node_id": None if name in library else name, "sha256": sha256})
    return made
