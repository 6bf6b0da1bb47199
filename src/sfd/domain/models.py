"""The drama as it is written and planned: `Drama → Episode → Scene`, with characters and assets."""

from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,95}$")]
ShortText = Annotated[str, StringConstraints(max_length=300)]
LongText = Annotated[str, StringConstraints(max_length=20_000)]
Metadata = dict[str, Any]

HEARD_ONLY = ("V.O.", "O.S.", "O.C.")
MAX_EPISODES = 100
MAX_NODES = 5_000
MAX_PREMISE_CHARACTERS = 100_000
MAX_SCREENPLAY_BYTES = 4_000_000
MIN_CLIP_SECONDS = 1.0
MAX_CLIP_SECONDS = 60.0
COMPOSED = "composed"


class Model(BaseModel):
    """What every model shares: unknown fields are refused, NUL never reaches the database.

    Members with a default may be left out of what is sent; in what is answered they are always there.
    """

    model_config = ConfigDict(
        extra="forbid", str_strip_whitespace=False, json_schema_serialization_defaults_required=True
    )


class AssetKind(StrEnum):
    """What an asset is once it is made."""

    IMAGE = "image"
    VIDEO = "video"


class Asset(Model):
    """One planned picture or clip. `duration` is in seconds and belongs to videos only."""

    id: Id
    kind: AssetKind
    depends_on: list[Id] = Field(default_factory=list[Id])
    prompt: LongText = ""
    duration: float | None = Field(default=None)
    references: list[Id] = Field(
        default_factory=list[Id], description="Library assets shown to the provider besides what the plan gives it"
    )
    url: str | None = None
    metadata: Metadata = Field(default_factory=dict)

    @property
    def composed(self) -> bool:
        """Whether the prompt says only what happens: framing, people, lines and style are added when it is asked."""
        return bool(self.prompt) and self.metadata.get(COMPOSED) is True


class Character(Model):
    """A person of the drama; the portrait among its assets keeps every picture of them consistent."""

    id: Id
    name: ShortText
    description: LongText = ""
    gender: ShortText = ""
    voice_description: LongText = ""
    main: bool = False
    url: str | None = None
    assets: list[Asset] = Field(default_factory=list[Asset])
    metadata: Metadata = Field(default_factory=dict)


class DialogueLine(Model):
    """What a character says. `tone` is how: the parenthetical of a screenplay."""

    character_id: Id
    line: LongText
    tone: ShortText | None = None
    dual: bool = Field(default=False, description="Spoken at the same time as the line before")

    @property
    def heard_only(self) -> bool:
        """Whether the speaker is heard without being in the picture, as a screenplay says it."""
        return (self.tone or "").startswith(HEARD_ONLY)


class ShotSize(StrEnum):
    """How much of a person the frame holds."""

    EXTREME_CLOSE_UP = "extreme_close_up"
    CLOSE_UP = "close_up"
    MEDIUM_CLOSE_UP = "medium_close_up"
    MEDIUM = "medium"
    MEDIUM_LONG = "medium_long"
    WIDE = "wide"
    EXTREME_WIDE = "extreme_wide"


class Angle(StrEnum):
    """Where the camera looks from."""

    EYE_LEVEL = "eye_level"
    LOW = "low"
    HIGH = "high"
    OVERHEAD = "overhead"
    DUTCH = "dutch"


class CameraMove(StrEnum):
    """What the camera does while the clip runs."""

    STATIC = "static"
    PUSH_IN = "push_in"
    PULL_OUT = "pull_out"
    PAN_LEFT = "pan_left"
    PAN_RIGHT = "pan_right"
    TILT_UP = "tilt_up"
    TILT_DOWN = "tilt_down"
    HANDHELD = "handheld"


class Shot(Model):
    """How a scene is shot. `over_shoulder` is the character whose back is in the foreground."""

    size: ShotSize = ShotSize.MEDIUM
    angle: Angle = Angle.EYE_LEVEL
    move: CameraMove = CameraMove.STATIC
    lens_mm: int | None = Field(default=None, ge=8, le=400)
    over_shoulder: Id | None = None


Setting = Literal["INT", "EXT", "INT/EXT"]


class Scene(Model):
    """One shot of an episode: what is seen, said and heard, and how it is filmed.

    `continues` says that it goes on in the place and moment of the scene before (a long scene of a
    screenplay becomes several). `transition` is how it ends, in screenplay words ("CUT TO:").
    """

    id: Id
    description: LongText = ""
    setting: Setting = "INT"
    location: ShortText = ""
    time_of_day: ShortText = "DAY"
    continues: bool = False
    characters: list[Id] = Field(default_factory=list[Id], description="Who is in the picture, speaking or not")
    dialogue: list[DialogueLine] = Field(default_factory=list[DialogueLine])
    shot: Shot = Field(default_factory=Shot)
    sound: ShortText = ""
    transition: ShortText = ""
    image_url: str | None = None
    video_url: str | None = None
    assets: list[Asset] = Field(default_factory=list[Asset])
    metadata: Metadata = Field(default_factory=dict)


class Episode(Model):
    """One vertical film of the drama, a minute or so long."""

    id: Id
    title: ShortText = ""
    description: LongText = ""
    premise: LongText = ""
    url: str | None = None
    scenes: list[Scene] = Field(default_factory=list[Scene])
    assets: list[Asset] = Field(default_factory=list[Asset])
    metadata: Metadata = Field(default_factory=dict)


class Origin(Model):
    """Where an improved drama came from."""

    drama_id: Id
    feedback: LongText = ""


class Drama(Model):
    """The whole written work, with everything that is planned to be made for it."""

    id: Id
    title: ShortText = ""
    description: LongText = ""
    premise: Annotated[str, StringConstraints(max_length=MAX_PREMISE_CHARACTERS)] = ""
    language: ShortText = Field(default="", description="BCP 47, such as `en` or `zh-Hans`; empty: not said")
    style: ShortText = Field(default="", description="The visual style every picture shares")
    origin: Origin | None = Field(default=None, description="The drama that this one improves; set by SFD")
    url: str | None = None
    characters: list[Character] = Field(default_factory=list[Character])
    episodes: list[Episode] = Field(default_factory=list[Episode])
    assets: list[Asset] = Field(default_factory=list[Asset])
    metadata: Metadata = Field(default_factory=dict)
