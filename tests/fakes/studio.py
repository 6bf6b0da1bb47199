"""An open application with chosen providers, and runs watched to their end."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from sfd.application import Application, open_application
from sfd.config import Settings
from sfd.domain.errors import NotFound
from sfd.domain.jobs import Job
from sfd.domain.models import Drama
from sfd.domain.owner import DEFAULT_USER, Owner
from sfd.generation.plan import Choice
from sfd.providers.registry import AnyProvider

OWNER = Owner(DEFAULT_USER)
Studio = Callable[[Iterable[AnyProvider]], AbstractAsyncContextManager[Application]]


@asynccontextmanager
async def open_studio(settings: Settings, providers: Iterable[AnyProvider]) -> AsyncGenerator[Application]:
    """An application that works, with the given providers chosen for what they do."""
    chosen = list(providers)
    named = {str(one.capabilities.modality): one.name for one in chosen}
    async with open_application(settings.model_copy(update=named), work=True, providers=chosen) as application:
        yield application


async def execute(application: Application, drama: Drama, choice: Choice | None = None) -> Job:
    """Store the drama if it is not there, run it, and return the ended parent job."""
    try:
        await application.dramas.load(OWNER, drama.id)
    except NotFound:
        await application.dramas.add(OWNER, drama.model_dump(mode="json"))
    return await ended(application, (await application.runs.execute(OWNER, drama.id, choice or Choice())).job)


async def ended(application: Application, job: Job) -> Job:
    """Wait for a job to end."""
    return await ended_for(application, OWNER, job.id)


async def ended_for(application: Application, owner: Owner, job_id: str) -> Job:
    """Wait for a user's job to end."""
    async with asyncio.timeout(240):
        while True:
            current = (await application.jobs.get(owner, job_id)).job
            if current.status.ended:
                return current
            await asyncio.sleep(0.05)
