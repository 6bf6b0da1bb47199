"""The episodes of a drama."""

from fastapi import APIRouter, Response, status

from sfd.dependencies import App, Editor, IdempotencyKey, Reader
from sfd.domain.editing import Address, Shelf
from sfd.domain.models import Episode
from sfd.domain.patches import EpisodePatch, NewEpisode
from sfd.routers.answers import ADDED, EDITED, READ
from sfd.routers.etags import Expected, Known
from sfd.routers.parts import (
    Before,
    DramaId,
    EpisodeId,
    EpisodeList,
    Force,
    Order,
    added_answer,
    edited_answer,
    merge_patch,
    ordered_answer,
    read_answer,
)

router = APIRouter(prefix="/dramas/{drama_id}/episodes", tags=["episodes"])

SHELF = Shelf((), "episodes")


@router.get("", operation_id="listEpisodes")
async def list_episodes(drama_id: DramaId, app: App, owner: Reader) -> EpisodeList:
    """The drama's episodes."""
    return EpisodeList(episodes=(await app.dramas.load(owner, drama_id)).episodes)


@router.get("/{episode_id}", operation_id="getEpisode", response_model=Episode, responses=READ)
async def get_episode(drama_id: DramaId, episode_id: EpisodeId, app: App, owner: Reader, known: Known) -> Response:
    """One episode with its scenes."""
    return read_answer(await app.editing.read(owner, drama_id, _address(episode_id)), known)


@router.post(
    "", operation_id="addEpisode", status_code=status.HTTP_201_CREATED, response_model=Episode, responses=ADDED
)
async def add_episode(
    drama_id: DramaId, body: NewEpisode, app: App, owner: Editor, claim: IdempotencyKey, before: Before = None
) -> Response:
    """Add an episode, with its scenes if they are written; each gets the storyboard and clip that it lacks."""
    part, replayed = await app.editing.add(owner, drama_id, SHELF, body, before, claim)
    return added_answer(part, replayed=replayed, shelf_url=f"/dramas/{drama_id}/episodes")


@router.put("/order", operation_id="orderEpisodes", response_model=EpisodeList, responses=EDITED)
async def order_episodes(drama_id: DramaId, body: Order, app: App, owner: Editor, expected: Expected) -> Response:
    """Put the episodes in another order. `If-Match` takes the `ETag` of the drama."""
    return await ordered_answer(app, owner, drama_id, SHELF, body, expected)


@router.patch(
    "/{episode_id}",
    operation_id="updateEpisode",
    response_model=Episode,
    responses=EDITED,
    openapi_extra=merge_patch("EpisodePatch"),
)
async def update_episode(
    drama_id: DramaId, episode_id: EpisodeId, body: EpisodePatch, app: App, owner: Editor, expected: Expected
) -> Response:
    """Change an episode's own members by a JSON merge patch."""
    return edited_answer(await app.editing.patch(owner, drama_id, _address(episode_id), body, expected))


@router.delete("/{episode_id}", operation_id="deleteEpisode", status_code=status.HTTP_204_NO_CONTENT)
async def delete_episode(
    drama_id: DramaId, episode_id: EpisodeId, app: App, owner: Editor, expected: Expected, force: Force = False
) -> None:
    """Remove an episode with its scenes. While assets elsewhere depend on one of its own: 409, unless `force=true`."""
    await app.editing.remove(owner, drama_id, _address(episode_id), expected, force=force)


def _address(episode_id: str) -> Address:
    return (("episodes", episode_id),)
