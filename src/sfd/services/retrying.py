"""Second tries: what did not complete is asked again, or a provider's own job is taken for it."""

from collections.abc import Callable
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncConnection

from sfd.config import Settings
from sfd.db import attempts, dramas, jobs
from sfd.db.session import Database
from sfd.domain.clock import now_ms
from sfd.domain.errors import Conflict
from sfd.domain.ids import new_id
from sfd.domain.jobs import Job, JobStatus, JobType
from sfd.domain.owner import Owner
from sfd.generation import money
from sfd.generation.attempt import AttemptState
from sfd.generation.plan import Choice, Until
from sfd.generation.records import Finding, end_job
from sfd.generation.requests import WriteSpec, modality_of
from sfd.providers.base import DirectProvider, Modality
from sfd.providers.registry import CrewChoice, Registry
from sfd.services.accepted_jobs import Run
from sfd.services.accepting import NO_LIMITS, Limits, earlier_job, insert_run, new_take, refuse_beside_another
from sfd.services.caps import Caps
from sfd.services.critiques import refuse_beside_critique
from sfd.services.documents import WRITING
from sfd.services.idempotency import Accepted
from sfd.services.owned_things import own_drama, own_job
from sfd.services.planning import PlanService, crew_choice
from sfd.services.runs import RunService
from sfd.services.write_jobs import with_stages


class RetryService:
    """What can be done with jobs that did not complete. `on_accepted` is told of each new run."""

    def __init__(
        self,
        database: Database,
        settings: Settings,
        registry: Registry,
        plans: PlanService,
        runs: RunService,
        on_accepted: Callable[[], None],
    ) -> None:
        self._database = database
        self._settings = settings
        self._registry = registry
        self._plans = plans
        self._runs = runs
        self._on_accepted = on_accepted

    async def retry(self, owner: Owner, job_id: str, limits: Limits = NO_LIMITS) -> Accepted:
        """Try again what a job did not complete: a run's missing nodes, one node, a critique, the writing of a drama.

        For a node that waits for a decision this accepts the risk that its first request is paid for as well.

        Raises:
            NotFound: the user has no such job, or its drama or node is gone.
            Conflict: it has not ended, or it is complete.
        """
        async with self._database.read() as connection:
            job = await own_job(connection, owner, job_id)
            if job.type is JobType.STAGE and job.parent_id is not None:
                job = await own_job(connection, owner, job.parent_id)
        if job.type is JobType.EXECUTE:
            _refuse_unless_ended_badly(job)
            return await self._runs.execute(owner, job.drama_id, _resumed(job), limits, crew_choice(job.meta))
        node_id = job.node_id or str(job.meta.get("asset_id", ""))
        run_id = new_id("job")
        async with self._database.write() as connection:
            by_writer = job.type in (JobType.WRITE, JobType.CRITIQUE)
            subject = run_id if by_writer else f"{run_id}:{node_id}"
            if (earlier := await earlier_job(connection, limits, subject)) is not None:
                return earlier
            _refuse_unless_ended_badly(await own_job(connection, owner, job.id))
            await _count_as_paid(connection, job)
            if by_writer:
                run = await self._written_again(connection, owner, job, run_id)
            else:
                plan = await self._plans.plan_in(connection, owner, job.drama_id, _same_provider(job))
                again = job.type is JobType.GENERATE or bool(job.meta.get("force"))
                run = new_take(owner, plan, node_id, JobType.GENERATE, run_id, force=again)
            await insert_run(connection, owner, run, self._caps(limits))
        return self._told(next(one for one in run.jobs if one.id == subject))

    async def adopt(self, owner: Owner, job_id: str, remote_id: str, limits: Limits = NO_LIMITS) -> Accepted:
        """Take a provider's own job for a node that needs a decision: its result is collected, nothing is asked again.

        Raises:
            NotFound: the user has no such job.
            Conflict: it does not wait for a decision, or its provider has no jobs that could be collected.
        """
        run_id = new_id("job")
        async with self._database.write() as connection:
            job = await own_job(connection, owner, job_id)
            if (earlier := await earlier_job(connection, limits, f"{run_id}:{job.node_id}")) is not None:
                return earlier
            _refuse_unless_adoptable(job, self._registry)
            plan = await self._plans.plan_in(connection, owner, job.drama_id, _same_provider(job))
            run = new_take(owner, plan, job.node_id or "", JobType.GENERATE, run_id)
            child = run.child_of(job.node_id or "")
            await insert_run(connection, owner, run, self._caps(limits))
            await _adopt_attempt(connection, job, child, remote_id)
        return self._told(child)

    async def _written_again(self, connection: AsyncConnection, owner: Owner, job: Job, run_id: str) -> Run:
        """A new attempt to write or judge from the same frozen request. What was answered well is not asked."""
        await own_drama(connection, owner, job.drama_id, lock=True)
        if job.type is JobType.CRITIQUE:
            await refuse_beside_critique(connection, job.drama_id)
        else:
            await refuse_beside_another(connection, job.drama_id)
            await dramas.set_status(connection, job.drama_id, WRITING, now_ms())
        for stage in await jobs.children(connection, job.id):
            await _count_as_paid(connection, stage)
        provider = self._registry.named(Modality.WRITER, job.provider)
        return with_stages(_anew(job, run_id, owner), WriteSpec.model_validate(job.spec), provider)

    def _caps(self, limits: Limits) -> Caps:
        return Caps(limits.max_cost_usd, self._settings.user_daily_cap_usd)

    def _told(self, job: Job) -> Accepted:
        self._on_accepted()
        return Accepted(job)


async def _count_as_paid(connection: AsyncConnection, job: Job) -> None:
    """Asking again accepts that a first request, whose outcome is unknown, is paid for as well."""
    attempt = await attempts.newest_attempt(connection, job.id)
    if job.status is JobStatus.NEEDS_REVIEW and attempt is not None and attempt.state == AttemptState.NEEDS_REVIEW:
        await attempts.update_attempt(
            connection, job.id, attempt.number, state=AttemptState.FAILED, cost_micros=job.estimated_micros
        )
        await money.settle(connection, job, job.estimated_micros)
        await jobs.update_job(connection, job.id, actual_micros=job.estimated_micros)


def _anew(job: Job, run_id: str, owner: Owner) -> Job:
    """The same job, as if nothing of it had been done."""
    return replace(
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
        paused_for=None,
        meta={},
    )


async def _adopt_attempt(connection: AsyncConnection, old: Job, child: Job, remote_id: str) -> None:
    """Give a new job an attempt that was sent already. The reservation of the old job's attempt becomes its own."""
    attempt = await attempts.newest_attempt(connection, old.id)
    if attempt is None:
        raise Conflict(f"Job {old.id} was never sent, so there is nothing to adopt. Retry it.")
    now = now_ms()
    await attempts.update_attempt(connection, old.id, attempt.number, state=AttemptState.FAILED, finished_at=now)
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


def _refuse_unless_adoptable(job: Job, registry: Registry) -> None:
    if job.status is not JobStatus.NEEDS_REVIEW or job.parent_id is None:
        raise Conflict(f"Job {job.id} does not wait for a decision.")
    if isinstance(registry.named(modality_of(job.type), job.provider), DirectProvider):
        raise Conflict(f"{job.provider} has no jobs that could be collected later. Retry it instead.")


def _refuse_unless_ended_badly(job: Job) -> None:
    if not job.status.ended:
        raise Conflict(f"Job {job.id} has not ended. Wait for it, or cancel it.", {"job_id": job.id})
    if job.status is JobStatus.COMPLETED:
        raise Conflict(f"Job {job.id} is complete. For another take, generate its asset.", {"job_id": job.id})


def _same_provider(job: Job) -> CrewChoice:
    """Who was asked the first time."""
    who = f"{job.provider}:{job.model}" if job.model else job.provider
    if job.type in (JobType.CUT, JobType.SPEECH) or not job.provider:
        return CrewChoice()
    return CrewChoice(filmmaker=who) if modality_of(job.type) is Modality.FILMMAKER else CrewChoice(illustrator=who)


def _resumed(job: Job) -> Choice:
    """What a run was about, to make the rest of it. Takes that it was forced to make and made are not made again."""
    episodes, until = job.meta.get("episodes"), job.meta.get("until")
    return Choice(bool(job.meta.get("resume")), episodes, Until(until) if until else Until.CUTS)
