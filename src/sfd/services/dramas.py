"""Dramas: accept a premise, a screenplay or a finished drama; read what there is."""

import json
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sfd.asset_library import library_url
from sfd.config import Settings
from sfd.db import dramas, jobs, takes
from sfd.db.dramas import DramaRow, EpisodeRow
from sfd.db.session import Database
from sfd.domain.clock import now_ms
from sfd.domain.errors import Fault, InvalidInput, PreconditionFailed, TooLarge
from sfd.domain.ids import new_id
from sfd.domain.models import MAX_EPISODES, MAX_PREMISE_CHARACTERS, MAX_SCREENPLAY_BYTES, Drama
from sfd.domain.owner import Owner
from sfd.domain.planned_assets import with_planned_assets, without_urls
from sfd.domain.validation import parse_drama
from sfd.generation.dag import build_dag
from sfd.generation.keeping_text import drama_documents
from sfd.generation.records import cancel_run
from sfd.generation.requests import WriteReference, WriteSpec
from sfd.providers.registry import CrewChoice, Registry
from sfd.services.accepting import NO_LIMITS, Limits
from sfd.services.caps import Caps
from sfd.services.documents import READY, DocumentCache, assemble, require_written
from sfd.services.idempotency import Accepted, Claim, earlier_subject
from sfd.services.owned_things import own_drama
from sfd.services.referenced_files import check_references
from sfd.services.write_jobs import accept_writing, drama_row, insert_drama, writing_run

_LANGUAGE_TAG = re.compile(r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$")


@dataclass(frozen=True)
class NewDrama:
    """A drama to be written. Exactly one of `premise` and `screenplay` is filled. `writer`: `provider:model`.

    `references` are pictures of the library that show how characters look.
    """

    premise: str = ""
    screenplay: str = ""
    drama_id: str | None = None
    episodes: int | None = None
    language: str = ""
    style: str = ""
    writer: str = ""
    references: tuple[WriteReference, ...] = ()


@dataclass(frozen=True)
class TakeInfo:
    """The selected take of a node. `parts` names the files that belong to a cut: srt, vtt, cover, contact_sheet."""

    node_id: str
    library_asset_id: str
    url: str
    provider: str
    parts: Mapping[str, str]


@dataclass(frozen=True)
class AddedDrama:
    """A drama that was stored. `replayed`: by an earlier request with the same idempotency key."""

    drama_id: str
    replayed: bool = False


class DramaService:
    """What can be done with dramas as written works. `on_accepted` is told of each new job."""

    def __init__(
        self, database: Database, settings: Settings, registry: Registry, on_accepted: Callable[[], None]
    ) -> None:
        self._database = database
        self._settings = settings
        self._registry = registry
        self._on_accepted = on_accepted
        self._documents = DocumentCache()

    async def write(self, owner: Owner, new: NewDrama, limits: Limits = NO_LIMITS) -> Accepted:
        """Accept a premise or a screenplay. The returned job writes the drama.

        Raises:
            InvalidInput: it cannot be written from.
            TooLarge: it is longer than SFD accepts.
            Conflict: the id is taken.
        """
        check_new_drama(new)
        drama_id = new.drama_id or new_id("drama")
        crew = self._registry.crew(self._settings, CrewChoice(writer=new.writer))
        member = crew.screenplay_reader if new.screenplay else crew.writer
        spec = WriteSpec(
            premise=new.premise,
            screenplay=new.screenplay,
            episodes=new.episodes,
            language=new.language,
            style=new.style,
            references=new.references,
        )
        run = writing_run(owner, drama_id, owner.project or drama_id, member, spec)
        blank = Drama(id=drama_id, premise=new.premise, language=new.language, style=new.style)
        caps = Caps(limits.max_cost_usd, self._settings.user_daily_cap_usd)
        async with self._database.write() as connection:
            accepted = await accept_writing(
                connection,
                owner,
                run,
                blank,
                limits.claim,
                caps,
            )
        self._on_accepted()
        return accepted

    async def add(self, owner: Owner, data: dict[str, Any], claim: Claim | None = None) -> AddedDrama:
        """Store a drama that is already written, completed with the assets that every drama needs.

        Raises:
            InvalidInput: with a fault for each thing that is wrong.
            Conflict: the id is taken.
        """
        given = without_urls(parse_drama({"id": new_id("drama"), **data}))
        given.origin = None
        drama = with_planned_assets(given, self._settings.default_video_duration)
        build_dag(drama)
        _, episodes = drama_documents(drama)
        async with self._database.write() as connection:
            earlier = await earlier_subject(connection, claim, drama.id)
            if earlier is not None:
                return AddedDrama(earlier, replayed=True)
            await check_references(connection, owner, drama)
            await insert_drama(connection, drama_row(drama, owner.user_id, owner.project or drama.id, READY))
            await dramas.replace_episodes(connection, drama.id, episodes)
        return AddedDrama(drama.id)

    async def document(self, owner: Owner, drama_id: str) -> tuple[bytes, int]:
        """The drama as JSON, put together from its stored documents, and its revision.

        Raises:
            NotFound: the user has no such drama.
        """
        async with self._database.read() as connection:
            state = await dramas.get_state(connection, drama_id, owner)
            if state is not None and (known := self._documents.get(drama_id, state)) is not None:
                return known, state.revision
            row = await own_drama(connection, owner, drama_id)
            episodes = await dramas.get_episodes(connection, drama_id)
        document, state = _document(row, episodes), dramas.state_of(row, episodes)
        self._documents.put(drama_id, state, document)
        return document, state.revision

    async def load(self, owner: Owner, drama_id: str) -> Drama:
        """The drama as a model.

        Raises:
            NotFound: the user has no such drama.
            Conflict: it is still being written.
        """
        async with self._database.read() as connection:
            row = await own_drama(connection, owner, drama_id)
            episodes = await dramas.get_episodes(connection, drama_id)
        require_written(row)
        return assemble(row, [one.doc for one in episodes])

    async def list(self, owner: Owner, limit: int, before: tuple[int, str] | None) -> Sequence[DramaRow]:
        """The user's dramas, newest first."""
        async with self._database.read() as connection:
            return await dramas.list_dramas(connection, owner, limit, before)

    async def delete(self, owner: Owner, drama_id: str, expected: Collection[str] | None = None) -> None:
        """Delete a drama. Its runs are cancelled; files and what they cost stay in the library and the records.

        Raises:
            NotFound: the user has no such drama.
            PreconditionFailed: its revision is none of those `expected`.
        """
        async with self._database.write() as connection:
            row = await own_drama(connection, owner, drama_id, lock=True)
            revision = dramas.revision_of(row, await dramas.get_episodes(connection, drama_id))
            if expected is not None and str(revision) not in expected:
                raise PreconditionFailed("The drama was changed since it was read. Read it again before deleting it.")
            for parent in await jobs.active_parents(connection, drama_id):
                await cancel_run(connection, parent)
            await dramas.update_head(connection, drama_id, deleted_at=now_ms())
            if not await jobs.active_parents(connection, drama_id):
                await dramas.forget_text(connection, drama_id)
        self._on_accepted()

    async def takes(self, owner: Owner, drama_id: str) -> dict[str, TakeInfo]:
        """The selected take of each node.

        Raises:
            NotFound: the user has no such drama.
        """
        async with self._database.read() as connection:
            await own_drama(connection, owner, drama_id)
            selected = await takes.selected_takes(connection, drama_id)
        return {
            node_id: TakeInfo(
                node_id,
                take.library_asset_id,
                library_url(take.library_asset_id),
                take.provider,
                take.meta.get("parts", {}),
            )
            for node_id, take in selected.items()
        }


def _document(row: DramaRow, episodes: Sequence[EpisodeRow]) -> bytes:
    state = json.dumps({"status": row.status, "revision": dramas.revision_of(row, episodes)})
    parts = [row.head[:-1], ',"episodes":[', ",".join(one.doc for one in episodes), "],", state[1:-1], "}"]
    return "".join(parts).encode()


def check_new_drama(new: NewDrama) -> None:
    """Refuse at once what no writer could use.

    Raises:
        InvalidInput: empty, both or neither kind of text, a bad number of episodes, NUL characters.
        TooLarge: longer than SFD accepts.
    """
    if bool(new.premise.strip()) == bool(new.screenplay.strip()):
        raise InvalidInput(
            "Give either a premise (a sentence or more about the drama) or a screenplay (Fountain text).",
            [Fault("/premise", "a premise or a screenplay is needed, and not both")],
        )
    if len(new.premise) > MAX_PREMISE_CHARACTERS:
        raise TooLarge(
            f"The premise has {len(new.premise):,} characters; at most {MAX_PREMISE_CHARACTERS:,} are accepted."
        )
    if len(new.screenplay.encode()) > MAX_SCREENPLAY_BYTES:
        raise TooLarge(f"The screenplay is larger than {MAX_SCREENPLAY_BYTES / 1e6:g} MB. Split it by episodes.")
    if "\0" in new.premise or "\0" in new.screenplay:
        raise InvalidInput("The text holds NUL characters: it is a binary file, not a premise or a screenplay.")
    if new.language and not _LANGUAGE_TAG.match(new.language):
        raise InvalidInput(
            f"{new.language!r} is not a language tag. Use BCP 47, such as en, es-MX or zh-Hans.",
            [Fault("/language", "must be a BCP 47 language tag such as en or zh-Hans")],
        )
    if new.episodes is not None and not 1 <= new.episodes <= MAX_EPISODES:
        raise InvalidInput(
            f"{new.episodes} episodes were asked for; between 1 and {MAX_EPISODES} are possible.",
            [Fault("/episodes", f"must be between 1 and {MAX_EPISODES}")],
        )
