"""The characters of a drama, and their pictures."""

from fastapi import APIRouter, Response, status

from sfd.dependencies import App, Editor, IdempotencyKey, Reader
from sfd.domain.editing import Address, Shelf
from sfd.domain.models import Asset, Character
from sfd.domain.patches import AssetPatch, CharacterPatch, NewCharacter
from sfd.routers.answers import ADDED, EDITED, READ
from sfd.routers.etags import Expected, Known
from sfd.routers.parts import (
    AssetId,
    AssetList,
    Before,
    CharacterId,
    CharacterList,
    DramaId,
    Force,
    Order,
    added_answer,
    assets_of,
    edited_answer,
    merge_patch,
    ordered_answer,
    read_answer,
)

router = APIRouter(prefix="/dramas/{drama_id}/characters", tags=["characters"])

SHELF = Shelf((), "characters")


@router.get("", operation_id="listCharacters")
async def list_characters(drama_id: DramaId, app: App, owner: Reader) -> CharacterList:
    """The drama's characters."""
    return CharacterList(characters=(await app.dramas.load(owner, drama_id)).characters)


@router.get("/{character_id}", operation_id="getCharacter", response_model=Character, responses=READ)
async def get_character(
    drama_id: DramaId, character_id: CharacterId, app: App, owner: Reader, known: Known
) -> Response:
    """One character with its planned pictures."""
    return read_answer(await app.editing.read(owner, drama_id, _address(character_id)), known)


@router.post(
    "", operation_id="addCharacter", status_code=status.HTTP_201_CREATED, response_model=Character, responses=ADDED
)
async def add_character(
    drama_id: DramaId, body: NewCharacter, app: App, owner: Editor, claim: IdempotencyKey, before: Before = None
) -> Response:
    """Add a character. Without a planned picture a portrait is planned."""
    part, replayed = await app.editing.add(owner, drama_id, SHELF, body, before, claim)
    return added_answer(part, replayed=replayed, shelf_url=f"/dramas/{drama_id}/characters")


@router.put("/order", operation_id="orderCharacters", response_model=CharacterList, responses=EDITED)
async def order_characters(drama_id: DramaId, body: Order, app: App, owner: Editor, expected: Expected) -> Response:
    """Put the characters in another order. `If-Match` takes the `ETag` of the drama."""
    return await ordered_answer(app, owner, drama_id, SHELF, body, expected)


@router.patch(
    "/{character_id}",
    operation_id="updateCharacter",
    response_model=Character,
    responses=EDITED,
    openapi_extra=merge_patch("CharacterPatch"),
)
async def update_character(
    drama_id: DramaId, character_id: CharacterId, body: CharacterPatch, app: App, owner: Editor, expected: Expected
) -> Response:
    """Change a character by a JSON merge patch."""
    return edited_answer(await app.editing.patch(owner, drama_id, _address(character_id), body, expected))


@router.delete("/{character_id}", operation_id="deleteCharacter", status_code=status.HTTP_204_NO_CONTENT)
async def delete_character(
    drama_id: DramaId, character_id: CharacterId, app: App, owner: Editor, expected: Expected, force: Force = False
) -> None:
    """Remove a character. While scenes name it: 409, unless `force=true`, which also removes its dialogue lines."""
    await app.editing.remove(owner, drama_id, _address(character_id), expected, force=force)


@router.get("/{character_id}/assets", operation_id="listCharacterAssets")
async def list_character_assets(drama_id: DramaId, character_id: CharacterId, app: App, owner: Reader) -> AssetList:
    """The planned pictures of a character."""
    holder = await app.editing.read(owner, drama_id, _address(character_id))
    return AssetList(assets=assets_of(holder))


@router.get("/{character_id}/assets/{asset_id}", operation_id="getCharacterAsset", response_model=Asset, responses=READ)
async def get_character_asset(
    drama_id: DramaId, character_id: CharacterId, asset_id: AssetId, app: App, owner: Reader, known: Known
) -> Response:
    """One planned picture of a character."""
    address: Address = (*_address(character_id), ("assets", asset_id))
    return read_answer(await app.editing.read(owner, drama_id, address), known)


@router.patch(
    "/{character_id}/assets/{asset_id}",
    operation_id="updateCharacterAsset",
    response_model=Asset,
    responses=EDITED,
    openapi_extra=merge_patch("AssetPatch"),
)
async def update_character_asset(
    drama_id: DramaId,
    character_id: CharacterId,
    asset_id: AssetId,
    body: AssetPatch,
    app: App,
    owner: Editor,
    expected: Expected,
) -> Response:
    """Change a planned picture of a character by a JSON merge patch."""
    address: Address = (*_address(character_id), ("assets", asset_id))
    return edited_answer(await app.editing.patch(owner, drama_id, address, body, expected))


def _address(character_id: str) -> Address:
    return (("characters", character_id),)
