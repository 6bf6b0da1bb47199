"""Reading what `generateContent` answers: what came, what it cost, and the refusals that arrive as HTTP 200."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from google.genai import types

from sfd.domain.errors import MediaError, ProviderError, ProviderErrorKind
from sfd.providers.base import Reference
from sfd.providers.catalogue import ModelCard
from sfd.providers.gemini_errors import Account

TOKENS_OF_A_PICTURE = 1100
CHARACTERS_OF_A_TOKEN = 3  # a cautious mean: about four in English, less than two in Chinese

_REFUSED = frozenset(
    {
        "SAFETY",
        "RECITATION",
        "BLOCKLIST",
        "PROHIBITED_CONTENT",
        "SPII",
        "IMAGE_SAFETY",
        "IMAGE_PROHIBITED_CONTENT",
        "IMAGE_RECITATION",
        "ESCALATION",
        "MODEL_ARMOR",
    }
)


def tokens_of(text: str, references: Sequence[Reference] = ()) -> int:
    """About how many tokens a request is read as."""
    return len(text) // CHARACTERS_OF_A_TOKEN + 1 + TOKENS_OF_A_PICTURE * len(references)


def usd_of(answer: types.GenerateContentResponse, card: ModelCard) -> Decimal | None:
    """What the answer's token counts cost; None when it does not say. Thoughts are paid for like the answer."""
    usage = answer.usage_metadata
    if usage is None or card.usd_per_million is None:
        return None
    written = (usage.candidates_token_count or 0) + (usage.thoughts_token_count or 0)
    return card.usd_per_million.of(usage.prompt_token_count or 0, written)


def facts_of(answer: types.GenerateContentResponse) -> dict[str, str]:
    """What helps to ask the vendor about an answer."""
    known = {"model_version": answer.model_version, "response_id": answer.response_id}
    return {name: value for name, value in known.items() if value}


def parts_of(answer: types.GenerateContentResponse) -> list[types.Part]:
    """The parts of the first candidate, without its thoughts."""
    first = next(iter(answer.candidates or []), None)
    parts = (first.content.parts if first and first.content else None) or []
    return [one for one in parts if not one.thought]


def text_of(answer: types.GenerateContentResponse) -> str:
    """The text of the first candidate."""
    return "".join(one.text or "" for one in parts_of(answer))


def blobs_of(answer: types.GenerateContentResponse, kind: str) -> list[types.Blob]:
    """What the first candidate holds of a kind ("image", "audio"), in order."""
    blobs = (one.inline_data for one in parts_of(answer))
    return [one for one in blobs if one and one.data and (one.mime_type or "").lower().startswith(f"{kind}/")]


def finish_of(answer: types.GenerateContentResponse) -> str:
    """Why the model stopped, as the vendor spells it; empty when it does not say."""
    first = next(iter(answer.candidates or []), None)
    return first.finish_reason.value if first and first.finish_reason else ""


def check_not_refused(answer: types.GenerateContentResponse, account: Account) -> None:
    """See that the answer is not a refusal.

    Raises:
        ProviderError: the prompt was blocked, or what was made is withheld.
    """
    feedback = answer.prompt_feedback
    if feedback and feedback.block_reason:
        reason = feedback.block_reason.value
        said = _said(account, feedback.block_reason_message)
        detail = f"Gemini refused the prompt or a picture sent with it ({reason}). Change it, then run again.{said}"
        raise ProviderError(ProviderErrorKind.REJECTED_PROMPT, detail, refused="prompt", vendor_code=reason)
    reason = finish_of(answer)
    if reason in _REFUSED:
        detail = f"Gemini withheld what it made ({reason}{_categories(answer)}). Change the prompt, then run again."
        raise ProviderError(ProviderErrorKind.REJECTED_OUTPUT, detail, refused="output", vendor_code=reason)
    if reason == "PUP_LIMITED_DISABLED":
        raise ProviderError(ProviderErrorKind.AUTH, "Google limited the account for its use.", vendor_code=reason)


def _categories(answer: types.GenerateContentResponse) -> str:
    """What the answer was withheld for, where it is told."""
    ratings = next(iter(answer.candidates or [types.Candidate()])).safety_ratings or []
    blocked = [one.category.value for one in ratings if one.blocked and one.category]
    return "".join(f", {one.removeprefix('HARM_CATEGORY_').lower().replace('_', ' ')}" for one in blocked)


def nothing_made(answer: types.GenerateContentResponse, wanted: str, account: Account) -> ProviderError:
    """The error for an answer that is no refusal, and holds no `wanted` ("picture")."""
    reason = finish_of(answer)
    why = f" ({reason})" if reason not in ("", "STOP") else ""
    detail = f"Gemini made no {wanted}{why}. Say in the prompt more plainly what to make, then run again."
    detail = f"{detail}{_said(account, text_of(answer))}"
    return ProviderError(ProviderErrorKind.NO_OUTPUT, detail, vendor_code=reason)


def _said(account: Account, words: str | None) -> str:
    return f" It said: {account.clean(words)}" if words and words.strip() else ""


def picture_parts(references: Iterable[Reference]) -> list[types.Part]:
    """Reference pictures as parts of a request, in order. Reads files.

    Raises:
        MediaError: a picture cannot be read.
    """
    return [types.Part.from_bytes(data=bytes_of(one), mime_type=one.media_type) for one in references]


def bytes_of(reference: Reference) -> bytes:
    """A reference picture. Reads its file.

    Raises:
        MediaError: it cannot be read.
    """
    try:
        return reference.path.read_bytes()
    except OSError as error:
        raise MediaError(f"The reference picture of {reference.node_id} cannot be read.") from error
