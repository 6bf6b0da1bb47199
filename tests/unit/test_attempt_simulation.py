"""The core of paid calls, run in a fake world that crashes, loses replies and lets two workers race.

The oracle is the world's own count of accepted requests. Wrong policies, planted on purpose, must be caught:
a test that cannot fail proves nothing.
"""

from collections import Counter
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from sfd.domain.errors import ProviderError, ProviderErrorKind
from sfd.generation import attempt as core
from sfd.providers.base import LostReply, Poll, RemoteState

SETTLES_AFTER = 30.0
FAULTS: dict[type[Any], list[str]] = {
    core.Post: ["lost", "never_arrived", "busy", "refused"],
    core.Ask: ["running", "unreachable", "expired"],
    core.Deliver: ["truncated", "unreachable"],
    core.Keep: ["storage_down"],
    core.HasRoom: ["full"],
    core.Find: ["unreachable"],
    core.Clear: ["overloaded"],
    core.Claim: ["unaffordable"],
    core.Wanted: ["cancelled"],
    core.Withdraw: ["cannot_stop"],
}
CALM = ["", "", "", "crash_before", "crash_after"]
LOST = ProviderError(ProviderErrorKind.UNKNOWN_OUTCOME, "reset")
Core = Callable[[core.Policy], Generator[core.Effect, Any, core.AttemptState]]


@dataclass
class World:
    """A database, a provider and a library, with every accepted request counted."""

    now: float = 0.0
    ledger: dict[str, Any] | None = None
    accepted: Counter[str] = field(default_factory=Counter[str])
    remote: str | None = None
    kept: bool = False
    delivered: bool = False
    wanted: bool = True
    stopped: bool = False

    def do(self, effect: core.Effect, owner: str, fault: str) -> Any:
        match effect:
            case core.Load():
                return None if self.ledger is None else core.Ledger(**self.ledger)
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
                    self.ledger = None
            case core.Post():
                return self._post(fault)
            case core.Record(remote_id):
                assert self.ledger is not None, "a request that the ledger does not know"
                if self.ledger["remote_id"] is None:
                    self.ledger |= {"state": core.AttemptState.SUBMITTED, "remote_id": remote_id}
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
        if self.ledger is not None or not self.wanted:
            return core.Claimed.LOST
        if fault == "unaffordable":
            return core.Claimed.UNAFFORDABLE
        self.ledger = {
            "state": core.AttemptState.INTENT,
            "owner": owner,
            "intent_at": self.now,
            "remote_id": None,
            "submitted_at": self.now,
        }
        return core.Claimed.WON

    def _open_intent_of(self, owner: str) -> bool:
        ledger = self.ledger
        return ledger is not None and ledger["state"] is core.AttemptState.INTENT and ledger["owner"] == owner

    def _is_submitted(self) -> bool:
        return self.ledger is not None and self.ledger["state"] is core.AttemptState.SUBMITTED

    def _take_over(self, seen: core.Ledger, owner: str) -> bool:
        if self.ledger is None or core.Ledger(**self.ledger) != seen:
            return False
        self.ledger |= {"owner": owner, "intent_at": self.now}
        return True

    def _post(self, fault: str) -> str | ProviderError:
        if fault == "busy":
            return ProviderError(ProviderErrorKind.RATE_LIMITED, "busy", 5.0)
        if fault == "refused":
            return ProviderError(ProviderErrorKind.REJECTED_PROMPT, "no")
        if fault == "never_arrived":
            return LOST
        self.accepted["node"] += 1
        self.remote = f"r{self.accepted['node']}"
        return LOST if fault == "lost" else self.remote

    def _poll(self, fault: str) -> Poll | ProviderError:
        if fault == "running":
            return Poll(RemoteState.RUNNING, 0.5)
        if fault == "expired":
            return ProviderError(ProviderErrorKind.EXPIRED, "gone")
        return LOST if fault == "unreachable" else Poll(RemoteState.COMPLETED, 1.0)

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
        self.kept = True
        self._end(core.AttemptState.SETTLED)
        return True

    def _abandon(self, stopped: str | None, owner: str) -> bool:
        assert not self.wanted, "cancelled though it is wanted"
        if self.ledger is None:
            self.ledger = {"state": core.AttemptState.CANCELLED, "owner": "", "intent_at": 0.0}
        elif not (self._open_intent_of(owner) if stopped is None else self._is_submitted()):
            return False
        assert self.stopped or self.remote is None, "a request that was accepted and not stopped was dropped"
        self._end(core.AttemptState.CANCELLED)
        return True

    def _end(self, state: core.AttemptState) -> None:
        assert self.ledger is not None, "a request that the ledger does not know"
        self.ledger["state"] = state


def simulate(data: st.DataObject, lost_reply: LostReply, build: Core, *, workers: int) -> World:
    """One schedule: workers step in any order; effects fail, crash before or after; then all goes well to the end."""
    world = World()
    names = [f"w{number}" for number in range(workers)]
    lives = Counter[str]()
    running: dict[str, Generator[core.Effect, Any, core.AttemptState]] = {}
    answers: dict[str, Any] = {}
    wake: dict[str, float] = dict.fromkeys(names, 0.0)
    done: set[str] = set()
    trouble = 8
    for step in range(600):
        if len(done) == workers:
            break
        ready = [name for name in names if name not in done and wake[name] <= world.now]
        if not ready:
            world.now = min(wake[name] for name in names if name not in done)
            continue
        stormy = step < 80 and trouble > 0
        name = data.draw(st.sampled_from(ready)) if stormy and len(ready) > 1 else ready[step % len(ready)]
        owner = f"{name}.{lives[name]}"
        if name not in running:
            policy = core.Policy(owner, lost_reply, SETTLES_AFTER)
            running[name], answers[name] = build(policy), None
        try:
            effect = running[name].send(answers[name])
        except StopIteration as stop:
            if stop.value is core.AttemptState.HELD:  # somebody raises the cap, and it is worked at again
                running.pop(name)
                wake[name] = world.now + 1
            else:
                done.add(name)
            continue
        fault = (
            data.draw(st.sampled_from(["", "", "", "crash_before", "crash_after", *FAULTS.get(type(effect), [])]))
            if stormy
            else ""
        )
        trouble -= bool(fault)
        if fault == "crash_before":
            running.pop(name)
            lives[name] += 1
            wake[name] = world.now + 1
            continue
        if isinstance(effect, core.Wait):
            wake[name], answers[name] = world.now + effect.seconds, None
            continue
        answers[name] = world.do(effect, owner, fault)
        if fault == "crash_after":
            running.pop(name)
            lives[name] += 1
            wake[name] = world.now + 1
    return world


def check(build: Core, lost_reply: LostReply, *, workers: int, examples: int) -> None:
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=True,
        report_multiple_bugs=False,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
    )
    @given(st.data())
    def run(data: st.DataObject) -> None:
        world = simulate(data, lost_reply, build, workers=workers)
        assert world.accepted["node"] <= 1, "paid twice"
        assert world.ledger is not None, "a request that the ledger does not know"
        assert world.ledger["state"] in core.TERMINAL, "stuck"
        assert world.kept == (world.ledger["state"] is core.AttemptState.SETTLED)

    run()


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("lost_reply", [LostReply.FIND, LostReply.REVIEW])
def test_nothing_is_paid_twice_lost_or_stuck(lost_reply: LostReply, workers: int) -> None:
    check(core.attempt, lost_reply, workers=workers, examples=400)


def post_before_intent(policy: core.Policy) -> Generator[core.Effect, Any, core.AttemptState]:
    """The usual mistake: ask first, note it afterwards."""
    while True:
        ledger: core.Ledger | None = yield core.Load()
        if ledger is None:
            answer = yield core.Post()
            yield core.Claim()
            if isinstance(answer, str):
                yield core.Record(answer)
            continue
        return (yield from core.attempt(policy))


def repeat_blindly(policy: core.Policy) -> Generator[core.Effect, Any, core.AttemptState]:
    """Another: a lost reply is simply asked again, or, when nobody wants it any more, forgotten."""
    return (yield from core.attempt(core.Policy(policy.owner, LostReply.REPEAT, policy.settles_after)))


def forget_when_cancelled(policy: core.Policy) -> Generator[core.Effect, Any, core.AttemptState]:
    """A third: a cancelled job is dropped though the provider still works for it."""
    steps = core.attempt(policy)
    answer: Any = None
    while True:
        try:
            effect = steps.send(answer)
        except StopIteration as stop:
            return core.AttemptState(stop.value)
        answer = True if isinstance(effect, core.Withdraw) else (yield effect)


def test_a_remote_request_that_a_cancellation_forgets_is_caught() -> None:
    with pytest.raises(AssertionError, match="was dropped"):
        check(forget_when_cancelled, LostReply.FIND, workers=1, examples=4000)


@pytest.mark.parametrize("wrong", [post_before_intent, repeat_blindly])
def test_a_planted_mistake_is_caught(wrong: Core) -> None:
    with pytest.raises(AssertionError, match=r"paid twice|was dropped|does not know"):
        check(wrong, LostReply.FIND, workers=1, examples=400)


def test_looking_up_before_the_request_can_have_arrived_would_be_caught() -> None:
    """`settles_after` matters: it is the core that waits, so the wait is part of what the simulation sees."""
    world = World()
    world.do(core.Claim(), "w0.0", "")
    steps = core.attempt(core.Policy("w1.0", LostReply.FIND, SETTLES_AFTER))
    effect: core.Effect = next(steps)
    seen: list[type[Any]] = []
    for _ in range(60):
        seen.append(type(effect))
        if isinstance(effect, core.Find):
            break
        if isinstance(effect, core.Wait):
            world.now += effect.seconds
            effect = steps.send(None)
        else:
            effect = steps.send(world.do(effect, "w1.0", ""))
    assert seen[-1] is core.Find
    assert world.now >= SETTLES_AFTER
