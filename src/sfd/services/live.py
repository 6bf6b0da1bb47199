"""The event log as it grows: one reader in a process, for everyone who watches."""

import asyncio
import time
from collections import deque
from collections.abc import Iterable, Sequence
from contextlib import suppress
from enum import Enum, auto

import structlog

from sfd.db import events
from sfd.db.events import EventRow
from sfd.db.session import Database
from sfd.domain.clock import now_ms
from sfd.domain.errors import SfdError

LOOK_SECONDS = 0.2
LOOKS_PER_DELETION_CHECK = 10
ROWS_AT_ONCE = 1000
MOST_BEHIND = 10_000
MOST_MISSING = 1000
SETTLE_SECONDS = 5.0
LOOK_BACK = 12
FIRST_LOOK_ROWS = 200

log = structlog.get_logger(__name__)


def settle_seconds(database_url: str) -> float:
    """How long a missing number of the log is waited for. SQLite has one writer, which commits in order."""
    return 0.0 if database_url.startswith("sqlite") else SETTLE_SECONDS


class Ending(Enum):
    """Why a subscription gets nothing more."""

    LEFT = auto()
    CLOSING = auto()
    BEHIND = auto()
    DELETED = auto()


class LogTail:
    """Puts the rows of the log in order although a lower number may be committed after a higher one.

    A number that is missing below one that is there belongs to a transaction that has not ended, or was rolled back.
    What comes after it is held back for `settle_seconds`; then it goes on, and if the missing one is committed
    later still, within `LOOK_BACK` times as long, it is let through late. With 0, for a database that commits in
    order, nothing is ever held.
    """

    def __init__(self, position: int, settle_seconds: float) -> None:
        self.position = position
        self.top = position
        self.missing: dict[int, float] = {}
        self._held: list[EventRow] = []
        self._settle = settle_seconds

    def accept(self, rows: Iterable[EventRow], now: float) -> list[EventRow]:
        """Take rows as they became visible at `now` (monotonic seconds); returns those whose turn it is, each once."""
        for row in rows:
            self._take(row, now)
        self.missing = {seq: seen for seq, seen in self.missing.items() if now - seen < self._settle * LOOK_BACK}
        awaited = min((seq for seq, seen in self.missing.items() if now - seen < self._settle), default=self.top + 1)
        free = sorted((row for row in self._held if row.seq < awaited), key=lambda row: row.seq)
        self._held = [row for row in self._held if row.seq >= awaited]
        self.position = max(self.position, awaited - 1)
        return free

    def _take(self, row: EventRow, now: float) -> None:
        if row.seq > self.top:
            first = max(self.top + 1, row.seq - MOST_MISSING)
            self.missing |= dict.fromkeys(range(first, row.seq), now)
            self.top = row.seq
        elif self.missing.pop(row.seq, None) is None:
            return
        self._held.append(row)


class Subscription:
    """What one watcher has not read yet. `position` is the event after which it began."""

    def __init__(self, drama_id: str, parent_id: str | None, position: int) -> None:
        self.drama_id = drama_id
        self.parent_id = parent_id
        self.position = position
        self.ending: Ending | None = None
        self._waiting: deque[EventRow] = deque()
        self._woken = asyncio.Event()

    def offer(self, row: EventRow) -> None:
        """Add an event. A watcher that is too far behind is given up: it comes back with the id it has."""
        if self.ending is None:
            self._waiting.append(row)
            self._woken.set()
        if len(self._waiting) > MOST_BEHIND:
            self.end(Ending.BEHIND)

    def end(self, ending: Ending) -> None:
        """Nothing more will come. What a watcher that is too far behind has not read is dropped."""
        if self.ending is None:
            self.ending = ending
        if ending is Ending.BEHIND:
            self._waiting.clear()
        self._woken.set()

    async def take(self, seconds: float) -> Sequence[EventRow]:
        """Everything that came since; waits for it, but not longer than that, nor after the end."""
        if not self._woken.is_set() and seconds > 0:
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self._woken.wait()
        if self.ending is None:
            self._woken.clear()
        rows = list(self._waiting)
        self._waiting.clear()
        return rows


class LiveEvents:
    """Reads the log while anyone watches, every `LOOK_SECONDS`, and hands each event to those it concerns."""

    def __init__(self, database: Database, settle_seconds: float) -> None:
        self._database = database
        self._settle = settle_seconds
        self._watching: dict[tuple[str, str | None], set[Subscription]] = {}
        self._tail: LogTail | None = None
        self._reader: asyncio.Task[None] | None = None
        self._starting = asyncio.Lock()
        self._stopped = asyncio.Event()

    @property
    def watchers(self) -> int:
        """How many subscriptions there are."""
        return sum(len(group) for group in self._watching.values())

    @property
    def reading(self) -> bool:
        """Whether the log is being read now."""
        return self._tail is not None

    async def subscribe(self, drama_id: str, parent_id: str | None = None) -> Subscription:
        """Begin to collect the events of a drama, or of one parent job. Leave it with `leave`.

        Raises:
            StorageUnavailable, DatabaseBusy: the log cannot be read.
        """
        if self._stopped.is_set():
            return _ended(drama_id, parent_id)
        async with self._starting:
            tail = self._tail
            if tail is None:
                tail = self._tail = await self._first_look()
                self._reader = asyncio.create_task(self._read_on(tail))
            subscription = Subscription(drama_id, parent_id, tail.position)
            self._watching.setdefault((drama_id, parent_id), set()).add(subscription)
        return subscription

    def leave(self, subscription: Subscription) -> None:
        """Forget a subscription. The reader rests when it was the last."""
        subscription.end(Ending.LEFT)
        key = (subscription.drama_id, subscription.parent_id)
        group = self._watching.get(key, set())
        group.discard(subscription)
        if not group:
            self._watching.pop(key, None)

    async def close(self) -> None:
        """End every subscription, now and from now on, so that streams and long polls finish."""
        self._stopped.set()
        for subscription in self._everyone():
            subscription.end(Ending.CLOSING)
        if self._reader is not None:
            await self._reader

    def _everyone(self) -> list[Subscription]:
        return [subscription for group in self._watching.values() for subscription in group]

    async def _first_look(self) -> LogTail:
        """Where the log ends. Numbers that went missing just now may still be on their way."""
        async with self._database.read() as connection:
            rows = await events.newest_of_the_log(connection, FIRST_LOOK_ROWS)
        since = now_ms() - self._settle * LOOK_BACK * 1000
        settled = max((row.seq for row in rows if row.created_at < since), default=rows[0].seq - 1 if rows else 0)
        tail = LogTail(settled if self._settle else max((row.seq for row in rows), default=0), self._settle)
        tail.accept((row for row in rows if row.seq > tail.top), time.monotonic())
        return tail

    async def _read_on(self, tail: LogTail) -> None:
        """Read while anyone watches. Whoever is left when it ends has to come back."""
        looks = 0
        try:
            while self._watching and not self._stopped.is_set():
                await self._look_once(tail, deletions=looks % LOOKS_PER_DELETION_CHECK == 0)
                looks += 1
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._stopped.wait(), LOOK_SECONDS)
        finally:
            self._tail = None
            for subscription in self._everyone():
                subscription.end(Ending.CLOSING)

    async def _look_once(self, tail: LogTail, *, deletions: bool) -> None:
        try:
            await self._look(tail)
            if deletions:
                await self._end_deleted()
        except SfdError as error:
            log.warning("cannot read the event log", error=error.detail)

    async def _look(self, tail: LogTail) -> None:
        more = True
        while more:
            async with self._database.read() as connection:
                rows = await events.log_after(connection, tail.top, tail.missing, ROWS_AT_ONCE)
            for row in tail.accept(rows, time.monotonic()):
                self._hand_out(row)
            more = len(rows) == ROWS_AT_ONCE

    def _hand_out(self, row: EventRow) -> None:
        for key in ((row.drama_id, None), (row.drama_id, row.job_id)):
            for subscription in self._watching.get(key, ()):
                subscription.offer(row)

    async def _end_deleted(self) -> None:
        watched = sorted({drama_id for drama_id, _ in self._watching})
        async with self._database.read() as connection:
            gone = set(await events.deleted_dramas(connection, watched))
        for subscription in self._everyone():
            if subscription.drama_id in gone:
                subscription.end(Ending.DELETED)


def _ended(drama_id: str, parent_id: str | None) -> Subscription:
    subscription = Subscription(drama_id, parent_id, 0)
    subscription.end(Ending.CLOSING)
    return subscription
