"""Usage: what a user spent, in all and by project, drama and provider."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sfd.db import usage
from sfd.db.session import Database
from sfd.db.usage import Spent
from sfd.domain.owner import Owner


@dataclass(frozen=True)
class Sum:
    """Money in millionths of a US dollar: spent, and reserved for jobs that have not ended."""

    jobs: int = 0
    actual_micros: int = 0
    reserved_micros: int = 0

    def plus(self, line: Spent) -> "Sum":
        """With another line."""
        return Sum(
            self.jobs + line.jobs,
            self.actual_micros + line.actual_micros,
            self.reserved_micros + line.reserved_micros,
        )


@dataclass(frozen=True)
class Usage:
    """Sums over the same lines, grouped in three ways."""

    total: Sum
    by_project: Mapping[str, Sum]
    by_drama: Mapping[str, Sum]
    by_provider: Mapping[str, Sum]


class UsageService:
    """Adds up what jobs cost."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def usage(self, owner: Owner, *, since: int | None = None, until: int | None = None) -> Usage:
        """What jobs cost that were accepted between two times (milliseconds since 1970 UTC)."""
        async with self._database.read() as connection:
            lines = await usage.spent(connection, owner, since=since, until=until)
        return summed(lines)


def summed(lines: Sequence[Spent]) -> Usage:
    """Pure: the lines of a bill, added up."""
    return Usage(
        total=_grouped(lines, lambda _: "").get("", Sum()),
        by_project=_grouped(lines, lambda line: line.project),
        by_drama=_grouped(lines, lambda line: line.drama_id),
        by_provider=_grouped(lines, lambda line: f"{line.provider}:{line.model}" if line.model else line.provider),
    )


def _grouped(lines: Sequence[Spent], name: Callable[[Spent], str]) -> dict[str, Sum]:
    sums: defaultdict[str, Sum] = defaultdict(Sum)
    for line in lines:
        sums[name(line)] = sums[name(line)].plus(line)
    return dict(sums)
