"""Faults between SFD and its bucket, as one object sees them."""

import asyncio
import os
from pathlib import Path

import pytest

from fakes.faulty_proxy import Fault, FaultyProxy
from fakes.s3 import S3Server
from sfd.domain.errors import StorageUnavailable
from sfd.storage.bucket import BucketStore, Timing
from sfd.storage.cache import LocalCache

KEY = "blobs/10000/ab/abcdef.mp4"
TROUBLE = (Fault.ERROR, Fault.BUSY, Fault.HANG, Fault.RESET, Fault.HALF, Fault.LOST)


def file_of(folder: Path, data: bytes) -> Path:
    path = folder / "source.bin"
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("fault", TROUBLE)
async def test_a_fault_that_passes_is_not_noticed(
    faulty_store: BucketStore, proxy: FaultyProxy, tmp_path: Path, fault: Fault
) -> None:
    data = os.urandom(3_000_000)
    proxy.fault = lambda _method, _path, time: fault if time <= 2 else Fault.NONE
    await faulty_store.put_file(KEY, file_of(tmp_path, data), "video/mp4")
    assert b"".join([piece async for piece in faulty_store.stream(KEY)]) == data
    assert b"".join([piece async for piece in faulty_store.stream(KEY, 1000, 2_000_000)]) == data[1000:2_000_000]
    assert (await faulty_store.local_copy(KEY)).read_bytes() == data
    assert await faulty_store.exists(KEY)
    assert [one.size async for one in faulty_store.list("blobs")] == [len(data)]
    assert proxy.faults[fault] >= 4


async def test_every_other_request_of_a_large_upload_may_fail(
    faulty_store: BucketStore, proxy: FaultyProxy, tmp_path: Path
) -> None:
    data = os.urandom(30_000_000)
    faults = (Fault.NONE, Fault.BUSY, Fault.NONE, Fault.RESET, Fault.NONE, Fault.LOST)
    proxy.fault = lambda _method, _path, time: faults[time % len(faults)]
    await faulty_store.put_file(KEY, file_of(tmp_path, data), "video/mp4")
    assert (await faulty_store.local_copy(KEY)).read_bytes() == data


async def test_an_upload_whose_last_reply_was_lost_is_whole(
    faulty_store: BucketStore, proxy: FaultyProxy, tmp_path: Path
) -> None:
    """A POST begins an upload in parts and another ends it; the end cannot be asked for twice."""
    data = os.urandom(20_000_000)
    proxy.fault = lambda method, _path, time: Fault.LOST if (method, time) == ("POST", 2) else Fault.NONE
    await faulty_store.put_file(KEY, file_of(tmp_path, data), "video/mp4")
    assert proxy.faults[Fault.LOST] == 1
    assert (await faulty_store.local_copy(KEY)).read_bytes() == data


@pytest.mark.parametrize("fault", [Fault.BUSY, Fault.HANG, Fault.RESET])
async def test_trouble_that_lasts_is_told_when_patience_ends(
    s3: S3Server, proxy: FaultyProxy, bucket_name: str, tmp_path: Path, fault: Fault
) -> None:
    timing = Timing(silence=0.2, patience=1.0)
    store = BucketStore(s3.bucket(bucket_name, proxy.url), LocalCache(tmp_path / "cache", 0), timing)
    proxy.fault = lambda _method, _path, _time: fault
    source = file_of(tmp_path, b"bytes")
    asked = (store.put_file(KEY, source, "video/mp4"), store.get_bytes(KEY), store.head(KEY), store.local_copy(KEY))
    for told in await asyncio.gather(*asked, return_exceptions=True):
        assert isinstance(told, StorageUnavailable)
        assert "Nothing is lost" in told.detail
    with pytest.raises(StorageUnavailable):
        [one async for one in store.list("blobs")]
    assert proxy.faults[fault] > len(asked)
    proxy.fault = lambda _method, _path, _time: Fault.NONE
    await store.put_file(KEY, source, "video/mp4")
    assert await store.get_bytes(KEY) == b"bytes"
    await store.close()


async def test_who_waits_for_an_answer_is_told_sooner(s3: S3Server, bucket_name: str, tmp_path: Path) -> None:
    store = BucketStore(s3.bucket(bucket_name), LocalCache(tmp_path / "cache", 0), Timing())
    assert store.hasty().timing.patience < store.timing.patience
    assert BucketStore(s3.bucket(bucket_name), LocalCache(tmp_path, 0), Timing(patience=1)).hasty().timing.patience == 1
