"""What a picture or clip must show, taken from the drama and frozen: the script side of a generation request.

A brief is what preview providers draw from; real providers get a prompt and reference pictures made from the
same facts. A brief holds nothing that does not show, so that it can be part of a fingerprint.
"""

from pydantic import BaseModel, ConfigDict

from sfd.domain.models import DialogueLine, Setting, Shot

NO_SCENE = 0


class Brief(BaseModel):
    """What both briefs share: immutable, compared by value."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class CharacterBrief(Brief):
    """A character as the pictures need it.

    `position` is its place in the drama's cast, from 0: it chooses the identity colour.
    """

    id: str
    name: str
    description: str
    gender: str
    voice_description: str
    main: bool
    position: int


class StripBlock(Brief):
    """One shot in the strip that shows an episode at a glance: its seconds and who speaks (a cast position)."""

    seconds: float
    speaker: int | None


class SceneBrief(Brief):
    """One scene as the storyboard and the clip need it.

    `label` is episode and scene as a producer says it ("1-3"), `number` the shot's number in the whole drama
    (`NO_SCENE`: a picture that is not of a scene),
    `strip` every shot of the episode in order with this one at index `strip_index`. `seconds` is the clip's
    length. `cast` holds everyone in the picture, in the order they stand from left to right; `voices` everyone
    who speaks, in the picture or not.
    """

    label: str
    number: int
    setting: Setting
    location: str
    time_of_day: str
    description: str
    sound: str
    dialogue: tuple[DialogueLine, ...]
    shot: Shot
    cast: tuple[CharacterBrief, ...]
    voices: tuple[CharacterBrief, ...] = ()
    seconds: float
    language: str
    style: str
    strip: tuple[StripBlock, ...]
    strip_index: int

    def speaker(self, character_id: str) -> CharacterBrief | None:
        """The character with that id, in the picture or only heard."""
        return next((one for one in (*self.cast, *self.voices) if one.id == character_id), None)
