"""Dramas: create, list, read their parts, execute and resume."""

from typing import Annotated, TypeVar

from fastapi import APIRouter, Query, Request, Response, status

from sfd.dependencies import App, CurrentOwner
from sfd.domain.errors import Fault, InvalidInput, NotFound
from sfd.domain.models import Asset, Character, Drama, Episode, Scene
from sfd.generation.plan import Choice
from sfd.routers.shapes import (
    CreateDramaRequest,
    DAGExecuteRequest,
    DramaList,
    ExecuteAccepted,
    JobAccepted,
    Links,
    drama_summary,
    job_url,
    next_cursor,
)
from sfd.services.dramas import NewDrama, Owner

router = APIRouter(prefix="/dramas", tags=["dramas"])

Limit = Annotated[int, Query(ge=1, le=1000)]
Cursor = Annotated[str | None, Query(max_length=200)]
POLL_AGAIN = "1"
T = TypeVar("T", Character, Episode, Scene, Asset)


@router.post("", operation_id="createDrama", status_code=status.HTTP_202_ACCEPTED, response_model=JobAccepted)
async def create_drama(
    body: CreateDramaRequest, app: App, owner: CurrentOwner, response: Response
) -> JobAccepted | Response:
    """Accept a premise or a screenplay and write it (202), or store a finished drama (201)."""
    if body.drama is not None:
        return await _store(body, app, owner)
    new = NewDrama(body.premise, body.screenplay, body.id, body.episodes, body.language, body.style)
    job = await app.dramas.write(owner, new)
    response.headers["Location"] = job_url(job)
    response.headers["Retry-After"] = POLL_AGAIN
    return JobAccepted(
        job_id=job.id,
        drama_id=job.drama_id,
        status=job.status,
        message="The drama is being written.",
        urls=Links(self=job_url(job)),
    )


async def _store(body: CreateDramaRequest, app: App, owner: Owner) -> Response:
    if body.premise or body.screenplay:
        raise InvalidInput("Give one of premise, screenplay and drama.", [Fault("/drama", "stands alone")])
    given = {**(body.drama or {}), **({"id": body.id} if body.id else {})}
    drama = await app.dramas.add(owner, given)
    document, revision = await app.dramas.document(owner, drama.id)
    headers = {"Location": f"/dramas/{drama.id}", "ETag": f'"{revision}"'}
    return Response(document, status.HTTP_201_CREATED, headers, "application/json")


@router.get("", operation_id="listDramas")
async def list_dramas(app: App, owner: CurrentOwner, limit: Limit = 50, cursor: Cursor = None) -> DramaList:
    """The user's dramas, newest first."""
    rows = await app.dramas.list(owner, limit, cursor)
    return DramaList(dramas=[drama_summary(row) for row in rows], cursor=next_cursor([row.id for row in rows], limit))


@router.get("/{drama_id}", operation_id="getDrama", response_model=Drama)
async def get_drama(drama_id: str, app: App, owner: CurrentOwner, request: Request) -> Response:
    """The whole drama. Its `ETag` is its revision."""
    document, revision = await app.dramas.document(owner, drama_id)
    etag = f'"{revision}"'
    if request.headers.get("if-none-match") == etag:
        return Response(status_code=status.HTTP_304_NOT_MODIFIED, headers={"ETag": etag})
    return Response(document, headers={"ETag": etag}, media_type="application/json")


@router.post("/{drama_id}/execute", operation_id="executeDrama", status_code=status.HTTP_202_ACCEPTED)
async def execute(
    drama_id: str, app: App, owner: CurrentOwner, response: Response, body: DAGExecuteRequest | None = None
) -> ExecuteAccepted:
    """Make what is missing or stale, node by node."""
    return await _start(drama_id, app, owner, response, body or DAGExecuteRequest())


@router.post("/{drama_id}/resume", operation_id="resumeDrama", status_code=status.HTTP_202_ACCEPTED)
async def resume(
    drama_id: str, app: App, owner: CurrentOwner, response: Response, body: DAGExecuteRequest | None = None
) -> ExecuteAccepted:
    """Make what failed or is missing, and nothing else."""
    wanted = (body or DAGExecuteRequest()).model_copy(update={"resume": True})
    return await _start(drama_id, app, owner, response, wanted)


async def _start(drama_id: str, app: App, owner: Owner, response: Response, body: DAGExecuteRequest) -> ExecuteAccepted:
    if body.user_id not in (None, owner.user_id):
        raise InvalidInput(
            f"This key acts for user {owner.user_id}.", [Fault("/user_id", "is not the user of this key")]
        )
    choice = Choice(body.resume, body.episodes, body.until, body.force)
    job = await app.jobs.execute(Owner(owner.user_id, body.project_name or ""), drama_id, choice)
    response.headers["Location"] = job_url(job)
    response.headers["Retry-After"] = POLL_AGAIN
    return ExecuteAccepted(
        dag_id=f"dag_{drama_id}",
        drama_id=drama_id,
        parent_job_id=job.id,
        status=job.status,
        message="The run was accepted.",
        urls=Links(self=job_url(job)),
    )


@router.get("/{drama_id}/characters", operation_id="listCharacters")
async def list_characters(drama_id: str, app: App, owner: CurrentOwner) -> dict[str, list[Character]]:
    """The drama's characters."""
    return {"characters": (await app.dramas.load(owner, drama_id)).characters}


@router.get("/{drama_id}/characters/{character_id}", operation_id="getCharacter")
async def get_character(drama_id: str, character_id: str, app: App, owner: CurrentOwner) -> Character:
    """One character."""
    drama = await app.dramas.load(owner, drama_id)
    return _one(drama.characters, character_id, "character")


@router.get("/{drama_id}/episodes", operation_id="listEpisodes")
async def list_episodes(drama_id: str, app: App, owner: CurrentOwner) -> dict[str, list[Episode]]:
    """The drama's episodes."""
    return {"episodes": (await app.dramas.load(owner, drama_id)).episodes}


@router.get("/{drama_id}/episodes/{episode_id}", operation_id="getEpisode")
async def get_episode(drama_id: str, episode_id: str, app: App, owner: CurrentOwner) -> Episode:
    """One episode with its scenes."""
    return await _episode(app, owner, drama_id, episode_id)


@router.get("/{drama_id}/episodes/{episode_id}/scenes", operation_id="listScenes")
async def list_scenes(drama_id: str, episode_id: str, app: App, owner: CurrentOwner) -> dict[str, list[Scene]]:
    """The scenes of an episode."""
    return {"scenes": (await _episode(app, owner, drama_id, episode_id)).scenes}


@router.get("/{drama_id}/episodes/{episode_id}/scenes/{scene_id}", operation_id="getScene")
async def get_scene(drama_id: str, episode_id: str, scene_id: str, app: App, owner: CurrentOwner) -> Scene:
    """One scene."""
    return _one((await _episode(app, owner, drama_id, episode_id)).scenes, scene_id, "scene")


@router.get("/{drama_id}/episodes/{episode_id}/scenes/{scene_id}/assets", operation_id="listSceneAssets")
async def list_assets(
    drama_id: str, episode_id: str, scene_id: str, app: App, owner: CurrentOwner
) -> dict[str, list[Asset]]:
    """The planned pictures and clips of a scene."""
    scene = _one((await _episode(app, owner, drama_id, episode_id)).scenes, scene_id, "scene")
    return {"assets": scene.assets}


@router.get("/{drama_id}/episodes/{episode_id}/scenes/{scene_id}/assets/{asset_id}", operation_id="getSceneAsset")
async def get_asset(
    drama_id: str, episode_id: str, scene_id: str, asset_id: str, app: App, owner: CurrentOwner
) -> Asset:
    """One planned picture or clip."""
    scene = _one((await _episode(app, owner, drama_id, episode_id)).scenes, scene_id, "scene")
    return _one(scene.assets, asset_id, "asset")


async def _episode(app: App, owner: Owner, drama_id: str, episode_id: str) -> Episode:
    drama = await app.dramas.load(owner, drama_id)
    return _one(drama.episodes, episode_id, "episode")


def _one(things: list[T], wanted: str, what: str) -> T:
    for thing in things:
        if thing.id == wanted:
            return thing
    raise NotFound(f"There is no {what} {wanted!r}.")
