"""Many dramas of several users at once: everybody gets on, every limit is used up and none is passed."""

import asyncio
from pathlib import Path

from fakes.dramas import two_episode_drama
from fakes.providers import FakeProvider
from fakes.studio import Studio, ended_for
from sfd.application import Application
from sfd.domain.jobs import Job, JobStatus
from sfd.domain.owner import Owner
from sfd.generation.plan import Choice, Until
from sfd.providers.base import Made, Modality, Request

USERS = [Owner(f"user{number}") for number in range(5)]
DRAMAS_EACH = 10
PATIENCE = 60.0
A_WHILE = 0.5


class Crowded(FakeProvider):
    """Delivers nothing until it has as many requests in hand as it allows, and waits a while for one too many."""

    def __init__(self, modality: Modality, allowed: int) -> None:
        super().__init__(modality, concurrency=allowed)
        self.in_hand = 0
        self.most = 0
        self.full = asyncio.Event()

    async def submit(self, request: Request) -> str:
        self.in_hand += 1
        self.most = max(self.most, self.in_hand)
        return await super().submit(request)

    async def fetch(self, remote_id: str, request: Request, into: Path) -> Made:
        if not self.full.is_set():
            if self.most == self.capabilities.concurrency:
                self.full.set()
            await asyncio.wait_for(self.full.wait(), PATIENCE)
            await asyncio.sleep(A_WHILE)
        made = await super().fetch(remote_id, request, into)
        self.in_hand -= 1
        return made


async def accepted(application: Application, owner: Owner, number: int) -> str:
    drama = two_episode_drama(f"{owner.user_id}_{number}", episodes=1, scenes=1)
    await application.dramas.add(owner, drama.model_dump(mode="json"))
    return (await application.runs.execute(owner, drama.id, Choice(until=Until.CLIPS))).job.id


async def test_fifty_dramas_of_five_users(studio: Studio) -> None:
    illustrator, filmmaker = Crowded(Modality.ILLUSTRATOR, 4), Crowded(Modality.FILMMAKER, 3)
    async with studio([illustrator, filmmaker]) as application:
        runs = [  # all of the first user's dramas are accepted before any of the last user's
            (owner, await accepted(application, owner, number)) for owner in USERS for number in range(DRAMAS_EACH)
        ]
        done: list[Job] = [await ended_for(application, owner, job_id) for owner, job_id in runs]
    assert {job.status for job in done} == {JobStatus.COMPLETED}
    assert (illustrator.most, filmmaker.most) == (4, 3)
    assert (illustrator.accepted.total(), filmmaker.accepted.total()) == (3 * len(done), len(done))
    finish = [sorted(job.completed_at or 0 for job in done if job.user_id == owner.user_id) for owner in USERS]
    assert max(times[0] for times in finish) < min(times[-1] for times in finish), "somebody waited for another to end"
