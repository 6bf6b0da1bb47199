"""Pure: writing a drama in stages as a run: a parent job, and a child for each stage. A critique is one job."""

from dataclasses import replace
from decimal import Decimal

from sfd.domain.estimates import Estimate
from sfd.domain.jobs import Job, JobStatus, JobType
from sfd.generation.money import MOST_MICROS
from sfd.generation.requests import StageSpec, WriteSpec
from sfd.generation.writing import CRITIQUE, Stage, stages_of, tokens_of
from sfd.providers.base import StagedWriter

ASSEMBLY = "drama"


def node_of_stage(stage_id: str) -> str:
    """The node of a stage. The colon keeps it apart from every asset id."""
    return f"{JobType.WRITE}:{stage_id}"


def stage_jobs(parent: Job, spec: WriteSpec, writer: StagedWriter) -> tuple[Job, ...]:
    """A job for each stage of writing `spec`, in an order in which each comes after what it needs."""
    return tuple(_stage_job(parent, number, one, spec, writer) for number, one in enumerate(stages_of(spec)))


def critique_job(job: Job, spec: WriteSpec, writer: StagedWriter) -> Job:
    """A job that judges a drama, with what it costs."""
    stage = next(one for one in stages_of(spec) if one.id == CRITIQUE)
    cost = stage_cost(writer, spec, stage, job.model)
    return replace(
        job,
        estimated_micros=round(cost.likely * 1_000_000),
        meta={**job.meta, MOST_MICROS: round(cost.high * 1_000_000)},
    )


def stage_cost(writer: StagedWriter, spec: WriteSpec, stage: Stage, model: str) -> Estimate[Decimal]:
    """What one answer costs, in US dollars."""
    if not stage.asks:
        return Estimate(Decimal(0), Decimal(0), Decimal(0))
    read, written = tokens_of(spec, stage.id)
    return Estimate(
        writer.price_of(read.low, written.low, model),
        writer.price_of(read.likely, written.likely, model),
        writer.price_of(read.high, written.high, model),
    )


def _stage_job(parent: Job, position: int, stage: Stage, spec: WriteSpec, writer: StagedWriter) -> Job:
    cost = stage_cost(writer, spec, stage, parent.model)
    node_id = node_of_stage(stage.id)
    return Job(
        id=f"{parent.id}:{node_id}",
        parent_id=parent.id,
        drama_id=parent.drama_id,
        user_id=parent.user_id,
        project=parent.project,
        node_id=node_id,
        type=JobType.STAGE,
        status=JobStatus.PENDING,
        created_at=parent.created_at,
        position=position,
        provider=parent.provider,
        model=parent.model,
        depends_on=tuple(node_of_stage(one) for one in stage.depends_on),
        spec=StageSpec(stage=stage.id).model_dump(mode="json"),
        estimated_micros=round(cost.likely * 1_000_000),
        key_id=parent.key_id,
        meta={MOST_MICROS: round(cost.high * 1_000_000)},
    )
