"""The asset library as users see it: list, look at, download."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sfd.asset_library import AssetLibrary
from sfd.db import library
from sfd.db.library import LibraryRow
from sfd.db.session import Database
from sfd.domain.errors import NotFound
from sfd.domain.owner import Owner


@dataclass(frozen=True)
class LibraryFilter:
    """Which assets a list is about; None does not matter."""

    project: str | None = None
    asset_type: str | None = None
    tag: str | None = None


class LibraryService:
    """What can be done with stored files."""

    def __init__(self, database: Database, asset_library: AssetLibrary) -> None:
        self._database = database
        self._library = asset_library

    async def get(self, owner: Owner, asset_id: str) -> LibraryRow:
        """One file's record.

        Raises:
            NotFound: the user has no such asset.
        """
        async with self._database.read() as connection:
            row = await library.get_library_asset(connection, asset_id, owner)
        if row is None:
            raise NotFound(f"There is no library asset {asset_id!r}.")
        return row

    async def list(
        self, owner: Owner, wanted: LibraryFilter, limit: int, before_id: str | None = None
    ) -> Sequence[LibraryRow]:
        """The user's files, newest first."""
        async with self._database.read() as connection:
            return await library.list_library_assets(
                connection,
                owner=owner,
                project=wanted.project,
                asset_type=wanted.asset_type,
                tag=wanted.tag,
                limit=limit,
                before_id=before_id,
            )

    def path(self, row: LibraryRow) -> Path:
        """Where a file's bytes lie on this disk.

        Raises:
            NotFound: the bytes are gone.
        """
        return self._library.store.local_path(row.key)
