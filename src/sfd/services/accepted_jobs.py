"""Pure: the jobs that accepting a run inserts: a parent, and a child for each node of its frozen plan."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sfd.domain.clock import now_ms
from sfd.domain.jobs import Job, JobStatus, JobType
from sfd.domain.owner import Owner
from sfd.generation.money import MOST_MICROS
from sfd.generation.plan import NodeState, PlannedNode, free_nodes
from sfd.generation.records import Finding

WARNINGS = "warnings"
MOST_WARNINGS = 20


@dataclass(frozen=True)
class Run:
    """A parent job with its children in plan order."""

    parent: Job
    children: tuple[Job, ...]

    @property
    def jobs(self) -> list[Job]:
        """All of them."""
        return [self.parent, *self.children]

    def child_of(self, node_id: str) -> Job:
        """The job of a node."""
        return next(child for child in self.children if child.node_id == node_id)


def run_of(
    owner: Owner,
    drama_id: str,
    job_type: JobType,
    run_id: str,
    nodes: Mapping[str, PlannedNode],
    *,
    made: Collection[str],
    forced: Collection[str] = (),
    project: str,
    meta: Mapping[str, Any],
    plan: Mapping[str, PlannedNode] | None = None,
) -> Run:
    """A run over `nodes`. Those in `made` are made, `forced` ones as new takes; of the rest what is there is used.

    `plan` is all of the drama, where `nodes` leaves out what they need and is there.
    The run's estimate leaves out nodes that find a take of the project. Their own jobs keep theirs, should it be gone.
    """
    parent = Job(
        id=run_id,
        drama_id=drama_id,
        user_id=owner.user_id,
        project=project,
        type=job_type,
        status=JobStatus.PENDING,
        created_at=now_ms(),
        key_id=owner.key_id,
        meta=dict(meta),
    )
    told = stale_inputs(nodes if plan is None else plan, made)
    children = tuple(
        _child(parent, position, planned, runs=node_id in made, force=node_id in forced, warnings=told.get(node_id, ()))
        for position, (node_id, planned) in enumerate(nodes.items())
    )
    free = free_nodes(nodes, made, forced)
    estimated = sum(child.estimated_micros for child in children if child.node_id not in free)
    whole = _with_warnings(meta, [one for node_id in made for one in told[node_id]])
    return Run(replace(parent, estimated_micros=estimated, meta=whole), children)


def warnings_of(job: Job) -> list[str]:
    """What whoever asked for a job should know about it: that it is made from something stale."""
    return [str(one) for one in job.meta.get(WARNINGS, ())]


def stale_inputs(plan: Mapping[str, PlannedNode], made: Collection[str]) -> dict[str, list[str]]:
    """For each node of `made`, a sentence for each stale thing that it, or what is made for it, is made from."""
    told: dict[str, list[str]] = {}
    for node_id in (one for one in plan if one in made):
        needed = plan[node_id].node.depends_on
        stale = [one for one in needed if one not in made and plan[one].due is NodeState.STALE]
        before = [sentence for one in needed for sentence in told.get(one, ())]
        told[node_id] = [*before, *(_stale_sentence(node_id, plan[one]) for one in stale)]
    return told


def _stale_sentence(node_id: str, input_: PlannedNode) -> str:
    name = input_.node.id
    return (
        f"{node_id} is made from {name} as it is, which is stale: {input_.reason}. Generate {name} first, "
        "or execute the drama, to have that in it."
    )


def _with_warnings(meta: Mapping[str, Any], warnings: Iterable[str]) -> dict[str, Any]:
    distinct = list(dict.fromkeys(warnings))[:MOST_WARNINGS]
    return {**meta, WARNINGS: distinct} if distinct else dict(meta)


def _child(
    parent: Job, position: int, planned: PlannedNode, *, runs: bool, force: bool, warnings: Sequence[str]
) -> Job:
    """The job of one node: to be made, or ended already when what is there is used."""
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
        key_id=parent.key_id,
        meta=_with_warnings(_node_meta(planned, force=force), warnings),
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


def _node_meta(planned: PlannedNode, *, force: bool) -> dict[str, Any]:
    node = planned.node
    meta: dict[str, Any] = {"reason": "a new take was asked for" if force else planned.reason}
    if node.episode is not None:
        meta["episode_id"] = node.episode.id
    if node.scene is not None:
        meta["scene_id"] = node.scene.id
    if node.character is not None:
        meta["character_id"] = node.character.id
    if force:
        meta["force"] = True
    if planned.cost.high > planned.price:
        meta[MOST_MICROS] = round(planned.cost.high * 1_000_000)
    return meta
