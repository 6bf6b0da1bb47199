"""`make`, `execute` and `resume`: start work, follow it, and put the films where they are wanted."""

import asyncio
import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from sfd.application import Application
from sfd.cli.ending import ExitCode
from sfd.cli.exporting import export_films, refuse_unwritable
from sfd.cli.progress import Progress, progress_on
from sfd.cli.session import LOCAL_OWNER, Session, decode, read_text, working_session
from sfd.cli.wording import pause_in_words
from sfd.domain.errors import InvalidInput, OutOfSpace
from sfd.domain.jobs import Job, JobStatus, JobType
from sfd.domain.models import MAX_PREMISE_CHARACTERS
from sfd.generation.plan import Choice, Until
from sfd.providers.registry import NO_CHOICE, CrewChoice
from sfd.services.accepted_jobs import warnings_of
from sfd.services.accepting import Limits
from sfd.services.caps import MICROS
from sfd.services.dramas import NewDrama
from sfd.services.run_control import NewCap

LOOK_SECONDS = 0.1
_EXITS = {
    JobStatus.COMPLETED: ExitCode.DONE,
    JobStatus.FAILED: ExitCode.INCOMPLETE,
    JobStatus.CANCELLED: ExitCode.INCOMPLETE,
    JobStatus.NEEDS_REVIEW: ExitCode.NEEDS_REVIEW,
}


@dataclass(frozen=True)
class MakeRequest:
    """What `sfd make` was asked."""

    premise: str | None
    screenplay: Path | None
    episodes: int | None
    language: str
    style: str
    until: str
    out: Path | None
    max_cost_usd: float | None = None
    crew: CrewChoice = NO_CHOICE


@dataclass(frozen=True)
class RunRequest:
    """What `sfd execute` or `sfd resume` was asked."""

    drama_id: str
    resume: bool
    episodes: list[str] | None
    until: str
    force: bool
    out: Path | None
    max_cost_usd: float | None = None
    crew: CrewChoice = NO_CHOICE


async def make_film(request: MakeRequest, *, as_json: bool) -> int:
    """From a premise or screenplay to films. Returns the exit code."""
    new = new_drama(request)
    await asyncio.to_thread(refuse_unwritable, request.out)
    async with working_session() as session:
        limits = Limits(request.max_cost_usd)
        writing = (await session.application.dramas.write(LOCAL_OWNER, new, limits)).job
        with progress_on(sys.stderr, sys.stdout if as_json else None, works=session.works) as progress:
            try:
                written = await follow(session, writing, progress)
                if written.status is not JobStatus.COMPLETED:
                    return _say_failed(written)
                job = await _execute_written(session.application, request, written)
                ended = await follow(session, job, progress)
            except asyncio.CancelledError:
                progress.detach(writing.drama_id)
                raise
        return await _finish(session, ended, request.out, as_json=as_json)


async def _execute_written(services: Application, request: MakeRequest, written: Job) -> Job:
    """The run that makes the written drama, under what is left of the money."""
    spent = (written.actual_micros or 0) / MICROS
    left = None if request.max_cost_usd is None else max(0.0, request.max_cost_usd - spent)
    choice = Choice(until=Until(request.until))
    return (await services.runs.execute(LOCAL_OWNER, written.drama_id, choice, Limits(left), request.crew)).job


async def run_drama(request: RunRequest, *, as_json: bool) -> int:
    """Execute or resume a drama. Returns the exit code."""
    await asyncio.to_thread(refuse_unwritable, request.out)
    async with working_session() as session:
        services = session.application
        active = await _left(services, request) if request.resume else None
        with progress_on(sys.stderr, sys.stdout if as_json else None, works=session.works) as progress:
            try:
                if active is not None and active.node_id is None and active.type == "write":
                    going = await _start_or_go_on(services, request, active)
                    written = await follow(session, going, progress)
                    if written.status is not JobStatus.COMPLETED:
                        return _say_failed(written)
                    active = None
                job = await _start_or_go_on(services, request, active)
                _warn(job)
                ended = await follow(session, job, progress)
            except asyncio.CancelledError:
                progress.detach(request.drama_id)
                raise
        return await _finish(session, ended, request.out, as_json=as_json)


async def _left(services: Application, request: RunRequest) -> Job | None:
    """The job that has not ended; or the writing that failed, begun again where it stopped.

    What waits for a decision is not begun again: its first request may be paid for as well.
    """
    active = await services.jobs.active(LOCAL_OWNER, request.drama_id)
    if active is not None:
        return active
    views = await services.jobs.list(LOCAL_OWNER, request.drama_id, limit=1, parents_only=True)
    last = views[0].job if views else None
    if last is None or last.type != JobType.WRITE or last.spec.get("original") is not None:
        return None
    if last.status not in (JobStatus.FAILED, JobStatus.CANCELLED):
        return None
    return (await services.retries.retry(LOCAL_OWNER, last.id, Limits(request.max_cost_usd))).job


async def _start_or_go_on(services: Application, request: RunRequest, active: Job | None) -> Job:
    """The run to follow: the one that goes on, under a new cap if one is given, or a new one."""
    if active is not None:
        return await services.control.resume(LOCAL_OWNER, active.id, NewCap.given(request.max_cost_usd))
    limits = Limits(request.max_cost_usd)
    return (await services.runs.execute(LOCAL_OWNER, request.drama_id, _choice(request), limits, request.crew)).job


def _warn(job: Job) -> None:
    for sentence in warnings_of(job):
        print(f"sfd: {sentence}", file=sys.stderr)


def new_drama(request: MakeRequest) -> NewDrama:
    """What is to be written, read from the argument, stdin or a file.

    Raises:
        InvalidInput: nothing, both, or something unreadable was given.
    """
    if (request.premise is None) == (request.screenplay is None):
        raise InvalidInput('Give a premise, as in: sfd make "A nurse finds …", or --screenplay FILE, and not both.')
    if request.screenplay is not None:
        text = read_text(request.screenplay)
        if not text.strip():
            raise InvalidInput(f"{request.screenplay} is empty.")
        return NewDrama(screenplay=text, language=request.language, style=request.style, writer=request.crew.writer)
    premise = _stdin() if request.premise == "-" else request.premise or ""
    if not premise.strip():
        raise InvalidInput("The premise is empty. Say in a sentence or two what the drama is about.")
    return NewDrama(premise, "", None, request.episodes, request.language, request.style, request.crew.writer)


def _stdin() -> str:
    limit = MAX_PREMISE_CHARACTERS * 4 + 1
    return decode(sys.stdin.buffer.read(limit), "The premise")


def _choice(request: RunRequest) -> Choice:
    return Choice(request.resume, request.episodes, Until(request.until), request.force)


async def follow(session: Session, job: Job, progress: Progress) -> Job:
    """Watch a job until it ends, or rests because it is paused, feeding each event to `progress`.

    Raises:
        OutOfSpace: the disk is full; the run waits and can be resumed.
    """
    services = session.application.jobs
    await progress.begin(session.application, job)
    known = await services.last_event(job.drama_id)
    seq = 0
    while True:
        for event in await services.events_after(job.drama_id, seq):
            seq = event.seq
            if event.job_id == job.id:
                progress.note(event.data)
                if event.seq > known:
                    _stop_when_full(event.data, job.drama_id)
        view = await services.get(LOCAL_OWNER, job.id)
        current = view.job
        rests = current.paused_for is not None and (view.counts is None or view.counts.running == 0)
        if current.status.ended or rests:
            for event in await services.events_after(job.drama_id, seq):
                if event.job_id == job.id:
                    progress.note(event.data)
            return current
        await asyncio.sleep(LOOK_SECONDS)


def _stop_when_full(data: Mapping[str, Any], drama_id: str) -> None:
    if data["metadata"].get("waiting_for") == "out_of_space":
        raise OutOfSpace(
            f"There is not enough free disk space to go on. Nothing is lost: free some, then: sfd resume {drama_id}"
        )


def _say_failed(job: Job) -> int:
    """What became of a drama that is not written, and the exit code for it."""
    if job.paused_for is not None and not job.status.ended:
        _say_paused(job, "The writing")
        return ExitCode.INCOMPLETE
    error = job.error or {}
    print(f"sfd: the drama could not be written: {error.get('message', job.status)}", file=sys.stderr)
    print(f"     What failed and why: sfd jobs {job.drama_id} --all", file=sys.stderr)
    if job.status is JobStatus.NEEDS_REVIEW:
        return ExitCode.NEEDS_REVIEW
    if error.get("code") in ("invalid", "invalid_input"):
        return ExitCode.BAD_INPUT
    print(f"     To go on:            sfd resume {job.drama_id}", file=sys.stderr)
    return ExitCode.FAILED


def _say_paused(job: Job, what: str) -> None:
    print(f"sfd: {what} is {pause_in_words(job.paused_for or '')}. Nothing more is spent.", file=sys.stderr)
    print(f"     To go on:            sfd resume {job.drama_id} --max-cost USD", file=sys.stderr)


async def _finish(session: Session, ended: Job, out: Path | None, *, as_json: bool) -> int:
    """Copy out what there is, say where, and what to do next."""
    exported = await export_films(session.application, ended.drama_id, out)
    if as_json:
        _line(sys.stdout, {"event": "result", "drama_id": ended.drama_id, "status": ended.status, **exported.as_json()})
    else:
        for path in exported.films or (exported.folder,):
            print(path)
    if ended.paused_for is not None and not ended.status.ended:
        _say_paused(ended, "The run")
    elif ended.status is not JobStatus.COMPLETED:
        error = ended.error or {}
        print(f"sfd: {error.get('message', 'the run did not complete')}", file=sys.stderr)
        print(f"     What failed and why: sfd jobs {ended.drama_id} --all", file=sys.stderr)
        print(f"     To go on:            sfd resume {ended.drama_id}", file=sys.stderr)
    elif sys.stderr.isatty() and not as_json:
        print(f"\nIn {exported.folder}\nLook at the plan and takes with: sfd show {ended.drama_id}", file=sys.stderr)
    return _EXITS.get(ended.status, ExitCode.INCOMPLETE)


def _line(stream: TextIO, data: Mapping[str, Any]) -> None:
    print(json.dumps(data, ensure_ascii=False), file=stream, flush=True)
