"""References of assets to files of the asset library."""

from collections.abc import Iterator, Sequence

from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncConnection

from sfd.db import library
from sfd.domain.errors import Fault
from sfd.domain.owner import Owner
from sfd.domain.validation import invalid


async def check_references(connection: AsyncConnection, owner: Owner, body: BaseModel) -> None:
    """Refuse references to anything but pictures of the user's own library.

    Raises:
        InvalidInput: with a fault for each, pointing into `body`: a patch, a part, or a whole drama.
    """
    faults: list[Fault] = []
    known: dict[str, bool] = {}
    for pointer, asset_id in _references_in(body):
        if asset_id not in known:
            row = await library.get_library_asset(connection, asset_id, owner)
            known[asset_id] = row is not None and row.type == "image"
        if not known[asset_id]:
            faults.append(Fault(pointer, f"there is no picture {asset_id!r} in your asset library"))
    if faults:
        raise invalid("The references cannot be used", faults)


def _references_in(body: BaseModel, pointer: str = "") -> Iterator[tuple[str, str]]:
    references: Sequence[str] = getattr(body, "references", None) or ()
    for number, one in enumerate(references):
        yield f"{pointer}/references/{number}", one
    for name in ("characters", "episodes", "scenes", "assets"):
        parts: Sequence[object] = getattr(body, name, None) or ()
        for number, part in enumerate(parts):
            if isinstance(part, BaseModel):  # the characters of a scene are ids
                yield from _references_in(part, f"{pointer}/{name}/{number}")
