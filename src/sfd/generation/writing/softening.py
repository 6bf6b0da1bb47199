"""Pure: a prompt that was refused, written anew so that it may be accepted."""

from sfd.generation.writing.answers import read_document
from sfd.generation.writing.documents import softened_shape
from sfd.generation.writing.request import StageRequest, stage_request
from sfd.generation.writing.templates import fenced

TOKENS_BESIDE_PROMPT = 800.0
CHARACTERS_A_TOKEN = 3.0


def soften_request(prompt: str, reason: str) -> StageRequest:
    """Asks for a milder prompt. `reason` is what the provider said of it."""
    return stage_request(
        "soften", softened_shape(), {"prompt": fenced("PROMPT", prompt), "reason": fenced("REASON", reason)}
    )


def read_softened(text: str) -> str:
    """The new prompt.

    Raises:
        BadAnswer: there is none.
    """
    return str(read_document(softened_shape(), text)["prompt"]).strip()


def soften_tokens(prompt: str) -> tuple[float, float]:
    """Tokens that are likely read and written, thinking included."""
    length = len(prompt) / CHARACTERS_A_TOKEN
    return TOKENS_BESIDE_PROMPT + length, TOKENS_BESIDE_PROMPT + length
