"""Waiting out the trouble of a store that will be back: pauses that grow, and an end."""

import asyncio
import random
import time

FIRST_PAUSE = 0.2
LONGEST_PAUSE = 10.0


class Patience:
    """How long one piece of work may be tried again. Made when the work begins."""

    def __init__(self, seconds: float) -> None:
        self._until = time.monotonic() + seconds
        self._pause = FIRST_PAUSE

    async def wait(self) -> bool:
        """Pause before the next try; False at once: there is none, the time is over."""
        left = self._until - time.monotonic()
        if left <= 0:
            return False
        await asyncio.sleep(min(self._pause * random.uniform(0.5, 1.0), left))
        self._pause = min(self._pause * 2, LONGEST_PAUSE)
        return True
