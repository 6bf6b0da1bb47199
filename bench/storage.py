"""The bucket store against boto3 on the same S3 server: wall, CPU and memory, up and down; many parts of one film.

Each measurement is a process of its own. CPU and memory are the client's alone; the server shares the machine, so that
wall times say the less the fewer cores there are.
"""

import argparse
import asyncio
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import boto3  # pyright: ignore[reportMissingTypeStubs] - it has none
from boto3.s3.transfer import TransferConfig  # pyright: ignore[reportMissingTypeStubs] - the same
from botocore.config import Config  # pyright: ignore[reportMissingTypeStubs] - the same

from sfd.storage.bucket import Bucket, BucketStore, Timing
from sfd.storage.cache import LocalCache

BUCKET = "bench"
REGION, KEY, SECRET = "us-east-1", "bench", "bench"
PORT = 4597
AT_ONCE = 8
PIECE = 100_000


@dataclass(frozen=True)
class Work:
    """`count` objects of one size, made from one file in `folder`."""

    url: str
    folder: Path
    count: int
    megabytes: int

    @property
    def source(self) -> Path:
        """The file."""
        return self.folder / f"{self.megabytes}.bin"

    @property
    def store(self) -> BucketStore:
        """The store that is measured."""
        bucket = Bucket(BUCKET, self.url, REGION, KEY, SECRET)
        return BucketStore(bucket, LocalCache(self.folder / "cache", 0), Timing())

    def key(self, number: int) -> str:
        """The key of one object."""
        return f"blobs/{self.megabytes}/{number:04d}.bin"


def with_sfd(work: Work) -> dict[str, Callable[[], None]]:
    """Up and down with the bucket store."""
    store = work.store

    async def each(one: Callable[[int], Any]) -> None:
        few = asyncio.Semaphore(AT_ONCE)

        async def limited(number: int) -> None:
            async with few:
                await one(number)

        await asyncio.gather(*(limited(number) for number in range(work.count)))
        await store.close()

    async def put(number: int) -> None:
        await store.put_file(work.key(number), work.source, "video/mp4")

    async def get(number: int) -> None:
        with (work.folder / f"down-{number}").open("wb") as file:
            async for piece in store.stream(work.key(number)):
                await asyncio.to_thread(file.write, piece)

    return {"up": lambda: asyncio.run(each(put)), "down": lambda: asyncio.run(each(get))}


def with_boto3(work: Work) -> dict[str, Callable[[], None]]:
    """Up and down with boto3: its own managed transfers, as many objects at once."""
    make = cast("Callable[..., Any]", boto3.client)  # pyright: ignore[reportUnknownMemberType] - without stubs
    client = make(
        "s3",
        endpoint_url=work.url,
        region_name=REGION,
        aws_access_key_id=KEY,
        aws_secret_access_key=SECRET,
        config=Config(s3={"addressing_style": "path"}, max_pool_connections=AT_ONCE * 10),
    )
    config = TransferConfig()

    def put(number: int) -> None:
        client.upload_file(str(work.source), BUCKET, work.key(number), Config=config)

    def get(number: int) -> None:
        client.download_file(BUCKET, work.key(number), str(work.folder / f"down-{number}"), Config=config)

    def each(one: Callable[[int], None]) -> None:
        with ThreadPoolExecutor(AT_ONCE) as threads:
            list(threads.map(one, range(work.count)))

    return {"up": lambda: each(put), "down": lambda: each(get)}


def with_parts(work: Work) -> dict[str, Callable[[], None]]:
    """`count` parts of one film at once."""
    store = work.store
    size = work.source.stat().st_size

    async def part(number: int) -> int:
        start = number * 7919 * 13 % (size - PIECE)
        return sum([len(piece) async for piece in store.stream(work.key(0), start, start + PIECE)])

    async def parts() -> None:
        got = await asyncio.gather(*(part(number) for number in range(work.count)))
        if set(got) != {PIECE}:
            raise SystemExit("a part was not what was asked for")
        await store.close()

    return {"parts": lambda: asyncio.run(parts())}


CLIENTS = {"sfd": with_sfd, "boto3": with_boto3, "parts": with_parts}


@contextmanager
def running_s3() -> Generator[str]:
    """An S3 server that keeps everything in memory, with the bucket of these measurements."""
    url = f"http://127.0.0.1:{PORT}"
    environment = {**os.environ, "GATEWAY_PORT": str(PORT), "BIND_HOST": "127.0.0.1", "SERVICES": "s3"}
    with subprocess.Popen([sys.executable, "-m", "ministack"], env={**environment, "LOG_LEVEL": "ERROR"}) as process:
        try:
            for _ in range(600):
                try:
                    urllib.request.urlopen(urllib.request.Request(f"{url}/{BUCKET}", method="PUT")).close()
                    break
                except urllib.error.URLError:
                    time.sleep(0.1)
            yield url
        finally:
            process.kill()


def measure(client: str, direction: str, work: Work) -> dict[str, float]:
    """Run one measurement in a process of its own."""
    arguments = [client, direction, work.url, str(work.folder), str(work.count), str(work.megabytes)]
    done = subprocess.run(
        [sys.executable, __file__, "--one", *arguments], check=True, capture_output=True, text=True, env=os.environ
    )
    return dict(json.loads(done.stdout))


def run_one(client: str, direction: str, url: str, folder: str, count: str, megabytes: str) -> None:
    """What such a process does."""
    work = CLIENTS[client](Work(url, Path(folder), int(count), int(megabytes)))[direction]
    before, memory = resource.getrusage(resource.RUSAGE_SELF), peak_memory()
    began = time.perf_counter()
    work()
    wall = time.perf_counter() - began
    after = resource.getrusage(resource.RUSAGE_SELF)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(json.dumps({"wall": wall, "cpu": cpu, "rss": (peak_memory() - memory) / 1000}))


def peak_memory() -> int:
    """The most that this process held, in kilobytes. `ru_maxrss` would count what its parent held, too."""
    told = Path("/proc/self/status").read_text(encoding="ascii")
    return int(next(line for line in told.splitlines() if line.startswith("VmHWM")).split()[1])


def compare(work: Work) -> None:
    """Both clients, up and down."""
    with work.source.open("wb") as file:
        for _ in range(work.megabytes):
            file.write(os.urandom(1_000_000))
    for direction in ("up", "down"):
        ours, theirs = measure("sfd", direction, work), measure("boto3", direction, work)
        print(
            f"{work.count} x {work.megabytes} MB {direction:4}  sfd {said(ours)}   boto3 {said(theirs)}   "
            f"wall x {ours['wall'] / theirs['wall']:.2f}, CPU x {ours['cpu'] / theirs['cpu']:.2f}"
        )


def said(one: dict[str, float]) -> str:
    return f"{one['wall']:6.2f} s wall {one['cpu']:5.2f} s CPU {one['rss']:+5.0f} MB"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--one", nargs=6)
    parser.add_argument("--quick", action="store_true", help="a tenth of it")
    options = parser.parse_args()
    if options.one:
        run_one(*options.one)
        return
    small, large, parts = (20, 1, 100) if options.quick else (200, 5, 1000)
    with running_s3() as url, tempfile.TemporaryDirectory(prefix="sfd-bench-") as name:
        compare(Work(url, Path(name), small, 2))
        compare(Work(url, Path(name), large, 200))
        took = measure("parts", "parts", Work(url, Path(name), parts, 200))
        print(f"{parts} parts of 100 kB of one film at once: {said(took)}, {parts / took['wall']:.0f} a second")


if __name__ == "__main__":
    main()
