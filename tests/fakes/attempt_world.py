"""A world for the core of paid calls: a ledger, a provider and a library that lose, delay, refuse and stop.

A schedule is a string of bytes: each decides which worker goes on, or what goes wrong with the effect it yields.
Bytes that are 0 let all go well, so that a failing schedule shrinks to the few things that matter.
"""

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from sfd.domain.errors import ProviderError, ProviderErrorKind
from sfd.generation import attempt as core
from sfd.providers.base import LostReply, Poll, RemoteState

SETTLES_AFTER = 30.0
LATE = 20.0
PAUSE = 3 * SETTLES_AFTER
STEPS = 600
MOST_TROUBLE = 12
BYTES = 120
FAULTS: dict[type[Any], list[str]] = {
    core.Post: ["lost", "late", "never_arrived", "busy", "refused"],
    core.Ask: ["running", "unreachable", "expired"],
    core.Deliver: ["truncated", "unreachable"],
    core.Keep: ["storage_down"],
    core.HasRoom: ["full"],
    core.Find: ["unreachable"],
    core.Clear: ["overloaded"],
    core.Claim: ["unaffordable", "asked_elsewhere"],
    core.Wanted: ["cancelled"],
    core.Withdraw: ["cannot_stop"],
}
LOST = ProviderError(ProviderErrorKind.UNKNOWN_OUTCOME, "reset")
BUSY = ProviderError(ProviderErrorKind.RATE_LIMITED, "busy", 5.0)
REFUSED = ProviderError(ProviderErrorKind.REJECTED_PROMPT, "no")
GONE = ProviderError(ProviderErrorKind.EXPIRED, "gone")
Steps = Generator[core.Effect, Any, core.AttemptState]
Core = Callable[[core.Policy], Steps]


@dataclass
class World:
    """What the database, the provider and the library hold. `accepted` is the provider's own count, the oracle.

    `ended` is how the job ended; `intents` is when each owner thinks it wrote the intent.
    """

    now: float = 0.0
    ledger: core.Ledger | None = None
    ended: core.AttemptState | None = None
    intents: dict[str, float] = field(default_factory=dict[str, float])
    accepted: int = 0
    remote: str | None = None
    arrives_at: float | None = None
    refuses: bool = False
    wanted: bool = True
    stopped: bool = False
    gone: bool = False
    completed: bool = False
    delivered: bool = False
    kept: bool = False
    reserved: int = 0
    guarded: bool = True
    said: set[core.AttemptState] = field(default_factory=set[core.AttemptState])

    def pass_time(self, until: float) -> None:
        """Let time pass; a request that was under way may arrive meanwhile."""
        self.now = until
        if self.arrives_at is not None and self.arrives_at <= until:
            self.arrives_at = None
            self._accept()

    def do(self, effect: core.Effect, owner: str, fault: str) -> Any:
        """Carry out an effect as the driver does, and answer it."""
        match effect:
            case core.Load():
                return self.ledger
            case core.Now():
                return self.now
            case core.Wanted():
                self.wanted = self.wanted and fault != "cancelled"
                return self.wanted
            case core.HasRoom():
                return fault != "full"
            case core.Clear():
                return 5.0 if fault == "overloaded" else 0.0
            case core.Claim():
                return self._claim(owner, fault)
            case core.TakeOver(seen):
                return self._take_over(seen, owner)
            case core.Release():
                if self._open_intent_of(owner):
                    self.ledger, self.reserved = None, self.reserved - 1
            case core.Post():
                return self._post(owner, fault)
            case core.Record(remote_id):
                self._record(remote_id)
            case core.Received():
                return None
            case core.Find():
                return LOST if fault == "unreachable" else self.remote
            case core.Ask():
                return self._poll(fault)
            case core.Withdraw():
                self.stopped = fault != "cannot_stop"
                return self.stopped
            case core.Abandon(stopped):
                return self._abandon(stopped, owner)
            case core.Deliver():
                return self._deliver(fault)
            case core.Keep():
                return self._keep(fault)
            case core.Fail():
                self._end(core.AttemptState.FAILED)
            case core.Park():
                self._end(core.AttemptState.NEEDS_REVIEW)
            case core.Wait():
                raise AssertionError("waiting is the schedule's business")
        return None

    def _claim(self, owner: str, fault: str) -> core.Claimed:
        if self.ledger is not None or not self.wanted or self.ended is not None:
            return core.Claimed.LOST
        if fault in ("unaffordable", "asked_elsewhere"):
            return core.Claimed(fault)
        self.ledger = core.Ledger(core.AttemptState.INTENT, owner, self.now, submitted_at=self.now)
        self.intents[owner] = self.now
        self.reserved += 1
        return core.Claimed.WON

    def _open_intent_of(self, owner: str) -> bool:
        ledger = self.ledger
        return ledger is not None and ledger.state is core.AttemptState.INTENT and ledger.owner == owner

    def _take_over(self, seen: core.Ledger, owner: str) -> bool:
        if self.ledger is None or self.ledger != seen or seen.state is not core.AttemptState.INTENT:
            return False
        self.ledger = replace(seen, owner=owner, intent_at=self.now)
        self.intents[owner] = self.now
        return True

    def _may_still_send(self, owner: str) -> bool:
        """Whether an intent is young, or is made young again: its owner may have been stopped since it wrote it."""
        intent_at = self.intents.get(owner, -SETTLES_AFTER)
        if self.now - intent_at < SETTLES_AFTER / 2:
            return True
        return self._take_over(core.Ledger(core.AttemptState.INTENT, owner, intent_at), owner)

    def _post(self, owner: str, fault: str) -> str | ProviderError | None:
        if self.guarded and not self._may_still_send(owner):
            return None
        if fault == "busy":
            return BUSY
        if fault == "refused" or self.refuses:  # the same request is refused again
            self.refuses = True
            return REFUSED
        if fault == "late":
            self.arrives_at = self.now + LATE
        elif fault != "never_arrived":
            self._accept()
        return LOST if fault or self.remote is None else self.remote

    def _accept(self) -> None:
        self.accepted += 1
        self.remote = f"r{self.accepted}"

    def _record(self, remote_id: str) -> None:
        assert self.ledger is not None, "a request that the ledger does not know"
        if self.ledger.state is not core.AttemptState.INTENT:
            return
        self.ledger = replace(
            self.ledger, state=core.AttemptState.SUBMITTED, remote_id=remote_id, submitted_at=self.now
        )

    def _poll(self, fault: str) -> Poll | ProviderError:
        if fault == "unreachable":
            return LOST
        self.gone = self.gone or (fault == "expired" and not self.completed)
        if self.gone:
            return GONE
        self.completed = self.completed or fault != "running"
        return Poll(RemoteState.COMPLETED, 1.0) if self.completed else Poll(RemoteState.RUNNING, 0.5)

    def _deliver(self, fault: str) -> str | ProviderError | None:
        if fault == "unreachable":
            return LOST
        if fault == "truncated":
            return "cut off"
        self.delivered = True
        return None

    def _keep(self, fault: str) -> bool:
        assert self.delivered, "kept without a verified delivery"
        if fault == "storage_down":
            return False
        self.kept = self.kept or self.ended is None
        self._end(core.AttemptState.SETTLED)
        return True

    def _abandon(self, stopped: str | None, owner: str) -> bool:
        ledger = self.ledger
        if ledger is not None:
            submitted = ledger.state is core.AttemptState.SUBMITTED
            if not (self._open_intent_of(owner) if stopped is None else submitted):
                return False
        if self.ended is None:
            assert not self.wanted, "cancelled though it is wanted"
            assert self.stopped or self.remote is None, "a request that was accepted and not stopped was dropped"
        self._end(core.AttemptState.CANCELLED)
        return True

    def _end(self, state: core.AttemptState) -> None:
        """The first end counts."""
        if self.ended is not None:
            return
        self.ended = state
        if self.ledger is not None:
            self.reserved -= state is not core.AttemptState.NEEDS_REVIEW
            self.ledger = replace(self.ledger, state=state)

    def judge(self) -> None:
        """Whether nothing was paid twice, lost, forgotten or left half done.

        Raises:
            AssertionError: something was; says what.
        """
        assert self.accepted <= 1, "paid twice"
        assert self.ledger is not None or not self.accepted, "a request that the ledger does not know"
        assert self.ended is not None, "stuck"
        assert self.ledger is None or self.ledger.state is self.ended, "the ledger tells of another end"
        assert self.ledger is None or self.ended in self.said, "a worker took for done what is not"
        assert self.kept == (self.ended is core.AttemptState.SETTLED), "settled without keeping"
        dropped = self.accepted and self.ended is core.AttemptState.FAILED and not self.gone
        assert not dropped, "a request that was accepted was dropped"
        waits = self.ended is core.AttemptState.NEEDS_REVIEW and self.ledger is not None
        assert self.reserved == int(waits), "money is reserved for nothing"


@dataclass
class Worker:
    """One worker: a life after each crash, and what it is about to do."""

    name: str
    lives: int = 0
    wakes_at: float = 0.0
    steps: Steps | None = None
    answer: Any = None
    pending: core.Effect | None = None
    done: bool = False

    @property
    def owner(self) -> str:
        """The name under which this life claims."""
        return f"{self.name}.{self.lives}"

    def crash(self, now: float) -> None:
        """Forget everything, and start anew a second later."""
        self.lives += 1
        self.steps = self.pending = self.answer = None
        self.wakes_at = now + 1

    def wanted_effect(self, build: Core, lost_reply: LostReply) -> core.Effect:
        """What it wants done next. Raises StopIteration when it is through."""
        if self.pending is not None:
            return self.pending
        if self.steps is None:
            self.steps = build(core.Policy(self.owner, lost_reply, SETTLES_AFTER))
        return self.steps.send(self.answer)


def never(_: core.Effect) -> bool:
    """Workers may crash, and never stop."""
    return False


@dataclass(frozen=True)
class Storm:
    """What may go wrong. `may_pause` says before which effects a worker may be stopped for `PAUSE` seconds.

    `guarded`: whoever sends looks first whether the intent is still its own.
    """

    workers: int
    lost_reply: LostReply
    may_pause: Callable[[core.Effect], bool] = never
    guarded: bool = True


def simulate(schedule: bytes, build: Core, storm: Storm) -> World:
    """One schedule: workers step in any order, things go wrong, then all goes well to the end."""
    world = World(guarded=storm.guarded)
    workers = [Worker(f"w{number}") for number in range(storm.workers)]
    choices = iter(schedule)
    trouble = 1 + next(choices, 0) % MOST_TROUBLE
    calm = 1 + next(choices, 0) % 8
    for step in range(STEPS):
        left = [worker for worker in workers if not worker.done]
        if not left:
            break
        ready = [worker for worker in left if worker.wakes_at <= world.now]
        if not ready:
            world.pass_time(min(worker.wakes_at for worker in left))
            continue
        worker = ready[_choice(choices, step) % len(ready)] if trouble else ready[step % len(ready)]
        trouble -= _advance(worker, world, build, storm, choices if trouble else iter(b""), calm)
    world.pass_time(world.now + LATE)
    world.judge()
    return world


def _choice(choices: Iterator[int], otherwise: int) -> int:
    return next(choices, otherwise)


def _advance(worker: Worker, world: World, build: Core, storm: Storm, choices: Iterator[int], calm: int) -> bool:
    """Let a worker do one thing. Whether something went wrong with it."""
    try:
        effect = worker.wanted_effect(build, storm.lost_reply)
    except StopIteration as stop:
        if stop.value in (
            core.AttemptState.HELD,
            core.AttemptState.AGAIN,
        ):  # somebody raises the cap, and it is worked at again
            worker.steps, worker.answer, worker.wakes_at = None, None, world.now + 1
        else:
            world.said.add(stop.value)
            worker.done = True
        return False
    faults = ["crash_before", "crash_after", *FAULTS.get(type(effect), [])]
    if storm.may_pause(effect) and worker.pending is None:
        faults.append("pause")
    fault = ([""] * calm * 2 + faults)[_choice(choices, 0) % (calm * 2 + len(faults))]
    if fault == "pause":
        worker.pending, worker.wakes_at = effect, world.now + PAUSE
    elif fault == "crash_before":
        worker.crash(world.now)
    else:
        worker.pending = None
        _carry_out(worker, world, effect, fault)
    return bool(fault)


def _carry_out(worker: Worker, world: World, effect: core.Effect, fault: str) -> None:
    if isinstance(effect, core.Wait):
        worker.answer, worker.wakes_at = None, world.now + effect.seconds
    else:
        worker.answer = world.do(effect, worker.owner, fault)
    if fault == "crash_after":
        worker.crash(world.now)
