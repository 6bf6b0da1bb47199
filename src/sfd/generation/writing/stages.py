"""Pure: the stages that a drama is written in. They are known when the work is accepted, before anything is asked.

A new drama: `bible` → `outline` → `episode-1` … `episode-N` beside each other → `drama`. An improvement: `changes` →
`episode-1` … `episode-N`, of which only those are asked that the changes touch → `drama`. A critique: `critique`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from sfd.domain.models import Drama
from sfd.domain.validation import check_drama
from sfd.generation.requests import WriteSpec
from sfd.generation.writing import changing, fresh
from sfd.generation.writing.critique import CRITIQUE, critique_request, read_critique
from sfd.generation.writing.improved import improved
from sfd.generation.writing.request import Answer, StageRequest
from sfd.generation.writing.source import source_of

DRAMA = "drama"
_EPISODE = re.compile(r"episode-([1-9]\d{0,2})")


@dataclass(frozen=True)
class Stage:
    """One step of the writing. `asks`: a writer is asked; else it is put together here."""

    id: str
    depends_on: tuple[str, ...]
    asks: bool


def stages_of(spec: WriteSpec) -> tuple[Stage, ...]:
    """All stages, each after those that it needs.

    Raises:
        InvalidInput: fewer than one episode or more than MAX_EPISODES are asked for.
    """
    if judged(spec) is not None:
        return (Stage(CRITIQUE, (), asks=True),)
    episodes = tuple(f"episode-{number}" for number in range(1, _count(spec) + 1))
    if spec.original is not None:
        first, before = (Stage(changing.CHANGES, (), asks=True),), (changing.CHANGES,)
    else:
        bible, outline = Stage(fresh.BIBLE, (), asks=True), Stage(fresh.OUTLINE, (fresh.BIBLE,), asks=True)
        first, before = (bible, outline), (fresh.BIBLE, fresh.OUTLINE)
    written = tuple(Stage(one, before, asks=True) for one in episodes)
    return (*first, *written, Stage(DRAMA, (*before, *episodes), asks=False))


def judged(spec: WriteSpec) -> Drama | None:
    """The drama that is judged; None when one is written."""
    return spec.original if spec.critique else None


def request_of(spec: WriteSpec, stage_id: str, answers: Mapping[str, Answer]) -> StageRequest | None:
    """What is asked in a stage, given the answers to those before it; None when nothing needs to be asked.

    Raises:
        ValueError: there is no such stage.
    """
    number = _number(spec, stage_id)
    if stage_id == DRAMA:
        return None
    if (drama := judged(spec)) is not None:
        return critique_request(drama)
    if spec.original is not None:
        if number is None:
            return changing.changes_request(spec, spec.original)
        return changing.rewriting_request(spec.original, answers[changing.CHANGES], number)
    if number is not None:
        return fresh.episode_request(spec, answers, number)
    return fresh.bible_request(spec) if stage_id == fresh.BIBLE else fresh.outline_request(spec, answers)


def read_answer(spec: WriteSpec, stage_id: str, answers: Mapping[str, Answer], text: str) -> Answer:
    """The whole, valid document in an answer, ready to be stored as JSON. Reading one again gives the same.

    Raises:
        BadAnswer: with sentences that its writer can act on.
        ValueError: nothing is asked in that stage.
    """
    number = _number(spec, stage_id)
    if stage_id == DRAMA:
        raise ValueError("nobody is asked for the drama itself")
    if (drama := judged(spec)) is not None:
        return read_critique(drama, text)
    if spec.original is not None:
        if number is None:
            return changing.read_changes(spec, spec.original, text)
        return changing.read_rewriting(spec.original, answers[changing.CHANGES], number, text)
    if number is not None:
        return fresh.read_episode(answers, text)
    return fresh.read_bible(spec, text) if stage_id == fresh.BIBLE else fresh.read_outline(spec, answers, text)


def drama_of(spec: WriteSpec, drama_id: str, answers: Mapping[str, Answer], default_seconds: float) -> Drama:
    """The drama that the answers make, with its planned assets, valid as a whole.

    `default_seconds` is how long a clip lasts that nothing is said of.

    Raises:
        ValueError: an answer is missing.
        InvalidInput: an improvement would make a drama larger than they may be.
    """
    missing = [
        stage.id
        for stage in stages_of(spec)
        if stage.asks and stage.id not in answers and _is_asked(spec, stage.id, answers)
    ]
    if missing:
        raise ValueError(f"not everything is written yet: {', '.join(missing)}")
    if spec.original is not None:
        drama = improved(spec, spec.original, drama_id, answers)
    else:
        drama = fresh.assembled(spec, drama_id, answers, default_seconds)
    check_drama(drama)
    return drama


def _is_asked(spec: WriteSpec, stage_id: str, answers: Mapping[str, Answer]) -> bool:
    number = _number(spec, stage_id)
    if spec.original is None or number is None or changing.CHANGES not in answers:
        return True
    change = changing.touched(answers[changing.CHANGES], number)
    return change is not None and change["action"] != "remove"


def _count(spec: WriteSpec) -> int:
    if spec.original is not None:
        return changing.episodes_of(spec, spec.original)
    return source_of(spec).episodes


def _number(spec: WriteSpec, stage_id: str) -> int | None:
    """The number of the episode that a stage writes; None for the other stages.

    Raises:
        ValueError: there is no such stage.
    """
    match = None if spec.critique else _EPISODE.fullmatch(stage_id)
    if match and int(match.group(1)) <= _count(spec):
        return int(match.group(1))
    if judged(spec) is not None:
        others: tuple[str, ...] = (CRITIQUE,)
    else:
        others = (changing.CHANGES, DRAMA) if spec.original is not None else (fresh.BIBLE, fresh.OUTLINE, DRAMA)
    if stage_id not in others:
        raise ValueError(f"there is no stage {stage_id!r}")
    return None
