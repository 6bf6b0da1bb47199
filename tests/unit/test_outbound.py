"""The guard of requests to addresses that a user chose, attacked over a real loopback server."""

import ipaddress
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import cast

import httpcore
import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sfd.domain.errors import InvalidInput, TooLarge
from sfd.outbound import allowed_entries, check_url, download, guarded_client, is_public, resolve

PUBLIC = "93.184.216.34"
FILE = bytes(range(256)) * 1000

PRIVATE_HOSTS = [
    "127.0.0.1", "localhost", "LOCALHOST.", "api.localhost", "0.0.0.0", "[::ffff:127.0.0.1]", "[::1]", "[::]",
    "2130706433", "0x7f.1", "0177.0.0.1", "127.1", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[2001:0:7f00:1::]",
    "[::7f00:1]", "169.254.169.254", "100.64.0.1", "[fd00::1]", "[fe80::1]", "[fec0::1]", "192.168.1.1", "10.0.0.1",
    "172.16.0.1", "224.0.0.1", "[ff02::1]", "198.18.0.1", "192.0.2.1", "240.0.0.1", "255.255.255.255", "192.88.99.1",
    "[2001:db8::1]",
]  # fmt: skip
PRIVATE_NETWORKS = ["10.0.0.0/8", "127.0.0.0/8", "100.64.0.0/10", "fc00::/7", "fe80::/10", "2002::/16", "ff00::/8"]
NAMES = {
    "evil.test": ["127.0.0.1"],
    "meta.test": ["169.254.169.254"],
    "mixed.test": [PUBLIC, "10.0.0.1"],
    "six.test": ["::ffff:10.0.0.1"],
    "public.test": [PUBLIC],
    "broken.test": ["93.184.216.35", PUBLIC],
}


class Web:
    """A name server and a network: public addresses lead to the canary, dials are remembered."""

    def __init__(self, canary: int) -> None:
        self.dialled: list[str] = []
        self.asked = 0
        self.network = Network(self, canary)

    async def resolve(self, host: str, port: int) -> Sequence[str]:
        self.asked += 1
        if host == "rebind.test":
            return [PUBLIC] if self.asked == 1 else ["127.0.0.1"]
        return NAMES[host] if host in NAMES else await resolve(host, port)

    def client(self, allow: Iterable[str] = ()) -> httpx.AsyncClient:
        return guarded_client(frozenset(allow), 5, resolver=self.resolve, network=self.network)


class Network(httpcore.AsyncNetworkBackend):
    def __init__(self, web: Web, canary: int) -> None:
        self._web = web
        self._canary = canary
        self._real = cast("httpcore.AsyncNetworkBackend", httpcore.AnyIOBackend())

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the signature is httpcore's
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        del port, local_address, socket_options
        self._web.dialled.append(host)
        if host == "93.184.216.35":
            raise httpcore.ConnectError("nobody there")
        return await self._real.connect_tcp("127.0.0.1", self._canary, timeout)


class Canary(BaseHTTPRequestHandler):
    """Whoever reaches it has left a hit."""

    hits: list[tuple[str, str]]

    def do_GET(self) -> None:
        self.hits.append((self.headers["Host"], self.path))
        match self.path:
            case "/moved":
                self.send_response(302)
                self.send_header("Location", "/file")
                self.end_headers()
            case "/zipped":
                self._send({"Content-Encoding": "gzip"})
            case "/slow":
                self.send_response(200)
                self.end_headers()
                with suppress(OSError):
                    for _ in range(100):
                        self.wfile.write(b"x")
                        time.sleep(0.05)
            case "/gone":
                self.send_error(404)
            case _:
                self._send({})

    def _send(self, headers: dict[str, str]) -> None:
        self.send_response(200)
        for name, value in {"Content-Type": "Image/PNG; charset=x", **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        with suppress(OSError):
            self.wfile.write(FILE)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Say nothing."""


@pytest.fixture
def hits() -> list[tuple[str, str]]:
    return []


@pytest.fixture
def canary(hits: list[tuple[str, str]]) -> Iterator[int]:
    handler = type("Handler", (Canary,), {"hits": hits})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    serving = threading.Thread(target=server.serve_forever, args=(0.05,))
    serving.start()
    yield server.server_port
    server.shutdown()
    serving.join()
    server.server_close()


@pytest.fixture
def web(canary: int) -> Web:
    return Web(canary)


@pytest.mark.parametrize("host", PRIVATE_HOSTS)
@pytest.mark.parametrize("port", ["", ":9931"])
async def test_a_private_address_is_refused_without_a_dial(web: Web, host: str, port: str) -> None:
    url = f"http://{host}{port}/secret"
    with pytest.raises(InvalidInput):
        check_url(url)
    async with web.client() as client:
        with pytest.raises((InvalidInput, httpx.InvalidURL)):
            await client.get(url)
    assert web.dialled == []


@pytest.mark.parametrize("host", ["evil.test", "meta.test", "mixed.test", "six.test"])
@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_a_name_that_leads_to_a_private_address_is_not_dialled(web: Web, host: str, scheme: str) -> None:
    check_url(f"{scheme}://{host}/")
    async with web.client() as client:
        with pytest.raises(InvalidInput, match="public internet"):
            await client.get(f"{scheme}://{host}/")
    assert web.dialled == []


async def test_a_name_that_changes_its_address_is_checked_each_time(web: Web) -> None:
    async with web.client() as client:
        assert (await client.get("http://rebind.test/")).status_code == 200
        with pytest.raises(InvalidInput):
            await client.get("http://rebind.test/")
    assert web.dialled == [PUBLIC]
    assert web.asked == 2


async def test_the_checked_address_is_dialled_and_the_name_is_sent(web: Web, hits: list[tuple[str, str]]) -> None:
    async with web.client() as client:
        answer = await client.get("http://public.test/file?a=b")
    assert answer.content == FILE
    assert web.dialled == [PUBLIC]
    assert hits == [("public.test", "/file?a=b")]


async def test_the_next_address_is_tried_when_one_does_not_answer(web: Web) -> None:
    async with web.client() as client:
        assert (await client.get("http://broken.test/")).status_code == 200
    assert web.dialled == ["93.184.216.35", PUBLIC]


@pytest.mark.parametrize(
    "url",
    [
        "ftp://public.test/", "file:///etc/passwd", "gopher://public.test/", "public.test", "", "http://",
        "//public.test/",
        "http://user@public.test/", "http://user:word@public.test/", "http://public.test:22/", "https://public.test:8443/",
        "http://[::1", "http://public.test:99999/", "http://a b/", "https://public.test/" + "x" * 2048, "http://\x00/",
    ],
)  # fmt: skip
async def test_an_unusable_url_is_refused_with_a_reason(web: Web, url: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        check_url(url)
    assert refused.value.faults[0].pointer == "/url"
    async with web.client() as client:
        with suppress(httpx.HTTPError, httpx.InvalidURL, InvalidInput):
            await client.get(url)
    assert web.dialled == []


@pytest.mark.parametrize(
    "url", ["http://public.test", "https://public.test/a?b#c", "http://public.test:443/", "https://bücher.example/"]
)
def test_a_public_url_is_accepted(url: str) -> None:
    check_url(url)


async def test_an_operator_can_allow_a_private_host_and_port(web: Web, canary: int) -> None:
    allow = allowed_entries(f" 127.0.0.1:{canary} , Evil.test,[::1]:8443 ")
    check_url(f"http://127.0.0.1:{canary}/", allow)
    check_url("http://evil.test:1234/", allow)
    check_url("https://[::1]:8443/", allow)
    async with web.client(allow) as client:
        assert (await client.get(f"http://127.0.0.1:{canary}/")).status_code == 200
        assert (await client.get("http://evil.test:1234/")).status_code == 200
    for refused in (f"http://127.0.0.1:{canary + 1}/", "http://127.0.0.1/", "https://[::1]/", "http://localhost/"):
        with pytest.raises(InvalidInput):
            check_url(refused, allow)


async def test_redirects_are_answers_and_proxies_are_ignored(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    async with web.client() as client:
        assert (await client.get("http://public.test/moved")).status_code == 302
    assert web.dialled == [PUBLIC]


async def test_a_name_without_an_address_is_a_transport_error(web: Web) -> None:
    async with web.client() as client:
        for host in ("nothing.invalid", "x" * 70 + ".test"):
            with pytest.raises((httpx.TransportError, InvalidInput)):
                await client.get(f"http://{host}/")


async def test_a_file_is_fetched_with_its_media_type(web: Web, tmp_path: Path) -> None:
    path = tmp_path / "picture"
    async with web.client() as client:
        assert await download(client, "http://public.test/file", path, len(FILE)) == "image/png"
    assert path.read_bytes() == FILE


async def test_a_file_that_is_too_large_leaves_nothing(web: Web, tmp_path: Path) -> None:
    path = tmp_path / "picture"
    async with web.client() as client:
        with pytest.raises(TooLarge, match="255,999"):
            await download(client, "http://public.test/file", path, len(FILE) - 1)
    assert not path.exists()


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://public.test/moved", "answered 302"),
        ("http://public.test/gone", "answered 404"),
        ("http://public.test/zipped", "not compressed"),
        ("http://public.test/slow", "in time"),
        ("http://evil.test/file", "public internet"),
        ("http://nothing.invalid/file", "no address"),
        ("not a url", "cannot be used"),
    ],
)
async def test_a_file_that_cannot_be_fetched_is_invalid_input(web: Web, tmp_path: Path, url: str, said: str) -> None:
    path = tmp_path / "picture"
    async with web.client() as client:
        with pytest.raises(InvalidInput, match=said):
            await download(client, url, path, 10_000_000, seconds=0.5)
    assert not path.exists()


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_in_ipv6_clothes_is_judged_like_itself(address: ipaddress.IPv4Address) -> None:
    public = is_public(str(address))
    assert is_public(f"::ffff:{address}") is public
    assert is_public(f"64:ff9b::{address}") is public
    assert not is_public(f"::{address}")


@given(st.sampled_from(PRIVATE_NETWORKS).flatmap(lambda network: st.ip_addresses(network=network)))
def test_no_address_of_a_private_network_is_public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
    assert not is_public(str(address))


@pytest.mark.parametrize("address", [PUBLIC, "8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_public_addresses_are_public(address: str) -> None:
    assert is_public(address)
