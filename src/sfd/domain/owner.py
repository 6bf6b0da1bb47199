"""Whose things a request is about, and what it may do with them."""

from dataclasses import dataclass
from enum import StrEnum

DEFAULT_USER = "10000"


class Scope(StrEnum):
    """What a key may do. `admin` may do everything."""

    READ = "read"
    WRITE = "write"
    SPEND = "spend"
    ADMIN = "admin"


@dataclass(frozen=True)
class Owner:
    """A user, seen through the key that acts for them.

    `project` is where new things go; empty: each drama is its own project. `only_project` is set by a key that is
    bound to a project and sees nothing else. `key_id` names the key in the records of what was spent, and
    `spend_cap_micros` is what it may spend in all, in millionths of a US dollar.
    """

    user_id: str
    project: str = ""
    only_project: str | None = None
    key_id: str = ""
    spend_cap_micros: int | None = None

    def sees(self, user_id: str, project: str) -> bool:
        """Whether a thing of that user and project is there for this owner."""
        return user_id == self.user_id and self.only_project in (None, project)
