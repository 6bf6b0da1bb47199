"""Runs: make a drama or a part of it, make one asset anew, cut an episode again."""

from collections.abc import Callable
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from sfd.config import Settings
from sfd.db import jobs
from sfd.db.session import Database
from sfd.domain.editing import Address
from sfd.domain.errors import Conflict, NotFound
from sfd.domain.ids import new_id
from sfd.domain.jobs import Job, JobType
from sfd.domain.owner import Owner
from sfd.domain.patches import AssetPatch
from sfd.generation.dag import cut_node_id
from sfd.generation.plan import Choice, chosen_nodes, will_run
from sfd.providers.registry import NO_CHOICE, CrewChoice
from sfd.services.accepted_jobs import run_of
from sfd.services.accepting import NO_LIMITS, Limits, earlier_job, insert_run, new_take, refuse_beside_another
from sfd.services.caps import Caps
from sfd.services.editing import patch_in
from sfd.services.idempotency import Accepted
from sfd.services.owned_things import own_drama
from sfd.services.planning import PlanService
from sfd.services.run_control import NewCap, go_on


class RunService:
    """What makes things. `on_accepted` is told of each new run."""

    def __init__(
        self, database: Database, settings: Settings, plans: PlanService, on_accepted: Callable[[], None]
    ) -> None:
        self._database = database
        self._settings = settings
        self._plans = plans
        self._on_accepted = on_accepted

    async def execute(
        self,
        owner: Owner,
        drama_id: str,
        choice: Choice,
        limits: Limits = NO_LIMITS,
        crew: CrewChoice = NO_CHOICE,
    ) -> Accepted:
        """Freeze the plan of a drama and start making it; returns the parent job.

        Raises:
            NotFound: the user has no such drama.
            Conflict: it is still being written, or a run of it has not ended.
            InvalidInput: the choice names an episode that does not exist.
        """
        run_id = new_id("job")
        async with self._database.write() as connection:
            if (earlier := await earlier_job(connection, limits, run_id)) is not None:
                return earlier
            if choice.resume and (paused := await _paused_run(connection, owner, drama_id)) is not None:
                return self._told(await go_on(connection, paused, NewCap.given(limits.max_cost_usd)))
            plan = await self._plans.plan_in(connection, owner, drama_id, crew)
            chosen = chosen_nodes(plan.nodes, choice)
            made = [node_id for node_id, one in chosen.items() if will_run(one, choice)]
            run = run_of(
                owner,
                drama_id,
                JobType.EXECUTE,
                run_id,
                chosen,
                made=made,
                forced=made if choice.force else (),
                project=owner.project or plan.project,
                meta=_choice_as_json(choice, plan.crew),
            )
            await refuse_beside_another(connection, drama_id)
            await insert_run(connection, owner, run, self._caps(limits))
        return self._told(run.parent)

    async def generate(
        self,
        owner: Owner,
        drama_id: str,
        address: Address,
        patch: AssetPatch,
        limits: Limits = NO_LIMITS,
        crew: CrewChoice = NO_CHOICE,
    ) -> Accepted:
        """Make a new take of one asset, and what it needs and was never made; returns the asset's own job.

        `patch` changes the asset first: the prompt and references asked for are from then on the asset's own.

        Raises:
            NotFound: the user has no such drama or asset.
            InvalidInput: the changes are not valid.
            Conflict: the drama is still being written, or something that it needs waits for a decision.
        """
        run_id, asset_id = new_id("job"), address[-1][1]
        async with self._database.write() as connection:
            if (earlier := await earlier_job(connection, limits, f"{run_id}:{asset_id}")) is not None:
                return earlier
            await patch_in(connection, owner, drama_id, address, patch, self._settings.default_video_duration)
            plan = await self._plans.plan_in(connection, owner, drama_id, crew)
            run = new_take(owner, plan, asset_id, JobType.GENERATE, run_id)
            await insert_run(connection, owner, run, self._caps(limits))
        return self._told(run.child_of(asset_id))

    async def assemble(self, owner: Owner, drama_id: str, episode_id: str, limits: Limits = NO_LIMITS) -> Accepted:
        """Cut an episode again from the selected takes of its clips; returns the cut's own job.

        Raises:
            NotFound: the user has no such drama or episode.
            Conflict: clips are missing; names them.
        """
        run_id, node_id = new_id("job"), cut_node_id(episode_id)
        async with self._database.write() as connection:
            if (earlier := await earlier_job(connection, limits, f"{run_id}:{node_id}")) is not None:
                return earlier
            plan = await self._plans.plan_in(connection, owner, drama_id)
            if episode_id not in {episode.id for episode in plan.drama.episodes}:
                raise NotFound(f"There is no episode {episode_id!r}.")
            if node_id not in plan.nodes:
                raise Conflict(f"Episode {episode_id!r} has no clips to cut. Add scenes to it first.")
            missing = [one for one in plan.nodes[node_id].node.depends_on if plan.nodes[one].take is None]
            if missing:
                raise Conflict(
                    f"{len(missing)} of its clips were not made yet: {', '.join(missing[:10])}. Execute the drama, "
                    "or generate them."
                )
            run = new_take(owner, plan, node_id, JobType.ASSEMBLE, run_id)
            await insert_run(connection, owner, run, self._caps(limits))
        return self._told(run.child_of(node_id))

    def _caps(self, limits: Limits) -> Caps:
        return Caps(limits.max_cost_usd, self._settings.user_daily_cap_usd)

    def _told(self, job: Job) -> Accepted:
        self._on_accepted()
        return Accepted(job)


async def _paused_run(connection: AsyncConnection, owner: Owner, drama_id: str) -> Job | None:
    await own_drama(connection, owner, drama_id, lock=True)
    active = await jobs.active_parent(connection, drama_id)
    return active if active is not None and active.paused_for is not None else None


def _choice_as_json(choice: Choice, crew: CrewChoice) -> dict[str, Any]:
    return {
        **{name: who for name, who in (("illustrator", crew.illustrator), ("filmmaker", crew.filmmaker)) if who},
        "resume": choice.resume,
        "episodes": sorted(choice.episodes) if choice.episodes is not None else None,
        "until": choice.until,
        "force": choice.force,
    }
