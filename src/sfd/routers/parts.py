"""The parts of a drama: characters, episodes, scenes, assets."""

from typing import TypeVar

from fastapi import APIRouter

from sfd.dependencies import App, Reader
from sfd.domain.errors import NotFound
from sfd.domain.models import Asset, Character, Episode, Scene
from sfd.domain.owner import Owner

router = APIRouter(prefix="/dramas", tags=["parts of a drama"])

T = TypeVar("T", Character, Episode, Scene, Asset)


@router.get("/{drama_id}/characters", operation_id="listCharacters")
async def list_characters(drama_id: str, app: App, owner: Reader) -> dict[str, list[Character]]:
    """The drama's characters."""
    return {"characters": (await app.dramas.load(owner, drama_id)).characters}


@router.get("/{drama_id}/characters/{character_id}", operation_id="getCharacter")
async def get_character(drama_id: str, character_id: str, app: App, owner: Reader) -> Character:
    """One character."""
    drama = await app.dramas.load(owner, drama_id)
    return _one(drama.characters, character_id, "character")


@router.get("/{drama_id}/episodes", operation_id="listEpisodes")
async def list_episodes(drama_id: str, app: App, owner: Reader) -> dict[str, list[Episode]]:
    """The drama's episodes."""
    return {"episodes": (await app.dramas.load(owner, drama_id)).episodes}


@router.get("/{drama_id}/episodes/{episode_id}", operation_id="getEpisode")
async def get_episode(drama_id: str, episode_id: str, app: App, owner: Reader) -> Episode:
    """One episode with its scenes."""
    return await _episode(app, owner, drama_id, episode_id)


@router.get("/{drama_id}/episodes/{episode_id}/scenes", operation_id="listScenes")
async def list_scenes(drama_id: str, episode_id: str, app: App, owner: Reader) -> dict[str, list[Scene]]:
    """The scenes of an episode."""
    return {"scenes": (await _episode(app, owner, drama_id, episode_id)).scenes}


@router.get("/{drama_id}/episodes/{episode_id}/scenes/{scene_id}", operation_id="getScene")
async def get_scene(drama_id: str, episode_id: str, scene_id: str, app: App, owner: Reader) -> Scene:
    """One scene."""
    return _one((await _episode(app, owner, drama_id, episode_id)).scenes, scene_id, "scene")


@router.get("/{drama_id}/episodes/{episode_id}/scenes/{scene_id}/assets", operation_id="listSceneAssets")
async def list_assets(drama_id: str, episode_id: str, scene_id: str, app: App, owner: Reader) -> dict[str, list[Asset]]:
    """The planned pictures and clips of a scene."""
    scene = _one((await _episode(app, owner, drama_id, episode_id)).scenes, scene_id, "scene")
    return {"assets": scene.assets}


@router.get("/{drama_id}/episodes/{episode_id}/scenes/{scene_id}/assets/{asset_id}", operation_id="getSceneAsset")
async def get_asset(drama_id: str, episode_id: str, scene_id: str, asset_id: str, app: App, owner: Reader) -> Asset:
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
