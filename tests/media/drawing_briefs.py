"""Briefs the drawing tests share."""

from sfd.domain.briefs import CharacterBrief, SceneBrief, StripBlock
from sfd.domain.models import Shot


def character(
    position: int, name: str, description: str = "", gender: str = "", *, identifier: str = "", voice: str = "Warm alto"
) -> CharacterBrief:
    return CharacterBrief(
        id=identifier or f"c{position}",
        name=name,
        description=description,
        gender=gender,
        voice_description=voice,
        main=True,
        position=position,
    )


KAI = character(0, "Gu Kai", "31, navy suit, slicked hair", "male")
MEI = character(1, "Lin Mei", "27, long black hair, red dress", "female")
ANA = character(2, "Dr. Ana Reyes", "Doctor, 38, silver bun, glasses", "female")

_SCENE = SceneBrief(
    label="1-3",
    number=12,
    setting="INT",
    location="Office",
    time_of_day="NIGHT",
    description="Kai turns away from the window.",
    sound="Rain",
    dialogue=(),
    shot=Shot(),
    cast=(),
    seconds=5.0,
    language="en",
    style="",
    strip=(StripBlock(seconds=4, speaker=0), StripBlock(seconds=5, speaker=None)),
    strip_index=1,
)


def scene(**changes: object) -> SceneBrief:
    return _SCENE.model_copy(update=changes)
