"""Whether every file of the library is whole; of those that are not: what they were for, and what new ones cost."""

import hashlib
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sfd.asset_library import BLOBS, AssetLibrary
from sfd.db import library_upkeep
from sfd.db.library import LibraryRow
from sfd.db.library_upkeep import NodeOfFile
from sfd.db.session import Database
from sfd.domain.errors import NotFound, SfdError
from sfd.domain.owner import Owner
from sfd.services.library_upkeep import LibraryUpkeep
from sfd.services.planning import Plan, PlanService


@dataclass(frozen=True)
class Damage:
    """A file that is not whole. `price` (US dollars) is what making it anew likely costs; None: it cannot be made."""

    row: LibraryRow
    what: str
    nodes: Sequence[NodeOfFile]
    price: Decimal | None


@dataclass(frozen=True)
class Checked:
    """What a check found. `lost_records` are ids that only the store knows."""

    files: int
    damaged: Sequence[Damage]
    lost_records: Sequence[str]
    missing_sidecars: int

    @property
    def whole(self) -> bool:
        """Whether nothing is lost or damaged."""
        return not self.damaged and not self.lost_records


class LibraryChecks:
    """Compares the records of all users with the store. Changes nothing."""

    def __init__(self, database: Database, library: AssetLibrary, upkeep: LibraryUpkeep, plans: PlanService) -> None:
        self._database = database
        self._library = library
        self._upkeep = upkeep
        self._plans = plans

    async def verify(self, *, deep: bool) -> Checked:
        """Look whether every file is there with its size; with `deep`, read it all and compare its hash.

        Raises:
            StorageUnavailable, DatabaseBusy: something cannot be used now.
        """
        sizes = {one.key: one.size async for one in self._library.store.list(BLOBS)}
        plans: dict[str, Plan | None] = {}
        damaged: list[Damage] = []
        files = 0
        async for row, what in self._damages(sizes, deep=deep):
            files += 1
            if what:
                damaged.append(await self._told(row, what, plans))
        sidecars = await self._upkeep.compare_sidecars()
        return Checked(files, damaged, [row.id for row in sidecars.lost], len(sidecars.missing))

    async def _damages(self, sizes: Mapping[str, int], *, deep: bool) -> AsyncGenerator[tuple[LibraryRow, str]]:
        """Every record, with what is wrong with its file in words; empty when nothing is."""
        verdicts: dict[str, str] = {}
        async for row in self._upkeep.records():
            if row.key not in verdicts:
                verdicts[row.key] = await self._verdict(row, sizes.get(row.key), deep=deep)
            yield row, verdicts[row.key]

    async def _verdict(self, row: LibraryRow, size: int | None, *, deep: bool) -> str:
        if size is None:
            return "its bytes are gone"
        if size != row.size:
            return f"it has {size:,} of its {row.size:,} bytes"
        if deep and await self._hash(row.key) != row.sha256:
            return "its bytes are not what was stored"
        return ""

    async def _hash(self, key: str) -> str:
        digest = hashlib.sha256()
        try:
            async for piece in self._library.store.stream(key):
                digest.update(piece)
        except NotFound:
            return ""
        return digest.hexdigest()

    async def _told(self, row: LibraryRow, what: str, plans: dict[str, Plan | None]) -> Damage:
        async with self._database.read() as connection:
            nodes = await library_upkeep.nodes_of_file(connection, row)
        prices = [await self._price(one, plans) for one in nodes]
        return Damage(row, what, nodes, next((price for price in prices if price is not None), None))

    async def _price(self, node: NodeOfFile, plans: dict[str, Plan | None]) -> Decimal | None:
        if node.drama_id not in plans:
            plans[node.drama_id] = await self._plan(node)
        plan = plans[node.drama_id]
        planned = plan.nodes.get(node.node_id) if plan else None
        return planned.price if planned else None

    async def _plan(self, node: NodeOfFile) -> Plan | None:
        try:
            return await self._plans.plan(Owner(node.user_id), node.drama_id)
        except SfdError:
            return None
