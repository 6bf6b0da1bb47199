"""The filmmaker `gemini`: clips with sound, filmed from a storyboard by an omni model.

Wire: `POST /v1/interactions` in the background, `GET /v1/interactions/{id}` until it ends, then the film from the
address it names. There is no list of interactions: a create whose answer was lost cannot be looked up, and a
person decides. The attempt's id goes along as the label `sfd_attempt`, for the vendor's own console.
"""

import asyncio
import base64
import re
from collections.abc import Sequence
from decimal import Decimal
from math import ceil
from pathlib import Path
from typing import cast

from google.genai.interactions import ContentParam, ImageContentParam, Interaction, UserInputStepParam, VideoContent
from google.genai.types import FileState
from httpx import URL

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
from sfd.providers.downloading import Source, download, same_origin, vendor_client
from sfd.providers.gemini_answers import bytes_of
from sfd.providers.gemini_client import KEY_HEADER, GeminiAccess, gemini_access, settles_after
from sfd.providers.gemini_errors import WORD_OF_A_CODE, Said, ended_badly

NAME = "gemini"
SHORTEST, LONGEST = 3, 15
DURATIONS = tuple(float(one) for one in range(SHORTEST, LONGEST + 1))
MAX_PICTURES = 6
ONE_SHOT = "Single continuous shot."
SECONDS_TO_FILM = Estimate(20.0, 60.0, 300.0)
SECONDS_PER_FILM_SECOND = Estimate(2.0, 6.0, 20.0)
NEARLY_DONE = 0.95

_ONE_SHOT = re.compile(r"single[ -]continuous[ -](?:shot|take)|one continuous (?:shot|take)|一镜到底", re.IGNORECASE)
_FILE = re.compile(r"/(files/[\w-]+)")
_ENDED = {
    "failed": (None, "The interaction failed."),
    "cancelled": (None, "The interaction was cancelled at Google."),
    "incomplete": (None, "The interaction ended before the film was complete."),
    "budget_exceeded": (ProviderErrorKind.QUOTA, "The interaction exceeded a budget set at Google."),
    "requires_action": (ProviderErrorKind.INVALID, "The model asked back instead of filming."),
}


class GeminiFilmmaker:
    """Films one clip for each request. Submitted."""

    name = NAME

    def __init__(self, access: GeminiAccess, cards: Sequence[ModelCard]) -> None:
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
            max_references=MAX_PICTURES - 1,
            concurrency=4,
            requests_per_minute=10,
            speaks=True,
            seconds=SECONDS_TO_FILM,
            seconds_per_film_second=SECONDS_PER_FILM_SECOND,
        )

    def price(self, request: Request) -> Decimal:
        """What the seconds asked for cost at the resolution asked for.

        Raises:
            InvalidInput: the model or its resolution has no known price.
        """
        if not isinstance(request, VideoRequest):
            return Decimal(0)
        card = card_of(self._cards, request.model)
        return card.usd_per_second[resolution_of(card, request)] * whole_seconds(request.seconds)

    async def submit(self, request: Request) -> str:
        """Create the interaction, once.

        Raises:
            ProviderError: it was refused, or nobody knows whether it was accepted.
            InvalidInput: the model or its resolution is not known.
            MediaError: a picture cannot be read.
        """
        if not isinstance(request, VideoRequest):
            raise ProviderError(ProviderErrorKind.INVALID, "The filmmaker gemini films clips only.")
        card = card_of(self._cards, request.model)
        resolution = resolution_of(card, request)
        step = await asyncio.to_thread(_step, request)
        async with self._access.submitting():
            answer = await self._access.client.interactions.create(
                model=card.name,
                input=[step],
                response_format={
                    "type": "video",
                    "aspect_ratio": request.aspect_ratio,
                    "duration": f"{whole_seconds(request.seconds)}s",
                    "resolution": resolution.lower(),  # the wire says 4k where the price list says 4K
                    "delivery": "uri",
                },
                generation_config={"video_config": {"task": _mode(request)}},
                labels=_labels(request),
                background=True,
                store=True,
            )
        remote_id = cast("Interaction", answer).id
        if not remote_id:
            detail = "Gemini accepted the request without saying under which id."
            raise ProviderError(ProviderErrorKind.UNKNOWN_OUTCOME, detail)
        return remote_id

    async def poll(self, remote_id: str) -> Poll:
        """Where it stands; completed only once the film can be downloaded.

        Raises:
            ProviderError: it ended without a film, or cannot be asked about now.
        """
        interaction = await self._interaction(remote_id)
        if interaction.status == "queued":
            return Poll(RemoteState.QUEUED)
        if interaction.status != "completed":
            self._check_not_ended(interaction)
            return Poll(RemoteState.RUNNING)
        film = self._film(interaction)
        if film.uri and not await self._can_be_downloaded(film.uri):
            return Poll(RemoteState.RUNNING, NEARLY_DONE)
        return Poll(RemoteState.COMPLETED, 1.0)

    async def fetch(self, remote_id: str, request: Request, into: Path) -> Made:
        """Stream the film into `into`. The key is sent to Google's own origin only.

        Raises:
            ProviderError: it is gone, or cannot be fetched now.
        """
        film = self._film(await self._interaction(remote_id))
        if film.uri:
            access = self._access
            source = Source(film.uri, access.base_url, {KEY_HEADER: access.account.key})
            async with vendor_client(film.uri, access.seconds) as client:
                await download(client, source, into)
        else:
            await asyncio.to_thread(_decode, str(film.data), into)
        return Made(str(film.mime_type or "video/mp4"), self.price(request))

    async def cancel(self, remote_id: str) -> bool:
        """Ask Google to stop. Whether it says that it did.

        Raises:
            ProviderError: it cannot be asked now, or the work has ended.
        """
        async with self._access.asking():
            answer = await self._access.client.interactions.cancel(remote_id)
        return answer.status == "cancelled"

    async def find(self, request: Request) -> str | None:
        """Not possible.

        Raises:
            ProviderError: always; `lost_reply` says that a person decides.
        """
        del request
        raise ProviderError(ProviderErrorKind.UNKNOWN_OUTCOME, "Gemini has no list of interactions to look in.")

    async def _interaction(self, remote_id: str) -> Interaction:
        async with self._access.asking():
            interaction = await self._access.client.interactions.get(remote_id)
        if interaction.id != remote_id:
            raise ProviderError(ProviderErrorKind.UNKNOWN_OUTCOME, "Gemini told about another interaction.")
        return interaction

    def _film(self, interaction: Interaction) -> VideoContent:
        """The film of an interaction, which is known to have ended.

        Raises:
            ProviderError: there is none; what was withheld for its content ends like this too.
        """
        film = interaction.output_video
        if film is None or not (film.uri or film.data):
            said = _said(interaction, "The interaction was completed without a film; often its content is the reason.")
            raise ended_badly(said, self._access.account)
        return film

    def _check_not_ended(self, interaction: Interaction) -> None:
        kind_and_words = _ENDED.get(interaction.status)
        if kind_and_words is not None:
            kind, words = kind_and_words
            raise ended_badly(_said(interaction, words), self._access.account, kind)

    async def _can_be_downloaded(self, uri: str) -> bool:
        """Whether Google's file store has finished the film. What is not in that store can be downloaded at once.

        Raises:
            ProviderError: the store could not finish it, or cannot answer now.
        """
        name = _FILE.search(uri)
        if name is None or not same_origin(URL(uri), URL(self._access.base_url)):
            return True
        try:
            async with self._access.asking():
                file = await self._access.client.files.get(name=name[1])
        except ProviderError as error:
            if error.not_accepted or error.kind is ProviderErrorKind.UNKNOWN_OUTCOME:
                raise
            return True  # the store does not tell; the download will
        if file.state is FileState.FAILED:
            raise ProviderError(ProviderErrorKind.NO_OUTPUT, "Gemini could not finish the film's file. Run again.")
        return file.state is not FileState.PROCESSING


def whole_seconds(seconds: float) -> int:
    """The length asked for: whole seconds, not less than the scene needs, within what the model can."""
    return min(max(ceil(seconds), SHORTEST), LONGEST)


def resolution_of(card: ModelCard, request: VideoRequest) -> str:
    """The resolution asked for: the request's, else the card's first one.

    Raises:
        InvalidInput: the model has no such resolution.
    """
    resolution = str(request.parameters.get("resolution") or next(iter(card.usd_per_second), ""))
    if resolution not in card.usd_per_second:
        known = ", ".join(card.usd_per_second)
        raise InvalidInput(f"{card.name} has no price for resolution {resolution!r}; known: {known}.")
    return resolution


def _pictures(request: VideoRequest) -> list[Reference]:
    """The first frame, then the references, each once."""
    first = [request.first_frame] if request.first_frame else []
    return list({one.sha256: one for one in [*first, *request.references]}.values())[:MAX_PICTURES]


def _mode(request: VideoRequest) -> str:
    pictures = _pictures(request)
    if not pictures:
        return "text_to_video"
    return "image_to_video" if len(pictures) == 1 and request.first_frame else "reference_to_video"


def _step(request: VideoRequest) -> UserInputStepParam:
    """What the model is given: the pictures in order, then the text. Reads files."""
    text = request.prompt.rstrip()
    if request.first_frame and _mode(request) == "reference_to_video":
        text = f"The first picture is the first frame.\n\n{text}"
    if not _ONE_SHOT.search(text):
        text = f"{text}\n\n{ONE_SHOT}"
    content: list[ContentParam] = [_picture(one) for one in _pictures(request)]
    content.append({"type": "text", "text": text})
    return {"type": "user_input", "content": content}


def _picture(reference: Reference) -> ImageContentParam:
    data = base64.b64encode(bytes_of(reference)).decode()
    return cast("ImageContentParam", {"type": "image", "mime_type": reference.media_type, "data": data})


def _labels(request: VideoRequest) -> dict[str, str]:
    """Labels take lower-case letters, digits, dashes and underscores, at most 63."""
    key = re.sub(r"[^a-z0-9_-]", "-", request.idempotency_key.lower())[:63]
    return {"sfd_attempt": key} if key else {}


def _said(interaction: Interaction, otherwise: str) -> Said:
    """What an interaction says of its end: its errors, those of its steps, its text."""
    errors = [(one.code or "", one.message or "") for one in interaction.errors or []]
    for step in interaction.steps or []:
        failed = getattr(step, "error", None)
        if failed is not None:
            errors.append((WORD_OF_A_CODE.get(failed.code, ""), str(failed.message or "")))
    text = interaction.output_text or ""
    message = " ".join(dict.fromkeys(one for _, one in errors if one)) or text or otherwise
    return Said(0, next((code for code, _ in errors if code), ""), message)


def _decode(data: str, into: Path) -> None:
    """Write a film that came with the answer.

    Raises:
        ProviderError: it is not base64.
    """
    try:
        into.write_bytes(base64.b64decode(data, validate=True))
    except ValueError as error:
        raise ProviderError(ProviderErrorKind.UNKNOWN_OUTCOME, "Gemini's film came broken.") from error


def build(settings: Settings, cards: Sequence[ModelCard]) -> GeminiFilmmaker:
    """The filmmaker.

    Raises:
        InvalidInput: there is no key.
    """
    return GeminiFilmmaker(gemini_access(settings, "FILMMAKER=gemini"), cards)
