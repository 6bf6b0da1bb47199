"""Who goes first in a queue, and when an overloaded provider is left alone."""

import heapq

from hypothesis import given
from hypothesis import strategies as st

from sfd.domain.errors import ProviderError, ProviderErrorKind
from sfd.generation.breaker import OPENS_AFTER, Breaker
from sfd.generation.fairness import FairOrder

BUSY = ProviderError(ProviderErrorKind.OVERLOADED, "busy")


def test_three_nodes_of_one_user_do_not_wait_behind_the_thousands_of_another() -> None:
    order = FairOrder()
    waiting = [(order.priority("many"), "many") for _ in range(5000)]
    heapq.heapify(waiting)
    for _ in range(40):
        order.note_end(heapq.heappop(waiting)[0])
    for _ in range(3):
        heapq.heappush(waiting, (order.priority("few"), "few"))
    started = [heapq.heappop(waiting)[1] for _ in range(8)]
    assert started.count("few") == 3


def test_what_a_person_asked_for_one_by_one_goes_first() -> None:
    order = FairOrder()
    batch = [order.priority("a") for _ in range(50)]
    assert order.priority("b", urgent=True) < min(batch)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.booleans()), max_size=300))
def test_no_two_waiting_nodes_have_the_same_priority_and_each_user_keeps_its_order(
    asked: list[tuple[str, bool]],
) -> None:
    order = FairOrder()
    given_out: dict[str, list[int]] = {"a": [], "b": [], "c": []}
    waiting: list[int] = []
    for user, ends in asked:
        priority = order.priority(user)
        given_out[user].append(priority)
        waiting.append(priority)
        if ends:
            order.note_end(waiting.pop(waiting.index(min(waiting))))
    everything = [one for some in given_out.values() for one in some]
    assert len(set(everything)) == len(everything)
    assert all(some == sorted(some) for some in given_out.values())
    assert all(0 < one < 2**31 for one in everything)


def test_a_breaker_opens_lets_one_try_and_closes() -> None:
    breaker = Breaker()
    for _ in range(OPENS_AFTER):
        assert breaker.wait(100.0) == 0
        breaker.note(BUSY, 100.0)
    first = breaker.wait(100.0)
    assert first > 0
    assert breaker.wait(100.0 + first) == 0  # the trial
    assert breaker.wait(100.0 + first) > 0  # everybody else
    breaker.note(BUSY, 100.0 + first)
    assert breaker.wait(100.0 + first) > first  # twice as long
    breaker.note(None, 200.0)
    assert breaker.wait(200.0) == 0


def test_a_provider_that_says_how_long_is_believed() -> None:
    breaker = Breaker()
    for _ in range(OPENS_AFTER):
        breaker.note(ProviderError(ProviderErrorKind.RATE_LIMITED, "slow down", 120.0), 0.0)
    assert breaker.wait(0.0) == 120.0


def test_a_refusal_is_no_sign_of_load() -> None:
    breaker = Breaker()
    for _ in range(OPENS_AFTER - 1):
        breaker.note(BUSY, 0.0)
    breaker.note(ProviderError(ProviderErrorKind.REJECTED_PROMPT, "no"), 0.0)
    breaker.note(BUSY, 0.0)
    assert breaker.wait(0.0) == 0
