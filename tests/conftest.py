"""What every test shares: no outside sockets, a clean environment, small dramas."""

import os
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from fakes.dramas import two_episode_drama
from fakes.notes import NOTES, Note
from fakes.s3 import ASKED_FOR, RUNNING, library_settings
from fakes.s3_running import running_s3
from fakes.studio import Studio, open_studio
from sfd.config import Settings
from sfd.domain.models import Drama

# A busy machine is not a defect: no deadlines, and no complaint about slow examples.
# On CI the examples are the same every time, so that a change is judged by itself; everywhere else they are new ones.
hypothesis.settings.register_profile(
    "sfd",
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
    derandomize="CI" in os.environ,
)
hypothesis.settings.load_profile("sfd")

LOCAL = ["127.0.0.1", "::1", "localhost"]


def pytest_configure(config: pytest.Config) -> None:
    """Nothing was said yet."""
    config.stash[NOTES] = {}


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A worker beside others hands over what its tests said."""
    told: dict[str, Any] | None = getattr(session.config, "workeroutput", None)
    if told is not None:
        told["notes"] = list(session.config.stash[NOTES])


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take over what the tests of a worker said."""
    said: list[str] = getattr(node, "workeroutput", {}).get("notes", [])
    node.config.stash[NOTES].update(dict.fromkeys(said))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say what the tests said about where they ran."""
    for said in config.stash[NOTES]:
        terminalreporter.write_line(said)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Only this machine may be talked to."""
    del item
    from pytest_socket import socket_allow_hosts  # noqa: PLC0415 - a plugin, not a dependency of the code

    socket_allow_hosts(LOCAL, allow_unix_socket=True)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What is about a library in a folder says nothing when the libraries are in buckets."""
    if os.environ.get(ASKED_FOR) == "s3":
        left_out = [item for item in items if item.get_closest_marker("disk")]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


@pytest.fixture(scope="session")
def note(pytestconfig: pytest.Config) -> Note:
    """Says at the end of the run, once, where or on what the tests ran."""

    def say(said: str) -> None:
        pytestconfig.stash[NOTES][said] = None

    return say


@pytest.fixture(scope="session", autouse=True)
def library_place(note: Note) -> Iterator[None]:
    """With SFD_TEST_STORAGE=s3 every library of the tests is in a bucket of its own, on a real S3 server."""
    if os.environ.get(ASKED_FOR) != "s3":
        yield
        return
    with running_s3() as server:
        note(f"every library is in a bucket of {server.what}")
        os.environ[RUNNING] = server.url
        yield
        del os.environ[RUNNING]


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """No setting of the machine reaches a test, and nothing is written outside its folder."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    before = Path.cwd()
    os.chdir(tmp_path)
    yield
    os.chdir(before)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings that keep everything in the test's folder, and start one process for pictures and films."""
    kept = Settings(
        data_dir=tmp_path / "data",
        outputs_dir=tmp_path / "outputs",
        jobs_dir=tmp_path / "jobs",
        min_free_disk_mb=1,
        worker_processes=1,
    )
    return Settings.model_validate({**kept.model_dump(), **library_settings(tmp_path)})


@pytest.fixture
def studio(settings: Settings) -> Studio:
    """Opens an application whose illustrator and filmmaker are the given ones."""
    return partial(open_studio, settings)


@pytest.fixture
def drama() -> Drama:
    """Two episodes, three scenes each, two characters."""
    return two_episode_drama()
