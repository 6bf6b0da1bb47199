"""Writing in stages: a premise becomes a drama through documents that a language model answers with. Pure.

Nothing here asks anybody: it says what to ask, reads what was answered, and puts the drama together.
"""

from sfd.generation.writing.answers import BadAnswer
from sfd.generation.writing.critique import CRITIQUE, critique_request, read_critique
from sfd.generation.writing.request import Answer, StageRequest, repair_of
from sfd.generation.writing.sizes import tokens_of
from sfd.generation.writing.softening import read_softened, soften_request, soften_tokens
from sfd.generation.writing.stages import Stage, drama_of, read_answer, request_of, stages_of
from sfd.generation.writing.templates import PROMPTS_VERSION

__all__ = [
    "CRITIQUE",
    "PROMPTS_VERSION",
    "Answer",
    "BadAnswer",
    "Stage",
    "StageRequest",
    "critique_request",
    "drama_of",
    "read_answer",
    "read_critique",
    "read_softened",
    "repair_of",
    "request_of",
    "soften_request",
    "soften_tokens",
    "stages_of",
    "tokens_of",
]
