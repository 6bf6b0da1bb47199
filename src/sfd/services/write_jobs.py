"""Accepting a drama that is to be written: a blank drama and the job that fills it, in one transaction."""

from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncConnection

from sfd.db import dramas, jobs
from sfd.db.dramas import DramaRow
from sfd.domain.clock import now_ms
from sfd.domain.errors import Conflict
from sfd.domain.ids import new_id
from sfd.domain.jobs import Job, JobStatus, JobType
from sfd.domain.models import Drama
from sfd.domain.owner import Owner
from sfd.generation.requests import WriteSpec, provider_request
from sfd.generation.writing_run import critique_job, stage_jobs
from sfd.providers.base import StagedWriter
from sfd.providers.registry import AnyProvider, Member
from sfd.services.accepted_jobs import Run
from sfd.services.accepting import insert_run
from sfd.services.caps import Caps
from sfd.services.documents import WRITING
from sfd.services.idempotency import Accepted, Claim, earlier_subject


def writing_run(owner: Owner, drama_id: str, project: str, member: Member, spec: WriteSpec) -> Run:
    """The run in which `member` writes or judges a drama: one job, or one with a child for each stage."""
    provider = member.provider
    job = Job(
        id=new_id("job"),
        drama_id=drama_id,
        user_id=owner.user_id,
        project=project,
        type=JobType.CRITIQUE if spec.critique else JobType.WRITE,
        status=JobStatus.PENDING,
        created_at=now_ms(),
        provider=provider.name,
        model=member.model,
        prompt=spec.feedback or spec.premise,
        spec=spec.model_dump(mode="json"),
        key_id=owner.key_id,
    )
    return with_stages(job, spec, provider)


def with_stages(job: Job, spec: WriteSpec, provider: AnyProvider) -> Run:
    """A job that writes, with its price and, where its writer works in stages, a child for each of them."""
    if isinstance(provider, StagedWriter) and provider.capabilities.staged:
        if spec.critique:
            return Run(critique_job(job, spec, provider), ())
        children = stage_jobs(job, spec, provider)
        return Run(replace(job, estimated_micros=sum(one.estimated_micros for one in children)), children)
    price = provider.price(provider_request(spec, drama_id=job.drama_id, model=job.model))
    return Run(replace(job, estimated_micros=round(price * 1_000_000)), ())


async def accept_writing(
    connection: AsyncConnection, owner: Owner, run: Run, blank: Drama, claim: Claim | None, caps: Caps
) -> Accepted:
    """Insert a blank drama and the run that writes it, unless the request was accepted before.

    Raises:
        InvalidInput: the idempotency key was used for another request.
        Conflict: the drama's id is taken.
    """
    job = run.parent
    earlier = await earlier_subject(connection, claim, job.id)
    if earlier is not None and (accepted := await jobs.get_job(connection, earlier)) is not None:
        return Accepted(accepted, replayed=True)
    await insert_drama(connection, drama_row(blank, job.user_id, job.project, WRITING))
    await insert_run(connection, owner, run, caps)
    return Accepted(job)


async def insert_drama(connection: AsyncConnection, row: DramaRow) -> None:
    """Add a drama that has no episodes yet.

    Raises:
        Conflict: its id is taken, by anyone.
    """
    if not await dramas.insert_drama(connection, row):
        raise Conflict(f"The drama id {row.id!r} is taken. Choose another, or leave it out.")


def drama_row(drama: Drama, user_id: str, project: str, status: str) -> DramaRow:
    """The head of a new drama."""
    now = now_ms()
    return DramaRow(
        id=drama.id,
        user_id=user_id,
        project=project,
        title=drama.title,
        status=status,
        version=1,
        head=drama.model_dump_json(exclude={"episodes"}),
        created_at=now,
        updated_at=now,
    )
