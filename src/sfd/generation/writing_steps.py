"""One stage of writing a drama: what is asked follows from the answers of the stages before it.

A bad answer is kept and told to the writer, at most `MOST_REPAIRS` times, each time as another attempt of the job;
then a person decides. The drama is put together once every stage has a good answer, so none is ever half built.
"""

import asyncio
import json
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from sfd.db import jobs, library
from sfd.db.library import LibraryRow
from sfd.db.session import Database
from sfd.domain.errors import InvalidInput, MediaError
from sfd.domain.jobs import Job, JobStatus
from sfd.generation.attempt_driver import FIRST_ATTEMPT, Delivery
from sfd.generation.fingerprint import Fingerprint, fingerprint
from sfd.generation.keeping import Keeper
from sfd.generation.keeping_text import BAD_ANSWERS, Answered, TextKeeper
from sfd.generation.requests import StageSpec, WriteSpec
from sfd.generation.writing import (
    Answer,
    BadAnswer,
    StageRequest,
    drama_of,
    read_answer,
    repair_of,
    request_of,
    stages_of,
    tokens_of,
)
from sfd.generation.writing_run import ASSEMBLY, node_of_stage
from sfd.providers.base import Made, Modality, Reference, Request, TextRequest
from sfd.providers.registry import Registry

MOST_REPAIRS = 2
LEAST_OUTPUT_TOKENS = 8_000
MOST_ANSWER_BYTES = 4_000_000


class Attempting(Protocol):
    """Makes one attempt of a job; None: look at the job again."""

    def __call__(
        self,
        job: Job,
        request: Request,
        *,
        fingerprint: str,
        verify: "Verify",
        keep: "Keep",
        number: int,
        writer: str = "",
    ) -> Awaitable[JobStatus | None]:
        """Bring the attempt with this number to its end. `writer`: who is asked, when it is not the job's provider."""
        ...


class Verify(Protocol):
    """Checks what was delivered."""

    def __call__(self, path: Path, made: Made, /) -> Awaitable[None]:
        """Raise MediaError when it is not what was asked for."""
        ...


class Keep(Protocol):
    """Keeps what was delivered."""

    def __call__(self, delivery: Delivery, /) -> Awaitable[None]:
        """Store, record and settle it."""
        ...


@dataclass(frozen=True)
class _Stage:
    """A stage with all that its request is made of. `bad` are earlier answers: their file and what was wrong."""

    job: Job
    name: str
    spec: WriteSpec
    answers: Mapping[str, Answer]
    bad: Sequence[Mapping[str, Any]] = field(default_factory=tuple)

    @property
    def number(self) -> int:
        """The number of the attempt that is due."""
        return FIRST_ATTEMPT + len(self.bad)


@dataclass(frozen=True)
class StageWriter:
    """Has stages written. `attempt` makes an attempt, `default_seconds` is a clip's length where nothing says one."""

    database: Database
    keeper: Keeper
    texts: TextKeeper
    registry: Registry
    attempt: Attempting
    default_seconds: float

    async def write(self, job: Job, spec: StageSpec) -> JobStatus | None:
        """Bring a stage nearer to its end; None when it should be looked at again at once."""
        stage = await self._read(job, spec)
        if spec.stage == ASSEMBLY:
            drama = await asyncio.to_thread(drama_of, stage.spec, job.drama_id, stage.answers, self.default_seconds)
            await self.texts.keep_assembled(job, drama)
            return JobStatus.COMPLETED
        asked = await asyncio.to_thread(request_of, stage.spec, stage.name, stage.answers)
        if asked is None:
            await self.texts.keep_unasked(job)
            return JobStatus.COMPLETED
        references = await self._references(asked)
        mark = self._fingerprint(job, asked, references)
        reuse = self.texts.reuse_critique if stage.spec.critique else self.keeper.reuse
        if await reuse(job, mark):
            return JobStatus.COMPLETED
        due = await self._repaired(stage, asked)
        most = round(tokens_of(stage.spec, stage.name)[1].high)
        request = _text_request(job, due, references, stage.number, max(LEAST_OUTPUT_TOKENS, most))
        keep = partial(self._keep, stage, mark)
        return await self.attempt(
            job, request, fingerprint=mark.value, verify=verify_answer, keep=keep, number=stage.number
        )

    async def _read(self, job: Job, spec: StageSpec) -> _Stage:
        async with self.database.read() as connection:
            parent = await jobs.get_job(connection, job.parent_id or job.id)
            if parent is None:
                raise InvalidInput(f"Job {job.id} belongs to no writing of a drama.")
            written = await jobs.results_of_children(connection, parent.id)
            files = await library.get_files(
                connection, [one["library_asset_id"] for one in written.values() if "library_asset_id" in one]
            )
        whole = WriteSpec.model_validate(parent.spec)
        answers: dict[str, Answer] = {}
        for stage in stages_of(whole):
            result = written.get(node_of_stage(stage.id), {})
            if (file := files.get(result.get("library_asset_id", ""))) is not None:
                answers[stage.id] = await asyncio.to_thread(json.loads, await self._text(file))
        return _Stage(job, spec.stage, whole, answers, tuple(job.meta.get(BAD_ANSWERS, ())))

    async def _references(self, asked: StageRequest) -> tuple[Reference, ...]:
        async with self.database.read() as connection:
            files = await library.get_files(connection, asked.references)
        return tuple([await self._reference(files[one]) for one in asked.references if one in files])

    async def _reference(self, file: LibraryRow) -> Reference:
        path = await self.keeper.library.store.local_copy(file.key)
        return Reference(file.id, path, file.media_type, file.sha256)

    async def _text(self, file: LibraryRow) -> str:
        return (await self.keeper.library.store.get_bytes(file.key)).decode("utf-8", errors="replace")

    def _fingerprint(self, job: Job, asked: StageRequest, references: Sequence[Reference]) -> Fingerprint:
        provider = self.registry.named(Modality.WRITER, job.provider)
        return fingerprint(
            type=job.type,
            provider=job.provider,
            model=job.model,
            version=provider.capabilities.version,
            prompt=f"{asked.instructions}\n\n{asked.prompt}",
            parameters={"schema": asked.schema_name},
            references=[(one.node_id, one.sha256) for one in references],
            script=lambda: None,
        )

    async def _repaired(self, stage: _Stage, asked: StageRequest) -> StageRequest:
        """The request that is due: the first one, or one that tells what was wrong with the answer before."""
        if not stage.bad:
            return asked
        last = stage.bad[-1]
        async with self.database.read() as connection:
            files = await library.get_files(connection, [last["library_asset_id"]])
        file = files.get(last["library_asset_id"])
        text = "" if file is None else await self._text(file)
        return repair_of(asked, text, last["problems"])

    async def _keep(self, stage: _Stage, mark: Fingerprint, delivery: Delivery) -> None:
        text = await asyncio.to_thread(delivery.path.read_text, encoding="utf-8", errors="replace")
        try:
            answer = await asyncio.to_thread(read_answer, stage.spec, stage.name, stage.answers, text)
        except BadAnswer as bad:
            await self._keep_bad(stage, mark, delivery, bad.problems)
            return
        document = json.dumps(answer, ensure_ascii=False, indent=1)
        await asyncio.to_thread(delivery.path.write_text, document, encoding="utf-8")
        said: Answer = answer if stage.spec.critique else {}
        await self.texts.keep_answer(stage.job, delivery, Answered(stage.name, stage.number, mark, said=said))

    async def _keep_bad(self, stage: _Stage, mark: Fingerprint, delivery: Delivery, problems: Sequence[str]) -> None:
        answered = Answered(stage.name, stage.number, mark, tuple(problems), last=len(stage.bad) == MOST_REPAIRS)
        await self.texts.keep_answer(stage.job, delivery, answered)


def _text_request(
    job: Job, asked: StageRequest, references: Sequence[Reference], number: int, most_tokens: int
) -> TextRequest:
    return TextRequest(
        instructions=asked.instructions,
        prompt=asked.prompt,
        schema_name=asked.schema_name,
        schema=asked.schema,
        references=tuple(references),
        max_output_tokens=most_tokens,
        model=job.model,
        idempotency_key=f"{job.id}.{number}",
    )


async def verify_answer(path: Path, _made: Made) -> None:
    """Check that an answer is of a size that can be read; what it says is judged when it is kept.

    Raises:
        MediaError: it is empty, or larger than any drama.
    """
    size = (await asyncio.to_thread(path.stat)).st_size
    if not 0 < size <= MOST_ANSWER_BYTES:
        raise MediaError(f"The writer's answer has {size:,} bytes; a stage of a drama has less than 4 MB, and some.")
