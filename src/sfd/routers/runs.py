"""Runs: plan a drama, make it, cut an episode again, try a job again, cancel it."""

from typing import Annotated

from fastapi import APIRouter, Query, Response, status

from sfd.dependencies import App, Editor, IdempotencyKey, Reader, Spender
from sfd.domain.owner import Owner
from sfd.generation.plan import Choice, Until
from sfd.providers.registry import CrewChoice
from sfd.routers.accepting import accepted_body, acting_owner, note_acceptance
from sfd.routers.answers import ACCEPTED
from sfd.routers.budget_shapes import BudgetBody, budget_body
from sfd.routers.money_shapes import AdoptRequest, BudgetRequest, ResumeRequest
from sfd.routers.parts import DramaId, EpisodeId, JobId
from sfd.routers.plan_shapes import PlanBody, plan_body
from sfd.routers.shapes import DAGExecuteRequest, ExecuteAccepted, JobAccepted, JobBody, job_body, job_links
from sfd.services.accepted_jobs import warnings_of
from sfd.services.accepting import Limits
from sfd.services.idempotency import Claim

router = APIRouter(tags=["runs"])


@router.get("/dramas/{drama_id}/plan", operation_id="planDrama")
async def plan(
    drama_id: DramaId,
    app: App,
    owner: Reader,
    episodes: Annotated[list[str] | None, Query(description="Ids of episodes; all when left out")] = None,
    until: Annotated[Until, Query(description="Where to stop")] = Until.CUTS,
    resume: Annotated[bool, Query(description="Make what failed or is missing, and leave what is stale")] = False,
    force: Annotated[bool, Query(description="Make new takes of everything")] = False,
    illustrator: Annotated[str, Query(max_length=200, description="As when executing")] = "",
    filmmaker: Annotated[str, Query(max_length=200, description="As when executing")] = "",
) -> PlanBody:
    """What an execution with these parameters would make, why, and what it would cost. Changes nothing."""
    crew = CrewChoice(illustrator=illustrator, filmmaker=filmmaker)
    return plan_body(await app.plans.plan(owner, drama_id, crew), Choice(resume, episodes, until, force))


@router.post(
    "/dramas/{drama_id}/execute",
    operation_id="executeDrama",
    status_code=status.HTTP_202_ACCEPTED,
    responses=ACCEPTED,
)
async def execute(
    drama_id: DramaId,
    app: App,
    owner: Spender,
    claim: IdempotencyKey,
    response: Response,
    body: DAGExecuteRequest | None = None,
) -> ExecuteAccepted:
    """Make what is missing or stale, node by node."""
    return await _start(drama_id, app, owner, claim, response, body or DAGExecuteRequest())


@router.post(
    "/dramas/{drama_id}/resume",
    operation_id="resumeDrama",
    status_code=status.HTTP_202_ACCEPTED,
    responses=ACCEPTED,
)
async def resume(
    drama_id: DramaId,
    app: App,
    owner: Spender,
    claim: IdempotencyKey,
    response: Response,
    body: DAGExecuteRequest | None = None,
) -> ExecuteAccepted:
    """Make what failed or is missing, and nothing else."""
    wanted = (body or DAGExecuteRequest()).model_copy(update={"resume": True})
    return await _start(drama_id, app, owner, claim, response, wanted)


@router.post(
    "/dramas/{drama_id}/episodes/{episode_id}/assemble",
    operation_id="assembleEpisode",
    status_code=status.HTTP_202_ACCEPTED,
    responses=ACCEPTED,
)
async def assemble(
    drama_id: DramaId, episode_id: EpisodeId, app: App, owner: Editor, claim: IdempotencyKey, response: Response
) -> JobAccepted:
    """Cut an episode again from the selected takes of its clips. Costs nothing; 409 names clips that are missing."""
    accepted = await app.runs.assemble(owner, drama_id, episode_id, Limits(claim=claim))
    note_acceptance(response, accepted)
    return accepted_body(accepted, "The episode will be cut.")


@router.post("/jobs/{job_id}/retry", operation_id="retryJob", status_code=status.HTTP_202_ACCEPTED, responses=ACCEPTED)
async def retry(job_id: JobId, app: App, owner: Spender, claim: IdempotencyKey, response: Response) -> JobAccepted:
    """Try again what a job did not complete, as a new job.

    For a job that `needs_review` this accepts the risk that its first request is paid for as well.
    """
    accepted = await app.retries.retry(owner, job_id, Limits(claim=claim))
    note_acceptance(response, accepted)
    return accepted_body(accepted, "It is tried again.")


@router.post("/jobs/{job_id}/cancel", operation_id="cancelJob")
async def cancel(job_id: JobId, app: App, owner: Editor) -> JobBody:
    """Cancel a job and its children: what waits ends at once, what runs when it can be stopped or is done.

    What a provider delivers all the same is kept. Cancelling twice, or what has ended, changes nothing.
    """
    await app.control.cancel(owner, job_id)
    return job_body(await app.jobs.get(owner, job_id))


@router.post("/jobs/{job_id}/pause", operation_id="pauseJob")
async def pause(job_id: JobId, app: App, owner: Editor) -> JobBody:
    """Start nothing new of a run until it is resumed. What is being made is finished and kept."""
    await app.control.pause(owner, job_id)
    return job_body(await app.jobs.get(owner, job_id))


@router.post("/jobs/{job_id}/resume", operation_id="resumeJob")
async def resume_job(job_id: JobId, app: App, owner: Spender, body: ResumeRequest | None = None) -> JobBody:
    """Let a paused run go on, under another cap if one is given. What is over its budget pauses again.

    Without `max_cost_usd` it keeps its cap; null lifts it. The caps of its drama, of the day and of its key still hold.
    """
    await app.control.resume(owner, job_id, (body or ResumeRequest()).new_cap)
    return job_body(await app.jobs.get(owner, job_id))


@router.post("/jobs/{job_id}/adopt", operation_id="adoptJob", status_code=status.HTTP_202_ACCEPTED, responses=ACCEPTED)
async def adopt(
    job_id: JobId, body: AdoptRequest, app: App, owner: Spender, claim: IdempotencyKey, response: Response
) -> JobAccepted:
    """Collect the result of a provider's own job for a node that `needs_review`, instead of asking again."""
    accepted = await app.retries.adopt(owner, job_id, body.remote_id, Limits(claim=claim))
    note_acceptance(response, accepted)
    return accepted_body(accepted, "The remote job is adopted.")


@router.get("/dramas/{drama_id}/budget", operation_id="getBudget")
async def get_budget(drama_id: DramaId, app: App, owner: Reader) -> BudgetBody:
    """What a drama has cost, what is reserved for it, and what it may cost in all."""
    return budget_body(await app.budgets.get(owner, drama_id))


@router.put("/dramas/{drama_id}/budget", operation_id="setBudget")
async def set_budget(drama_id: DramaId, body: BudgetRequest, app: App, owner: Spender) -> BudgetBody:
    """Cap what a drama may cost in all; null lifts the cap. Past it a run pauses, and goes on when it is resumed."""
    return budget_body(await app.budgets.set_cap(owner, drama_id, body.max_cost_usd))


async def _start(
    drama_id: str, app: App, owner: Owner, claim: Claim | None, response: Response, body: DAGExecuteRequest
) -> ExecuteAccepted:
    acting = acting_owner(owner, body.user_id, body.project_name)
    choice = Choice(body.resume, body.episodes, body.until, body.force)
    crew = CrewChoice(illustrator=body.illustrator, filmmaker=body.filmmaker)
    accepted = await app.runs.execute(acting, drama_id, choice, Limits(body.max_cost_usd, claim), crew)
    note_acceptance(response, accepted)
    return ExecuteAccepted(
        dag_id=f"dag_{drama_id}",
        drama_id=drama_id,
        parent_job_id=accepted.job.id,
        message="The run was accepted.",
        warnings=warnings_of(accepted.job),
        urls=job_links(accepted.job),
    )
