"""Many dramas of several users at once: everybody gets on, and no limit is passed."""

import asyncio

from fakes.dramas import two_episode_drama
from fakes.providers import FakeProvider
from fakes.studio import Studio, ended_for
from sfd.domain.jobs import JobStatus
from sfd.domain.owner import Owner
from sfd.generation.plan import Choice
from sfd.providers.base import Modality

USERS = [Owner(f"user{number}") for number in range(5)]
DRAMAS_EACH = 10


async def test_fifty_dramas_of_five_users(studio: Studio) -> None:
    illustrator = FakeProvider(Modality.ILLUSTRATOR, seconds=0.01, concurrency=4)
    filmmaker = FakeProvider(Modality.FILMMAKER, seconds=0.01, concurrency=3)
    async with studio([illustrator, filmmaker]) as application:
        runs: list[tuple[Owner, str]] = []
        for owner in USERS:  # all of the first user's dramas are accepted before any of the last user's
            for number in range(DRAMAS_EACH):
                drama = two_episode_drama(f"{owner.user_id}_{number}", episodes=1, scenes=1)
                await application.dramas.add(owner, drama.model_dump(mode="json"))
                job = (await application.runs.execute(owner, drama.id, Choice())).job
                runs.append((owner, job.id))
        done = await asyncio.gather(*(ended_for(application, owner, job_id) for owner, job_id in runs))
    assert {job.status for job in done} == {JobStatus.COMPLETED}
    assert illustrator.peak <= 4
    assert filmmaker.peak <= 3
    finish = {
        owner.user_id: sorted(job.completed_at or 0 for job in done if job.user_id == owner.user_id) for owner in USERS
    }
    last_of_first = finish["user0"][-1]
    assert all(times[0] < last_of_first for user, times in finish.items() if user != "user0")
