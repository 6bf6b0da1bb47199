"""`sfd critique`: a language model judges a drama."""

import asyncio
import json
import sys
from collections.abc import Mapping
from typing import Any

from sfd.cli.ending import ExitCode
from sfd.cli.make import follow
from sfd.cli.progress import progress_on
from sfd.cli.session import LOCAL_OWNER, Session, working_session
from sfd.cli.wording import pause_in_words
from sfd.domain.jobs import Job, JobStatus
from sfd.services.accepting import Limits


async def judge_drama(drama_id: str, writer: str, max_cost_usd: float | None, *, as_json: bool) -> int:
    """Have a drama judged, or follow the critique that goes on, and print what it says. Returns the exit code."""
    async with working_session() as session:
        job = await _begun(session, drama_id, writer, max_cost_usd)
        with progress_on(sys.stderr, None, works=session.works) as progress:
            try:
                ended = await follow(session, job, progress)
            except asyncio.CancelledError:
                print(f"\nStopped; the critique is kept. To go on:\nsfd critique {drama_id}", file=sys.stderr)
                raise
    if ended.status is not JobStatus.COMPLETED:
        return _say_incomplete(ended)
    said: Mapping[str, Any] = ended.result or {}
    if as_json:
        print(json.dumps({"job_id": ended.id, "drama_id": drama_id, **said}, ensure_ascii=False))
    else:
        _show(said)
    return ExitCode.DONE


async def _begun(session: Session, drama_id: str, writer: str, max_cost_usd: float | None) -> Job:
    """The critique of the drama that has not ended, so that none is paid for twice; else a new one."""
    critiques = session.application.critiques
    if (active := await critiques.active(LOCAL_OWNER, drama_id)) is not None:
        return active
    return (await critiques.critique(LOCAL_OWNER, drama_id, Limits(max_cost_usd), writer)).job


def _show(said: Mapping[str, Any]) -> None:
    print(f"{said['score']:g} of 10\n{said['notes']}")
    for episode in said["episodes"]:
        print(f"\nEpisode {episode['number']} · {episode['score']:g} of 10\n{episode['notes']}")


def _say_incomplete(job: Job) -> int:
    error = job.error or {}
    if job.paused_for is not None and not job.status.ended:
        print(f"sfd: The critique is {pause_in_words(job.paused_for)}. Nothing is spent.", file=sys.stderr)
        print(f"     To give it up, and ask again with a higher --max-cost: sfd cancel {job.id}", file=sys.stderr)
        return ExitCode.INCOMPLETE
    print(f"sfd: {error.get('message', 'the critique did not complete')}", file=sys.stderr)
    return ExitCode.NEEDS_REVIEW if job.status is JobStatus.NEEDS_REVIEW else ExitCode.FAILED
