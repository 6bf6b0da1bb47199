"""The scenes of an episode."""

from fastapi import APIRouter, Response, status

from sfd.dependencies import App, Editor, IdempotencyKey, Reader
from sfd.domain.editing import Address, Shelf
from sfd.domain.models import Scene
from sfd.domain.patches import NewScene, ScenePatch
from sfd.routers.answers import ADDED, EDITED, READ
from sfd.routers.etags import Expected, Known
from sfd.routers.parts import (
    Before,
    DramaId,
    EpisodeId,
    Force,
    Order,
    SceneId,
    SceneList,
    added_answer,
    edited_answer,
    merge_patch,
    ordered_answer,
    read_answer,
    scenes_of,
)

router = APIRouter(prefix="/dramas/{drama_id}/episodes/{episode_id}/scenes", tags=["scenes"])


@router.get("", operation_id="listScenes")
async def list_scenes(drama_id: DramaId, episode_id: EpisodeId, app: App, owner: Reader) -> SceneList:
    """The scenes of an episode."""
    holder = await app.editing.read(owner, drama_id, (("episodes", episode_id),))
    return SceneList(scenes=scenes_of(holder))


@router.get("/{scene_id}", operation_id="getScene", response_model=Scene, responses=READ)
async def get_scene(
    drama_id: DramaId, episode_id: EpisodeId, scene_id: SceneId, app: App, owner: Reader, known: Known
) -> Response:
    """One scene with its planned pictures and clips."""
    return read_answer(await app.editing.read(owner, drama_id, _address(episode_id, scene_id)), known)


@router.post("", operation_id="addScene", status_code=status.HTTP_201_CREATED, response_model=Scene, responses=ADDED)
async def add_scene(
    drama_id: DramaId,
    episode_id: EpisodeId,
    body: NewScene,
    app: App,
    owner: Editor,
    claim: IdempotencyKey,
    before: Before = None,
) -> Response:
    """Add a scene. Without a planned picture or clip, a storyboard and a clip are planned."""
    part, replayed = await app.editing.add(owner, drama_id, _shelf(episode_id), body, before, claim)
    return added_answer(part, replayed=replayed, shelf_url=f"/dramas/{drama_id}/episodes/{episode_id}/scenes")


@router.put("/order", operation_id="orderScenes", response_model=SceneList, responses=EDITED)
async def order_scenes(
    drama_id: DramaId, episode_id: EpisodeId, body: Order, app: App, owner: Editor, expected: Expected
) -> Response:
    """Put the scenes in another order. `If-Match` takes the `ETag` of the episode."""
    return await ordered_answer(app, owner, drama_id, _shelf(episode_id), body, expected)


@router.patch(
    "/{scene_id}",
    operation_id="updateScene",
    response_model=Scene,
    responses=EDITED,
    openapi_extra=merge_patch("ScenePatch"),
)
async def update_scene(
    drama_id: DramaId,
    episode_id: EpisodeId,
    scene_id: SceneId,
    body: ScenePatch,
    app: App,
    owner: Editor,
    expected: Expected,
) -> Response:
    """Change a scene by a JSON merge patch; `shot` and `metadata` are merged, other members replaced whole."""
    return edited_answer(await app.editing.patch(owner, drama_id, _address(episode_id, scene_id), body, expected))


@router.delete("/{scene_id}", operation_id="deleteScene", status_code=status.HTTP_204_NO_CONTENT)
async def delete_scene(
    drama_id: DramaId,
    episode_id: EpisodeId,
    scene_id: SceneId,
    app: App,
    owner: Editor,
    expected: Expected,
    force: Force = False,
) -> None:
    """Remove a scene. While assets elsewhere depend on one of its own: 409, unless `force=true`."""
    await app.editing.remove(owner, drama_id, _address(episode_id, scene_id), expected, force=force)


def _shelf(episode_id: str) -> Shelf:
    return Shelf((("episodes", episode_id),), "scenes")


def _address(episode_id: str, scene_id: str) -> Address:
    return (("episodes", episode_id), ("scenes", scene_id))
