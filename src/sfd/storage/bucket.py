"""The object store in a bucket of R2 or another S3, through obstore.

What obstore is told, and why: `read_timeout` counts while a request is sent, too, so it says how slow an uplink may
be (`PART_BYTES * PARTS_AT_ONCE` within it); `aws_endpoint_url_s3` beside `endpoint`, because a variable of that name
in the environment would come first; single deletes, because not every S3 has the bulk call. Its own retries are few:
what is trouble, and for how long, is decided here.
"""

import asyncio
import copy
import hashlib
import re
import secrets
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, BinaryIO, TypeVar
from urllib.parse import quote
from weakref import WeakValueDictionary

import obstore
from obstore.exceptions import BaseError, PermissionDeniedError, UnauthenticatedError
from obstore.store import S3Store

from sfd.domain.errors import NotFound, StorageUnavailable
from sfd.storage.cache import Held, LocalCache
from sfd.storage.disk import is_full, out_of_space
from sfd.storage.object_store import StoredObject, checked_key, lost
from sfd.storage.patience import Patience
from sfd.storage.signing import Signer

if TYPE_CHECKING:
    from obstore import GetOptions, ListStream, ObjectMeta

PART_BYTES = 8 * 1024 * 1024
PARTS_AT_ONCE = 3
PIECE_BYTES = 1024 * 1024
HASTY_SECONDS = 20.0
LINK_SECONDS = 3600
LINK_STEP_SECONDS = 900
SETTLE_SECONDS = 0.1
SHOWN_INLINE = ("image/", "video/", "audio/")

_SHA256 = re.compile(r"([0-9a-f]{64})(-[0-9a-f]+)?")
_NO_BUCKET = "NoSuchBucket"
_NO_SUCH_PART = ("InvalidRange", "416 Range Not Satisfiable")
_LONGEST_REASON = 200

T = TypeVar("T")


@dataclass(frozen=True)
class Bucket:
    """Which bucket, and the key to it. `public_url` is where it is on the web, if it is.

    With `links`, who reads a file is sent to the bucket.
    """

    name: str
    endpoint: str
    region: str
    access_key_id: str
    secret_access_key: str
    public_url: str = ""
    links: bool = True

    def __repr__(self) -> str:
        return f"Bucket({self.name!r}, {self.endpoint!r})"


@dataclass(frozen=True)
class Timing:
    """Seconds that the store may be silent, and seconds that its trouble is waited out."""

    silence: float = 60.0
    patience: float = 300.0


class BucketStore:
    """Objects in a bucket. Copies for programs that need files are kept in `cache`."""

    def __init__(self, bucket: Bucket, cache: LocalCache, timing: Timing) -> None:
        self._bucket = bucket
        self._cache = cache
        self.timing = timing
        self._store = _client(bucket, timing.silence)
        self._signer = Signer(bucket.endpoint, bucket.region, bucket.access_key_id, bucket.secret_access_key)
        self._fetching: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @property
    def place(self) -> str:
        """The bucket and its endpoint."""
        return f"the bucket {self._bucket.name} at {self._bucket.endpoint}"

    def hasty(self) -> "BucketStore":
        """The same store, which gives up on trouble after `HASTY_SECONDS`."""
        store = copy.copy(self)
        store.timing = replace(self.timing, patience=min(self.timing.patience, HASTY_SECONDS))
        return store

    async def put_file(self, key: str, source: Path, media_type: str) -> None:
        """Store a file, in parts when it is large; no more than a few parts are in memory."""
        checked_key(key)
        described = self._described(media_type, immutable=True)

        async def put() -> None:
            try:
                await obstore.put_async(
                    self._store,
                    key,
                    source,
                    attributes=described,
                    chunk_size=PART_BYTES,
                    max_concurrency=PARTS_AT_ONCE,
                )
            except FileNotFoundError as error:
                if _NO_BUCKET in str(error) or not await asyncio.to_thread(source.exists):
                    raise
                # The reply that ended an upload was lost, so its parts are not found any more: it begins anew.
                raise ConnectionError(str(error)) from error

        try:
            await self._tried(key, put)
        except NotFound as error:
            raise StorageUnavailable(f"{source} could not be stored as {key}: {error.__cause__}"[:500]) from error

    async def put_bytes(self, key: str, data: bytes, media_type: str) -> None:
        """Store a few bytes."""
        checked_key(key)
        described = self._described(media_type, immutable=False)

        async def put() -> None:
            await obstore.put_async(self._store, key, data, attributes=described)

        await self._tried(key, put)

    async def get_bytes(self, key: str) -> bytes:
        """A small object, whole."""
        return b"".join([piece async for piece in self.stream(key)])

    async def head(self, key: str) -> int:
        """The size of an object."""
        checked_key(key)

        async def head() -> int:
            return (await obstore.head_async(self._store, key))["size"]

        return await self._tried(key, head)

    async def exists(self, key: str) -> bool:
        """Whether there is such an object."""
        checked_key(key)

        async def exists() -> bool:
            try:
                await obstore.head_async(self._store, key)
            except FileNotFoundError:
                return False
            return True

        return await self._tried(key, exists)

    async def stream(self, key: str, start: int = 0, end: int | None = None) -> AsyncGenerator[bytes]:
        """The bytes of an object, or of a part of it; after a fault it goes on where it was."""
        checked_key(key)
        if start == end:
            return
        patience = Patience(self.timing.patience)
        whole_at: int | None = None
        while whole_at is None or start < whole_at:
            trouble: Exception = EOFError("the answer ended early")
            try:
                found = await obstore.get_async(self._store, key, options=_span(start, end))
                whole_at = found.range[1]
                async for piece in found.stream(PIECE_BYTES):
                    start += len(piece)
                    yield bytes(piece)
            except (BaseError, OSError) as error:
                trouble = error
            if whole_at is None or start < whole_at:
                await self._wait(patience, key, trouble)

    async def local_copy(self, key: str) -> Path:
        """A copy in the cache, which stays for ten minutes at least."""
        async with self.hold(key) as path:
            return path

    @asynccontextmanager
    async def hold(self, key: str) -> AsyncGenerator[Path]:
        """A copy in the cache that stays until the block ends. It is fetched once, however many ask for it."""
        checked_key(key)
        async with self._fetching.setdefault(key, asyncio.Lock()):
            held = await self._held(key)
        try:
            yield held.path
        finally:
            held.release()

    def url(self, key: str, *, media_type: str = "", disposition: str = "") -> str | None:
        """The object's public URL, or one that is signed and works for three quarters of an hour at least.

        Within a quarter of an hour it is the same, so that browsers keep what they fetched.
        """
        if not self._bucket.links:
            return None
        if self._bucket.public_url and not disposition.startswith("attachment"):
            return f"{self._bucket.public_url}/{quote(key, safe='/')}"
        now = int(datetime.now(UTC).timestamp())
        at = datetime.fromtimestamp(now - now % LINK_STEP_SECONDS, UTC)
        answers = {"response-content-type": media_type, "response-content-disposition": disposition}
        told = {name: value for name, value in answers.items() if value}
        return self._signer.presigned(f"/{self._bucket.name}/{checked_key(key)}", at, LINK_SECONDS, told)

    async def delete(self, key: str) -> None:
        """Remove an object, if it is there."""
        checked_key(key)

        async def delete() -> None:
            try:
                await obstore.delete_async(self._store, key)
            except FileNotFoundError as error:
                if _NO_BUCKET in str(error):
                    raise

        await self._tried(key, delete)

    async def list(self, prefix: str) -> AsyncGenerator[StoredObject]:
        """The objects below a folder, by their key."""
        patience = Patience(self.timing.patience)
        last: str | None = None
        while True:
            try:
                async for found in self._listed(prefix.strip("/"), last):
                    for one in found:
                        last = one["path"]
                        yield StoredObject(last, one["size"])
                return
            except (BaseError, OSError) as error:
                await self._wait(patience, prefix, error)

    async def remove_unfinished(self, seconds: float) -> int:
        """None: what interrupted uploads left is not listed by obstore; a lifecycle rule of the bucket removes it."""
        del seconds
        return 0

    async def answers(self) -> None:
        """Ask for an object that is not there: that is answered only to who may read, of a bucket that exists."""
        try:
            await obstore.get_async(self._store, f"probes/{secrets.token_hex(8)}")
        except (BaseError, OSError) as error:
            if not isinstance(error, FileNotFoundError) or _NO_BUCKET in str(error):
                raise self._unavailable(error) from error

    async def close(self) -> None:
        """Wait a moment: threads of obstore that touch Python while it ends would abort the process."""
        await asyncio.sleep(SETTLE_SECONDS)

    def _listed(self, prefix: str, offset: str | None) -> "ListStream[Sequence[ObjectMeta]]":
        return obstore.list(  # pyright: ignore[reportUnknownMemberType] - its overloads name a library we do not use
            self._store, prefix, offset=offset, chunk_size=1000
        )

    async def _tried(self, key: str, work: Callable[[], Awaitable[T]]) -> T:
        patience = Patience(self.timing.patience)
        while True:
            try:
                return await work()
            except (BaseError, OSError) as error:
                await self._wait(patience, key, error)

    async def _wait(self, patience: Patience, key: str, error: Exception) -> None:
        """Pause before the next try, or raise what the error means."""
        told = str(error)
        if isinstance(error, FileNotFoundError) and _NO_BUCKET not in told:
            raise lost(key) from error
        if isinstance(error, OSError) and is_full(error):
            raise out_of_space() from error
        final = isinstance(error, PermissionDeniedError | UnauthenticatedError | FileNotFoundError)
        if final or any(one in told for one in _NO_SUCH_PART) or not await patience.wait():
            raise self._unavailable(error) from error

    def _unavailable(self, error: Exception) -> StorageUnavailable:
        if isinstance(error, PermissionDeniedError | UnauthenticatedError):
            return StorageUnavailable(
                f"The bucket {self._bucket.name} refuses the key. Check R2_ACCESS_KEY_ID and R2_SECRET_ACCESS_KEY, "
                "and that the key may read and write this bucket."
            )
        if _NO_BUCKET in str(error):
            return StorageUnavailable(
                f"There is no bucket {self._bucket.name} at {self._bucket.endpoint}. Make it, or correct R2_BUCKET."
            )
        reason = str(error).partition("\n")[0].rpartition(" - ")[2][:_LONGEST_REASON]
        return StorageUnavailable(f"The bucket {self._bucket.name} cannot be used now: {reason}. Nothing is lost.")

    async def _held(self, key: str) -> Held:
        while True:
            held = await asyncio.to_thread(self._cache.take, key) or await self._fetched(key)
            if held is not None:
                return held

    async def _fetched(self, key: str) -> Held | None:
        try:
            part = await asyncio.to_thread(self._cache.new_part)
            try:
                await self._fetch_into(part, key)
                return await asyncio.to_thread(self._cache.add, part, key)
            finally:
                part.unlink(missing_ok=True)
        except OSError as error:
            if is_full(error):
                raise out_of_space() from error
            raise StorageUnavailable(f"The cache of the asset library cannot be written: {error}") from error

    async def _fetch_into(self, part: Path, key: str) -> None:
        digest = hashlib.sha256()

        def write(file: BinaryIO, piece: bytes) -> None:
            file.write(piece)
            digest.update(piece)

        with part.open("wb") as file:
            async for piece in self.stream(key):
                await asyncio.to_thread(write, file, piece)
        named = _SHA256.fullmatch(PurePosixPath(key).stem)
        if named and digest.hexdigest() != named[1]:
            raise StorageUnavailable(f"The object {key} is not what was stored. Restore it from a backup.")

    def _described(self, media_type: str, *, immutable: bool) -> dict[str, str]:
        """What the store is to answer with the object."""
        seen_by = "public" if self._bucket.public_url else "private"
        return {
            "Content-Type": media_type,
            "Content-Disposition": "inline" if media_type.startswith(SHOWN_INLINE) else "attachment",
            "Cache-Control": f"{seen_by}, max-age=31536000, immutable" if immutable else "no-cache",
        }


def _client(bucket: Bucket, silence: float) -> S3Store:
    return S3Store(
        bucket.name,
        endpoint=bucket.endpoint,
        aws_endpoint_url_s3=bucket.endpoint,
        region=bucket.region,
        access_key_id=bucket.access_key_id,
        secret_access_key=bucket.secret_access_key,
        virtual_hosted_style_request=False,
        disable_tagging=True,
        disable_bulk_delete=True,
        client_options={
            "allow_http": bucket.endpoint.startswith("http://"),
            "timeout": "1h",
            "connect_timeout": "5s",
            "read_timeout": timedelta(seconds=silence),
        },
        retry_config={"max_retries": 2, "retry_timeout": timedelta(seconds=silence)},
    )


def _span(start: int, end: int | None) -> "GetOptions | None":
    """None for the whole, because an object of no bytes has no part."""
    if end is not None:
        return {"range": (start, end)}
    return {"range": {"offset": start}} if start else None
