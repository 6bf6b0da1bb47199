"""Making one node: reuse what is there, else ask the provider or cut, then keep the result."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import structlog

from sfd.db import attempts, jobs, library, takes
from sfd.db.library import LibraryRow
from sfd.db.session import Database
from sfd.db.takes import SelectedTake
from sfd.domain.clock import now_ms
from sfd.domain.errors import DatabaseBusy, InvalidInput, MediaError, SfdError, StorageUnavailable
from sfd.domain.jobs import Job, JobStatus
from sfd.domain.validation import parse_drama
from sfd.generation import money
from sfd.generation.attempt import TERMINAL, AttemptState
from sfd.generation.attempt_driver import (
    FIRST_ATTEMPT,
    AttemptContext,
    AttemptDriver,
    Climbing,
    Delivery,
    number_due,
)
from sfd.generation.attempt_files import remove_left
from sfd.generation.breaker import Breakers
from sfd.generation.climbing import SOFTENING, Climber, Ladders
from sfd.generation.cut_steps import WAIT_WHEN_UNAVAILABLE, CutMaker, show_waiting
from sfd.generation.dag import build_dag
from sfd.generation.fingerprint import Fingerprint
from sfd.generation.judging import Judge
from sfd.generation.keeping import Keeper
from sfd.generation.keeping_text import TextKeeper
from sfd.generation.node_fingerprint import node_fingerprint
from sfd.generation.records import (
    WAITING_FOR,
    Finding,
    end_job,
    end_waiting_children,
    hold_job,
)
from sfd.generation.requests import (
    ClipSpec,
    CutSpec,
    NodeSpec,
    PictureSpec,
    SpecEnvelope,
    SpeechSpec,
    StageSpec,
    WriteSpec,
    inputs_of,
    library_inputs,
    modality_of,
    provider_request,
)
from sfd.generation.writing import CRITIQUE
from sfd.generation.writing_steps import Keep, StageWriter, Verify
from sfd.media.pool import MediaPool
from sfd.providers.base import LostReply, Made, Modality, Reference, Request
from sfd.providers.registry import AnyProvider, Registry

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Workshop:
    """What making needs: where things are kept, who makes them, and which process life this is."""

    database: Database
    keeper: Keeper
    registry: Registry
    pool: MediaPool
    spool: Path
    owner: str
    min_free_bytes: int
    max_retries: int
    breakers: Breakers
    default_seconds: float
    wrong_shape: Literal["fit", "refuse"]
    ladders: Ladders

    async def run_job(self, job_id: str) -> JobStatus:
        """Bring a node or a write job to its end. Called again after a crash, it goes on where it was.

        Storage and database trouble is waited out; nothing is made again because of it.
        """
        while True:
            try:
                if (status := await self._run_once(job_id)) is not None:
                    return status
                continue
            except StorageUnavailable as error:
                with suppress(DatabaseBusy):
                    await show_waiting(self.database, job_id, error)
            except DatabaseBusy as error:
                log.warning("waiting for the database", job_id=job_id, error=error.detail)
            except SfdError as error:
                return await self.give_up(job_id, Finding(error.code, error.detail))
            await asyncio.sleep(WAIT_WHEN_UNAVAILABLE)

    async def give_up(self, job_id: str, finding: Finding) -> JobStatus:
        """End a job that went wrong unexpectedly. What a provider may have accepted waits for a person."""
        async with self.database.write() as connection:
            job = await jobs.get_job(connection, job_id, lock=True)
            if job is None or job.status.ended:
                return JobStatus.FAILED if job is None else job.status
            attempt = await attempts.newest_attempt(connection, job_id)
            open_attempt = attempt is not None and AttemptState(attempt.state) not in TERMINAL
            status = JobStatus.NEEDS_REVIEW if open_attempt and self._may_cost(job) else JobStatus.FAILED
            if attempt is not None and open_attempt:
                ended = AttemptState.FAILED if status is JobStatus.FAILED else AttemptState.NEEDS_REVIEW
                await attempts.update_attempt(connection, job_id, attempt.number, state=ended, finished_at=now_ms())
            if open_attempt and status is JobStatus.FAILED:
                await money.settle(connection, job, 0)
            await end_waiting_children(connection, job, finding)
            await end_job(connection, job, status, finding)
        return status

    def _may_cost(self, job: Job) -> bool:
        provider = self.registry.named(modality_of(job.type), job.provider)
        return provider.capabilities.lost_reply is not LostReply.REPEAT

    async def _run_once(self, job_id: str) -> JobStatus | None:
        """How the job ended; None when it should be looked at again at once."""
        async with self.database.read() as connection:
            job = await jobs.get_job(connection, job_id)
        if job is None:
            raise InvalidInput(f"There is no job {job_id}.")
        if job.status.ended:
            if job.status is not JobStatus.NEEDS_REVIEW:
                await asyncio.to_thread(remove_left, self.spool, job_id)  # by a life that died before it tidied up
            return job.status
        if job.status is JobStatus.PENDING and await self._held_with_its_run(job):
            return JobStatus.PENDING
        job = replace(job, meta={name: value for name, value in job.meta.items() if name != WAITING_FOR})
        spec = SpecEnvelope.model_validate({"spec": job.spec}).spec
        if isinstance(spec, WriteSpec):
            return await (
                self._stages().write(job, StageSpec(stage=CRITIQUE)) if spec.critique else self._write(job, spec)
            )
        if isinstance(spec, StageSpec):
            return await self._stages().write(job, spec)
        if SOFTENING in job.meta and isinstance(spec, PictureSpec | ClipSpec):
            return await self._climber().soften(job, spec)
        return await self._make(job, spec)

    async def _held_with_its_run(self, job: Job) -> bool:
        """Whether the run of a job that did not begin is paused; the job waits for it then."""
        async with self.database.write() as connection:
            run = await jobs.get_job(connection, job.parent_id or job.id)
            if run is None or run.paused_for is None:
                return False
            await hold_job(connection, job, run.paused_for)
        return True

    async def _write(self, job: Job, spec: WriteSpec) -> JobStatus | None:
        provider = self.registry.named(Modality.WRITER, job.provider)
        request = provider_request(spec, drama_id=job.drama_id, model=job.model, idempotency_key=_key(job))

        async def keep(delivery: Delivery) -> None:
            await self._texts().keep_drama(job, delivery)

        return await self._attempt(job, provider, request, fingerprint="", verify=verify_written, keep=keep)

    def _cutter(self) -> CutMaker:
        return CutMaker(self.database, self.keeper, self.pool, self.spool, self.owner, self.min_free_bytes)

    def _climber(self) -> Climber:
        return Climber(self.database, self.registry, self.ladders, self._attempt_text)

    def _texts(self) -> TextKeeper:
        return TextKeeper(self.database, self.keeper.library)

    def _stages(self) -> StageWriter:
        return StageWriter(
            self.database, self.keeper, self._texts(), self.registry, self._attempt_text, self.default_seconds
        )

    async def _attempt_text(
        self, job: Job, request: Request, *, fingerprint: str, verify: Verify, keep: Keep, number: int, writer: str = ""
    ) -> JobStatus | None:
        """One attempt at a text. What it says may ask for another, so the job says whether it ended."""
        provider = self.registry.named(Modality.WRITER, writer or job.provider)
        return await self._attempt(
            job, provider, request, fingerprint=fingerprint, verify=verify, keep=keep, number=number
        )

    async def _make(self, job: Job, spec: NodeSpec) -> JobStatus | None:
        async with self.database.read() as connection:
            made = await takes.selected_takes(connection, job.drama_id, [*inputs_of(spec), *_storyboards(spec)])
            files = await library.get_files(connection, library_inputs(spec))
        provider = None if isinstance(spec, CutSpec) else self.registry.named(modality_of(job.type), job.provider)
        fingerprint = node_fingerprint(
            spec,
            node_type=job.type,
            provider=job.provider,
            model=job.model,
            capabilities=provider.capabilities if provider else None,
            content={node_id: take.sha256 for node_id, take in made.items()},
            library={asset_id: file.sha256 for asset_id, file in files.items()},
        )
        if not job.meta.get("force") and await self.keeper.reuse(job, fingerprint):
            return JobStatus.COMPLETED
        if isinstance(spec, CutSpec):
            return await self._cutter().cut(job, spec, made, fingerprint)
        async with AsyncExitStack() as held:
            pictures = [files[one] for one in library_inputs(spec) if one in files]
            references = [await self._library_reference(held, one) for one in pictures]
            references += [await self._reference(held, made[one]) for one in inputs_of(spec) if one in made]
            return await self._generate(job, spec, references[: _most_references(provider)], fingerprint)

    async def _generate(
        self,
        job: Job,
        spec: PictureSpec | ClipSpec | SpeechSpec,
        references: Sequence[Reference],
        fingerprint: Fingerprint,
    ) -> JobStatus | None:
        provider = self.registry.named(modality_of(job.type), job.provider)
        number = await number_due(self.database, job.id)
        request = provider_request(
            spec, drama_id=job.drama_id, model=job.model, references=references, idempotency_key=_key(job, number)
        )

        judge = Judge(self.pool, spec, provider.capabilities, self.wrong_shape)

        async def keep(delivery: Delivery) -> None:
            flaws = await judge.flaws(delivery.path, delivery.made)
            await self.keeper.keep_take(job, spec, delivery, fingerprint, flaws)

        return await self._attempt(
            job,
            provider,
            request,
            fingerprint=fingerprint.value,
            verify=judge.verify,
            keep=keep,
            number=number,
            climb=self._climber().climb,
        )

    async def _attempt(
        self,
        job: Job,
        provider: AnyProvider,
        request: Request,
        *,
        fingerprint: str,
        verify: Callable[[Path, Made], Awaitable[None]],
        keep: Callable[[Delivery], Awaitable[None]],
        number: int = FIRST_ATTEMPT,
        climb: Climbing | None = None,
    ) -> JobStatus | None:
        context = AttemptContext(
            database=self.database,
            provider=provider,
            request=request,
            fingerprint=fingerprint,
            owner=self.owner,
            spool=self.spool,
            min_free_bytes=self.min_free_bytes,
            max_retries=self.max_retries,
            breaker=self.breakers.of(f"{provider.capabilities.modality}-{provider.name}"),
            verify=verify,
            keep=keep,
            number=number,
            climb=climb,
        )
        ended = await AttemptDriver(context, job).run()
        return await self._status_of(job) if ended in _THE_JOB_SAYS else _STATUS_AFTER.get(ended)

    async def _status_of(self, job: Job) -> JobStatus | None:
        """How a job ended; None when another attempt of it is due here, pending when it is due elsewhere."""
        async with self.database.read() as connection:
            current = await jobs.get_job(connection, job.id)
        return current.status if current is not None and current.status is not JobStatus.RUNNING else None

    async def _reference(self, held: AsyncExitStack, take: SelectedTake) -> Reference:
        path = await held.enter_async_context(self.keeper.library.store.hold(take.key))
        return Reference(take.node_id, path, take.media_type, take.sha256, take.provider)

    async def _library_reference(self, held: AsyncExitStack, file: LibraryRow) -> Reference:
        path = await held.enter_async_context(self.keeper.library.store.hold(file.key))
        return Reference(file.id, path, file.media_type, file.sha256)


_THE_JOB_SAYS = (AttemptState.SETTLED, AttemptState.FAILED)
_STATUS_AFTER = {
    AttemptState.NEEDS_REVIEW: JobStatus.NEEDS_REVIEW,
    AttemptState.CANCELLED: JobStatus.CANCELLED,
    AttemptState.HELD: JobStatus.PENDING,
}


async def verify_written(path: Path, _made: Made) -> None:
    """Check that a writer delivered a whole, valid drama that can be planned.

    Raises:
        MediaError: it did not.
    """
    try:
        drama = parse_drama(json.loads(await asyncio.to_thread(path.read_text, encoding="utf-8")))
        build_dag(drama)
    except (ValueError, InvalidInput) as error:
        raise MediaError(f"The writer's answer is not a drama: {error}") from error


def _most_references(provider: AnyProvider | None) -> int | None:
    return None if provider is None else provider.capabilities.max_references


def _storyboards(spec: NodeSpec) -> tuple[str, ...]:
    return spec.storyboards if isinstance(spec, CutSpec) else ()


def _key(job: Job, number: int = FIRST_ATTEMPT) -> str:
    return f"{job.id}.{number}"
