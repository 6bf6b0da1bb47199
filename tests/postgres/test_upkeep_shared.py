"""What operators do beside PostgreSQL: copy it, put the copy back, tidy up, and look at figures."""

import asyncio

from conftest import Start, Vendor, open_office
from fakes.dramas import two_episode_drama
from fakes.postgres import Postgres
from fakes.studio import OWNER, ended, open_studio
from fakes.vendor_adapter import VendorAdapter
from sfd.application import Application
from sfd.config import Settings
from sfd.domain.jobs import JobStatus
from sfd.generation.plan import Choice
from sfd.providers.base import Modality

NODES = 2 + 1 + 1


async def test_a_copy_made_in_the_middle_of_a_run_is_restored_and_the_run_ends_without_asking_again(
    settings: Settings, vendor: Vendor, postgres: Postgres, start_workers: Start
) -> None:
    async with open_office(settings, vendor) as office:
        drama = two_episode_drama("copied", episodes=1, scenes=1)
        await office.dramas.add(OWNER, drama.model_dump(mode="json"))
        run = (await office.runs.execute(OWNER, drama.id, Choice())).job
        (worker,) = start_workers(1)
        async with asyncio.timeout(60):
            while not any(".clip." in key for key in vendor.asked()):  # noqa: ASYNC110 - another process's file
                await asyncio.sleep(0.02)
        worker.kill()
        worker.wait()
    copy = postgres.new_database()
    postgres.copy(str(settings.database_url), copy)
    restored = settings.model_copy(update={"database_url": copy})
    crew = [VendorAdapter(Modality.ILLUSTRATOR, vendor.url), VendorAdapter(Modality.FILMMAKER, vendor.url)]
    async with open_studio(restored, crew) as application:
        assert (await ended(application, run)).status is JobStatus.COMPLETED
        assert (await application.dramas.load(OWNER, drama.id)).episodes[0].url
    assert sorted(vendor.asked().values()) == [1] * NODES


async def test_finished_work_is_forgotten_and_counted(office: Application, start_workers: Start) -> None:
    drama = two_episode_drama("tidied", episodes=1, scenes=1)
    await office.dramas.add(OWNER, drama.model_dump(mode="json"))
    start_workers(1)
    run = (await office.runs.execute(OWNER, drama.id, Choice())).job
    assert (await ended(office, run)).status is JobStatus.COMPLETED
    figures = (await office.metrics.exposition()).decode()
    assert 'sfd_jobs{status="completed",type="cut"} 1.0' in figures
    assert f'sfd_attempts{{outcome="settled",provider="vendor"}} {float(NODES)}' in figures
    assert "sfd_database_up 1.0" in figures
    would = await office.upkeep.tidy(dry_run=True)
    assert would["workflows"] >= NODES + 1
    assert (await office.upkeep.tidy(dry_run=False))["workflows"] >= NODES + 1
    assert (await office.upkeep.tidy(dry_run=True))["workflows"] == 0
    assert (await office.jobs.get(OWNER, run.id)).job.status is JobStatus.COMPLETED
