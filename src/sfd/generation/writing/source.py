"""Pure: what is written from. How many episodes, which passage of a long prose is whose, and in what language."""

import functools
from dataclasses import dataclass

from sfd.domain.models import MAX_EPISODES
from sfd.generation.requests import WriteSpec
from sfd.generation.writing.chapters import chapters_of, episodes_listed, is_long_prose, passages
from sfd.outline import episodes_wanted
from sfd.outline.directions import check_episodes

DEFAULT_EPISODES = 3
_EDGE = 300


@dataclass(frozen=True)
class Source:
    """`passages` has one text for each episode when the premise is a long prose, else it is empty."""

    episodes: int
    passages: tuple[str, ...] = ()


def source_of(spec: WriteSpec) -> Source:
    """What a premise is for the writing, read without a model.

    The number of episodes is what is asked for, else what the premise says or lists, else the number of chapters of
    a long prose (at most MAX_EPISODES), else DEFAULT_EPISODES.

    Raises:
        InvalidInput: fewer than one episode or more than MAX_EPISODES are asked for.
    """
    return _source(spec.premise, spec.episodes)


def language_wish(language: str, fallback: str) -> str:
    """The language to write in, as the prompts say it."""
    return f"the language with the BCP 47 tag “{language}”" if language else fallback


@functools.lru_cache(maxsize=8)
def _source(premise: str, episodes: int | None) -> Source:
    """Kept for a while, because every stage of a writing asks again."""
    prose = is_long_prose(premise)
    count = _episodes(premise, episodes, prose)
    return Source(count, tuple(passages(premise, count)) if prose else ())


def _episodes(premise: str, episodes: int | None, prose: bool) -> int:
    if episodes is not None:
        return check_episodes(episodes, "/episodes")
    if said := episodes_wanted(_edges(premise) if prose else premise):
        return said
    listed = episodes_listed(premise) or (chapters_of(premise) if prose else [])
    return min(len(listed), MAX_EPISODES) or DEFAULT_EPISODES


def _edges(premise: str) -> str:
    """How a long prose begins and ends: where it may ask for something. Between, it tells of what it likes."""
    lines = [line for line in premise.splitlines() if line.strip()]
    return f"{lines[0][:_EDGE]}\n{lines[-1][-_EDGE:]}"
