"""Critiques: a writer judges a drama as it is written. It changes nothing."""

from collections.abc import Callable

from sqlalchemy.ext.asyncio import AsyncConnection

from sfd.config import Settings
from sfd.db import dramas, jobs
from sfd.db.session import Database
from sfd.domain.errors import Conflict, Fault, InvalidInput
from sfd.domain.jobs import Job, JobType
from sfd.domain.owner import Owner
from sfd.domain.planned_assets import without_urls
from sfd.generation.requests import WriteSpec
from sfd.providers.registry import CrewChoice, Member, Registry
from sfd.services.accepting import NO_LIMITS, Limits, earlier_job, insert_run
from sfd.services.caps import Caps
from sfd.services.documents import assemble, require_written
from sfd.services.idempotency import Accepted
from sfd.services.owned_things import own_drama
from sfd.services.write_jobs import writing_run


class CritiqueService:
    """Has dramas judged. `on_accepted` is told of each new job."""

    def __init__(
        self, database: Database, settings: Settings, registry: Registry, on_accepted: Callable[[], None]
    ) -> None:
        self._database = database
        self._settings = settings
        self._registry = registry
        self._on_accepted = on_accepted

    async def critique(self, owner: Owner, drama_id: str, limits: Limits = NO_LIMITS, writer: str = "") -> Accepted:
        """Have a drama judged as it is now. The returned job's result is the critique.

        It holds `score` (1 to 10), `notes`, and `episodes`, each with `episode_id`, `number`, `score` and `notes`.
        A drama that the same writer judged as it is now is not judged again: the job says the same, at no cost.

        Raises:
            InvalidInput: the writer cannot judge.
            NotFound: the user has no such drama.
            Conflict: it is not written or has no episodes, or a critique of it has not ended.
        """
        async with self._database.write() as connection:
            row = await own_drama(connection, owner, drama_id, lock=True)
            member = self._critic(writer)
            episodes = await dramas.get_episodes(connection, drama_id)
            require_written(row)
            if not episodes:
                raise Conflict("The drama has no episodes that could be judged. Add one first.")
            original = without_urls(assemble(row, [one.doc for one in episodes]))
            run = writing_run(owner, drama_id, row.project, member, WriteSpec(original=original, critique=True))
            if (earlier := await earlier_job(connection, limits, run.parent.id)) is not None:
                return earlier
            await refuse_beside_critique(connection, drama_id)
            await insert_run(connection, owner, run, Caps(limits.max_cost_usd, self._settings.user_daily_cap_usd))
        self._on_accepted()
        return Accepted(run.parent)

    async def active(self, owner: Owner, drama_id: str) -> Job | None:
        """The critique of a drama that has not ended, if there is one.

        Raises:
            NotFound: the user has no such drama.
        """
        async with self._database.read() as connection:
            await own_drama(connection, owner, drama_id)
            return await active_critique(connection, drama_id)

    def _critic(self, choice: str) -> Member:
        member = self._registry.crew(self._settings, CrewChoice(writer=choice)).writer
        if not member.provider.capabilities.staged:
            raise InvalidInput(
                f"The writer {member.provider.name} has no language model and cannot judge a drama. Name one that has, "
                "such as openai or gemini, as `writer`, or set WRITER to it.",
                [Fault("/writer", "must be a writer with a language model")],
            )
        return member


async def active_critique(connection: AsyncConnection, drama_id: str) -> Job | None:
    """The critique of a drama that has not ended, if there is one."""
    return next((one for one in await jobs.active_parents(connection, drama_id) if one.type is JobType.CRITIQUE), None)


async def refuse_beside_critique(connection: AsyncConnection, drama_id: str) -> None:
    """Refuse a critique while another of the drama has not ended: it would be paid for twice.

    Raises:
        Conflict: one has not; names it.
    """
    if (active := await active_critique(connection, drama_id)) is not None:
        raise Conflict(
            f"The critique {active.id} of this drama has not ended. Wait for it, cancel it, or resume it.",
            {"job_id": active.id},
        )
