"""Copying a drama out of the library: one folder with its films and all that belongs to them."""

import asyncio
import re
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sfd.application import Application
from sfd.cli.session import LOCAL_OWNER
from sfd.domain.errors import StorageUnavailable
from sfd.domain.models import Drama
from sfd.generation.dag import cut_node_id
from sfd.screenplay import drama_to_fountain

_UNSAFE = re.compile(r"[^\w-]+")
_PARTS = ("srt", "vtt", "cover", "contact_sheet")


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
    wanted = await _files_of(application, drama)
    try:
        await asyncio.to_thread(_copy_all, folder, drama, wanted)
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


def folder_name(drama: Drama) -> str:
    """A folder name from the title, with the end of the id so that two dramas of one title stay apart."""
    words = _UNSAFE.sub("-", drama.title.lower()).strip("-")[:60] or "drama"
    return f"{words}-{drama.id[-6:]}"


async def _files_of(application: Application, drama: Drama) -> dict[str, Path]:
    """Library files by their name in the folder."""
    takes = await application.dramas.takes(LOCAL_OWNER, drama.id)
    names: dict[str, str] = {}
    for character in drama.characters:
        names |= {asset.id: f"portraits/{character.id}" for asset in character.assets[:1]}
    for number, episode in enumerate(drama.episodes, 1):
        names[cut_node_id(episode.id)] = f"episode-{number:02d}"
        for position, scene in enumerate(episode.scenes, 1):
            boards = [asset.id for asset in scene.assets if asset.kind == "image"]
            names |= dict.fromkeys(boards[:1], f"storyboards/episode-{number:02d}-{position:02d}")
    files: dict[str, Path] = {}
    for node_id, name in names.items():
        if (take := takes.get(node_id)) is not None:
            await _add(application, take.library_asset_id, name, files)
            for part, asset_id in take.parts.items():
                await _add(application, asset_id, name if part in ("srt", "vtt") else f"{name}-{part}", files)
    return files


async def _add(application: Application, asset_id: str, name: str, files: dict[str, Path]) -> None:
    row = await application.library.get(LOCAL_OWNER, asset_id)
    path = application.library.path(row)
    files[f"{name.replace('_', '-')}{path.suffix}"] = path


def _copy_all(folder: Path, drama: Drama, files: dict[str, Path]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, source in files.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_name(f".{target.name}.part")
        shutil.copyfile(source, part)
        part.replace(target)
    (folder / "drama.json").write_text(drama.model_dump_json(indent=2), encoding="utf-8")
    (folder / "screenplay.fountain").write_text(drama_to_fountain(drama), encoding="utf-8")
