"""The illustrator `gemini`: portraits, storyboards and artwork, with reference pictures.

Wire: `POST /v1/models/{model}:generateContent` with `generationConfig.imageConfig`. The pictures come first, in
order, then the text.

An answer without a picture (NO_IMAGE, or text only) is not asked for again, although a second request often
helps: what was read is billed either way, so it would be a second paid call for one node. Instead every prompt
ends by asking for a picture, and the failure says what can be done.
"""

import asyncio
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

from google.genai import types

from sfd.config import Settings
from sfd.domain.errors import InvalidInput, ProviderError, ProviderErrorKind
from sfd.domain.estimates import Estimate
from sfd.providers.base import Capabilities, ImageRequest, LostReply, Made, Modality, Request
from sfd.providers.catalogue import ModelCard, card_of
from sfd.providers.gemini_answers import blobs_of, check_not_refused, facts_of, nothing_made, picture_parts
from sfd.providers.gemini_client import GeminiAccess, gemini_access, settles_after

NAME = "gemini"
ASK_FOR_A_PICTURE = "Return one image."
ASPECT_RATIOS = ("9:16", "1:1", "2:3", "3:2", "3:4", "4:3", "4:5", "5:4", "16:9", "21:9")
SECONDS_TO_DRAW = Estimate(4.0, 12.0, 60.0)


class GeminiIllustrator:
    """Draws one picture for each request. Direct."""

    name = NAME

    def __init__(self, access: GeminiAccess, cards: Sequence[ModelCard]) -> None:
        self._access = access
        self._cards = tuple(cards)
        self.capabilities = Capabilities(
            modality=Modality.ILLUSTRATOR,
            models=tuple(one.name for one in cards),
            lost_reply=LostReply.REVIEW,
            settles_after=settles_after(access.seconds),
            aspect_ratios=ASPECT_RATIOS,
            max_references=6,
            concurrency=4,
            requests_per_minute=30,
            seconds=SECONDS_TO_DRAW,
        )

    def price(self, request: Request) -> Decimal:
        """What a picture of the size costs.

        Raises:
            InvalidInput: the model or its size has no known price.
        """
        card = card_of(self._cards, request.model)
        return card.usd_per_image[size_of(card, request)]

    async def make(self, request: Request, into: Path) -> Made:
        """Write the picture to `into`.

        Raises:
            ProviderError: `rejected_*` for a refusal, `no_output` when the answer holds no picture.
            InvalidInput: the model or its size is not known.
        """
        if not isinstance(request, ImageRequest):
            raise ProviderError(ProviderErrorKind.INVALID, "The illustrator gemini draws pictures only.")
        card = card_of(self._cards, request.model)
        contents = await asyncio.to_thread(_contents, request)
        config = _config(request, size_of(card, request))
        async with self._access.creating():
            answer = await self._access.client.models.generate_content(
                model=card.name, contents=contents, config=config
            )
        check_not_refused(answer, self._access.account)
        pictures = blobs_of(answer, "image")
        if not pictures:
            raise nothing_made(answer, "picture", self._access.account)
        await asyncio.to_thread(into.write_bytes, pictures[-1].data or b"")
        return Made(pictures[-1].mime_type or "image/png", self.price(request), facts_of(answer))


def size_of(card: ModelCard, request: Request) -> str:
    """The size asked for: the request's `size`, else the card's first one.

    Raises:
        InvalidInput: the model has no such size.
    """
    wanted = str(request.parameters.get("size") or "") if isinstance(request, ImageRequest) else ""
    size = wanted or next(iter(card.usd_per_image), "")
    if size not in card.usd_per_image:
        raise InvalidInput(f"{card.name} has no price for size {size!r}; known: {', '.join(card.usd_per_image)}.")
    return size


def _contents(request: ImageRequest) -> list[types.ContentUnion]:
    text = f"{request.prompt.rstrip()}\n\n{ASK_FOR_A_PICTURE}"
    return [types.Content(role="user", parts=[*picture_parts(request.references), types.Part.from_text(text=text)])]


def _config(request: ImageRequest, size: str) -> types.GenerateContentConfig:
    return types.GenerateContentConfig(
        response_modalities=["TEXT", "IMAGE"],
        image_config=types.ImageConfig(aspect_ratio=request.aspect_ratio, image_size=size),
        automatic_continuation=False,  # each continuation is another paid request
        automatic_function_calling=types.AutomaticFunctionCallingConfig(disable=True),
    )


def build(settings: Settings, cards: Sequence[ModelCard]) -> GeminiIllustrator:
    """The illustrator.

    Raises:
        InvalidInput: there is no key.
    """
    return GeminiIllustrator(gemini_access(settings, "ILLUSTRATOR=gemini"), cards)
