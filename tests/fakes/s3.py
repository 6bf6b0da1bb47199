"""Which S3 server the tests talk to, and the settings that point SFD at it."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from sfd.storage.bucket import Bucket

KEY, SECRET = "the-key-of-the-tests", "the-secret-of-the-tests"
REGION = "us-east-1"
ASKED_FOR = "SFD_TEST_STORAGE"
RUNNING = "SFD_TEST_S3_URL"


@dataclass(frozen=True)
class S3Server:
    """Where it answers, and what it is."""

    url: str
    what: str

    def bucket(self, name: str, url: str = "") -> Bucket:
        """A bucket of that name, made if it is not there. `url`: where it is reached instead."""
        httpx.put(f"{self.url}/{name}").raise_for_status()
        return Bucket(name, url or self.url, REGION, KEY, SECRET)

    def settings(self, name: str, url: str = "") -> dict[str, Any]:
        """Settings with which the library is in a bucket of that name."""
        self.bucket(name)
        return {
            "r2_bucket": name,
            "r2_endpoint_url": url or self.url,
            "r2_region": REGION,
            "r2_access_key_id": KEY,
            "r2_secret_access_key": SECRET,
        }

    def environment(self, name: str, url: str = "") -> dict[str, str]:
        """The same as variables of the environment."""
        return {key.upper(): str(value) for key, value in self.settings(name, url).items()}


def library_settings(folder: Path) -> dict[str, Any]:
    """What makes SFD, whose data is in `folder`, keep its library where this run of the tests wants it.

    In a bucket files are handed through, so that HTTP is what it is on a disk; tests/storage has the redirects.
    """
    if RUNNING not in os.environ:
        return {}
    name = f"sfd-{hashlib.sha256(str(folder).encode()).hexdigest()[:20]}"
    return {**S3Server(os.environ[RUNNING], "").settings(name), "r2_redirect": False}
