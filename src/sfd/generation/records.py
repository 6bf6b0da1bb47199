"""What is committed when a job changes: the job, its event, and what the drama shows of it, in one transaction."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Self

from sqlalchemy.ext.asyncio import AsyncConnection

from sfd.asset_library import library_url
from sfd.db import dramas, events, jobs, webhooks
from sfd.domain.clock import now_ms, rfc3339
from sfd.domain.errors import ProviderError, ProviderErrorKind
from sfd.domain.jobs import RUNS, Counts, Job, JobStatus, JobType
from sfd.domain.models import AssetKind
from sfd.generation.money import MOST_MICROS

WAITING_FOR = "waiting_for"
HOLDS = "holds"
PAUSED, RESUMED = "paused", "resumed"


@dataclass(frozen=True)
class Finding:
    """Why a job did not complete: a code for programs and a sentence for people.

    `refused` is the input that a provider objects to, `reason` its own word for why, `advice` what a person can do.
    """

    code: str
    message: str
    refused: str = ""
    reason: str = ""
    advice: str = ""

    @classmethod
    def of(cls, error: ProviderError) -> Self:
        """What a provider's error means for a job."""
        return cls(error.kind, error.detail, error.refused, error.vendor_code, ADVICE.get(error.kind, ""))

    def as_json(self) -> dict[str, str]:
        """The `error` member of a job; what is not known is left out."""
        return {name: value for name, value in asdict(self).items() if value}


ADVICE = {
    ProviderErrorKind.REJECTED_PROMPT: "Change the prompt, or the picture that it names, and make it again.",
    ProviderErrorKind.REJECTED_OUTPUT: "Change the prompt so that it leads elsewhere, and make it again.",
    ProviderErrorKind.NO_OUTPUT: "Make it again; if it stays so, say more plainly what is to be seen.",
    ProviderErrorKind.QUOTA: "Raise the quota or the balance at the provider, then resume.",
    ProviderErrorKind.INVALID: "Change what the message names, and make it again.",
    ProviderErrorKind.AUTH: "Set a key that is valid and may use this model, then resume. `sfd doctor` checks keys.",
    ProviderErrorKind.EXPIRED: "Its result is gone at the provider. Make it again, which costs again.",
    ProviderErrorKind.RETIRED_MODEL: "Choose another model. `sfd doctor` lists those that live.",
}
CANCELLED = Finding("cancelled", "It was cancelled. Execute again to make it.")


def job_state(job: Job, counts: Counts | None = None) -> dict[str, Any]:
    """The whole state of a job as an event carries it. With the `counts` of its children it says how far a run is."""
    return {
        "job_id": job.id,
        "parent_job_id": job.parent_id,
        "asset_id": job.node_id,
        "type": job.type,
        "status": job.status,
        "paused_for": shown_pause(job),
        "progress": round(counts.progress if counts else job.progress, 3),
        "attempts": job.attempts,
        "provider": job.provider,
        "result": job.result,
        "error": job.error,
        "metadata": shown_meta(job),
    }


def shown_pause(job: Job) -> str | None:
    """Why nothing new of a run starts until it is resumed: `user`, or `over_budget:` and the budget."""
    return None if job.status.ended else job.paused_for


def shown_meta(job: Job) -> dict[str, Any]:
    """A job's metadata as users see it. `cancelling`: it was cancelled and something of it still runs.

    `paused_for` is there as well, for those who look for everything that holds a job up here.
    """
    meta = {name: value for name, value in job.meta.items() if name not in (HOLDS, MOST_MICROS)}
    if job.cancel_requested_at is not None and not job.status.ended:
        meta["cancelling"] = True
    if (pause := shown_pause(job)) is not None:
        meta["paused_for"] = pause
    return meta


async def change_job(connection: AsyncConnection, job: Job, **values: Any) -> Job:  # noqa: ANN401 - columns
    """Write changed columns and append the event that tells of them. Webhooks are owed news of its end and pauses.

    A job that has ended meanwhile stays as it ended, and is returned so.
    """
    job = await jobs.get_job(connection, job.id, lock=True) or job
    if job.status.ended:
        return job
    changed = replace(job, **values)
    await jobs.update_job(connection, job.id, **values)
    state = job_state(changed, await _counts(connection, changed))
    await events.append_event(connection, job.drama_id, job.parent_id or job.id, "job", state, now_ms())
    if (news := _news(job, changed)) is not None:
        await _owe_to_webhooks(connection, changed, news, state)
    return changed


async def _counts(connection: AsyncConnection, job: Job) -> Counts | None:
    return (await jobs.counts_of(connection, [job.id])).get(job.id) if job.type in RUNS else None


def _news(before: Job, after: Job) -> str | None:
    """What webhooks hear of a change: an end, a pause, that a run goes on; None for anything else."""
    if after.status.ended:
        return after.status.value
    if (before.paused_for is None) == (after.paused_for is None):
        return None
    return RESUMED if after.paused_for is None else PAUSED


async def lock_open_job(connection: AsyncConnection, job: Job, *, with_drama: bool = False) -> bool:
    """Whether a job has not ended; it stays so until this transaction ends. Locks its drama first, if that is asked.

    A worker that was taken for dead may find that another has finished its job.
    """
    if with_drama:
        await dramas.get_drama(connection, job.drama_id, lock=True)
    current = await jobs.get_job(connection, job.id, lock=True)
    return current is not None and not current.status.ended


async def _owe_to_webhooks(connection: AsyncConnection, job: Job, news: str, state: Mapping[str, Any]) -> None:
    """`job.…` tells of a parent, `node.…` of a child."""
    event = f"{'job' if job.parent_id is None else 'node'}.{news}"
    hearing = await webhooks.webhooks_for(connection, job.user_id, job.project, event)
    if not hearing:
        return
    now = now_ms()
    drama_url = f"/dramas/{job.drama_id}"
    data = {
        "drama_id": job.drama_id,
        "project_name": job.project,
        **state,
        "urls": {"job": f"{drama_url}/jobs/{job.id}", "drama": drama_url},
    }
    payload = json.dumps({"type": event, "timestamp": rfc3339(now), "data": data}, ensure_ascii=False)
    await webhooks.add_deliveries(connection, hearing, event, payload, now)


async def start_job(connection: AsyncConnection, job: Job) -> Job:
    """The job runs from now on, and waits for nothing."""
    meta = {name: value for name, value in job.meta.items() if name != WAITING_FOR}
    return await change_job(
        connection, job, status=JobStatus.RUNNING, started_at=job.started_at or now_ms(), error=None, meta=meta
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
    started = await jobs.started_at(connection, job.id)
    return await change_job(
        connection,
        job,
        status=JobStatus.COMPLETED,
        progress=1.0,
        result=dict(result),
        error=None,
        meta=dict(meta if meta is not None else job.meta),
        actual_micros=actual_micros,
        started_at=started or now_ms(),
        completed_at=now_ms(),
    )


async def end_job(
    connection: AsyncConnection, job: Job, status: JobStatus, finding: Finding, *, actual_micros: int | None = None
) -> Job:
    """The job ended without a result. A drama whose writing ended so stays unwritten, and says so.

    `actual_micros` is what it cost until then, None when that stands with it already.
    """
    if job.type is JobType.WRITE:
        await dramas.set_status(connection, job.drama_id, status.value, now_ms())
    return await change_job(
        connection,
        job,
        status=status,
        error=finding.as_json(),
        actual_micros=job.actual_micros if actual_micros is None else actual_micros,
        completed_at=now_ms(),
        started_at=job.started_at,
    )


async def hold_job(connection: AsyncConnection, job: Job, reason: str) -> Job:
    """A job waits until its run goes on, and its run is paused for that reason unless it is paused already.

    `HOLDS` counts how often it was held: each time it is handed out anew, under another name.
    """
    run = await jobs.get_job(connection, job.parent_id or job.id)
    if run is not None and run.paused_for is None and not run.status.ended:
        paused = await change_job(connection, run, paused_for=reason)
        job = paused if run.id == job.id else job
    held = int(job.meta.get(HOLDS, 0)) + 1
    return await change_job(
        connection, job, status=JobStatus.PENDING, meta={**job.meta, WAITING_FOR: reason, HOLDS: held}
    )


async def cancel_job(connection: AsyncConnection, job: Job, *, actual_micros: int = 0) -> Job:
    """The job ends because somebody cancelled it. What it cost until then is kept."""
    if job.type is JobType.WRITE:
        await dramas.set_status(connection, job.drama_id, JobStatus.CANCELLED.value, now_ms())
    return await change_job(
        connection,
        job,
        status=JobStatus.CANCELLED,
        error=CANCELLED.as_json(),
        actual_micros=actual_micros,
        meta={name: value for name, value in job.meta.items() if name != WAITING_FOR},
        completed_at=now_ms(),
    )


async def still_wanted(connection: AsyncConnection, job_id: str) -> bool:
    """Whether a job may go on. One that was cancelled before anything of it began ends here."""
    job = await jobs.get_job(connection, job_id)
    if job is not None and not job.status.ended and job.cancel_requested_at is not None:
        await cancel_job(connection, job)
        return False
    return job is not None and not job.status.ended


async def cancel_run(connection: AsyncConnection, parent: Job) -> None:
    """Cancel a job and its children: what waits ends now, what runs ends when it can be stopped or is done."""
    await dramas.get_drama(connection, parent.drama_id, lock=True)
    still_runs = has_children = False
    for child in await jobs.children(connection, parent.id, lock=True):
        has_children = True
        if not child.status.ended:
            still_runs = await cancel_one(connection, child) or still_runs
    parent = await jobs.get_job(connection, parent.id, lock=True) or parent
    if still_runs:
        await _flag(connection, parent)
    elif not parent.status.ended:
        spent = await jobs.sum_actual(connection, parent.id)
        await (cancel_job(connection, parent, actual_micros=spent) if has_children else cancel_one(connection, parent))


async def end_waiting_children(connection: AsyncConnection, parent: Job, finding: Finding) -> None:
    """What did not begin of a run that ended in trouble is cancelled, with the reason."""
    for child in await jobs.children(connection, parent.id):
        if child.status is JobStatus.PENDING:
            await end_job(connection, child, JobStatus.CANCELLED, finding)


async def cancel_one(connection: AsyncConnection, job: Job) -> bool:
    """Cancel a job that nobody works at, flag one that somebody does. Whether it still runs."""
    works = job.status is JobStatus.RUNNING and job.type not in RUNS
    if works:
        await _flag(connection, job)
    else:
        await cancel_job(connection, job)
    return works


async def _flag(connection: AsyncConnection, job: Job) -> Job:
    if job.cancel_requested_at is not None:
        return job
    return await change_job(connection, job, cancel_requested_at=now_ms())


async def forget_deleted_drama(connection: AsyncConnection, drama_id: str) -> None:
    """Remove the text of a drama that was deleted while a run of it went on. Files and what they cost stay."""
    if await dramas.get_drama(connection, drama_id, lock=True) is None:
        await dramas.forget_text(connection, drama_id)


async def show_result(connection: AsyncConnection, job: Job, library_asset_id: str) -> None:
    """Put a result's URL where the drama shows it: its asset, its character, scene or episode."""
    episode_id: str | None = job.meta.get("episode_id")
    await show_take(
        connection,
        job.drama_id,
        node_id=job.node_id,
        episode_id=episode_id,
        is_cut=job.type is JobType.CUT,
        library_asset_id=library_asset_id,
    )


async def show_take(
    connection: AsyncConnection,
    drama_id: str,
    *,
    node_id: str | None,
    episode_id: str | None,
    is_cut: bool,
    library_asset_id: str,
) -> None:
    """Put the URL of a node's take where the drama shows it. `episode_id`: the episode that the node belongs to."""
    url = library_url(library_asset_id)
    if episode_id is not None:
        await _show_in_episode(connection, drama_id, episode_id, node_id, url, is_cut=is_cut)
    else:
        await _show_in_head(connection, drama_id, node_id, url)


async def _show_in_episode(
    connection: AsyncConnection, drama_id: str, episode_id: str, node_id: str | None, url: str, *, is_cut: bool
) -> None:
    await dramas.get_drama(connection, drama_id, lock=True)
    row = await dramas.get_episode(connection, drama_id, episode_id)
    if row is None:
        return
    episode: dict[str, Any] = json.loads(row.doc)
    if is_cut:
        episode["url"] = url
    _set_asset_url(episode["assets"], node_id, url)
    for scene in episode["scenes"]:
        first = _set_asset_url(scene["assets"], node_id, url)
        if first is not None:
            scene["video_url" if first == AssetKind.VIDEO else "image_url"] = url
    await dramas.update_episode(connection, row, json.dumps(episode, ensure_ascii=False))


async def _show_in_head(connection: AsyncConnection, drama_id: str, node_id: str | None, url: str) -> None:
    row = await dramas.get_drama(connection, drama_id, lock=True)
    if row is None:
        return
    head: dict[str, Any] = json.loads(row.head)
    if _set_asset_url(head["assets"], node_id, url) is not None:
        head["url"] = url
    for character in head["characters"]:
        if _set_asset_url(character["assets"], node_id, url) is not None:
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
