"""Carries out the effects of `sfd.generation.attempt` against the database, the provider and the disk."""

import asyncio
import json
import shutil
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from sfd.db import attempts, jobs, takes
from sfd.db.attempts import AttemptRow
from sfd.db.session import Database
from sfd.domain.clock import now_ms
from sfd.domain.errors import InvalidInput, MediaError, OutOfSpace, ProviderError, ProviderErrorKind, StorageUnavailable
from sfd.domain.jobs import Job, JobStatus
from sfd.generation import attempt as core
from sfd.generation import money
from sfd.generation.attempt_files import AttemptFiles
from sfd.generation.breaker import Breaker
from sfd.generation.records import (
    WAITING_FOR,
    Finding,
    cancel_job,
    change_job,
    end_job,
    hold_job,
    lock_open_job,
    start_job,
)
from sfd.observability.tracing import call_observed
from sfd.providers.base import DirectProvider, LostReply, Made, Poll, RemoteState, Request
from sfd.providers.registry import AnyProvider
from sfd.providers.sending import TooLate, send_before

RECEIVED = "received"
FIRST_ATTEMPT = 1
PROGRESS_STEP = 0.05
LITTLE_ROOM = 4_000_000
LOOK_FOR_CANCELLATION = 2.0

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Delivery:
    """Verified bytes of an attempt, ready to be kept."""

    path: Path
    made: Made


class Climbing(Protocol):
    """Prepares the next step of a ladder, inside the caller's transaction."""

    async def __call__(
        self, connection: AsyncConnection, job: Job, error: ProviderError, fingerprint: str, *, accepted: bool
    ) -> Job | None:
        """The job as it goes on after an error; None when the error ends it."""
        ...


@dataclass(frozen=True)
class AttemptContext:
    """What one attempt needs of the world.

    `verify` raises MediaError when a delivered file is not what was asked for; `keep` stores it, records it
    and settles job and attempt in one transaction. `climb`, if there is one, may let the job go on after an error.
    """

    database: Database
    provider: AnyProvider
    request: Request
    fingerprint: str
    owner: str
    spool: Path
    min_free_bytes: int
    max_retries: int
    breaker: Breaker
    verify: Callable[[Path, Made], Awaitable[None]]
    keep: Callable[[Delivery], Awaitable[None]]
    number: int = FIRST_ATTEMPT
    climb: Climbing | None = None


def has_room(folder: Path, min_free_bytes: int) -> bool:
    """Whether the disk that holds `folder` has as much free space as must stay free."""
    return shutil.disk_usage(folder).free >= min_free_bytes


async def number_due(database: Database, job_id: str) -> int:
    """The number of the attempt to make or to go on with: another one after a step of a ladder."""
    async with database.read() as connection:
        newest = await attempts.newest_attempt(connection, job_id)
    if newest is None:
        return FIRST_ATTEMPT
    return newest.number + 1 if core.AttemptState(newest.state) in core.TERMINAL else newest.number


class AttemptDriver:
    """One attempt of one job."""

    def __init__(self, context: AttemptContext, job: Job) -> None:
        self._context = context
        self._job = job
        self._delivery: Delivery | None = None
        self._waiting_for: str = ""
        self._intent_at = 0
        self._number = context.number
        self._files = AttemptFiles.of(context.spool, job.id, self._number, context.owner)
        self._handlers: dict[type[Any], Callable[[Any], Awaitable[Any]]] = {
            core.Load: self._load,
            core.Now: self._now,
            core.Wanted: self._wanted,
            core.HasRoom: self._has_room,
            core.Clear: self._clear,
            core.Claim: self._claim,
            core.TakeOver: self._take_over,
            core.Release: self._release,
            core.Post: self._post,
            core.Record: self._record,
            core.Received: self._received,
            core.Find: self._find,
            core.Ask: self._ask,
            core.Withdraw: self._withdraw,
            core.Abandon: self._abandon,
            core.Deliver: self._deliver,
            core.Keep: self._keep,
            core.Fail: self._fail,
            core.Park: self._park,
            core.Wait: self._wait,
        }

    async def run(self) -> core.AttemptState:
        """Bring the attempt to its end."""
        capabilities = self._context.provider.capabilities
        lost_reply = capabilities.lost_reply
        if isinstance(self._context.provider, DirectProvider) and lost_reply is LostReply.FIND:
            lost_reply = LostReply.REVIEW  # a direct answer that is not on our disk cannot be looked up
        policy = core.Policy(self._context.owner, lost_reply, capabilities.settles_after, self._context.max_retries)
        generator = core.attempt(policy)
        answer: Any = None
        while True:
            try:
                effect = generator.send(answer)
            except StopIteration as stop:
                return core.AttemptState(stop.value)
            with call_observed(effect, self._context.provider.name) as note:
                answer = await self._handlers[type(effect)](effect)
                note(answer)

    async def _load(self, _: core.Load) -> core.Ledger | None:
        async with self._context.database.read() as connection:
            row = await attempts.get_attempt(connection, self._job.id, self._number)
        if row is None:
            return None
        submitted = (row.submitted_at or row.intent_at) / 1000
        return core.Ledger(core.AttemptState(row.state), row.owner, row.intent_at / 1000, row.remote_id, submitted)

    async def _now(self, _: core.Now) -> float:
        return now_ms() / 1000

    async def _wanted(self, _: core.Wanted) -> bool:
        async with self._context.database.read() as connection:
            return await jobs.is_wanted(connection, self._job.id)

    async def _has_room(self, _: core.HasRoom) -> bool:
        return await asyncio.to_thread(has_room, self._context.spool, self._context.min_free_bytes)

    async def _clear(self, _: core.Clear) -> float:
        return self._context.breaker.wait(now_ms() / 1000)

    async def _claim(self, _: core.Claim) -> core.Claimed:
        row = AttemptRow(
            job_id=self._job.id,
            number=self._number,
            state=core.AttemptState.INTENT,
            owner=self._context.owner,
            provider=self._context.provider.name,
            model=self._context.request.model,
            fingerprint=self._context.fingerprint,
            intent_at=now_ms(),
        )
        async with self._context.database.write() as connection:
            if not await jobs.is_wanted(connection, self._job.id, lock=True) or not await attempts.claim(
                connection, row
            ):
                return core.Claimed.LOST
            if self._shares and await self._is_elsewhere(connection, row):
                await attempts.release(connection, self._job.id, self._number, self._context.owner)
                return core.Claimed.ASKED_ELSEWHERE
            if (empty := await money.reserve(connection, self._job)) is not None:
                await attempts.release(connection, self._job.id, self._number, self._context.owner)
                self._job = await hold_job(connection, self._job, f"over_budget:{empty.scope}")
                return core.Claimed.UNAFFORDABLE
            if self._job.status is not JobStatus.RUNNING:
                self._job = await start_job(connection, self._job)
        self._intent_at = row.intent_at
        return core.Claimed.WON

    async def _is_elsewhere(self, connection: AsyncConnection, row: AttemptRow) -> bool:
        """Whether another job of the project asks for the same now, or got it since this one looked for it."""
        if await attempts.asked_elsewhere(connection, row, self._job):
            return True
        made = await takes.take_with_fingerprint(connection, self._job.user_id, self._job.project, row.fingerprint)
        return made is not None

    @property
    def _shares(self) -> bool:
        """Whether a result that another job gets for the same request would do for this one."""
        return bool(self._context.fingerprint) and not self._job.meta.get("force")

    async def _take_over(self, effect: core.TakeOver) -> bool:
        now = now_ms()
        async with self._context.database.write() as connection:
            taken = await attempts.take_over(
                connection,
                self._job.id,
                self._number,
                seen=(effect.seen.owner, round(effect.seen.intent_at * 1000)),
                owner=self._context.owner,
                now=now,
            )
        self._intent_at = now if taken else self._intent_at
        return taken

    async def _release(self, _: core.Release) -> None:
        async with self._context.database.write() as connection:
            if await attempts.release(connection, self._job.id, self._number, self._context.owner):
                await money.settle(connection, self._job, 0)

    async def _post(self, _: core.Post) -> str | ProviderError | None:
        if not await self._may_still_send():
            return None
        with send_before(self._send_until) as sending:
            try:
                answer = await self._asked()
            except TooLate:
                return None
        if sending.late:
            return None
        self._context.breaker.note(answer if isinstance(answer, ProviderError) else None, now_ms() / 1000)
        return answer

    async def _may_still_send(self) -> bool:
        """Whether the intent is surely this process's: it may have been stopped for long since it wrote it.

        Nobody takes an intent over before it is `settles_after` old, so a young one need not be looked up.
        """
        if now_ms() / 1000 < self._surely_ours_until:
            return True
        seen = core.Ledger(core.AttemptState.INTENT, self._context.owner, self._intent_at / 1000)
        return await self._take_over(core.TakeOver(seen))

    @property
    def _surely_ours_until(self) -> float:
        return self._intent_at / 1000 + self._context.provider.capabilities.settles_after / 2

    @property
    def _send_until(self) -> float:
        """When the bytes must have gone out. Only what others look up and send themselves must not be late."""
        repeats = self._context.provider.capabilities.lost_reply is LostReply.FIND
        return self._surely_ours_until if repeats else float("inf")

    async def _asked(self) -> str | ProviderError:
        provider = self._context.provider
        try:
            if not isinstance(provider, DirectProvider):
                return await provider.submit(self._context.request)
            made = await provider.make(self._context.request, self._files.part)
        except ProviderError as error:
            return error
        except InvalidInput as error:
            return ProviderError(ProviderErrorKind.INVALID, error.detail)
        except MediaError as error:
            return ProviderError(ProviderErrorKind.NO_OUTPUT, error.detail)
        await asyncio.to_thread(self._files.keep_answer, made)
        return RECEIVED

    async def _record(self, effect: core.Record) -> None:
        async with self._context.database.write() as connection:
            await lock_open_job(connection, self._job)
            noted = await attempts.note_submitted(connection, self._job.id, self._number, effect.remote_id, now_ms())
            if not noted:
                log.warning("another worker went on with a request", job_id=self._job.id, remote_id=effect.remote_id)
            elif self._job.attempts < self._number or self._job.status is not JobStatus.RUNNING:
                meta = dict(self._job.meta)
                self._job = await change_job(
                    connection, self._job, attempts=self._number, status=JobStatus.RUNNING, meta=meta
                )

    async def _received(self, _: core.Received) -> str | None:
        if not isinstance(self._context.provider, DirectProvider):
            return None
        return RECEIVED if await asyncio.to_thread(self._files.whole.exists) else None

    async def _find(self, _: core.Find) -> str | ProviderError | None:
        provider = self._context.provider
        if isinstance(provider, DirectProvider):
            return None
        try:
            return await provider.find(self._context.request)
        except ProviderError as error:
            return error

    async def _ask(self, effect: core.Ask) -> Poll | ProviderError:
        provider = self._context.provider
        if isinstance(provider, DirectProvider):
            return Poll(RemoteState.COMPLETED, 1.0)
        try:
            answer = await provider.poll(effect.remote_id)
        except ProviderError as error:
            return error
        await self._note_progress(answer.progress)
        return answer

    async def _withdraw(self, effect: core.Withdraw) -> bool:
        provider = self._context.provider
        if isinstance(provider, DirectProvider):
            return False
        try:
            return await provider.cancel(effect.remote_id)
        except ProviderError as error:
            log.warning("a provider did not cancel", job_id=self._job.id, error=error.detail)
            return False

    async def _abandon(self, effect: core.Abandon) -> bool:
        async with self._context.database.write() as connection:
            current = await jobs.get_job(connection, self._job.id, lock=True)
            row = await attempts.get_attempt(connection, self._job.id, self._number)
            if not self._may_abandon(row, effect.stopped):
                return False
            if current is None or current.status.ended:
                return True
            cost = self._job.estimated_micros if effect.stopped is not None else 0
            before = current.actual_micros or 0
            await attempts.update_attempt(
                connection,
                self._job.id,
                self._number,
                state=core.AttemptState.CANCELLED,
                finished_at=now_ms(),
                cost_micros=cost,
            )
            if row is not None:
                await money.settle(connection, self._job, cost)
            self._job = await cancel_job(connection, current, actual_micros=before + cost)
        await asyncio.to_thread(self._files.remove)
        return True

    def _may_abandon(self, row: AttemptRow | None, stopped: str | None) -> bool:
        """Whether nothing is under way that the cancellation would drop."""
        if row is None:
            return stopped is None
        if stopped is not None:
            return row.state == core.AttemptState.SUBMITTED and row.remote_id == stopped
        return row.state == core.AttemptState.INTENT and row.owner == self._context.owner

    async def _deliver(self, effect: core.Deliver) -> str | ProviderError | None:
        try:
            delivery = await self._fetched(effect.remote_id)
            await self._context.verify(delivery.path, delivery.made)
        except ProviderError as error:
            return error
        except (MediaError, OSError) as error:
            await self._refuse_when_full()
            return str(error)
        self._delivery = delivery
        return None

    async def _keep(self, _: core.Keep) -> bool:
        if self._delivery is None:
            raise RuntimeError("nothing was delivered")
        try:
            await self._context.keep(self._delivery)
        except StorageUnavailable as error:
            log.warning("storage does not take a result", job_id=self._job.id, error=error.detail)
            return False
        await asyncio.to_thread(self._files.remove)
        return True

    async def _fail(self, effect: core.Fail) -> None:
        await self._end(JobStatus.FAILED, core.AttemptState.FAILED, Finding.of(effect.error), effect.error)

    async def _park(self, effect: core.Park) -> None:
        await self._end(
            JobStatus.NEEDS_REVIEW,
            core.AttemptState.NEEDS_REVIEW,
            Finding(ProviderErrorKind.UNKNOWN_OUTCOME, effect.reason),
        )

    async def _wait(self, effect: core.Wait) -> None:
        if effect.reason != self._waiting_for:
            self._waiting_for = effect.reason
            async with self._context.database.write() as connection:
                meta = {**self._job.meta, WAITING_FOR: effect.reason or None}
                await change_job(connection, self._job, meta=meta)  # shown while it lasts, and not kept
        await self._sleep(effect.seconds)

    async def _sleep(self, seconds: float) -> None:
        """Sleep, but not through a cancellation."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            await asyncio.sleep(min(left, LOOK_FOR_CANCELLATION))
            if left > LOOK_FOR_CANCELLATION and not await self._wanted(core.Wanted()):
                return

    async def _refuse_when_full(self) -> None:
        """A delivery that a full disk cut short says nothing about the provider: wait for space instead."""
        room = max(self._context.min_free_bytes, LITTLE_ROOM)
        if not await asyncio.to_thread(has_room, self._context.spool, room):
            async with self._context.database.write() as connection:
                await change_job(connection, self._job, meta={**self._job.meta, WAITING_FOR: OutOfSpace.code})
            raise OutOfSpace("There is too little free disk space to take a delivery.")

    async def _end(
        self, status: JobStatus, state: core.AttemptState, finding: Finding, error: ProviderError | None = None
    ) -> None:
        async with self._context.database.write() as connection:
            if not await lock_open_job(connection, self._job):
                return
            before = await attempts.get_attempt(connection, self._job.id, self._number)
            await attempts.update_attempt(
                connection,
                self._job.id,
                self._number,
                state=state,
                finished_at=now_ms(),
                error=json.dumps(finding.as_json()),
            )
            if state is core.AttemptState.FAILED:
                await money.settle(connection, self._job, 0)
            accepted = before is not None and before.remote_id is not None
            goes_on = await self._climbed(connection, error, accepted=accepted)
            self._job = goes_on or await end_job(connection, self._job, status, finding)
        if state is core.AttemptState.FAILED:
            await asyncio.to_thread(self._files.remove)

    async def _climbed(self, connection: AsyncConnection, error: ProviderError | None, *, accepted: bool) -> Job | None:
        climb = self._context.climb
        if climb is None or error is None or not await jobs.is_wanted(connection, self._job.id):
            return None
        return await climb(connection, self._job, error, self._context.fingerprint, accepted=accepted)

    async def _note_progress(self, progress: float) -> None:
        if progress - self._job.progress >= PROGRESS_STEP and progress < 1.0:
            async with self._context.database.write() as connection:
                self._job = await change_job(connection, self._job, progress=progress)

    async def _fetched(self, remote_id: str) -> Delivery:
        provider = self._context.provider
        if isinstance(provider, DirectProvider):
            return Delivery(self._files.whole, await asyncio.to_thread(self._files.read_note))
        return Delivery(self._files.part, await provider.fetch(remote_id, self._context.request, self._files.part))
