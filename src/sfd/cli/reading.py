"""Commands that only read: plans, dramas, jobs, exports."""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from sfd.cli.ending import ExitCode, output
from sfd.cli.exporting import export_films
from sfd.cli.session import LOCAL_OWNER, reading_session
from sfd.cli.wording import pause_in_words
from sfd.domain.clock import rfc3339
from sfd.domain.errors import StorageUnavailable
from sfd.domain.models import Drama, Scene
from sfd.generation.plan import NodeState, PlannedNode
from sfd.routers.shapes import job_body
from sfd.screenplay import drama_to_fountain

PAGE = 1000


async def list_dramas(*, as_json: bool) -> int:
    """All dramas, newest first."""
    async with reading_session() as application:
        rows = await application.dramas.list(LOCAL_OWNER, PAGE, None)
    if as_json:
        for row in rows:
            _json_line({"id": row.id, "title": row.title, "status": row.status, "created_at": rfc3339(row.created_at)})
        return ExitCode.DONE
    if not rows:
        print('No dramas yet. Make one: sfd make "A nurse finds a letter addressed to her future self."')
        return ExitCode.DONE
    table = _table("drama", "title", "status", "created")
    for row in rows:
        table.add_row(row.id, row.title, row.status, (rfc3339(row.created_at) or "")[:16].replace("T", " "))
    output().print(table)
    return ExitCode.DONE


async def show_drama(drama_id: str, *, as_json: bool) -> int:
    """One drama with what is made of it."""
    async with reading_session() as application:
        drama = await application.dramas.load(LOCAL_OWNER, drama_id)
        plan = (await application.plans.plan(LOCAL_OWNER, drama_id)).nodes
    if as_json:
        _json_line(drama.model_dump(mode="json"))
    else:
        output().print(_drama_tree(drama, plan))
    return ExitCode.DONE


async def list_jobs(drama_id: str, *, every: bool, as_json: bool) -> int:
    """The jobs of a drama."""
    async with reading_session() as application:
        views = await application.jobs.list(LOCAL_OWNER, drama_id, limit=PAGE, parents_only=not every)
    if as_json:
        for view in views:
            _json_line(job_body(view).model_dump(mode="json", exclude_none=True))
        return ExitCode.DONE
    table = _table("job", "type", "status", "done", "by", "what happened")
    for view in views:
        job, counts = view.job, view.counts
        done = f"{counts.completed}/{counts.total}" if counts else f"{job.progress:.0%}"
        happened = str((job.error or {}).get("message", "")) or ("kept" if job.meta.get("reused") else "")
        name = job.id if job.parent_id is None else f"  {job.node_id}"
        paused = None if job.status.ended else job.paused_for
        status = str(job.status) if paused is None else pause_in_words(paused)
        table.add_row(name, job.type, status, done, job.provider, happened)
    output().print(table)
    return ExitCode.DONE


async def export_jobs(drama_id: str) -> int:
    """One JSON file per job into JOBS_DIR."""
    async with reading_session() as application:
        views = await application.jobs.list(LOCAL_OWNER, drama_id, limit=PAGE)
        folder = application.settings.jobs_dir / drama_id
        while views:
            for view in views:
                _write_job(folder / f"{view.job.id.replace(':', '_')}.json", job_body(view).model_dump_json(indent=2))
            views = await application.jobs.list(LOCAL_OWNER, drama_id, limit=PAGE, before_id=views[-1].job.id)
    print(folder)
    return ExitCode.DONE


async def export_drama(drama_id: str, out: Path | None, *, fountain: bool) -> int:
    """A drama's files into a folder, or its screenplay onto stdout."""
    async with reading_session() as application:
        if fountain:
            sys.stdout.write(drama_to_fountain(await application.dramas.load(LOCAL_OWNER, drama_id)))
            return ExitCode.DONE
        exported = await export_films(application, drama_id, out)
    for film in exported.films:
        print(film)
    if not exported.films:
        print(f"sfd: no episode is cut yet; to make them: sfd execute {drama_id}", file=sys.stderr)
    print(f"Everything is in {exported.folder}", file=sys.stderr)
    return ExitCode.DONE


def _write_job(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise StorageUnavailable(f"{path} cannot be written: {error.strerror}. Set JOBS_DIR.") from error


def _drama_tree(drama: Drama, plan: Mapping[str, PlannedNode]) -> Tree:
    tree = Tree(Text(drama.title or drama.id, style="bold"))
    if drama.description:
        tree.add(Text(drama.description, style="italic"))
    if note := drama.metadata.get("note"):
        tree.add(Text(str(note), style="dim"))
    cast = tree.add("Cast")
    for character in drama.characters:
        person = Text.assemble((character.name, "bold"), " — " + character.description)
        cast.add(person)
    names = {character.id: character.name for character in drama.characters}
    for number, episode in enumerate(drama.episodes, 1):
        branch = tree.add(Text(f"Episode {number} · {episode.title}", style="bold"))
        for position, scene in enumerate(episode.scenes, 1):
            branch.add(_scene_text(f"{number}-{position}", scene, names, plan))
    return tree


def _scene_text(label: str, scene: Scene, names: dict[str, str], plan: Mapping[str, PlannedNode]) -> Text:
    states = [plan[asset.id].state for asset in scene.assets if asset.id in plan]
    made = sum(state is NodeState.FRESH for state in states)
    shot = f"{scene.shot.size.replace('_', ' ')}, {scene.shot.move.replace('_', ' ')}"
    text = Text.assemble(
        (f"{label} ", "cyan"),
        f"{scene.setting}. {scene.location} — {scene.time_of_day} ",
        (f"[{shot}] ", "dim"),
        (f"{made}/{len(states)} made", "green" if made == len(states) else "yellow"),
    )
    if scene.description:
        text.append(f"\n    {scene.description}", style="dim")
    for line in scene.dialogue:
        text.append(f"\n    {names.get(line.character_id, line.character_id)}: {line.line}")
    return text


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for number, column in enumerate(columns):
        table.add_column(column, overflow="fold", no_wrap=number == 0)
    return table


def _json_line(data: dict[str, Any]) -> None:
    print(json.dumps(data, ensure_ascii=False))
