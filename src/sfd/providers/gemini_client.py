"""How Google's SDK is driven: once for each request, within a time, and with the key that the settings name.

The SDK's own habits would cost money: interactions are POSTed up to five times, long answers are continued by
further paid requests, and there is no time-out. All of that is off here.
"""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from functools import cached_property
from math import ceil
from typing import cast

import httpx2
from google.auth.credentials import Credentials
from google.genai import Client
from google.genai.client import AsyncClient
from google.genai.types import HttpOptions, HttpRetryOptions

from sfd.config import Settings
from sfd.domain.errors import InvalidInput
from sfd.providers.catalogue import LiveModel
from sfd.providers.downloading import MEGABYTE, is_loopback
from sfd.providers.gemini_errors import DIRECT, LATER, SUBMIT, Account, AnswerTooLargeError, one_call

BASE_URL = "https://generativelanguage.googleapis.com"
MAX_ANSWER_BYTES = 64 * MEGABYTE
ONCE = HttpRetryOptions(attempts=1)
KEY_HEADER = "x-goog-api-key"
LAST_SECONDS = 5.0
LONGEST_SUBMIT = 60.0  # seconds; a job is only taken down, so its answer comes soon


def settles_after(seconds: float) -> float:
    """The seconds after which a request of at most `seconds` has its answer or never will.

    Twice that time: a process that was stopped may still send while the first half lasts.
    """
    return 2 * (seconds + LAST_SECONDS)


class _Bounded(httpx2.AsyncByteStream):
    """The body of an answer, which ends with an error where it becomes larger than any result."""

    def __init__(self, inner: httpx2.AsyncByteStream) -> None:
        self._inner = inner

    async def __aiter__(self) -> AsyncIterator[bytes]:
        size = 0
        async for part in self._inner:
            size += len(part)
            if size > MAX_ANSWER_BYTES:
                raise AnswerTooLargeError(f"an answer of more than {MAX_ANSWER_BYTES // MEGABYTE} MB")
            yield part

    async def aclose(self) -> None:
        await self._inner.aclose()


async def _bound(answer: httpx2.Response) -> None:
    answer.stream = _Bounded(cast("httpx2.AsyncByteStream", answer.stream))


def http_options(base_url: str | None, seconds: float, *, local: bool) -> HttpOptions:
    """Each request is sent once, on a fresh connection; `seconds` bound each step of it.

    No connection is kept: one that the server closed meanwhile would lose the answer to a paid request. Packed
    answers are not asked for: a small one can unfold hugely. Proxies of the environment are not used for a server
    on this machine.
    """
    trust = httpx2.create_ssl_context()  # one for all: the SDK would read the certificates once for each transport
    client = httpx2.AsyncClient(
        verify=trust,
        headers={"Accept-Encoding": "identity"},
        limits=httpx2.Limits(max_connections=None, max_keepalive_connections=0),
        trust_env=not local,
        follow_redirects=False,
        event_hooks={"response": [_bound]},
    )
    return HttpOptions(
        base_url=base_url,
        timeout=ceil(seconds * 1000),
        retry_options=ONCE.model_copy(),
        httpx_async_client=client,
        client_args={"verify": trust},
        async_client_args={"verify": trust, "ssl": trust},
    )


@dataclass(frozen=True)
class GeminiAccess:
    """One account of the Gemini API. The client is made when it is first used."""

    account: Account
    base_url: str
    seconds: float

    @cached_property
    def client(self) -> AsyncClient:
        """The SDK's client, with the key given, so that no other one of the environment counts."""
        options = http_options(self.base_url, self.seconds, local=is_loopback(self.base_url))
        return Client(vertexai=False, api_key=self.account.key, http_options=options).aio

    def creating(self) -> AbstractAsyncContextManager[None]:
        """Around the one call that costs money, where its answer is the result."""
        return one_call(self.account, self.seconds, DIRECT)

    def submitting(self) -> AbstractAsyncContextManager[None]:
        """Around the one call that costs money, where it only takes a job down."""
        return one_call(self.account, self.submit_seconds, SUBMIT)

    @property
    def submit_seconds(self) -> float:
        """How long taking a job down may take."""
        return min(self.seconds, LONGEST_SUBMIT)

    def asking(self) -> AbstractAsyncContextManager[None]:
        """Around free calls about what was accepted."""
        return one_call(self.account, self.seconds, LATER)


@dataclass(frozen=True)
class VertexAccess:
    """One project of Vertex AI. `credentials` None: those that google-auth finds on the machine."""

    account: Account
    project: str
    location: str
    seconds: float
    credentials: Credentials | None = None
    base_url: str | None = None

    @cached_property
    def client(self) -> AsyncClient:
        """The SDK's client."""
        local = self.base_url is not None and is_loopback(self.base_url)
        options = http_options(self.base_url, self.seconds, local=local)
        return Client(
            vertexai=True,
            project=self.project,
            location=self.location,
            credentials=self.credentials,
            http_options=options,
        ).aio

    def submitting(self) -> AbstractAsyncContextManager[None]:
        """Around the one call that costs money, which only takes a job down."""
        return one_call(self.account, self.submit_seconds, SUBMIT)

    @property
    def submit_seconds(self) -> float:
        """How long taking a job down may take."""
        return min(self.seconds, LONGEST_SUBMIT)

    def asking(self) -> AbstractAsyncContextManager[None]:
        """Around free calls about what was accepted."""
        return one_call(self.account, self.seconds, LATER)


def gemini_access(settings: Settings, chosen_by: str) -> GeminiAccess:
    """The account that the settings name; `chosen_by` is the setting that asks for it, such as `WRITER=gemini`.

    Raises:
        InvalidInput: there is no key.
    """
    key = settings.gemini_api_key.get_secret_value().strip() if settings.gemini_api_key else ""
    if not key:
        raise InvalidInput(f"{chosen_by} needs GEMINI_API_KEY: make a key at https://aistudio.google.com/apikey.")
    base_url = (settings.google_gemini_base_url or BASE_URL).rstrip("/")
    return GeminiAccess(Account(key=key), base_url, settings.provider_timeout_seconds)


async def live_models(settings: Settings) -> tuple[LiveModel, ...]:
    """The models that the key can use. Free.

    Raises:
        InvalidInput: there is no key.
        ProviderError: the key is not accepted, or Google cannot be reached.
    """
    access = gemini_access(settings, "Listing models")
    async with access.asking():
        pages = await access.client.models.list()
        return tuple([LiveModel(id=(one.name or "").removeprefix("models/")) async for one in pages])
