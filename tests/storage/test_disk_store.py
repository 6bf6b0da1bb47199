"""What only a store on a disk can get wrong."""

import os
import time
from pathlib import Path

import pytest

from sfd.domain.errors import NotFound, StorageUnavailable
from sfd.storage.disk import DiskStore

KEY = "blobs/10000/ab/abcdef.png"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "picture.png"
    path.write_bytes(b"bytes")
    return path


async def test_storing_the_same_again_changes_nothing(tmp_path: Path, source: Path) -> None:
    store = DiskStore(tmp_path / "library")
    await store.put_file(KEY, source, "image/png")
    await store.put_file(KEY, source, "image/png")
    assert [path.name for path in (tmp_path / "library").rglob("*") if path.is_file()] == ["abcdef.png"]


async def test_a_link_out_of_the_store_is_not_followed(tmp_path: Path, source: Path) -> None:
    store = DiskStore(tmp_path / "library")
    outside = tmp_path / "secret"
    outside.mkdir()
    (outside / "key.txt").write_text("secret")
    (tmp_path / "library" / "blobs").symlink_to(outside)
    (tmp_path / "library" / "meta").mkdir()
    (tmp_path / "library" / "meta" / "key.txt").symlink_to(outside / "key.txt")
    for key in ("blobs/key.txt", "meta/key.txt"):
        for ask in (store.local_copy(key), store.get_bytes(key), store.put_file(key, source, "image/png")):
            with pytest.raises(NotFound):
                await ask
    assert [one.key async for one in store.list("")] == []
    assert (outside / "key.txt").read_text() == "secret"


async def test_a_place_that_cannot_be_written_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageUnavailable, match="DATA_DIR"):
        DiskStore(tmp_path / "file" / "library")


async def test_what_a_killed_process_left_is_no_object_and_is_swept(tmp_path: Path, source: Path) -> None:
    store = DiskStore(tmp_path / "library")
    await store.put_file(KEY, source, "image/png")
    left = tmp_path / "library" / ".incoming" / "0123.part"
    left.write_bytes(b"half")
    assert [one.key async for one in store.list("")] == [KEY]
    assert await store.remove_unfinished(3600) == 0
    os.utime(left, (time.time() - 7200, time.time() - 7200))
    assert await store.remove_unfinished(3600) == 1
    assert not left.exists()
    assert await store.exists(KEY)


async def test_a_disk_has_no_links(tmp_path: Path) -> None:
    assert DiskStore(tmp_path / "library").url(KEY, media_type="image/png") is None
