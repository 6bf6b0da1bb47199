"""The words of a brief as they are shown: cleaned, named, cut to what a frame can hold."""

from dataclasses import dataclass

from sfd.domain.briefs import SceneBrief
from sfd.domain.models import DialogueLine
from sfd.media.drawing.colour import identity_colour
from sfd.media.drawing.typography import clean

UNKNOWN_SPEAKER = "#aab0c0"
_LONGEST = 1200


@dataclass(frozen=True)
class SpokenLine:
    """One line of dialogue ready to be set."""

    speaker: str
    colour: str
    tone: str
    text: str


def shown(text: str) -> str:
    """Text as it can be drawn, cut to more than any frame holds."""
    return clean(text[:_LONGEST])


def spoken_lines(brief: SceneBrief) -> list[SpokenLine]:
    """The scene's dialogue with names and colours; a speaker the drama does not know is grey."""
    return [_spoken(brief, line) for line in brief.dialogue]


def _spoken(brief: SceneBrief, line: DialogueLine) -> SpokenLine:
    person = brief.speaker(line.character_id)
    if person:
        speaker, colour = shown(person.name) or shown(person.id), identity_colour(person.position)
    else:
        speaker, colour = shown(line.character_id).replace("_", " ").replace("-", " ").title(), UNKNOWN_SPEAKER
    return SpokenLine(speaker, colour, shown(line.tone or ""), shown(line.line))


def slugline(brief: SceneBrief) -> str:
    """Setting, place and time of day, as a screenplay writes them."""
    place, time = shown(brief.location).upper(), shown(brief.time_of_day).upper()
    return f"{brief.setting}. " + " — ".join(part for part in (place, time) if part)


def clock(seconds: float) -> str:
    """A time within an episode, `mm:ss.s`."""
    tenths = round(max(0.0, seconds) * 10)
    return f"{tenths // 600:02d}:{tenths % 600 // 10:02d}.{tenths % 10}"
