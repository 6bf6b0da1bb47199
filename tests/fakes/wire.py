"""A fake vendor on a real socket: speaks a vendor's wire, can be told to fail, and keeps a ledger of what it accepted.

A vendor is a subclass of `Wire` that lists its `routes` and says how it words errors and checks keys. The base does the
rest: it reads requests, records them, injects faults, writes the ledger and sends replies.

    with OpenAiWire(tmp_path / "ledger") as wire:              # in the test's process
        wire.fail(Step.CREATE, Fault.RESET_AFTER_ACCEPTING)     # the next create; times=None: all of them
        ...                                                      # talk to wire.base_url
        assert len(wire.creates()) == 1

    python -m fakes.wire_openai --port 0 --ledger FILE           # in its own process, from tests/; prints its port

A running program is told by HTTP: `POST /_fail {"step", "fault", "times"}`, `POST /_script {"step", "faults"}`; `GET
/_ledger` gives the ledger.

The ledger is the oracle: one line of JSON for each accepted create, fsynced before anything is answered.
"""

import argparse
import hashlib
import json
import os
import re
import socket
import struct
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self, cast
from urllib.parse import parse_qs, urlsplit

from fakes.writer_answers import SCENES

RETRY_AFTER = 0.2
HANG_SECONDS = 60.0
HUGE_BYTES = 100_000_000
PIECE = 100_000
SLOW_PIECES = 8
SLOW_PAUSE = 0.03
LONG_TEXT = 4_000
HTML = b"<!doctype html><html><body>Please wait, the page is being made.</body></html>"


class Step(StrEnum):
    """What a request is for. Faults are switched for each step by itself."""

    CREATE = "create"
    POLL = "poll"
    DOWNLOAD = "download"
    OTHER = "other"


class Fault(StrEnum):
    """What can go wrong. The first group is the base's work, the second the vendor's (`answer` is given the fault)."""

    RATE_LIMITED = "rate_limited"  # 429 with Retry-After, not accepted
    OVERLOADED = "overloaded"  # 503 with Retry-After, not accepted
    REFUSED_BEFORE = "refused_before"  # the vendor's refusal at create, not accepted
    BAD_KEY = "bad_key"  # the vendor's 401, whose message repeats the key
    SERVER_ERROR_AFTER_ACCEPTING = "server_error_after_accepting"  # accepted, then 500
    RESET_AFTER_ACCEPTING = "reset_after_accepting"  # accepted, then the connection is reset
    TIME_OUT = "time_out"  # accepted, then silence
    SLOW = "slow"  # the right reply, in small pieces
    HUGE = "huge"  # 100 MB of nothing
    HTML_INSTEAD = "html_instead"  # 200 with a web page
    BROKEN_OFF = "broken_off"  # a reset in the middle of the body; a range gets the rest
    TRUNCATED = "truncated"  # half of the body, as if it were all

    REFUSED_AFTER = "refused_after"  # the job fails, or the answer is a refusal
    EXPIRED = "expired"  # the job or its result is gone
    STUCK_AT_99 = "stuck_at_99"  # the job never ends
    TEXT_ONLY = "text_only"  # words instead of a picture or film
    CUT_OFF_JSON = "cut_off_json"  # the answer was cut off
    WRONG_ID = "wrong_id"  # the answer is about another job


NOT_ACCEPTED = frozenset({Fault.RATE_LIMITED, Fault.OVERLOADED, Fault.REFUSED_BEFORE, Fault.BAD_KEY})


@dataclass(frozen=True)
class Part:
    """A part of a multipart form."""

    name: str
    data: bytes
    filename: str = ""
    content_type: str = ""


@dataclass(frozen=True)
class Call:
    """A request as it came. `match` holds the groups of the route's path."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    match: Mapping[str, str] = field(default_factory=dict[str, str])
    number: int = 0

    @cached_property
    def json(self) -> Any:
        """The body as JSON; None when it is none."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None

    @cached_property
    def form(self) -> tuple[Part, ...]:
        """The parts of a multipart body, in their order."""
        found = re.search(r"multipart/form-data;.*boundary=\"?([^\";]+)", self.headers.get("content-type", ""))
        if found is None:
            return ()
        pieces = self.body.split(b"--" + found[1].encode())[1:-1]
        return tuple(_part(piece.removeprefix(b"\r\n").removesuffix(b"\r\n")) for piece in pieces)

    def text(self, name: str) -> str:
        """A field of the form, or of the JSON body."""
        part = next((one for one in self.form if one.name == name), None)
        if part is not None:
            return part.data.decode()
        return str(as_object(self.json).get(name, ""))

    def summary(self) -> Any:
        """The body as the ledger keeps it: what is long or binary as its digest."""
        if not self.form:
            return _short(self.json)
        return [
            {
                "name": one.name,
                **({"filename": one.filename, "content_type": one.content_type} if one.filename else {}),
                **({"sha256": sha256(one.data)} if one.filename else {"text": one.data.decode()}),
            }
            for one in self.form
        ]


def _part(piece: bytes) -> Part:
    head, _, data = piece.partition(b"\r\n\r\n")
    words: dict[str, str] = {one[1]: one[2] for one in re.finditer(r'(\w+)="([^"]*)"', head.decode())}
    content_type = re.search(r"content-type: *(\S+)", head.decode(), re.IGNORECASE)
    return Part(words["name"], data, words.get("filename", ""), content_type[1] if content_type else "")


def as_object(value: object) -> dict[str, Any]:
    """A JSON object; an empty one for anything else."""
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def _short(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _short(one) for name, one in cast("dict[str, Any]", value).items()}
    if isinstance(value, list):
        return [_short(one) for one in cast("list[Any]", value)]
    if isinstance(value, str) and (len(value) > LONG_TEXT or value.startswith("data:")):
        return {"sha256": sha256(value.encode()), "begins": value[:40]}
    return value


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@dataclass(frozen=True)
class Reply:
    """What is answered. A dict or list is sent as JSON; `ranges`: a Range header is honoured."""

    body: Any
    status: int = 200
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    ranges: bool = False

    @property
    def data(self) -> bytes:
        """The bytes of the body."""
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


Answer = Callable[[Call, Fault | None], Reply]


@dataclass(frozen=True)
class Route:
    """Requests of one kind. `path` is a regular expression for the whole path, with named groups."""

    method: str
    path: str
    step: Step
    answer: Answer


@dataclass(frozen=True)
class Create:
    """A line of the ledger."""

    number: int
    path: str
    body: Any

    @property
    def digest(self) -> str:
        """The same for the same request."""
        return sha256(json.dumps([self.path, self.body], sort_keys=True).encode())


class Wire:
    """A vendor. Subclasses give `routes`, `error` and `is_authorised`.

    `key`: the only key that is taken; empty: any. `seconds`: how long a submitted job takes; the vendor's own work.
    """

    def __init__(self, ledger: Path, *, port: int = 0, key: str = "", seconds: float = 0.0) -> None:
        self.ledger = ledger
        self.key = key
        self.seconds = seconds
        self.requests: list[Call] = []
        self.stopping = threading.Event()
        self._faults: dict[Step, deque[Fault | None]] = {step: deque() for step in Step}
        self._always: dict[Step, Fault] = {}
        self._lock = threading.Lock()
        self._number = 0
        self._routes = [(re.compile(route.path), route) for route in self.routes()]
        self._server = _Server(("127.0.0.1", port), self)

    def routes(self) -> Sequence[Route]:
        """Everything that the vendor answers."""
        raise NotImplementedError

    def error(self, status: int, code: str, message: str) -> Reply:
        """An error in the vendor's form."""
        raise NotImplementedError

    def refusal(self, call: Call) -> Reply:
        """The refusal of what was sent, at create."""
        raise NotImplementedError

    def is_authorised(self, call: Call) -> bool:
        """Whether a request carries `key`, in the vendor's way."""
        raise NotImplementedError

    @property
    def port(self) -> int:
        """The port that it listens on."""
        return int(self._server.server_address[1])

    @property
    def base_url(self) -> str:
        """Its address, without a path."""
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopping.set()
        self._server.shutdown()
        self._server.server_close()

    def serve_forever(self) -> None:
        """Serve until the process ends."""
        self._server.serve_forever()

    def fail(self, step: Step, fault: Fault, times: int | None = 1) -> None:
        """Have the next `times` requests of a step go wrong; None: all from now on."""
        with self._lock:
            if times is None:
                self._always[step] = fault
            else:
                self._faults[step].extend([fault] * times)

    def script(self, step: Step, faults: Iterable[Fault | None]) -> None:
        """What happens to the next requests of a step, one after the other; None: nothing does."""
        with self._lock:
            self._faults[step].extend(faults)

    def heal(self) -> None:
        """No more faults."""
        with self._lock:
            self._always.clear()
            for faults in self._faults.values():
                faults.clear()

    def creates(self) -> list[Create]:
        """The ledger."""
        if not self.ledger.exists():
            return []
        return [Create(**json.loads(line)) for line in self.ledger.read_text(encoding="utf-8").splitlines()]

    def repeated(self) -> list[Create]:
        """Creates that were accepted before in exactly the same form. Empty, or somebody paid twice."""
        seen: set[str] = set()
        again: list[Create] = []
        for create in self.creates():
            if create.digest in seen:
                again.append(create)
            seen.add(create.digest)
        return again

    def respond(self, call: Call) -> tuple[Reply, Fault | None]:
        """The reply to a request, and the fault that the socket has to show."""
        route, match = self._route(call)
        if route is None:
            return self._told(call), None
        fault = self._next_fault(route.step)
        self.requests.append(call)
        if not self._may(call) or fault is Fault.BAD_KEY:
            return self.error(401, "invalid_api_key", f"Incorrect API key provided: {call.headers}"), None
        if (refused := self._refused(call, fault)) is not None:
            return refused, None
        number = self._accept(call) if route.step is Step.CREATE else 0
        given = Call(call.method, call.path, call.query, call.headers, call.body, match, number)
        reply = route.answer(given, fault)
        if fault is Fault.SERVER_ERROR_AFTER_ACCEPTING:
            return self.error(500, "server_error", "The server had an error while processing your request."), None
        if fault is Fault.HTML_INSTEAD:
            return Reply(HTML, content_type="text/html"), None
        if fault is Fault.TRUNCATED:
            return Reply(reply.data[: len(reply.data) // 2], content_type=reply.content_type), None
        return reply, fault

    def _route(self, call: Call) -> tuple[Route | None, Mapping[str, str]]:
        for pattern, route in self._routes:
            match = pattern.fullmatch(call.path)
            if match is not None and route.method == call.method:
                return route, match.groupdict()
        return None, {}

    def _may(self, call: Call) -> bool:
        return not self.key or self.is_authorised(call)

    def _told(self, call: Call) -> Reply:
        told = as_object(call.json)
        if call.path == "/_fail":
            self.fail(Step(told["step"]), Fault(told["fault"]), told.get("times", 1))
            return Reply({})
        if call.path == "/_script":
            self.script(Step(told["step"]), [Fault(one) if one else None for one in told["faults"]])
            return Reply({})
        if call.path == "/_ledger":
            return Reply([asdict(create) for create in self.creates()])
        return self.error(404, "not_found", f"There is no {call.method} {call.path}.")

    def _next_fault(self, step: Step) -> Fault | None:
        with self._lock:
            return self._faults[step].popleft() if self._faults[step] else self._always.get(step)

    def _refused(self, call: Call, fault: Fault | None) -> Reply | None:
        if fault is Fault.RATE_LIMITED:
            return _later(self.error(429, "rate_limit_exceeded", "Rate limit reached."))
        if fault is Fault.OVERLOADED:
            return _later(self.error(503, "overloaded", "The server is overloaded. Please try again later."))
        return self.refusal(call) if fault is Fault.REFUSED_BEFORE else None

    def _accept(self, call: Call) -> int:
        with self._lock:
            self._number += 1
            line = json.dumps(asdict(Create(self._number, call.path, call.summary())), ensure_ascii=False)
            descriptor = os.open(self.ledger, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            try:
                os.write(descriptor, f"{line}\n".encode())
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
            return self._number


def _later(reply: Reply) -> Reply:
    return replace(reply, headers={**reply.headers, "Retry-After": str(RETRY_AFTER)})


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], wire: Wire) -> None:
        self.wire = wire
        super().__init__(address, _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Who asked may be gone."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server  # pyright: ignore[reportIncompatibleVariableOverride] - the library types it as its base

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def do_DELETE(self) -> None:
        self._serve()

    def do_PUT(self) -> None:
        self._serve()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Say nothing."""

    def _serve(self) -> None:
        self.close_connection = True
        url = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        headers = {name.lower(): value for name, value in self.headers.items()}
        reply, fault = self.server.wire.respond(Call(self.command, url.path, query, headers, self._body()))
        if fault is Fault.TIME_OUT:
            self.server.wire.stopping.wait(HANG_SECONDS)
            self._reset()
        elif fault is Fault.RESET_AFTER_ACCEPTING:
            self._reset()
        elif fault is Fault.HUGE:
            self._huge(reply)
        else:
            self._send(reply, fault)

    def _body(self) -> bytes:
        if "chunked" not in self.headers.get("Transfer-Encoding", ""):
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        body = bytearray()
        while size := int(self.rfile.readline().strip(), 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return bytes(body)

    def _send(self, reply: Reply, fault: Fault | None) -> None:
        data, status, more = reply.data, reply.status, dict(reply.headers)
        start = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", "")) if reply.ranges else None
        if start is not None:
            status, more["Content-Range"] = 206, f"bytes {start[1]}-{len(data) - 1}/{len(data)}"
            data = data[int(start[1]) :]
        with suppress(ConnectionError):
            self._head(status, reply.content_type, len(data), more)
            self._write(data, fault)

    def _head(self, status: int, content_type: str, length: int, more: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": content_type, "Content-Length": str(length), **more}.items():
            self.send_header(name, value)
        self.send_header("Connection", "close")
        self.end_headers()

    def _write(self, data: bytes, fault: Fault | None) -> None:
        if fault is Fault.BROKEN_OFF:
            self.wfile.write(data[: len(data) // 2])
            self.wfile.flush()
            time.sleep(SLOW_PAUSE)  # a reset discards what is still on its way
            self._reset()
            return
        piece = len(data) if fault is not Fault.SLOW else len(data) // SLOW_PIECES + 1
        for at in range(0, len(data), max(piece, 1)):
            self.wfile.write(data[at : at + piece])
            time.sleep(SLOW_PAUSE if fault is Fault.SLOW else 0)

    def _huge(self, reply: Reply) -> None:
        with suppress(ConnectionError):
            self._head(200, reply.content_type, HUGE_BYTES, {})
            self.wfile.write(b'{"padding": "'.ljust(PIECE, b"x"))
            for _ in range(HUGE_BYTES // PIECE - 1):
                self.wfile.write(b"x" * PIECE)

    def _reset(self) -> None:
        """End the connection as a crashed peer does."""
        with suppress(OSError):
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()


def run(wire: Callable[..., Wire]) -> None:
    """The command line of a vendor: `--ledger FILE [--port N --key KEY --seconds S --scenes N]`; prints its port."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--ledger", type=Path, required=True)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--key", default="")
    parser.add_argument("--seconds", type=float, default=0.0)
    parser.add_argument("--scenes", type=int, default=SCENES)
    chosen = parser.parse_args()
    vendor = wire(chosen.ledger, port=chosen.port, key=chosen.key, seconds=chosen.seconds, scenes=chosen.scenes)
    print(vendor.port, flush=True)
    vendor.serve_forever()
