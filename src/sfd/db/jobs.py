"""Jobs as rows."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import RowMapping, case, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from sfd.db.tables import job
from sfd.domain.jobs import Counts, Job, JobStatus, JobType

_JSON_COLUMNS = ("depends_on", "spec", "result", "error", "meta")
_ACTIVE = (JobStatus.PENDING, JobStatus.RUNNING)
_COLUMNS = [job.c[name] for name in Job.__dataclass_fields__]
LISTED_COLUMNS = [column for column in _COLUMNS if column.name != "spec"]


def _encode(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: json.dumps(value, ensure_ascii=False) if name in _JSON_COLUMNS and value is not None else value
        for name, value in values.items()
    }


def decode_job(row: RowMapping) -> Job:
    """A job from its row; a list leaves out the frozen request."""
    values: dict[str, Any] = dict(row)
    for name in _JSON_COLUMNS:
        if values.get(name) is not None:
            values[name] = json.loads(values[name])
    values["type"] = JobType(values["type"])
    values["status"] = JobStatus(values["status"])
    values["depends_on"] = tuple(values["depends_on"])
    return Job(**values)


async def insert_jobs(connection: AsyncConnection, jobs: Sequence[Job]) -> None:
    """Add jobs."""
    if jobs:
        await connection.execute(insert(job), [_encode(one.__dict__) for one in jobs])


async def get_job(connection: AsyncConnection, job_id: str, *, lock: bool = False) -> Job | None:
    """One job with its frozen request. With `lock`, nobody else changes it until this transaction ends."""
    query = select(*_COLUMNS).where(job.c.id == job_id)
    found = (await connection.execute(query.with_for_update() if lock else query)).mappings().first()
    return decode_job(found) if found else None


async def children(connection: AsyncConnection, parent_id: str, *, lock: bool = False) -> Sequence[Job]:
    """Every child of a parent in plan order, without the frozen requests; with `lock`, nobody else changes them."""
    query = select(*LISTED_COLUMNS).where(job.c.parent_id == parent_id).order_by(job.c.position)
    query = query.with_for_update() if lock else query
    return [decode_job(row) for row in (await connection.execute(query)).mappings()]


async def parents_among(connection: AsyncConnection, job_ids: Sequence[str]) -> set[str]:
    """Those of the jobs that have children."""
    query = select(job.c.parent_id).distinct().where(job.c.parent_id.in_(job_ids))
    return {str(row.parent_id) for row in await connection.execute(query)}


async def results_of_children(connection: AsyncConnection, parent_id: str) -> dict[str, dict[str, Any]]:
    """The result of each completed child, by its node."""
    query = select(job.c.node_id, job.c.result).where(job.c.parent_id == parent_id, job.c.status == JobStatus.COMPLETED)
    return {row.node_id: json.loads(row.result or "{}") for row in await connection.execute(query)}


async def child_states(connection: AsyncConnection, parent_id: str) -> dict[str, tuple[JobStatus, str]]:
    """Status of every child by job id, with the metadata, as JSON, of those that have not ended."""
    meta = case((job.c.status.in_(_ACTIVE), job.c.meta), else_="")
    rows = await connection.execute(
        select(job.c.id, job.c.status, meta.label("meta")).where(job.c.parent_id == parent_id)
    )
    return {row.id: (JobStatus(row.status), row.meta) for row in rows}


async def counts_of(connection: AsyncConnection, parent_ids: Sequence[str]) -> dict[str, Counts]:
    """Children counted by state, for each parent."""
    if not parent_ids:
        return {}
    query = (
        select(job.c.parent_id, job.c.status, func.count().label("n"))
        .where(job.c.parent_id.in_(parent_ids))
        .group_by(job.c.parent_id, job.c.status)
    )
    counts = dict.fromkeys(parent_ids, Counts())
    for row in await connection.execute(query):
        counted = counts[row.parent_id]
        counts[row.parent_id] = replace(counted, **{row.status: row.n}, total=counted.total + row.n)
    return counts


async def active_parents(connection: AsyncConnection, drama_id: str) -> Sequence[Job]:
    """Every job of a drama that has no parent and has not ended, oldest first."""
    query = select(*LISTED_COLUMNS).where(
        job.c.drama_id == drama_id, job.c.parent_id.is_(None), job.c.status.in_(_ACTIVE)
    )
    return [decode_job(row) for row in (await connection.execute(query.order_by(job.c.id))).mappings()]


async def active_parent(connection: AsyncConnection, drama_id: str) -> Job | None:
    """The writing or execution of a drama that has not ended, if there is one; single takes do not count."""
    whole = (JobType.WRITE, JobType.EXECUTE)
    return next((one for one in await active_parents(connection, drama_id) if one.type in whole), None)


async def newest_execution(connection: AsyncConnection, drama_id: str) -> Job | None:
    """The execution of a drama that was accepted last."""
    query = select(*LISTED_COLUMNS).where(job.c.drama_id == drama_id, job.c.type == JobType.EXECUTE)
    found = (await connection.execute(query.order_by(job.c.id.desc()).limit(1))).mappings().first()
    return decode_job(found) if found else None


async def unfinished_parents(connection: AsyncConnection) -> Sequence[Job]:
    """Every job without a parent that has neither ended nor is paused, oldest first."""
    query = select(*LISTED_COLUMNS).where(
        job.c.parent_id.is_(None), job.c.status.in_(_ACTIVE), job.c.paused_for.is_(None)
    )
    return [decode_job(row) for row in (await connection.execute(query.order_by(job.c.id))).mappings()]


async def latest_node_jobs(connection: AsyncConnection, drama_id: str) -> dict[str, Job]:
    """The newest job of every node of a drama, by node id."""
    newest = (
        select(func.max(job.c.id).label("id"))
        .where(job.c.drama_id == drama_id, job.c.node_id.is_not(None))
        .group_by(job.c.node_id)
        .subquery()
    )
    rows = await connection.execute(select(*LISTED_COLUMNS).join(newest, newest.c.id == job.c.id))
    return {row["node_id"]: decode_job(row) for row in rows.mappings()}


async def update_job(connection: AsyncConnection, job_id: str, **values: Any) -> None:
    """Change columns of a job."""
    await connection.execute(update(job).where(job.c.id == job_id).values(**_encode(values)))


async def is_wanted(connection: AsyncConnection, job_id: str, *, lock: bool = False) -> bool:
    """Whether a job has neither ended nor been cancelled. With `lock`, that stays so until this transaction ends."""
    query = select(job.c.id).where(job.c.id == job_id, job.c.cancel_requested_at.is_(None), job.c.status.in_(_ACTIVE))
    query = query.with_for_update() if lock else query
    return (await connection.execute(query)).first() is not None


async def started_at(connection: AsyncConnection, job_id: str) -> int | None:
    """When work at a job began, None when it did not."""
    return (await connection.execute(select(job.c.started_at).where(job.c.id == job_id))).scalar()


async def sum_actual(connection: AsyncConnection, parent_id: str) -> int:
    """What the children of a parent have cost so far."""
    spent = func.sum(case((job.c.actual_micros.is_(None), 0), else_=job.c.actual_micros))
    return int((await connection.execute(select(spent).where(job.c.parent_id == parent_id))).scalar() or 0)
