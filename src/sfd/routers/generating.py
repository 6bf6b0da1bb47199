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
from sfd.routers.accepting import note_acceptance
from sfd.routers.answers import ACCEPTED
from sfd.routers.examples import GENERATE_ACCEPTED
from sfd.routers.parts import AssetId, CharacterId, DramaId, EpisodeId, SceneId
from sfd.routers.shapes import JobLinks, LibraryAssetBody, RequestBody, job_links, library_asset_body
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


class GenerateAccepted(BaseModel):
    """A take will be made. `job_id` is the asset's own job."""

    model_config = ConfigDict(json_schema_extra={"examples": [GENERATE_ACCEPTED]})

    job_id: str
    drama_id: str
    asset_id: str = Field(description="The planned asset, not the file that will come of it")
    character_id: str | None = None
    status: Literal["pending"] = "pending"
    message: str
    urls: JobLinks


class TakeBody(BaseModel):
    """One result that was made for an asset."""

    take_id: str
    drama_id: str
    asset_id: str = Field(description="The planned asset that it was made for; `file.asset_id` is the file's own id")
    job_id: str
    selected: bool
    created_at: str
    file: LibraryAssetBody


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
    return await app.runs.generate(owner, drama_id, address, AssetPatch.model_validate(changes), Limits(claim=claim))


def _body(accepted: Accepted, asset_id: str, character_id: str | None = None) -> GenerateAccepted:
    job = accepted.job
    return GenerateAccepted(
        job_id=job.id,
        drama_id=job.drama_id,
        asset_id=asset_id,
        character_id=character_id,
        message="A new take will be made.",
        urls=job_links(job),
    )


def _take_body(take: Take) -> TakeBody:
    return TakeBody(
        take_id=take.row.id,
        drama_id=take.row.drama_id,
        asset_id=take.row.node_id,
        job_id=take.row.job_id,
        selected=take.row.selected,
        created_at=rfc3339(take.row.created_at) or "",
        file=library_asset_body(take.file),
    )
