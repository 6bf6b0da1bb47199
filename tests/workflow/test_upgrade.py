"""A run that an older version began goes on in this one."""

import sqlite3
from contextlib import closing
from pathlib import Path

from fakes.providers import FakeProvider
from fakes.studio import OWNER, Studio, ended
from sfd.config import Settings
from sfd.domain.jobs import JobStatus
from sfd.providers.base import Modality

BEGUN = Path(__file__).parent / "begun_by_0_1.sql"


async def test_a_run_begun_by_0_1_is_migrated_and_finished_and_what_it_had_asked_for_is_not_asked_again(
    settings: Settings, studio: Studio
) -> None:
    """The dump is of a process that was killed while the provider worked at both portraits."""
    settings.data_dir.mkdir(parents=True)
    with closing(sqlite3.connect(settings.sqlite_path)) as database:
        database.executescript(BEGUN.read_text(encoding="utf-8"))
    illustrator, filmmaker = FakeProvider(Modality.ILLUSTRATOR), FakeProvider(Modality.FILMMAKER)
    async with studio([illustrator, filmmaker]) as application:
        (run,) = [view.job for view in await application.jobs.list(OWNER, "begun", limit=10, parents_only=True)]
        done = await ended(application, run)
        drama = await application.dramas.load(OWNER, "begun")
    assert done.status is JobStatus.COMPLETED
    assert drama.episodes[0].url
    assert dict(illustrator.accepted) == {"e1s1.storyboard": 1}
    assert dict(filmmaker.accepted) == {"e1s1.clip": 1}
