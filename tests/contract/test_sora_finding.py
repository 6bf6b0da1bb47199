"""A lost request is adopted only when it is certain which job of the list it is."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.subjects import key_of
from fakes.wire_openai import OpenAiWire
from sfd.domain.errors import InvalidInput, ProviderError, ProviderErrorKind
from sfd.domain.ids import new_id
from sfd.providers.base import Modality, VideoRequest
from sfd.providers.catalogue import Catalogue
from sfd.providers.sora import SoraFilmmaker, duration_for
from sfd.providers.sora_finding import CLOCK_SKEW, Listed, Sought, found_among, made_at, reaches_back

SINCE = 1_000_000.0
SOUGHT = Sought("a rooftop", "8", "720x1280", SINCE)


def job(name: str, created: float | None = SINCE + 1, prompt: str | None = "a rooftop") -> Listed:
    return Listed(id=name, prompt=prompt, created_at=created, seconds="8", size="720x1280")


def sora(base_url: str) -> SoraFilmmaker:
    return SoraFilmmaker(Catalogue.load().of("sora", Modality.FILMMAKER), base_url=base_url, timeout=20.0)


def test_the_only_one_that_can_be_it_is_it() -> None:
    others = [job("other", prompt="a cellar"), job("old", SINCE - CLOCK_SKEW - 1)]
    assert found_among([job("it"), *others], SOUGHT) == "it"
    assert found_among(others, SOUGHT) is None


@pytest.mark.parametrize(
    "listed",
    [
        [job("a"), job("b")],
        [job("a", created=None)],
        [job("a", prompt=None)],
        [job("a", SINCE - 10)],
    ],
)
def test_what_cannot_be_told_is_left_to_a_person(listed: list[Listed]) -> None:
    with pytest.raises(ProviderError) as caught:
        found_among(listed, SOUGHT)
    assert caught.value.kind is ProviderErrorKind.UNKNOWN_OUTCOME


@given(
    st.lists(
        st.builds(job, st.uuids().map(str), st.none() | st.floats(0, 2e6), st.sampled_from(["a rooftop", "x", None]))
    )
)
def test_nothing_is_said_to_be_missing_that_may_be_there(listed: list[Listed]) -> None:
    listed.append(job("it"))
    try:
        assert found_among(listed, SOUGHT) == "it"
    except ProviderError as error:
        assert error.kind is ProviderErrorKind.UNKNOWN_OUTCOME  # noqa: PT017 - either ending is right


def test_a_page_reaches_back_only_when_it_is_sorted() -> None:
    assert reaches_back([job("a"), job("b", SINCE - 500)], SINCE)
    assert not reaches_back([job("b", SINCE - 500), job("a")], SINCE)
    assert not reaches_back([job("a"), job("b", None)], SINCE)
    assert not reaches_back([], SINCE)


def test_the_time_is_read_from_an_engines_key() -> None:
    made = made_at(f"{new_id('job')}:e1s1.clip.1")
    assert made is not None
    assert made_at("e1s1.1") is None


@given(st.floats(0.1, 60))
def test_a_clip_is_never_shorter_than_asked_for_unless_nothing_longer_exists(seconds: float) -> None:
    chosen = duration_for(seconds)
    assert chosen in (4, 8, 12)
    assert chosen >= min(seconds, 12)
    assert chosen == 4 or chosen - 4 < seconds


async def test_a_lost_request_is_found_behind_many_pages(tmp_path: Path) -> None:
    asked = VideoRequest(prompt="a rooftop", seconds=8, idempotency_key=key_of(1))
    with OpenAiWire(tmp_path / "ledger") as wire:
        wire.page = 2
        adapter = sora(f"{wire.base_url}/v1/")
        first = await adapter.submit(asked)
        for number in range(5):
            await adapter.submit(VideoRequest(prompt=f"scene {number}", seconds=4))
        assert await adapter.find(asked) == first
        await adapter.submit(asked)
        with pytest.raises(ProviderError, match="2 of its films"):
            await adapter.find(asked)


async def test_a_withdrawn_film_is_gone_from_the_server(tmp_path: Path) -> None:
    with OpenAiWire(tmp_path / "ledger") as wire:
        adapter = sora(wire.base_url)
        remote_id = await adapter.submit(VideoRequest(prompt="a rooftop", seconds=8))
        assert await adapter.cancel(remote_id)
        assert not await adapter.cancel(remote_id)
        with pytest.raises(ProviderError) as caught:
            await adapter.poll(remote_id)
    assert caught.value.kind is ProviderErrorKind.EXPIRED


def test_a_model_without_a_price_is_refused_before_anything_is_asked() -> None:
    cards = Catalogue.load().of("sora", Modality.FILMMAKER)
    with pytest.raises(InvalidInput, match="MODELS_FILE"):
        SoraFilmmaker(cards, base_url="http://127.0.0.1:9", model="wan-3")
