"""The filmmaker `sora`: the `/v1/videos` protocol, which gateways and self-hosted servers speak.

OpenAI's own service ended on 2026-09-24; `SORA_API_BASE` names a server that goes on. Source of the wire: the Videos
API of the SDK 3.54, whose deprecated methods are not used here.

    POST /v1/videos (multipart)  →  GET /v1/videos/{id}  →  GET /v1/videos/{id}/content      DELETE /v1/videos/{id}
"""

import asyncio
import json
from collections.abc import AsyncGenerator, Mapping, Sequence
from decimal import Decimal
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from urllib.parse import quote

import httpx
from PIL import Image, ImageOps
from pydantic import BaseModel, Field, ValidationError

from sfd.config import Settings
from sfd.domain.errors import InvalidInput, ProviderError, ProviderErrorKind
from sfd.domain.estimates import Estimate
from sfd.media.check import open_picture
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
from sfd.providers.catalogue import Catalogue, LiveModel, ModelCard, card_of, models_in
from sfd.providers.downloading import Source, download, vendor_client
from sfd.providers.openai_errors import Refusal, Vendor, as_provider_errors, ended_badly, refusal_of, refused
from sfd.providers.sora_finding import Listed, Sought, found_among, made_at, reaches_back, uncertain

NAME = "sora"
DURATIONS = (4.0, 8.0, 12.0)
DEFAULT_SIZE = "720x1280"
MAX_ANSWER = 4_000_000
LONGEST_SUBMIT = 30.0  # seconds; bounds the time in which a lost request may still arrive
LONGEST_STEP = 60.0
PAGE = 100
MOST_PAGES = 50
SECONDS = Estimate(30.0, 60.0, 180.0)
SECONDS_PER_FILM_SECOND = Estimate(3.0, 10.0, 40.0)

_WAITING = frozenset({"queued", "pending", "submitted", "created"})
_DONE = frozenset({"completed", "succeeded", "success"})
_FAILED = frozenset({"failed", "error", "expired", "rejected"})
_CANCELLED = frozenset({"cancelled", "canceled"})


class _Error(BaseModel):
    code: str | None = None
    message: str | None = None


class Video(BaseModel):
    """A job, as far as it matters here."""

    id: str = Field(min_length=1, max_length=200)
    status: str = "queued"
    progress: float | None = None
    error: _Error | str | None = None


class _Page(BaseModel):
    data: list[Listed] = []
    has_more: bool | None = None


class SoraFilmmaker:
    """Films one clip from a first frame. Submitted; a request whose answer was lost is looked up in the list.

    `base_url` with or without `/v1`; `model` wins over the default of `cards`. `timeout` is in seconds; a request is
    given up after at most 30, so that `settles_after` seconds later it has arrived or never will.
    """

    name = NAME

    def __init__(
        self,
        cards: Sequence[ModelCard],
        *,
        base_url: str,
        api_key: str = "",
        model: str = "",
        timeout: float = 300.0,
        settles_after: float | None = None,
    ) -> None:
        self._cards = _ordered(cards, model)
        self._base = f"{base_url.rstrip('/').removesuffix('/v1')}/v1"
        self._headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
        self._vendor = Vendor("The server at SORA_API_BASE", "SORA_API_KEY", "SORA_API_BASE", api_key)
        self._client = vendor_client(self._base, min(timeout, LONGEST_STEP))
        self._submit_seconds = min(timeout, LONGEST_SUBMIT)
        self.capabilities = Capabilities(
            modality=Modality.FILMMAKER,
            models=tuple(card.name for card in self._cards),
            lost_reply=LostReply.FIND,
            settles_after=2 * self._submit_seconds + 10 if settles_after is None else settles_after,
            shortest=DURATIONS[0],
            longest=DURATIONS[-1],
            durations=DURATIONS,
            max_references=1,
            speaks=True,
            seconds=SECONDS,
            seconds_per_film_second=SECONDS_PER_FILM_SECOND,
        )

    def price(self, request: Request) -> Decimal:
        """US dollars for the duration that will be asked for.

        Raises:
            ProviderError: the request is not for a clip.
            InvalidInput: the model has no known price.
        """
        asked = _video_request(request)
        card = card_of(self._cards, asked.model)
        return next(iter(card.usd_per_second.values()), Decimal(0)) * int(duration_for(asked.seconds))

    async def submit(self, request: Request) -> str:
        """Send the request once, with the first frame at exactly the size of the film.

        Raises:
            ProviderError: it was not accepted, or that is not known.
            InvalidInput: the model is not known, or the picture cannot be used.
        """
        asked = _video_request(request)
        size = self._size(asked)
        files = await _form(asked, card_of(self._cards, asked.model).name, size)
        pictures = [asked.first_frame] if asked.first_frame else []
        with as_provider_errors(self._vendor, pictures):
            async with asyncio.timeout(self._submit_seconds):
                body = await self._ask("POST", "/videos", references=pictures, files=files)
        return self._video(body, lost=True).id

    async def poll(self, remote_id: str) -> Poll:
        """Where the film stands.

        Raises:
            ProviderError: it failed (`rejected_prompt`, `rejected_output`, `no_output`), is gone (`expired`), or the
                server does not answer now.
        """
        with as_provider_errors(self._vendor):
            body = await self._ask("GET", _path(remote_id))
        video = self._video(body)
        if video.id != remote_id:
            detail = f"{self._vendor.name} was asked about {remote_id} and answered about another film."
            raise ProviderError(ProviderErrorKind.OVERLOADED, detail)
        if video.status in _FAILED | _CANCELLED:
            raise self._failed(video)
        if video.status in _DONE:
            return Poll(RemoteState.COMPLETED, 1.0)
        state = RemoteState.QUEUED if video.status in _WAITING else RemoteState.RUNNING
        return Poll(state, min(max((video.progress or 0.0) / 100, 0.0), 0.99))

    def _failed(self, video: Video) -> ProviderError:
        if video.status in _CANCELLED:
            return ProviderError(ProviderErrorKind.NO_OUTPUT, f"{self._vendor.name} says that the film was cancelled.")
        error = _Error(message=video.error) if isinstance(video.error, str) else video.error or _Error()
        return ended_badly(Refusal(0, error.message or "", error.code or video.status), self._vendor)

    async def fetch(self, remote_id: str, request: Request, into: Path) -> Made:
        """Stream the film into `into`; a broken connection is taken up where it broke.

        Raises:
            ProviderError: it is gone, or cannot be fetched now.
            MediaError: it is larger than a film can be.
        """
        asked = _video_request(request)
        source = Source(f"{self._base}{_path(remote_id)}/content", self._base, self._headers)
        media_type = await download(self._client, source, into)
        card = card_of(self._cards, asked.model)
        seconds = int(duration_for(asked.seconds))
        usd = self.price(asked) if card.usd_per_second else None
        known = {"model": card.name, "remote_id": remote_id, "seconds": seconds, "size": self._size(asked)}
        return Made("video/mp4" if media_type == "application/octet-stream" else media_type, usd, known)

    async def cancel(self, remote_id: str) -> bool:
        """Delete the job. Whether the server says that it did.

        Raises:
            ProviderError: the server does not answer.
        """
        with as_provider_errors(self._vendor):
            try:
                await self._ask("DELETE", _path(remote_id))
            except ProviderError as error:
                if error.kind in (ProviderErrorKind.EXPIRED, ProviderErrorKind.INVALID):
                    return False
                raise
        return True

    async def find(self, request: Request) -> str | None:
        """The job of a request whose answer was lost, from the list of jobs.

        Certain when the list reaches back to the time of the request and holds exactly one job that can be it, or none.

        Raises:
            ProviderError: `overloaded` when the list cannot be read now; `unknown_outcome` when it does not tell, so
                that a person has to look.
        """
        asked = _video_request(request)
        since = made_at(asked.idempotency_key)
        sought = Sought(asked.prompt, str(int(duration_for(asked.seconds))), self._size(asked), since)
        return found_among([one async for one in self._listed(since)], sought)

    async def models(self) -> tuple[LiveModel, ...]:
        """The models that the server lists; none where it has no such list, but knows its films. Free.

        Raises:
            ProviderError: the key is not accepted, or the server does not answer as it should.
        """
        with as_provider_errors(self._vendor):
            body = await self._found("/models")
            if body is not None:
                return models_in(body)
            if await self._found("/videos") is None:
                detail = f"{self._vendor.name} does not speak /v1/videos. Check SORA_API_BASE."
                raise ProviderError(ProviderErrorKind.INVALID, detail)
            return ()

    async def _found(self, path: str) -> bytes | None:
        try:
            return await self._ask("GET", path)
        except ProviderError as error:
            if error.kind is ProviderErrorKind.EXPIRED:
                return None
            raise

    async def _listed(self, since: float | None) -> AsyncGenerator[Listed]:
        """Jobs, newest first, back to `since` or to the first."""
        after: str | None = None
        seen: set[str] = set()
        for _ in range(MOST_PAGES):
            page = await self._page(after)
            fresh = [one for one in page.data if one.id not in seen]
            seen |= {one.id for one in fresh}
            for one in fresh:
                yield one
            if page.has_more is False or not page.data or reaches_back(page.data, since):
                return
            if not fresh:
                break
            after = page.data[-1].id
        raise uncertain("it does not reach back to the time of the request")

    async def _page(self, after: str | None) -> _Page:
        query = {"limit": str(PAGE), "order": "desc", **({"after": after} if after else {})}
        try:
            with as_provider_errors(self._vendor):
                body = await self._ask("GET", "/videos", params=query)
            return _Page.model_validate_json(body)
        except ValidationError as error:
            raise uncertain("it has no form that is known") from error
        except ProviderError as error:
            if error.kind in (ProviderErrorKind.EXPIRED, ProviderErrorKind.INVALID):
                raise uncertain("there is none") from error
            if error.kind is ProviderErrorKind.UNKNOWN_OUTCOME:  # of reading the list, which can be read again
                raise ProviderError(ProviderErrorKind.OVERLOADED, error.detail) from error
            raise

    def _size(self, request: VideoRequest) -> str:
        return next(iter(card_of(self._cards, request.model).usd_per_second), DEFAULT_SIZE)

    def _video(self, body: bytes, *, lost: bool = False) -> Video:
        try:
            return Video.model_validate_json(body)
        except ValidationError as error:
            kind = ProviderErrorKind.UNKNOWN_OUTCOME if lost else ProviderErrorKind.OVERLOADED
            detail = f"{self._vendor.name} answered with something that is no film. Check SORA_API_BASE."
            raise ProviderError(kind, detail) from error

    async def _ask(
        self,
        method: str,
        path: str,
        *,
        references: Sequence[Reference] = (),
        params: Mapping[str, str] | None = None,
        files: "_Form | None" = None,
    ) -> bytes:
        url = f"{self._base}{path}"
        async with self._client.stream(method, url, headers=self._headers, params=params, files=files) as answer:
            body = await _read(answer)
            if answer.is_success:
                return body
            if answer.status_code in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE) and method != "POST":
                detail = f"{self._vendor.name} no longer has this film. Make it anew."
                raise ProviderError(ProviderErrorKind.EXPIRED, detail)
            raise refused(refusal_of(answer.status_code, _json(body), answer.headers), self._vendor, references)


_Form = list[tuple[str, tuple[str | None, bytes | str, str | None]]]


async def _form(request: VideoRequest, model: str, size: str) -> _Form:
    fields = {
        "prompt": request.prompt,
        "model": model,
        "seconds": str(int(duration_for(request.seconds))),
        "size": size,
        **{name: str(value) for name, value in request.parameters.items()},
    }
    form: _Form = [(name, (None, value, None)) for name, value in fields.items()]
    if request.first_frame is not None:
        picture = await asyncio.to_thread(fitted, request.first_frame.path, size)
        form.append(("input_reference", ("first_frame.png", picture, "image/png")))
    return form


def fitted(path: Path, size: str) -> bytes:
    """A picture as PNG of exactly `size` ("720x1280"), its middle kept where the shape differs.

    Raises:
        MediaError: the file is no picture that can be read.
    """
    width, _, height = size.partition("x")
    with open_picture(path) as picture:
        cut = ImageOps.fit(picture.convert("RGB"), (int(width), int(height)), Image.Resampling.LANCZOS)
    buffer = BytesIO()
    cut.save(buffer, "PNG")
    return buffer.getvalue()


def duration_for(seconds: float) -> float:
    """The shortest duration that is long enough, or else the longest."""
    return next((one for one in DURATIONS if one >= seconds), DURATIONS[-1])


async def _read(answer: httpx.Response) -> bytes:
    body = bytearray()
    async for piece in answer.aiter_bytes():
        body += piece
        if len(body) > MAX_ANSWER:
            detail = f"{answer.url.host} gave an endless answer. Check SORA_API_BASE."
            raise ProviderError(ProviderErrorKind.UNKNOWN_OUTCOME, detail)
    return bytes(body)


def _json(body: bytes) -> object:
    try:
        return json.loads(body)
    except ValueError:
        return body.decode("utf-8", "replace")


def _path(remote_id: str) -> str:
    return f"/videos/{quote(remote_id, safe='')}"


def _ordered(cards: Sequence[ModelCard], model: str) -> tuple[ModelCard, ...]:
    """The cards, that of `model` first."""
    first = card_of(cards, model)
    return (first, *(card for card in cards if card is not first))


def _video_request(request: Request) -> VideoRequest:
    if not isinstance(request, VideoRequest):
        raise ProviderError(ProviderErrorKind.INVALID, "This filmmaker films clips only.")
    return request


def build(settings: Settings, cards: Sequence[ModelCard]) -> SoraFilmmaker:
    """The filmmaker that the settings describe.

    Raises:
        InvalidInput: there is no server, or SORA_MODEL is not known.
    """
    if not settings.sora_api_base:
        raise InvalidInput(
            "FILMMAKER=sora needs SORA_API_BASE, the base URL of a server that speaks /v1/videos, and SORA_API_KEY "
            "if it asks for one. OpenAI's own service ended on 2026-09-24."
        )
    return SoraFilmmaker(
        cards,
        base_url=settings.sora_api_base,
        api_key=settings.sora_api_key.get_secret_value().strip() if settings.sora_api_key else "",
        model=settings.sora_model or "",
        timeout=settings.provider_timeout_seconds,
    )


async def live_models(settings: Settings) -> tuple[LiveModel, ...]:
    """The models that the server at SORA_API_BASE lists. Free.

    Raises:
        InvalidInput: there is no server, or SORA_MODEL is not known.
        ProviderError: the key is not accepted, or the server does not answer as it should.
    """
    return await build(settings, Catalogue.load(settings.models_file).of(NAME, Modality.FILMMAKER)).models()
