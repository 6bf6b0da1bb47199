"""The filmmaker `veo`: Veo on Vertex AI, for those who have a Google Cloud project.

Wire: `POST …/publishers/google/models/{model}:predictLongRunning`, then `…:fetchPredictOperation` with the operation's
name until it is done; the film comes inside that answer. An operation whose name was lost cannot be looked up, and a
running one cannot be stopped. Who pays is who google-auth's default credentials name.
"""

import asyncio
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

from google.genai import types

from sfd.config import Settings
from sfd.domain.errors import InvalidInput, ProviderError, ProviderErrorKind
from sfd.domain.estimates import Estimate
from sfd.providers.base import (
    Capabilities,
    LostReply,
    Made,
    Modality,
    Poll,
    Reference,
    RemoteState,
    Request,
    VideoRequest,
)
from sfd.providers.catalogue import ModelCard, card_of
from sfd.providers.gemini_answers import bytes_of
from sfd.providers.gemini_client import VertexAccess, settles_after
from sfd.providers.gemini_errors import WORD_OF_A_CODE, Account, Said, ended_badly

NAME = "veo"
ACCOUNT = Account("Veo", "GOOGLE_APPLICATION_CREDENTIALS")
DURATIONS = (4.0, 6.0, 8.0)
LONGEST_WITH_REFERENCES = 8
MAX_REFERENCES = 3
SECONDS_TO_FILM = Estimate(30.0, 90.0, 360.0)


class VeoFilmmaker:
    """Films one clip for each request. Submitted."""

    name = NAME

    def __init__(self, access: VertexAccess, cards: Sequence[ModelCard]) -> None:
        self._access = access
        self._cards = tuple(cards)
        self.capabilities = Capabilities(
            modality=Modality.FILMMAKER,
            models=tuple(one.name for one in cards),
            lost_reply=LostReply.REVIEW,
            settles_after=settles_after(access.submit_seconds),
            aspect_ratios=("9:16", "16:9"),
            shortest=DURATIONS[0],
            longest=DURATIONS[-1],
            durations=DURATIONS,
            max_references=MAX_REFERENCES,
            concurrency=2,
            requests_per_minute=10,
            speaks=True,
            seconds=SECONDS_TO_FILM,
        )

    def price(self, request: Request) -> Decimal:
        """What the seconds asked for cost at the resolution asked for.

        Raises:
            InvalidInput: the model or its resolution has no known price.
        """
        if not isinstance(request, VideoRequest):
            return Decimal(0)
        card = card_of(self._cards, request.model)
        return card.usd_per_second[_resolution(card, request)] * seconds_asked(request)

    async def submit(self, request: Request) -> str:
        """Start the operation, once.

        Raises:
            ProviderError: it was refused, or nobody knows whether it was accepted.
            InvalidInput: the model or its resolution is not known.
            MediaError: a picture cannot be read.
        """
        if not isinstance(request, VideoRequest):
            raise ProviderError(ProviderErrorKind.INVALID, "The filmmaker veo films clips only.")
        card = card_of(self._cards, request.model)
        source, config = await asyncio.to_thread(_asked, request, _resolution(card, request))
        async with self._access.submitting():
            operation = await self._access.client.models.generate_videos(model=card.name, source=source, config=config)
        if not operation.name:
            detail = "Veo accepted the request without saying under which name."
            raise ProviderError(ProviderErrorKind.UNKNOWN_OUTCOME, detail)
        return operation.name

    async def poll(self, remote_id: str) -> Poll:
        """Where it stands.

        Raises:
            ProviderError: it ended without a film, or cannot be asked about now.
        """
        operation = await self._operation(remote_id)
        if not operation.done:
            return Poll(RemoteState.RUNNING)
        self._film(operation)
        return Poll(RemoteState.COMPLETED, 1.0)

    async def fetch(self, remote_id: str, request: Request, into: Path) -> Made:
        """Write the film to `into`.

        Raises:
            ProviderError: it is gone, or cannot be fetched now.
        """
        film = self._film(await self._operation(remote_id))
        await asyncio.to_thread(into.write_bytes, film.video_bytes or b"")
        return Made(film.mime_type or "video/mp4", self.price(request))

    async def cancel(self, remote_id: str) -> bool:
        """Veo cannot be stopped: what was paid for is collected."""
        del remote_id
        return False

    async def find(self, request: Request) -> str | None:
        """Not possible.

        Raises:
            ProviderError: always; `lost_reply` says that a person decides.
        """
        del request
        raise ProviderError(ProviderErrorKind.UNKNOWN_OUTCOME, "Veo has no list of operations to look in.")

    async def _operation(self, remote_id: str) -> types.GenerateVideosOperation:
        known = types.GenerateVideosOperation.model_validate({"name": remote_id})
        async with self._access.asking():
            operation = await self._access.client.operations.get(known)
        if operation.name != remote_id:
            raise ProviderError(ProviderErrorKind.UNKNOWN_OUTCOME, "Veo told about another operation.")
        return operation

    def _film(self, operation: types.GenerateVideosOperation) -> types.Video:
        """The film of an operation that is done.

        Raises:
            ProviderError: there is none.
        """
        account = self._access.account
        if operation.error:
            code, message = operation.error.get("code"), operation.error.get("message")
            word = WORD_OF_A_CODE.get(code, str(code or "")) if isinstance(code, int) else str(code or "")
            raise ended_badly(Said(0, word, str(message or "")), account)
        answer = operation.response
        made = (answer.generated_videos if answer else None) or []
        film = made[0].video if made else None
        if film is not None and film.video_bytes:
            return film
        reasons = " ".join((answer.rai_media_filtered_reasons if answer else None) or [])
        if reasons or (answer and answer.rai_media_filtered_count):
            detail = f"Veo withheld what it made. Change the prompt, then run again. It said: {account.clean(reasons)}"
            raise ProviderError(ProviderErrorKind.REJECTED_OUTPUT, detail, refused="output", vendor_code="RAI_FILTERED")
        raise ended_badly(Said(0, "", "The operation is done and holds no film."), account)


def seconds_asked(request: VideoRequest) -> int:
    """The length asked for: the shortest that holds the scene; with reference pictures always eight seconds."""
    if _references(request):
        return LONGEST_WITH_REFERENCES
    return round(next((one for one in DURATIONS if one >= request.seconds), DURATIONS[-1]))


def _references(request: VideoRequest) -> Sequence[Reference]:
    """Reference pictures cannot be sent together with a first frame, which shows the people already."""
    return () if request.first_frame else request.references[:MAX_REFERENCES]


def _resolution(card: ModelCard, request: VideoRequest) -> str:
    resolution = str(request.parameters.get("resolution") or next(iter(card.usd_per_second), ""))
    if resolution not in card.usd_per_second:
        known = ", ".join(card.usd_per_second)
        raise InvalidInput(f"{card.name} has no price for resolution {resolution!r}; known: {known}.")
    return resolution


def _asked(request: VideoRequest, resolution: str) -> tuple[types.GenerateVideosSource, types.GenerateVideosConfig]:
    """The request in the SDK's words. Reads files."""
    asset = types.VideoGenerationReferenceType.ASSET
    references = [
        types.VideoGenerationReferenceImage(image=_image(one), reference_type=asset) for one in _references(request)
    ]
    first = _image(request.first_frame) if request.first_frame else None
    config = types.GenerateVideosConfig(
        number_of_videos=1,
        aspect_ratio=request.aspect_ratio,
        resolution=resolution,
        duration_seconds=seconds_asked(request),
        generate_audio=True,
        reference_images=references or None,
    )
    return types.GenerateVideosSource(prompt=request.prompt, image=first), config


def _image(reference: Reference) -> types.Image:
    return types.Image(image_bytes=bytes_of(reference), mime_type=reference.media_type)


def build(settings: Settings, cards: Sequence[ModelCard]) -> VeoFilmmaker:
    """The filmmaker.

    Raises:
        InvalidInput: no project is named.
    """
    if not settings.google_cloud_project:
        raise InvalidInput(
            "FILMMAKER=veo needs GOOGLE_CLOUD_PROJECT, and a sign-in: run `gcloud auth application-default login`, "
            "or set GOOGLE_APPLICATION_CREDENTIALS to a service account's file."
        )
    access = VertexAccess(
        ACCOUNT, settings.google_cloud_project, settings.google_cloud_location, settings.provider_timeout_seconds
    )
    return VeoFilmmaker(access, cards)
