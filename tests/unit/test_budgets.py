"""Budgets: whatever the interleaving, what is spent and reserved never passes a cap."""

import asyncio
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from sfd.db import budgets
from sfd.db.budgets import BudgetId, BudgetRow, BudgetScope
from sfd.db.migrate import migrate
from sfd.db.session import Database

RUN = BudgetId(BudgetScope.RUN, "run")
DAY = BudgetId(BudgetScope.USER_DAY, "user:2026-11-22")
BOTH = [RUN, DAY]


class Spending(RuleBasedStateMachine):
    """Jobs reserve, settle at most what they reserved, and give back; caps are set before and raised meanwhile."""

    folder: Path

    def __init__(self) -> None:
        super().__init__()
        url = f"sqlite:///{self.folder / f'budgets-{id(self)}.db'}"
        migrate(url)
        self.loop = asyncio.new_event_loop()
        self.database = Database.connect(url)
        self.reserved: list[int] = []
        self.caps = {RUN: 0, DAY: 0}
        for one in BOTH:
            self.cap(one, 1000)

    def teardown(self) -> None:
        self.loop.run_until_complete(self.database.close())
        self.loop.close()

    def cap(self, one: BudgetId, micros: int) -> None:
        async def set_cap() -> None:
            async with self.database.write() as connection:
                await budgets.set_cap(connection, one, micros)

        self.loop.run_until_complete(set_cap())
        self.caps[one] = micros

    def row(self, one: BudgetId) -> BudgetRow:
        async def read() -> BudgetRow:
            async with self.database.read() as connection:
                return await budgets.get_budget(connection, one)

        return self.loop.run_until_complete(read())

    @rule(micros=st.integers(1, 600))
    def reserve(self, micros: int) -> None:
        before = {one: self.row(one) for one in BOTH}

        async def take() -> BudgetId | None:
            async with self.database.write() as connection:
                return await budgets.reserve(connection, BOTH, micros)

        refused = self.loop.run_until_complete(take())
        fits = all(row.spent_micros + row.reserved_micros + micros <= self.caps[one] for one, row in before.items())
        assert (refused is None) == fits
        if refused is None:
            self.reserved.append(micros)
        else:
            assert {one: self.row(one) for one in BOTH} == before

    @precondition(lambda self: self.reserved)
    @rule(share=st.floats(0, 1), data=st.data())
    def settle(self, share: float, data: st.DataObject) -> None:
        micros = self.reserved.pop(data.draw(st.integers(0, len(self.reserved) - 1)))

        async def note() -> None:
            async with self.database.write() as connection:
                await budgets.settle(connection, BOTH, reserved=micros, spent=int(micros * share))

        self.loop.run_until_complete(note())

    @rule(which=st.sampled_from(BOTH), more=st.integers(0, 500))
    def raise_cap(self, which: BudgetId, more: int) -> None:
        self.cap(which, self.caps[which] + more)

    @invariant()
    def never_past_a_cap(self) -> None:
        for one in BOTH:
            row = self.row(one)
            assert row.reserved_micros == sum(self.reserved)
            assert row.spent_micros + row.reserved_micros <= self.caps[one]


def test_spent_and_reserved_never_pass_a_cap(tmp_path: Path) -> None:
    machine = type("SpendingHere", (Spending,), {"folder": tmp_path})
    run_state_machine_as_test(machine, settings=settings(max_examples=25, stateful_step_count=25, deadline=None))


@given(amounts=st.lists(st.integers(1, 400), min_size=2, max_size=12))
@settings(max_examples=15, deadline=None)
def test_workers_that_reserve_at_the_same_moment_share_one_cap(amounts: list[int]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/b.db"
        migrate(url)

        async def race() -> tuple[list[BudgetId | None], BudgetRow]:
            database = Database.connect(url)

            async def take(micros: int) -> BudgetId | None:
                async with database.write() as connection:
                    return await budgets.reserve(connection, [RUN], micros)

            async with database.write() as connection:
                await budgets.set_cap(connection, RUN, 500)
            answers = await asyncio.gather(*(take(micros) for micros in amounts))
            async with database.read() as connection:
                row = await budgets.get_budget(connection, RUN)
            await database.close()
            return answers, row

        answers, row = asyncio.run(race())
    accepted = sum(micros for micros, refused in zip(amounts, answers, strict=True) if refused is None)
    assert row.reserved_micros == accepted <= 500
