"""Pure: how many tokens a stage takes, told before anything is asked.

A token is about four characters of an alphabetic script, or one of Chinese, Japanese and Korean; vendors differ by a
third either way. Measures of documents are those of answers that fill the schemas sensibly.
"""

import json
import re

from sfd.domain.estimates import Estimate, exactly
from sfd.generation.requests import WriteSpec
from sfd.generation.writing import changing, documents, fresh
from sfd.generation.writing.critique import critique_request
from sfd.generation.writing.request import StageRequest
from sfd.generation.writing.shapes import Record
from sfd.generation.writing.source import Source, source_of
from sfd.generation.writing.stages import DRAMA, judged, stages_of
from sfd.generation.writing.templates import orders_of

NONE = exactly(0.0)
BIBLE = Estimate(900.0, 2_000.0, 5_000.0)
OUTLINE_ENTRY = Estimate(200.0, 380.0, 800.0)
SHORT_ENTRY = Estimate(30.0, 60.0, 150.0)
EPISODE = Estimate(1_800.0, 3_800.0, 8_000.0)
CHANGES = Estimate(300.0, 1_200.0, 6_000.0)
NOTES = Estimate(80.0, 200.0, 500.0)
PICTURE = Estimate(260.0, 1_100.0, 1_700.0)
THOUGHT = Estimate(1.0, 1.4, 3.0)
ASKED_AGAIN = 0.35
_WIDE = re.compile(r"[぀-ヿ㐀-鿿가-힯豈-﫿]")


def tokens_of(spec: WriteSpec, stage_id: str) -> tuple[Estimate[float], Estimate[float]]:
    """Tokens read and tokens written in a stage when it is asked once, thinking included; no repairs.

    An episode of an improvement may not be asked at all: its estimate begins at nothing.

    Raises:
        ValueError: there is no such stage.
    """
    if stage_id not in {one.id for one in stages_of(spec)}:
        raise ValueError(f"there is no stage {stage_id!r}")
    if stage_id == DRAMA:
        return NONE, NONE
    if (drama := judged(spec)) is not None:
        return _request(critique_request(drama)), _written(NOTES.times(len(drama.episodes) + 2.0))
    if spec.original is not None:
        return _of_an_improvement(spec, stage_id)
    return _of_a_new_drama(spec, source_of(spec), stage_id)


def tokens_in(text: str) -> Estimate[float]:
    """About how many tokens a text has."""
    wide = len(_WIDE.findall(text))
    plain = len(text) - wide
    return Estimate(plain / 5 + wide * 0.6, plain / 4 + wide * 0.9, plain / 3 + wide * 1.4)


def _of_a_new_drama(spec: WriteSpec, source: Source, stage_id: str) -> tuple[Estimate[float], Estimate[float]]:
    if stage_id == fresh.BIBLE:
        return _request(fresh.bible_request(spec)), _written(BIBLE)
    if stage_id == fresh.OUTLINE:
        fixed = _fixed("outline", documents.outline_shape(source.episodes))
        read = fixed + tokens_in(spec.premise) + BIBLE
        return read, _written(OUTLINE_ENTRY.times(float(source.episodes)))
    text = source.passages[int(stage_id.removeprefix("episode-")) - 1] if source.passages else spec.premise
    outline = SHORT_ENTRY.times(float(source.episodes)) + OUTLINE_ENTRY.times(1.5)
    read = _fixed("episode", documents.episode_shape((), ())) + BIBLE + outline + tokens_in(text)
    return read, _written(EPISODE)


def _of_an_improvement(spec: WriteSpec, stage_id: str) -> tuple[Estimate[float], Estimate[float]]:
    original = spec.original
    if original is None:
        raise ValueError("an improvement has an original")
    if stage_id == changing.CHANGES:
        return _request(changing.changes_request(spec, original)), _written(CHANGES)
    number = int(stage_id.removeprefix("episode-"))
    fixed = _fixed("rewrite", documents.rewritten_shape((), 0))
    read = fixed + BIBLE + SHORT_ENTRY.times(float(len(original.episodes))) + EPISODE
    written = _written(EPISODE)
    return (read, written) if number > len(original.episodes) else (_perhaps(read), _perhaps(written))


def _perhaps(amount: Estimate[float]) -> Estimate[float]:
    return Estimate(0.0, amount.likely * ASKED_AGAIN, amount.high)


def _written(document: Estimate[float]) -> Estimate[float]:
    return Estimate(document.low * THOUGHT.low, document.likely * THOUGHT.likely, document.high * THOUGHT.high)


def _request(request: StageRequest) -> Estimate[float]:
    words = tokens_in(request.instructions + request.prompt + json.dumps(request.schema, ensure_ascii=False))
    return words + PICTURE.times(float(len(request.references)))


def _fixed(template: str, shape: Record) -> Estimate[float]:
    """The orders and the schema of a stage without its data."""
    return tokens_in(orders_of(template) + json.dumps(shape.schema(), ensure_ascii=False))
