"""Whatever a model answers: a whole valid document, or sentences that say what is wrong. Never a crash or a half."""

import copy
import json
import math
from collections.abc import Callable, Iterator
from typing import Any, cast

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from fakes.dramas import two_episode_drama
from fakes.writings import DEFAULT_SECONDS, answered, answers_to
from sfd.domain.validation import check_drama
from sfd.generation.dag import build_dag
from sfd.generation.requests import WriteReference, WriteSpec
from sfd.generation.writing import Answer, BadAnswer, drama_of, read_answer, read_critique, request_of, stages_of

NEW = WriteSpec(
    premise="A nurse lies. Two episodes.",
    references=(WriteReference(library_asset_id="asset_1"), WriteReference(library_asset_id="asset_2")),
)
IMPROVED = WriteSpec(original=two_episode_drama(), feedback="Make it darker.")
ANSWERS: dict[str, dict[str, Answer]] = {"new": answers_to(NEW), "improved": answers_to(IMPROVED)}
SPECS = {"new": NEW, "improved": IMPROVED}
STAGES = [(kind, stage.id) for kind, spec in SPECS.items() for stage in stages_of(spec) if stage.id in ANSWERS[kind]]
JUNK: list[Any] = [
    None, True, 0, 5, 1e308, 10**300, "", "\0", "new-1", "ada", "mara-voss", "zh-Hans", "\ud800", "x" * 5_000,
    "林" * 400, [], {}, [None], ["e1s1", "e1s1"],
]  # fmt: skip


def texts_of(kind: str, stage_id: str) -> str:
    request = request_of(SPECS[kind], stage_id, ANSWERS[kind])
    assert request is not None
    return answered(request)


def read(kind: str, stage_id: str, text: str) -> Answer | None:
    """What is read; None when it is sent back, which must be in words."""
    try:
        return read_answer(SPECS[kind], stage_id, ANSWERS[kind], text)
    except BadAnswer as error:
        problems, told = error.problems, str(error)
    assert problems
    assert all(one.strip() and len(one) < 2_000 for one in problems)
    assert len(problems) <= 31
    told.encode("utf-8")
    return None


def check_whole(kind: str, stage_id: str, text: str) -> None:
    """An answer that is read makes, with good ones in all other stages, a valid drama or asks for another answer."""
    answer = read(kind, stage_id, text)
    if answer is None:
        return
    json.dumps(answer, allow_nan=False).encode("utf-8")
    assert read_answer(SPECS[kind], stage_id, ANSWERS[kind], json.dumps(answer)) == answer
    answers: dict[str, Answer] = {}
    for stage in stages_of(SPECS[kind]):
        request = request_of(SPECS[kind], stage.id, answers)
        if stage.id == stage_id and request is not None:
            answers[stage_id] = answer
        elif request is not None:
            request.prompt.encode("utf-8")
            answers[stage.id] = read_answer(SPECS[kind], stage.id, answers, answered(request))
    drama = drama_of(SPECS[kind], "drama_x", answers, DEFAULT_SECONDS)
    check_drama(drama)
    build_dag(drama)
    drama.model_dump_json()


def places(document: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    inner: list[tuple[Any, Any]] = []
    if isinstance(document, dict):
        inner = list(cast("dict[str, Any]", document).items())
    elif isinstance(document, list):
        inner = list(enumerate(cast("list[Any]", document)))
    for key, value in inner:
        yield from places(value, (*path, key))


def first_places(document: Any) -> Iterator[tuple[Any, ...]]:
    """All places but those in later items of a list, which are like the first."""
    return (path for path in places(document) if not any(isinstance(key, int) and key for key in path))


def mutate(document: Any, path: tuple[Any, ...], change: Callable[[Any, Any], None]) -> Any:
    if not path:
        holder = [document]
        change(holder, 0)
        return holder[0] if holder else None
    inner = document
    for key in path[:-1]:
        inner = inner[key]
    change(inner, path[-1])
    return document


def removed(holder: Any, key: Any) -> None:
    del holder[key]


def doubled(holder: Any, key: Any) -> None:
    if isinstance(holder, list):
        holder[key:key] = [json.loads(json.dumps(holder[key]))]
    else:
        holder[f"{key}_again"] = holder[key]


def many(holder: Any, key: Any) -> None:
    if isinstance(holder[key], list):
        holder[key] = holder[key] * 120
    elif isinstance(holder[key], str):
        holder[key] = holder[key] * 200


def put(value: Any) -> Callable[[Any, Any], None]:
    def change(holder: Any, key: Any) -> None:
        holder[key] = copy.deepcopy(value)

    return change


CHANGES = st.one_of(
    st.sampled_from([removed, doubled, many]),
    st.sampled_from(JUNK).map(put),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
        max_leaves=5,
    ).map(put),
)


@settings(max_examples=400)
@given(st.sampled_from(STAGES), st.data())
def test_no_mutation_of_an_answer_makes_half_a_drama(stage: tuple[str, str], data: st.DataObject) -> None:
    document = json.loads(texts_of(*stage))
    for _ in range(data.draw(st.integers(1, 3))):
        path = data.draw(st.sampled_from(list(places(document))))
        document = mutate(document, path, data.draw(CHANGES))
    check_whole(*stage, json.dumps(document))


@settings(max_examples=200)
@given(st.sampled_from(STAGES), st.data())
def test_cut_off_and_garbled_answers(stage: tuple[str, str], data: st.DataObject) -> None:
    text = texts_of(*stage)
    cut = data.draw(st.integers(0, len(text) - 1))
    assert read(*stage, text[:cut]) is None
    other = data.draw(st.integers(cut, len(text)))
    check_whole(*stage, text[:cut] + data.draw(st.text(max_size=10)) + text[other:])


@given(st.sampled_from(STAGES), st.text(max_size=300))
@example(("new", "bible"), "I'm sorry, I can't help with that.")
@example(("new", "bible"), "{" * 100_000)
@example(("new", "bible"), "[" * 100_000)
@example(("new", "bible"), '{"title":' * 50_000)
@example(("new", "bible"), '{"title": ' + "9" * 10_000 + "}")
@example(("new", "bible"), '{"title": NaN}')
@example(("new", "bible"), '{"title": -Infinity}')
@example(("new", "bible"), "null")
@example(("new", "bible"), '"{}"')
def test_anything_else_is_sent_back(stage: tuple[str, str], text: str) -> None:
    assert read(*stage, text) is None


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("value", JUNK)
def test_junk_in_every_place(stage: tuple[str, str], value: Any) -> None:
    text = texts_of(*stage)
    for path in first_places(json.loads(text)):
        check_whole(*stage, json.dumps(mutate(json.loads(text), path, put(value))))


@pytest.mark.parametrize("stage", STAGES)
def test_every_property_is_needed(stage: tuple[str, str]) -> None:
    text = texts_of(*stage)
    for path in places(json.loads(text)):
        if path and isinstance(path[-1], str):
            answer = read(*stage, json.dumps(mutate(json.loads(text), path, removed)))
            assert answer is None, path


def test_a_huge_answer_is_not_even_read() -> None:
    with pytest.raises(BadAnswer, match="at most 1000000"):
        read_answer(NEW, "bible", {}, " " * 100_000_000)


def test_a_property_that_stands_twice_is_told() -> None:
    text = texts_of("new", "bible")
    with pytest.raises(BadAnswer, match="'title' stands twice"):
        read_answer(NEW, "bible", {}, '{"title": "Another", ' + text[1:])


def test_numbers_that_are_none() -> None:
    text = texts_of("new", "episode-1")
    assert '"seconds": 7.0' in text
    for number in ("NaN", "Infinity", "1e999", "-0", "true", '"7"', "9" * 400, "null"):
        assert read("new", "episode-1", text.replace('"seconds": 7.0', f'"seconds": {number}')) is None
    half = read("new", "episode-1", text.replace('"seconds": 7.0', '"seconds": 7.3'))
    assert half is not None
    assert math.isclose(half["scenes"][0]["seconds"], 7.5)


@pytest.mark.parametrize("text", ["", "{}", '{"score": 5}', "no", '{"score": NaN, "notes": "", "episodes": []}'])
def test_a_broken_critique_is_sent_back(text: str) -> None:
    with pytest.raises(BadAnswer):
        read_critique(two_episode_drama(), text)
