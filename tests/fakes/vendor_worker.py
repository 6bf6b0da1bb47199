"""A worker whose nodes are made by the vendor: one of the many that share a PostgreSQL database.

python vendor_worker.py DATA_DIR DATABASE_URL VENDOR_URL [DECLARED [CORES]]   → prints READY; ends on SIGTERM

DECLARED is JSON: what the vendor declares besides, such as {"requests_per_minute": 6}. CORES are media processes.
"""

import asyncio
import json
import signal
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
from fakes.studio import open_studio
from fakes.vendor_adapter import VendorAdapter
from sfd.cli.session import quiet_logging
from sfd.config import Settings
from sfd.providers.base import Modality


async def main(data_dir: Path, database_url: str, vendor: str, declared: str = "{}", cores: str = "1") -> None:
    settings = Settings(data_dir=data_dir, database_url=database_url, min_free_disk_mb=1, worker_processes=int(cores))
    crew = [VendorAdapter(one, vendor, **json.loads(declared)) for one in (Modality.ILLUSTRATOR, Modality.FILMMAKER)]
    quiet_logging("WARNING")
    stopped = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopped.set)
    async with open_studio(settings, crew):
        print("READY", flush=True)
        await stopped.wait()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), *sys.argv[2:]))
