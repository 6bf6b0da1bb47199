"""Takes: what was made for an asset, and which one stands for it."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from sfd.db import library, takes
from sfd.db.library import LibraryRow
from sfd.db.session import Database
from sfd.db.takes import TakeRow
from sfd.domain.clock import now_ms
from sfd.domain.errors import Fault, InvalidInput, NotFound
from sfd.domain.ids import new_id
from sfd.domain.jobs import JobType
from sfd.domain.owner import Owner
from sfd.domain.validation import invalid
from sfd.generation.plan import PlannedNode
from sfd.generation.records import show_take
from sfd.media.sniff import words_for
from sfd.services.planning import PlanService

_PICTURE = ("a PNG, JPEG or WebP picture", ("image/png", "image/jpeg", "image/webp"))
_ACCEPTED = {
    JobType.CLIP: ("an MP4 film", ("video/mp4",)),
    JobType.SPEECH: ("a WAV or MP3 recording", ("audio/wav", "audio/mpeg")),
}


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
            if planned is None:
                raise NotFound(f"The asset {asset_id!r} is gone.")
            return await _selected(connection, planned, row)

    async def add(self, owner: Owner, drama_id: str, asset_id: str, library_asset_id: str) -> Take:
        """Make a file of the library a take of an asset, and let it stand for the asset. Nothing is asked of anybody.

        Raises:
            NotFound: the user has no such drama, or it has no such asset.
            InvalidInput: the user has no such file, or it is not of the kind that the asset is.
            Conflict: the drama is still being written.
        """
        async with self._database.write() as connection:
            plan = await self._plans.plan_in(connection, owner, drama_id)
            planned = plan.nodes.get(asset_id)
            if planned is None:
                raise NotFound(f"There is no asset {asset_id!r} in this drama.")
            given = await library.get_library_asset(connection, library_asset_id, owner)
            file = _fitting(planned.node.type, given, library_asset_id)
            known = await takes.takes_of(connection, drama_id, asset_id)
            row = next((one for one in known if one.library_asset_id == file.id), None)
            if row is None:
                row = _brought_take(plan.project, drama_id, asset_id, file)
                await takes.add_selected_take(connection, row)
            return await _selected(connection, planned, row)


async def _selected(connection: AsyncConnection, planned: PlannedNode, row: TakeRow) -> Take:
    """Let a take stand for its asset."""
    files = await library.get_files(connection, [row.library_asset_id])
    if row.library_asset_id not in files:
        raise NotFound(f"The file of the take {row.id!r} is gone.")
    await takes.select_take(connection, row, chosen_for=planned.fingerprint)
    episode = planned.node.episode
    await show_take(
        connection,
        row.drama_id,
        node_id=row.node_id,
        episode_id=episode.id if episode else None,
        is_cut=planned.node.type is JobType.CUT,
        library_asset_id=row.library_asset_id,
    )
    chosen = await _take(connection, row.drama_id, row.node_id, row.id)
    return Take(chosen, files[row.library_asset_id])


def _fitting(node_type: JobType, file: LibraryRow | None, asset_id: str) -> LibraryRow:
    """The file, when a node of that type can have it as a take.

    Raises:
        InvalidInput: there is none, or it is of another kind.
    """
    if file is None:
        raise _unfit(f"there is no file {asset_id!r} in your asset library")
    if node_type is JobType.CUT:
        raise _unfit("a cut is put together from its clips; give those takes instead")
    words, accepted = _ACCEPTED.get(node_type, _PICTURE)
    if file.media_type not in accepted:
        raise _unfit(f"it takes {words}, and {file.filename!r} is {words_for(file.media_type)}")
    return file


def _unfit(detail: str) -> InvalidInput:
    return invalid("The file cannot be a take", [Fault("/library_asset_id", detail)])


def _brought_take(project: str, drama_id: str, asset_id: str, file: LibraryRow) -> TakeRow:
    """A take that no job made. Its fingerprint is of its content alone, and so never that of a request."""
    return TakeRow(
        id=new_id("take"),
        drama_id=drama_id,
        node_id=asset_id,
        job_id="",
        library_asset_id=file.id,
        user_id=file.user_id,
        project=project,
        fingerprint=hashlib.sha256(f"brought:{file.sha256}".encode()).hexdigest(),
        inputs={},
        selected=True,
        created_at=now_ms(),
    )


async def _take(connection: AsyncConnection, drama_id: str, asset_id: str, take_id: str) -> TakeRow:
    for row in await takes.takes_of(connection, drama_id, asset_id):
        if row.id == take_id:
            return row
    raise NotFound(f"There is no take {take_id!r} of {asset_id!r}.")
