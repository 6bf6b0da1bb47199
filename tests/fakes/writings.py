"""Dramas written in stages by a fake model, from start to end."""

from fakes.writer_answers import answer_for
from sfd.domain.models import Drama
from sfd.generation.requests import WriteSpec
from sfd.generation.writing import Answer, StageRequest, drama_of, read_answer, request_of, stages_of

DEFAULT_SECONDS = 8.0


def written(spec: WriteSpec, drama_id: str = "drama_new") -> tuple[Drama, dict[str, Answer]]:
    """The drama, and the answer of every stage in which something was asked."""
    answers = answers_to(spec)
    return drama_of(spec, drama_id, answers, DEFAULT_SECONDS), answers


def answers_to(spec: WriteSpec) -> dict[str, Answer]:
    """The answers of all stages."""
    answers: dict[str, Answer] = {}
    for stage in stages_of(spec):
        request = request_of(spec, stage.id, answers)
        if request is not None:
            answers[stage.id] = read_answer(spec, stage.id, answers, answered(request))
    return answers


def answered(request: StageRequest) -> str:
    """What the fake model says to a request."""
    return answer_for(request.schema_name, request.schema, request.prompt)
