"""Accepting a run: what a request allows, once for its key, beside no other run of the drama, under its caps."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from sfd.db import events, jobs
from sfd.domain.clock import now_ms
from sfd.domain.errors import Conflict, NotFound
from sfd.domain.jobs import Job, JobType
from sfd.domain.owner import Owner
from sfd.generation.plan import NodeState, with_missing
from sfd.generation.records import job_state
from sfd.services.accepted_jobs import Run, run_of
from sfd.services.caps import Caps, set_caps
from sfd.services.idempotency import Accepted, Claim, earlier_subject
from sfd.services.planning import Plan


@dataclass(frozen=True)
class Limits:
    """What a request allows: how much it may cost, and the key under which it counts once."""

    max_cost_usd: float | None = None
    claim: Claim | None = None


NO_LIMITS = Limits()


async def earlier_job(connection: AsyncConnection, limits: Limits, subject: str) -> Accepted | None:
    """What the request's idempotency key led to before; else the key is taken for `subject`."""
    earlier = await earlier_subject(connection, limits.claim, subject)
    job = await jobs.get_job(connection, earlier) if earlier is not None else None
    return None if job is None else Accepted(job, replayed=True)


async def refuse_beside_another(connection: AsyncConnection, drama_id: str) -> None:
    """Refuse a run while another of the drama has not ended.

    Raises:
        Conflict: one has not; names it.
    """
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


async def insert_run(connection: AsyncConnection, owner: Owner, run: Run, caps: Caps) -> None:
    """Accept a run under its caps."""
    await set_caps(connection, owner, run.parent, caps)
    await jobs.insert_jobs(connection, run.jobs)
    await events.append_event(connection, run.parent.drama_id, run.parent.id, "job", job_state(run.parent), now_ms())


def new_take(owner: Owner, plan: Plan, node_id: str, job_type: JobType, run_id: str, *, force: bool = True) -> Run:
    """A run that makes one node anew, after whatever it needs that was never made.

    Raises:
        NotFound: the drama has no such node.
        Conflict: something that it needs waits for a decision.
    """
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
        plan=plan.nodes,
    )
