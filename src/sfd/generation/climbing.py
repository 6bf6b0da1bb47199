"""Taking a step of a ladder: another provider is asked, or the writer for a milder prompt."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from sfd.db import attempts
from sfd.db.session import Database
from sfd.domain.errors import ProviderError, ProviderErrorKind
from sfd.domain.jobs import Job, JobStatus
from sfd.generation.attempt_driver import Delivery, number_due
from sfd.generation.keeping import micros_of, settle_attempt
from sfd.generation.ladder import SOFTEN, climbed, next_climb
from sfd.generation.money import MOST_MICROS
from sfd.generation.records import HOLDS, Finding, change_job, end_job, lock_open_job
from sfd.generation.requests import ClipSpec, PictureSpec, SpecEnvelope, modality_of, provider_request
from sfd.generation.writing import BadAnswer, read_softened, soften_request, soften_tokens
from sfd.generation.writing_steps import Attempting, verify_answer
from sfd.providers.base import Modality, StagedWriter, TextRequest
from sfd.providers.registry import Member, Registry

SOFTENING = "softening"
SOFTENED = "softened_prompt"


@dataclass(frozen=True)
class Ladders:
    """What the operator lets be tried, for pictures and for clips. `writer` softens prompts, if it can."""

    steps: Mapping[Modality, tuple[str, ...]]
    writer: Member


@dataclass(frozen=True)
class Climber:
    """Takes steps. `attempt` has a writer answer."""

    database: Database
    registry: Registry
    ladders: Ladders
    attempt: Attempting

    async def climb(
        self, connection: AsyncConnection, job: Job, error: ProviderError, fingerprint: str, *, accepted: bool
    ) -> Job | None:
        """The job as it goes on after `error`, inside the caller's transaction; None when nothing is left to try."""
        modality = modality_of(job.type)
        can_soften = isinstance(self.ladders.writer.provider, StagedWriter)
        steps = self.ladders.steps.get(modality, ())
        climb = next_climb(steps, job.meta, error.kind, accepted=accepted, can_soften=can_soften)
        if climb is None:
            return None
        meta = climbed(job.meta, climb, Finding.of(error).as_json(), fingerprint)
        if climb.step == SOFTEN:
            return await self._ask_for_milder(connection, job, meta, error)
        return await self._pass_on(connection, job, meta, self.registry.member(modality, climb.step))

    async def soften(self, job: Job, spec: PictureSpec | ClipSpec) -> JobStatus | None:
        """Have the writer soften a job's prompt; the job goes on with the new one."""
        writer, asked = self.ladders.writer, soften_request(spec.prompt, str(job.meta[SOFTENING]["reason"]))
        number = await number_due(self.database, job.id)
        request = TextRequest(
            instructions=asked.instructions,
            prompt=asked.prompt,
            schema_name=asked.schema_name,
            schema=asked.schema,
            model=writer.model,
            idempotency_key=f"{job.id}.{number}",
        )
        keep = partial(self._keep_softened, job, number)
        return await self.attempt(
            job,
            request,
            fingerprint="",
            verify=verify_answer,
            keep=keep,
            number=number,
            writer=writer.provider.name,
        )

    async def _ask_for_milder(
        self, connection: AsyncConnection, job: Job, meta: Mapping[str, Any], error: ProviderError
    ) -> Job:
        """From now on the job costs what the writer does, until its prompt is soft."""
        writer = self.ladders.writer
        if not isinstance(writer.provider, StagedWriter):
            raise ProviderError(ProviderErrorKind.INVALID, f"{writer.provider.name} cannot soften prompts.")
        price = writer.provider.price_of(*soften_tokens(job.prompt), writer.model)
        waiting = {"reason": error.detail, "estimated_micros": job.estimated_micros, MOST_MICROS: meta.get(MOST_MICROS)}
        asking = {**_without(meta, MOST_MICROS), SOFTENING: waiting}
        return await change_job(connection, job, meta=asking, estimated_micros=round(price * 1_000_000))

    async def _pass_on(self, connection: AsyncConnection, job: Job, meta: Mapping[str, Any], to: Member) -> Job:
        """The job waits in the queue of another provider, at that one's price."""
        spec = SpecEnvelope.model_validate({"spec": job.spec}).spec
        if not isinstance(spec, (PictureSpec, ClipSpec)):
            raise TypeError(f"{job.id} is no picture or clip: only those have ladders")
        likely = to.provider.price(provider_request(spec, drama_id=job.drama_id, model=to.model))
        most = round(likely * to.provider.capabilities.price_spread[1] * 1_000_000)
        queued = {**_without(meta, MOST_MICROS), MOST_MICROS: most, HOLDS: int(job.meta.get(HOLDS, 0)) + 1}
        return await change_job(
            connection,
            job,
            status=JobStatus.PENDING,
            provider=to.provider.name,
            model=to.model,
            estimated_micros=round(likely * 1_000_000),
            meta=queued,
        )

    async def _keep_softened(self, job: Job, number: int, delivery: Delivery) -> None:
        text = await asyncio.to_thread(delivery.path.read_text, encoding="utf-8", errors="replace")
        micros = micros_of(delivery.made.usd, job.estimated_micros)
        waiting = job.meta[SOFTENING]
        async with self.database.write() as connection:
            if not await lock_open_job(connection, job):
                return
            await settle_attempt(connection, job, micros, number)
            spent = await attempts.cost_of(connection, job.id)
            try:
                prompt = read_softened(text)
            except BadAnswer as bad:
                finding = Finding(ProviderErrorKind.REJECTED_PROMPT, f"{waiting['reason']} No milder prompt: {bad}")
                await end_job(connection, job, JobStatus.FAILED, finding, actual_micros=spent)
                return
            meta = {**_without(job.meta, SOFTENING), SOFTENED: prompt}
            if waiting[MOST_MICROS] is not None:
                meta[MOST_MICROS] = waiting[MOST_MICROS]
            await change_job(
                connection,
                job,
                spec={**job.spec, "prompt": prompt},
                prompt=prompt,
                estimated_micros=waiting["estimated_micros"],
                actual_micros=spent,
                meta=meta,
            )


def _without(meta: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in meta.items() if key != name}
