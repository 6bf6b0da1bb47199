"""Planning beside a database: what an execution would do with a drama at one revision, node by node.

The plan itself is pure and takes its time, so it runs in a thread.
"""

import asyncio
from collections.abc import Collection, Generator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from sfd.config import Settings
from sfd.db import dramas, jobs, library, takes
from sfd.db.session import Database
from sfd.domain.errors import InvalidInput
from sfd.domain.models import Drama
from sfd.domain.owner import Owner
from sfd.domain.validation import assets_with_paths
from sfd.generation.forecast import Forecast, forecast, lanes_of
from sfd.generation.plan import Choice, Existing, PlannedNode, planning
from sfd.media.pool import usable_cores
from sfd.providers.registry import NO_CHOICE, Crew, CrewChoice, Registry
from sfd.services.documents import assemble, require_written
from sfd.services.owned_things import own_drama

Planning = Generator[Collection[str], Mapping[str, str], dict[str, PlannedNode]]


@dataclass(frozen=True)
class Plan:
    """What an execution would do with a drama at one revision, node by node. `crew` is who was chosen for it."""

    drama: Drama
    project: str
    revision: int
    nodes: Mapping[str, PlannedNode]
    crew: CrewChoice
    lanes: Mapping[str, int]

    def forecast(self, choice: Choice) -> Forecast:
        """What an execution would come to.

        Raises:
            InvalidInput: the choice names an episode that does not exist.
        """
        return forecast(self.nodes, choice, self.lanes)


class PlanService:
    """Plans dramas."""

    def __init__(self, database: Database, settings: Settings, registry: Registry) -> None:
        self._database = database
        self._settings = settings
        self._registry = registry

    async def plan(self, owner: Owner, drama_id: str, choice: CrewChoice = NO_CHOICE) -> Plan:
        """What an execution would do now.

        Raises:
            NotFound: the user has no such drama.
            Conflict: it is still being written.
            InvalidInput: `choice` names a provider or model that does not exist.
        """
        async with self._database.read() as connection:
            return await self.plan_in(connection, owner, drama_id, choice, lock=False)

    async def plan_in(
        self,
        connection: AsyncConnection,
        owner: Owner,
        drama_id: str,
        choice: CrewChoice = NO_CHOICE,
        *,
        lock: bool = True,
    ) -> Plan:
        """`plan`, inside the caller's transaction; with `lock`, the drama and its runs stay as they are planned.

        Where nobody is chosen, it is made by whom its last execution chose.
        """
        choice, crew = await self._crew(connection, drama_id, choice)
        row = await own_drama(connection, owner, drama_id, lock=lock)
        require_written(row)
        documents = await dramas.get_episodes(connection, drama_id)
        drama = assemble(row, [one.doc for one in documents])
        existing = await _existing(connection, drama)
        steps = planning(drama, crew, existing, self._settings.default_aspect_ratio)
        nodes = await plan_with_takes(connection, owner.user_id, owner.project or row.project, steps)
        lanes = lanes_of(crew, self._settings.worker_processes or usable_cores())
        return Plan(drama, row.project, dramas.revision_of(row, documents), nodes, choice, lanes)

    async def _crew(self, connection: AsyncConnection, drama_id: str, choice: CrewChoice) -> tuple[CrewChoice, Crew]:
        last = await jobs.newest_execution(connection, drama_id)
        remembered = choice.or_else(crew_choice(last.meta)) if last is not None else choice
        try:
            return remembered, self._registry.crew(self._settings, remembered)
        except InvalidInput:
            if remembered == choice:
                raise
            return choice, self._registry.crew(self._settings, choice)  # whose key is gone, others stand in for


def crew_choice(meta: Mapping[str, Any]) -> CrewChoice:
    """Who a run was asked to be made by."""
    return CrewChoice(illustrator=meta.get("illustrator") or "", filmmaker=meta.get("filmmaker") or "")


async def _existing(connection: AsyncConnection, drama: Drama) -> Existing:
    latest = await jobs.latest_node_jobs(connection, drama.id)
    referred = {one for _, asset, _ in assets_with_paths(drama) for one in asset.references}
    files = await library.get_files(connection, referred)
    return Existing(
        takes=await takes.selected_takes(connection, drama.id),
        statuses={node_id: job.status for node_id, job in latest.items()},
        running={node_id: job.id for node_id, job in latest.items() if not job.status.ended},
        library={asset_id: file.sha256 for asset_id, file in files.items()},
    )


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
