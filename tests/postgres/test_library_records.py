"""The library's records: the tables are those of the migrations, and every filter and sweep works on both databases."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine

from fakes.postgres import Postgres
from sfd.asset_library import AssetLibrary, add_to_library
from sfd.db import library
from sfd.db.library import LibraryRow
from sfd.db.library_listing import LibraryFilter, list_library_assets
from sfd.db.migrate import migrate
from sfd.db.session import Database, postgresql_url
from sfd.db.tables import metadata
from sfd.domain.clock import now_ms
from sfd.domain.errors import QuotaExceeded
from sfd.domain.owner import Owner
from sfd.services.library_upkeep import LibraryUpkeep
from sfd.storage.disk import DiskStore

ANN = Owner("ann")


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, postgres: Postgres, tmp_path: Path) -> str:
    made = f"sqlite:///{tmp_path / 'sfd.db'}" if request.param == "sqlite" else postgres.new_database()
    migrate(made)
    return made


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    database = Database.connect(url)
    yield database
    await database.close()


def test_the_migrations_make_the_tables(url: str) -> None:
    engine = create_engine(url if url.startswith("sqlite") else postgresql_url(url))
    with engine.connect() as connection:
        context = MigrationContext.configure(connection)
        differences = [str(one) for one in compare_metadata(context, metadata)]
    engine.dispose()
    # Trigrams are an index of each database's own kind
    assert [one for one in differences if "trigrams" not in one and "alembic_version" not in one] == []


async def kept(database: Database, library_: AssetLibrary, folder: Path, name: str, *, used: str = "") -> LibraryRow:
    source = folder / "source"
    source.write_text(name)
    blob = await library_.store_blob("ann", source, "text/plain", quota=10_000)
    meta = {"drama_id": "lift", "node_id": name, "job_id": "j", "prompt": f"A door, {name}"}
    meta_used = {**meta, "made_from": [{"asset_id": used, "node_id": None, "sha256": "0"}]} if used else meta
    async with database.write() as connection:
        return await add_to_library(
            connection, user_id="ann", project="p", tag="note", provider="x", filename=name, blob=blob, meta=meta_used
        )


async def test_filters_and_sweeps(database: Database, tmp_path: Path) -> None:
    store = DiskStore(tmp_path / "library")
    library_ = AssetLibrary(database, store)
    upkeep = LibraryUpkeep(database, library_, grace_days=0)
    first = await kept(database, library_, tmp_path, "Tür 电梯 100%_a.txt")
    second = await kept(database, library_, tmp_path, "second.txt", used=first.id)

    async def found(**wanted: str | int) -> list[str]:
        async with database.read() as connection:
            rows = await list_library_assets(
                connection,
                owner=ANN,
                wanted=LibraryFilter(**wanted),  # pyright: ignore[reportArgumentType] - one filter at a time
                limit=10,
            )
        return [{first.id: "first", second.id: "second"}[row.id] for row in rows]

    both = ["second", "first"]
    assert await found() == await found(tag="note") == await found(drama_id="lift") == await found(job_id="j") == both
    assert (
        await found(project="p", tag="note")
        == await found(text="a DOOR", tag="note")
        == await found(text="a d")
        == both
    )
    assert await found(text="tür") == await found(text="电梯") == await found(text="%_a") == ["first"]
    assert await found(text="x_a") == await found(text="palanquin") == await found(text='"') == []
    assert (
        await found(uses=first.id)
        == await found(node_id="second.txt")
        == await found(sha256=second.sha256)
        == ["second"]
    )
    assert await found(created_before=now_ms() + 1000) == await found(created_after=now_ms() - 60_000) == both
    assert await found(created_after=now_ms() + 1000) == []

    await library_.note(first.id, second.id)
    async with database.write() as connection:
        await library.delete_library_asset(connection, second, now_ms() - 2 * 3600 * 1000)
    assert await found() == ["first"]
    done = await upkeep.tidy(dry_run=False)
    assert (done["library_records"], done["sidecars"]) == (1, 0)
    assert [one.key async for one in store.list("meta")] == [f"meta/ann/{first.id}.json"]
    assert (await upkeep.tidy(dry_run=True))["found_files"] == 0


async def test_uploads_at_the_same_time_keep_to_the_quota(database: Database, tmp_path: Path) -> None:
    library_ = AssetLibrary(database, DiskStore(tmp_path / "library"))
    for number in range(8):
        (tmp_path / str(number)).write_bytes(bytes([number]) * 300)
    results = await asyncio.gather(
        *(library_.store_blob("ann", tmp_path / str(number), "text/plain", quota=1000) for number in range(8)),
        return_exceptions=True,
    )
    assert sum(isinstance(one, QuotaExceeded) for one in results) == 5
