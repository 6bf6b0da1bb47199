"""Pure: a breaker for an overloaded provider. Times are seconds on any clock that its caller keeps to.

After some requests in a row that the provider was too busy for, nobody asks for a while; then one request tries,
and the answer to it opens the way or doubles the pause. `Retry-After` of the provider is the least pause.
"""

from collections import defaultdict
from dataclasses import dataclass

from sfd.domain.errors import ProviderError, ProviderErrorKind

OPENS_AFTER = 5
FIRST_PAUSE = 5.0
LONGEST_PAUSE = 300.0
TRIAL_SECONDS = 30.0
_BUSY = (ProviderErrorKind.OVERLOADED, ProviderErrorKind.RATE_LIMITED)


@dataclass
class Breaker:
    """One provider as this process sees it."""

    failures: int = 0
    open_until: float = 0.0

    def wait(self, now: float) -> float:
        """Seconds to wait before asking, 0 to ask now. Whoever is let through after a pause is the trial."""
        if self.failures < OPENS_AFTER:
            return 0.0
        if now < self.open_until:
            return self.open_until - now
        self.open_until = now + TRIAL_SECONDS
        return 0.0

    def note(self, error: ProviderError | None, now: float) -> None:
        """Note an answer: None or an error that is not about load closes the breaker."""
        if error is None or error.kind not in _BUSY:
            self.failures = 0
            return
        self.failures += 1
        pause = min(FIRST_PAUSE * 2 ** max(0, self.failures - OPENS_AFTER), LONGEST_PAUSE)
        self.open_until = now + max(pause, error.retry_after or 0.0)


class Breakers:
    """A breaker for each provider."""

    def __init__(self) -> None:
        self._breakers: defaultdict[str, Breaker] = defaultdict(Breaker)

    def of(self, provider: str) -> Breaker:
        """The breaker of a provider."""
        return self._breakers[provider]
