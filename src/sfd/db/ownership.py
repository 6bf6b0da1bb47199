"""The condition that every query for a user's things carries."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Table

from sfd.domain.owner import Owner


def owned_by(table: Table, owner: Owner | None) -> Sequence[ColumnElement[bool]]:
    """Conditions that leave what `owner` sees of a table with `user_id` and `project`; none without an owner."""
    if owner is None:
        return ()
    mine = table.c.user_id == owner.user_id
    return (mine,) if owner.only_project is None else (mine, table.c.project == owner.only_project)
