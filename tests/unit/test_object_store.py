from pathlib import Path

import pytest

from sfd.domain.errors import NotFound, StorageUnavailable
from sfd.storage.object_store import ObjectStore

KEY = "blobs/10000/ab/abcdef.png"


async def test_what_is_stored_is_read_back(tmp_path: Path) -> None:
    source = tmp_path / "picture.png"
    source.write_bytes(b"bytes of a picture")
    store = ObjectStore(tmp_path / "library")
    assert not await store.exists(KEY)
    await store.put_file(KEY, source)
    assert await store.exists(KEY)
    assert store.local_path(KEY).read_bytes() == b"bytes of a picture"


async def test_storing_the_same_again_changes_nothing(tmp_path: Path) -> None:
    source = tmp_path / "picture.png"
    source.write_bytes(b"bytes")
    store = ObjectStore(tmp_path / "library")
    await store.put_file(KEY, source)
    await store.put_file(KEY, source)
    assert [path.name for path in (tmp_path / "library").rglob("*") if path.is_file()] == ["abcdef.png"]


@pytest.mark.parametrize(
    "key", ["", "../outside", "blobs/../../outside", "/etc/passwd", "blobs//x", "blobs/.hidden", "a\0b/c"]
)
async def test_a_key_never_leaves_the_store(tmp_path: Path, key: str) -> None:
    source = tmp_path / "picture.png"
    source.write_bytes(b"bytes")
    store = ObjectStore(tmp_path / "library")
    with pytest.raises(NotFound):
        await store.put_file(key, source)
    with pytest.raises(NotFound):
        store.local_path(key)


async def test_a_link_out_of_the_store_is_not_followed(tmp_path: Path) -> None:
    store = ObjectStore(tmp_path / "library")
    outside = tmp_path / "secret"
    outside.mkdir()
    (outside / "key.txt").write_text("secret")
    (tmp_path / "library" / "blobs").symlink_to(outside)
    with pytest.raises(NotFound):
        store.local_path("blobs/key.txt")


async def test_a_missing_object_says_so(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="not in the store"):
        ObjectStore(tmp_path / "library").local_path(KEY)


async def test_a_place_that_cannot_be_written_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageUnavailable, match="DATA_DIR"):
        ObjectStore(tmp_path / "file" / "library")
