"""Improving a drama: it is written anew after feedback, as another drama that names the one it comes from."""

from collections.abc import Callable

from sfd.config import Settings
from sfd.db import dramas
from sfd.db.dramas import DramaRow
from sfd.db.session import Database
from sfd.domain.errors import Fault, InvalidInput
from sfd.domain.ids import new_id
from sfd.domain.models import Drama, Origin
from sfd.domain.owner import Owner
from sfd.domain.planned_assets import without_urls
from sfd.generation.requests import WriteSpec
from sfd.providers.registry import CrewChoice, Member, Registry
from sfd.services.accepting import NO_LIMITS, Limits
from sfd.services.caps import Caps
from sfd.services.documents import assemble, require_written
from sfd.services.idempotency import Accepted
from sfd.services.owned_things import own_drama
from sfd.services.write_jobs import accept_writing, writing_run

MAX_FEEDBACK_CHARACTERS = 20_000


class ImprovingService:
    """Writes dramas anew. `on_accepted` is told of each new job."""

    def __init__(
        self,
        database: Database,
        settings: Settings,
        registry: Registry,
        on_accepted: Callable[[], None],
    ) -> None:
        self._database = database
        self._settings = settings
        self._registry = registry
        self._on_accepted = on_accepted

    async def improve(
        self,
        owner: Owner,
        drama_id: str,
        feedback: str,
        new_drama_id: str | None = None,
        limits: Limits = NO_LIMITS,
        writer: str = "",
    ) -> Accepted:
        """Accept feedback on a drama. The returned job writes the new drama, in the project of the first.

        The job keeps the drama as it is now: editing or deleting it meanwhile changes nothing.

        Raises:
            InvalidInput: the feedback is empty, too long or no text, or the writer does not improve dramas.
            NotFound: the user has no such drama.
            Conflict: it is not written, or the new id is taken.
        """
        check_feedback(feedback)
        member = self._writer(writer)
        row, original = await self._original(owner, drama_id)
        improved_id = new_drama_id or new_id("drama")
        spec = WriteSpec(feedback=feedback, original=original)
        run = writing_run(owner, improved_id, row.project, member, spec)
        blank = Drama(
            id=improved_id,
            title=original.title,
            premise=original.premise,
            language=original.language,
            style=original.style,
            origin=Origin(drama_id=original.id, feedback=feedback),
        )
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

    def _writer(self, choice: str) -> Member:
        member = self._registry.crew(self._settings, CrewChoice(writer=choice)).writer
        if not member.provider.capabilities.improves:
            raise InvalidInput(
                f"The writer {member.provider.name} does not improve dramas. Set WRITER to one that does."
            )
        return member

    async def _original(self, owner: Owner, drama_id: str) -> tuple[DramaRow, Drama]:
        async with self._database.read() as connection:
            row = await own_drama(connection, owner, drama_id)
            episodes = await dramas.get_episodes(connection, drama_id)
        require_written(row)
        return row, without_urls(assemble(row, [one.doc for one in episodes]))


def check_feedback(feedback: str) -> None:
    """Refuse at once what no writer could use.

    Raises:
        InvalidInput: empty, too long, or with characters that are no text.
    """
    if not feedback.strip():
        raise InvalidInput(
            "The feedback is empty. Say what should be different.", [Fault("/feedback", "must say something")]
        )
    if len(feedback) > MAX_FEEDBACK_CHARACTERS:
        raise InvalidInput(
            f"The feedback has {len(feedback):,} characters; at most {MAX_FEEDBACK_CHARACTERS:,} are accepted.",
            [Fault("/feedback", f"must have at most {MAX_FEEDBACK_CHARACTERS} characters")],
        )
    if "\0" in feedback or any("\ud800" <= one <= "\udfff" for one in feedback):
        raise InvalidInput(
            "The feedback holds characters that are no text (NUL, or half a surrogate pair). Send plain text.",
            [Fault("/feedback", "must be plain text")],
        )
