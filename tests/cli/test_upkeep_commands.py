"""`sfd migrate`, `gc` and `backup`, a restored run, and work that the engine gave up."""

import asyncio
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from dbos import DBOSClient

from fakes.dramas import two_episode_drama
from fakes.providers import FakeProvider
from fakes.sfd_command import sfd
from fakes.studio import OWNER, Studio, ended, execute
from sfd.application import Application, open_application
from sfd.config import Settings
from sfd.domain.clock import now_ms
from sfd.domain.jobs import Job, JobStatus
from sfd.domain.models import Drama
from sfd.generation.failover import OnlySeat
from sfd.generation.plan import Choice
from sfd.generation.watchdog import Watchdog
from sfd.generation.workflow import engine_for
from sfd.providers.base import Modality

FAKES = Path(__file__).parent.parent / "fakes"
DAY_MS = 24 * 3600 * 1000
NODES_ASKED_OF_VENDORS = 2 + 6 + 6


def rows(path: Path, query: str, *values: object) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path, timeout=30)) as database, database:
        return database.execute(query, values).fetchall()


def counted(said: str) -> dict[str, int]:
    """What `sfd gc` said, by what it is about."""
    told = (line.strip().split(" ", 1) for line in said.splitlines())
    return {text.partition(": ")[2]: int(number.replace(",", "")) for number, text in told}


def crew(seconds: float = 0.0) -> list[FakeProvider]:
    return [FakeProvider(Modality.ILLUSTRATOR, seconds=seconds), FakeProvider(Modality.FILMMAKER, seconds=seconds)]


def test_migrate_makes_the_database_and_says_its_revision(tmp_path: Path) -> None:
    done = sfd(tmp_path, "migrate")
    assert done.returncode == 0
    revision = str(rows(tmp_path / "data" / "sfd.db", "SELECT version_num FROM alembic_version")[0][0])
    assert done.stdout == f"The database has revision {revision}.\n"
    assert sfd(tmp_path, "migrate").stdout == done.stdout


async def test_gc_removes_what_is_over_and_keeps_what_is_needed(studio: Studio, settings: Settings) -> None:
    drama = two_episode_drama()
    async with studio(crew()) as application:
        run = await execute(application, drama, Choice())
        assert run.status is JobStatus.COMPLETED
        doomed = await execute(application, two_episode_drama("doomed"), Choice())
        await application.dramas.delete(OWNER, doomed.drama_id)
    database = settings.sqlite_path
    old = now_ms() - 31 * DAY_MS
    rows(database, "UPDATE event SET created_at = ? WHERE drama_id = ?", old, drama.id)
    rows(database, "INSERT INTO browser_session VALUES ('over', 'k', 1, ?), ('open', 'k', 1, ?)", 1, now_ms() + DAY_MS)
    rows(
        database,
        "INSERT INTO idempotency_key VALUES ('s', 'old', 'h', 'j', ?), ('s', 'new', 'h', 'j', ?)",
        old,
        now_ms(),
    )
    spool = settings.data_dir / "spool"
    for name in ("job_gone:clip.1.part", "reference-12.part"):
        (spool / name).write_bytes(b"left")
        os.utime(spool / name, (1, 1))
    (spool / "upload-now.part").write_bytes(b"coming in")

    environment = {"MIN_FREE_DISK_MB": "1"}
    events = rows(database, "SELECT count(*) FROM event WHERE drama_id = ?", drama.id)[0][0]
    folder = settings.data_dir.parent
    would = sfd(folder, "gc", "--dry-run", **environment)
    assert would.returncode == 0
    assert "would go" in would.stdout
    assert (spool / "reference-12.part").exists()
    done = sfd(folder, "gc", **environment)
    assert counted(done.stdout.replace("removed", "would go")) == counted(would.stdout)
    told = counted(done.stdout)
    assert told["events of runs that ended long ago"] == events
    assert told["idempotency keys older than a day"] == 1
    assert told["browser sessions that are over"] == 1
    assert told["unfinished files of no job"] == 2
    assert told["the engine's records of finished work"] >= 2 * (1 + NODES_ASKED_OF_VENDORS)
    assert rows(database, "SELECT token_hash FROM browser_session") == [("open",)]
    assert rows(database, "SELECT key FROM idempotency_key") == [("new",)]
    assert rows(database, "SELECT count(*) FROM workflow_status") == [(0,)]
    assert rows(database, "SELECT count(*) FROM episode WHERE drama_id = 'doomed'") == [(0,)]
    assert [path.name for path in spool.iterdir()] == ["upload-now.part"]
    assert set(counted(sfd(folder, "gc", **environment).stdout).values()) == {0}
    async with open_application(settings, work=False) as application:
        assert {view.job.status for view in await application.jobs.list(OWNER, drama.id, limit=100)} == {
            JobStatus.COMPLETED
        }
        assert (await application.dramas.load(OWNER, drama.id)).episodes[0].url is not None


async def test_gc_in_mid_run_takes_nothing_that_the_run_needs(studio: Studio, settings: Settings) -> None:
    providers = crew(seconds=0.3)
    async with studio(providers) as application:
        job = await begin(application)
        await until(lambda: sum(one.accepted.total() for one in providers) > 4)
        await asyncio.to_thread(rows, settings.sqlite_path, "UPDATE event SET created_at = 1")
        removed = await application.upkeep.tidy(dry_run=False)
        assert (removed["events"], removed["workflows"]) == (0, 0)
        assert (await ended(application, job)).status is JobStatus.COMPLETED
    assert paid(providers) == {1: NODES_ASKED_OF_VENDORS}


def paid(providers: list[FakeProvider]) -> dict[int, int]:
    """How many requests were accepted once, twice, and so on."""
    return dict(Counter(count for one in providers for count in one.accepted.values()))


async def begin(application: Application, drama: Drama | None = None) -> Job:
    """A run that was accepted."""
    drama = drama or two_episode_drama()
    await application.dramas.add(OWNER, drama.model_dump(mode="json"))
    return (await application.runs.execute(OWNER, drama.id, Choice())).job


async def until(reached: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not reached():  # noqa: ASYNC110 - what is waited for happens in a provider's own ledger
            await asyncio.sleep(0.02)


@pytest.mark.parametrize(
    "spoil",
    [
        "UPDATE workflow_status SET status = 'ERROR'",
        "UPDATE workflow_status SET status = 'CANCELLED'",
        "DELETE FROM workflow_status",
    ],
)
async def test_work_that_the_engine_gave_up_is_taken_up_again(studio: Studio, settings: Settings, spoil: str) -> None:
    providers = crew(seconds=0.4)
    async with studio(providers) as application:
        job = await begin(application)
        await until(lambda: sum(one.accepted.total() for one in providers) > 3)
    rows(settings.sqlite_path, spoil)
    async with studio(providers) as application:
        assert (await ended(application, job)).status is JobStatus.COMPLETED
    assert paid(providers) == {1: NODES_ASKED_OF_VENDORS}


async def test_work_that_nobody_has_in_hand_is_taken_up_again(studio: Studio, settings: Settings) -> None:
    providers = crew(seconds=0.4)
    async with studio(providers) as application:
        job = await begin(application)
        await until(lambda: sum(one.accepted.total() for one in providers) > 3)
    rows(settings.sqlite_path, "UPDATE workflow_status SET status = 'DELAYED', delay_until_epoch_ms = 1e15")
    async with studio(providers) as application:
        await asyncio.to_thread(
            rows,
            settings.sqlite_path,
            "UPDATE workflow_status SET status = 'PENDING', executor_id = ? WHERE status = 'DELAYED'",
            OnlySeat.worker_id,
        )
        watchdog = Watchdog(application.database, look_seconds=0)
        sql = engine_for(settings.effective_database_url)
        client = DBOSClient(system_database_engine=sql, application_name="sfd")
        for _ in range(2):
            assert await watchdog.gone(client, {job.id}) == set()
        client.destroy()
        sql.dispose()
        assert (await ended(application, job)).status is JobStatus.COMPLETED
    assert paid(providers) == {1: NODES_ASKED_OF_VENDORS}


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    return tmp_path / "ledger.txt"


@pytest.fixture
def vendor(ledger: Path) -> Iterator[str]:
    command = [sys.executable, str(FAKES / "vendor_server.py"), str(ledger), "0.6"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        yield f"http://127.0.0.1:{server.stdout.readline().strip()}"
        server.kill()


def start(data: Path, vendor: str) -> subprocess.Popen[str]:
    command = [sys.executable, str(FAKES / "vendor_run.py"), str(data), vendor, "drama_1"]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def test_a_backup_of_a_run_goes_on_elsewhere_and_nothing_is_paid_twice(
    tmp_path: Path, vendor: str, ledger: Path
) -> None:
    lost, restored = tmp_path / "data", tmp_path / "elsewhere" / "data"
    with start(lost, vendor) as process:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == "RUNNING"
        while not ledger.exists() or len(ledger.read_text().split()) < 4:
            time.sleep(0.02)
        while_running = sfd(tmp_path, "backup", "while-running.db")
        assert while_running.returncode == 0, while_running.stderr
        assert process.poll() is None
        process.send_signal(signal.SIGSTOP)  # the moment at which this machine is lost
        assert sfd(tmp_path, "backup", "last.db").returncode == 0
        process.kill()
    for name in ("while-running.db", "last.db"):
        assert rows(tmp_path / name, "PRAGMA integrity_check") == [("ok",)]
        assert rows(tmp_path / name, "SELECT id FROM job WHERE status = 'running'")
    restored.mkdir(parents=True)
    shutil.copy(tmp_path / "last.db", restored / "sfd.db")
    shutil.copytree(lost / "library", restored / "library")
    with start(restored, vendor) as process:
        output, _ = process.communicate(timeout=120)
    assert output.split()[-1] == "completed"
    asked = Counter(ledger.read_text().split())
    assert len(asked) == NODES_ASKED_OF_VENDORS
    assert set(asked.values()) == {1}


def test_a_backup_overwrites_nothing_and_is_for_sqlite(tmp_path: Path) -> None:
    assert sfd(tmp_path, "migrate").returncode == 0
    (tmp_path / "mine.db").write_text("mine")
    refused = sfd(tmp_path, "backup", "mine.db")
    assert refused.returncode == 4
    assert (tmp_path / "mine.db").read_text() == "mine"
    nowhere = sfd(tmp_path, "backup", "no/such/folder/x.db")
    assert nowhere.returncode == 5
    assert "cannot be written" in nowhere.stderr
    elsewhere = sfd(tmp_path, "backup", "x.db", DATABASE_URL="postgresql://sfd@db.invalid/sfd")
    assert elsewhere.returncode == 2
    assert "pg_dump" in elsewhere.stderr


def test_tracing_without_what_sends_it_is_one_clear_line(tmp_path: Path) -> None:
    blocked = tmp_path / "sitecustomize.py"
    blocked.write_text("import sys\nsys.modules['opentelemetry.sdk.trace'] = None\n")
    said = sfd(tmp_path, "worker", OTEL_EXPORTER_OTLP_ENDPOINT="http://127.0.0.1:9", PYTHONPATH=str(tmp_path))
    assert said.returncode == 2
    assert 'pip install "sfd[otel]"' in said.stderr
    assert "Traceback" not in said.stderr
