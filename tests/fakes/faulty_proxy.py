"""A proxy between SFD and its S3 server that spoils what it is told to."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

_END = b"\r\n\r\n"
_BUSY = b"<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>"
_DENIED = b"<Error><Code>SignatureDoesNotMatch</Code><Message>no</Message></Error>"
_MOST_HEAD = 64 * 1024


class Fault(StrEnum):
    """What becomes of a request."""

    NONE = "none"
    ERROR = "500"
    BUSY = "503"
    DENIED = "403"
    HANG = "hang"
    RESET = "reset"
    HALF = "half"
    LOST = "lost"


class FaultyProxy:
    """Passes each request on by itself. `fault` says what becomes of the n-th with that method and path."""

    def __init__(self, upstream: str) -> None:
        address = urlsplit(upstream)
        self._upstream = (str(address.hostname), int(address.port or 80))
        self._hanging = asyncio.Event()
        self._serving: set[asyncio.Task[Any]] = set()
        self.url = ""
        self.fault: Callable[[str, str, int], Fault] = lambda _method, _path, _time: Fault.NONE
        self.asked: Counter[str] = Counter()
        self.faults: Counter[Fault] = Counter()

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection."""
        task = asyncio.current_task()
        assert task is not None
        self._serving.add(task)
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError):
                await self._serve(reader, writer)
        finally:
            self._serving.discard(task)
            await _close(writer)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(_END)
        method, path, _ = head.split(b"\r\n", 1)[0].decode().split(" ", 2)
        self.asked[method] += 1
        fault = self.fault(method, path.partition("?")[0], self.asked[method])
        self.faults[fault] += 1
        if fault is Fault.RESET:
            writer.transport.abort()
            return
        body = await reader.readexactly(_length_of(head))
        if fault is Fault.HANG:
            await self._hanging.wait()
        elif fault in (Fault.ERROR, Fault.BUSY, Fault.DENIED):
            said = _DENIED if fault is Fault.DENIED else _BUSY
            writer.write(f"HTTP/1.1 {fault} No\r\nconnection: close\r\ncontent-length: {len(said)}\r\n\r\n".encode())
            writer.write(said)
            await writer.drain()
        else:
            await self._pass_on(head, body, writer, fault)

    async def _pass_on(self, head: bytes, body: bytes, writer: asyncio.StreamWriter, fault: Fault) -> None:
        answers, asking = await asyncio.open_connection(*self._upstream)
        try:
            await self._relay(head, body, answers, asking, writer, fault)
        finally:
            await _close(asking)

    async def _relay(
        self,
        head: bytes,
        body: bytes,
        answers: asyncio.StreamReader,
        asking: asyncio.StreamWriter,
        writer: asyncio.StreamWriter,
        fault: Fault,
    ) -> None:
        asking.write(head.removesuffix(_END) + b"\r\nconnection: close" + _END + body)
        await asking.drain()
        if fault is Fault.HALF:
            answer = await answers.read()
            begun = answer.index(_END) + len(_END)
            writer.write(answer[: begun + (len(answer) - begun) // 2])
            await writer.drain()
        elif fault is Fault.LOST:
            await answers.read()
            writer.transport.abort()
        else:
            while piece := await answers.read(256 * 1024):
                writer.write(piece)
                await writer.drain()

    async def stop(self) -> None:
        """Let go of what hangs, and end every connection."""
        self._hanging.set()
        for task in self._serving:
            task.cancel()
        await asyncio.gather(*self._serving, return_exceptions=True)


@asynccontextmanager
async def faulty_proxy(upstream: str) -> AsyncGenerator[FaultyProxy]:
    """A proxy in front of `upstream`, on a port of its own."""
    proxy = FaultyProxy(upstream)
    server = await asyncio.start_server(proxy.handle, "127.0.0.1", 0, limit=_MOST_HEAD)
    proxy.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield proxy
    finally:
        server.close()
        await proxy.stop()


async def _close(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with suppress(ConnectionError):
        await writer.wait_closed()


def _length_of(head: bytes) -> int:
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length":
            return int(value)
    return 0
