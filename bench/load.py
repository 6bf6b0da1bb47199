"""Load for an HTTP server: keep-alive connections that each ask again as soon as they are answered.

Only Python, so that it runs wherever SFD does; it understands answers with a `Content-Length` or without a body.
"""

import asyncio
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import psutil

BUFFER_BYTES = 1 << 20
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)

MakeRequest = Callable[[int], bytes]


@dataclass(frozen=True)
class Measured:
    """What some seconds of load came to: `waits` are the seconds each request took, `cpu` the server's seconds."""

    seconds: float
    cpu: float
    waits: list[float]

    def __add__(self, other: "Measured") -> "Measured":
        return Measured(self.seconds + other.seconds, self.cpu + other.cpu, self.waits + other.waits)

    @property
    def rate(self) -> float:
        """Requests per second."""
        return len(self.waits) / self.seconds

    @property
    def cpu_ms(self) -> float:
        """The server's CPU milliseconds for each request."""
        return self.cpu / len(self.waits) * 1e3

    def __str__(self) -> str:
        ordered = sorted(self.waits)
        middle, late = (ordered[int(len(ordered) * share)] * 1e3 for share in (0.5, 0.99))
        speed = f"{self.rate:8.1f} requests/s   {self.cpu_ms:7.2f} CPU ms each"
        return f"{speed}   p50 {middle:7.1f} ms   p99 {late:7.1f} ms"


class Connection(asyncio.BufferedProtocol):
    """One connection to the server: ask, and know when the whole answer is there."""

    def __init__(self) -> None:
        self._buffer = bytearray(BUFFER_BYTES)
        self._head = b""
        self._missing = 0
        self._answered: asyncio.Future[bytes] | None = None

    async def ask(self, transport: asyncio.Transport, request: bytes) -> bytes:
        """Send a request; the head of its answer, when all of the answer has come."""
        self._head, self._missing = b"", 0
        self._answered = asyncio.get_running_loop().create_future()
        transport.write(request)
        return await self._answered

    def get_buffer(self, sizehint: int) -> bytearray:  # noqa: ARG002 - one buffer for all
        """Where the next bytes go."""
        return self._buffer

    def buffer_updated(self, nbytes: int) -> None:
        """Count what came."""
        if self._head.endswith(b"\r\n\r\n"):
            self._missing -= nbytes
        else:
            self._begin(self._head + self._buffer[:nbytes])
        if self._missing <= 0 and self._head.endswith(b"\r\n\r\n") and self._answered:
            self._answered.set_result(self._head)
            self._answered = None

    def _begin(self, came: bytes) -> None:
        head, end, body = came.partition(b"\r\n\r\n")
        self._head = head + end
        length = _LENGTH.search(head)
        self._missing = int(length[1]) - len(body) if length else 0

    def connection_lost(self, exc: Exception | None) -> None:
        """The server went away."""
        if self._answered:
            self._answered.set_exception(exc or ConnectionError("the server closed the connection"))


def request_bytes(method: str, path: str, headers: Mapping[str, str] | None = None, body: bytes = b"") -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    if body:
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, "", ""]).encode() + body


async def load(
    port: int, server: psutil.Process, make_request: MakeRequest, *, status: int, connections: int, seconds: float
) -> Measured:
    """Ask for some seconds over so many connections; `make_request` is given a number that is new each time.

    Raises:
        ValueError: an answer has another status than `status`.
    """
    loop = asyncio.get_running_loop()
    opened = [await loop.create_connection(Connection, "127.0.0.1", port) for _ in range(connections)]
    numbers = iter(range(10**9))
    waits: list[float] = []
    expected = f" {status} ".encode()

    async def keep_asking(transport: asyncio.Transport, connection: Connection, until: float) -> None:
        while (started := time.perf_counter()) < until:
            head = await connection.ask(transport, make_request(next(numbers)))
            if head[8:13] != expected:
                raise ValueError(f"expected {status}, but the server answered: {head.decode()}")
            waits.append(time.perf_counter() - started)

    async def ask_for(duration: float) -> float:
        started = time.perf_counter()
        await asyncio.gather(*(keep_asking(*one, started + duration) for one in opened))
        return time.perf_counter() - started

    await ask_for(seconds / 5)
    waits.clear()
    before = _cpu_seconds(server)
    took = await ask_for(seconds)
    cpu = _cpu_seconds(server) - before
    for transport, _ in opened:
        transport.close()
    return Measured(took, cpu, waits)


def _cpu_seconds(process: psutil.Process) -> float:
    times = process.cpu_times()
    return times.user + times.system
