"""Which sequence plays when: setup, escalation, a turn in the middle, the dark moment, climax, end."""

from collections.abc import Sequence as Items
from random import Random

from sfd.outline.stories import Beat, Sequence

BEATS = 6
_BLOCK = 8
_ORDER_OF_NEED = (0, 5, 3, 4, 1, 2)


def arc(sheet: Items[Sequence], engine: str, period: bool, episodes: int, rng: Random) -> list[Sequence]:
    """The sequences of a drama of that many episodes, in order."""
    opening, finale = (_of(sheet, engine, phase) for phase in ("opening", "finale"))
    if episodes == 1:
        beats = (*opening.beats[:3], *finale.beats[3:])
        return [Sequence(engine, "single", opening.title, opening.summary, beats)]
    pools = {phase: _pool(sheet, phase, period, rng) for phase in ("rise", "turn", "fall", "climax")}
    middle: list[Sequence] = []
    for phase in _phases(episodes - 2):
        pool = pools[phase]
        pool.append(pool.pop(0))
        middle.append(pool[-1])
    return [opening, *middle, finale]


def chosen_beats(sequence: Sequence, wanted: int) -> tuple[Beat, ...]:
    """The beats to keep when an episode has fewer scenes than a sequence: hook and end first."""
    keep = sorted(_ORDER_OF_NEED[:wanted]) if wanted > 1 else [len(sequence.beats) - 1]
    return tuple(sequence.beats[index] for index in keep)


def _of(sheet: Items[Sequence], engine: str, phase: str) -> Sequence:
    return next(sequence for sequence in sheet if (sequence.engine, sequence.phase) == (engine, phase))


def _pool(sheet: Items[Sequence], phase: str, period: bool, rng: Random) -> list[Sequence]:
    allowed = {"any"} if period else {"any", "modern"}
    pool = [sequence for sequence in sheet if sequence.phase == phase and sequence.engine in allowed]
    rng.shuffle(pool)
    return pool


def _phases(count: int) -> list[str]:
    phases: list[str] = []
    while count:
        size = min(count, _BLOCK)
        phases += _block(size)
        count -= size
    return phases


def _block(size: int) -> list[str]:
    short = {1: ["turn"], 2: ["turn", "fall"], 3: ["rise", "turn", "climax"]}
    if size in short:
        return short[size]
    rises = size - 3
    first = (rises + 1) // 2
    return ["rise"] * first + ["turn"] + ["rise"] * (rises - first) + ["fall", "climax"]
