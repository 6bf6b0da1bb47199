"""Somebody who registered a webhook: an HTTP server on loopback that remembers what it was sent."""

import threading
import time
from collections import deque
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

WAIT_SECONDS = 60


@dataclass(frozen=True)
class Heard:
    """One request, as it came."""

    path: str
    headers: dict[str, str]
    body: str


class Receiver:
    """Answers with `answers` in turn, and with 204 when they are used up."""

    def __init__(self, port: int, answers: Iterable[int]) -> None:
        self.heard: list[Heard] = []
        self._answers = deque(answers)
        self._server = ThreadingHTTPServer(("127.0.0.1", port), self._handler())

    @property
    def port(self) -> int:
        return self._server.server_port

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    def wait(self, count: int) -> list[Heard]:
        """What was heard, once it is at least `count`."""
        deadline = time.monotonic() + WAIT_SECONDS
        while len(self.heard) < count:
            if time.monotonic() > deadline:
                raise AssertionError(f"heard {len(self.heard)} of {count}")
            time.sleep(0.02)
        return list(self.heard)

    def serve(self) -> None:
        self._server.serve_forever(poll_interval=0.05)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def answer(self, heard: Heard) -> int:
        self.heard.append(heard)
        return self._answers.popleft() if self._answers else 204

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                self.send_response(receiver.answer(Heard(self.path, dict(self.headers.items()), body)))
                self.send_header("Location", "/elsewhere")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
                """Say nothing."""

        return Handler


@contextmanager
def receiving(port: int = 0, answers: Iterable[int] = ()) -> Generator[Receiver]:
    """A receiver on `port`, or on a free one."""
    receiver = Receiver(port, answers)
    serving = threading.Thread(target=receiver.serve)
    serving.start()
    try:
        yield receiver
    finally:
        receiver.close()
        serving.join()
