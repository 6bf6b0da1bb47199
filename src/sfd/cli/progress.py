"""What a command shows while work goes on: a live tree in a terminal, JSON lines, or nothing."""

import json
import sys
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol, TextIO

from rich.console import Console
from rich.live import Live
from rich.text import Text
from rich.tree import Tree

from sfd.application import Application
from sfd.cli.session import LOCAL_OWNER
from sfd.cli.wording import pause_in_words
from sfd.domain.jobs import Job, JobStatus, JobType

_MARKS = {
    JobStatus.PENDING: ("·", "dim"),
    JobStatus.RUNNING: ("●", "cyan"),
    JobStatus.COMPLETED: ("✓", "green"),
    JobStatus.FAILED: ("✗", "red"),
    JobStatus.CANCELLED: ("–", "yellow"),
    JobStatus.NEEDS_REVIEW: ("?", "magenta"),
}
_STAGES = (JobType.STORYBOARD, JobType.CLIP, JobType.SPEECH, JobType.CUT)
_STAGE_NAMES = {
    JobType.PORTRAIT: "portraits",
    JobType.ARTWORK: "artwork",
    JobType.STORYBOARD: "storyboards",
    JobType.CLIP: "clips",
    JobType.SPEECH: "speech",
    JobType.CUT: "cut",
}
_WAITING = {
    "out_of_space": "waiting for disk space",
    "storage": "waiting for storage",
    "rate_limited": "waiting for its turn at the provider",
    "overloaded": "the provider is overloaded",
    "lost_reply": "looking for a lost reply",
    "stalled": "the provider is slow",
}
_WRITERS = {JobType.WRITE: "written", JobType.CRITIQUE: "judged"}
_BAR_WIDTH = 18


class Progress(Protocol):
    """What follows a job."""

    async def begin(self, application: Application, job: Job) -> None:
        """A job is followed from now on."""
        ...

    def note(self, data: Mapping[str, Any]) -> None:
        """A job changed; `data` is its whole state."""
        ...

    def detach(self, drama_id: str) -> None:
        """The user leaves; say how to go on."""
        ...


@contextmanager
def progress_on(stderr: TextIO, json_stream: TextIO | None, *, works: bool) -> Generator[Progress]:
    """The right way to show progress for where the output goes."""
    if json_stream is not None:
        yield JsonProgress(json_stream, works)
    elif not stderr.isatty():
        yield QuietProgress(works)
    else:
        console = Console(file=stderr)
        with Live(console=console, refresh_per_second=8, transient=False) as live:
            yield TreeProgress(live, works)


def say_how_to_go_on(drama_id: str, *, works: bool) -> None:
    """Tell someone who leaves a run what becomes of it."""
    kept = "Stopped here; everything made so far is kept" if works else "Detached; the run goes on in the other process"
    print(f"\n{kept}. To go on:\nsfd resume {drama_id}", file=sys.stderr)


@dataclass
class QuietProgress:
    """Nothing is shown: the output is not a terminal."""

    works: bool

    async def begin(self, application: Application, job: Job) -> None:
        """Nothing to prepare."""

    def note(self, data: Mapping[str, Any]) -> None:
        """Nothing to show."""

    def detach(self, drama_id: str) -> None:
        """Say how to go on."""
        say_how_to_go_on(drama_id, works=self.works)


@dataclass
class JsonProgress:
    """Each change as a line of JSON."""

    stream: TextIO
    works: bool

    async def begin(self, application: Application, job: Job) -> None:  # noqa: ARG002 - part of the protocol
        """Say which job is followed."""
        self._line({"event": "job", "job_id": job.id, "drama_id": job.drama_id, "status": job.status})

    def note(self, data: Mapping[str, Any]) -> None:
        """One line."""
        self._line({"event": "node", **data})

    def detach(self, drama_id: str) -> None:
        """Say how to go on."""
        say_how_to_go_on(drama_id, works=self.works)

    def _line(self, data: Mapping[str, Any]) -> None:
        print(json.dumps(data, ensure_ascii=False), file=self.stream, flush=True)


@dataclass
class NodeLine:
    """What the tree knows of one node."""

    type: JobType
    episode_id: str
    status: JobStatus
    progress: float = 0.0
    reused: bool = False
    trouble: str = ""


@dataclass
class TreeProgress:
    """A live tree: writing, the cast, and for each episode its storyboards, clips and cut."""

    live: Live
    works: bool
    _title: str = ""
    _writer: str = ""
    _writing: JobStatus | None = None
    _paused_for: str | None = None
    _episodes: dict[str, str] = field(default_factory=dict[str, str])
    _nodes: dict[str, NodeLine] = field(default_factory=dict[str, NodeLine])

    async def begin(self, application: Application, job: Job) -> None:
        """Read what the tree is about."""
        self._paused_for = job.paused_for
        if job.type in _WRITERS:
            self._writer, self._writing = f"{_WRITERS[job.type]} by {job.provider}", job.status
        else:
            drama = await application.dramas.load(LOCAL_OWNER, job.drama_id)
            self._title = drama.title
            self._episodes = {one.id: f"Episode {number} · {one.title}" for number, one in enumerate(drama.episodes, 1)}
            for child in await application.jobs.children(LOCAL_OWNER, job.id):
                self._nodes[child.node_id or ""] = NodeLine(
                    child.type,
                    str(child.meta.get("episode_id", "")),
                    child.status,
                    child.progress,
                    bool(child.meta.get("reused")),
                )
        self._show()

    def note(self, data: Mapping[str, Any]) -> None:
        """Take in a change."""
        status = JobStatus(data["status"])
        if data["parent_job_id"] is None:
            self._paused_for = data["paused_for"]
        if data["type"] in _WRITERS:
            self._writing = status
        elif (line := self._nodes.get(str(data.get("asset_id")))) is not None:
            line.status, line.progress = status, float(data["progress"])
            meta: Mapping[str, Any] = data["metadata"]
            error: Mapping[str, str] = data["error"] or {}
            line.trouble = error.get("message", "") or _WAITING.get(str(meta.get("waiting_for")), "")
            line.reused = bool(meta.get("reused"))
        self._show()

    def detach(self, drama_id: str) -> None:
        """Leave the tree as it is and say how to go on."""
        self._show()
        self.live.stop()
        say_how_to_go_on(drama_id, works=self.works)

    def _show(self) -> None:
        self.live.update(self._tree())

    def _tree(self) -> Tree:
        tree = Tree(Text(self._title or "Drama", style="bold"))
        if self._writing is not None:
            tree.add(_line(self._writing, self._writer))
        cast = [one for one in self._nodes.values() if one.type in (JobType.PORTRAIT, JobType.ARTWORK)]
        if cast:
            tree.add(_stage_line("portraits", cast))
        for episode_id, title in self._episodes.items():
            inside = [one for one in self._nodes.values() if one.episode_id == episode_id]
            if inside:
                branch = tree.add(_line(_together(inside), title))
                for stage in _STAGES:
                    nodes = [one for one in inside if one.type is stage]
                    if nodes:
                        branch.add(_stage_line(_STAGE_NAMES[stage], nodes))
        if self._paused_for is not None:
            tree.add(Text(pause_in_words(self._paused_for), style="yellow"))
        troubles = list(dict.fromkeys(one.trouble for one in self._nodes.values() if one.trouble))
        for trouble in troubles[:3]:
            tree.add(Text(trouble, style="yellow"))
        if not self.works:
            tree.add(Text("another process of this data directory does the work", style="dim"))
        return tree


def _line(status: JobStatus, label: str) -> Text:
    mark, style = _MARKS[status]
    return Text.assemble((f"{mark} ", style), label)


def _stage_line(name: str, nodes: list[NodeLine]) -> Text:
    status = _together(nodes)
    done = sum(one.status is JobStatus.COMPLETED for one in nodes)
    reused = sum(one.reused for one in nodes)
    share = sum(1.0 if one.status.ended else one.progress for one in nodes) / len(nodes)
    filled = round(share * _BAR_WIDTH)
    line = _line(status, f"{name:<12}")
    line.append("━" * filled, style=_MARKS[status][1])
    line.append("━" * (_BAR_WIDTH - filled), style="dim")
    line.append(f" {done}/{len(nodes)}")
    if reused:
        line.append(f" ({reused} kept)", style="dim")
    return line


def _together(nodes: list[NodeLine]) -> JobStatus:
    """One status for several nodes: trouble first, then whether anything runs."""
    found = {one.status for one in nodes}
    for status in (JobStatus.FAILED, JobStatus.NEEDS_REVIEW, JobStatus.RUNNING):
        if status in found:
            return status
    if found == {JobStatus.COMPLETED}:
        return JobStatus.COMPLETED
    return JobStatus.RUNNING if JobStatus.COMPLETED in found else JobStatus.PENDING
