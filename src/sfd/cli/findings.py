"""What `sfd doctor` finds."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """How a finding reads."""

    FINE = "✓"
    WARNING = "!"
    BROKEN = "✗"


@dataclass(frozen=True)
class Finding:
    """One line of the examination; `fix` says what to do."""

    verdict: Verdict
    what: str
    fix: str = ""
