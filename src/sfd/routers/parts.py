"""What the endpoints of a drama's parts share: path parameters, answers with entity tags, problems."""

from typing import Annotated, Any

from fastapi import Path, Query, Response, status
from pydantic import BaseModel, ConfigDict, Field

from sfd.dependencies import App
from sfd.domain.editing import Shelf, Whole, tag_of
from sfd.domain.models import Asset, Character, Episode, Scene
from sfd.domain.owner import Owner
from sfd.routers.accepting import note_replay
from sfd.routers.etags import etag, is_known
from sfd.routers.shapes import AnswerBody

MAX_ORDERED = 5_000

_PartId = Path(max_length=200)
DramaId = Annotated[str, _PartId]
CharacterId = Annotated[str, _PartId]
EpisodeId = Annotated[str, _PartId]
SceneId = Annotated[str, _PartId]
AssetId = Annotated[str, _PartId]
JobId = Annotated[str, _PartId]
Before = Annotated[str | None, Query(max_length=200, description="Put it before the one with this id; else last")]
Force = Annotated[bool, Query(description="Remove what refers to it as well")]


class Order(BaseModel):
    """The ids of a list in their new order, each once."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"ids": ["s2", "s1", "s3"]}]})

    ids: list[Annotated[str, Field(max_length=200)]] = Field(max_length=MAX_ORDERED)


class WholeList(AnswerBody):
    """A list that is never cut into pages."""

    cursor: None = None


class CharacterList(WholeList):
    """The characters of a drama in order."""

    characters: list[Character]


class EpisodeList(WholeList):
    """The episodes of a drama in order."""

    episodes: list[Episode]


class SceneList(WholeList):
    """The scenes of an episode in order."""

    scenes: list[Scene]


class AssetList(WholeList):
    """The planned pictures and clips of a scene or character in order."""

    assets: list[Asset]


def merge_patch(schema: str) -> dict[str, Any]:
    """What OpenAPI is told of a body that may also be sent as `application/merge-patch+json`."""
    content = {"application/merge-patch+json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}
    return {"requestBody": {"content": content}}


def scenes_of(part: Whole) -> list[Scene]:
    """The scenes of an episode."""
    return part.scenes if isinstance(part, Episode) else []


def assets_of(part: Whole) -> list[Asset]:
    """The assets of a part that holds some."""
    return [] if isinstance(part, Asset) else part.assets


def read_answer(part: Whole, known: str | None) -> Response:
    """A part with its tag, or 304 when the asker knows it."""
    tag = tag_of(part)
    if is_known(known, tag):
        return Response(status_code=status.HTTP_304_NOT_MODIFIED, headers={"ETag": etag(tag)})
    return _answer(part, tag)


def edited_answer(part: Whole) -> Response:
    """A part as it is after an edit, with its new tag."""
    return _answer(part, tag_of(part))


def added_answer(part: Whole, *, replayed: bool, shelf_url: str) -> Response:
    """A new part, where it is read, its tag, and whether an earlier request added it."""
    headers = {"ETag": etag(tag_of(part)), "Location": f"{shelf_url}/{part.id}"}
    answer = Response(part.model_dump_json(), status.HTTP_201_CREATED, headers, "application/json")
    note_replay(answer, replayed=replayed)
    return answer


async def ordered_answer(
    app: App, owner: Owner, drama_id: str, shelf: Shelf, order: Order, expected: frozenset[str] | None
) -> Response:
    """A list put in its new order, with the tag of what holds it."""
    parts, tag = await app.editing.reorder(owner, drama_id, shelf, order.ids, expected)
    content = f'{{"{shelf.name}":[{",".join(part.model_dump_json() for part in parts)}],"cursor":null}}'
    return Response(content, headers={"ETag": etag(tag)}, media_type="application/json")


def _answer(part: Whole, tag: str) -> Response:
    return Response(part.model_dump_json(), headers={"ETag": etag(tag)}, media_type="application/json")
