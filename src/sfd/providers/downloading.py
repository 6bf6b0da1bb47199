"""Fetching what a vendor made: streamed to disk, bounded, taken up again after a reset.

A vendor's key goes to the vendor only: `Source.key_headers` are sent to the origin of `Source.base_url`, never
to the storage that an address or a redirect of the vendor leads to. Whether the bytes are the film or picture
they should be is for the caller to check.
"""

import asyncio
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from pathlib import Path
from typing import NoReturn

import httpx

from sfd.domain.errors import MediaError, ProviderError, ProviderErrorKind
from sfd.providers.sending import guard_sending

MEGABYTE = 1_000_000
MAX_BYTES = 2_000 * MEGABYTE
RESUMES = 5
REDIRECTS = 5
TOTAL_SECONDS = 1800.0
CONNECT_SECONDS = 15.0
LONGEST_RETRY_AFTER = 3600.0

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_GONE = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})
_DENIED = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})
_RANGE = re.compile(r"bytes (\d+)-\d+/(\d+|\*)")
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


@dataclass(frozen=True)
class Source:
    """Where a result lies. `key_headers` are sent only where the origin is that of `base_url`."""

    url: str
    base_url: str = ""
    key_headers: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)

    def headers_for(self, url: httpx.URL) -> dict[str, str]:
        """The headers for one address: the key's own, if the address is the vendor's."""
        return dict(self.key_headers) if self.base_url and same_origin(url, httpx.URL(self.base_url)) else {}


def same_origin(one: httpx.URL, other: httpx.URL) -> bool:
    """Whether scheme, host and port are the same."""
    return _origin(one) == _origin(other)


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host.lower(), url.port or {"http": 80, "https": 443}.get(url.scheme)


def is_loopback(url: str) -> bool:
    """Whether an address is this machine's, which no proxy of the environment can reach."""
    return httpx.URL(url).host.lower() in _LOOPBACK


def vendor_client(base_url: str, timeout: float) -> httpx.AsyncClient:
    """A client that sends each request once, on a fresh connection, and follows no redirect by itself.

    No connection is kept: one that the server closed meanwhile would lose the answer to a paid request. Proxies
    of the environment are used, except for a server on this machine. `timeout` is in seconds, for each step.
    """
    return httpx.AsyncClient(
        timeout=httpx.Timeout(timeout, connect=min(timeout, CONNECT_SECONDS)),
        limits=httpx.Limits(max_keepalive_connections=0),
        trust_env=not is_loopback(base_url),
        follow_redirects=False,
        event_hooks={"request": [guard_sending]},
    )


def retry_after_seconds(value: str | None, now: datetime | None = None) -> float | None:
    """The seconds that a Retry-After header asks for: a number or an HTTP date. None when it says nothing usable.

    Source: RFC 9110, section 10.2.3. More than an hour counts as an hour.
    """
    if not value:
        return None
    try:
        seconds = float(value)
    except ValueError:
        seconds = _seconds_until(value, now or datetime.now(UTC))
    return min(max(seconds, 0.0), LONGEST_RETRY_AFTER) if math.isfinite(seconds) else None


def _seconds_until(date: str, now: datetime) -> float:
    try:
        then = parsedate_to_datetime(date)
    except ValueError:
        return math.nan
    return (then if then.tzinfo else then.replace(tzinfo=UTC)).timestamp() - now.timestamp()


async def download(
    client: httpx.AsyncClient,
    source: Source,
    into: Path,
    *,
    max_bytes: int = MAX_BYTES,
    resumes: int = RESUMES,
    seconds: float = TOTAL_SECONDS,
) -> str:
    """Fetch into the file `into`, which is written anew; returns the media type that the server names.

    A broken connection is taken up where it broke, at most `resumes` times, within `seconds` in all. A server
    that does not know ranges sends everything again.

    Raises:
        ProviderError: `expired` when it is gone, `auth`, `rate_limited`, `overloaded`; `unknown_outcome` when it
            could not be fetched now and may be fetched later. Nothing here says that the work itself failed.
        MediaError: there are more than `max_bytes`.
        OSError: the file cannot be written.
    """
    fetching = _Fetching(client, source, into, max_bytes)
    try:
        async with asyncio.timeout(seconds):
            return await fetching.run(resumes)
    except TimeoutError as error:
        host = httpx.URL(source.url).host
        raise _later(f"{host} did not deliver the result within {seconds:.0f} seconds.") from error


def _later(detail: str) -> ProviderError:
    return ProviderError(ProviderErrorKind.UNKNOWN_OUTCOME, f"{detail} It will be fetched again.")


class _Fetching:
    """One file on its way: how much of it is there, and which version of it."""

    def __init__(self, client: httpx.AsyncClient, source: Source, into: Path, max_bytes: int) -> None:
        self._client = client
        self._source = source
        self._into = into
        self._max_bytes = max_bytes
        self._have = 0
        self._version = ""
        self._media_type = "application/octet-stream"

    async def run(self, resumes: int) -> str:
        self._into.write_bytes(b"")
        for left in range(resumes, -1, -1):
            try:
                await self._once()
            except (httpx.TransportError, httpx.StreamError) as error:
                if not left:
                    host = httpx.URL(self._source.url).host
                    raise _later(f"{host} broke off the delivery ({type(error).__name__}).") from error
            else:
                break
        return self._media_type

    async def _once(self) -> None:
        url = httpx.URL(self._source.url)
        for _ in range(REDIRECTS + 1):
            async with self._client.stream("GET", url, headers=self._headers(url)) as answer:
                if answer.status_code in _REDIRECTS and (target := answer.headers.get("Location")):
                    url = url.join(target)
                    continue
                await self._take(answer)
                return
        raise _later(f"{url.host} redirects in a circle.")

    def _headers(self, url: httpx.URL) -> dict[str, str]:
        # Packed bodies are not asked for: their ranges are not those of the file, and a small one can unfold hugely.
        headers = {**self._source.headers_for(url), "Accept-Encoding": "identity"}
        if self._have:
            headers["Range"] = f"bytes={self._have}-"
            if self._version:
                headers["If-Range"] = self._version
        return headers

    async def _take(self, answer: httpx.Response) -> None:
        if answer.status_code == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE and self._have:
            self._check_whole(answer)
            return
        if not answer.is_success:
            raise _failure(answer, keyed=bool(self._source.headers_for(answer.url)))
        if answer.status_code != HTTPStatus.PARTIAL_CONTENT:
            self._have = 0
        elif not self._continues(answer):
            self._start_anew()
        self._note(answer)
        with self._into.open("r+b") as file:
            file.truncate(self._have)
            file.seek(self._have)
            async for part in answer.aiter_raw():
                if self._have + len(part) > self._max_bytes:
                    raise MediaError(f"The delivered file has more than {self._max_bytes:,} bytes.")
                await asyncio.to_thread(file.write, part)
                self._have += len(part)

    def _check_whole(self, answer: httpx.Response) -> None:
        """After a reset behind the last byte the server has no more to send; else it holds something else now."""
        whole = answer.headers.get("Content-Range", "").rpartition("/")[2]
        if whole != str(self._have):
            self._start_anew()

    def _start_anew(self) -> NoReturn:
        self._have = 0
        self._version = ""
        raise httpx.ReadError("the server sent another part than was asked for")

    def _continues(self, answer: httpx.Response) -> bool:
        found = _RANGE.match(answer.headers.get("Content-Range", ""))
        return found is not None and int(found[1]) == self._have

    def _note(self, answer: httpx.Response) -> None:
        version = answer.headers.get("ETag", "")
        self._version = "" if version.startswith("W/") else version
        named = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        self._media_type = named or self._media_type


def _failure(answer: httpx.Response, *, keyed: bool) -> ProviderError:
    status, host = answer.status_code, answer.url.host
    if status in _GONE:
        return ProviderError(ProviderErrorKind.EXPIRED, f"{host} no longer has the result. Make it anew.")
    if status in _DENIED and keyed:
        return ProviderError(ProviderErrorKind.AUTH, f"{host} did not accept the key for the download.")
    if status in _DENIED:  # storage says so of an address that was signed for a time
        return ProviderError(ProviderErrorKind.EXPIRED, f"The address of the result at {host} is no longer valid.")
    after = retry_after_seconds(answer.headers.get("Retry-After"))
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return ProviderError(ProviderErrorKind.RATE_LIMITED, f"{host} is asked too often.", after)
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        return ProviderError(ProviderErrorKind.OVERLOADED, f"{host} is overloaded.", after)
    return _later(f"{host} answered {status} instead of the result.")
