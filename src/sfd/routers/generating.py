"""Single takes: generate one picture or clip, look at the takes of an asset, choose among them."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Response, status
from pydantic import BaseModel, ConfigDict, Field

from sfd.dependencies import App, Editor, IdempotencyKey, Reader, Spender
from sfd.domain.clock import rfc3339
from sfd.domain.editing import Address
from sfd.domain.errors import NotFound
from sfd.domain.models import AssetKind, LongText
from sfd.domain.owner import Owner
from sfd.domain.patches import AssetPatch, Seconds
from sfd.providers.registry import CrewChoice
from sfd.routers.accepting import note_acceptance
from sfd.routers.answers import ACCEPTED, CREATED
from sfd.routers.examples import GENERATE_ACCEPTED
from sfd.routers.parts import AssetId, CharacterId, DramaId, EpisodeId, SceneId
from sfd.routers.shapes import (
    AnswerBody,
    JobLinks,
    LibraryAssetBody,
    ProviderChoice,
    RequestBody,
    Warnings,
    job_links,
    library_asset_body,
)
from sfd.services.accepted_jobs import warnings_of
from sfd.services.accepting import Limits
from sfd.services.idempotency import Accepted, Claim
from sfd.services.takes import Take

router = APIRouter(prefix="/dramas/{drama_id}", tags=["takes"])

MOST_REFERENCES = 3
_EXAMPLES: list[Any] = [
    {"prompt": "A brave warrior with silver armor"},
    {"prompt": "She turns to the window", "duration": 6},
]


class GenerateAssetRequest(RequestBody):
    """What to change about an asset before a new take of it is made. What is given becomes the asset's own."""

    model_config = ConfigDict(json_schema_extra={"examples": _EXAMPLES})

    prompt: Annotated[LongText | None, Field(description="Without one: the asset's own, or one made of the script")] = (
        None
    )
    reference_images: Annotated[
        list[Annotated[str, Field(min_length=1, max_length=2000)]] | None,
        Field(max_length=MOST_REFERENCES, description="Library asset ids or URLs of pictures shown to the provider"),
    ] = None
    duration: Annotated[Seconds | None, Field(description="Seconds, for clips only")] = None
    illustrator: ProviderChoice = ""
    filmmaker: ProviderChoice = ""


class GenerateAccepted(AnswerBody):
    """A take will be made. `job_id` is the asset's own job."""

    model_config = ConfigDict(json_schema_extra={"examples": [GENERATE_ACCEPTED]})

    job_id: str
    drama_id: str
    asset_id: str = Field(description="The planned asset, not the file that will come of it")
    character_id: str | None = None
    status: Literal["pending"] = "pending"
    message: str
    warnings: Warnings = Field(default_factory=list[str])
    urls: JobLinks


class TakeBody(BaseModel):
    """One result that was made for an asset."""

    take_id: str
    drama_id: str
    asset_id: str = Field(description="The planned asset that it was made for; `file.asset_id` is the file's own id")
    job_id: str | None = Field(description="The job that made it; null for a file that was brought")
    selected: bool
    created_at: str
    file: LibraryAssetBody


class AddTakeRequest(RequestBody):
    """Which file becomes a take."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"library_asset_id": "asset_01jd8z5c0f8h2k4m6p8r0t2v4x"}]}
    )

    library_asset_id: Annotated[
        str, Field(min_length=1, max_length=200, description="A picture or film of your library")
    ]


class TakeList(BaseModel):
    """Every take of an asset, newest first."""

    takes: list[TakeBody]


@router.post(
    "/characters/{character_id}/generate",
    operation_id="generateCharacter",
    status_code=status.HTTP_202_ACCEPTED,
    responses=ACCEPTED,
)
async def generate_character(
    drama_id: DramaId,
    character_id: CharacterId,
    app: App,
    owner: Spender,
    claim: IdempotencyKey,
    response: Response,
    body: GenerateAssetRequest | None = None,
) -> GenerateAccepted:
    """Draw a new portrait of a character."""
    drama = await app.dramas.load(owner, drama_id)
    character = next((one for one in drama.characters if one.id == character_id), None)
    if character is None:
        raise NotFound(f"There is no character {character_id!r}.")
    portrait = next((asset for asset in character.assets if asset.kind is AssetKind.IMAGE), None)
    if portrait is None:
        raise NotFound(f"No picture is planned for {character_id!r}. Add one to the character's assets.")
    address: Address = (("characters", character_id), ("assets", portrait.id))
    accepted = await _generate(app, owner, drama_id, address, claim, body or GenerateAssetRequest())
    note_acceptance(response, accepted)
    return _body(accepted, portrait.id, character_id)


@router.post(
    "/episodes/{episode_id}/scenes/{scene_id}/assets/{asset_id}/generate",
    operation_id="generateSceneAsset",
    status_code=status.HTTP_202_ACCEPTED,
    responses=ACCEPTED,
)
async def generate_asset(
    drama_id: DramaId,
    episode_id: EpisodeId,
    scene_id: SceneId,
    asset_id: AssetId,
    app: App,
    owner: Spender,
    claim: IdempotencyKey,
    response: Response,
    body: GenerateAssetRequest | None = None,
) -> GenerateAccepted:
    """Make a new take of a storyboard or clip, and first whatever it needs that was never made."""
    address: Address = (("episodes", episode_id), ("scenes", scene_id), ("assets", asset_id))
    accepted = await _generate(app, owner, drama_id, address, claim, body or GenerateAssetRequest())
    note_acceptance(response, accepted)
    return _body(accepted, asset_id)


@router.get("/assets/{asset_id}/takes", operation_id="listTakes")
async def list_takes(drama_id: DramaId, asset_id: AssetId, app: App, owner: Reader) -> TakeList:
    """Every take of an asset, newest first. A cut's asset id is `cut:` and the episode's."""
    return TakeList(takes=[_take_body(take) for take in await app.takes.list(owner, drama_id, asset_id)])


@router.post("/assets/{asset_id}/takes", operation_id="addTake", status_code=201, responses=CREATED)
async def add_take(
    drama_id: DramaId, asset_id: AssetId, body: AddTakeRequest, app: App, owner: Editor, response: Response
) -> TakeBody:
    """Let a file of the library stand for an asset, free: a picture for a picture, an MP4 film for a clip."""
    take = await app.takes.add(owner, drama_id, asset_id, body.library_asset_id)
    response.headers["Location"] = f"/dramas/{drama_id}/assets/{asset_id}/takes"
    return _take_body(take)


@router.post("/assets/{asset_id}/takes/{take_id}/select", operation_id="selectTake")
async def select_take(drama_id: DramaId, asset_id: AssetId, take_id: AssetId, app: App, owner: Editor) -> TakeBody:
    """Let a take stand for its asset; what was made from another one is stale then."""
    return _take_body(await app.takes.select(owner, drama_id, asset_id, take_id))


async def _generate(
    app: App, owner: Owner, drama_id: str, address: Address, claim: Claim | None, body: GenerateAssetRequest
) -> Accepted:
    changes: dict[str, object] = {}
    if body.prompt is not None:
        changes["prompt"] = body.prompt
    if body.duration is not None:
        changes["duration"] = body.duration
    if body.reference_images is not None:
        changes["references"] = await app.references.resolve(owner, drama_id, body.reference_images)
    patch, crew = AssetPatch.model_validate(changes), CrewChoice("", body.illustrator, body.filmmaker)
    return await app.runs.generate(owner, drama_id, address, patch, Limits(claim=claim), crew)


def _body(accepted: Accepted, asset_id: str, character_id: str | None = None) -> GenerateAccepted:
    job = accepted.job
    return GenerateAccepted(
        job_id=job.id,
        drama_id=job.drama_id,
        asset_id=asset_id,
        character_id=character_id,
        message="A new take will be made.",
        warnings=warnings_of(job),
        urls=job_links(job),
    )


def _take_body(take: Take) -> TakeBody:
    return TakeBody(
        take_id=take.row.id,
        drama_id=take.row.drama_id,
        asset_id=take.row.node_id,
        job_id=take.row.job_id or None,
        selected=take.row.selected,
        created_at=rfc3339(take.row.created_at) or "",
        file=library_asset_body(take.file),
    )
