"""What a user sends to change a part of a drama, or to add one.

A patch is a JSON merge patch (RFC 7396): a member that is left out stays as it is, null brings a member back to its
default. `metadata` and `shot` are merged member by member; every other member is replaced whole. Ids and URLs are not
among the members, because they are SFD's to set.
"""

from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, GetJsonSchemaHandler, StringConstraints
from pydantic.json_schema import JsonSchemaValue

from sfd.domain.models import (
    MAX_CLIP_SECONDS,
    MAX_PREMISE_CHARACTERS,
    MIN_CLIP_SECONDS,
    Angle,
    AssetKind,
    CameraMove,
    DialogueLine,
    Id,
    LongText,
    Metadata,
    Scene,
    Setting,
    ShortText,
    Shot,
    ShotSize,
)

MAX_SENT_REFERENCES = 100

LanguageTag = Annotated[str, StringConstraints(max_length=35, pattern=r"^([A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*)?$")]
Premise = Annotated[str, StringConstraints(max_length=MAX_PREMISE_CHARACTERS)]
References = Annotated[list[Id], Field(max_length=MAX_SENT_REFERENCES)]
Seconds = Annotated[float, Field(ge=MIN_CLIP_SECONDS, le=MAX_CLIP_SECONDS)]
Lens = Annotated[int, Field(ge=8, le=400)]

P = TypeVar("P", bound=BaseModel)


class Body(BaseModel):
    """What every body shares: unknown members are refused."""

    model_config = ConfigDict(extra="forbid")


class Patch(Body):
    """Changes of a part. Its schema names no defaults, because what is left out stays."""

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: Any, handler: GetJsonSchemaHandler) -> JsonSchemaValue:  # noqa: ANN401 - pydantic's hook
        """The schema without the defaults that only say that a member was left out."""
        schema = handler(core_schema)
        for member in handler.resolve_ref_schema(schema).get("properties", {}).values():
            member.pop("default", None)
        return schema


class DramaPatch(Patch):
    """Changes of a drama itself."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"title": "The Quiet Lift", "style": "film noir"}]})

    title: ShortText | None = None
    description: LongText | None = None
    premise: Premise | None = None
    language: LanguageTag | None = None
    style: ShortText | None = None
    metadata: Metadata | None = None


class CharacterPatch(Patch):
    """Changes of a character. A character is never without a name."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"description": "a woman in a red coat", "main": True}]})

    name: ShortText = ""
    description: LongText | None = None
    gender: ShortText | None = None
    voice_description: LongText | None = None
    main: bool | None = None
    metadata: Metadata | None = None


class EpisodePatch(Patch):
    """Changes of an episode itself."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"title": "Up", "metadata": {"seen_by": None}}]})

    title: ShortText | None = None
    description: LongText | None = None
    premise: LongText | None = None
    metadata: Metadata | None = None


class ShotPatch(Patch):
    """Changes of how a scene is shot."""

    size: ShotSize | None = None
    angle: Angle | None = None
    move: CameraMove | None = None
    lens_mm: Lens | None = None
    over_shoulder: Id | None = None


class ScenePatch(Patch):
    """Changes of a scene. `characters` and `dialogue` are replaced whole."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"time_of_day": "NIGHT", "shot": {"size": "close_up"}}, {"dialogue": None, "sound": "rain"}]
        }
    )

    description: LongText | None = None
    setting: Setting | None = None
    location: ShortText | None = None
    time_of_day: ShortText | None = None
    continues: bool | None = None
    characters: list[Id] | None = None
    dialogue: list[DialogueLine] | None = None
    shot: ShotPatch | None = None
    sound: ShortText | None = None
    transition: ShortText | None = None
    metadata: Metadata | None = None


class AssetPatch(Patch):
    """Changes of a planned picture or clip. `duration: null` plans a clip's length anew, from what its scene says."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"prompt": "Rain on the lift's window", "duration": 4}]})

    prompt: LongText | None = None
    duration: Seconds | None = None
    depends_on: list[Id] | None = None
    references: References | None = None
    metadata: Metadata | None = None


class NewAsset(Body):
    """A picture or clip to be planned. Without an id it is given one."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"kind": "image", "prompt": "The lift from outside"}]})

    id: Id | None = None
    kind: AssetKind
    depends_on: list[Id] = Field(default_factory=list[Id])
    prompt: LongText = ""
    duration: Seconds | None = None
    references: References = Field(default_factory=list[Id])
    metadata: Metadata = Field(default_factory=dict)


class NewCharacter(Body):
    """A person to be added. Without a planned picture a portrait is planned."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"name": "Ada", "description": "a woman in a green coat"}]}
    )

    id: Id | None = None
    name: ShortText
    description: LongText = ""
    gender: ShortText = ""
    voice_description: LongText = ""
    main: bool = False
    assets: list[NewAsset] = Field(default_factory=list[NewAsset])
    metadata: Metadata = Field(default_factory=dict)


class NewScene(Body):
    """A scene to be added. Without a planned picture or clip, a storyboard and a clip are planned."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"description": "The doors open.", "location": "Lift", "time_of_day": "NIGHT"}]}
    )

    id: Id | None = None
    description: LongText = ""
    setting: Setting = "INT"
    location: ShortText = ""
    time_of_day: ShortText = "DAY"
    continues: bool = False
    characters: list[Id] = Field(default_factory=list[Id])
    dialogue: list[DialogueLine] = Field(default_factory=list[DialogueLine])
    shot: Shot = Field(default_factory=Shot)
    sound: ShortText = ""
    transition: ShortText = ""
    assets: list[NewAsset] = Field(default_factory=list[NewAsset])
    metadata: Metadata = Field(default_factory=dict)


class NewEpisode(Body):
    """An episode to be added, with its scenes if they are written already."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"title": "Down", "scenes": [{"description": "Dark."}]}]})

    id: Id | None = None
    title: ShortText = ""
    description: LongText = ""
    premise: LongText = ""
    scenes: list[NewScene] = Field(default_factory=list[NewScene])
    assets: list[NewAsset] = Field(default_factory=list[NewAsset])
    metadata: Metadata = Field(default_factory=dict)


NewPart = NewCharacter | NewEpisode | NewScene | NewAsset


def merged(part: P, patch: Patch) -> P:
    """The part with a patch applied to it."""
    return part.model_copy(update={name: _merged_member(part, patch, name) for name in patch.model_fields_set})


def _merged_member(part: BaseModel, patch: Patch, name: str) -> object:
    given = getattr(patch, name)
    if given is None:
        return type(part).model_fields[name].get_default(call_default_factory=True)
    if name == "metadata":
        return {key: value for key, value in {**getattr(part, name), **given}.items() if value is not None}
    if isinstance(given, ShotPatch) and isinstance(part, Scene):
        return merged(part.shot, given)
    return given
