"""What is committed when a job changes: the job, its event, and what the drama shows of it, in one transaction."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from sfd.asset_library import library_url
from sfd.db import dramas, events, jobs
from sfd.domain.clock import now_ms
from sfd.domain.jobs import Job, JobStatus, JobType
from sfd.domain.models import AssetKind

WAITING_FOR = "waiting_for"


@dataclass(frozen=True)
class Finding:
    """Why a job did not complete: a code for programs and a sentence for people."""

    code: str
    message: str

    def as_json(self) -> dict[str, str]:
        """The `error` member of a job."""
        return {"code": self.code, "message": self.message}


def job_state(job: Job) -> dict[str, Any]:
    """The whole state of a job as an event carries it."""
    return {
        "job_id": job.id,
        "parent_job_id": job.parent_id,
        "node_id": job.node_id,
        "type": job.type,
        "status": job.status,
        "progress": round(job.progress, 3),
        "provider": job.provider,
        "result": job.result,
        "error": job.error,
        "meta": job.meta,
    }


async def change_job(connection: AsyncConnection, job: Job, **values: Any) -> Job:  # noqa: ANN401 - columns
    """Write changed columns and append the event that tells of them."""
    changed = replace(job, **values)
    await jobs.update_job(connection, job.id, **values)
    await events.append_event(connection, job.drama_id, job.parent_id or job.id, "job", job_state(changed), now_ms())
    return changed


async def start_job(connection: AsyncConnection, job: Job) -> Job:
    """The job runs from now on."""
    return await change_job(
        connection, job, status=JobStatus.RUNNING, started_at=job.started_at or now_ms(), error=None
    )


async def complete_job(
    connection: AsyncConnection,
    job: Job,
    result: Mapping[str, Any],
    actual_micros: int = 0,
    *,
    meta: Mapping[str, Any] | None = None,
) -> Job:
    """The job is done."""
    return await change_job(
        connection,
        job,
        status=JobStatus.COMPLETED,
        progress=1.0,
        result=dict(result),
        error=None,
        meta=dict(meta if meta is not None else job.meta),
        actual_micros=actual_micros,
        started_at=job.started_at or now_ms(),
        completed_at=now_ms(),
    )


async def end_job(connection: AsyncConnection, job: Job, status: JobStatus, finding: Finding) -> Job:
    """The job ended without a result. A drama whose writing ended so stays unwritten, and says so."""
    if job.type is JobType.WRITE:
        await dramas.update_head(connection, job.drama_id, status=status.value, updated_at=now_ms())
    return await change_job(
        connection, job, status=status, error=finding.as_json(), completed_at=now_ms(), started_at=job.started_at
    )


async def show_result(connection: AsyncConnection, job: Job, library_asset_id: str) -> None:
    """Put a result's URL where the drama shows it: its asset, its character, scene or episode."""
    url = library_url(library_asset_id)
    if job.type in (JobType.STORYBOARD, JobType.CLIP, JobType.CUT) or job.meta.get("episode_id"):
        await _show_in_episode(connection, job, url)
    else:
        await _show_in_head(connection, job, url)


async def _show_in_episode(connection: AsyncConnection, job: Job, url: str) -> None:
    row = await dramas.get_episode(connection, job.drama_id, str(job.meta.get("episode_id")))
    if row is None:
        return
    episode: dict[str, Any] = json.loads(row.doc)
    if job.type is JobType.CUT:
        episode["url"] = url
    _set_asset_url(episode["assets"], job.node_id, url)
    for scene in episode["scenes"]:
        first = _set_asset_url(scene["assets"], job.node_id, url)
        if first is not None:
            scene["video_url" if first == AssetKind.VIDEO else "image_url"] = url
    await dramas.update_episode(connection, row, json.dumps(episode, ensure_ascii=False))


async def _show_in_head(connection: AsyncConnection, job: Job, url: str) -> None:
    row = await dramas.get_drama(connection, job.drama_id)
    if row is None:
        return
    head: dict[str, Any] = json.loads(row.head)
    if _set_asset_url(head["assets"], job.node_id, url) is not None:
        head["url"] = url
    for character in head["characters"]:
        if _set_asset_url(character["assets"], job.node_id, url) is not None:
            character["url"] = url
    await dramas.update_head(
        connection, row.id, head=json.dumps(head, ensure_ascii=False), version=row.version + 1, updated_at=now_ms()
    )


def _set_asset_url(assets: list[dict[str, Any]], node_id: str | None, url: str) -> str | None:
    """Set the URL of an asset. Its kind when it is the first of that kind among `assets`, else None."""
    seen: set[str] = set()
    for asset in assets:
        first = asset["kind"] not in seen
        seen.add(asset["kind"])
        if asset["id"] == node_id:
            asset["url"] = url
            return str(asset["kind"]) if first else None
    return None
