"""Planning beside a database: the plan is pure and takes its time, so it runs in a thread."""

import asyncio
from collections.abc import Collection, Generator, Mapping

from sqlalchemy.ext.asyncio import AsyncConnection

from sfd.db import takes
from sfd.generation.plan import PlannedNode

Planning = Generator[Collection[str], Mapping[str, str], dict[str, PlannedNode]]


async def plan_with_takes(
    connection: AsyncConnection, user_id: str, project: str, steps: Planning
) -> dict[str, PlannedNode]:
    """The plan that `planning` comes to with the takes of a project.

    Raises:
        InvalidInput: the drama has a cycle or too many nodes.
    """
    found: Mapping[str, str] | None = None
    while True:
        wanted, planned = await asyncio.to_thread(_advance, steps, found)
        if planned is not None:
            return planned
        found = await takes.contents_by_fingerprint(connection, user_id, project, wanted)


def _advance(steps: Planning, found: Mapping[str, str] | None) -> tuple[Collection[str], dict[str, PlannedNode] | None]:
    """The next question, or the plan."""
    try:
        return (next(steps) if found is None else steps.send(found)), None
    except StopIteration as done:
        return (), done.value
