"""What only a store in a bucket can get wrong: links, copies on this machine, keys that are refused."""

import asyncio
import hashlib
import os
import time
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from fakes.faulty_proxy import Fault, FaultyProxy
from fakes.s3 import S3Server
from sfd.domain.errors import StorageUnavailable
from sfd.storage.bucket import BucketStore, Timing
from sfd.storage.cache import JUST_HANDED_OUT, LocalCache

KEY = "blobs/10000/ab/abcdef.mp4"
NAME = "attachment; filename*=UTF-8''%E7%94%B5%E6%A2%AF.mp4"


def key_of(data: bytes) -> str:
    digest = hashlib.sha256(data).hexdigest()
    return f"blobs/10000/{digest[:2]}/{digest}.mp4"


async def put(store: BucketStore, folder: Path, data: bytes, key: str = "") -> str:
    source = folder / "source.bin"
    source.write_bytes(data)
    await store.put_file(key or key_of(data), source, "video/mp4")
    return key or key_of(data)


async def test_a_link_reads_the_object_under_the_name_and_type_that_were_said(
    bucket_store: BucketStore, tmp_path: Path
) -> None:
    data = os.urandom(100_000)
    key = await put(bucket_store, tmp_path, data)
    url = bucket_store.url(key, media_type="video/quicktime", disposition=NAME)
    assert url is not None
    async with httpx.AsyncClient() as client:
        whole, part = await client.get(url), await client.get(url, headers={"Range": "bytes=10-19"})
    assert (whole.content, part.content, part.status_code) == (data, data[10:20], 206)
    assert (whole.headers["content-type"], whole.headers["content-disposition"]) == ("video/quicktime", NAME)
    assert whole.headers["cache-control"] == "private, max-age=31536000, immutable"
    assert bucket_store.url(key, media_type="video/quicktime", disposition=NAME) == url


async def test_a_link_that_was_tampered_with_is_refused(bucket_store: BucketStore, tmp_path: Path) -> None:
    key = await put(bucket_store, tmp_path, b"secret")
    await put(bucket_store, tmp_path, b"another", "blobs/20000/ab/other.mp4")
    url = str(bucket_store.url(key))
    wanted = {url: 200, url.replace(key, "blobs/20000/ab/other.mp4"): 403, url.replace("=3600", "=36000"): 403}
    async with httpx.AsyncClient() as client:
        assert {one: (await client.get(one)).status_code for one in wanted} == wanted


async def test_a_public_bucket_is_linked_to_by_its_own_address(s3: S3Server, bucket_name: str, tmp_path: Path) -> None:
    cache = LocalCache(tmp_path / "cache", 0)
    public = replace(s3.bucket(bucket_name), public_url="https://media.example.com/a")
    store = BucketStore(public, cache, Timing())
    assert store.url(KEY, media_type="video/mp4") == f"https://media.example.com/a/{KEY}"
    assert "X-Amz-Signature" in str(store.url(KEY, disposition=NAME))
    assert BucketStore(replace(public, links=False), cache, Timing()).url(KEY) is None
    assert "secret" not in repr(public)


async def test_an_object_is_fetched_once_however_many_ask_for_it(
    faulty_store: BucketStore, proxy: FaultyProxy, tmp_path: Path
) -> None:
    data = os.urandom(3_000_000)
    key = await put(faulty_store, tmp_path, data)
    copies = await asyncio.gather(*(faulty_store.local_copy(key) for _ in range(12)))
    assert len(set(copies)) == 1
    assert copies[0].read_bytes() == data
    assert proxy.asked["GET"] == 1


async def test_copies_that_are_used_stay_and_old_ones_make_room(s3: S3Server, bucket_name: str, tmp_path: Path) -> None:
    cache = LocalCache(tmp_path / "cache", 2_500_000)
    store = BucketStore(s3.bucket(bucket_name), cache, Timing())
    keys = [await put(store, tmp_path, os.urandom(1_000_000)) for _ in range(5)]
    async with store.hold(keys[0]) as held:
        copies = [await store.local_copy(key) for key in keys[:4]]
        assert all(path.exists() for path in copies), "what was just handed out stays, whatever the limit"
        long_ago = time.time() - JUST_HANDED_OUT - 60
        for age, path in enumerate(copies):
            os.utime(path, (long_ago + age, long_ago + age))
        newest = await store.local_copy(keys[4])
        assert [path.exists() for path in copies] == [True, False, False, False]
        assert held == copies[0]
        assert newest.exists()
    os.utime(held, (long_ago, long_ago))
    assert (await store.local_copy(keys[1])).exists()
    await store.local_copy(keys[2])
    assert not held.exists()
    await store.close()


async def test_an_object_that_is_not_what_its_name_says_is_never_handed_out(
    bucket_store: BucketStore, tmp_path: Path
) -> None:
    key = await put(bucket_store, tmp_path, b"other bytes", key_of(b"the bytes that were stored"))
    with pytest.raises(StorageUnavailable, match="not what was stored"):
        await bucket_store.local_copy(key)
    assert list((tmp_path / "cache").iterdir()) == []


async def test_a_key_that_is_refused_is_told_at_once(
    faulty_store: BucketStore, proxy: FaultyProxy, tmp_path: Path
) -> None:
    proxy.fault = lambda _method, _path, _time: Fault.DENIED
    with pytest.raises(StorageUnavailable, match="R2_SECRET_ACCESS_KEY"):
        await put(faulty_store, tmp_path, b"bytes")
    with pytest.raises(StorageUnavailable, match="R2_ACCESS_KEY_ID"):
        await faulty_store.answers()
    assert proxy.faults[Fault.DENIED] == 2


async def test_a_bucket_that_does_not_exist_is_named(s3: S3Server, tmp_path: Path) -> None:
    missing = replace(s3.bucket("here"), name="nowhere")
    store = BucketStore(missing, LocalCache(tmp_path / "cache", 0), Timing())
    with pytest.raises(StorageUnavailable, match="There is no bucket nowhere"):
        await store.answers()
    with pytest.raises(StorageUnavailable, match="There is no bucket nowhere"):
        await put(store, tmp_path, b"bytes")
    with pytest.raises(StorageUnavailable, match="There is no bucket nowhere"):
        await store.get_bytes(KEY)
    await store.close()


async def test_an_endpoint_of_the_environment_does_not_divert_it(
    s3: S3Server, bucket_name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    store = BucketStore(s3.bucket(bucket_name), LocalCache(tmp_path / "cache", 0), Timing(patience=0))
    await store.answers()
    await store.close()
