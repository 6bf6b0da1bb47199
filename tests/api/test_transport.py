"""What holds for every request, over the wire."""

import asyncio
import gzip
import http.client
import json
import re
import socket
import threading
from collections.abc import AsyncGenerator, Generator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import psutil
import pytest
import uvicorn
from starlette.requests import Request
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from fakes.dramas import two_episode_drama
from fakes.server import running_server
from sfd.config import Settings
from sfd.routers.problems import install_problem_handlers
from sfd.transport import Api
from sfd.transport.api import surround
from sfd.transport.bodies import BodyLimits
from sfd.transport.connections import PatientProtocol
from sfd.transport.text import body_refusal

JSON = {"Content-Type": "application/json"}
PAGE = "https://studio.example"
HUGE = 300_000_000
CHUNK = b" " * 1_000_000
MOST_GROWTH = 60_000_000


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("transport")


@pytest.fixture(scope="module")
def api(folder: Path) -> Iterator[httpx.Client]:
    with running_server(folder, "--no-worker", CORS_ORIGINS=PAGE) as client:
        client.post("/dramas", json={"drama": two_episode_drama("long").model_dump(mode="json")})
        yield client


def problem_of(answer: httpx.Response, status: int) -> dict[str, Any]:
    """The problem document, after everything that each of them must have was found."""
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    problem = dict(answer.json())
    assert problem["status"] == status
    assert problem["type"].endswith(problem["code"])
    assert problem["instance"] == answer.request.url.path
    assert problem["request_id"] == answer.headers["x-request-id"]
    assert problem["title"]
    assert problem["detail"]
    return problem


def test_what_is_not_there_and_what_is_not_allowed(api: httpx.Client) -> None:
    assert problem_of(api.get("/nope"), 404)["code"] == "not_found"
    refused = api.put("/dramas", json={})
    assert problem_of(refused, 405)["code"] == "method_not_allowed"
    assert refused.headers["allow"] == "GET, HEAD, POST"


@pytest.mark.parametrize("path", ["/health", "/dramas", "/dramas/long", "/openapi.json"])
def test_head_is_get_without_the_body(api: httpx.Client, path: str) -> None:
    plain = {"Accept-Encoding": "identity"}
    head, get = api.head(path, headers=plain), api.get(path, headers=plain)
    assert head.status_code == 200
    assert head.content == b""
    kept = ("content-length", "content-type", "etag")
    assert [head.headers.get(name) for name in kept] == [get.headers.get(name) for name in kept]


@pytest.mark.parametrize(
    ("body", "status", "code", "said"),
    [
        (b"{", 400, "bad_json", "line 1 column 1"),
        (b'{"premise": "x",}', 400, "bad_json", "trailing comma"),
        (b'{"premise": "\xff"}', 400, "bad_json", "UTF-8"),
        (b'{"premise": NaN}', 400, "bad_json", "NaN"),
        (b'{"premise": "\\ud800"}', 400, "bad_json", "surrogate"),
        (b"[" * 100_000, 400, "bad_json", "nested"),
        (b'{"premise": %s1%s}' % (b"[" * 150, b"]" * 150), 422, "invalid_request", "nested"),
        ('{"premise": "x"}'.encode("utf-16"), 400, "bad_json", "not valid JSON"),
        (b'{"drama": {"metadata": {"n": 1e999}}}', 422, "invalid_request", "/drama/metadata/n"),
        (b'{"drama": {"metadata": {"a": ["x", "\\u0000"]}}}', 422, "invalid_request", "/drama/metadata/a/1"),
        (b'{"drama": {"metadata": {"a\\u0000": 1}}}', 422, "invalid_request", "/drama/metadata"),
        (b"[]", 422, "invalid_request", "must be a JSON object"),
        (b"", 422, "invalid_request", "needed"),
        (b'{"premise": 1}', 422, "invalid_request", "/premise: must be text"),
        (b'{"premise": "x", "a/b~": 1}', 422, "invalid_request", "/a~1b~0: there is no such field"),
    ],
)
def test_bodies_that_are_not_clean_json_are_refused(
    api: httpx.Client, body: bytes, status: int, code: str, said: str
) -> None:
    problem = problem_of(api.post("/dramas", content=body, headers=JSON), status)
    assert problem["code"] == code
    assert said in problem["detail"]
    assert all(error["pointer"] != "/" for error in problem.get("errors", []))


def test_escapes_and_byte_order_marks_that_are_fine_are_taken(api: httpx.Client) -> None:
    title = "\\u0041 \\ud83c\\udfac NaN"
    body = b'\xef\xbb\xbf{"drama": {"id": "escapes", "title": "%s"}}' % title.encode()
    stored = api.post("/dramas", content=body, headers=JSON)
    assert stored.status_code == 201
    assert stored.json()["title"] == "A 🎬 NaN"
    assert body_refusal(b'{"title": "a backslash \\\\u0000 and 0000"}') is None


@pytest.mark.parametrize("kind", [None, "text/plain", "application/x-www-form-urlencoded", "nonsense"])
def test_json_without_its_content_type_is_refused(api: httpx.Client, kind: str | None) -> None:
    headers = {} if kind is None else {"Content-Type": kind}
    problem = problem_of(api.post("/dramas", content=b'{"premise": "x"}', headers=headers), 415)
    assert "application/json" in problem["detail"]


@pytest.mark.parametrize(
    "url", ["/dramas/a%00b", "/dramas?cursor=%00", "/dramas/%ed%a0%80", "/asset-library/list?tag=%ff", "/%00"]
)
def test_urls_hold_text_only(api: httpx.Client, url: str) -> None:
    refused = api.get(url)
    assert refused.status_code == 400
    assert refused.json()["code"] == "bad_url"


def test_faults_of_a_query_are_named(api: httpx.Client) -> None:
    assert problem_of(api.get("/dramas?limit=many"), 422)["errors"] == [
        {"pointer": "/limit", "detail": "must be a whole number"}
    ]


@pytest.mark.parametrize(
    ("method", "path", "said"),
    [
        ("GET", "/dramas", "it has limit, cursor"),
        ("GET", "/dramas/long", "it has none"),
        ("GET", "/health", "it has none"),
        ("POST", "/dramas/long/execute", "belongs into its JSON body"),
        ("DELETE", "/dramas/long/characters/ada", "it has force"),
    ],
)
def test_a_parameter_that_is_not_known_is_refused(api: httpx.Client, method: str, path: str, said: str) -> None:
    problem = problem_of(api.request(method, path, params={"max_cost": "0", "colour": "red"}), 422)
    assert [one["pointer"] for one in problem["errors"]] == ["/max_cost", "/colour"]
    assert said in problem["detail"]
    assert api.get("/dramas/long/jobs").json()["jobs"] == []


def test_a_path_that_is_not_there_says_where_to_look(api: httpx.Client) -> None:
    detail = problem_of(api.get("/nope"), 404)["detail"]
    assert "/docs" in detail
    assert "/openapi.json" in detail


@pytest.mark.parametrize("page", ["/docs", "/redoc"])
def test_the_reference_needs_nothing_from_elsewhere(api: httpx.Client, page: str) -> None:
    shown = api.get(page)
    assert "default-src 'self'" in shown.headers["content-security-policy"]
    html = shown.text
    loaded = [one for one in re.findall(r'(?:src|href)="([^"]+)"', html) if not one.startswith("data:")]
    assert loaded
    assert all(one.startswith("/docs/files/") for one in loaded)
    for one in loaded:
        file = api.get(one)
        assert file.status_code == 200
        assert file.headers["content-type"].startswith("text/css" if one.endswith(".css") else "text/javascript")
    assert problem_of(api.get("/docs/files/other.js"), 404)


def test_a_request_id_is_kept_or_made(api: httpx.Client) -> None:
    assert problem_of(api.get("/nope", headers={"X-Request-ID": "run-7:3"}), 404)["request_id"] == "run-7:3"
    made = [api.get("/health", headers={"X-Request-ID": given}).headers["x-request-id"] for given in ("a b", "<", "")]
    assert all(re.fullmatch(r"[0-9a-f]{32}", one) for one in made)
    assert len(set(made)) == 3


def test_every_answer_has_the_headers_for_safety(api: httpx.Client) -> None:
    for answer in (api.get("/health"), api.get("/nope"), api.get("/docs"), api.post("/dramas", content=b"{")):
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert "server" not in answer.headers


def test_only_the_named_origins_may_call_from_a_page(api: httpx.Client) -> None:
    asked = {"Access-Control-Request-Method": "PATCH", "Access-Control-Request-Headers": "x-api-key, if-match"}
    allowed = api.options("/dramas/x", headers={"Origin": PAGE, **asked})
    assert allowed.status_code == 200
    assert allowed.headers["access-control-allow-origin"] == PAGE
    refused = api.options("/dramas/x", headers={"Origin": "https://other.example", **asked})
    assert refused.json()["code"] == "cors_refused"
    answer = api.get("/nope", headers={"Origin": PAGE})
    assert answer.headers["access-control-allow-origin"] == PAGE
    assert {"ETag", "Retry-After", "RateLimit"} <= set(answer.headers["access-control-expose-headers"].split(", "))
    assert "access-control-allow-origin" not in api.get("/health", headers={"Origin": "https://other.example"}).headers


def test_large_json_is_compressed_for_who_wants_it(api: httpx.Client) -> None:
    plain = api.get("/dramas/long", headers={"Accept-Encoding": "identity"})
    small = api.get("/dramas/long", headers={"Accept-Encoding": "gzip"})
    assert "content-encoding" not in plain.headers
    assert small.headers["content-encoding"] == "gzip"
    assert small.content == plain.content
    assert int(small.headers["content-length"]) < len(plain.content)
    assert small.headers["etag"] == plain.headers["etag"]
    again = api.get("/dramas/long", headers={"Accept-Encoding": "gzip", "If-None-Match": small.headers["etag"]})
    assert again.status_code == 304
    assert again.content == b""


def test_every_error_is_in_the_openapi_document(api: httpx.Client) -> None:
    document = api.get("/openapi.json").json()
    operations = {
        f"{method} {path}": operation
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if "responses" in operation
    }
    for operation in operations.values():
        errors = {status: one for status, one in operation["responses"].items() if status >= "400"}
        assert errors
        for one in errors.values():
            schema = one["content"]["application/problem+json"]["schema"]
            assert schema == {"$ref": "#/components/schemas/Problem"}
    assert {"401", "409", "413", "415", "422", "429"} <= set(operations["post /dramas"]["responses"])
    assert "HTTPValidationError" not in document["components"]["schemas"]
    assert "$defs" not in json.dumps(document)


def test_every_post_refuses_300_megabytes_before_they_are_sent(api: httpx.Client) -> None:
    paths = [path for path, item in api.get("/openapi.json").json()["paths"].items() if "post" in item]
    assert len(paths) > 2
    for path in paths:
        for kind in ("application/json", "multipart/form-data; boundary=x"):
            head = f"POST {path.replace('{', '').replace('}', '')} HTTP/1.1\r\nHost: x\r\nContent-Type: {kind}\r\n"
            answer = first_bytes(api, f"{head}Content-Length: {HUGE}\r\n\r\n".encode())
            assert answer.startswith(b"HTTP/1.1 413 "), path
            assert b"application/problem+json" in answer


@pytest.mark.parametrize("path", ["/dramas", "/dramas/long/execute", "/asset-library/upload"])
@pytest.mark.parametrize("declared", [True, False])
def test_300_megabytes_are_refused_in_little_memory(
    api: httpx.Client, folder: Path, path: str, *, declared: bool
) -> None:
    address = urlsplit(str(api.base_url))
    headers = JSON | ({"Content-Length": str(HUGE)} if declared else {})
    body = (CHUNK for _ in range(HUGE // len(CHUNK)))
    client = http.client.HTTPConnection(address.hostname or "", address.port or 0, timeout=60)
    with closing(client), growth_of(server_process(folder)) as growth:
        client.request("POST", path, body, headers, encode_chunked=not declared)
        answer = client.getresponse()
        problem = json.loads(answer.read())
    assert answer.status == problem["status"] == 413
    assert problem["code"] == "too_large"
    assert max(growth) <= MOST_GROWTH


def test_what_is_not_http_gets_a_problem_document(api: httpx.Client) -> None:
    answer = first_bytes(api, b"NONSENSE\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert b"application/problem+json" in answer


def test_a_key_may_ask_so_often_and_then_waits(tmp_path: Path) -> None:
    with running_server(tmp_path, "--no-worker", API_KEYS="alpha,beta", REQUESTS_PER_MINUTE="3") as api:
        alpha = {"X-API-Key": "alpha"}
        answers = [api.get("/dramas", headers=alpha) for _ in range(4)]
        assert [one.status_code for one in answers] == [200, 200, 200, 429]
        assert all(one.headers["ratelimit-policy"] == '"default";q=3;w=60' for one in answers)
        states = [re.fullmatch(r'"default";r=(\d+);t=(\d+)', one.headers["ratelimit"]) for one in answers]
        assert [state and state[1] for state in states] == ["2", "1", "0", "0"]
        assert 1 <= int(answers[-1].headers["retry-after"]) <= 60
        assert problem_of(answers[-1], 429)["code"] == "too_many_requests"
        assert api.get("/dramas", headers={"X-API-Key": "beta"}).status_code == 200
        assert api.get("/health").status_code == 200


def test_who_tries_keys_is_not_told_when_one_is_right(tmp_path: Path) -> None:
    with running_server(tmp_path, "--no-worker", API_KEYS="right", REQUESTS_PER_MINUTE="3") as api:
        tried = [api.get("/dramas", headers={"X-API-Key": key}).status_code for key in ("a", "b", "c", "d", "right")]
    assert tried == [401, 401, 401, 429, 429]


def test_without_any_key_this_machine_asks_as_often_as_it_likes(tmp_path: Path) -> None:
    with running_server(tmp_path, "--no-worker", REQUESTS_PER_MINUTE="2") as api:
        answers = [api.get("/dramas") for _ in range(5)]
    assert {one.status_code for one in answers} == {200}
    assert "ratelimit" not in answers[-1].headers


async def test_a_body_that_comes_too_slowly_is_408(settings: Settings) -> None:
    async with served(surround(_echo, settings, BodyLimits(1000, 1000, grace_seconds=0.3))) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\nslow")
        answer = await reader.read()
        writer.close()
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"application/problem+json" in answer
    assert b'"code":"request_timeout"' in answer
    assert b"connection: close" in answer


async def test_a_request_whose_head_never_ends_is_closed(settings: Settings) -> None:
    async with served(surround(_echo, settings), _Hasty) as port:
        silent, half, second = [await asyncio.open_connection("127.0.0.1", port) for _ in range(3)]
        half[1].write(b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ")
        second[1].write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        head = await second[0].readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200 ")
        second[1].write(b"GET / HTTP/1.1\r\n")
        assert [await one[0].read() for one in (silent, half, second)] == [b"", b"", b""]
        for one in (silent, half, second):
            one[1].close()


async def test_a_request_that_takes_long_after_its_head_is_answered(settings: Settings) -> None:
    async with served(surround(_late, settings), _Hasty) as port, httpx.AsyncClient() as client:
        answer = await client.get(f"http://127.0.0.1:{port}/")
    assert answer.text == "late"


async def test_an_unexpected_failure_is_a_problem_with_an_id(settings: Settings) -> None:
    api = Api(settings)
    install_problem_handlers(api)

    @api.get("/broken")
    async def broken() -> None:  # pyright: ignore[reportUnusedFunction] - FastAPI holds it
        raise ZeroDivisionError

    async with served(api) as port, httpx.AsyncClient() as client:
        problem = problem_of(await client.get(f"http://127.0.0.1:{port}/broken"), 500)
    assert "ZeroDivisionError" not in json.dumps(problem)


@pytest.mark.parametrize("kind", ["text/event-stream", "video/mp4", "image/png"])
async def test_streams_and_media_are_not_compressed(settings: Settings, kind: str) -> None:
    async def media(scope: Scope, receive: Receive, send: Send) -> None:
        await StreamingResponse(iter([b"a" * 2000] * 2), media_type=kind)(scope, receive, send)

    async with served(surround(media, settings)) as port, httpx.AsyncClient() as client:
        answer = await client.get(f"http://127.0.0.1:{port}/", headers={"Accept-Encoding": "gzip"})
    assert "content-encoding" not in answer.headers
    assert answer.content == b"a" * 4000


def test_compressed_bytes_are_real_gzip(api: httpx.Client) -> None:
    with api.stream("GET", "/openapi.json", headers={"Accept-Encoding": "gzip"}) as answer:
        raw = b"".join(answer.iter_raw())
    assert json.loads(gzip.decompress(raw))["openapi"]


class _Hasty(PatientProtocol):
    head_seconds = 0.3


async def _echo(scope: Scope, receive: Receive, send: Send) -> None:
    await PlainTextResponse(await Request(scope, receive).body())(scope, receive, send)


async def _late(scope: Scope, receive: Receive, send: Send) -> None:
    await asyncio.sleep(2 * _Hasty.head_seconds)
    await PlainTextResponse("late")(scope, receive, send)


@asynccontextmanager
async def served(app: ASGIApp, protocol: type[PatientProtocol] = PatientProtocol) -> AsyncGenerator[int]:
    """An app behind a real socket of this process."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = uvicorn.Server(uvicorn.Config(app, http=protocol, lifespan="off", log_config=None))
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        try:
            yield int(listening.getsockname()[1])
        finally:
            server.should_exit = True
            await serving


def first_bytes(api: httpx.Client, sent: bytes) -> bytes:
    """What the server says first to some bytes."""
    address = urlsplit(str(api.base_url))
    with socket.create_connection((address.hostname or "", address.port or 0), timeout=60) as connection:
        connection.sendall(sent)
        received = b""
        while b"}" not in received and (more := connection.recv(65536)):
            received += more
        return received


def server_process(folder: Path) -> psutil.Process:
    """The server that `running_server` started in this folder."""
    for child in psutil.Process().children(recursive=True):
        if "serve" in child.cmdline() and child.cwd() == str(folder):
            return child
    raise AssertionError("no server")


@contextmanager
def growth_of(process: psutil.Process) -> Generator[list[int]]:
    """How many bytes more than before are resident, looked at again and again."""
    before = process.memory_info().rss
    growth = [0]
    over = threading.Event()

    def look() -> None:
        while not over.wait(0.005):
            growth.append(process.memory_info().rss - before)

    looking = threading.Thread(target=look)
    looking.start()
    try:
        yield growth
    finally:
        over.set()
        looking.join()
