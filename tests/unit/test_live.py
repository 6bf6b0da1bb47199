"""The tail of the event log: order, fan-out, and nobody left behind."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update
from starlette.types import Message as AsgiMessage

from fakes.dramas import two_episode_drama
from fakes.studio import OWNER
from sfd.application import Application, open_application
from sfd.config import Settings
from sfd.db import events
from sfd.db.events import EventRow
from sfd.db.job_pages import JobFilter
from sfd.db.tables import drama, event
from sfd.domain.errors import NotFound
from sfd.domain.jobs import Job, JobStatus, JobType
from sfd.domain.owner import Owner
from sfd.generation.plan import Choice
from sfd.generation.records import change_job
from sfd.routers.events import JobStream
from sfd.services.live import MOST_BEHIND, Ending, LiveEvents, LogTail
from sfd.services.streams import Kind, Message, Stream
from sfd.services.watching import Watching

SOON = 20.0


def row(seq: int, drama_id: str = "d", job_id: str = "j") -> EventRow:
    return EventRow(seq, drama_id, job_id, "job", json.dumps({"job_id": job_id, "status": "running"}), 0)


@st.composite
def commits(draw: st.DrawFn) -> list[list[int]]:
    """Numbers 1..n in the order in which they become visible, look by look; some are rolled back."""
    numbers = range(1, draw(st.integers(1, 40)) + 1)
    kept = [seq for seq in numbers if draw(st.integers(0, 9))]
    order = sorted(kept, key=lambda seq: seq + draw(st.integers(0, 8)))
    looks: list[list[int]] = [[]]
    for seq in order:
        looks[-1].append(seq)
        if draw(st.booleans()):
            looks.append([])
    return looks


@given(commits(), st.floats(0.01, 2))
def test_every_number_comes_out_once_and_in_order_however_it_was_committed(
    looks: list[list[int]], between: float
) -> None:
    tail = LogTail(0, settle_seconds=1000.0)
    out: list[int] = []
    now = 0.0
    for look in looks:
        now += between
        out += [one.seq for one in tail.accept([row(seq) for seq in sorted(look)], now)]
        assert tail.position >= max(out, default=0)
    out += [one.seq for one in tail.accept([], now + 1001)]
    assert out == sorted(seq for look in looks for seq in look)


@given(commits(), st.floats(0.1, 3))
def test_a_slow_transaction_delays_the_others_for_a_while_only_and_is_told_late(
    looks: list[list[int]], between: float
) -> None:
    tail = LogTail(0, settle_seconds=10.0)
    out: list[int] = []
    for number, look in enumerate(looks):
        out += [one.seq for one in tail.accept([row(seq) for seq in sorted(look)], number * between)]
    out += [one.seq for one in tail.accept([], len(looks) * between + 10.1)]
    assert sorted(out) == sorted(seq for look in looks for seq in look)


def test_what_was_read_already_is_not_told_again() -> None:
    tail = LogTail(5, settle_seconds=1.0)
    assert [one.seq for one in tail.accept([row(4), row(5), row(6)], 0.0)] == [6]
    assert tail.accept([row(6)], 0.1) == []


def test_a_number_that_never_comes_is_given_up() -> None:
    tail = LogTail(0, settle_seconds=1.0)
    assert tail.accept([row(2)], 0.0) == []
    assert [one.seq for one in tail.accept([], 1.5)] == [2]
    assert tail.position == 2
    assert list(tail.missing) == [1]
    assert [one.seq for one in tail.accept([row(1)], 2.0)] == [1]
    assert tail.missing == {}


def test_a_database_that_commits_in_order_is_never_waited_for() -> None:
    tail = LogTail(0, settle_seconds=0.0)
    assert [one.seq for one in tail.accept([row(3), row(7)], 0.0)] == [3, 7]
    assert tail.missing == {}


@pytest.fixture
async def idle(settings: Settings) -> AsyncIterator[Application]:
    """An application that runs no jobs: what happens is what the test commits."""
    async with open_application(settings, work=False) as application:
        yield application


async def accepted(application: Application, drama_id: str = "watched", owner: Owner = OWNER) -> Job:
    await application.dramas.add(owner, two_episode_drama(drama_id, episodes=1, scenes=1).model_dump(mode="json"))
    return (await application.runs.execute(owner, drama_id, Choice())).job


async def change(application: Application, job: Job, status: JobStatus, times: int = 1) -> None:
    async with application.database.write() as connection:
        for _ in range(times):
            await change_job(connection, job, status=status)


def watching(application: Application) -> Watching:
    return Watching(application.database, application.live, application.jobs)


async def until(happened: Callable[[], bool]) -> None:
    async with asyncio.timeout(SOON):
        while True:
            if happened():
                return
            await asyncio.sleep(0.02)


async def told(application: Application, drama_id: str, after: int | None = None) -> list[Message]:
    """A whole stream, from its first message to its end."""
    stream = await watching(application).stream_drama(OWNER, drama_id, after)
    assert stream is not None
    return await read_to_end(stream)


async def read_to_end(stream: Stream) -> list[Message]:
    try:
        async with asyncio.timeout(SOON):
            return [message async for batch in stream.messages() for message in batch]
    finally:
        stream.close()


async def test_events_reach_those_they_concern_and_nobody_else(idle: Application) -> None:
    job, other = await accepted(idle, "one"), await accepted(idle, "two")
    whole, own, others = (
        await idle.live.subscribe("one"),
        await idle.live.subscribe("one", job.id),
        await idle.live.subscribe("two"),
    )
    await change(idle, job, JobStatus.RUNNING)
    assert [one.job_id for one in await whole.take(SOON)] == [job.id]
    assert [one.job_id for one in await own.take(SOON)] == [job.id]
    await change(idle, other, JobStatus.RUNNING)
    assert [one.job_id for one in await others.take(SOON)] == [other.id]
    assert await whole.take(0) == []


async def test_the_reader_rests_when_nobody_watches_and_starts_again(idle: Application) -> None:
    job = await accepted(idle)
    assert not idle.live.reading
    first = await idle.live.subscribe(job.drama_id)
    assert idle.live.reading
    idle.live.leave(first)
    await until(lambda: not idle.live.reading)
    await change(idle, job, JobStatus.RUNNING)
    second = await idle.live.subscribe(job.drama_id)
    await change(idle, job, JobStatus.COMPLETED)
    assert [one.data["status"] for one in await second.take(SOON)] == ["completed"]


async def test_who_does_not_read_is_given_up_and_the_others_go_on(idle: Application) -> None:
    slow, quick = await idle.live.subscribe("d"), await idle.live.subscribe("d")
    read = 0
    for seq in range(MOST_BEHIND + 1):
        for one in (slow, quick):
            one.offer(row(seq))
        read += len(await quick.take(0))
    assert (slow.ending, await slow.take(0)) == (Ending.BEHIND, [])
    assert (quick.ending, read) == (None, MOST_BEHIND + 1)


async def test_closing_ends_every_stream_at_once_and_those_that_come_later(idle: Application) -> None:
    job = await accepted(idle)
    running = asyncio.create_task(told(idle, job.drama_id))
    await until(lambda: idle.live.watchers > 0)
    await idle.live.close()
    messages = await running
    assert [one.kind for one in messages] == [Kind.SNAPSHOT]
    assert [one.kind for one in await told(idle, job.drama_id)] == [Kind.SNAPSHOT]
    assert idle.live.watchers == 0


async def test_a_stream_that_is_left_in_the_middle_leaves_no_subscription(idle: Application) -> None:
    job = await accepted(idle)
    stream = await watching(idle).stream_drama(OWNER, job.drama_id, None)
    assert stream is not None
    async with aclosing(stream.messages()) as messages:
        await anext(messages)
        assert idle.live.watchers == 1
    stream.close()
    assert idle.live.watchers == 0


@pytest.mark.parametrize("reads", [True, False])
async def test_a_client_that_goes_away_leaves_no_subscription(idle: Application, reads: bool) -> None:
    job = await accepted(idle)
    stream = await watching(idle).stream_drama(OWNER, job.drama_id, None)
    assert stream is not None
    gone, sent = asyncio.Event(), asyncio.Event()

    async def receive() -> AsgiMessage:
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message: AsgiMessage) -> None:
        sent.set()
        if not reads and message["type"] == "http.response.body":
            await asyncio.Event().wait()

    serving = asyncio.create_task(JobStream(stream)({"type": "http"}, receive, send))
    async with asyncio.timeout(SOON):
        await sent.wait()
        assert idle.live.watchers == 1
        gone.set()
        await serving
    assert idle.live.watchers == 0


async def test_nothing_refused_or_finished_leaves_a_subscription(idle: Application) -> None:
    job = await accepted(idle)
    with pytest.raises(NotFound):
        await watching(idle).stream_drama(Owner("somebody-else"), job.drama_id, None)
    await change(idle, job, JobStatus.COMPLETED)
    newest = await idle.jobs.last_event(job.drama_id)
    assert await watching(idle).stream_drama(OWNER, job.drama_id, newest) is None
    assert idle.live.watchers == 0


async def test_a_snapshot_and_what_follows_join_without_gap_or_duplicate(idle: Application) -> None:
    job = await accepted(idle)
    keeper = await idle.live.subscribe("another")
    await change(idle, job, JobStatus.RUNNING, times=5)
    stream = await watching(idle).stream_drama(OWNER, job.drama_id, None)
    assert stream is not None
    await change(idle, job, JobStatus.RUNNING, times=5)
    await change(idle, job, JobStatus.COMPLETED)
    messages = await read_to_end(stream)
    idle.live.leave(keeper)
    snapshot, *changes, end = messages
    first = json.loads(snapshot.text)
    assert first["last_event_id"] == snapshot.seq
    assert [one["job_id"] for one in first["jobs"]] == [job.id, *await child_ids(idle, job)]
    async with idle.database.read() as connection:
        expected = await events.events_after(connection, job.drama_id, snapshot.seq or 0)
    assert [(one.seq, one.text) for one in changes] == [(one.seq, one.text) for one in expected]
    assert (end.kind, end.seq) == (Kind.END, expected[-1].seq)


async def child_ids(application: Application, job: Job) -> list[str]:
    return [child.id for child in await application.jobs.children(OWNER, job.id)]


async def test_an_id_that_is_not_kept_any_more_or_never_was_starts_afresh(idle: Application) -> None:
    await accepted(idle, "before")
    job = await accepted(idle)
    await change(idle, job, JobStatus.COMPLETED)
    for after in (1, 10_000, -1):
        kinds = [one.kind for one in await told(idle, job.drama_id, after)]
        assert kinds == [Kind.RESET, Kind.SNAPSHOT, Kind.END]


async def test_a_deleted_drama_ends_its_streams(idle: Application) -> None:
    job = await accepted(idle)
    stream = await watching(idle).stream_drama(OWNER, job.drama_id, None)
    assert stream is not None
    async with idle.database.write() as connection:
        await connection.execute(update(drama).where(drama.c.id == job.drama_id).values(deleted_at=1))
    end = (await read_to_end(stream))[-1]
    assert (end.kind, json.loads(end.text)["deleted"]) == (Kind.END, True)
    with pytest.raises(NotFound):
        await watching(idle).stream_drama(OWNER, job.drama_id, None)


async def test_one_child_is_told_of_alone(idle: Application) -> None:
    job = await accepted(idle)
    child, other, *_ = await idle.jobs.children(OWNER, job.id)
    stream = await watching(idle).stream_job(OWNER, child.id, None)
    assert stream is not None
    for one in (other, child):
        await change(idle, one, JobStatus.RUNNING)
        await change(idle, one, JobStatus.COMPLETED)
    messages = await read_to_end(stream)
    assert [json.loads(one.text)["jobs"][0]["job_id"] for one in messages[:1]] == [child.id]
    assert {json.loads(one.text)["job_id"] for one in messages[1:-1]} == {child.id}
    assert [json.loads(one.text)["status"] for one in messages[1:-1]] == ["running", "completed"]
    assert await watching(idle).stream_job(OWNER, child.id, messages[-1].seq) is None


async def test_late_numbers_of_another_kind_of_database_are_told_without_an_id(settings: Settings) -> None:
    async with open_application(settings, work=False) as application:
        job = await accepted(application)
        slow = LiveEvents(application.database, settle_seconds=0.05)
        patient = Watching(application.database, slow, application.jobs)
        stream = await patient.stream_drama(OWNER, job.drama_id, None)
        assert stream is not None
        newest = await application.jobs.last_event(job.drama_id)
        text = json.dumps({"job_id": job.id, "status": "running"})
        end = json.dumps({"job_id": job.id, "status": "completed"})

        async def commit(seq: int, content: str) -> None:
            async with application.database.write() as connection:
                values = {"drama_id": job.drama_id, "job_id": job.id, "type": "job", "data": content, "created_at": 1}
                await connection.execute(event.insert().values(seq=seq, **values))

        messages: list[Message] = []
        await commit(newest + 2, text)
        async with aclosing(stream.messages()) as batches, asyncio.timeout(SOON):
            async for batch in batches:
                messages += batch
                if messages[-1].seq == newest + 2 and len(messages) == 2:
                    await commit(newest + 1, text)
                if messages[-1].seq is None:
                    await commit(newest + 3, end)
        stream.close()
        await slow.close()
    assert [one.seq for one in messages] == [newest, newest + 2, None, newest + 3, newest + 3]


async def test_a_users_jobs_are_listed_newest_first_over_all_dramas(idle: Application) -> None:
    owners = [OWNER, Owner("somebody-else")]
    made = [await accepted(idle, f"d{number}", owners[number % 2]) for number in range(6)]
    service = watching(idle)
    found = await service.list(OWNER, JobFilter(parents_only=True), limit=100)
    assert [one.view.job.id for one in found] == [job.id for job in made[::2]][::-1]
    assert [one.view.counts.total for one in found if one.view.counts] == [5, 5, 5]
    assert [one.last_event for one in found] == [await idle.jobs.last_event(job.drama_id) for job in made[::2]][::-1]
    everything = await service.list(OWNER, JobFilter(), limit=4)
    rest = await service.list(OWNER, JobFilter(), limit=100, before_id=everything[-1].view.job.id)
    assert len({one.view.job.id for one in [*everything, *rest]}) == len(everything) + len(rest) == 3 * 6


@pytest.mark.parametrize(
    ("wanted", "count"),
    [
        (JobFilter(drama_id="mine"), 6),
        (JobFilter(drama_id="theirs"), 0),
        (JobFilter(type=JobType.CLIP), 1),
        (JobFilter(status=JobStatus.COMPLETED), 1),
        (JobFilter(drama_id="mine", status=JobStatus.PENDING), 5),
        (JobFilter(drama_id="mine", parents_only=True), 1),
        (JobFilter(parent_id="none"), 0),
    ],
)
async def test_jobs_are_filtered(idle: Application, wanted: JobFilter, count: int) -> None:
    job = await accepted(idle, "mine")
    await accepted(idle, "theirs", Owner("somebody-else"))
    await change(idle, (await idle.jobs.children(OWNER, job.id))[0], JobStatus.COMPLETED)
    assert len(await watching(idle).list(OWNER, wanted, limit=100)) == count
