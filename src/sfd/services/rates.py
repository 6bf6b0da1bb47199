"""How often a key or an address asks."""

import math
import time
from dataclasses import dataclass

from limits import RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import FixedWindowRateLimiter

WINDOW_SECONDS = 60


@dataclass(frozen=True)
class Rate:
    """Where somebody stands: `remaining` requests of `quota` until the window ends in `reset_seconds`."""

    quota: int
    remaining: int
    reset_seconds: int
    exceeded: bool
    window_seconds: int = WINDOW_SECONDS


class Rates:
    """Counts requests by minute, in this process. A quota of 0 counts nothing."""

    def __init__(self, per_minute: int) -> None:
        self._item = RateLimitItemPerMinute(per_minute) if per_minute else None
        self._limiter = FixedWindowRateLimiter(MemoryStorage())

    async def count(self, who: str) -> Rate | None:
        """Count one request."""
        if self._item is None:
            return None
        within = await self._limiter.hit(self._item, who)
        return await self._rate(self._item, who, exceeded=not within)

    async def look(self, who: str) -> Rate | None:
        """What another request would find, without counting one."""
        if self._item is None:
            return None
        return await self._rate(self._item, who, exceeded=not await self._limiter.test(self._item, who))

    async def _rate(self, item: RateLimitItemPerMinute, who: str, *, exceeded: bool) -> Rate:
        stats = await self._limiter.get_window_stats(item, who)
        return Rate(item.amount, stats.remaining, max(0, math.ceil(stats.reset_time - time.time())), exceeded)
