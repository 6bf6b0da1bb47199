"""A process that runs a drama against the vendor until the run ends: what the crash test kills.

python vendor_run.py DATA_DIR VENDOR_URL DRAMA_ID   → prints RUNNING, then the status of the run
"""

import asyncio
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
from fakes.dramas import two_episode_drama
from fakes.studio import OWNER, ended, open_studio
from fakes.vendor_adapter import VendorAdapter
from sfd.cli.session import quiet_logging
from sfd.config import Settings
from sfd.domain.errors import NotFound
from sfd.generation.plan import Choice
from sfd.providers.base import Modality


async def main(data_dir: Path, vendor: str, drama_id: str) -> None:
    quiet_logging("WARNING")  # stdout is for the status
    settings = Settings(data_dir=data_dir, min_free_disk_mb=1, worker_processes=1)
    crew = [VendorAdapter(Modality.ILLUSTRATOR, vendor), VendorAdapter(Modality.FILMMAKER, vendor)]
    drama = two_episode_drama(drama_id)
    async with open_studio(settings, crew) as application:
        try:
            await application.dramas.load(OWNER, drama.id)
        except NotFound:
            await application.dramas.add(OWNER, drama.model_dump(mode="json"))
        views = await application.jobs.list(OWNER, drama.id, limit=1, parents_only=True)
        job = views[0].job if views else (await application.runs.execute(OWNER, drama.id, Choice())).job
        print("RUNNING", flush=True)
        print((await ended(application, job)).status, flush=True)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2], sys.argv[3]))
