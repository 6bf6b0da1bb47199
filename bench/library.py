"""What finding files in a library of 100,000 costs: p50 of each filter, a page of 100, through the service's own query.

    python bench/library.py [--assets 100000] [--database postgresql://…]

Without a database of yours SQLite is used. The goal is 10 ms for each.
"""

import argparse
import asyncio
import json
import random
import statistics
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import insert, text

from sfd.db.library_listing import LibraryFilter, list_library_assets
from sfd.db.migrate import migrate
from sfd.db.session import Database
from sfd.db.tables import library_asset, library_reference, library_tag, library_text
from sfd.domain.clock import now_ms
from sfd.domain.ids import new_id
from sfd.domain.owner import Owner

GOAL_MS = 10.0
ROUNDS = 15
AT_ONCE = 2000
PAGE = 100
USER = "producer"
KINDS = (("image", "character"), ("image", "storyboard"), ("video", "clip"), ("video", "episode"), ("text", "srt"))
WORDS = ("letter", "door", "monitor", "glass", "rain", "lift", "coat", "ring", "tailor", "platform", "kettle")


def rows(count: int) -> Iterator[dict[str, Any]]:
    """Assets of 200 dramas in 40 projects; a few are of a kind, a word and a provider that hardly any other has."""
    chance = random.Random(6)
    started = now_ms()
    for number in range(count):
        kind, tag = chance.choices(KINDS, (5, 40, 40, 5, 10))[0]
        rare = number % 9973 == 0
        prompt = " ".join(chance.choices(WORDS, k=60)) + (" heliotrope" if rare else "")
        drama = number % 200
        yield {
            "id": new_id("asset"),
            "user_id": USER,
            "project": f"project-{drama % 40}",
            "type": "audio" if rare else kind,
            "tag": "reviewed" if rare else tag,
            "provider": "upload" if rare else "veo",
            "filename": f"e{number % 12}s{number % 9}.{tag}.png",
            "media_type": "image/png",
            "size": 1000,
            "sha256": f"{number:064x}",
            "key": f"blobs/{USER}/00/{number:064x}.png",
            "meta": json.dumps({"prompt": prompt, "drama_id": f"drama-{drama}", "model": "m", "fingerprint": "f" * 64}),
            "created_at": started,
            "drama_id": f"drama-{drama}",
            "node_id": f"e{number % 12}s{number % 9}.{tag}",
            "job_id": f"job-{number // 60}",
            "more_tags": "[]",
            "text": f"{tag}\n{prompt}",
        }


async def fill(database: Database, count: int) -> tuple[str, str]:
    """Insert the assets. Returns the id of one that fifty others were made from, and one's content hash."""
    made = list(rows(count))
    used = made[0]["id"]
    for start in range(0, count, AT_ONCE):
        some = made[start : start + AT_ONCE]
        async with database.write() as connection:
            await connection.execute(
                insert(library_asset), [{k: v for k, v in one.items() if k != "text"} for one in some]
            )
            mine = [{"user_id": USER, "asset_id": one["id"], "tag": one["tag"], "text": one["text"]} for one in some]
            await connection.execute(
                insert(library_tag), [{k: v for k, v in one.items() if k != "text"} for one in mine]
            )
            await connection.execute(
                insert(library_text), [{k: v for k, v in one.items() if k != "tag"} for one in mine]
            )
    references = [{"used_asset_id": used, "asset_id": one["id"], "user_id": USER} for one in made[1::2000]]
    async with database.write() as connection:
        await connection.execute(insert(library_reference), references)
        await connection.execute(text("ANALYZE"))
    return str(used), str(made[count // 2]["sha256"])


def filters(used: str, sha256: str) -> dict[str, LibraryFilter]:
    now = now_ms()
    return {
        "no filter": LibraryFilter(),
        "project": LibraryFilter(project="project-7"),
        "project, type": LibraryFilter(project="project-7", asset_type="video"),
        "type": LibraryFilter(asset_type="image"),
        "type, few": LibraryFilter(asset_type="audio"),
        "tag": LibraryFilter(tag="clip"),
        "tag, few": LibraryFilter(tag="reviewed"),
        "tag, project": LibraryFilter(tag="episode", project="project-7"),
        "tag few, project": LibraryFilter(tag="reviewed", project="project-7"),
        "drama": LibraryFilter(drama_id="drama-17"),
        "drama, node": LibraryFilter(drama_id="drama-17", node_id="e5s8.clip"),
        "job": LibraryFilter(job_id="job-100"),
        "provider, few": LibraryFilter(provider="upload"),
        "sha256": LibraryFilter(sha256=sha256),
        "uses": LibraryFilter(uses=used),
        "text, many": LibraryFilter(text="Kettle"),
        "text, few": LibraryFilter(text="heliotrope"),
        "text, none": LibraryFilter(text="palanquin"),
        "before, none": LibraryFilter(created_before=now - 30 * 24 * 3600 * 1000),
        "after, none": LibraryFilter(created_after=now + 30 * 24 * 3600 * 1000),
    }


async def p50(database: Database, wanted: LibraryFilter) -> tuple[float, int]:
    """Milliseconds, and how many were found."""
    took: list[float] = []
    found = 0
    for _ in range(ROUNDS):
        async with database.read() as connection:
            started = time.perf_counter()
            found = len(await list_library_assets(connection, owner=Owner(USER), wanted=wanted, limit=PAGE))
            took.append((time.perf_counter() - started) * 1000)
    return statistics.median(took), found


async def measure(url: str, count: int) -> None:
    migrate(url)
    database = Database.connect(url)
    try:
        used, sha256 = await fill(database, count)
        print(f"{'filter':<18} {'p50 ms':>8} {'found':>6}")
        for name, wanted in filters(used, sha256).items():
            took, found = await p50(database, wanted)
            print(f"{name:<18} {took:>8.2f} {found:>6}{'' if took <= GOAL_MS else '   above the goal'}")
    finally:
        await database.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--assets", type=int, default=100_000)
    parser.add_argument("--database", default="")
    given = parser.parse_args()
    with TemporaryDirectory() as folder:
        url = given.database or f"sqlite:///{Path(folder) / 'library.db'}"
        print(f"{given.assets:,} assets, pages of {PAGE}, {url.partition(':')[0]}")
        asyncio.run(measure(url, given.assets))


if __name__ == "__main__":
    main()
