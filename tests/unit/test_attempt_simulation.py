"""The core of paid calls, run in a fake world that crashes, loses and delays replies, stops workers and lets two race.

The oracle is the world's own count of accepted requests. Wrong policies, planted on purpose, must be caught:
a test that cannot fail proves nothing.
"""

from collections.abc import Callable, Generator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from fakes.attempt_world import BUSY, BYTES, SETTLES_AFTER, Core, Steps, Storm, World, simulate
from sfd.domain.errors import ProviderError, ProviderErrorKind
from sfd.generation import attempt as core
from sfd.providers.base import LostReply

Changed = Generator[core.Effect, Any, Any]
SCHEDULES = 1500
WRONG_SCHEDULES = 6000


def check(build: Core, storm: Storm, schedules: int) -> None:
    """Run that many schedules, the same every time."""

    @settings(
        max_examples=schedules,
        deadline=None,
        database=None,
        derandomize=True,
        report_multiple_bugs=False,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(st.binary(min_size=BYTES, max_size=BYTES))
    def run(schedule: bytes) -> None:
        simulate(schedule, build, storm)

    run()


def anywhere(_: core.Effect) -> bool:
    return True


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("lost_reply", [LostReply.FIND, LostReply.REVIEW])
def test_nothing_is_paid_twice_lost_or_stuck(lost_reply: LostReply, workers: int) -> None:
    check(core.attempt, Storm(workers, lost_reply), SCHEDULES)


@pytest.mark.parametrize("lost_reply", [LostReply.FIND, LostReply.REVIEW])
def test_workers_that_stop_and_wake_pay_nothing_twice(lost_reply: LostReply) -> None:
    check(core.attempt, Storm(2, lost_reply, anywhere), SCHEDULES)


def test_a_worker_that_wakes_and_sends_without_looking_is_caught() -> None:
    with pytest.raises(AssertionError, match="paid twice"):
        check(core.attempt, Storm(2, LostReply.FIND, anywhere, guarded=False), WRONG_SCHEDULES)


def changed(change: Callable[[core.Effect], Changed]) -> Core:
    """The core with some of its effects carried out in another way; `change` yields instead, and returns the answer."""

    def build(policy: core.Policy) -> Steps:
        steps = core.attempt(policy)
        answer: Any = None
        while True:
            try:
                effect = steps.send(answer)
            except StopIteration as stop:
                return core.AttemptState(stop.value)
            answer = yield from change(effect)

    return build


def intent_after_the_request(policy: core.Policy) -> Steps:
    while True:
        ledger: core.Ledger | None = yield core.Load()
        if ledger is None:
            answer = yield core.Post()
            yield core.Claim()
            if isinstance(answer, str):
                yield core.Record(answer)
            continue
        return (yield from core.attempt(policy))


def repeat_blindly(policy: core.Policy) -> Steps:
    return (yield from core.attempt(replace(policy, lost_reply=LostReply.REPEAT)))


def look_up_at_once(policy: core.Policy) -> Steps:
    return (yield from core.attempt(replace(policy, settles_after=0.0)))


@changed
def forget_when_cancelled(effect: core.Effect) -> Changed:
    return True if isinstance(effect, core.Withdraw) else (yield effect)


@changed
def keep_before_verifying(effect: core.Effect) -> Changed:
    return None if isinstance(effect, core.Deliver) else (yield effect)


@changed
def settle_without_keeping(effect: core.Effect) -> Changed:
    answer: Any = yield effect
    return True if isinstance(effect, core.Keep) else answer


@changed
def release_after_an_unknown_outcome(effect: core.Effect) -> Changed:
    answer: Any = yield effect
    lost = isinstance(answer, ProviderError) and answer.kind is ProviderErrorKind.UNKNOWN_OUTCOME
    return BUSY if isinstance(effect, core.Post) and lost else answer


@changed
def take_over_without_comparing(effect: core.Effect) -> Changed:
    if isinstance(effect, core.TakeOver):
        effect = core.TakeOver((yield core.Load()))
    return (yield effect)


@changed
def claim_twice(effect: core.Effect) -> Changed:
    answer: Any = yield effect
    return core.Claimed.WON if answer is core.Claimed.LOST else answer


@changed
def ask_again_after_a_bad_delivery(effect: core.Effect) -> Changed:
    answer: Any = yield effect
    if isinstance(effect, core.Deliver) and isinstance(answer, str):
        yield core.Post()
    return answer


@changed
def fail_when_a_poll_is_lost(effect: core.Effect) -> Changed:
    answer: Any = yield effect
    if isinstance(effect, core.Ask) and isinstance(answer, ProviderError):
        return ProviderError(ProviderErrorKind.NO_OUTPUT, answer.detail)
    return answer


@changed
def send_past_the_cap(effect: core.Effect) -> Changed:
    answer: Any = yield effect
    return core.Claimed.WON if answer is core.Claimed.UNAFFORDABLE else answer


ALONE = Storm(1, LostReply.FIND, guarded=False)
ALONE_WITH_A_PERSON = Storm(1, LostReply.REVIEW, guarded=False)
TWO = Storm(2, LostReply.FIND, guarded=False)


@pytest.mark.parametrize(
    ("wrong", "storm", "finding"),
    [
        (intent_after_the_request, ALONE, "paid twice"),
        (intent_after_the_request, TWO, "paid twice"),
        (repeat_blindly, ALONE, "paid twice|was dropped"),
        (repeat_blindly, ALONE_WITH_A_PERSON, "paid twice|was dropped"),
        (look_up_at_once, ALONE, "paid twice|was dropped"),
        (forget_when_cancelled, ALONE, "was dropped"),
        (keep_before_verifying, ALONE, "without a verified delivery"),
        (settle_without_keeping, ALONE, "stuck"),
        (release_after_an_unknown_outcome, ALONE, "paid twice"),
        (release_after_an_unknown_outcome, ALONE_WITH_A_PERSON, "paid twice"),
        (take_over_without_comparing, TWO, "paid twice"),
        (claim_twice, TWO, "paid twice"),
        (ask_again_after_a_bad_delivery, ALONE, "paid twice"),
        (fail_when_a_poll_is_lost, ALONE, "was dropped"),
        (send_past_the_cap, ALONE, "does not know"),
    ],
)
def test_a_planted_mistake_is_caught(wrong: Core, storm: Storm, finding: str) -> None:
    with pytest.raises(AssertionError, match=finding):
        check(wrong, storm, WRONG_SCHEDULES)


def test_a_request_is_looked_up_only_when_it_can_have_arrived() -> None:
    world = World()
    world.do(core.Claim(), "w0.0", "")
    steps = core.attempt(core.Policy("w1.0", LostReply.FIND, SETTLES_AFTER))
    effect: core.Effect = next(steps)
    while not isinstance(effect, core.Find):
        waits = isinstance(effect, core.Wait)
        if isinstance(effect, core.Wait):
            world.pass_time(world.now + effect.seconds)
        effect = steps.send(None if waits else world.do(effect, "w1.0", ""))
    assert world.now >= SETTLES_AFTER
