"""Pure: in which order a queue's nodes start, so that one user's thousand nodes do not starve another's three.

Start-time fair queueing: a node's tag is one more than that of the user's node before it, and never less than the
tag of what the queue is at now. Lower tags start first.
"""

from collections import defaultdict
from dataclasses import dataclass, field

URGENT = 1000
STRIDE = 100


@dataclass
class FairOrder:
    """Priorities for one queue, 1 and up, lower first; no two nodes that wait at the same time have the same."""

    now: int = 0
    _last: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    _slots: dict[str, int] = field(default_factory=dict[str, int])
    _urgent: int = 0

    def priority(self, user_id: str, *, urgent: bool = False) -> int:
        """The priority of a user's next node. `urgent`: what a person asked for one by one goes before batches."""
        if urgent:
            self._urgent = self._urgent % (URGENT - 1) + 1
            return self._urgent
        tag = max(self.now, self._last[user_id]) + 1
        self._last[user_id] = tag
        slot = self._slots.setdefault(user_id, len(self._slots) % STRIDE)
        return URGENT + tag * STRIDE + slot

    def note_end(self, priority: int) -> None:
        """A node ended: the queue is at least there."""
        self.now = max(self.now, (priority - URGENT) // STRIDE)
