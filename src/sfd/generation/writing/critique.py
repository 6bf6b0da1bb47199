"""Pure: what a drama is worth, asked before it is filmed."""

from typing import Any, cast

from sfd.domain.models import Drama
from sfd.generation.writing import documents
from sfd.generation.writing.answers import read_document, refuse
from sfd.generation.writing.digest import digest
from sfd.generation.writing.request import Answer, StageRequest, counted, stage_request
from sfd.generation.writing.source import language_wish
from sfd.generation.writing.templates import fenced_json

CRITIQUE = "critique"


def critique_request(drama: Drama) -> StageRequest:
    """Asks for a score from 1 to 10 and notes, for the drama and for each of its episodes."""
    values = {
        "drama": fenced_json("DRAMA", digest(drama)),
        "episodes": counted(len(drama.episodes)),
        "language": language_wish(drama.language, "the language that the drama is written in"),
    }
    return stage_request(CRITIQUE, documents.critique_shape(len(drama.episodes)), values)


def read_critique(drama: Drama, text: str) -> Answer:
    """`{score, notes, episodes: [{episode_id, number, score, notes}]}`, every episode once and in order.

    Raises:
        BadAnswer: what is missing, wrong or there twice.
    """
    critique = read_document(documents.critique_shape(len(drama.episodes)), text)
    episodes = cast("list[dict[str, Any]]", critique["episodes"])
    numbers = [one["number"] for one in episodes]
    refuse(
        [
            f"episodes[{position}].number is {number}, which stands there twice; judge every episode once."
            for position, number in enumerate(numbers)
            if number in numbers[:position]
        ]
    )
    judged = sorted(episodes, key=lambda one: one["number"])
    with_ids = [{"episode_id": own.id, **one} for own, one in zip(drama.episodes, judged, strict=True)]
    return {**critique, "episodes": with_ids}
