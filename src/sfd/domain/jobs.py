"""Jobs: the durable record of work. A parent job holds a run; a child job is one node of its plan."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class JobType(StrEnum):
    """What a job does. `write`, `critique`, `execute`, `generate` and `assemble` are parents; the others are nodes.

    A `stage` is one step of writing a drama, for writers that write in stages.
    """

    WRITE = "write"
    STAGE = "stage"
    CRITIQUE = "critique"
    EXECUTE = "execute"
    GENERATE = "generate"
    ASSEMBLE = "assemble"
    PORTRAIT = "portrait"
    STORYBOARD = "storyboard"
    ARTWORK = "artwork"
    CLIP = "clip"
    SPEECH = "speech"
    CUT = "cut"


RUNS = (JobType.EXECUTE, JobType.GENERATE, JobType.ASSEMBLE)
PARENTS = (*RUNS, JobType.WRITE)  # a write job has children where its writer works in stages


class JobStatus(StrEnum):
    """Where a job stands."""

    PENDING = "pending"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"
    NEEDS_REVIEW = "needs_review"

    @property
    def ended(self) -> bool:
        """Whether nothing will happen to the job any more by itself."""
        return self not in (JobStatus.PENDING, JobStatus.RUNNING)


@dataclass(frozen=True)
class Job:
    """One job. `spec` is the frozen request; times are milliseconds since 1970 UTC; money is millionths of a dollar."""

    id: str
    drama_id: str
    user_id: str
    project: str
    type: JobType
    status: JobStatus
    created_at: int
    parent_id: str | None = None
    node_id: str | None = None
    position: int = 0
    provider: str = ""
    model: str = ""
    prompt: str = ""
    depends_on: tuple[str, ...] = ()
    spec: Mapping[str, Any] = field(default_factory=dict[str, Any])
    attempts: int = 0
    progress: float = 0.0
    result: Mapping[str, Any] | None = None
    error: Mapping[str, Any] | None = None
    estimated_micros: int = 0
    actual_micros: int | None = None
    meta: Mapping[str, Any] = field(default_factory=dict[str, Any])
    started_at: int | None = None
    completed_at: int | None = None
    cancel_requested_at: int | None = None
    key_id: str = ""
    paused_for: str | None = None


@dataclass(frozen=True)
class Counts:
    """How many children of a parent are in each state."""

    total: int = 0
    completed: int = 0
    failed: int = 0
    running: int = 0
    pending: int = 0
    cancelled: int = 0
    needs_review: int = 0

    @property
    def progress(self) -> float:
        """The share of nodes that ended, 0 to 1."""
        ended = self.completed + self.failed + self.cancelled + self.needs_review
        return ended / self.total if self.total else 1.0
