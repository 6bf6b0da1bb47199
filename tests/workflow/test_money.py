"""Caps, pauses and decisions, over the real engine with providers that cost something."""

import asyncio
from collections.abc import Callable

import pytest

from fakes.providers import FakeProvider, fake_crew
from fakes.studio import OWNER, Studio, ended
from sfd.application import Application
from sfd.db import budgets
from sfd.db.budgets import BudgetId, BudgetScope
from sfd.domain.errors import Conflict, ProviderError, ProviderErrorKind
from sfd.domain.jobs import Job, JobStatus
from sfd.domain.models import Drama
from sfd.domain.owner import Owner
from sfd.generation.plan import Choice, Until
from sfd.providers.base import LostReply, Modality
from sfd.services.accepting import Limits


async def until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not is_so():  # noqa: ASYNC110 - a provider has no event to wait for
            await asyncio.sleep(0.02)


async def paused(application: Application, run: Job) -> Job:
    """A run once it is paused and nothing of it is at work."""
    async with asyncio.timeout(60):
        while True:
            current = (await application.jobs.get(OWNER, run.id)).job
            children = await application.jobs.children(OWNER, run.id)
            if current.paused_for and all(child.status is not JobStatus.RUNNING for child in children):
                return current
            await asyncio.sleep(0.05)


async def left(application: Application, one: BudgetId) -> tuple[int, int]:
    async with application.database.read() as connection:
        row = await budgets.get_budget(connection, one)
    return row.spent_micros, row.reserved_micros


async def test_a_run_pauses_at_its_cap_and_goes_on_under_a_higher_one(studio: Studio, drama: Drama) -> None:
    crew = fake_crew()
    async with studio(crew) as application:
        await application.dramas.add(OWNER, drama.model_dump(mode="json"))
        run = (await application.runs.execute(OWNER, drama.id, Choice(), Limits(max_cost_usd=0.22))).job
        halted = await paused(application, run)
        assert halted.paused_for == "over_budget:run"
        assert halted.status is JobStatus.RUNNING
        assert sum(sum(provider.accepted.values()) for provider in crew) == 4  # of 14 at 5 cents each
        assert await left(application, BudgetId(BudgetScope.RUN, run.id)) == (200_000, 0)
        with pytest.raises(Conflict, match="paused"):
            await application.runs.execute(OWNER, drama.id, Choice())
        again = await application.runs.execute(OWNER, drama.id, Choice(resume=True), Limits(max_cost_usd=0.70))
        assert again.job.id == run.id
        done = await ended(application, run)
        assert await left(application, BudgetId(BudgetScope.RUN, run.id)) == (700_000, 0)
        assert await left(application, BudgetId(BudgetScope.DRAMA, drama.id)) == (700_000, 0)
    assert done.status is JobStatus.COMPLETED
    assert all(count == 1 for provider in crew for count in provider.accepted.values())


async def test_a_paused_run_survives_a_restart_and_is_cancelled_at_once(studio: Studio, drama: Drama) -> None:
    crew = fake_crew()
    async with studio(crew) as application:
        await application.dramas.add(OWNER, drama.model_dump(mode="json"))
        run = (await application.runs.execute(OWNER, drama.id, Choice(), Limits(max_cost_usd=0.05))).job
        await paused(application, run)
    async with studio(crew) as application:
        await asyncio.sleep(1.5)
        assert (await paused(application, run)).paused_for == "over_budget:run"
        await application.control.cancel(OWNER, run.id)
        assert (await application.jobs.get(OWNER, run.id)).job.status is JobStatus.CANCELLED
    assert sum(sum(provider.accepted.values()) for provider in crew) == 1


async def test_a_person_pauses_and_resumes(studio: Studio, drama: Drama) -> None:
    illustrator = FakeProvider(Modality.ILLUSTRATOR, polls=3, concurrency=1)
    filmmaker = FakeProvider(Modality.FILMMAKER)
    async with studio([illustrator, filmmaker]) as application:
        await application.dramas.add(OWNER, drama.model_dump(mode="json"))
        run = (await application.runs.execute(OWNER, drama.id, Choice())).job
        await until(lambda: bool(illustrator.polled))
        await application.control.pause(OWNER, run.id)
        await paused(application, run)
        made = sum(illustrator.accepted.values())
        await asyncio.sleep(1)
        assert sum(illustrator.accepted.values()) == made < 8
        illustrator.polls = 0
        await application.control.resume(OWNER, run.id)
        done = await ended(application, run)
    assert done.status is JobStatus.COMPLETED
    assert all(count == 1 for count in {**illustrator.accepted, **filmmaker.accepted}.values())


async def test_what_failed_gives_its_reservation_back(studio: Studio, drama: Drama) -> None:
    def fault(node: str, _time: int) -> ProviderError | None:
        return ProviderError(ProviderErrorKind.REJECTED_PROMPT, "no") if node == "ada.portrait" else None

    async with studio(fake_crew(fault=fault)) as application:
        await application.dramas.add(OWNER, drama.model_dump(mode="json"))
        run = (await application.runs.execute(OWNER, drama.id, Choice())).job
        done = await ended(application, run)
        spent, reserved = await left(application, BudgetId(BudgetScope.RUN, run.id))
    assert reserved == 0
    assert spent == done.actual_micros


async def test_a_request_whose_outcome_is_unknown_stays_reserved_until_a_person_decides(
    studio: Studio, drama: Drama
) -> None:
    lost = ProviderError(ProviderErrorKind.UNKNOWN_OUTCOME, "reset")
    lost.__dict__["accepted"] = True

    def fault(node: str, _time: int) -> ProviderError | None:
        return lost if node == "ada.portrait" else None

    illustrator = FakeProvider(Modality.ILLUSTRATOR, fault=fault, lost_reply=LostReply.REVIEW)
    filmmaker = FakeProvider(Modality.FILMMAKER)
    async with studio([illustrator, filmmaker]) as application:
        await application.dramas.add(OWNER, drama.model_dump(mode="json"))
        run = (await application.runs.execute(OWNER, drama.id, Choice())).job
        await ended(application, run)
        parked = f"{run.id}:ada.portrait"
        assert await left(application, BudgetId(BudgetScope.DRAMA, drama.id)) == (50_000, 50_000)
        adopted = await application.retries.adopt(OWNER, parked, "ada.portrait")
        done = await ended(application, adopted.job)
        assert await left(application, BudgetId(BudgetScope.DRAMA, drama.id)) == (100_000, 0)
        plan = await application.plans.plan(OWNER, drama.id)
    assert done.status is JobStatus.COMPLETED
    assert plan.nodes["ada.portrait"].state == "fresh"
    assert illustrator.accepted["ada.portrait"] == 1


async def test_asking_again_counts_the_first_request_as_paid(studio: Studio, drama: Drama) -> None:
    lost = ProviderError(ProviderErrorKind.UNKNOWN_OUTCOME, "reset")

    def fault(node: str, time: int) -> ProviderError | None:
        return lost if node == "ada.portrait" and time == 1 else None

    illustrator = FakeProvider(Modality.ILLUSTRATOR, fault=fault, lost_reply=LostReply.REVIEW)
    async with studio([illustrator, FakeProvider(Modality.FILMMAKER)]) as application:
        await application.dramas.add(OWNER, drama.model_dump(mode="json"))
        run = (await application.runs.execute(OWNER, drama.id, Choice())).job
        await ended(application, run)
        again = await application.retries.retry(OWNER, f"{run.id}:ada.portrait")
        await ended(application, again.job)
        assert await left(application, BudgetId(BudgetScope.DRAMA, drama.id)) == (150_000, 0)


async def test_the_same_request_of_two_dramas_at_one_moment_is_paid_once(studio: Studio, drama: Drama) -> None:
    illustrator = FakeProvider(Modality.ILLUSTRATOR, seconds=0.3)
    twin = drama.model_copy(update={"id": "twin"})
    owner = Owner(OWNER.user_id, project="both")
    async with studio([illustrator, FakeProvider(Modality.FILMMAKER)]) as application:
        for one in (drama, twin):
            await application.dramas.add(owner, one.model_dump(mode="json"))
        runs = [
            (await application.runs.execute(owner, one.id, Choice(until=Until.PORTRAITS))).job for one in (drama, twin)
        ]
        done = [await ended(application, run) for run in runs]
    assert [job.status for job in done] == [JobStatus.COMPLETED] * 2
    assert illustrator.accepted == {"ada.portrait": 1, "ben.portrait": 1}
