"""Runs: plan a drama, make it or a part of it, try again, cancel."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from sfd.config import Settings
from sfd.db import attempts, budgets, dramas, events, jobs, library, takes
from sfd.db.budgets import BudgetId, BudgetScope
from sfd.db.session import Database
from sfd.domain.clock import now_ms
from sfd.domain.editing import Address
from sfd.domain.errors import Conflict, NotFound, PreconditionFailed
from sfd.domain.ids import new_id
from sfd.domain.jobs import Job, JobStatus, JobType
from sfd.domain.models import Drama
from sfd.domain.owner import Owner
from sfd.domain.patches import AssetPatch
from sfd.domain.validation import assets_with_paths
from sfd.generation import money
from sfd.generation.attempt import AttemptState
from sfd.generation.dag import cut_node_id
from sfd.generation.forecast import Forecast, forecast, lanes_of
from sfd.generation.plan import (
    Choice,
    Existing,
    NodeState,
    PlannedNode,
    Until,
    chosen_nodes,
    member_for,
    planning,
    will_run,
    with_missing,
)
from sfd.generation.records import Finding, cancel_run, change_job, end_job, job_state
from sfd.media.pool import usable_cores
from sfd.providers.base import DirectProvider
from sfd.providers.registry import Crew
from sfd.services.accepted_jobs import Run, run_of
from sfd.services.caps import Caps, micros, set_caps
from sfd.services.dramas import assemble, require_written
from sfd.services.editing import patch_in
from sfd.services.idempotency import Accepted, Claim, earlier_subject
from sfd.services.owned_things import own_drama, own_job
from sfd.services.planning import plan_with_takes
from sfd.services.write_jobs import WRITING


@dataclass(frozen=True)
class Plan:
    """What an execution would do with a drama at one revision, node by node."""

    drama: Drama
    project: str
    revision: int
    nodes: Mapping[str, PlannedNode]
    lanes: Mapping[str, int]

    def forecast(self, choice: Choice) -> Forecast:
        """What an execution would come to.

        Raises:
            InvalidInput: the choice names an episode that does not exist.
        """
        return forecast(self.nodes, choice, self.lanes)


@dataclass(frozen=True)
class Limits:
    """What a request allows: how much it may cost, and the key under which it counts once."""

    max_cost_usd: float | None = None
    claim: Claim | None = None


NO_LIMITS = Limits()
PAUSED_BY_USER = "user"


class RunService:
    """What makes things. `on_accepted` is told of each new run."""

    def __init__(self, database: Database, settings: Settings, crew: Crew, on_accepted: Callable[[], None]) -> None:
        self._database = database
        self._settings = settings
        self._crew = crew
        self._on_accepted = on_accepted

    async def plan(self, owner: Owner, drama_id: str) -> Plan:
        """What an execution would do now.

        Raises:
            NotFound: the user has no such drama.
            Conflict: it is still being written.
        """
        async with self._database.read() as connection:
            return await self.plan_in(connection, owner, drama_id, lock=False)

    async def execute(self, owner: Owner, drama_id: str, choice: Choice, limits: Limits = NO_LIMITS) -> Accepted:
        """Freeze the plan of a drama and start making it; returns the parent job.

        Raises:
            NotFound: the user has no such drama.
            Conflict: it is still being written, or a run of it has not ended.
            InvalidInput: the choice names an episode that does not exist.
        """
        run_id = new_id("job")
        async with self._database.write() as connection:
            if (earlier := await _earlier(connection, limits, run_id)) is not None:
                return earlier
            plan = await self.plan_in(connection, owner, drama_id)
            chosen = chosen_nodes(plan.nodes, choice)
            made = [node_id for node_id, one in chosen.items() if will_run(one, choice)]
            if choice.resume and (paused := await _paused_run(connection, drama_id)) is not None:
                return self._told(await _go_on(connection, paused, limits.max_cost_usd))
            run = run_of(
                owner,
                drama_id,
                JobType.EXECUTE,
                run_id,
                chosen,
                made=made,
                forced=made if choice.force else (),
                project=owner.project or plan.project,
                meta=_choice_as_json(choice),
            )
            await _refuse_beside_another(connection, drama_id)
            await _insert(connection, owner, run, self._caps(limits))
        return self._told(run.parent)

    async def generate(
        self, owner: Owner, drama_id: str, address: Address, patch: AssetPatch, limits: Limits = NO_LIMITS
    ) -> Accepted:
        """Make a new take of one asset, and what it needs and was never made; returns the asset's own job.

        `patch` changes the asset first: the prompt and references asked for are from then on the asset's own.

        Raises:
            NotFound: the user has no such drama or asset.
            InvalidInput: the changes are not valid.
            Conflict: the drama is still being written, or something that it needs waits for a decision.
        """
        run_id, asset_id = new_id("job"), address[-1][1]
        async with self._database.write() as connection:
            if (earlier := await _earlier(connection, limits, f"{run_id}:{asset_id}")) is not None:
                return earlier
            await patch_in(connection, owner, drama_id, address, patch, self._settings.default_video_duration)
            plan = await self.plan_in(connection, owner, drama_id)
            run = _new_take(owner, plan, asset_id, JobType.GENERATE, run_id)
            await _insert(connection, owner, run, self._caps(limits))
        return self._told(run.child_of(asset_id))

    async def assemble(self, owner: Owner, drama_id: str, episode_id: str, limits: Limits = NO_LIMITS) -> Accepted:
        """Cut an episode again from the selected takes of its clips; returns the cut's own job.

        Raises:
            NotFound: the user has no such drama or episode.
            Conflict: clips are missing; names them.
        """
        run_id, node_id = new_id("job"), cut_node_id(episode_id)
        async with self._database.write() as connection:
            if (earlier := await _earlier(connection, limits, f"{run_id}:{node_id}")) is not None:
                return earlier
            plan = await self.plan_in(connection, owner, drama_id)
            if episode_id not in {episode.id for episode in plan.drama.episodes}:
                raise NotFound(f"There is no episode {episode_id!r}.")
            if node_id not in plan.nodes:
                raise Conflict(f"Episode {episode_id!r} has no clips to cut. Add scenes to it first.")
            missing = [one for one in plan.nodes[node_id].node.depends_on if plan.nodes[one].take is None]
            if missing:
                raise Conflict(
                    f"{len(missing)} of its clips were not made yet: {', '.join(missing[:10])}. Execute the drama, "
                    "or generate them."
                )
            run = _new_take(owner, plan, node_id, JobType.ASSEMBLE, run_id)
            await _insert(connection, owner, run, self._caps(limits))
        return self._told(run.child_of(node_id))

    async def retry(self, owner: Owner, job_id: str, limits: Limits = NO_LIMITS) -> Accepted:
        """Try again what a job did not complete: a run's missing nodes, one node, or the writing of a drama.

        For a node that waits for a decision this accepts the risk that its first request is paid for as well.

        Raises:
            NotFound: the user has no such job, or its drama or node is gone.
            Conflict: it has not ended, or it is complete.
        """
        async with self._database.read() as connection:
            job = await own_job(connection, owner, job_id)
        if job.type is JobType.EXECUTE:
            _refuse_unless_ended_badly(job)
            return await self.execute(owner, job.drama_id, _resumed(job), limits)
        node_id = job.node_id or str(job.meta.get("asset_id", ""))
        run_id = new_id("job")
        async with self._database.write() as connection:
            subject = run_id if job.type is JobType.WRITE else f"{run_id}:{node_id}"
            if (earlier := await _earlier(connection, limits, subject)) is not None:
                return earlier
            _refuse_unless_ended_badly(await own_job(connection, owner, job_id))
            await _count_as_paid(connection, job)
            if job.type is JobType.WRITE:
                run = await _written_again(connection, owner, job, run_id)
            else:
                plan = await self.plan_in(connection, owner, job.drama_id)
                again = job.type is JobType.GENERATE or bool(job.meta.get("force"))
                run = _new_take(owner, plan, node_id, JobType.GENERATE, run_id, force=again)
            await _insert(connection, owner, run, self._caps(limits))
        return self._told(next(one for one in run.jobs if one.id == subject))

    async def cancel(self, owner: Owner, job_id: str) -> Job:
        """Cancel a job: what waits ends at once, what runs when it can be stopped or is done. Twice is the same.

        Raises:
            NotFound: the user has no such job.
        """
        async with self._database.write() as connection:
            job = await own_job(connection, owner, job_id)
            if not job.status.ended:
                await cancel_run(connection, job)
            cancelled = await jobs.get_job(connection, job_id)
        self._on_accepted()
        return cancelled or job

    async def pause(self, owner: Owner, job_id: str) -> Job:
        """Start nothing new of a run until it is resumed; what is being made is finished and kept.

        Raises:
            NotFound: the user has no such job.
            Conflict: it is one node of a run, or it has ended.
        """
        async with self._database.write() as connection:
            job = await own_job(connection, owner, job_id)
            _refuse_unless_active_run(job)
            if job.paused_for is not None:
                return job
            return await change_job(connection, job, paused_for=PAUSED_BY_USER)

    async def resume(self, owner: Owner, job_id: str, max_cost_usd: float | None = None) -> Job:
        """Let a paused run go on, under another cap if one is given.

        Raises:
            NotFound: the user has no such job.
            Conflict: it is one node of a run, or it has ended.
        """
        async with self._database.write() as connection:
            job = await own_job(connection, owner, job_id)
            _refuse_unless_active_run(job)
            job = await _go_on(connection, job, max_cost_usd)
        self._on_accepted()
        return job

    async def adopt(self, owner: Owner, job_id: str, remote_id: str, limits: Limits = NO_LIMITS) -> Accepted:
        """Take a provider's own job for a node that needs a decision: its result is collected, nothing is asked again.

        Raises:
            NotFound: the user has no such job.
            Conflict: it does not wait for a decision, or its provider has no jobs that could be collected.
        """
        run_id = new_id("job")
        async with self._database.write() as connection:
            job = await own_job(connection, owner, job_id)
            if (earlier := await _earlier(connection, limits, f"{run_id}:{job.node_id}")) is not None:
                return earlier
            _refuse_unless_adoptable(job, self._crew)
            plan = await self.plan_in(connection, owner, job.drama_id)
            run = _new_take(owner, plan, job.node_id or "", JobType.GENERATE, run_id)
            child = run.child_of(job.node_id or "")
            await _insert(connection, owner, run, self._caps(limits))
            await _adopt_attempt(connection, job, child, remote_id)
        return self._told(child)

    async def delete_drama(self, owner: Owner, drama_id: str, expected: Collection[str] | None = None) -> None:
        """Delete a drama. Its runs are cancelled; files and what they cost stay in the library and the records.

        Raises:
            NotFound: the user has no such drama.
            PreconditionFailed: its revision is none of those `expected`.
        """
        async with self._database.write() as connection:
            row = await own_drama(connection, owner, drama_id, lock=True)
            revision = dramas.revision_of(row, await dramas.get_episodes(connection, drama_id))
            if expected is not None and str(revision) not in expected:
                raise PreconditionFailed("The drama was changed since it was read. Read it again before deleting it.")
            for parent in await jobs.active_parents(connection, drama_id):
                await cancel_run(connection, parent)
            await dramas.update_head(connection, drama_id, deleted_at=now_ms())
            if not await jobs.active_parents(connection, drama_id):
                await dramas.forget_text(connection, drama_id)
        self._on_accepted()

    async def plan_in(self, connection: AsyncConnection, owner: Owner, drama_id: str, *, lock: bool = True) -> Plan:
        """`plan`, inside the caller's transaction; with `lock`, the drama and its runs stay as they are planned."""
        row = await own_drama(connection, owner, drama_id, lock=lock)
        require_written(row)
        documents = await dramas.get_episodes(connection, drama_id)
        drama = assemble(row, [one.doc for one in documents])
        made = await takes.selected_takes(connection, drama_id)
        latest = await jobs.latest_node_jobs(connection, drama_id)
        referred = {one for _, asset, _ in assets_with_paths(drama) for one in asset.references}
        files = await library.get_files(connection, referred)
        existing = Existing(
            takes=made,
            statuses={node_id: job.status for node_id, job in latest.items()},
            running={node_id: job.id for node_id, job in latest.items() if not job.status.ended},
            library={asset_id: file.sha256 for asset_id, file in files.items()},
        )
        steps = planning(drama, self._crew, existing, self._settings.default_aspect_ratio)
        nodes = await plan_with_takes(connection, owner.user_id, owner.project or row.project, steps)
        lanes = lanes_of(self._crew, self._settings.worker_processes or usable_cores())
        return Plan(drama, row.project, dramas.revision_of(row, documents), nodes, lanes)

    def _caps(self, limits: Limits) -> Caps:
        return Caps(limits.max_cost_usd, self._settings.user_daily_cap_usd)

    def _told(self, job: Job) -> Accepted:
        self._on_accepted()
        return Accepted(job)


async def _earlier(connection: AsyncConnection, limits: Limits, subject: str) -> Accepted | None:
    """What the request's idempotency key led to before; else the key is taken for `subject`."""
    earlier = await earlier_subject(connection, limits.claim, subject)
    job = await jobs.get_job(connection, earlier) if earlier is not None else None
    return None if job is None else Accepted(job, replayed=True)


async def _refuse_beside_another(connection: AsyncConnection, drama_id: str) -> None:
    active = await jobs.active_parent(connection, drama_id)
    if active is not None:
        raise Conflict(
            f"Job {active.id} of this drama {_standing(active)}.",
            {"job_id": active.id},
        )


def _standing(active: Job) -> str:
    if active.paused_for is None:
        return "has not ended. Wait for it, follow it, or cancel it"
    return f"is paused ({active.paused_for}). Resume it, with a higher max_cost_usd if it is over budget, or cancel it"


async def _insert(connection: AsyncConnection, owner: Owner, run: Run, caps: Caps) -> None:
    await set_caps(connection, owner, run.parent, caps)
    await jobs.insert_jobs(connection, run.jobs)
    await events.append_event(connection, run.parent.drama_id, run.parent.id, "job", job_state(run.parent), now_ms())


def _new_take(owner: Owner, plan: Plan, node_id: str, job_type: JobType, run_id: str, *, force: bool = True) -> Run:
    """A run that makes one node anew, after whatever it needs that was never made."""
    if node_id not in plan.nodes:
        raise NotFound(f"There is no {node_id!r} in this drama any more.")
    nodes = with_missing(plan.nodes, node_id)
    parked = [one for one in nodes if one != node_id and plan.nodes[one].state is NodeState.PARKED]
    if parked:
        raise Conflict(f"{parked[0]}, which it needs, waits for a person's decision. Retry that job first.")
    return run_of(
        owner,
        plan.drama.id,
        job_type,
        run_id,
        nodes,
        made=list(nodes),
        forced=[node_id] if force else (),
        project=owner.project or plan.project,
        meta={"asset_id": node_id},
    )


async def _count_as_paid(connection: AsyncConnection, job: Job) -> None:
    """Asking again accepts that a first request, whose outcome is unknown, is paid for as well."""
    attempt = await attempts.get_attempt(connection, job.id, 1)
    if job.status is JobStatus.NEEDS_REVIEW and attempt is not None and attempt.state == AttemptState.NEEDS_REVIEW:
        await attempts.update_attempt(
            connection, job.id, 1, state=AttemptState.FAILED, cost_micros=job.estimated_micros
        )
        await money.settle(connection, job, job.estimated_micros)
        await jobs.update_job(connection, job.id, actual_micros=job.estimated_micros)


async def _written_again(connection: AsyncConnection, owner: Owner, job: Job, run_id: str) -> Run:
    """A new attempt to write a drama from the same frozen request."""
    await own_drama(connection, owner, job.drama_id, lock=True)
    await _refuse_beside_another(connection, job.drama_id)
    await dramas.set_status(connection, job.drama_id, WRITING, now_ms())
    again = replace(
        job,
        id=run_id,
        status=JobStatus.PENDING,
        created_at=now_ms(),
        attempts=0,
        progress=0.0,
        result=None,
        error=None,
        actual_micros=None,
        started_at=None,
        completed_at=None,
        cancel_requested_at=None,
        key_id=owner.key_id,
    )
    return Run(again, ())


async def _paused_run(connection: AsyncConnection, drama_id: str) -> Job | None:
    active = await jobs.active_parent(connection, drama_id)
    return active if active is not None and active.paused_for is not None else None


async def _go_on(connection: AsyncConnection, job: Job, max_cost_usd: float | None) -> Job:
    if max_cost_usd is not None:
        await budgets.set_cap(connection, BudgetId(BudgetScope.RUN, job.id), micros(max_cost_usd))
    return job if job.paused_for is None else await change_job(connection, job, paused_for=None)


async def _adopt_attempt(connection: AsyncConnection, old: Job, child: Job, remote_id: str) -> None:
    """Give a new job an attempt that was sent already. The reservation of the old job's attempt becomes its own."""
    attempt = await attempts.get_attempt(connection, old.id, 1)
    if attempt is None:
        raise Conflict(f"Job {old.id} was never sent, so there is nothing to adopt. Retry it.")
    now = now_ms()
    await attempts.update_attempt(connection, old.id, 1, state=AttemptState.FAILED, finished_at=now)
    await money.settle(connection, old, 0)
    await money.reserve_past_caps(connection, child)
    adopted = replace(
        attempt,
        job_id=child.id,
        state=AttemptState.SUBMITTED,
        remote_id=remote_id,
        intent_at=now,
        submitted_at=now,
        finished_at=None,
        error=None,
    )
    await attempts.claim(connection, adopted)
    finding = Finding("adopted", f"Its remote job {remote_id} was adopted by {child.id}.")
    await end_job(connection, old, JobStatus.FAILED, finding)


def _refuse_unless_adoptable(job: Job, crew: Crew) -> None:
    if job.status is not JobStatus.NEEDS_REVIEW or job.parent_id is None:
        raise Conflict(f"Job {job.id} does not wait for a decision.")
    member = member_for(crew, job.type)
    if member is None or isinstance(member.provider, DirectProvider) or member.provider.name != job.provider:
        raise Conflict(f"{job.provider} has no jobs that could be collected later. Retry it instead.")


def _refuse_unless_active_run(job: Job) -> None:
    if job.parent_id is not None:
        raise Conflict(f"Job {job.id} is one node of the run {job.parent_id}. Pause or resume that.")
    if job.status.ended:
        raise Conflict(f"Job {job.id} has ended: {job.status}.")


def _refuse_unless_ended_badly(job: Job) -> None:
    if not job.status.ended:
        raise Conflict(f"Job {job.id} has not ended. Wait for it, or cancel it.", {"job_id": job.id})
    if job.status is JobStatus.COMPLETED:
        raise Conflict(f"Job {job.id} is complete. For another take, generate its asset.", {"job_id": job.id})


def _resumed(job: Job) -> Choice:
    """What a run was about, to make the rest of it. Takes that it was forced to make and made are not made again."""
    episodes, until = job.meta.get("episodes"), job.meta.get("until")
    return Choice(bool(job.meta.get("resume")), episodes, Until(until) if until else Until.CUTS)


def _choice_as_json(choice: Choice) -> dict[str, Any]:
    return {
        "resume": choice.resume,
        "episodes": sorted(choice.episodes) if choice.episodes is not None else None,
        "until": choice.until,
        "force": choice.force,
    }
