"""What every store does, on a disk and on a real S3 server."""

import asyncio
import hashlib
import os
from pathlib import Path

import pytest

from sfd.domain.errors import NotFound, StorageUnavailable
from sfd.storage.object_store import ObjectStore, StoredObject

KEY = "blobs/10000/ab/abcdef.mp4"
MEGABYTE = 1024 * 1024


def file_of(folder: Path, data: bytes, name: str = "source.bin") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


async def all_of(store: ObjectStore, key: str, start: int = 0, end: int | None = None) -> bytes:
    return b"".join([piece async for piece in store.stream(key, start, end)])


@pytest.mark.parametrize("size", [0, 1, MEGABYTE - 1, 8 * MEGABYTE, 8 * MEGABYTE + 1, 70 * MEGABYTE])
async def test_what_was_put_comes_back_with_the_same_hash(store: ObjectStore, tmp_path: Path, size: int) -> None:
    data = os.urandom(size)
    await store.put_file(KEY, file_of(tmp_path, data), "video/mp4")
    digest = hashlib.sha256()
    async for piece in store.stream(KEY):
        digest.update(piece)
    wanted = hashlib.sha256(data).hexdigest()
    assert digest.hexdigest() == wanted
    assert await store.head(KEY) == size
    async with store.hold(KEY) as path:
        assert hashlib.sha256(path.read_bytes()).hexdigest() == wanted
        assert path.suffix == ".mp4"
    assert (await store.local_copy(KEY)).stat().st_size == size


@pytest.mark.parametrize(
    ("start", "end"), [(0, 1), (5, 10), (0, None), (7, None), (3_999_999, None), (9, 9), (0, 4_000_000)]
)
async def test_a_part_is_read_alone(store: ObjectStore, tmp_path: Path, start: int, end: int | None) -> None:
    data = os.urandom(4_000_000)
    await store.put_file(KEY, file_of(tmp_path, data), "video/mp4")
    assert await all_of(store, KEY, start, end) == data[start:end]


async def test_a_part_outside_is_an_error_and_not_silence(store: ObjectStore, tmp_path: Path) -> None:
    await store.put_file(KEY, file_of(tmp_path, b"12345"), "video/mp4")
    with pytest.raises(StorageUnavailable):
        await all_of(store, KEY, 9)


async def test_nothing_is_there_before_it_was_put_nor_after_it_was_deleted(store: ObjectStore, tmp_path: Path) -> None:
    for _ in range(2):
        assert not await store.exists(KEY)
        for ask in (store.head(KEY), store.get_bytes(KEY), store.local_copy(KEY), all_of(store, KEY)):
            with pytest.raises(NotFound, match="not in the store"):
                await ask
        await store.put_file(KEY, file_of(tmp_path, b"bytes"), "video/mp4")
        assert await store.exists(KEY)
        await store.delete(KEY)
        await store.delete(KEY)


async def test_few_bytes_may_be_put_again_and_differ(store: ObjectStore) -> None:
    key = "meta/10000/asset_01.json"
    await store.put_bytes(key, "短剧 第1集".encode(), "application/json")
    await store.put_bytes(key, "短剧 第2集 ✓".encode(), "application/json")
    assert (await store.get_bytes(key)).decode() == "短剧 第2集 ✓"


async def test_a_folder_is_listed_with_sizes_and_without_what_only_begins_alike(
    store: ObjectStore, tmp_path: Path
) -> None:
    source = file_of(tmp_path, b"12345")
    for number in range(7):
        await store.put_file(f"blobs/10000/{number % 3:02d}/file-{number}.png", source, "image/png")
    await store.put_file("blobs/100001/00/other.png", source, "image/png")
    await store.put_bytes("meta/10000/a.json", b"{}", "application/json")
    found = [one async for one in store.list("blobs/10000/")]
    assert found == sorted(found, key=lambda one: one.key)
    assert {one.key for one in found} == {f"blobs/10000/{number % 3:02d}/file-{number}.png" for number in range(7)}
    assert {one.size for one in found} == {5}
    assert [one async for one in store.list("meta")] == [StoredObject("meta/10000/a.json", 2)]
    assert [one async for one in store.list("thumbs/")] == []


async def test_many_puts_of_one_key_at_once_leave_one_whole_object(store: ObjectStore, tmp_path: Path) -> None:
    data = os.urandom(9 * MEGABYTE)
    source = file_of(tmp_path, data)
    await asyncio.gather(*(store.put_file(KEY, source, "video/mp4") for _ in range(8)))
    assert await all_of(store, KEY) == data
    assert [one.key async for one in store.list("blobs")] == [KEY]


@pytest.mark.parametrize(
    "key",
    [
        "",
        "x",
        "../outside",
        "blobs/../../outside",
        "/etc/passwd",
        "blobs//x",
        "blobs/.hidden",
        "a\0b/c",
        "a/b\n",
        "a/电",
    ],
)
async def test_a_key_never_leaves_the_store(store: ObjectStore, tmp_path: Path, key: str) -> None:
    source = file_of(tmp_path, b"bytes")
    for ask in (store.put_file(key, source, "image/png"), store.put_bytes(key, b"1", "image/png"), store.delete(key)):
        with pytest.raises(NotFound):
            await ask
    with pytest.raises(NotFound):
        await store.local_copy(key)


async def test_a_source_that_is_not_there_is_no_object(store: ObjectStore, tmp_path: Path) -> None:
    with pytest.raises((FileNotFoundError, StorageUnavailable)):
        await store.put_file(KEY, tmp_path / "nowhere.mp4", "video/mp4")
    assert not await store.exists(KEY)


async def test_it_says_that_it_answers_and_where_it_is(store: ObjectStore) -> None:
    await store.answers()
    assert store.place.startswith(("the folder ", "the bucket "))
