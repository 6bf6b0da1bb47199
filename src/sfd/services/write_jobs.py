"""Accepting a drama that is to be written: a blank drama and the job that fills it, in one transaction."""

from sqlalchemy.ext.asyncio import AsyncConnection

from sfd.db import dramas, events, jobs
from sfd.db.dramas import DramaRow
from sfd.domain.clock import now_ms
from sfd.domain.errors import Conflict
from sfd.domain.ids import new_id
from sfd.domain.jobs import Job, JobStatus, JobType
from sfd.domain.models import Drama
from sfd.domain.owner import Owner
from sfd.generation.records import job_state
from sfd.generation.requests import WriteSpec, provider_request
from sfd.providers.registry import Member
from sfd.services.caps import Caps, set_caps
from sfd.services.idempotency import Accepted, Claim, earlier_subject

WRITING = "writing"
READY = "ready"


def write_job(owner: Owner, drama_id: str, project: str, member: Member, spec: WriteSpec) -> Job:
    """The job that has `member` write a drama."""
    price = member.provider.price(provider_request(spec, drama_id=drama_id, model=member.model))
    return Job(
        id=new_id("job"),
        drama_id=drama_id,
        user_id=owner.user_id,
        project=project,
        type=JobType.WRITE,
        status=JobStatus.PENDING,
        created_at=now_ms(),
        provider=member.provider.name,
        model=member.model,
        prompt=spec.feedback or spec.premise,
        spec=spec.model_dump(mode="json"),
        estimated_micros=round(price * 1_000_000),
        key_id=owner.key_id,
    )


async def accept_writing(
    connection: AsyncConnection, owner: Owner, job: Job, blank: Drama, claim: Claim | None, caps: Caps
) -> Accepted:
    """Insert a blank drama and the job that writes it, unless the request was accepted before.

    Raises:
        InvalidInput: the idempotency key was used for another request.
        Conflict: the drama's id is taken.
    """
    earlier = await earlier_subject(connection, claim, job.id)
    if earlier is not None and (accepted := await jobs.get_job(connection, earlier)) is not None:
        return Accepted(accepted, replayed=True)
    await set_caps(connection, owner, job, caps)
    await insert_drama(connection, drama_row(blank, job.user_id, job.project, WRITING))
    await jobs.insert_jobs(connection, [job])
    await events.append_event(connection, blank.id, job.id, "job", job_state(job), now_ms())
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
