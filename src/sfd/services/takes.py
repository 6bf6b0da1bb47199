"""Takes: what was made for an asset, and which one stands for it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from sfd.db import library, takes
from sfd.db.library import LibraryRow
from sfd.db.session import Database
from sfd.db.takes import TakeRow
from sfd.domain.errors import NotFound
from sfd.domain.jobs import JobType
from sfd.domain.owner import Owner
from sfd.generation.records import show_take
from sfd.services.planning import PlanService


@dataclass(frozen=True)
class Take:
    """One take and its file."""

    row: TakeRow
    file: LibraryRow


class TakeService:
    """What can be done with takes. An asset is named by its id, a cut by `cut:` and its episode's."""

    def __init__(self, database: Database, plans: PlanService) -> None:
        self._database = database
        self._plans = plans

    async def list(self, owner: Owner, drama_id: str, asset_id: str) -> Sequence[Take]:
        """Every take of an asset, newest first.

        Raises:
            NotFound: the user has no such drama, or it has no such asset and never had.
            Conflict: the drama is still being written.
        """
        plan = await self._plans.plan(owner, drama_id)
        async with self._database.read() as connection:
            rows = await takes.takes_of(connection, drama_id, asset_id)
            files = await library.get_files(connection, [row.library_asset_id for row in rows])
        if not rows and asset_id not in plan.nodes:
            raise NotFound(f"There is no asset {asset_id!r} in this drama.")
        return [Take(row, files[row.library_asset_id]) for row in rows if row.library_asset_id in files]

    async def select(self, owner: Owner, drama_id: str, asset_id: str, take_id: str) -> Take:
        """Let a take stand for its asset. It counts as made for what is planned now, until that changes.

        Raises:
            NotFound: the user has no such drama, asset or take, or its file was deleted.
            Conflict: the drama is still being written.
        """
        async with self._database.write() as connection:
            plan = await self._plans.plan_in(connection, owner, drama_id)
            row = await _take(connection, drama_id, asset_id, take_id)
            planned = plan.nodes.get(asset_id)
            files = await library.get_files(connection, [row.library_asset_id])
            if planned is None or row.library_asset_id not in files:
                raise NotFound(f"The asset {asset_id!r} or the file of this take is gone.")
            await takes.select_take(connection, row, chosen_for=planned.fingerprint)
            episode = planned.node.episode
            await show_take(
                connection,
                drama_id,
                node_id=asset_id,
                episode_id=episode.id if episode else None,
                is_cut=planned.node.type is JobType.CUT,
                library_asset_id=row.library_asset_id,
            )
            chosen = await _take(connection, drama_id, asset_id, take_id)
        return Take(chosen, files[row.library_asset_id])


async def _take(connection: AsyncConnection, drama_id: str, asset_id: str, take_id: str) -> TakeRow:
    for row in await takes.takes_of(connection, drama_id, asset_id):
        if row.id == take_id:
            return row
    raise NotFound(f"There is no take {take_id!r} of {asset_id!r}.")
