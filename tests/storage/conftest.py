"""The S3 server of these tests, a bucket for each, and the two kinds of store."""

import secrets
from collections.abc import AsyncGenerator, Iterator
from pathlib import Path

import pytest

from fakes.faulty_proxy import FaultyProxy, faulty_proxy
from fakes.notes import Note
from fakes.s3 import S3Server
from fakes.s3_running import running_s3
from sfd.storage.bucket import BucketStore, Timing
from sfd.storage.cache import LocalCache
from sfd.storage.disk import DiskStore
from sfd.storage.object_store import ObjectStore

ROOMY = 1_000_000_000


@pytest.fixture(scope="session")
def s3(note: Note) -> Iterator[S3Server]:
    with running_s3() as server:
        note(f"storage: the S3 server is {server.what}")
        yield server


@pytest.fixture
def bucket_name() -> str:
    return f"test-{secrets.token_hex(6)}"


@pytest.fixture
async def proxy(s3: S3Server) -> AsyncGenerator[FaultyProxy]:
    async with faulty_proxy(s3.url) as proxy:
        yield proxy


@pytest.fixture
async def bucket_store(s3: S3Server, bucket_name: str, tmp_path: Path) -> AsyncGenerator[BucketStore]:
    store = BucketStore(s3.bucket(bucket_name), LocalCache(tmp_path / "cache", ROOMY), Timing())
    yield store
    await store.close()


@pytest.fixture
async def faulty_store(
    s3: S3Server, proxy: FaultyProxy, bucket_name: str, tmp_path: Path
) -> AsyncGenerator[BucketStore]:
    """A store behind the proxy that does not wait for long: half a second of silence, twenty of trouble."""
    cache = LocalCache(tmp_path / "cache", ROOMY)
    store = BucketStore(s3.bucket(bucket_name, proxy.url), cache, Timing(silence=0.5, patience=20.0))
    yield store
    await store.close()


@pytest.fixture(params=["disk", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> ObjectStore:
    """Each kind of store, empty."""
    if request.param == "disk":
        return DiskStore(tmp_path / "library")
    store: BucketStore = request.getfixturevalue("bucket_store")
    return store
