"""The asset library from the command line."""

import asyncio
import json
import os
import secrets
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.table import Table

from sfd.application import Application, spool_dir
from sfd.cli.ending import ExitCode, output
from sfd.cli.session import LOCAL_OWNER, reading_session
from sfd.db.library import MADE_FROM, LibraryRow
from sfd.domain.clock import rfc3339
from sfd.domain.errors import Conflict, InvalidInput, NotFound, StorageUnavailable
from sfd.media.sniff import HEAD_BYTES, kind_of, sniff
from sfd.routers.shapes import library_asset_body
from sfd.services.library import LibraryFilter
from sfd.services.library_checking import Checked, Damage
from sfd.services.uploads import ReceivedFile

PAGE = 1000
_SHOWN = ("provider", "model", "cost_usd", "width", "height", "duration", "prompt", "drama_id", "node_id", "job_id")


async def list_files(wanted: LibraryFilter, limit: int, *, as_json: bool) -> int:
    """Files, newest first."""
    async with reading_session() as application:
        rows = await _listed(application, wanted, limit)
    if as_json:
        for row in rows:
            print(_json(row))
        return ExitCode.DONE
    if not rows:
        print("No such files. Bring one: sfd library put FILE")
        return ExitCode.DONE
    table = _table("asset", "type", "tags", "size", "project", "made by", "created", "name")
    for row in rows:
        made = (rfc3339(row.created_at) or "")[:16].replace("T", " ")
        table.add_row(
            row.id, row.type, ", ".join(row.tags), _size(row.size), row.project, row.provider, made, row.filename
        )
    output().print(table)
    return ExitCode.DONE


async def show_file(asset_id: str, *, as_json: bool) -> int:
    """One record with its lineage."""
    async with reading_session() as application:
        row = await application.library.get(LOCAL_OWNER, asset_id)
        users = await application.library.used_by(LOCAL_OWNER, asset_id)
        made = await _listed(application, LibraryFilter(uses=asset_id), PAGE)
    if as_json:
        print(_json(row))
        return ExitCode.DONE
    table = _table("", "")
    facts = {"file": row.filename, "type": row.media_type, "size": _size(row.size), "project": row.project}
    facts |= {"tags": ", ".join(row.tags), "sha256": row.sha256, "key": row.key}
    facts |= {name: str(row.meta[name]) for name in _SHOWN if row.meta.get(name) not in (None, "")}
    for one in row.meta.get(MADE_FROM, ()):
        table_from = one["node_id"] or "the library"
        facts[f"made from {one['asset_id']}"] = table_from
    for name, value in facts.items():
        table.add_row(name, value)
    output().print(table)
    for user in users:
        print(f"used by: {user}")
    for one in made:
        print(f"went into: {one.id} {one.filename}")
    return ExitCode.DONE


async def get_file(asset_id: str, out: Path | None) -> int:
    """A copy of a file."""
    async with reading_session() as application:
        row = await application.library.get(LOCAL_OWNER, asset_id)
        target = _target(row, out)
        part = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
        try:
            async with application.library.hold(row) as source:
                await asyncio.to_thread(shutil.copyfile, source, part)
            part.replace(target)
        except OSError as error:
            raise StorageUnavailable(f"{target} cannot be written: {error.strerror}. Give another --out.") from error
        finally:
            part.unlink(missing_ok=True)
    print(target)
    return ExitCode.DONE


async def put_file(file: Path, project: str, tag: str, kind: str | None, *, as_json: bool) -> int:
    """A file into the library."""
    async with reading_session() as application:
        row = await bring(application, file, project, tag, kind)
    print(_json(row) if as_json else row.id)
    return ExitCode.DONE


async def bring(application: Application, file: Path, project: str, tag: str, kind: str | None = None) -> LibraryRow:
    """Put a file of this machine into the library; the file itself is not touched.

    Raises:
        InvalidInput: it cannot be read, or is damaged.
        UnsupportedMedia: it is of a kind that is not accepted.
    """
    copy = spool_dir(application.settings) / f"upload-{secrets.token_hex(8)}.part"
    try:
        await asyncio.to_thread(shutil.copyfile, file, copy)
        with copy.open("rb") as opened:
            guessed = kind_of(sniff(opened.read(HEAD_BYTES)).media_type)
        fields = {"project_name": project, "tag": tag, "asset_type": kind or guessed}
        return await application.library.keep(LOCAL_OWNER, ReceivedFile(copy, file.name, fields))
    except OSError as error:
        raise InvalidInput(f"{file} cannot be read: {os.strerror(error.errno or 0)}.") from error
    finally:
        copy.unlink(missing_ok=True)


async def remove_file(asset_id: str, *, force: bool) -> int:
    """Delete a file."""
    async with reading_session() as application:
        try:
            await application.library.delete(LOCAL_OWNER, asset_id, force=force)
        except Conflict as error:
            raise Conflict(error.detail.replace("?force=true", "--force"), error.context) from error
        days = application.settings.library_grace_days
    print(f"{asset_id} is deleted. For {days:g} days this brings it back: sfd library restore {asset_id}")
    return ExitCode.DONE


async def restore_file(asset_id: str) -> int:
    """Bring a deleted file back."""
    async with reading_session() as application:
        row = await application.library.restore(LOCAL_OWNER, asset_id)
    print(f"{row.id} is back: {row.filename}")
    return ExitCode.DONE


async def reindex() -> int:
    """Bring back records that only the store knows."""
    async with reading_session() as application:
        done = await application.library_upkeep.reindex()
    print(f"{done.restored:,} records are back.")
    for asset_id in done.without_bytes:
        print(f"{asset_id}: its bytes are not in the store", file=sys.stderr)
    for key in done.unreadable:
        print(f"{key}: cannot be read as a record, and was left where it is", file=sys.stderr)
    if done.restored:
        print("Dramas, jobs and takes are not in the store; they come from a backup of the database.", file=sys.stderr)
    return ExitCode.FAILED if done.without_bytes or done.unreadable else ExitCode.DONE


async def verify(*, deep: bool, as_json: bool) -> int:
    """Look whether every file is whole."""
    async with reading_session() as application:
        checked = await application.library_checks.verify(deep=deep)
    for damage in checked.damaged:
        print(_damage_json(damage) if as_json else _told(damage))
    if not as_json:
        _print_summary(checked)
    return ExitCode.DONE if checked.whole else ExitCode.FAILED


async def take_file(drama_id: str, node_id: str, given: str) -> int:
    """A file of this machine or of the library becomes a take of a node."""
    async with reading_session() as application:
        asset_id = given
        if await asyncio.to_thread(Path(given).is_file):
            project = (await application.plans.plan(LOCAL_OWNER, drama_id)).project
            asset_id = (await bring(application, Path(given), project, "take")).id
        elif not given.startswith("asset_"):
            raise NotFound(f"{given} is neither a file nor the id of a library asset.")
        take = await application.takes.add(LOCAL_OWNER, drama_id, node_id, asset_id)
    print(f"{node_id} is {take.file.filename} ({take.file.id}) now. What is made from it: sfd plan {drama_id}")
    return ExitCode.DONE


async def _listed(application: Application, wanted: LibraryFilter, limit: int) -> list[LibraryRow]:
    rows: list[LibraryRow] = []
    while len(rows) < limit:
        most = min(PAGE, limit - len(rows))
        some = await application.library.list(LOCAL_OWNER, wanted, most, rows[-1].id if rows else None)
        rows += some
        if len(some) < most:
            break
    return rows


def _print_summary(checked: Checked) -> None:
    if checked.lost_records:
        print(f"{len(checked.lost_records):,} records are in the store only. Bring them back: sfd library reindex")
    if checked.missing_sidecars:
        print(f"{checked.missing_sidecars:,} sidecars are missing; `sfd gc` writes them anew")
    prices = [one.price for one in checked.damaged if one.price is not None]
    if checked.damaged:
        price = f"{len(prices):,} of them can be made anew for about ${sum(prices):.2f}"
        print(f"{len(checked.damaged):,} of {checked.files:,} files are lost or damaged; {price}.")
    else:
        print(f"{checked.files:,} files are whole.")


def _told(damage: Damage) -> str:
    row = damage.row
    nodes = [f"{one.node_id} of {one.drama_id}{'' if one.selected else ' (not selected)'}" for one in damage.nodes]
    what = f"{row.id} {row.filename}: {damage.what}. "
    used = f"It is for {', '.join(nodes)}. " if nodes else ""
    if damage.price is None:
        return f"{what}{used}It cannot be made anew: restore it from a backup, or bring it again."
    again = f"sfd library rm --force {row.id} && sfd execute {damage.nodes[0].drama_id}"
    return f"{what}{used}Anew for about ${damage.price:.2f}: {again}"


def _damage_json(damage: Damage) -> str:
    nodes = [{"drama_id": one.drama_id, "node_id": one.node_id, "selected": one.selected} for one in damage.nodes]
    price = None if damage.price is None else float(damage.price)
    told = {"asset_id": damage.row.id, "user_id": damage.row.user_id, "key": damage.row.key, "what": damage.what}
    return json.dumps({**told, "nodes": nodes, "cost_usd": price}, ensure_ascii=False)


def _target(row: LibraryRow, out: Path | None) -> Path:
    name = row.filename.replace("/", "_")
    if out is None:
        return Path(name)
    return out / name if out.is_dir() else out


def _json(row: LibraryRow) -> str:
    return json.dumps(library_asset_body(row).model_dump(mode="json"), ensure_ascii=False)


def _size(size: int) -> str:
    return f"{size / 1e6:,.1f} MB" if size >= 1e6 else f"{size / 1e3:,.1f} kB"  # noqa: PLR2004 - a megabyte


def _table(*columns: Sequence[str]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim", show_header=any(columns))
    for number, column in enumerate(columns):
        table.add_column(str(column), overflow="fold", no_wrap=number == 0)
    return table
