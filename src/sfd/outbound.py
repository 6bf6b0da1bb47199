"""Requests to addresses that a user chose: webhooks and reference pictures.

Whoever may name an address can try to make the server call its own network. So the name is resolved here, every
address it has is checked, and the very address that was checked is dialled: a second answer of the name server never
counts. Redirects are not followed and proxy variables are ignored.
"""

import asyncio
import ipaddress
import re
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Generator, Iterable, Sequence
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from typing import BinaryIO, cast

import httpcore
import httpx

from sfd.domain.errors import Fault, InvalidInput, TooLarge

Resolver = Callable[[str, int], Awaitable[Sequence[str]]]

PORTS = {"http": 80, "https": 443}
LONGEST_URL = 2048
MOST_ADDRESSES = 4
MOST_CONNECTIONS = 32
TIMEOUT_SECONDS = 15.0
DOWNLOAD_SECONDS = 60.0

_EXCEPTION = " An operator can allow an exception with OUTBOUND_ALLOW."
_HOST = re.compile(rb"[A-Za-z0-9._-]+|[0-9A-Fa-f:.]+")
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")
_TUNNELS = (ipaddress.IPv6Network("2001::/32"), ipaddress.IPv6Network("2002::/16"))  # Teredo, 6to4
_RELAYS = ipaddress.IPv4Network("192.88.99.0/24")  # 6to4 anycast


def allowed_entries(setting: str) -> frozenset[str]:
    """The `host` and `host:port` entries of a comma-separated setting."""
    return frozenset(entry.strip().lower() for entry in setting.split(",") if entry.strip())


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public internet, also when it is an IPv4 address in IPv6 clothes."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv4Address):
        return found.is_global and not (found.is_multicast or found.is_reserved) and found not in _RELAYS
    inner = found.ipv4_mapped or (ipaddress.IPv4Address(int(found) & 0xFFFFFFFF) if found in _NAT64 else None)
    if inner is not None:
        return is_public(str(inner))
    return found.is_global and found in _GLOBAL_UNICAST and not any(found in tunnel for tunnel in _TUNNELS)


def check_url(url: str, allow: Collection[str] = (), *, pointer: str = "/url") -> httpx.URL:
    """Refuse an address that can be refused without asking a name server; returns it parsed.

    `allow` holds `host` or `host:port` entries that may be private and use any port.

    Raises:
        InvalidInput: it is no http or https URL, carries a user name, uses another port than 80 or 443, or names
            this machine or a private network.
    """
    found = _parsed(url, pointer)
    if found.scheme not in PORTS:
        raise _refused("must begin with https:// or http://", pointer)
    if found.userinfo:
        raise _refused("must not carry a user name or password", pointer)
    host = found.raw_host.decode("ascii").lower()
    port = found.port or PORTS[found.scheme]
    if _is_allowed(host, port, allow):
        return found
    if port not in PORTS.values():
        raise _refused("must use port 80 or 443", pointer, _EXCEPTION)
    if _is_private_literal(host):
        raise _refused("must be an address on the public internet", pointer, _EXCEPTION)
    return found


def _parsed(url: str, pointer: str) -> httpx.URL:
    if len(url) > LONGEST_URL:
        raise _refused(f"must have at most {LONGEST_URL} characters", pointer)
    try:
        found = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise _refused(f"is not a URL ({error})", pointer) from error
    if not _HOST.fullmatch(found.raw_host):
        raise _refused("must be a URL with a host, such as https://example.com/hook", pointer)
    return found


def _refused(reason: str, pointer: str | None, hint: str = "") -> InvalidInput:
    return InvalidInput(f"The address cannot be used: it {reason}.{hint}", [Fault(pointer, reason)] if pointer else [])


def _is_allowed(host: str, port: int, allow: Collection[str]) -> bool:
    shown = f"[{host}]" if ":" in host else host
    return any(entry in allow for entry in (host, shown, f"{shown}:{port}"))


def _is_private_literal(host: str) -> bool:
    name = host.rstrip(".")
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return not is_public(name)
    except ValueError:
        pass
    try:
        return not is_public(socket.inet_ntoa(socket.inet_aton(name)))  # resolvers read 127.1 and 0x7f.1 this way
    except (OSError, UnicodeError):
        return False


async def resolve(host: str, port: int) -> Sequence[str]:
    """Every address of a name, as the system's resolver gives them.

    Raises:
        OSError: the name has none.
    """
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(one[4][0]) for one in found))


class _GuardedNetwork(httpcore.AsyncNetworkBackend):
    """Dials only addresses that were just checked. TLS still asks for the name's certificate."""

    def __init__(self, allow: Collection[str], resolver: Resolver, network: httpcore.AsyncNetworkBackend) -> None:
        self._allow = allow
        self._resolve = resolver
        self._network = network

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the signature is httpcore's
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        try:
            async with asyncio.timeout(timeout):
                addresses = await self._checked(host.lower(), port)
                share = None if timeout is None else timeout / len(addresses)
                return await self._dial(addresses, port, share, local_address, socket_options)
        except TimeoutError as error:
            raise httpcore.ConnectTimeout(f"{host} did not answer in time") from error

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ASYNC109 - the signature is httpcore's
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        del path, timeout, socket_options
        raise httpcore.ConnectError("sockets of this machine are not reachable")

    async def sleep(self, seconds: float) -> None:
        await self._network.sleep(seconds)

    async def _checked(self, host: str, port: int) -> Sequence[str]:
        try:
            addresses = await self._resolve(host, port)
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(f"the name {host} has no address") from error
        if not addresses:
            raise httpcore.ConnectError(f"the name {host} has no address")
        if not _is_allowed(host, port, self._allow):
            if port not in PORTS.values():
                raise _refused("must use port 80 or 443", None, _EXCEPTION)
            if not all(is_public(address) for address in addresses):
                raise _refused(f"must be on the public internet, and {host} is not", None, _EXCEPTION)
        return addresses[:MOST_ADDRESSES]

    async def _dial(
        self,
        addresses: Sequence[str],
        port: int,
        seconds: float | None,
        local_address: str | None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None,
    ) -> httpcore.AsyncNetworkStream:
        *others, last = addresses
        for address in others:
            try:
                return await self._network.connect_tcp(address, port, seconds, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return await self._network.connect_tcp(last, port, seconds, local_address, socket_options)


@contextmanager
def _as_httpx_errors() -> Generator[None]:
    try:
        yield
    except httpcore.TimeoutException as error:
        raise httpx.TimeoutException(str(error) or type(error).__name__) from error
    except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.UnsupportedProtocol) as error:
        raise httpx.TransportError(str(error) or type(error).__name__) from error


class _Body(httpx.AsyncByteStream):
    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with _as_httpx_errors():
            async for part in self._answer.aiter_stream():
                yield part

    async def aclose(self) -> None:
        await self._answer.aclose()


class _GuardedTransport(httpx.AsyncBaseTransport):
    def __init__(self, allow: Collection[str], network: _GuardedNetwork) -> None:
        self._allow = allow
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=httpx.create_ssl_context(),
            max_connections=MOST_CONNECTIONS,
            max_keepalive_connections=0,  # the next request asks the name server again
            network_backend=network,
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        url = check_url(str(request.url), self._allow)
        if not isinstance(request.stream, httpx.AsyncByteStream):
            raise TypeError("an asynchronous client sends asynchronous bodies")
        target = httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)
        with _as_httpx_errors():
            answer = await self._pool.handle_async_request(
                httpcore.Request(
                    method=request.method,
                    url=target,
                    headers=request.headers.raw,
                    content=request.stream,
                    extensions=request.extensions,
                )
            )
        return httpx.Response(answer.status, headers=answer.headers, stream=_Body(answer))

    async def aclose(self) -> None:
        await self._pool.aclose()


def _system_network() -> httpcore.AsyncNetworkBackend:
    return cast("httpcore.AsyncNetworkBackend", httpcore.AnyIOBackend())  # hides its base when anyio is missing


def guarded_client(
    allow: Collection[str] = (),
    timeout: float = TIMEOUT_SECONDS,
    *,
    resolver: Resolver = resolve,
    network: httpcore.AsyncNetworkBackend | None = None,
) -> httpx.AsyncClient:
    """A client for addresses that a user chose. `timeout` holds for each step: connect, send, and each read.

    Its requests raise `InvalidInput` for an address that is refused, else the errors of httpx. `resolver` gives the
    addresses of a name, `network` dials one of them.
    """
    guard = _GuardedNetwork(allow, resolver, network or _system_network())
    return httpx.AsyncClient(
        transport=_GuardedTransport(allow, guard), timeout=timeout, follow_redirects=False, trust_env=False
    )


async def download(
    client: httpx.AsyncClient, url: str, path: Path, max_bytes: int, *, seconds: float = DOWNLOAD_SECONDS
) -> str:
    """Fetch `url` into the file `path` within `seconds`; returns its media type as the server names it.

    On any error there is no file.

    Raises:
        InvalidInput: the address is refused, does not answer in time, or answers with anything but 200.
        TooLarge: there are more than `max_bytes`.
        OSError: the file cannot be written.
    """
    with _no_file_on_error(path), _as_invalid_input(_parsed(url, "/url").host):
        async with asyncio.timeout(seconds):
            return await _fetch(client, url, path, max_bytes)


@contextmanager
def _no_file_on_error(path: Path) -> Generator[None]:
    try:
        yield
    except BaseException:
        path.unlink(missing_ok=True)
        raise


@contextmanager
def _as_invalid_input(host: str) -> Generator[None]:
    try:
        yield
    except TimeoutError as error:
        raise InvalidInput(f"{host} did not deliver the file in time. Try again, or give another address.") from error
    except httpx.HTTPError as error:
        raise InvalidInput(f"{host} did not deliver the file ({error}). Check the address, or try again.") from error


async def _fetch(client: httpx.AsyncClient, url: str, path: Path, max_bytes: int) -> str:
    # Compressed bodies are not asked for: a small one can unfold into a huge one.
    async with client.stream("GET", url, headers={"Accept-Encoding": "identity"}) as answer:
        if answer.status_code != HTTPStatus.OK:
            raise InvalidInput(
                f"{answer.url.host} answered {answer.status_code} instead of the file. "
                "Give the address of the file itself, one that needs no key and does not redirect."
            )
        if answer.headers.get("Content-Encoding", "identity") != "identity":
            raise InvalidInput(f"{answer.url.host} sent the file packed. Give an address that is not compressed.")
        with path.open("wb") as file:
            await _save(answer, file, max_bytes)
        return answer.headers.get("Content-Type", "application/octet-stream").partition(";")[0].strip().lower()


async def _save(answer: httpx.Response, file: BinaryIO, max_bytes: int) -> None:
    size = 0
    async for part in answer.aiter_raw():
        size += len(part)
        if size > max_bytes:
            raise _too_large(max_bytes)
        await asyncio.to_thread(file.write, part)


def _too_large(max_bytes: int) -> TooLarge:
    return TooLarge(f"The file has more than {max_bytes:,} bytes. Give the address of a smaller one.")
