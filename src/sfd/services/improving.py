"""Improving a drama: it is written anew after feedback, as another drama that names the one it comes from."""

from collections.abc import Callable

from sqlalchemy.ext.asyncio import AsyncConnection

from sfd.db import dramas, events, jobs
from sfd.db.dramas import DramaRow
from sfd.db.session import Database
from sfd.domain.clock import now_ms
from sfd.domain.errors import Conflict, Fault, InvalidInput, NotFound
from sfd.domain.ids import new_id
from sfd.domain.jobs import Job, JobStatus, JobType
from sfd.domain.models import Drama, Origin
from sfd.domain.owner import Owner
from sfd.domain.planned_assets import without_urls
from sfd.generation.records import job_state
from sfd.generation.requests import WriteSpec, provider_request
from sfd.providers.registry import Crew
from sfd.services.dramas import WRITING, assemble, require_written
from sfd.services.idempotency import Accepted, Claim, earlier_subject
from sfd.services.spending import check_spend

MAX_FEEDBACK_CHARACTERS = 20_000


class ImprovingService:
    """Writes dramas anew. `on_accepted` is told of each new job."""

    def __init__(self, database: Database, crew: Crew, on_accepted: Callable[[], None]) -> None:
        self._database = database
        self._crew = crew
        self._on_accepted = on_accepted

    async def improve(
        self,
        owner: Owner,
        drama_id: str,
        feedback: str,
        new_drama_id: str | None = None,
        claim: Claim | None = None,
    ) -> Accepted:
        """Accept feedback on a drama. The returned job writes the new drama, in the project of the first.

        The job keeps the drama as it is now: editing or deleting it meanwhile changes nothing.

        Raises:
            InvalidInput: the feedback is empty, too long or no text, or the writer does not improve dramas.
            NotFound: the user has no such drama.
            Conflict: it is not written, or the new id is taken.
            OverBudget: it would cost more than the key may spend.
        """
        check_feedback(feedback)
        self._check_writer()
        row, original = await self._original(owner, drama_id)
        improved_id = new_drama_id or new_id("drama")
        job = self._job(owner, row, original, feedback, improved_id)
        blank = Drama(
            id=improved_id,
            title=original.title,
            premise=original.premise,
            language=original.language,
            style=original.style,
            origin=Origin(drama_id=original.id, feedback=feedback),
        )
        async with self._database.write() as connection:
            earlier = await earlier_subject(connection, claim, job.id)
            if earlier is not None and (accepted := await jobs.get_job(connection, earlier)) is not None:
                return Accepted(accepted, replayed=True)
            await check_spend(connection, owner, job.estimated_micros)
            await _accept(connection, job, blank)
        self._on_accepted()
        return Accepted(job)

    def _check_writer(self) -> None:
        provider = self._crew.writer.provider
        if not provider.capabilities.improves:
            raise InvalidInput(f"The writer {provider.name} does not improve dramas. Set WRITER to one that does.")

    async def _original(self, owner: Owner, drama_id: str) -> tuple[DramaRow, Drama]:
        async with self._database.read() as connection:
            row = await dramas.get_drama(connection, drama_id, owner)
            if row is None:
                raise NotFound(f"There is no drama {drama_id!r}.")
            episodes = await dramas.get_episodes(connection, drama_id)
        require_written(row)
        return row, without_urls(assemble(row, [one.doc for one in episodes]))

    def _job(self, owner: Owner, row: DramaRow, original: Drama, feedback: str, improved_id: str) -> Job:
        member = self._crew.writer
        spec = WriteSpec(feedback=feedback, original=original)
        price = member.provider.price(provider_request(spec, drama_id=improved_id, model=member.model))
        return Job(
            id=new_id("job"),
            drama_id=improved_id,
            user_id=row.user_id,
            project=row.project,
            type=JobType.WRITE,
            status=JobStatus.PENDING,
            created_at=now_ms(),
            provider=member.provider.name,
            model=member.model,
            prompt=feedback,
            spec=spec.model_dump(mode="json"),
            estimated_micros=round(price * 1_000_000),
            key_id=owner.key_id,
        )


def check_feedback(feedback: str) -> None:
    """Refuse at once what no writer could use.

    Raises:
        InvalidInput: empty, too long, or with characters that are no text.
    """
    if not feedback.strip():
        raise InvalidInput(
            "The feedback is empty. Say what should be different.", [Fault("/feedback", "must say something")]
        )
    if len(feedback) > MAX_FEEDBACK_CHARACTERS:
        raise InvalidInput(
            f"The feedback has {len(feedback):,} characters; at most {MAX_FEEDBACK_CHARACTERS:,} are accepted.",
            [Fault("/feedback", f"must have at most {MAX_FEEDBACK_CHARACTERS} characters")],
        )
    if "\0" in feedback or any("\ud800" <= one <= "\udfff" for one in feedback):
        raise InvalidInput(
            "The feedback holds characters that are no text (NUL, or half a surrogate pair). Send plain text.",
            [Fault("/feedback", "must be plain text")],
        )


async def _accept(connection: AsyncConnection, job: Job, blank: Drama) -> None:
    if await dramas.drama_exists(connection, blank.id):
        raise Conflict(f"The drama id {blank.id!r} is taken. Choose another, or leave it out.")
    row = DramaRow(
        id=blank.id,
        user_id=job.user_id,
        project=job.project,
        title=blank.title,
        status=WRITING,
        version=1,
        head=blank.model_dump_json(exclude={"episodes"}),
        created_at=job.created_at,
        updated_at=job.created_at,
    )
    await dramas.insert_drama(connection, row)
    await jobs.insert_jobs(connection, [job])
    await events.append_event(connection, blank.id, job.id, "job", job_state(job), job.created_at)
