"""The writer `openai`: one stage of the writing at a time, by `POST /v1/responses` with a strict schema.

Works with every server that speaks the Responses API; `OPENAI_BASE_URL` names another than OpenAI's.
"""

import asyncio
import base64
import json
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

from openai.types.responses import ResponseInputImageParam, ResponseInputParam, ResponseTextConfigParam
from openai.types.responses.response_input_message_content_list_param import ResponseInputContentParam
from pydantic import BaseModel, ValidationError

from sfd.config import Settings
from sfd.domain.errors import ProviderError, ProviderErrorKind
from sfd.domain.estimates import Estimate
from sfd.providers.base import Capabilities, LostReply, Made, Modality, Reference, Request, TextRequest
from sfd.providers.catalogue import ModelCard, card_of
from sfd.providers.openai_client import OpenAiServer, read_all
from sfd.providers.openai_errors import Refusal, Vendor, ended_badly

NAME = "openai"
MAX_ANSWER = 16_000_000
CHARACTERS_PER_TOKEN = Decimal("3.5")
TOKENS_PER_PICTURE = 1_200
LIKELY_SHARE = Decimal("0.3")  # of the tokens that an answer may have
PRICE_SPREAD = (Decimal("0.2"), Decimal("3.4"))
SECONDS = Estimate(5.0, 40.0, 240.0)
LAST_SECONDS = 5.0


class _Part(BaseModel):
    type: str = ""
    text: str | None = None
    refusal: str | None = None


class _Item(BaseModel):
    type: str = ""
    content: list[_Part] | None = None


class _Reason(BaseModel):
    reason: str | None = None


class _Failure(BaseModel):
    code: str | None = None
    message: str | None = None


class _Usage(BaseModel):
    input_tokens: int = 0
    output_tokens: int = 0


class Answer(BaseModel):
    """A Response, as far as it matters here. Source: the Responses API of the SDK 3.54."""

    id: str | None = None
    status: str | None = None
    model: str | None = None
    output: list[_Item] = []
    incomplete_details: _Reason | None = None
    error: _Failure | None = None
    usage: _Usage | None = None

    def parts(self) -> list[_Part]:
        """What the model said, without what it thought."""
        return [part for item in self.output if item.type == "message" for part in item.content or []]


class OpenAiWriter:
    """Answers `TextRequest`s. Direct: a lost answer waits for a person."""

    name = NAME

    def __init__(self, cards: Sequence[ModelCard], server: OpenAiServer) -> None:
        self._cards = tuple(cards)
        self._server = server
        self.capabilities = Capabilities(
            modality=Modality.WRITER,
            models=tuple(card.name for card in cards),
            lost_reply=LostReply.REVIEW,
            settles_after=2 * (server.timeout + LAST_SECONDS),
            max_references=16,
            concurrency=8,
            improves=True,
            staged=True,
            seconds=SECONDS,
            price_spread=PRICE_SPREAD,
        )

    def price(self, request: Request) -> Decimal:
        """US dollars for the tokens of the request, and for the share of an answer's tokens that is usual.

        Raises:
            ProviderError: the request is not for a text.
            InvalidInput: the model has no known price.
        """
        asked = _text_request(request)
        written = int(asked.max_output_tokens * LIKELY_SHARE)
        return self.price_of(input_tokens(asked), written, asked.model)

    def price_of(self, read: float, written: float, model: str) -> Decimal:
        """US dollars for an answer of `written` tokens to a request of `read` tokens.

        Raises:
            InvalidInput: the model has no known price.
        """
        prices = card_of(self._cards, model).usd_per_million
        return prices.of(round(read), round(written)) if prices else Decimal(0)

    async def make(self, request: Request, into: Path) -> Made:
        """Write the JSON document that the model answers into `into`.

        Raises:
            ProviderError: the request failed, was refused, or gave no whole document.
            InvalidInput: the model is not known.
        """
        asked = _text_request(request)
        card = card_of(self._cards, asked.model)
        call = self._server.client.responses.with_streaming_response.create(
            model=card.name,
            instructions=asked.instructions,
            input=await asyncio.to_thread(_input, asked),
            text=_format(asked),
            max_output_tokens=asked.max_output_tokens,
            store=False,
        )
        async with self._server.answer(call, MAX_ANSWER, asked.references) as pieces:
            body = await read_all(pieces)
        answer = _parsed(body)
        text = text_of(answer, self._server.vendor, asked.references)
        await asyncio.to_thread(into.write_text, text, encoding="utf-8")
        return _made(answer, card)


def _made(answer: Answer, card: ModelCard) -> Made:
    usage, prices = answer.usage, card.usd_per_million
    known = {"model": answer.model or card.name, "response_id": answer.id or ""}
    if usage is None:
        return Made("application/json", None, known)
    tokens = {"input_tokens": usage.input_tokens, "output_tokens": usage.output_tokens}
    usd = prices.of(usage.input_tokens, usage.output_tokens) if prices else None
    return Made("application/json", usd, {**known, **tokens})


def input_tokens(request: TextRequest) -> int:
    """About how many tokens a request has: a token for 3.5 ASCII characters, and one for each other character."""
    text = request.instructions + request.prompt + json.dumps(request.schema)
    plain = sum(character.isascii() for character in text)
    return int(plain / CHARACTERS_PER_TOKEN) + len(text) - plain + TOKENS_PER_PICTURE * len(request.references)


def text_of(answer: Answer, vendor: Vendor, references: Sequence[Reference] = ()) -> str:
    """The document in an answer.

    Raises:
        ProviderError: it was cut off, withheld, refused, failed, or is empty.
    """
    if answer.status not in ("completed", None):
        raise _unfinished(answer, vendor, references)
    refusal = next((part.refusal or "" for part in answer.parts() if part.type == "refusal"), None)
    if refusal is not None:
        detail = f"The model refused to write this. It said: {vendor.clean(refusal)}"
        raise ProviderError(ProviderErrorKind.REJECTED_PROMPT, detail, refused="prompt", vendor_code="refusal")
    text = "".join(part.text or "" for part in answer.parts() if part.type == "output_text")
    if not text.strip():
        raise ProviderError(ProviderErrorKind.NO_OUTPUT, f"{vendor.name} gave an empty answer.")
    return text


def _unfinished(answer: Answer, vendor: Vendor, references: Sequence[Reference]) -> ProviderError:
    if answer.status == "incomplete":
        reason = (answer.incomplete_details.reason if answer.incomplete_details else None) or "unknown"
        if reason == "content_filter":
            detail = f"{vendor.name} withheld what it wrote. Change the premise, then run again."
            return ProviderError(ProviderErrorKind.REJECTED_OUTPUT, detail, refused="output", vendor_code=reason)
        detail = f"{vendor.name} cut the answer off ({reason})."
        return ProviderError(ProviderErrorKind.NO_OUTPUT, detail, vendor_code=reason)
    if answer.status == "failed":
        error = answer.error or _Failure()
        return ended_badly(Refusal(0, error.message or "", error.code or ""), vendor, references)
    if answer.status == "cancelled":
        return ProviderError(ProviderErrorKind.NO_OUTPUT, f"{vendor.name} says that the answer was cancelled.")
    detail = f"{vendor.name} says that the answer is {answer.status}; it may come later, and may be billed."
    return ProviderError(ProviderErrorKind.UNKNOWN_OUTCOME, detail)


def _parsed(body: bytes) -> Answer:
    try:
        return Answer.model_validate_json(body)
    except ValidationError as error:
        detail = "The server's answer is not one of the Responses API. Check OPENAI_BASE_URL."
        raise ProviderError(ProviderErrorKind.NO_OUTPUT, detail) from error


def _text_request(request: Request) -> TextRequest:
    if not isinstance(request, TextRequest):
        raise ProviderError(ProviderErrorKind.INVALID, "This writer answers one stage of the writing at a time.")
    return request


def _format(request: TextRequest) -> ResponseTextConfigParam:
    return {
        "format": {
            "type": "json_schema",
            "name": request.schema_name,
            "schema": dict(request.schema),
            "strict": True,
        }
    }


def _input(request: TextRequest) -> ResponseInputParam:
    content: list[ResponseInputContentParam] = [{"type": "input_text", "text": request.prompt}]
    content.extend(map(_picture, request.references))
    return [{"type": "message", "role": "user", "content": content}]


def _picture(reference: Reference) -> ResponseInputImageParam:
    return {"type": "input_image", "detail": "auto", "image_url": data_url(reference)}


def data_url(reference: Reference) -> str:
    """A picture as a `data:` URL."""
    return f"data:{reference.media_type};base64,{base64.b64encode(reference.path.read_bytes()).decode('ascii')}"


def build(settings: Settings, cards: Sequence[ModelCard]) -> OpenAiWriter:
    """The writer that the settings describe.

    Raises:
        InvalidInput: there is neither a key nor another server.
    """
    return OpenAiWriter(cards, OpenAiServer.of(settings, Modality.WRITER))
