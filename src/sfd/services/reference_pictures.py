"""Reference pictures of a request: library assets stay, addresses of others are fetched into the library."""

import secrets
from collections.abc import Collection, Sequence
from pathlib import Path

from sfd.db.session import Database
from sfd.domain.errors import Fault, InvalidInput, NotFound
from sfd.domain.owner import Owner
from sfd.domain.validation import invalid
from sfd.outbound import download, guarded_client
from sfd.services.library import LibraryService
from sfd.services.owned_things import own_drama
from sfd.services.uploads import ReceivedFile

LIBRARY_PATH = "/asset-library/"
MOST_BYTES = 20_000_000
REFUSED = "The reference pictures cannot be used"


class ReferencePictures:
    """Turns what a request names into library asset ids. `allow` names private hosts that may be asked."""

    def __init__(self, database: Database, library: LibraryService, spool: Path, allow: Collection[str]) -> None:
        self._database = database
        self._library = library
        self._spool = spool
        self._allow = allow

    async def resolve(self, owner: Owner, drama_id: str, given: Sequence[str]) -> list[str]:
        """Library asset ids of pictures, in the order given. A web address is fetched, checked and kept first.

        Raises:
            NotFound: the user has no such drama.
            InvalidInput: one is not a picture of the user's library, or cannot be fetched as a picture.
            TooLarge: one is larger than 20 MB.
        """
        async with self._database.read() as connection:
            row = await own_drama(connection, owner, drama_id)
        return await self.resolve_for(owner, row.project, given)

    async def resolve_for(self, owner: Owner, project: str, given: Sequence[str]) -> list[str]:
        """The same, for pictures that belong to a project and no drama yet.

        Raises:
            InvalidInput: one is not a picture of the user's library, or cannot be fetched as a picture.
            TooLarge: one is larger than 20 MB.
        """
        return [await self._one(owner, project, number, one) for number, one in enumerate(given)]

    async def _one(self, owner: Owner, project: str, number: int, given: str) -> str:
        pointer = f"/reference_images/{number}"
        if given.startswith(("http://", "https://")):
            return await self._fetched(owner, project, pointer, given)
        asset_id = given.removeprefix(LIBRARY_PATH)
        try:
            found = await self._library.get(owner, asset_id)
        except NotFound:
            found = None
        if found is None or found.type != "image":
            raise invalid(REFUSED, [Fault(pointer, f"there is no picture {asset_id!r} in your asset library")])
        return found.id

    async def _fetched(self, owner: Owner, project: str, pointer: str, url: str) -> str:
        path = self._spool / f"reference-{secrets.token_hex(8)}.part"
        fields = {"project_name": project, "asset_type": "image", "tag": "reference"}
        try:
            async with guarded_client(self._allow) as client:
                await download(client, url, path, MOST_BYTES)
            kept = await self._library.keep(owner, ReceivedFile(path, url.rpartition("/")[2], fields))
        except InvalidInput as error:
            raise invalid(REFUSED, [Fault(pointer, error.detail)]) from error
        finally:
            path.unlink(missing_ok=True)
        return kept.id
