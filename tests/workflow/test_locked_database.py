"""Another process that keeps the database locked: it is waited for, and nothing is lost or done twice."""

import asyncio
from contextlib import ExitStack

from fakes.database_lock import locked
from fakes.dramas import two_episode_drama
from fakes.providers import accepted_once, fake_crew
from fakes.studio import OWNER, Studio, ended
from sfd.domain.jobs import JobStatus
from sfd.domain.models import Drama
from sfd.generation.plan import Choice

A_WHILE = 2.0


async def test_a_run_and_what_is_asked_meanwhile_wait_for_a_locked_database(studio: Studio, drama: Drama) -> None:
    crew = fake_crew(illustrator_seconds=0.2)
    other = two_episode_drama("other", episodes=1, scenes=1)
    async with studio(crew) as application:
        await application.dramas.add(OWNER, drama.model_dump(mode="json"))
        run = (await application.runs.execute(OWNER, drama.id, Choice())).job
        async with asyncio.timeout(60):
            while not crew[0].accepted:  # noqa: ASYNC110 - what the provider says is all there is
                await asyncio.sleep(0.02)
        with ExitStack() as lock:
            await asyncio.to_thread(lock.enter_context, locked(application.settings.sqlite_path))
            asked = asyncio.create_task(application.dramas.add(OWNER, other.model_dump(mode="json")))
            await asyncio.sleep(A_WHILE)
            assert not asked.done()
            assert (await application.dramas.load(OWNER, drama.id)).id == drama.id
        assert (await asked).drama_id == other.id
        assert (await ended(application, run)).status is JobStatus.COMPLETED
    assert accepted_once(crew)
