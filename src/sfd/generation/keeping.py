"""Keeping what was made: bytes first, then one transaction that records, settles and shows them."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from sfd.asset_library import AssetLibrary, StoredBlob, add_to_library, extension_of, library_url
from sfd.db import attempts, dramas, takes
from sfd.db.dramas import EpisodeRow
from sfd.db.session import Database
from sfd.db.takes import TakeRow
from sfd.domain.clock import now_ms
from sfd.domain.ids import new_id
from sfd.domain.jobs import Job, JobType
from sfd.domain.kept_ids import keep_ids
from sfd.domain.models import Drama, Origin
from sfd.domain.planned_assets import without_urls
from sfd.domain.validation import check_drama, parse_drama
from sfd.generation import money
from sfd.generation.attempt import AttemptState
from sfd.generation.attempt_driver import FIRST_ATTEMPT, Delivery
from sfd.generation.cutting import CutFiles
from sfd.generation.fingerprint import Fingerprint
from sfd.generation.records import complete_job, lock_open_job, show_result
from sfd.generation.requests import ClipSpec, CutSpec, PictureSpec, WriteSpec, inputs_of, library_inputs

FILM = "film"
_TAGS = {
    JobType.PORTRAIT: "character",
    JobType.ARTWORK: "artwork",
    JobType.STORYBOARD: "storyboard",
    JobType.CLIP: "clip",
}


@dataclass(frozen=True)
class Keeper:
    """Puts results where they belong."""

    database: Database
    library: AssetLibrary

    async def reuse(self, job: Job, fingerprint: Fingerprint) -> bool:
        """Complete a job with a take of the project that is exactly what it asks for, if there is one."""
        async with self.database.read() as connection:
            found = await takes.take_with_fingerprint(connection, job.user_id, job.project, fingerprint.value)
        if found is None:
            return False
        async with self.database.write() as connection:
            if not await lock_open_job(connection, job, with_drama=True):
                return True
            await _select_take(connection, job, found.library_asset_id, fingerprint)
            await complete_job(connection, job, _link(found.library_asset_id), meta={**job.meta, "reused": True})
        return True

    async def keep_take(
        self, job: Job, spec: PictureSpec | ClipSpec, delivery: Delivery, fingerprint: Fingerprint
    ) -> None:
        """Keep a picture or clip, settle its attempt and complete its job.

        Raises:
            StorageUnavailable: the bytes cannot be kept now; nothing was changed.
        """
        blob = await self.library.store_blob(job.user_id, delivery.path, delivery.made.media_type)
        micros = _micros(delivery.made.usd, job.estimated_micros)
        meta = {
            **_lineage(job, fingerprint.value),
            "prompt": spec.prompt,
            "references": [*library_inputs(spec), *inputs_of(spec)],
            "cost_usd": micros / 1_000_000,
            **delivery.made.metadata,
        }
        filename = f"{job.node_id}.{extension_of(blob.media_type)}"
        async with self.database.write() as connection:
            if not await lock_open_job(connection, job, with_drama=True):
                return
            asset_id = await _add(connection, job, _TAGS[job.type], filename, blob, meta)
            await _select_take(connection, job, asset_id, fingerprint)
            await _settle(connection, job, micros)
            await complete_job(connection, job, _link(asset_id, blob), micros)

    async def keep_cut(self, job: Job, spec: CutSpec, cut: CutFiles, fingerprint: Fingerprint) -> None:
        """Keep an episode's film with its subtitles, cover and contact sheet, and complete its job.

        Raises:
            StorageUnavailable: the bytes cannot be kept now; nothing was changed.
        """
        blobs = {
            part: await self.library.store_blob(job.user_id, file.path, file.media_type)
            for part, file in cut.files.items()
        }
        meta = {**_lineage(job, fingerprint.value), "episode_id": spec.episode_id, **cut.facts}
        name = f"episode-{spec.number:02d}"
        parts: dict[str, dict[str, Any]] = {}
        async with self.database.write() as connection:
            if not await lock_open_job(connection, job, with_drama=True):
                return
            for part, blob in blobs.items():
                if part != FILM:
                    filename = f"{name}.{part}.{extension_of(blob.media_type)}"
                    parts[part] = _link(await _add(connection, job, part, filename, blob, meta), blob)
            film = blobs[FILM]
            film_meta = {**meta, "parts": {part: link["library_asset_id"] for part, link in parts.items()}}
            asset_id = await _add(connection, job, "episode", f"{name}.mp4", film, film_meta)
            await _select_take(connection, job, asset_id, fingerprint)
            await complete_job(connection, job, {**cut.facts, **_link(asset_id, film), **parts})

    async def keep_drama(self, job: Job, delivery: Delivery) -> None:
        """Keep what a writer wrote as the drama's text, and complete its job."""
        text = await asyncio.to_thread(delivery.path.read_text, encoding="utf-8")
        drama = await asyncio.to_thread(_written, job, text)
        micros = _micros(delivery.made.usd, job.estimated_micros)
        async with self.database.write() as connection:
            if not await lock_open_job(connection, job, with_drama=True):
                return
            await write_drama(connection, drama)
            await _settle(connection, job, micros)
            await complete_job(connection, job, {"drama_id": job.drama_id, "title": drama.title}, micros)


def _written(job: Job, text: str) -> Drama:
    """The drama in a writer's answer. One that improves another keeps that one's ids and names it."""
    drama = parse_drama(json.loads(text))
    spec = WriteSpec.model_validate(job.spec)
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


async def _add(
    connection: AsyncConnection, job: Job, tag: str, filename: str, blob: StoredBlob, meta: Mapping[str, Any]
) -> str:
    row = await add_to_library(
        connection,
        user_id=job.user_id,
        project=job.project,
        tag=tag,
        provider=job.provider,
        filename=filename,
        blob=blob,
        meta=meta,
    )
    return row.id


async def _select_take(connection: AsyncConnection, job: Job, library_asset_id: str, fingerprint: Fingerprint) -> None:
    take = TakeRow(
        id=new_id("take"),
        drama_id=job.drama_id,
        node_id=job.node_id or "",
        job_id=job.id,
        library_asset_id=library_asset_id,
        user_id=job.user_id,
        project=job.project,
        fingerprint=fingerprint.value,
        inputs=dict(fingerprint.inputs),
        selected=True,
        created_at=now_ms(),
    )
    await takes.add_selected_take(connection, take)
    await show_result(connection, job, library_asset_id)


async def _settle(connection: AsyncConnection, job: Job, micros: int) -> None:
    await attempts.update_attempt(
        connection,
        job.id,
        FIRST_ATTEMPT,
        state=AttemptState.SETTLED,
        finished_at=now_ms(),
        cost_micros=micros,
    )
    await money.settle(connection, job, micros)


def _link(asset_id: str, blob: StoredBlob | None = None) -> dict[str, Any]:
    link: dict[str, Any] = {"library_asset_id": asset_id, "url": library_url(asset_id)}
    return link if blob is None else {**link, "key": blob.key, "size": blob.size, "sha256": blob.sha256}


def _micros(usd: Decimal | None, estimated: int) -> int:
    return estimated if usd is None else round(usd * 1_000_000)


def _lineage(job: Job, fingerprint: str) -> dict[str, Any]:
    """Where a file came from."""
    return {
        "drama_id": job.drama_id,
        "node_id": job.node_id,
        "job_id": job.id,
        "provider": job.provider,
        "model": job.model,
        "fingerprint": fingerprint,
    }
