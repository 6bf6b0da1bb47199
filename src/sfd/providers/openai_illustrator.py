"""The illustrator `openai`: `POST /v1/images/edits` with references, `/v1/images/generations` without.

Works with every server that speaks the Images API; `OPENAI_BASE_URL` names another than OpenAI's.
"""

import asyncio
import mimetypes
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager, suppress
from decimal import Decimal
from pathlib import Path
from typing import Any

from openai import AsyncAPIResponse

from sfd.config import Settings
from sfd.domain.errors import InvalidInput, ProviderError, ProviderErrorKind
from sfd.domain.estimates import Estimate
from sfd.providers.base import Capabilities, ImageRequest, LostReply, Made, Modality, Reference, Request
from sfd.providers.catalogue import ModelCard, card_of
from sfd.providers.openai_client import OpenAiServer, write_all
from sfd.providers.openai_pictures import NoPicture, PictureAnswer, unpack

NAME = "openai"
MAX_ANSWER = 80_000_000
MAX_REFERENCES = 16
DEFAULT_SIZE = "864x1536"
PRICE_SPREAD = (Decimal("0.5"), Decimal(2))
SECONDS = Estimate(10.0, 40.0, 150.0)
LAST_SECONDS = 5.0

_Call = AbstractAsyncContextManager[AsyncAPIResponse[Any]]


class OpenAiIllustrator:
    """Draws one picture for a request. Direct: a lost answer waits for a person.

    The picture has the size that comes first in the prices of the model's card.
    """

    name = NAME

    def __init__(self, cards: Sequence[ModelCard], server: OpenAiServer) -> None:
        self._cards = tuple(cards)
        self._server = server
        self.capabilities = Capabilities(
            modality=Modality.ILLUSTRATOR,
            models=tuple(card.name for card in cards),
            lost_reply=LostReply.REVIEW,
            settles_after=2 * (server.timeout + LAST_SECONDS),
            max_references=MAX_REFERENCES,
            seconds=SECONDS,
            price_spread=PRICE_SPREAD,
        )

    def price(self, request: Request) -> Decimal:
        """US dollars for one picture of the model.

        Raises:
            ProviderError: the request is not for a picture.
            InvalidInput: the model has no known price.
        """
        card = card_of(self._cards, _image_request(request).model)
        return next(iter(card.usd_per_image.values()), Decimal(0))

    async def make(self, request: Request, into: Path) -> Made:
        """Write the picture into `into`, as the server made it.

        Raises:
            ProviderError: the request failed, was refused, or gave no picture.
            InvalidInput: the model is not known.
        """
        asked = _image_request(request)
        card = card_of(self._cards, asked.model)
        size = next(iter(card.usd_per_image), DEFAULT_SIZE)
        packed = into.with_name(f"{into.name}.answer")
        try:
            call = await self._call(asked, card.name, size)
            async with self._server.answer(call, MAX_ANSWER, asked.references) as pieces:
                await write_all(pieces, packed)
            said = await asyncio.to_thread(unpack, packed, into)
        except NoPicture as error:
            words = self._server.vendor.clean(str(error))
            detail = f"{self._server.vendor.name} answered without a picture. It said: {words}"
            raise ProviderError(ProviderErrorKind.NO_OUTPUT, detail) from error
        finally:
            with suppress(FileNotFoundError):
                await asyncio.to_thread(packed.unlink)
        return _made(said, card, size)

    async def _call(self, asked: ImageRequest, model: str, size: str) -> _Call:
        images = self._server.client.images.with_streaming_response
        if not asked.references:
            return images.generate(prompt=asked.prompt, model=model, size=size, n=1, extra_body=dict(asked.parameters))
        pictures = [await asyncio.to_thread(_file, number, one) for number, one in enumerate(asked.references)]
        return images.edit(
            image=pictures, prompt=asked.prompt, model=model, size=size, n=1, extra_body=dict(asked.parameters)
        )


def _file(number: int, reference: Reference) -> tuple[str, bytes, str]:
    """A picture as a part of a form. Its name says which it is, because a refusal may name it."""
    ending = mimetypes.guess_extension(reference.media_type) or ""
    return f"{number + 1}{ending}", reference.path.read_bytes(), reference.media_type


def _made(said: PictureAnswer, card: ModelCard, size: str) -> Made:
    usd = next(iter(card.usd_per_image.values()), None)
    known: dict[str, Any] = {"model": card.name, "size": said.size or size}
    if said.usage is not None:
        known |= {"input_tokens": said.usage.input_tokens, "output_tokens": said.usage.output_tokens}
        usd = (
            card.usd_per_million.of(said.usage.input_tokens, said.usage.output_tokens) if card.usd_per_million else usd
        )
    return Made(f"image/{said.output_format or 'png'}", usd, known)


def _image_request(request: Request) -> ImageRequest:
    if not isinstance(request, ImageRequest):
        raise ProviderError(ProviderErrorKind.INVALID, "This illustrator draws pictures only.")
    if len(request.references) > MAX_REFERENCES:
        raise InvalidInput(f"At most {MAX_REFERENCES} reference pictures can be sent with one request.")
    return request


def build(settings: Settings, cards: Sequence[ModelCard]) -> OpenAiIllustrator:
    """The illustrator that the settings describe.

    Raises:
        InvalidInput: there is neither a key nor another server.
    """
    return OpenAiIllustrator(cards, OpenAiServer.of(settings, Modality.ILLUSTRATOR))
