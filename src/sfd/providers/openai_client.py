"""The official SDK's client as paid requests need it: sent once, on a fresh connection, answered in bounded time."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx2  # the transport of the SDK
from openai import AsyncAPIResponse, AsyncOpenAI, DefaultAsyncHttpx2Client

from sfd.config import Settings
from sfd.domain.errors import InvalidInput, ProviderError, ProviderErrorKind
from sfd.providers.base import Modality, Reference
from sfd.providers.catalogue import LiveModel, models_in
from sfd.providers.downloading import CONNECT_SECONDS, is_loopback
from sfd.providers.openai_errors import OPENAI, Vendor, as_provider_errors
from sfd.providers.sending import guard_sending

DEFAULT_BASE_URL = "https://api.openai.com/v1"
NO_KEY = "no-key"
PIECE = 65_536
MAX_LIST = 4_000_000


@dataclass(frozen=True)
class OpenAiServer:
    """OpenAI, or a server that speaks the same. `timeout` is the seconds that a whole answer may take."""

    client: AsyncOpenAI
    vendor: Vendor
    timeout: float

    @classmethod
    def at(cls, *, api_key: str | None, base_url: str | None, timeout: float) -> "OpenAiServer":
        """A server by key and base URL (with its version, as `OPENAI_BASE_URL` has it).

        No connection is kept: one that the server closed meanwhile would lose the answer to a paid request. No
        redirect is followed: it would send the request again.
        """
        url = base_url or DEFAULT_BASE_URL
        transport = DefaultAsyncHttpx2Client(
            limits=httpx2.Limits(max_keepalive_connections=0),
            timeout=httpx2.Timeout(timeout, connect=min(timeout, CONNECT_SECONDS)),
            trust_env=not is_loopback(url),
            follow_redirects=False,
            event_hooks={"request": [guard_sending]},
        )
        client = AsyncOpenAI(
            api_key=api_key or NO_KEY, base_url=url, timeout=timeout, max_retries=0, http_client=transport
        )
        return cls(client, replace(OPENAI, key=api_key or ""), timeout)

    @classmethod
    def of(cls, settings: Settings, modality: Modality) -> "OpenAiServer":
        """The server that the settings name.

        Raises:
            InvalidInput: there is no key, and no other server than OpenAI's.
        """
        key = settings.openai_api_key.get_secret_value().strip() if settings.openai_api_key else ""
        if not key and not settings.openai_base_url:
            raise InvalidInput(
                f"{modality.upper()}=openai needs OPENAI_API_KEY, or OPENAI_BASE_URL of a server that asks for none."
            )
        return cls.at(api_key=key, base_url=settings.openai_base_url, timeout=settings.provider_timeout_seconds)

    @asynccontextmanager
    async def answer(
        self,
        call: AbstractAsyncContextManager[AsyncAPIResponse[Any]],
        max_bytes: int,
        references: Sequence[Reference] = (),
    ) -> AsyncGenerator[AsyncIterator[bytes]]:
        """The body of a call's answer, piece by piece.

        Raises:
            ProviderError: the call failed, or its answer is longer than `max_bytes`.
        """
        with as_provider_errors(self.vendor, references):
            async with asyncio.timeout(self.timeout), call as response:
                yield _bounded(response, max_bytes)


async def _bounded(response: AsyncAPIResponse[Any], max_bytes: int) -> AsyncIterator[bytes]:
    size = 0
    async for piece in response.iter_bytes(PIECE):
        size += len(piece)
        if size > max_bytes:
            detail = f"The answer is longer than {max_bytes:,} bytes and was not read to its end."
            raise ProviderError(ProviderErrorKind.NO_OUTPUT, detail)
        yield piece


async def live_models(settings: Settings) -> tuple[LiveModel, ...]:
    """The models that the key can use. Free.

    Raises:
        InvalidInput: there is neither a key nor another server.
        ProviderError: the key is not accepted, or the server does not answer as it should.
    """
    server = OpenAiServer.of(settings, Modality.WRITER)
    call = server.client.models.with_streaming_response.list()
    async with server.answer(call, MAX_LIST) as pieces:
        return models_in(await read_all(pieces))


async def read_all(pieces: AsyncIterator[bytes]) -> bytes:
    """The whole body of an answer that is known to be bounded."""
    return b"".join([piece async for piece in pieces])


async def write_all(pieces: AsyncIterator[bytes], into: Path) -> None:
    """Write a body to a file as it comes."""
    with into.open("wb") as file:
        async for piece in pieces:
            await asyncio.to_thread(file.write, piece)
