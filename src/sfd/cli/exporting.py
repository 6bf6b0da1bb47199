"""Copying a drama out of the library: one folder with its films and all that belongs to them."""

import asyncio
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sfd.application import Application
from sfd.cli.session import LOCAL_OWNER
from sfd.domain.errors import StorageUnavailable
from sfd.domain.models import Drama
from sfd.services.exports import drama_texts, files_of, folder_name, names_by_node


@dataclass(frozen=True)
class Exported:
    """What was copied: the films, and the folder with everything."""

    folder: Path
    films: tuple[Path, ...]

    def as_json(self) -> dict[str, Any]:
        """For `--json`."""
        return {"folder": str(self.folder), "films": [str(film) for film in self.films]}


async def export_films(application: Application, drama_id: str, out: Path | None) -> Exported:
    """Copy films, subtitles, covers, contact sheets, portraits, storyboards and the screenplay.

    Raises:
        StorageUnavailable: the folder cannot be written.
        NotFound: there is no such drama.
    """
    drama = await application.dramas.load(LOCAL_OWNER, drama_id)
    root = out if out is not None else application.settings.outputs_dir
    folder = root / folder_name(drama)
    takes = await application.dramas.takes(LOCAL_OWNER, drama_id)
    wanted = await files_of(application.library, LOCAL_OWNER, names_by_node(drama), takes)
    try:
        await asyncio.to_thread(_write_texts, folder, drama)
        for name, row in wanted.items():
            async with application.library.hold(row) as source:
                await asyncio.to_thread(_copy, source, folder / name)
    except OSError as error:
        raise StorageUnavailable(
            f"{folder} cannot be written: {error.strerror}. The films are safe in the library; "
            f"give another folder: sfd export {drama_id} --out DIR"
        ) from error
    films = tuple(folder / name for name in sorted(wanted) if name.endswith(".mp4") and "/" not in name)
    return Exported(folder, films)


def refuse_unwritable(out: Path | None) -> None:
    """Find out before any work whether films can be put into `out`.

    Raises:
        StorageUnavailable: they cannot.
    """
    if out is None:
        return
    try:
        out.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=out):
            pass
    except OSError as error:
        raise StorageUnavailable(f"{out} cannot be written: {error.strerror}. Nothing was started.") from error


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{target.name}.part")
    shutil.copyfile(source, part)
    part.replace(target)


def _write_texts(folder: Path, drama: Drama) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in drama_texts(drama).items():
        (folder / name).write_text(text, encoding="utf-8")
