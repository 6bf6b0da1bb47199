"""Taking a drama out: its screenplay, its subtitles, its films, by names that sort and say what they are."""

import asyncio
import re
from collections.abc import AsyncGenerator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, count
from pathlib import PurePosixPath

from sfd.asset_library import library_url
from sfd.db.library import LibraryRow
from sfd.domain.errors import Conflict, NotFound
from sfd.domain.models import AssetKind, Drama, Episode
from sfd.domain.owner import Owner
from sfd.generation.briefs import scene_seconds
from sfd.generation.dag import cut_node_id
from sfd.media.subtitles import episode_cues, to_srt, to_webvtt
from sfd.screenplay import drama_to_fountain
from sfd.services.dramas import DramaService, TakeInfo
from sfd.services.library import LibraryService

SUBTITLES = {"srt": to_srt, "vtt": to_webvtt}
PARTS = ("srt", "vtt", "cover", "contact_sheet")
PREVIEW = "preview"
_UNSAFE = re.compile(r"[^\w-]+")
_NAMED_MISSING = 8


@dataclass(frozen=True)
class Cut:
    """An episode's film as it stands. `preview` says that its clips were drawn, not filmed; `parts` holds URLs."""

    episode_id: str
    row: LibraryRow
    url: str
    parts: Mapping[str, str]
    preview: bool


@dataclass(frozen=True)
class Bundle:
    """What goes into an archive: texts and files by their path in it. All lies in one folder, `name`."""

    name: str
    texts: Mapping[str, str]
    files: Mapping[str, LibraryRow]


class ExportService:
    """Puts together what is taken out. Reads only."""

    def __init__(self, dramas: DramaService, library: LibraryService) -> None:
        self._dramas = dramas
        self._library = library

    async def screenplay(self, owner: Owner, drama_id: str) -> tuple[str, str]:
        """The drama as Fountain, and a name for the file without its ending.

        Raises:
            NotFound: the user has no such drama.
            Conflict: it is not written yet.
        """
        drama = await self._dramas.load(owner, drama_id)
        return await asyncio.to_thread(drama_to_fountain, drama), folder_name(drama)

    async def subtitles(self, owner: Owner, drama_id: str, episode_id: str, ending: str) -> tuple[str, str]:
        """An episode's subtitles (`srt` or `vtt`), and a name for the file without its ending.

        They are those of its cut; before there is one, those that its script and planned clips give.

        Raises:
            NotFound: the user has no such drama or episode, or the bytes are gone.
            Conflict: the drama is not written yet.
        """
        drama = await self._dramas.load(owner, drama_id)
        number, episode = numbered_episode(drama, episode_id)
        take = (await self._dramas.takes(owner, drama_id)).get(cut_node_id(episode_id))
        name = f"{folder_name(drama)}-{episode_name(number)}"
        if take is not None and ending in take.parts:
            row = await self._library.get(owner, take.parts[ending])
            return b"".join([piece async for piece in self._library.stream(row)]).decode(), name
        return await asyncio.to_thread(planned_subtitles, drama, episode, ending), name

    async def cut(self, owner: Owner, drama_id: str, episode_id: str) -> Cut:
        """An episode's film and what belongs to it.

        Raises:
            NotFound: the user has no such drama or episode, or the episode has no cut yet.
            Conflict: the drama is not written yet.
        """
        drama = await self._dramas.load(owner, drama_id)
        _, episode = numbered_episode(drama, episode_id)
        takes = await self._dramas.takes(owner, drama_id)
        take = takes.get(cut_node_id(episode_id))
        if take is None:
            raise NotFound(
                f"The episode {episode_id} has no cut yet. Execute the drama: POST /dramas/{drama_id}/execute."
            )
        row = await self._library.get(owner, take.library_asset_id)
        clips = [takes[one].provider for one in _clips(episode) if one in takes]
        parts = {part: library_url(asset_id) for part, asset_id in take.parts.items()}
        return Cut(episode_id, row, take.url, parts, PREVIEW in clips)

    async def episode_bundle(self, owner: Owner, drama_id: str, episode_id: str) -> Bundle:
        """An episode's film, subtitles, cover and contact sheet.

        Raises:
            NotFound: the user has no such drama or episode, or bytes are gone.
            Conflict: there is no cut; `missing` names what it lacks.
        """
        drama = await self._dramas.load(owner, drama_id)
        number, episode = numbered_episode(drama, episode_id)
        takes = await self._dramas.takes(owner, drama_id)
        node = cut_node_id(episode_id)
        if node not in takes:
            raise _no_cut(drama_id, episode, takes)
        name = f"{folder_name(drama)}-{episode_name(number)}"
        files = await self._files(owner, {node: episode_name(number)}, takes)
        return Bundle(name, {}, {f"{name}/{path}": file for path, file in files.items()})

    async def drama_bundle(self, owner: Owner, drama_id: str) -> Bundle:
        """Everything there is of a drama, which may be its text alone.

        Raises:
            NotFound: the user has no such drama, or bytes are gone.
            Conflict: it is not written yet.
        """
        drama = await self._dramas.load(owner, drama_id)
        takes = await self._dramas.takes(owner, drama_id)
        files = await self._files(owner, names_by_node(drama), takes)
        name = folder_name(drama)
        texts = await asyncio.to_thread(drama_texts, drama)
        return Bundle(
            name,
            {f"{name}/{path}": text for path, text in texts.items()},
            {f"{name}/{path}": file for path, file in files.items()},
        )

    def stream(self, row: LibraryRow) -> AsyncGenerator[bytes]:
        """The bytes of a file of a bundle."""
        return self._library.stream(row)

    async def _files(
        self, owner: Owner, names: Mapping[str, str], takes: Mapping[str, TakeInfo]
    ) -> Mapping[str, LibraryRow]:
        files = await files_of(self._library, owner, names, takes)
        await self._library.check_whole(files.values())
        return files


async def files_of(
    library: LibraryService, owner: Owner, names: Mapping[str, str], takes: Mapping[str, TakeInfo]
) -> dict[str, LibraryRow]:
    """The files of takes, by what each is called in a folder."""
    files: dict[str, LibraryRow] = {}
    for node_id, name in names.items():
        if (take := takes.get(node_id)) is not None:
            for asset_id, stem in take_names(take, name).items():
                row = await library.get(owner, asset_id)
                files[f"{stem}{PurePosixPath(row.key).suffix}"] = row
    return files


def folder_name(drama: Drama) -> str:
    """A folder name from the title, with the end of the id so that two dramas of one title stay apart."""
    words = _UNSAFE.sub("-", drama.title.lower()).strip("-")[:60] or "drama"
    return f"{words}-{drama.id[-6:]}"


def episode_name(number: int) -> str:
    """`episode-01`: what the files of an episode are called."""
    return f"episode-{number:02d}"


def names_by_node(drama: Drama) -> dict[str, str]:
    """What the take of each node is called in a folder, without its ending: portraits, storyboards, films."""
    names: dict[str, str] = {}
    for character in drama.characters:
        portrait = f"portraits/{character.id.replace('_', '-')}"
        names |= {asset.id: _free_name(portrait, names.values()) for asset in character.assets[:1]}
    for number, episode in enumerate(drama.episodes, 1):
        names[cut_node_id(episode.id)] = episode_name(number)
        for position, scene in enumerate(episode.scenes, 1):
            boards = [asset.id for asset in scene.assets if asset.kind is AssetKind.IMAGE]
            names |= dict.fromkeys(boards[:1], f"storyboards/{episode_name(number)}-{position:02d}")
    return names


def take_names(take: TakeInfo, name: str) -> dict[str, str]:
    """The library assets of a take with what each is called, without its ending; subtitles are called as their film."""
    parts = {
        asset_id: name if part in SUBTITLES else f"{name}-{part.replace('_', '-')}"
        for part, asset_id in take.parts.items()
    }
    return {take.library_asset_id: name, **parts}


def drama_texts(drama: Drama) -> dict[str, str]:
    """The drama's own text, by the names of the files that hold it."""
    return {"drama.json": drama.model_dump_json(indent=2), "screenplay.fountain": drama_to_fountain(drama)}


def planned_subtitles(drama: Drama, episode: Episode, ending: str) -> str:
    """Subtitles (`srt` or `vtt`) on the clock of the planned clips."""
    shots = [(scene, scene_seconds(scene)) for scene in episode.scenes]
    names = {character.id: character.name for character in drama.characters}
    return SUBTITLES[ending](episode_cues(shots, names))


def numbered_episode(drama: Drama, episode_id: str) -> tuple[int, Episode]:
    """An episode of a drama and its number, from 1.

    Raises:
        NotFound: the drama has no such episode.
    """
    for number, episode in enumerate(drama.episodes, 1):
        if episode.id == episode_id:
            return number, episode
    raise NotFound(f"The drama {drama.id} has no episode {episode_id!r}.")


def _free_name(wanted: str, taken: Iterable[str]) -> str:
    """A name that no other has, on a disk that does not tell large letters from small ones either."""
    used = {name.lower() for name in taken}
    numbered = (f"{wanted}-{number}" for number in count(2))
    return next(name for name in chain([wanted], numbered) if name.lower() not in used)


def _clips(episode: Episode) -> Sequence[str]:
    return [asset.id for scene in episode.scenes for asset in scene.assets if asset.kind is AssetKind.VIDEO]


def _no_cut(drama_id: str, episode: Episode, takes: Mapping[str, TakeInfo]) -> Conflict:
    missing = [one for one in _clips(episode) if one not in takes]
    more = f" and {len(missing) - _NAMED_MISSING} more" if len(missing) > _NAMED_MISSING else ""
    clips = f"the clips {', '.join(missing[:_NAMED_MISSING])}{more}, and " if missing else ""
    named = f"{clips}the cut"
    return Conflict(
        f"The episode {episode.id} is not a film yet. Missing are {named}. "
        f"Execute the drama: POST /dramas/{drama_id}/execute.",
        {"missing": named},
    )
