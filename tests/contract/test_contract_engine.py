"""Every adapter under the real engine: whatever goes wrong, the vendor's ledger never shows two creates for a node."""

import logging
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import gemini_subjects
import openai_subjects
import pytest

from fakes.providers import FakeProvider
from fakes.studio import OWNER, Studio, execute
from fakes.subjects import Subject
from fakes.wire import Fault, Step, Wire
from sfd.domain.jobs import Job, JobStatus
from sfd.domain.models import Drama
from sfd.generation.plan import Choice
from sfd.providers.base import LostReply, Modality
from sfd.providers.registry import AnyProvider

SUBJECTS = [
    subject
    for subject in (*openai_subjects.SUBJECTS, *gemini_subjects.SUBJECTS)
    if subject.modality in (Modality.ILLUSTRATOR, Modality.FILMMAKER)
]
CANARY = "sk-canary-5f2d9c1e7b"
TIMEOUT = 3.0
LOST = (
    Fault.SERVER_ERROR_AFTER_ACCEPTING,
    Fault.RESET_AFTER_ACCEPTING,
    Fault.TIME_OUT,
)
every_subject = pytest.mark.parametrize("subject", SUBJECTS, ids=lambda one: one.name)


@pytest.fixture
def drama(drama: Drama) -> Drama:
    """One episode: two characters, three scenes."""
    return drama.model_copy(update={"episodes": drama.episodes[:1]})


def crew_with(subject: Subject, wire: Wire) -> list[AnyProvider]:
    """The subject, and a fake for the other part of the work."""
    adapter = subject.build(wire, TIMEOUT)
    if subject.modality is Modality.FILMMAKER:
        return [FakeProvider(Modality.ILLUSTRATOR), adapter]
    return [adapter, FakeProvider(Modality.FILMMAKER)]


def make_trouble(subject: Subject, wire: Wire) -> None:
    """Portraits are only delayed, so that everything after them is asked for, and then things are lost."""
    delays = [Fault.RATE_LIMITED, Fault.OVERLOADED]
    portraits = [] if subject.modality is Modality.FILMMAKER else [None, None]
    wire.script(Step.CREATE, [*delays, *portraits, *LOST])
    wire.script(Step.POLL, [Fault.SERVER_ERROR_AFTER_ACCEPTING, Fault.RATE_LIMITED, Fault.RESET_AFTER_ACCEPTING])
    wire.script(Step.DOWNLOAD, [Fault.BROKEN_OFF, Fault.TRUNCATED, None, Fault.HTML_INSTEAD])


def own_jobs(subject: Subject, jobs: Iterable[Job]) -> list[Job]:
    """The nodes that the subject makes."""
    clip = subject.modality is Modality.FILMMAKER
    return [job for job in jobs if job.provider and (job.type == "clip") == clip and job.type != "cut"]


@every_subject
async def test_nothing_is_created_twice_whatever_is_lost(
    subject: Subject, studio: Studio, drama: Drama, tmp_path: Path
) -> None:
    with subject.wire(tmp_path / "ledger", CANARY) as wire:
        make_trouble(subject, wire)
        async with studio(crew_with(subject, wire)) as application:
            parent = await execute(application, drama)
            made = own_jobs(subject, await application.jobs.children(OWNER, parent.id))
            created = len(wire.creates())
            await execute(application, drama, Choice(resume=True))
            assert len(wire.creates()) == created
            finds = application.registry.named(subject.modality, made[0].provider).capabilities.lost_reply
        assert wire.repeated() == []
        assert created == len(made)
    ends = Counter(job.status for job in made)
    if finds is LostReply.FIND:
        assert ends == Counter({JobStatus.COMPLETED: len(made)})
    else:
        assert ends == Counter({JobStatus.NEEDS_REVIEW: len(LOST), JobStatus.COMPLETED: len(made) - len(LOST)})


@every_subject
async def test_a_key_is_nowhere_but_in_the_requests(
    subject: Subject,
    studio: Studio,
    drama: Drama,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.INFO, "aiosqlite")  # every statement of the database, which is read as a file below
    with subject.wire(tmp_path / "ledger", CANARY) as wire:
        wire.script(Step.CREATE, [Fault.BAD_KEY, Fault.SERVER_ERROR_AFTER_ACCEPTING, Fault.HTML_INSTEAD])
        async with studio(crew_with(subject, wire)) as application:
            parent = await execute(application, drama)
            jobs = await application.jobs.children(OWNER, parent.id)
        assert any(CANARY in str(call.headers) for call in wire.requests)
    assert any(job.error and "auth" in job.error.values() for job in jobs)
    shown = capfd.readouterr()
    assert CANARY not in f"{caplog.text}{shown.out}{shown.err}{jobs}"
    written = [path for path in (tmp_path / "data").rglob("*") if path.is_file()]
    assert len(written) > 1
    assert [path.name for path in written if CANARY.encode() in path.read_bytes()] == []
