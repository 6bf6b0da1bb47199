"""The bodies of requests and answers, as `docs/http.md` describes them."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from sfd.asset_library import library_url
from sfd.db.dramas import DramaRow
from sfd.db.library import LibraryRow
from sfd.domain.clock import rfc3339
from sfd.domain.jobs import Job, JobStatus, JobType
from sfd.domain.models import MAX_EPISODES, MAX_PREMISE_CHARACTERS, Drama, Id
from sfd.domain.patches import LanguageTag
from sfd.generation.plan import Until
from sfd.generation.records import shown_meta, shown_pause
from sfd.routers import examples
from sfd.routers.budget_shapes import BudgetBody, budget_body
from sfd.services.jobs import JobView
from sfd.services.thumbnails import SHOWN

POLL_AGAIN = "1"
Warnings = Annotated[
    list[str], Field(description="A sentence for each stale thing that it is made from as it is; often none")
]


class RequestBody(BaseModel):
    """Bodies that users send: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid")


class AnswerBody(BaseModel):
    """Bodies that users are sent: members that have a default are there all the same, and so is said of them."""

    model_config = ConfigDict(json_schema_serialization_defaults_required=True)


class DramaInput(Drama):
    """A drama that is already written. What SFD sets (URLs, origin) is ignored."""

    id: Id | None = None  # pyright: ignore[reportIncompatibleVariableOverride, reportGeneralTypeIssues] - made by SFD


class DramaBody(Drama):
    """A drama as it stands. `status` is `ready` once it is written; `revision` is its `ETag`."""

    status: str
    revision: int


_CREATE_EXAMPLES: list[Any] = [
    {"premise": "A software engineer discovers that her code is sentient.", "episodes": 2},
    {"screenplay": "INT. LIFT - NIGHT\n\nThe doors close.\n\nADA\nWhich floor is this?\n"},
    {
        "drama": {
            "title": "The Quiet Lift",
            "characters": [{"id": "ada", "name": "Ada", "description": "a woman in a green coat"}],
            "episodes": [
                {
                    "id": "e1",
                    "title": "Down",
                    "scenes": [
                        {
                            "id": "s1",
                            "description": "The doors close.",
                            "location": "Lift",
                            "time_of_day": "NIGHT",
                            "characters": ["ada"],
                            "dialogue": [{"character_id": "ada", "line": "Which floor is this?"}],
                        }
                    ],
                }
            ],
        }
    },
]
MaxCost = Annotated[
    float | None,
    Field(
        strict=True,
        ge=0,
        le=1_000_000,
        description="The most that the run may spend; before more is spent it pauses",
    ),
]
ProviderChoice = Annotated[
    str, Field(max_length=200, description="`provider` or `provider:model`; who the settings choose when left out")
]
# Inside an `allOf`, where generators of clients leave it alone.
_ONE_OF: list[Any] = [
    {"required": ["premise"], "properties": {"premise": {"pattern": r"\S"}}},
    {"required": ["screenplay"], "properties": {"screenplay": {"pattern": r"\S"}}},
    {"required": ["drama"], "properties": {"drama": {"type": "object", "additionalProperties": True}}},
]


class CharacterPicture(RequestBody):
    """A picture that shows how a character looks."""

    image: Annotated[str, Field(min_length=1, max_length=2000, description="A library asset id or a URL")]
    character: Annotated[
        str, Field(max_length=300, description="Whose; when it is left out, the writer decides from the picture")
    ] = ""


class CreateDramaRequest(RequestBody):
    """A premise or a screenplay to be written from, or a drama that is already written."""

    model_config = ConfigDict(json_schema_extra={"examples": _CREATE_EXAMPLES, "allOf": [{"oneOf": _ONE_OF}]})

    premise: Annotated[
        str,
        Field(
            description="A sentence or more about the drama, up to 100,000 characters",
            json_schema_extra={"maxLength": MAX_PREMISE_CHARACTERS},
        ),
    ] = ""
    screenplay: Annotated[str, Field(description="Fountain text, up to 4 MB")] = ""
    drama: DramaInput | None = None
    id: Annotated[Id | None, Field(description="The drama's id; made by SFD when it is left out")] = None
    episodes: Annotated[int | None, Field(ge=1, le=MAX_EPISODES, description="How many to write")] = None
    language: Annotated[LanguageTag, Field(description="BCP 47; the premise's own when it is left out")] = ""
    style: Annotated[str, Field(max_length=300)] = ""
    character_pictures: Annotated[list[CharacterPicture], Field(max_length=20)] = []
    writer: ProviderChoice = ""
    max_cost_usd: MaxCost = None


class DAGExecuteRequest(RequestBody):
    """What to make of a drama, and up to where."""

    model_config = ConfigDict(json_schema_extra={"examples": [{}, {"until": "storyboards", "episodes": ["e1"]}]})

    user_id: Annotated[str | None, Field(description="The user of the key")] = None
    project_name: Annotated[
        str | None, Field(min_length=1, max_length=256, description="Where takes are kept and reused; the drama's own")
    ] = None
    resume: Annotated[bool, Field(description="Make what failed or is missing, and leave what is stale")] = False
    episodes: Annotated[list[str] | None, Field(description="Ids of episodes; all when left out")] = None
    until: Annotated[Until, Field(description="Where to stop")] = Until.CUTS
    max_cost_usd: MaxCost = None
    force: Annotated[bool, Field(description="Make new takes of everything")] = False
    illustrator: ProviderChoice = ""
    filmmaker: ProviderChoice = ""


class JobLinks(BaseModel):
    """Where a job is read, streamed and, by a POST, cancelled."""

    self: str
    events: str
    cancel: str


class JobError(BaseModel):
    """Why a job did not complete."""

    code: str
    message: str
    refused: str | None = Field(
        default=None, description="What a provider objects to: `prompt`, `reference:` and a node, or `output`"
    )
    reason: str | None = Field(default=None, description="The provider's own word for why")
    advice: str | None = Field(default=None, description="What can be done")


class Cost(BaseModel):
    """US dollars."""

    estimated_usd: float
    actual_usd: float | None


class JobBody(AnswerBody):
    """A job. `limits`, and the drama's newest event, are there for a parent only; the counts for a run."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.JOB]})

    job_id: str
    parent_job_id: str | None
    drama_id: str
    asset_id: str | None = Field(
        description="The planned asset of the drama that it makes (`cut:` and the episode's id for a cut), its node in "
        "the plan; null for a run. The file that came of it is `result.library_asset_id`."
    )
    type: JobType
    status: JobStatus
    paused_for: str | None = Field(
        description="Why nothing new of it starts until it is resumed: `user`, or `over_budget:` and the budget. Its "
        "status stays `running` or `pending` meanwhile."
    )
    prompt: str
    depends_on: list[str]
    provider: str
    model: str
    attempts: int
    progress: float = Field(description="0 to 1; of a run the share of its nodes that ended, however they ended")
    r2_url: str | None
    r2_key: str | None
    result: dict[str, Any] | None
    error: JobError | None
    cost: Cost
    limits: BudgetBody | None = Field(
        description="What a run may cost, and what of it is spent; caps of others hold too"
    )
    created_at: str
    started_at: str | None
    completed_at: str | None
    metadata: dict[str, Any]
    urls: JobLinks
    last_event_id: int | None = None
    child_jobs: list[str] | None = None
    total_jobs: int | None = None
    completed_jobs: int | None = None
    failed_jobs: int | None = None
    running_jobs: int | None = None
    pending_jobs: int | None = None
    cancelled_jobs: int | None = None
    needs_review_jobs: int | None = None


class JobAccepted(AnswerBody):
    """A job was accepted."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.JOB_ACCEPTED]})

    job_id: str
    drama_id: str
    status: Literal["pending"] = "pending"
    message: str
    warnings: Warnings = Field(default_factory=list[str])
    urls: JobLinks


class ExecuteAccepted(AnswerBody):
    """A run was accepted."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.EXECUTE_ACCEPTED]})

    dag_id: str
    drama_id: str
    parent_job_id: str
    status: Literal["pending"] = "pending"
    message: str
    warnings: Warnings = Field(default_factory=list[str])
    urls: JobLinks


class JobList(BaseModel):
    """A page of jobs, newest first."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.JOBS]})

    jobs: list[JobBody]
    cursor: str | None


class DramaSummary(BaseModel):
    """A drama in a list."""

    id: str
    title: str
    status: str
    created_at: str
    updated_at: str


class DramaList(BaseModel):
    """A page of dramas, newest first."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.DRAMAS]})

    dramas: list[DramaSummary]
    cursor: str | None


class LibraryAssetBody(BaseModel):
    """A stored file."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.LIBRARY_ASSET]})

    asset_id: str = Field(
        description="The file's own id: the `library_asset_id` of jobs and plans, not a planned asset's"
    )
    user_id: str
    project_name: str
    asset_type: str
    tag: str
    tags: list[str] = Field(description="Every tag, the main one first")
    filename: str
    content_type: str
    size: int
    sha256: str
    public_url: str
    thumbnail_url: str | None = Field(description="A small picture of it, for pictures and films")
    r2_key: str
    metadata: dict[str, Any]
    created_at: str


class LibraryAssetList(BaseModel):
    """A page of stored files, newest first."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.LIBRARY_ASSETS]})

    assets: list[LibraryAssetBody]
    cursor: str | None


def job_url(job: Job) -> str:
    """Where a job is read."""
    return f"/dramas/{job.drama_id}/jobs/{job.id}"


def job_links(job: Job) -> JobLinks:
    """Where to go from a job."""
    return JobLinks(self=job_url(job), events=f"/jobs/{job.id}/events", cancel=f"/jobs/{job.id}/cancel")


def job_body(view: JobView, last_event: int | None = None) -> JobBody:
    """A job as it is shown. `last_event` is the newest event of a parent's drama."""
    job, counts = view.job, view.counts
    result = dict(job.result) if job.result is not None else None
    body = JobBody(
        job_id=job.id,
        parent_job_id=job.parent_id,
        drama_id=job.drama_id,
        asset_id=job.node_id,
        type=job.type,
        status=job.status,
        paused_for=shown_pause(job),
        prompt=job.prompt,
        depends_on=list(job.depends_on),
        provider=job.provider,
        model=job.model,
        attempts=job.attempts,
        progress=round(counts.progress if counts else job.progress, 3),
        r2_url=view.link or result.get("url") if result else None,
        r2_key=result.get("key") if result else None,
        result=result,
        error=JobError.model_validate(job.error) if job.error else None,
        cost=Cost(
            estimated_usd=job.estimated_micros / 1_000_000,
            actual_usd=None if job.actual_micros is None else job.actual_micros / 1_000_000,
        ),
        limits=budget_body(view.budget) if view.budget is not None else None,
        created_at=rfc3339(job.created_at) or "",
        started_at=rfc3339(job.started_at),
        completed_at=rfc3339(job.completed_at),
        metadata=shown_meta(job),
        urls=job_links(job),
        last_event_id=last_event,
    )
    if counts is not None:
        body.child_jobs = list(view.children) if view.children is not None else None
        body.total_jobs = counts.total
        body.completed_jobs = counts.completed
        body.failed_jobs = counts.failed
        body.running_jobs = counts.running
        body.pending_jobs = counts.pending
        body.cancelled_jobs = counts.cancelled
        body.needs_review_jobs = counts.needs_review
    return body


def drama_summary(row: DramaRow) -> DramaSummary:
    """A drama's head as it is listed."""
    return DramaSummary(
        id=row.id,
        title=row.title,
        status=row.status,
        created_at=rfc3339(row.created_at) or "",
        updated_at=rfc3339(row.updated_at) or "",
    )


def library_asset_body(row: LibraryRow) -> LibraryAssetBody:
    """A stored file as it is shown."""
    return LibraryAssetBody(
        asset_id=row.id,
        user_id=row.user_id,
        project_name=row.project,
        asset_type=row.type,
        tag=row.tag,
        tags=row.tags,
        filename=row.filename,
        content_type=row.media_type,
        size=row.size,
        sha256=row.sha256,
        public_url=library_url(row.id),
        thumbnail_url=f"{library_url(row.id)}/thumbnail" if row.type in SHOWN else None,
        r2_key=row.key,
        metadata=dict(row.meta),
        created_at=rfc3339(row.created_at) or "",
    )
