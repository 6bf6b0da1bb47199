"""Keeping what was made: bytes first, then one transaction that records, settles and shows them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from sfd.asset_library import AssetLibrary, StoredBlob, add_to_library, extension_of, library_url
from sfd.db import attempts, library, takes
from sfd.db.library import MADE_FROM
from sfd.db.session import Database
from sfd.db.takes import TakeRow
from sfd.domain.clock import now_ms
from sfd.domain.ids import new_id
from sfd.domain.jobs import Job, JobStatus, JobType
from sfd.generation import money
from sfd.generation.attempt import AttemptState
from sfd.generation.attempt_driver import FIRST_ATTEMPT, Delivery
from sfd.generation.cutting import CutFiles
from sfd.generation.fingerprint import Fingerprint
from sfd.generation.ladder import PLANNED
from sfd.generation.lineage import made_from, measured, parameters_of
from sfd.generation.records import Finding, change_job, complete_job, end_job, lock_open_job, show_result
from sfd.generation.requests import ClipSpec, CutSpec, PictureSpec, SpeechSpec, inputs_of, library_inputs

FILM = "film"
_TAGS = {
    JobType.PORTRAIT: "character",
    JobType.ARTWORK: "artwork",
    JobType.STORYBOARD: "storyboard",
    JobType.CLIP: "clip",
    JobType.SPEECH: "speech",
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
            row = (await library.get_files(connection, [found.library_asset_id])).get(found.library_asset_id)
            blob = None if row is None else StoredBlob(row.sha256, row.key, row.size, row.media_type)
            await _select_take(connection, job, found.library_asset_id, fingerprint)
            link = result_link(found.library_asset_id, blob)
            await complete_job(connection, job, link, meta={**job.meta, "reused": True})
        return True

    async def keep_take(
        self,
        job: Job,
        spec: PictureSpec | ClipSpec | SpeechSpec,
        delivery: Delivery,
        fingerprint: Fingerprint,
        flaws: Sequence[str] = (),
    ) -> None:
        """Keep what a provider made, settle its attempt and complete its job. With `flaws` a person decides instead.

        Raises:
            StorageUnavailable: the bytes cannot be kept now; nothing was changed.
        """
        blob = await self.library.store_blob(job.user_id, delivery.path, delivery.made.media_type)
        micros = micros_of(delivery.made.usd, job.estimated_micros)
        take_id = new_id("take")
        meta = {
            **lineage_of(job, fingerprint.value, take_id),
            "prompt": spec.prompt,
            "parameters": parameters_of(spec),
            "references": [*library_inputs(spec), *inputs_of(spec)],
            "cost_usd": micros / 1_000_000,
            **delivery.made.metadata,
            **await measured(delivery.path, blob),
            **({"flaws": list(flaws)} if flaws else {}),
        }
        filename = f"{(job.node_id or '').replace(':', '-')}.{extension_of(blob.media_type)}"
        async with self.database.write() as connection:
            if not await lock_open_job(connection, job, with_drama=True):
                return
            meta[MADE_FROM] = await made_from(connection, job, spec, fingerprint)
            asset_id = await add_result(connection, job, _TAGS[job.type], filename, blob, meta)
            newest = await attempts.newest_attempt(connection, job.id)
            await settle_attempt(connection, job, micros, newest.number if newest else FIRST_ATTEMPT)
            spent = await attempts.cost_of(connection, job.id)
            if flaws:
                await _keep_flawed(connection, job, take_of(job, asset_id, fingerprint, take_id), flaws, spent)
            else:
                await _select_take(connection, job, asset_id, fingerprint, take_id)
                await complete_job(connection, job, result_link(asset_id, blob), spent)
        await self.library.note(asset_id)

    async def keep_cut(self, job: Job, spec: CutSpec, cut: CutFiles, fingerprint: Fingerprint) -> None:
        """Keep an episode's film with its subtitles, cover and contact sheet, and complete its job.

        Raises:
            StorageUnavailable: the bytes cannot be kept now; nothing was changed.
        """
        blobs = {
            part: await self.library.store_blob(job.user_id, file.path, file.media_type)
            for part, file in cut.files.items()
        }
        measures = {part: await measured(file.path, blobs[part]) for part, file in cut.files.items()}
        take_id = new_id("take")
        meta = {**lineage_of(job, fingerprint.value, take_id), "episode_id": spec.episode_id, **cut.facts}
        name = f"episode-{spec.number:02d}"
        parts: dict[str, dict[str, Any]] = {}
        async with self.database.write() as connection:
            if not await lock_open_job(connection, job, with_drama=True):
                return
            meta[MADE_FROM] = await made_from(connection, job, spec, fingerprint)
            for part, blob in blobs.items():
                if part != FILM:
                    filename = f"{name}.{part}.{extension_of(blob.media_type)}"
                    part_meta = {**meta, **measures[part]}
                    parts[part] = result_link(await add_result(connection, job, part, filename, blob, part_meta), blob)
            film = blobs[FILM]
            part_ids = {part: link["library_asset_id"] for part, link in parts.items()}
            film_meta = {**meta, **measures[FILM], "parts": part_ids}
            asset_id = await add_result(connection, job, "episode", f"{name}.mp4", film, film_meta)
            await _select_take(connection, job, asset_id, fingerprint, take_id)
            await complete_job(connection, job, {**cut.facts, **result_link(asset_id, film), **parts})
        await self.library.note(asset_id, *part_ids.values())


async def add_result(
    connection: AsyncConnection, job: Job, tag: str, filename: str, blob: StoredBlob, meta: Mapping[str, Any]
) -> str:
    """Record a job's result in the library, inside the caller's transaction; its id there."""
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


async def _select_take(
    connection: AsyncConnection, job: Job, library_asset_id: str, fingerprint: Fingerprint, take_id: str = ""
) -> None:
    await takes.add_selected_take(connection, take_of(job, library_asset_id, fingerprint, take_id))
    await show_result(connection, job, library_asset_id)


async def _keep_flawed(connection: AsyncConnection, job: Job, take: TakeRow, flaws: Sequence[str], micros: int) -> None:
    """Keep a result that is not what was asked for beside the node's other takes; nothing finds it by itself."""
    await takes.add_take(connection, replace(take, selected=False, fingerprint=""))
    job = await change_job(connection, job, result={**result_link(take.library_asset_id), "take_id": take.id})
    detail = f"{' '.join(flaws)} It is kept as a take."
    advice = "Look at it: select the take if it will do, or retry the job for another, which costs again."
    finding = Finding("flawed_result", detail, advice=advice)
    await end_job(connection, job, JobStatus.NEEDS_REVIEW, finding, actual_micros=micros)


def take_of(job: Job, library_asset_id: str, fingerprint: Fingerprint, take_id: str = "") -> TakeRow:
    """A job's result as the selected take of its node."""
    return TakeRow(
        id=take_id or new_id("take"),
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
        chosen_for=job.meta.get(PLANNED),
    )


async def settle_attempt(connection: AsyncConnection, job: Job, micros: int, number: int = FIRST_ATTEMPT) -> None:
    """An attempt gave its result, and cost this."""
    await attempts.update_attempt(
        connection,
        job.id,
        number,
        state=AttemptState.SETTLED,
        finished_at=now_ms(),
        cost_micros=micros,
    )
    await money.settle(connection, job, micros)


def result_link(asset_id: str, blob: StoredBlob | None = None) -> dict[str, Any]:
    """Where a job's result is, as its job says it."""
    link: dict[str, Any] = {"library_asset_id": asset_id, "url": library_url(asset_id)}
    return link if blob is None else {**link, "key": blob.key, "size": blob.size, "sha256": blob.sha256}


def micros_of(usd: Decimal | None, estimated: int) -> int:
    """What a result cost: what the provider says, else what was expected."""
    return estimated if usd is None else round(usd * 1_000_000)


def lineage_of(job: Job, fingerprint: str, take_id: str) -> dict[str, Any]:
    """Where a file came from."""
    return {
        "drama_id": job.drama_id,
        "node_id": job.node_id,
        "job_id": job.id,
        "take_id": take_id,
        "provider": job.provider,
        "model": job.model,
        "fingerprint": fingerprint,
    }
