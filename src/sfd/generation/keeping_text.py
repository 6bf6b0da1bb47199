"""Keeping what was written: a writer's answer to a stage, or a whole drama, in one transaction with its cost."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from sfd.asset_library import AssetLibrary, StoredBlob
from sfd.db import attempts, dramas, library, takes
from sfd.db.dramas import EpisodeRow
from sfd.db.session import Database
from sfd.domain.clock import now_ms
from sfd.domain.jobs import Job, JobStatus
from sfd.domain.kept_ids import keep_ids
from sfd.domain.models import Drama, Origin
from sfd.domain.planned_assets import with_pictures, without_urls
from sfd.domain.validation import check_drama, parse_drama
from sfd.generation.attempt_driver import Delivery
from sfd.generation.fingerprint import Fingerprint
from sfd.generation.keeping import add_result, lineage_of, micros_of, result_link, settle_attempt, take_of
from sfd.generation.records import Finding, change_job, complete_job, end_job, lock_open_job
from sfd.generation.requests import WriteSpec
from sfd.generation.writing import CRITIQUE
from sfd.generation.writing_run import node_of_stage

BAD_ANSWERS = "bad_answers"
WRITING_TAG = "writing"
MOST_PROBLEMS_TOLD = 5


@dataclass(frozen=True)
class Answered:
    """A writer's answer to a stage, by its attempt. `problems` are what is wrong with it, `last` if it ends the job.

    `said` is what of a good answer its job says.
    """

    stage: str
    number: int
    mark: Fingerprint
    problems: tuple[str, ...] = ()
    last: bool = False
    said: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True)
class TextKeeper:
    """Puts what was written where it belongs."""

    database: Database
    library: AssetLibrary

    async def keep_drama(self, job: Job, delivery: Delivery) -> None:
        """Keep what a writer wrote as the drama's text, and complete its job."""
        text = await asyncio.to_thread(delivery.path.read_text, encoding="utf-8")
        drama = await asyncio.to_thread(_written, job, text)
        micros = micros_of(delivery.made.usd, job.estimated_micros)
        async with self.database.write() as connection:
            if not await lock_open_job(connection, job, with_drama=True):
                return
            await write_drama(connection, drama)
            await settle_attempt(connection, job, micros)
            await complete_job(connection, job, {"drama_id": job.drama_id, "title": drama.title}, micros)

    async def keep_answer(self, job: Job, delivery: Delivery, answered: Answered) -> None:
        """Keep a writer's answer to one stage and settle its attempt. A good one completes the job.

        Raises:
            StorageUnavailable: the bytes cannot be kept now; nothing was changed.
        """
        blob = await self.library.store_blob(job.user_id, delivery.path, "application/json")
        micros = micros_of(delivery.made.usd, job.estimated_micros)
        take = replace(take_of(job, "", answered.mark), node_id=node_of_stage(answered.stage))
        meta = {**lineage_of(job, answered.mark.value, "" if answered.problems else take.id), "stage": answered.stage}
        meta |= {**delivery.made.metadata, "cost_usd": micros / 1_000_000, "problems": list(answered.problems)}
        async with self.database.write() as connection:
            if not await lock_open_job(connection, job):
                return
            asset_id = await add_result(connection, job, WRITING_TAG, f"{answered.stage}.json", blob, meta)
            await settle_attempt(connection, job, micros, answered.number)
            spent = await attempts.cost_of(connection, job.id)
            if answered.problems:
                await _note_bad_answer(connection, job, asset_id, answered, spent)
            else:
                await takes.add_selected_take(connection, replace(take, library_asset_id=asset_id))
                result = {"stage": answered.stage, **answered.said, **result_link(asset_id, blob)}
                await complete_job(connection, job, result, spent)
        await self.library.note(asset_id)

    async def reuse_critique(self, job: Job, mark: Fingerprint) -> bool:
        """Complete a critique with an earlier one of exactly this drama by the same writer, if there is one."""
        async with self.database.read() as connection:
            found = await takes.take_with_fingerprint(connection, job.user_id, job.project, mark.value)
            files = await library.get_files(connection, [found.library_asset_id] if found else [])
        if found is None or (file := files.get(found.library_asset_id)) is None:
            return False
        said = json.loads(await self.library.store.get_bytes(file.key))
        blob = StoredBlob(file.sha256, file.key, file.size, file.media_type)
        async with self.database.write() as connection:
            if await lock_open_job(connection, job):
                result = {"stage": CRITIQUE, **said, **result_link(file.id, blob)}
                await complete_job(connection, job, result, meta={**job.meta, "reused": True})
        return True

    async def keep_unasked(self, job: Job) -> None:
        """Complete a stage of writing that needs no answer."""
        async with self.database.write() as connection:
            if await lock_open_job(connection, job):
                await complete_job(connection, job, {}, meta={**job.meta, "reused": True})

    async def keep_assembled(self, job: Job, drama: Drama) -> None:
        """Keep a drama that was put together of the answers to its stages, and complete its job."""
        await asyncio.to_thread(check_drama, drama)
        async with self.database.write() as connection:
            if not await lock_open_job(connection, job, with_drama=True):
                return
            await write_drama(connection, drama)
            await complete_job(connection, job, {"drama_id": job.drama_id, "title": drama.title})


async def _note_bad_answer(
    connection: AsyncConnection, job: Job, asset_id: str, answered: Answered, spent: int
) -> None:
    """Remember what was wrong with an answer, for the next attempt; after the last one a person decides."""
    noted = {"library_asset_id": asset_id, "problems": list(answered.problems)}
    meta = {**job.meta, BAD_ANSWERS: [*job.meta.get(BAD_ANSWERS, []), noted]}
    job = await change_job(connection, job, meta=meta, actual_micros=spent)
    if answered.last:
        wrong = " ".join(answered.problems[:MOST_PROBLEMS_TOLD])
        detail = f"The writer's answers cannot be used, {answered.number} times. What is wrong with the last: {wrong}"
        await end_job(connection, job, JobStatus.NEEDS_REVIEW, Finding("bad_answer", detail))


def _written(job: Job, text: str) -> Drama:
    """The drama in a writer's answer. One that improves another keeps that one's ids and names it."""
    spec = WriteSpec.model_validate(job.spec)
    pictures = [(one.library_asset_id, one.character) for one in spec.references]
    drama = with_pictures(parse_drama(json.loads(text)), pictures)
    if spec.original is None:
        return drama
    kept = keep_ids(spec.original, without_urls(drama))
    origin = Origin(drama_id=spec.original.id, feedback=spec.feedback)
    improved = kept.model_copy(update={"id": job.drama_id, "origin": origin})
    check_drama(improved)
    return improved


async def write_drama(connection: AsyncConnection, drama: Drama) -> None:
    """Put a drama's text into the rows that were made for it when it was accepted."""
    head, episodes = drama_documents(drama)
    row = await dramas.get_drama(connection, drama.id)
    await dramas.replace_episodes(connection, drama.id, episodes)
    await dramas.update_head(
        connection,
        drama.id,
        head=head,
        title=drama.title,
        status="ready",
        version=row.version + 1 if row else 1,
        updated_at=now_ms(),
    )


def drama_documents(drama: Drama) -> tuple[str, list[EpisodeRow]]:
    """A drama as it is stored: its head and one document per episode."""
    head = drama.model_dump_json(exclude={"episodes"})
    rows = [
        EpisodeRow(drama.id, number, episode.id, 1, episode.title, episode.model_dump_json())
        for number, episode in enumerate(drama.episodes)
    ]
    return head, rows
