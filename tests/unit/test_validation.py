from typing import Any

import pytest

from fakes.dramas import two_episode_drama
from sfd.domain.errors import InvalidInput
from sfd.domain.models import MAX_EPISODES
from sfd.domain.validation import parse_drama


def _drama() -> dict[str, Any]:
    return two_episode_drama().model_dump(mode="json")


def _fault_of(data: dict[str, Any]) -> tuple[str, str]:
    with pytest.raises(InvalidInput) as caught:
        parse_drama(data)
    fault = caught.value.faults[0]
    assert fault.pointer in str(caught.value)
    return fault.pointer, fault.detail


def test_a_valid_drama_is_read_as_it_was_written() -> None:
    assert parse_drama(_drama()) == two_episode_drama()


def test_an_id_used_twice() -> None:
    data = _drama()
    data["episodes"][1]["scenes"][0]["id"] = "e1s1"
    pointer, detail = _fault_of(data)
    assert pointer == "/episodes/1/scenes/0/id"
    assert "'e1s1' is used twice" in detail


def test_a_dependency_that_does_not_exist() -> None:
    data = _drama()
    data["episodes"][0]["scenes"][0]["assets"][1]["depends_on"] = ["nothing"]
    assert _fault_of(data) == ("/episodes/0/scenes/0/assets/1/depends_on/0", "there is no asset 'nothing'")


def test_a_circle_of_dependencies() -> None:
    data = _drama()
    assets = data["episodes"][0]["scenes"][0]["assets"]
    assets[0]["depends_on"] = [assets[1]["id"]]
    assert "e1s1.storyboard → e1s1.clip" in _fault_of(data)[1] or "e1s1.clip → e1s1.storyboard" in _fault_of(data)[1]


@pytest.mark.parametrize(("seconds", "said"), [(0.2, "0.2 s"), (61, "61 s"), (-3, "-3 s")])
def test_a_clip_that_is_too_short_or_too_long(seconds: float, said: str) -> None:
    data = _drama()
    data["episodes"][0]["scenes"][0]["assets"][1]["duration"] = seconds
    pointer, detail = _fault_of(data)
    assert pointer == "/episodes/0/scenes/0/assets/1/duration"
    assert said in detail
    assert "between 1 and 60 seconds" in detail


def test_a_picture_with_a_duration() -> None:
    data = _drama()
    data["characters"][0]["assets"][0]["duration"] = 3
    assert _fault_of(data) == ("/characters/0/assets/0/duration", "a picture has no duration")


def test_someone_unknown_speaks() -> None:
    data = _drama()
    data["episodes"][0]["scenes"][0]["dialogue"][0]["character_id"] = "nobody"
    assert _fault_of(data) == ("/episodes/0/scenes/0/dialogue/0/character_id", "there is no character 'nobody'")


def test_too_many_episodes() -> None:
    data = _drama()
    data["episodes"] = [{"id": f"x{n}"} for n in range(MAX_EPISODES + 1)]
    assert _fault_of(data) == ("/episodes", "101 episodes; at most 100 are allowed")


def test_too_many_nodes() -> None:
    data = _drama()
    data["assets"] = [{"id": f"x{n}", "kind": "image"} for n in range(5001)]
    assert "at most 5000" in _fault_of(data)[1]


def test_an_unknown_field_is_named() -> None:
    data = _drama()
    data["episodes"][0]["scenes"][1]["camera"] = "red"
    assert _fault_of(data)[0] == "/episodes/0/scenes/1/camera"


def test_a_nul_character_is_refused() -> None:
    data = _drama()
    data["title"] = "a\0b"
    assert "NUL" in _fault_of(data)[1]


def test_every_fault_is_reported() -> None:
    data = _drama()
    data["episodes"][0]["scenes"][0]["dialogue"][0]["character_id"] = "nobody"
    data["characters"][0]["assets"][0]["duration"] = 3
    with pytest.raises(InvalidInput) as caught:
        parse_drama(data)
    assert len(caught.value.faults) == 2
    assert "(and 1 more)" in str(caught.value)
