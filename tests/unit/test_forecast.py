"""How long an execution takes, and what it costs at the least and at the most."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.dramas import two_episode_drama
from fakes.providers import FakeProvider
from sfd.config import Settings
from sfd.domain.estimates import Estimate
from sfd.generation.forecast import forecast, lanes_of, makespan
from sfd.generation.plan import Choice, Existing, Until, plan_drama
from sfd.media.pool import MediaPool
from sfd.providers.base import Modality
from sfd.providers.registry import Crew, Registry

WORK = st.lists(
    st.tuples(
        st.floats(0.01, 100.0),
        st.sampled_from(["pictures", "clips"]),
        st.lists(st.integers(1, 30), max_size=3),
    ),
    max_size=30,
)


def crew(*providers: FakeProvider) -> Crew:
    chosen = {str(one.capabilities.modality): one.name for one in providers}
    settings = Settings().model_copy(update=chosen)
    return Registry.built_in(settings, MediaPool(2), providers).crew(settings)


@given(WORK, st.integers(1, 4), st.integers(1, 4))
def test_a_schedule_is_never_shorter_than_its_work_and_never_twice_too_long(
    work: list[tuple[float, str, list[int]]], pictures: int, clips: int
) -> None:
    lanes = {"pictures": pictures, "clips": clips}
    needs = {str(n): [str(n - back) for back in backs if back <= n] for n, (_, _, backs) in enumerate(work)}
    seconds = {str(n): one[0] for n, one in enumerate(work)}
    lane = {str(n): one[1] for n, one in enumerate(work)}
    found = makespan(needs, seconds, lane, lanes)
    ends: dict[str, float] = {}
    for node, needed in needs.items():
        ends[node] = seconds[node] + max((ends[one] for one in needed), default=0.0)
    path = max(ends.values(), default=0.0)
    loads = [sum(seconds[one] for one in needs if lane[one] == name) / room for name, room in lanes.items()]
    assert found >= max(path, *loads) - 1e-6
    # A list schedule leaves a lane idle only while the longest chain is worked on.
    assert found <= path + sum(loads) + 1e-6


def test_a_lane_makes_no_more_at_once_than_it_may() -> None:
    alone: dict[str, list[str]] = {str(n): [] for n in range(10)}
    assert makespan(alone, dict.fromkeys(alone, 3.0), dict.fromkeys(alone, "clips"), {"clips": 4}) == 9.0
    assert makespan({}, {}, {}, {}) == 0.0


def test_what_is_not_made_is_not_waited_for() -> None:
    assert makespan({"clip": ["storyboard"]}, {"clip": 2.0}, {"clip": "clips"}, {"clips": 1}) == 2.0


def test_money_is_summed_at_the_least_likely_and_at_the_most() -> None:
    filmmaker = FakeProvider(Modality.FILMMAKER, price=Decimal("0.10"))
    filmmaker.capabilities = replace(filmmaker.capabilities, price_spread=(Decimal("0.5"), Decimal(2)))
    team = crew(FakeProvider(Modality.ILLUSTRATOR, price=Decimal("0.02")), filmmaker)
    plan = plan_drama(two_episode_drama(), team, Existing())
    foretold = forecast(plan, Choice(), lanes_of(team, 2))
    assert foretold.cost == Estimate(Decimal("0.46"), Decimal("0.76"), Decimal("1.36"))
    pictures = forecast(plan, Choice(until=Until.STORYBOARDS), lanes_of(team, 2))
    assert pictures.cost == Estimate(Decimal("0.16"), Decimal("0.16"), Decimal("0.16"))


def test_longer_clips_take_longer_where_the_provider_says_so() -> None:
    filmmaker = FakeProvider(Modality.FILMMAKER)
    filmmaker.capabilities = replace(
        filmmaker.capabilities, seconds=Estimate(1.0, 2.0, 3.0), seconds_per_film_second=Estimate(1.0, 10.0, 20.0)
    )
    drama = two_episode_drama(episodes=1, scenes=1)
    drama.episodes[0].scenes[0].assets[1].duration = 6.0
    plan = plan_drama(drama, crew(FakeProvider(Modality.ILLUSTRATOR), filmmaker), Existing())
    assert plan["e1s1.clip"].seconds == Estimate(7.0, 62.0, 123.0)


def test_previews_and_cuts_share_the_processors() -> None:
    team = crew()
    plan = plan_drama(two_episode_drama(), team, Existing())
    assert {one.lane for one in plan.values()} == {"local"}
    one, four = (forecast(plan, Choice(), lanes_of(team, processes)).seconds for processes in (1, 4))
    assert one.low < one.likely < one.high
    assert 2 < one.likely / four.likely <= 4


def test_nothing_to_make_takes_no_time() -> None:
    team = crew()
    plan = plan_drama(two_episode_drama(episodes=1), team, Existing())
    foretold = forecast(plan, Choice(episodes=[]), lanes_of(team, 2))
    assert foretold.seconds == Estimate(0.0, 0.0, 0.0)
    assert foretold.cost.high == 0


@pytest.mark.parametrize("until", list(Until))
def test_more_is_never_cheaper_or_faster(until: Until) -> None:
    team = crew(FakeProvider(Modality.ILLUSTRATOR), FakeProvider(Modality.FILMMAKER))
    plan = plan_drama(two_episode_drama(), team, Existing())
    some, every = (forecast(plan, Choice(until=stage), lanes_of(team, 2)) for stage in (until, Until.CUTS))
    assert some.cost.likely <= every.cost.likely
    assert some.seconds.high <= every.seconds.high
