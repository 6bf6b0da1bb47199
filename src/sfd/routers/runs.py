"""Runs: execute and resume a drama."""

from fastapi import APIRouter, Response, status

from sfd.dependencies import App, Spender
from sfd.domain.errors import Fault, InvalidInput
from sfd.domain.owner import Owner
from sfd.generation.plan import Choice
from sfd.routers.shapes import POLL_AGAIN, DAGExecuteRequest, ExecuteAccepted, Links, job_url

router = APIRouter(prefix="/dramas", tags=["runs"])


@router.post("/{drama_id}/execute", operation_id="executeDrama", status_code=status.HTTP_202_ACCEPTED)
async def execute(
    drama_id: str, app: App, owner: Spender, response: Response, body: DAGExecuteRequest | None = None
) -> ExecuteAccepted:
    """Make what is missing or stale, node by node."""
    return await _start(drama_id, app, owner, response, body or DAGExecuteRequest())


@router.post("/{drama_id}/resume", operation_id="resumeDrama", status_code=status.HTTP_202_ACCEPTED)
async def resume(
    drama_id: str, app: App, owner: Spender, response: Response, body: DAGExecuteRequest | None = None
) -> ExecuteAccepted:
    """Make what failed or is missing, and nothing else."""
    wanted = (body or DAGExecuteRequest()).model_copy(update={"resume": True})
    return await _start(drama_id, app, owner, response, wanted)


async def _start(drama_id: str, app: App, owner: Owner, response: Response, body: DAGExecuteRequest) -> ExecuteAccepted:
    if body.user_id not in (None, owner.user_id):
        raise InvalidInput(
            f"This key acts for user {owner.user_id}.", [Fault("/user_id", "is not the user of this key")]
        )
    choice = Choice(body.resume, body.episodes, body.until, body.force)
    job = await app.jobs.execute(Owner(owner.user_id, body.project_name or ""), drama_id, choice)
    response.headers["Location"] = job_url(job)
    response.headers["Retry-After"] = POLL_AGAIN
    return ExecuteAccepted(
        dag_id=f"dag_{drama_id}",
        drama_id=drama_id,
        parent_job_id=job.id,
        status=job.status,
        message="The run was accepted.",
        urls=Links(self=job_url(job)),
    )
