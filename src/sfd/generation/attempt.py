"""The core that decides when a provider may be asked: intent first, then the request, then everything else.

A pure generator. It yields effects and is sent their answers; it never touches a database, a clock or a
network. Production drives it from `sfd.generation.steps`, the simulation in the tests with a fake world
that crashes, loses replies and runs two workers at once. That is what keeps promise one: no paid call is
ever made twice.

    intent committed → request sent → remote id committed → polled → delivered and verified → kept → settled
"""

from collections.abc import Generator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sfd.domain.errors import ProviderError, ProviderErrorKind
from sfd.providers.base import LostReply, Poll, RemoteState

STALLED_AFTER = 30 * 60.0
GIVE_UP_AFTER = 24 * 3600.0
SLOWEST_POLL = 15.0
SLOW_POLL_WHEN_STALLED = 300.0
WAIT_FOR_ROOM = 5.0
WAIT_FOR_OWNER = 5.0
WAIT_FOR_TWIN = 1.0
WAIT_WHEN_BUSY = 10.0
LONGEST_STORAGE_WAIT = 30.0


_MENDED_BY_PEOPLE = (ProviderErrorKind.AUTH, ProviderErrorKind.QUOTA)
_SAY_NOTHING = (ProviderErrorKind.UNKNOWN_OUTCOME, *_MENDED_BY_PEOPLE)


class AttemptState(StrEnum):
    """How far an attempt has come, as committed. `held` and `again` are never committed: nothing was asked.

    `held`: there is no money for it. `again`: look first whether it is there by now.
    """

    INTENT = "intent"
    SUBMITTED = "submitted"
    SETTLED = "settled"
    FAILED = "failed"
    NEEDS_REVIEW = "needs_review"
    CANCELLED = "cancelled"
    HELD = "held"
    AGAIN = "again"


TERMINAL = frozenset({AttemptState.SETTLED, AttemptState.FAILED, AttemptState.NEEDS_REVIEW, AttemptState.CANCELLED})


@dataclass(frozen=True)
class Ledger:
    """The committed record of an attempt. `intent_at` and `submitted_at` are seconds on the driver's clock."""

    state: AttemptState
    owner: str
    intent_at: float
    remote_id: str | None = None
    submitted_at: float = 0.0


@dataclass(frozen=True)
class Policy:
    """Who asks, what may be done when an answer is lost, and how often a bad delivery is fetched again."""

    owner: str
    lost_reply: LostReply
    settles_after: float
    max_retries: int = 2


@dataclass(frozen=True)
class Load:
    """Read the ledger. Answer: `Ledger` or None."""


@dataclass(frozen=True)
class Now:
    """Answer: seconds on the clock that stamps intents."""


@dataclass(frozen=True)
class Wanted:
    """Answer: whether the job is still wanted, or somebody cancelled it."""


@dataclass(frozen=True)
class HasRoom:
    """Answer: whether there is disk space to keep what will be paid for."""


class Claimed(StrEnum):
    """How a claim ended. `lost`: another owner has the intent, or nobody wants the job any more.

    `asked_elsewhere`: another job of the project asked for exactly this and has no answer yet.
    """

    WON = "won"
    LOST = "lost"
    ASKED_ELSEWHERE = "asked_elsewhere"
    UNAFFORDABLE = "unaffordable"


@dataclass(frozen=True)
class Clear:
    """Answer: seconds until the provider may be asked; 0 when it may now."""


@dataclass(frozen=True)
class Claim:
    """Commit the intent and reserve what it costs, or neither. Answer: `Claimed`."""


@dataclass(frozen=True)
class TakeOver:
    """Compare and swap the owner of an open intent. Answer: whether nobody touched it since it was `seen`."""

    seen: Ledger


@dataclass(frozen=True)
class Release:
    """Remove this owner's intent and its reservation: the provider certainly did not accept."""


@dataclass(frozen=True)
class Post:
    """Send the request, once. Answer: the remote id or a `ProviderError`; None when nothing was sent.

    Nothing is sent when another owner took the intent over: this one was stopped for long after it wrote it.
    """


@dataclass(frozen=True)
class Record:
    """Commit the remote id."""

    remote_id: str


@dataclass(frozen=True)
class Received:
    """Answer: the remote id when the answer to a direct request is already on our own disk, else None."""


@dataclass(frozen=True)
class Find:
    """Ask the provider whether it has the request. Answer: remote id, None for certainly not, or `ProviderError`."""


@dataclass(frozen=True)
class Ask:
    """Poll. Answer: `Poll` or `ProviderError`."""

    remote_id: str


@dataclass(frozen=True)
class Withdraw:
    """Ask the provider to stop. Answer: whether it says that it did."""

    remote_id: str


@dataclass(frozen=True)
class Abandon:
    """Commit that the job was cancelled. A request that was accepted keeps its remote id and its cost.

    Answer: whether that is so now. Not when the attempt moved on meanwhile: a request of another owner may be
    under way. `stopped` is the remote id that the provider stopped, None when nothing was asked.
    """

    stopped: str | None = None


@dataclass(frozen=True)
class Deliver:
    """Download and verify. Answer: None when good, else what is wrong with what came, or a `ProviderError`."""

    remote_id: str


@dataclass(frozen=True)
class Keep:
    """Put the verified bytes into the library and settle, in that order. Answer: whether storage took them."""


@dataclass(frozen=True)
class Fail:
    """Commit the failure."""

    error: ProviderError


@dataclass(frozen=True)
class Park:
    """Commit that a person must decide, and why."""

    reason: str


@dataclass(frozen=True)
class Wait:
    """Sleep, and say why. `reason` is empty for the ordinary waiting between polls."""

    seconds: float
    reason: str = ""


Effect = (
    Load
    | Now
    | Wanted
    | HasRoom
    | Clear
    | Claim
    | TakeOver
    | Release
    | Post
    | Record
    | Received
    | Find
    | Ask
    | Withdraw
    | Abandon
    | Deliver
    | Keep
    | Fail
    | Park
    | Wait
)
Core = Generator[Effect, Any, AttemptState]


def attempt(policy: Policy) -> Core:
    """Bring one attempt to its end, from wherever it was left. Returns the committed end."""
    while True:
        ledger: Ledger | None = yield Load()
        if ledger is not None and ledger.state in TERMINAL:
            return ledger.state
        if ledger is not None and ledger.state is AttemptState.SUBMITTED:
            return (yield from _collect(policy, ledger))
        ended = yield from (_ask_first_time(policy) if ledger is None else _settle_unknown(policy, ledger))
        if ended is not None:
            return ended


def _ask_first_time(policy: Policy) -> Generator[Effect, Any, AttemptState | None]:
    if not (yield Wanted()):
        return AttemptState.CANCELLED if (yield Abandon()) else None
    if not (yield HasRoom()):
        yield Wait(WAIT_FOR_ROOM, "out_of_space")
        return None
    pause: float = yield Clear()
    if pause > 0:
        yield Wait(pause, ProviderErrorKind.OVERLOADED)
        return None
    claimed: Claimed = yield Claim()
    if claimed is Claimed.UNAFFORDABLE:
        return AttemptState.HELD
    if claimed is Claimed.ASKED_ELSEWHERE:
        yield Wait(WAIT_FOR_TWIN, "same_request")
        return AttemptState.AGAIN
    return (yield from _post(policy)) if claimed is Claimed.WON else None


def _post(policy: Policy) -> Generator[Effect, Any, AttemptState | None]:
    """Send the request. The intent is committed and ours."""
    answer: str | ProviderError | None = yield Post()
    if answer is None:
        return None
    if isinstance(answer, str):
        yield Record(answer)
        return None
    if answer.not_accepted:
        yield Release()
        yield Wait(answer.retry_after or WAIT_WHEN_BUSY, answer.kind)
        return None
    if answer.kind is ProviderErrorKind.UNKNOWN_OUTCOME:
        if policy.lost_reply is LostReply.REVIEW:
            yield Park(f"The provider may have accepted the request, but its answer was lost: {answer.detail}")
            return AttemptState.NEEDS_REVIEW
        yield Wait(policy.settles_after, answer.kind)
        return None
    yield Fail(answer)
    return AttemptState.FAILED


def _settle_unknown(policy: Policy, ledger: Ledger) -> Generator[Effect, Any, AttemptState | None]:
    """An intent without an answer: its owner crashed, or is still at it."""
    received: str | None = yield Received()
    if received is not None:
        yield Record(received)
        return None
    if policy.lost_reply is LostReply.REPEAT:
        return (yield from _repeat(policy, ledger))
    now: float = yield Now()
    left = ledger.intent_at + policy.settles_after - now
    if left > 0:
        yield Wait(min(left, WAIT_FOR_OWNER), "lost_reply")
        return None
    if policy.lost_reply is LostReply.REVIEW:
        yield Park("SFD stopped between sending the request and noting the answer; the provider may have accepted it.")
        return AttemptState.NEEDS_REVIEW
    return (yield from _find_or_repeat(policy, ledger))


def _find_or_repeat(policy: Policy, ledger: Ledger) -> Generator[Effect, Any, AttemptState | None]:
    """The time in which a lost request may still arrive is over: look it up, or know that it never did."""
    if policy.lost_reply is LostReply.FIND:
        found: str | ProviderError | None = yield Find()
        if isinstance(found, ProviderError) and found.kind is ProviderErrorKind.UNKNOWN_OUTCOME:
            yield Park(f"The answer to the request was lost, and it cannot be looked up for certain: {found.detail}")
            return AttemptState.NEEDS_REVIEW
        if isinstance(found, ProviderError):
            yield Wait(found.retry_after or WAIT_WHEN_BUSY, found.kind)
            return None
        if found is not None:
            yield Record(found)
            return None
    return (yield from _repeat(policy, ledger))


def _repeat(policy: Policy, ledger: Ledger) -> Generator[Effect, Any, AttemptState | None]:
    """The provider certainly does not have the request: send it, if anybody still wants it."""
    wanted: bool = yield Wanted()
    if not (yield TakeOver(ledger)):
        return None
    if not wanted:
        return AttemptState.CANCELLED if (yield Abandon()) else None
    return (yield from _post(policy))


def _collect(policy: Policy, ledger: Ledger) -> Generator[Effect, Any, AttemptState]:
    """The provider has the request: poll, deliver, keep."""
    remote_id = ledger.remote_id or ""
    pause = 0.0
    withdrawn = False
    while True:
        answer: Poll | ProviderError = yield Ask(remote_id)
        if isinstance(answer, Poll) and answer.state is RemoteState.COMPLETED:
            break
        if isinstance(answer, ProviderError) and not _passing(answer):
            yield Fail(answer)
            return AttemptState.FAILED
        if not withdrawn and not (yield Wanted()):
            if (yield Withdraw(remote_id)) and (yield Abandon(remote_id)):
                return AttemptState.CANCELLED
            withdrawn = True  # it cannot be stopped: what was paid for is collected and kept
        waited: float = (yield Now()) - ledger.submitted_at
        if waited > GIVE_UP_AFTER:
            detail = "The provider did not finish within 24 hours. Its remote id is kept."
            yield Fail(ProviderError(ProviderErrorKind.EXPIRED, detail))
            return AttemptState.FAILED
        pause = min(max(pause * 1.5, 0.25), SLOWEST_POLL)
        stalled = waited > STALLED_AFTER
        yield Wait(SLOW_POLL_WHEN_STALLED if stalled else pause, _why_waiting(answer, stalled=stalled))
    return (yield from _receive(policy, remote_id))


def _why_waiting(answer: Poll | ProviderError, *, stalled: bool) -> str:
    """What a person can mend is said; else only that it takes very long."""
    if isinstance(answer, ProviderError) and answer.kind in _MENDED_BY_PEOPLE:
        return answer.kind
    return "stalled" if stalled else ""


def _passing(error: ProviderError) -> bool:
    """Whether a failed poll or download says nothing about the work itself: a bad key hides what was paid for."""
    return error.not_accepted or error.kind in _SAY_NOTHING


def _receive(policy: Policy, remote_id: str) -> Generator[Effect, Any, AttemptState]:
    wrong = ""
    for tried in range(1 + policy.max_retries):
        answer: str | ProviderError | None = yield Deliver(remote_id)
        if answer is None:
            break
        if isinstance(answer, ProviderError) and not _passing(answer):
            yield Fail(answer)
            return AttemptState.FAILED
        wrong = answer.detail if isinstance(answer, ProviderError) else answer
        yield Wait(float(2**tried), "bad_delivery")
    else:
        if policy.lost_reply is LostReply.REPEAT:
            yield Fail(ProviderError(ProviderErrorKind.NO_OUTPUT, wrong))
            return AttemptState.FAILED
        yield Park(f"What the provider delivered cannot be used, {1 + policy.max_retries} times: {wrong}")
        return AttemptState.NEEDS_REVIEW
    pause = 1.0
    while not (yield Keep()):
        yield Wait(pause, "storage")
        pause = min(pause * 2, LONGEST_STORAGE_WAIT)
    return AttemptState.SETTLED
