"""The writer `gemini`: one stage of the writing at a time, as JSON that fits a schema.

Wire: `POST /v1/models/{model}:generateContent` with `generationConfig.responseJsonSchema`.
"""

import asyncio
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

from google.genai import types

from sfd.config import Settings
from sfd.domain.errors import ProviderError, ProviderErrorKind
from sfd.domain.estimates import Estimate
from sfd.providers.base import Capabilities, LostReply, Made, Modality, Request, TextRequest
from sfd.providers.catalogue import ModelCard, TokenPrices, card_of
from sfd.providers.gemini_answers import (
    check_not_refused,
    facts_of,
    finish_of,
    nothing_made,
    picture_parts,
    text_of,
    tokens_of,
    usd_of,
)
from sfd.providers.gemini_client import GeminiAccess, gemini_access, settles_after

NAME = "gemini"
TYPICAL_ANSWER = 6_000  # tokens, thoughts among them
TYPICAL_QUESTION = 4_000
PRICE_SPREAD = (Decimal("0.2"), Decimal(4))
SECONDS_TO_WRITE = Estimate(3.0, 20.0, 120.0)
FREE = TokenPrices(input=Decimal(0), output=Decimal(0))


class GeminiWriter:
    """Answers `TextRequest`s. Direct."""

    name = NAME

    def __init__(self, access: GeminiAccess, cards: Sequence[ModelCard]) -> None:
        self._access = access
        self._cards = tuple(cards)
        self.capabilities = Capabilities(
            modality=Modality.WRITER,
            models=tuple(one.name for one in cards),
            lost_reply=LostReply.REVIEW,
            settles_after=settles_after(access.seconds),
            max_references=16,
            concurrency=4,
            requests_per_minute=60,
            improves=True,
            staged=True,
            seconds=SECONDS_TO_WRITE,
            price_spread=PRICE_SPREAD,
        )

    def price(self, request: Request) -> Decimal:
        """What the tokens of the request cost, and those of a typical answer."""
        if not isinstance(request, TextRequest):
            return self.price_of(TYPICAL_QUESTION, TYPICAL_ANSWER, request.model)
        read = tokens_of(f"{request.instructions}{request.prompt}{request.schema}", request.references)
        return self.price_of(read, min(TYPICAL_ANSWER, request.max_output_tokens), request.model)

    def price_of(self, read: float, written: float, model: str) -> Decimal:
        """US dollars for an answer of `written` tokens to a request of `read` tokens.

        Raises:
            InvalidInput: the model has no known price.
        """
        prices = card_of(self._cards, model).usd_per_million or FREE
        return prices.of(round(read), round(written))

    async def make(self, request: Request, into: Path) -> Made:
        """Write the JSON document to `into`, as UTF-8. That it fits the schema is for the caller to check.

        Raises:
            ProviderError: `no_output` when the answer was cut off, `rejected_*` for a refusal.
            InvalidInput: the model is not known.
        """
        if not isinstance(request, TextRequest):
            raise ProviderError(ProviderErrorKind.INVALID, "The writer gemini answers one stage of the writing only.")
        card = card_of(self._cards, request.model)
        contents = await asyncio.to_thread(_contents, request)
        config = _config(request)
        async with self._access.creating():
            answer = await self._access.client.models.generate_content(
                model=card.name, contents=contents, config=config
            )
        text = self._document(answer)
        await asyncio.to_thread(into.write_text, text, encoding="utf-8")
        return Made("application/json", usd_of(answer, card), facts_of(answer))

    def _document(self, answer: types.GenerateContentResponse) -> str:
        account = self._access.account
        check_not_refused(answer, account)
        if (reason := finish_of(answer)) in ("MAX_TOKENS", "CONTINUATION"):
            detail = "Gemini's answer became too long and was cut off. Ask for fewer or shorter episodes."
            raise ProviderError(ProviderErrorKind.NO_OUTPUT, detail, vendor_code=reason)
        text = text_of(answer)
        if not text.strip():
            raise nothing_made(answer, "text", account)
        return text


def _contents(request: TextRequest) -> list[types.ContentUnion]:
    parts = [*picture_parts(request.references), types.Part.from_text(text=request.prompt)]
    return [types.Content(role="user", parts=parts)]


def _config(request: TextRequest) -> types.GenerateContentConfig:
    return types.GenerateContentConfig(
        system_instruction=request.instructions or None,
        response_mime_type="application/json",
        response_json_schema={"title": request.schema_name, **request.schema},
        max_output_tokens=request.max_output_tokens,
        automatic_continuation=False,  # each continuation is another paid request
        automatic_function_calling=types.AutomaticFunctionCallingConfig(disable=True),
    )


def build(settings: Settings, cards: Sequence[ModelCard]) -> GeminiWriter:
    """The writer.

    Raises:
        InvalidInput: there is no key.
    """
    return GeminiWriter(gemini_access(settings, "WRITER=gemini"), cards)
