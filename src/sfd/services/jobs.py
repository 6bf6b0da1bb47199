"""Jobs: plan, execute, resume, and read how it goes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from sfd.config import Settings
from sfd.db import dramas, events, jobs, takes
from sfd.db.events import EventRow
from sfd.db.session import Database
from sfd.domain.clock import now_ms
from sfd.domain.errors import Conflict, NotFound
from sfd.domain.ids import new_id
from sfd.domain.jobs import Counts, Job, JobStatus, JobType
from sfd.domain.owner import Owner
from sfd.generation.plan import Choice, NodeState, PlannedNode, chosen_nodes, plan_drama, will_run
from sfd.generation.records import Finding, job_state
from sfd.providers.registry import Crew
from sfd.services.dramas import assemble, require_written


@dataclass(frozen=True)
class JobView:
    """A job with what only its children and its file know."""

    job: Job
    counts: Counts | None = None
    children: Sequence[str] | None = None


class JobService:
    """What can be done with jobs. `on_accepted` is told of each new run."""

    def __init__(self, database: Database, settings: Settings, crew: Crew, on_accepted: Callable[[], None]) -> None:
        self._database = database
        self._settings = settings
        self._crew = crew
        self._on_accepted = on_accepted

    async def execute(self, owner: Owner, drama_id: str, choice: Choice) -> Job:
        """Freeze the plan of a drama and start making it; returns the parent job.

        Raises:
            NotFound: the user has no such drama.
            Conflict: it is still being written, or a run of it has not ended.
            InvalidInput: the choice names an episode that does not exist.
        """
        async with self._database.write() as connection:
            plan = await self._plan(connection, owner, drama_id)
            active = await jobs.active_parent(connection, drama_id)
            if active is not None:
                raise Conflict(
                    f"Job {active.id} of this drama has not ended. Wait for it, or follow it.",
                    {"job_id": active.id},
                )
            parent = _parent(owner, drama_id)
            children = [
                _child(parent, position, planned, choice)
                for position, planned in enumerate(chosen_nodes(plan, choice).values())
            ]
            estimated = sum(child.estimated_micros for child in children)
            parent = replace(parent, estimated_micros=estimated, meta=_choice_as_json(choice))
            await jobs.insert_jobs(connection, [parent, *children])
            await events.append_event(connection, drama_id, parent.id, "job", job_state(parent), now_ms())
        self._on_accepted()
        return parent

    async def plan(self, owner: Owner, drama_id: str) -> dict[str, PlannedNode]:
        """What an execution would do now, node by node.

        Raises:
            NotFound: the user has no such drama.
            Conflict: it is still being written.
        """
        async with self._database.read() as connection:
            return await self._plan(connection, owner, drama_id)

    async def get(self, owner: Owner, job_id: str, drama_id: str | None = None) -> JobView:
        """One job; a parent with its children.

        Raises:
            NotFound: the user has no such job.
        """
        async with self._database.read() as connection:
            job = await jobs.get_job(connection, job_id)
            if job is None or not owner.sees(job.user_id, job.project) or drama_id not in (None, job.drama_id):
                raise NotFound(f"There is no job {job_id!r}.")
            if job.parent_id is not None or job.type is not JobType.EXECUTE:
                return JobView(job)
            children = await jobs.children(connection, job_id)
            counts = await jobs.counts_of(connection, [job_id])
        return JobView(job, counts[job_id], [child.id for child in children])

    async def children(self, owner: Owner, job_id: str) -> Sequence[Job]:
        """The child jobs of a run in plan order.

        Raises:
            NotFound: the user has no such job.
        """
        view = await self.get(owner, job_id)
        async with self._database.read() as connection:
            return await jobs.children(connection, view.job.id)

    async def list(
        self,
        owner: Owner,
        drama_id: str,
        *,
        limit: int,
        before_id: str | None = None,
        parent_id: str | None = None,
        status: JobStatus | None = None,
        parents_only: bool = False,
    ) -> Sequence[JobView]:
        """A drama's jobs, newest first.

        Raises:
            NotFound: the user has no such drama.
        """
        async with self._database.read() as connection:
            if await dramas.get_drama(connection, drama_id, owner) is None:
                raise NotFound(f"There is no drama {drama_id!r}.")
            found = await jobs.list_jobs(
                connection,
                drama_id,
                limit=limit,
                before_id=before_id,
                parent_id=parent_id,
                status=status,
                parents_only=parents_only,
            )
            parents = [job.id for job in found if job.type is JobType.EXECUTE]
            counts = await jobs.counts_of(connection, parents)
        return [JobView(job, counts.get(job.id)) for job in found]

    async def active(self, owner: Owner, drama_id: str) -> Job | None:
        """The job of a drama that has not ended, if there is one.

        Raises:
            NotFound: the user has no such drama.
        """
        async with self._database.read() as connection:
            if await dramas.get_drama(connection, drama_id, owner) is None:
                raise NotFound(f"There is no drama {drama_id!r}.")
            return await jobs.active_parent(connection, drama_id)

    async def events_after(self, drama_id: str, seq: int) -> Sequence[EventRow]:
        """What happened to a drama's jobs since event `seq`."""
        async with self._database.read() as connection:
            return await events.events_after(connection, drama_id, seq)

    async def last_event(self, drama_id: str) -> int:
        """The number of a drama's newest event, 0 when nothing happened yet."""
        async with self._database.read() as connection:
            return await events.last_event(connection, drama_id)

    async def _plan(self, connection: AsyncConnection, owner: Owner, drama_id: str) -> dict[str, PlannedNode]:
        row = await dramas.get_drama(connection, drama_id, owner)
        if row is None:
            raise NotFound(f"There is no drama {drama_id!r}.")
        require_written(row)
        documents = await dramas.get_episodes(connection, drama_id)
        drama = assemble(row, [one.doc for one in documents])
        made = await takes.selected_takes(connection, drama_id)
        latest = await jobs.latest_node_jobs(connection, drama_id)
        statuses = {node_id: job.status for node_id, job in latest.items()}
        return plan_drama(drama, self._crew, made, statuses, aspect_ratio=self._settings.default_aspect_ratio)


def plan_total(plan: Mapping[str, PlannedNode], choice: Choice) -> Decimal:
    """What an execution would cost, in US dollars."""
    chosen = chosen_nodes(plan, choice).values()
    return sum((one.price for one in chosen if will_run(one, choice)), Decimal(0))


def _parent(owner: Owner, drama_id: str) -> Job:
    return Job(
        id=new_id("job"),
        drama_id=drama_id,
        user_id=owner.user_id,
        project=owner.project or drama_id,
        type=JobType.EXECUTE,
        status=JobStatus.PENDING,
        created_at=now_ms(),
    )


def _child(parent: Job, position: int, planned: PlannedNode, choice: Choice) -> Job:
    """The job of one node: to be made, or ended already when what is there is used."""
    runs = will_run(planned, choice)
    job = Job(
        id=f"{parent.id}:{planned.node.id}",
        parent_id=parent.id,
        drama_id=parent.drama_id,
        user_id=parent.user_id,
        project=parent.project,
        node_id=planned.node.id,
        type=planned.node.type,
        status=JobStatus.PENDING,
        created_at=parent.created_at,
        position=position,
        provider=planned.provider,
        model=planned.model,
        prompt=getattr(planned.spec, "prompt", ""),
        depends_on=planned.node.depends_on,
        spec=planned.spec.model_dump(mode="json"),
        estimated_micros=round(planned.price * 1_000_000) if runs else 0,
        meta=_node_meta(planned, choice),
    )
    return job if runs else _ended_already(job, planned)


def _ended_already(job: Job, planned: PlannedNode) -> Job:
    if planned.state is NodeState.PARKED or planned.take is None:
        finding = Finding("needs_review", f"Not started: {planned.reason}.")
        return replace(job, status=JobStatus.NEEDS_REVIEW, error=finding.as_json(), completed_at=job.created_at)
    asset_id = planned.take.library_asset_id
    return replace(
        job,
        status=JobStatus.COMPLETED,
        progress=1.0,
        actual_micros=0,
        result={"library_asset_id": asset_id, "url": f"/asset-library/{asset_id}", "key": planned.take.key},
        meta={**job.meta, "reused": True},
        completed_at=job.created_at,
    )


def _node_meta(planned: PlannedNode, choice: Choice) -> dict[str, Any]:
    node = planned.node
    meta: dict[str, Any] = {"reason": planned.reason}
    if node.episode is not None:
        meta["episode_id"] = node.episode.id
    if node.scene is not None:
        meta["scene_id"] = node.scene.id
    if node.character is not None:
        meta["character_id"] = node.character.id
    if choice.force:
        meta["force"] = True
    return meta


def _choice_as_json(choice: Choice) -> dict[str, Any]:
    return {
        "resume": choice.resume,
        "episodes": sorted(choice.episodes) if choice.episodes is not None else None,
        "until": choice.until,
        "force": choice.force,
    }
