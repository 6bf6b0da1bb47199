"""What was deleted goes after its grace, what was interrupted heals, and a killed sweep is done again."""

import asyncio
import itertools
import json
import shutil
import sqlite3
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from sfd.asset_library import AssetLibrary, add_to_library, sidecar_key, thumbnail_key
from sfd.db import library
from sfd.db.library import LibraryRow
from sfd.db.migrate import migrate
from sfd.db.session import Database
from sfd.domain.clock import now_ms
from sfd.domain.errors import StorageUnavailable
from sfd.services.library_upkeep import LibraryUpkeep
from sfd.storage.disk import DiskStore

DAY_MS = 24 * 3600 * 1000
GRACE_DAYS = 7
TEXT = "text/plain"


class Killed(BaseException):
    """The process ended here."""


class Countdown:
    """Kills at one of the steps that change something."""

    def __init__(self, steps: float) -> None:
        self.left = steps

    def step(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise Killed


class KillableStore(DiskStore):
    """A disk on which the process may be killed before or after an object changes."""

    def __init__(self, root: Path, countdown: Countdown) -> None:
        super().__init__(root)
        self.countdown = countdown

    async def put_file(self, key: str, source: Path, media_type: str) -> None:
        self.countdown.step()
        await super().put_file(key, source, media_type)
        self.countdown.step()

    async def put_bytes(self, key: str, data: bytes, media_type: str) -> None:
        self.countdown.step()
        await super().put_bytes(key, data, media_type)
        self.countdown.step()

    async def delete(self, key: str) -> None:
        self.countdown.step()
        await super().delete(key)
        self.countdown.step()


class KillableDatabase(Database):
    """A database whose process may be killed before a transaction commits, and right after it did."""

    countdown: Countdown

    @asynccontextmanager
    async def write(self) -> AsyncGenerator[AsyncConnection]:
        async with super().write() as connection:
            yield connection
            self.countdown.step()
        self.countdown.step()


@dataclass(frozen=True)
class House:
    """A library without a server."""

    folder: Path
    database: KillableDatabase
    store: KillableStore
    library: AssetLibrary
    upkeep: LibraryUpkeep

    def killed_after(self, steps: float) -> None:
        self.database.countdown = self.store.countdown = Countdown(steps)

    async def add(self, text: str, name: str = "a.txt") -> LibraryRow:
        source = self.folder / "source"
        source.write_text(text)
        blob = await self.library.store_blob("ann", source, TEXT)
        async with self.database.write() as connection:
            row = await add_to_library(
                connection, user_id="ann", project="p", tag="note", provider="upload", filename=name, blob=blob, meta={}
            )
        await self.library.note(row.id)
        return row

    async def delete(self, row: LibraryRow) -> None:
        async with self.database.write() as connection:
            await library.delete_library_asset(connection, row, now_ms())
        await self.library.note(row.id)

    def sql(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.folder / "sfd.db", timeout=30)) as database, database:
            return database.execute(query, values).fetchall()

    def pass_days(self, days: float) -> None:
        for table, column in (("blob", "wanted_at"), ("blob", "created_at"), ("library_asset", "deleted_at")):
            self.sql(f"UPDATE {table} SET {column} = {column} - {int(days * DAY_MS)}")

    async def objects(self, folder: str) -> list[str]:
        return [one.key async for one in self.store.list(folder)]

    async def tidied(self) -> dict[str, int]:
        return {kind: count for kind, count in (await self.upkeep.tidy(dry_run=False)).items() if count}


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with opened(tmp_path) as one:
        yield one


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database of this version without anything in it."""
    path = tmp_path_factory.mktemp("empty") / "sfd.db"
    migrate(f"sqlite:///{path}")
    return path


def copied(database: Path, folder: Path) -> Path:
    folder.mkdir()
    shutil.copyfile(database, folder / "sfd.db")
    return folder


@asynccontextmanager
async def opened(folder: Path) -> AsyncGenerator[House]:
    folder.mkdir(exist_ok=True)
    url = f"sqlite:///{folder / 'sfd.db'}"
    await asyncio.to_thread(migrate, url)
    database = KillableDatabase.connect(url)
    assert isinstance(database, KillableDatabase)
    countdown = database.countdown = Countdown(float("inf"))
    store = KillableStore(folder / "library", countdown)
    kept = AssetLibrary(database, store)
    try:
        yield House(folder, database, store, kept, LibraryUpkeep(database, kept, GRACE_DAYS))
    finally:
        await database.close()


async def test_deleted_files_go_after_their_grace_and_not_before(house: House) -> None:
    gone, stays = await house.add("gone"), await house.add("stays")
    await house.store.put_bytes(thumbnail_key(gone.key), b"small", "image/webp")
    await house.delete(gone)
    house.pass_days(GRACE_DAYS - 1)
    assert await house.tidied() == {}
    assert await house.store.exists(gone.key)
    house.pass_days(2)
    would = await house.upkeep.tidy(dry_run=True)
    assert (would["library_records"], await house.store.exists(gone.key)) == (1, True)
    assert await house.tidied() == {"library_records": 1, "library_files": 1}
    assert await house.objects("blobs") == [stays.key]
    assert await house.objects("meta") == [sidecar_key("ann", stays.id)]
    assert await house.objects("thumbs") == []
    for table, column in (("library_asset", "id"), ("library_tag", "asset_id"), ("library_text", "asset_id")):
        assert house.sql(f"SELECT {column} FROM {table}") == [(stays.id,)]
    assert await house.tidied() == {}


async def test_bytes_stay_while_any_record_needs_them(house: House) -> None:
    first, second = await house.add("same"), await house.add("same")
    assert first.key == second.key
    await house.delete(first)
    house.pass_days(GRACE_DAYS + 1)
    assert await house.tidied() == {"library_records": 1}
    assert await house.store.get_bytes(second.key) == b"same"


async def test_damaged_bytes_are_mended_by_bringing_the_file_again(house: House) -> None:
    first = await house.add("whole")
    await house.store.put_bytes(first.key, b"torn", TEXT)  # shorter: seen at once
    second = await house.add("whole")
    assert await house.store.get_bytes(second.key) == b"whole"
    await house.store.put_bytes(first.key, b"wrong", TEXT)  # as long: mended once its records are deleted
    await house.delete(first)
    await house.delete(second)
    assert await house.store.get_bytes((await house.add("whole")).key) == b"whole"


async def test_an_interrupted_upload_is_swept_after_a_day(house: House) -> None:
    source = house.folder / "half"
    source.write_text("half")
    blob = await house.library.store_blob("ann", source, TEXT)
    assert await house.tidied() == {}
    house.pass_days(1.1)
    assert await house.tidied() == {"library_files": 1}
    assert not await house.store.exists(blob.key)


async def test_what_is_stored_again_while_it_is_removed_is_there_afterwards(house: House) -> None:
    old = await house.add("wanted again")
    await house.delete(old)
    house.pass_days(GRACE_DAYS + 1)
    house.killed_after(5)  # its record is gone and its blob marked, its object not yet removed
    with pytest.raises(Killed):
        await house.upkeep.tidy(dry_run=False)
    house.killed_after(float("inf"))
    assert house.sql("SELECT state FROM blob") == [("deleting",)]
    new = await house.add("wanted again")
    assert new.key != old.key
    await house.store.delete(old.key)  # the killed one's last act, come late
    await house.tidied()
    assert await house.store.get_bytes(new.key) == b"wanted again"
    assert await house.objects("blobs") == [new.key]
    house.pass_days(2)
    assert await house.tidied() == {}


async def test_bytes_that_are_being_removed_are_not_recorded(house: House) -> None:
    source = house.folder / "slow"
    source.write_text("slow")
    blob = await house.library.store_blob("ann", source, TEXT)
    house.pass_days(2)
    await house.tidied()
    with pytest.raises(StorageUnavailable):
        async with house.database.write() as connection:
            await add_to_library(
                connection, user_id="ann", project="p", tag="t", provider="", filename="f", blob=blob, meta={}
            )
    assert house.sql("SELECT count(*) FROM library_asset") == [(0,)]


async def _scene(house: House) -> tuple[LibraryRow, LibraryRow]:
    """One of everything: kept, deleted long ago, deleted now, interrupted, with a sidecar that is owed."""
    kept, gone = await house.add("kept"), await house.add("gone")
    await house.delete(gone)
    (house.folder / "half").write_text("half")
    await house.library.store_blob("ann", house.folder / "half", TEXT)
    house.pass_days(GRACE_DAYS + 1)
    await house.delete(await house.add("just now"))
    await house.store.delete(sidecar_key("ann", kept.id))
    await house.store.put_bytes("blobs/ann/ab/" + "ab" * 32 + ".txt", b"nobody's", TEXT)
    return kept, gone


async def test_a_sweep_that_is_killed_anywhere_is_finished_by_the_next(empty: Path, tmp_path: Path) -> None:
    for steps in itertools.count():
        async with opened(copied(empty, tmp_path / str(steps))) as house:
            kept, _ = await _scene(house)
            house.killed_after(steps)
            try:
                await house.upkeep.tidy(dry_run=False)
                finished = True
            except Killed:
                finished = False
            house.killed_after(float("inf"))
            await house.tidied()
            house.pass_days(1.1)  # now the object of nobody goes too
            await house.tidied()
            assert await house.tidied() == {}
            names = {row[0] for row in house.sql("SELECT key FROM library_asset")}
            assert set(await house.objects("blobs")) == names == {row[0] for row in house.sql("SELECT key FROM blob")}
            assert house.sql("SELECT count(*) FROM library_asset") == [(2,)]
            assert await house.store.get_bytes(kept.key) == b"kept"
            assert len(await house.objects("meta")) == 2
        if finished:
            assert steps > 20
            return


async def test_a_killed_upload_leaves_nothing_or_all_of_it(empty: Path, tmp_path: Path) -> None:
    for steps in itertools.count():
        async with opened(copied(empty, tmp_path / str(steps))) as house:
            house.killed_after(steps)
            try:
                await house.add("new")
                acknowledged = True
            except Killed:
                acknowledged = False
            house.killed_after(float("inf"))
            house.pass_days(1.1)
            await house.tidied()
            recorded = house.sql("SELECT key FROM library_asset")
            assert await house.objects("blobs") == [key for (key,) in recorded]
            assert len(await house.objects("meta")) == len(recorded)
            assert await house.tidied() == {}
            if acknowledged:
                assert len(recorded) == 1
                return


async def test_a_lost_database_is_told_from_the_store(house: House, tmp_path: Path) -> None:
    rows = [await house.add(f"text {number}", f"{number}.txt") for number in range(3)]
    async with house.database.write() as connection:
        await library.update_library_asset(connection, replace(rows[1], more_tags=("two",)))
    await house.library.note(rows[1].id)
    await house.delete(rows[2])
    (tmp_path / "sfd.db").rename(tmp_path / "lost.db")
    for ending in ("-wal", "-shm"):
        (tmp_path / f"sfd.db{ending}").unlink(missing_ok=True)
    async with opened(tmp_path) as again:
        found = await again.tidied()
        assert found == {"lost_records": 3}
        assert len(await again.objects("blobs")) == 3  # nothing of what only the store knows is swept
        again.pass_days(30)
        await again.tidied()
        done = await again.upkeep.reindex()
        assert (done.restored, done.without_bytes, done.unreadable) == (3, [], [])
        assert await again.tidied() == {}
        alive = [row async for row in again.upkeep.records()]
        assert [(row.id, row.filename, row.tags) for row in alive] == [
            (rows[0].id, "0.txt", ["note"]),
            (rows[1].id, "1.txt", ["note", "two"]),
        ]
        assert (await again.upkeep.reindex()).restored == 0
        again.pass_days(GRACE_DAYS + 1)
        assert await again.tidied() == {"library_records": 1, "library_files": 1}


async def test_what_is_no_record_is_told_and_keeps_unknown_bytes_safe(house: House) -> None:
    row = await house.add("mine")
    house.sql("DELETE FROM library_asset")
    sidecar = json.loads(await house.store.get_bytes(sidecar_key("ann", row.id)))
    forged = {**sidecar, "id": "asset_forged", "user_id": "eve"}
    await house.store.put_bytes("meta/eve/asset_forged.json", json.dumps(forged).encode(), "application/json")
    await house.store.put_bytes("meta/ann/asset_torn.json", b'{"format": 1', "application/json")
    done = await house.upkeep.reindex()
    assert (done.restored, done.unreadable) == (1, ["meta/ann/asset_torn.json", "meta/eve/asset_forged.json"])
