"""What operators see of a running server: probes, figures, logs, traces; and that no secret is in any of it."""

import json
import re
import shutil
import sqlite3
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from prometheus_client.parser import text_string_to_metric_families

from fakes.clients import finished, make_key
from fakes.dramas import two_episode_drama
from fakes.server import running_server
from sfd.application import open_application
from sfd.config import Settings
from sfd.db.figures import AttemptFigure, JobFigure
from sfd.domain.jobs import JobStatus, JobType
from sfd.domain.owner import Scope
from sfd.main import api_of
from sfd.observability.logs import BLOT, Blotter
from sfd.services.metrics import Snapshot, figures_of

PLANTED = {
    "API_KEYS": "planted-door-key-7781",
    "GEMINI_API_KEY": "planted-gemini-4410",
    "OPENAI_API_KEY": "planted-openai-9923",
    "SORA_API_KEY": "planted-sora-1200",
    "R2_SECRET_ACCESS_KEY": "planted-bucket-5561",
}


def figures(text: str) -> dict[str, dict[tuple[tuple[str, str], ...], float]]:
    """Every sample by its name and labels."""
    found: dict[str, dict[tuple[tuple[str, str], ...], float]] = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            found.setdefault(sample.name, {})[tuple(sorted(sample.labels.items()))] = sample.value
    return found


def test_figures_tell_of_requests_jobs_queues_and_the_machine(tmp_path: Path) -> None:
    with running_server(tmp_path) as api:
        drama = api.post("/dramas", json={"drama": two_episode_drama().model_dump(mode="json")}).json()
        run = api.post(f"/dramas/{drama['id']}/execute", json={"until": "portraits"}).json()
        finished(api, f"/dramas/{drama['id']}/jobs/{run['parent_job_id']}")
        api.get("/dramas/nobody?secret=1")
        told = figures(api.get("/metrics").text)
    asked = told["sfd_http_requests_total"]
    assert asked[("method", "GET"), ("route", "/dramas/{drama_id}"), ("status", "422")] == 1
    assert asked[("method", "POST"), ("route", "/dramas/{drama_id}/execute"), ("status", "202")] == 1
    assert told["sfd_jobs"][("status", "completed"), ("type", "portrait")] == 2
    assert told["sfd_attempts"][("outcome", "settled"), ("provider", "preview")] == 2
    assert told["sfd_spent_micros"][(("provider", "preview"),)] == 0
    assert told["sfd_database_up"] == {(): 1}
    assert told["sfd_free_disk_bytes"][()] > 1_000_000
    assert told["process_resident_memory_bytes"][()] > 1_000_000
    assert told["sfd_http_request_duration_seconds_count"][("method", "GET"), ("route", "/dramas/{drama_id}")] == 1
    assert {"sfd_build_info", "sfd_event_streams", "sfd_webhook_deliveries_pending"} <= set(told)


def test_figures_are_for_this_machine_and_for_admins(tmp_path: Path) -> None:
    reader = make_key(tmp_path, "10000", scopes=(Scope.READ, Scope.SPEND))
    admin = make_key(tmp_path, "10000", scopes=(Scope.ADMIN,))
    with running_server(tmp_path, "--no-worker") as api:
        statuses = {
            "here": api.get("/metrics").status_code,
            "through a proxy": api.get("/metrics", headers={"X-Forwarded-For": "203.0.113.7"}).status_code,
            "reader": api.get("/metrics", headers={"X-API-Key": reader}).status_code,
            "unknown": api.get("/metrics", headers={"Authorization": "Bearer sfd_nobody.knows"}).status_code,
            "admin": api.get("/metrics", headers={"X-API-Key": admin}).status_code,
            "bearer": api.get("/metrics", headers={"Authorization": f"Bearer {admin}"}).status_code,
        }
    assert statuses == {
        "here": 200,
        "through a proxy": 401,
        "reader": 403,
        "unknown": 401,
        "admin": 200,
        "bearer": 200,
    }


async def test_figures_are_refused_to_other_machines(settings: Settings) -> None:
    async with open_application(settings, work=False) as application:
        transport = httpx.ASGITransport(api_of(application), client=("203.0.113.7", 5000))
        async with httpx.AsyncClient(transport=transport, base_url="http://sfd") as client:
            assert (await client.get("/metrics")).status_code == 401
            assert (await client.get("/ready")).status_code == 200


@given(
    st.lists(
        st.builds(
            JobFigure,
            type=st.sampled_from([*JobType]),
            provider=st.sampled_from(["preview", "vendor"]),
            status=st.sampled_from([*JobStatus]),
            jobs=st.integers(0, 100),
            estimated_micros=st.integers(0, 10**9),
            actual_micros=st.integers(0, 10**9),
        )
    )
)
def test_sums_lose_no_job_and_no_money(jobs: list[JobFigure]) -> None:
    snapshot = Snapshot(jobs=tuple(jobs), attempts=(AttemptFigure("vendor", "settled", 3),))
    told = {family.name: [sample.value for sample in family.samples] for family in figures_of(snapshot)}
    assert sum(told["sfd_jobs"]) == sum(one.jobs for one in jobs)
    nodes = [one for one in jobs if one.type not in ("execute", "generate", "assemble")]
    assert sum(told["sfd_spent_micros"]) == sum(one.actual_micros for one in nodes)
    waiting = [one for one in nodes if one.status in ("pending", "running")]
    assert sum(told["sfd_reserved_micros"]) == sum(one.estimated_micros for one in waiting)
    assert sum(told["sfd_nodes"]) == sum(one.jobs for one in waiting)


def test_readiness_names_each_thing_it_looked_at(tmp_path: Path) -> None:
    with running_server(tmp_path, "--no-worker") as api:
        answer = api.get("/ready")
        assert answer.status_code == 200
        found = {check["name"]: check for check in answer.json()["checks"]}
        assert set(found) == {"database", "migrations", "library", "disk", "worker"}
        assert found["worker"]["found"] == "not in this process"
    with running_server(tmp_path) as api:
        assert {"name": "worker", "ok": True, "found": "works"} in api.get("/ready").json()["checks"]


async def missing(settings: Settings, spoil: Any) -> dict[str, Any]:
    """What `/ready` answers after something was spoilt, and that it is not 200."""
    async with open_application(settings, work=False) as application:
        spoil()
        transport = httpx.ASGITransport(api_of(application))
        async with httpx.AsyncClient(transport=transport, base_url="http://sfd") as client:
            answer = await client.get("/ready")
            assert answer.status_code == 503
            assert answer.headers["content-type"] == "application/problem+json"
            assert (await client.get("/health")).status_code == 200
            return dict(answer.json())


async def test_too_little_space_is_not_ready(settings: Settings) -> None:
    told = await missing(settings.model_copy(update={"min_free_disk_mb": 10**9}), lambda: None)
    assert told["code"] == "not_ready"
    assert [check["name"] for check in told["checks"] if not check["ok"]] == ["disk"]
    assert "1000000000 needed" in told["detail"]


async def test_a_database_of_another_version_is_not_ready(settings: Settings) -> None:
    def spoil() -> None:
        with sqlite3.connect(settings.sqlite_path) as database:
            database.execute("UPDATE alembic_version SET version_num = '0001'")

    told = await missing(settings, spoil)
    assert [check["name"] for check in told["checks"] if not check["ok"]] == ["migrations"]


@pytest.mark.disk
async def test_a_library_that_cannot_be_written_is_not_ready(settings: Settings) -> None:
    def spoil() -> None:
        library = settings.data_dir / "library"
        shutil.rmtree(library, ignore_errors=True)
        library.write_text("a file where a folder should be")

    told = await missing(settings, spoil)
    assert [check["name"] for check in told["checks"] if not check["ok"]] == ["library"]


def lines(text: str) -> list[dict[str, Any]]:
    """The log, every line of which must be JSON."""
    return [json.loads(line) for line in text.splitlines()]


def test_the_log_is_json_lines_with_ids_of_requests_and_jobs(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with running_server(tmp_path) as api:
        answer = api.get("/dramas/nobody?token=in-a-query", headers={"X-Request-ID": "asked-by-me"})
        assert answer.status_code == 422
    told = lines(capfd.readouterr().err)
    request = next(line for line in told if line["event"] == "request")
    assert (request["method"], request["path"], request["status"]) == ("GET", "/dramas/{drama_id}", 422)
    assert request["request_id"] == "asked-by-me"
    assert request["ms"] > 0
    assert any(line.get("logger", "").startswith("uvicorn") for line in told)
    assert not [line for line in told if line["event"] == "request" and line["path"] == "/health"]


def test_on_demand_the_log_is_for_people(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with running_server(tmp_path, "--no-worker", LOG_FORMAT="console") as api:
        api.get("/dramas/nobody")
    said = capfd.readouterr().err
    assert "path=/dramas/{drama_id}" in said
    assert "{" not in said.splitlines()[0]


def test_no_secret_is_in_logs_database_events_or_problems(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    made = make_key(tmp_path, "10000")
    bodies: list[str] = []
    with running_server(tmp_path, LOG_LEVEL="DEBUG", OUTBOUND_ALLOW="127.0.0.1:9", **PLANTED) as api:
        api.headers["X-API-Key"] = PLANTED["API_KEYS"]
        hook = api.post("/webhooks", json={"url": "http://127.0.0.1:9/hook"}).json()
        signed_in = httpx.post(f"{api.base_url}/session", json={"key": made})
        cookie = signed_in.cookies["sfd_session"]
        drama = api.post("/dramas", json={"drama": two_episode_drama().model_dump(mode="json")}).json()
        run = api.post(f"/dramas/{drama['id']}/execute", json={"until": "portraits"}).json()
        finished(api, f"/dramas/{drama['id']}/jobs/{run['parent_job_id']}")
        bodies += [
            api.get("/dramas/nobody", params={"key": PLANTED["GEMINI_API_KEY"]}).text,
            api.get(f"/dramas/{made}").text.replace(made, ""),  # a path that was asked for is told back
            httpx.get(f"{api.base_url}/dramas", headers={"X-API-Key": "planted-wrong-key-3"}).text,
            httpx.get(f"{api.base_url}/dramas/nobody", cookies={"sfd_session": cookie}).text,
            api.post("/dramas", content=PLANTED["OPENAI_API_KEY"], headers={"Content-Type": "application/json"}).text,
            api.get("/metrics").text,
            api.get("/ready").text,
        ]
    secrets = {*PLANTED.values(), made, cookie, "planted-wrong-key-3"}
    said = capfd.readouterr()
    everything = "\n".join([*bodies, said.out, said.err])
    assert [secret for secret in {*secrets, hook["secret"]} if secret in everything] == []
    stored = b"".join(path.read_bytes() for path in (tmp_path / "data").glob("sfd.db*"))
    assert two_episode_drama().title.encode() in stored
    assert [secret for secret in secrets if secret.encode() in stored] == []


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=20), st.text(alphabet="ab/+-", min_size=6, max_size=12))
def test_a_known_secret_is_blotted_out_wherever_it_stands(around: str, secret: str) -> None:
    blotted = Blotter([secret]).blot(f"{around}\n{secret}\n{around}")
    assert f"\n{secret}\n" not in blotted
    assert BLOT in blotted


@pytest.mark.parametrize(
    "line",
    [
        "key sfd_0123456789ab.{} was refused",
        "Authorization: Bearer {}",
        "Cookie: sfd_session={}; theme=dark",
        "signed with whsec_{}",
        "POST https://vendor.example/v1beta/models?key={}&alt=json",
        "postgresql://sfd:{}@db.example:5432/sfd",
    ],
)
def test_what_looks_like_a_secret_is_blotted_out(line: str) -> None:
    secret = "Zm9yZ2VkLXNlY3JldA"
    blotted = Blotter().blot(line.format(secret))
    assert secret not in blotted
    assert blotted == line.format(BLOT) or BLOT in blotted


def test_ordinary_text_is_left_alone() -> None:
    line = "a run failed: node clip-1 of drama_01 (https://example.com/a?b=c) took 12:30"
    assert Blotter(["", "short"]).blot(line) == line


class Collector:
    """Takes spans by OTLP over HTTP."""

    def __init__(self) -> None:
        self.spans: list[Any] = []
        collector = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if self.headers.get("Content-Encoding") is None and self.path == "/v1/traces":
                    sent = ExportTraceServiceRequest.FromString(body)
                    for resource in sent.resource_spans:
                        for scope in resource.scope_spans:
                            collector.spans.extend(scope.spans)
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)

    def named(self, pattern: str) -> list[Any]:
        return [span for span in self.spans if re.fullmatch(pattern, span.name)]


@pytest.fixture
def collector() -> Iterator[Collector]:
    one = Collector()
    with ThreadPoolExecutor(1) as thread:
        thread.submit(one.server.serve_forever, 0.05)
        yield one
        one.server.shutdown()
    one.server.server_close()


def test_requests_runs_nodes_and_calls_are_traced(tmp_path: Path, collector: Collector) -> None:
    endpoint = f"http://127.0.0.1:{collector.server.server_port}"
    with running_server(tmp_path, OTEL_EXPORTER_OTLP_ENDPOINT=endpoint) as api:
        drama = api.post("/dramas", json={"drama": two_episode_drama().model_dump(mode="json")}).json()
        run = api.post(f"/dramas/{drama['id']}/execute", json={"until": "portraits"}).json()
        finished(api, f"/dramas/{drama['id']}/jobs/{run['parent_job_id']}")
        time.sleep(0.1)
    assert collector.named("POST /dramas/{drama_id}/execute")
    assert collector.named("GET /health") == []
    made = [*collector.named("run"), *collector.named("node")]
    assert len(collector.named("node")) == 2
    assert len({span.trace_id for span in made}) == 1
    calls = collector.named("provider submit")
    assert {span.trace_id for span in calls} == {span.trace_id for span in made}
    nodes = {span.span_id for span in collector.named("node")}
    assert {span.parent_span_id for span in calls} == nodes
    ids = {attribute.value.string_value for span in made for attribute in span.attributes}
    assert run["parent_job_id"] in ids
