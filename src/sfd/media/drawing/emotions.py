"""What a face shows, from what its character says and how."""

from enum import StrEnum

from sfd.domain.briefs import SceneBrief
from sfd.media.drawing.vocabulary import EMOTION_WORDS, first_match


class Emotion(StrEnum):
    """The faces a person can make."""

    NEUTRAL = "neutral"
    HAPPY = "happy"
    SAD = "sad"
    ANGRY = "angry"
    SURPRISED = "surprised"
    AFRAID = "afraid"
    COLD = "cold"


def emotion_of(brief: SceneBrief, character_id: str) -> Emotion:
    """The character's emotion in the scene: by the tone of their lines first, then by the words themselves."""
    spoken = [line for line in brief.dialogue if line.character_id == character_id]
    tones = " ".join(line.tone or "" for line in spoken).lower()
    lines = " ".join(line.line for line in spoken)[:2000].lower()
    found = first_match(tones, EMOTION_WORDS) or first_match(lines, EMOTION_WORDS)
    return Emotion(found) if found else _by_punctuation(lines)


def _by_punctuation(lines: str) -> Emotion:
    return Emotion.SURPRISED if "?!" in lines or "？！" in lines or "!?" in lines else Emotion.NEUTRAL
