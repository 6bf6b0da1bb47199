"""The planned pictures and clips of a scene."""

from fastapi import APIRouter, Response, status

from sfd.dependencies import App, Editor, IdempotencyKey, Reader
from sfd.domain.editing import Address, Shelf
from sfd.domain.models import Asset
from sfd.domain.patches import AssetPatch, NewAsset
from sfd.routers.answers import ADDED, EDITED, READ
from sfd.routers.etags import Expected, Known
from sfd.routers.parts import (
    AssetId,
    AssetList,
    Before,
    DramaId,
    EpisodeId,
    Force,
    Order,
    SceneId,
    added_answer,
    assets_of,
    edited_answer,
    merge_patch,
    ordered_answer,
    read_answer,
)

router = APIRouter(prefix="/dramas/{drama_id}/episodes/{episode_id}/scenes/{scene_id}/assets", tags=["scene assets"])


@router.get("", operation_id="listSceneAssets")
async def list_assets(
    drama_id: DramaId, episode_id: EpisodeId, scene_id: SceneId, app: App, owner: Reader
) -> AssetList:
    """The planned pictures and clips of a scene."""
    holder = await app.editing.read(owner, drama_id, _shelf(episode_id, scene_id).holder)
    return AssetList(assets=assets_of(holder))


@router.get("/{asset_id}", operation_id="getSceneAsset", response_model=Asset, responses=READ)
async def get_asset(
    drama_id: DramaId,
    episode_id: EpisodeId,
    scene_id: SceneId,
    asset_id: AssetId,
    app: App,
    owner: Reader,
    known: Known,
) -> Response:
    """One planned picture or clip."""
    return read_answer(await app.editing.read(owner, drama_id, _address(episode_id, scene_id, asset_id)), known)


@router.post(
    "", operation_id="addSceneAsset", status_code=status.HTTP_201_CREATED, response_model=Asset, responses=ADDED
)
async def add_asset(
    drama_id: DramaId,
    episode_id: EpisodeId,
    scene_id: SceneId,
    body: NewAsset,
    app: App,
    owner: Editor,
    claim: IdempotencyKey,
    before: Before = None,
) -> Response:
    """Plan another picture or clip for a scene. A clip that says no duration is as long as its scene needs."""
    part, replayed = await app.editing.add(owner, drama_id, _shelf(episode_id, scene_id), body, before, claim)
    return added_answer(
        part, replayed=replayed, shelf_url=f"/dramas/{drama_id}/episodes/{episode_id}/scenes/{scene_id}/assets"
    )


@router.put("/order", operation_id="orderSceneAssets", response_model=AssetList, responses=EDITED)
async def order_assets(
    drama_id: DramaId,
    episode_id: EpisodeId,
    scene_id: SceneId,
    body: Order,
    app: App,
    owner: Editor,
    expected: Expected,
) -> Response:
    """Put the assets in another order; the first picture is the storyboard. `If-Match` takes the scene's `ETag`."""
    return await ordered_answer(app, owner, drama_id, _shelf(episode_id, scene_id), body, expected)


@router.patch(
    "/{asset_id}",
    operation_id="updateSceneAsset",
    response_model=Asset,
    responses=EDITED,
    openapi_extra=merge_patch("AssetPatch"),
)
async def update_asset(
    drama_id: DramaId,
    episode_id: EpisodeId,
    scene_id: SceneId,
    asset_id: AssetId,
    body: AssetPatch,
    app: App,
    owner: Editor,
    expected: Expected,
) -> Response:
    """Change a planned picture or clip by a JSON merge patch."""
    return edited_answer(
        await app.editing.patch(owner, drama_id, _address(episode_id, scene_id, asset_id), body, expected)
    )


@router.delete("/{asset_id}", operation_id="deleteSceneAsset", status_code=status.HTTP_204_NO_CONTENT)
async def delete_asset(
    drama_id: DramaId,
    episode_id: EpisodeId,
    scene_id: SceneId,
    asset_id: AssetId,
    app: App,
    owner: Editor,
    expected: Expected,
    force: Force = False,
) -> None:
    """Remove a planned picture or clip. While other assets depend on it: 409, unless `force=true`."""
    await app.editing.remove(owner, drama_id, _address(episode_id, scene_id, asset_id), expected, force=force)


def _shelf(episode_id: str, scene_id: str) -> Shelf:
    return Shelf((("episodes", episode_id), ("scenes", scene_id)), "assets")


def _address(episode_id: str, scene_id: str, asset_id: str) -> Address:
    return (("episodes", episode_id), ("scenes", scene_id), ("assets", asset_id))
