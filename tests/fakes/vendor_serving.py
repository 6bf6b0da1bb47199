"""A server that works, whose pictures and clips are made by the vendor.

python vendor_serving.py DATA_DIR VENDOR_URL PORT MIN_FREE_DISK_MB   → serves until SIGTERM
"""

import sys
from pathlib import Path

import uvicorn

sys.path.insert(0, str(Path(__file__).parent.parent))
from fakes.vendor_adapter import VendorAdapter
from sfd.config import Settings
from sfd.main import create_app
from sfd.providers.base import Modality


def main(data_dir: Path, vendor: str, port: int, min_free_disk_mb: int) -> None:
    settings = Settings(
        data_dir=data_dir,
        min_free_disk_mb=min_free_disk_mb,
        worker_processes=1,
        illustrator="vendor",
        filmmaker="vendor",
    )
    crew = [VendorAdapter(Modality.ILLUSTRATOR, vendor), VendorAdapter(Modality.FILMMAKER, vendor)]
    uvicorn.run(create_app(settings, providers=crew), port=port, log_level="warning")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
