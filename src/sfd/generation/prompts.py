"""Pure: what is asked of an image or video model, in words, when an asset brings no prompt of its own."""

from collections.abc import Sequence

from sfd.domain.briefs import CharacterBrief, SceneBrief
from sfd.domain.models import Angle, CameraMove

_ANGLES = {Angle.EYE_LEVEL: "at eye level", Angle.OVERHEAD: "from overhead", Angle.DUTCH: "with a dutch tilt"}
_MOVES = {
    CameraMove.STATIC: "The camera does not move.",
    CameraMove.PUSH_IN: "The camera pushes in slowly.",
    CameraMove.PULL_OUT: "The camera pulls out slowly.",
    CameraMove.PAN_LEFT: "The camera pans left.",
    CameraMove.PAN_RIGHT: "The camera pans right.",
    CameraMove.TILT_UP: "The camera tilts up.",
    CameraMove.TILT_DOWN: "The camera tilts down.",
    CameraMove.HANDHELD: "The camera is handheld.",
}


def portrait_prompt(character: CharacterBrief, style: str) -> str:
    """The picture that every later picture of the character is held against."""
    who = f"Portrait of {character.name}" + (f", {character.gender}" if character.gender else "")
    look = character.description or "an ordinary person"
    return _sentences(
        f"{who}: {look}",
        "Head and shoulders, facing the camera, neutral expression, even light, plain background",
        "Vertical 9:16",
        style,
    )


def place_prompt(place: SceneBrief) -> str:
    """The picture that every later picture of a place is held against."""
    return _sentences(
        place.location,
        place.description,
        "The whole place, wide, at eye level, nobody in it",
        "Vertical 9:16, one single frame, no text, no captions",
        place.style,
    )


def storyboard_prompt(scene: SceneBrief, words: str = "", wardrobe: str = "") -> str:
    """The first frame of the scene. `words` say what it shows, instead of the description of the scene."""
    people = [f"{one.name} ({one.description})" if one.description else one.name for one in scene.cast]
    return _sentences(
        _framing(scene),
        f"{scene.setting} {scene.location}, {scene.time_of_day.lower()}",
        words or scene.description,
        f"In the picture: {'; '.join(people)}" if people else "",
        f"They wear: {wardrobe}" if wardrobe else "",
        "Vertical 9:16, one single frame, no text, no captions",
        scene.style,
    )


def clip_prompt(scene: SceneBrief, words: str = "") -> str:
    """The motion of the scene, with what is said. `words` say what happens, instead of its description."""
    lines: list[str] = []
    for line in scene.dialogue:
        speaker = scene.speaker(line.character_id)
        name = speaker.name if speaker else line.character_id
        voice = f" ({speaker.voice_description})" if speaker and speaker.voice_description else ""
        tone = f", {line.tone}" if line.tone else ""
        lines.append(f'{name}{voice}{tone} says: "{line.line}"')
    return _sentences(
        f"{_framing(scene)}. {_MOVES[scene.shot.move]} Single continuous shot",
        f"{scene.setting} {scene.location}, {scene.time_of_day.lower()}",
        words or scene.description,
        *lines,
        f"Sound: {scene.sound}" if scene.sound else "",
        scene.style,
    )


def attached_pictures(prompt: str, shown: Sequence[str]) -> str:
    """A prompt with what the attached pictures show, in the order in which they are sent."""
    listed = "; ".join(f"{number}. {what}" for number, what in enumerate(shown, 1))
    return _sentences(
        prompt,
        f"Attached pictures, in this order: {listed}",
        "Keep every face, hairstyle, costume and place as they are there; the composition is new",
    )


def _framing(scene: SceneBrief) -> str:
    size = scene.shot.size.replace("_", " ").capitalize()
    angle = _ANGLES.get(scene.shot.angle, f"from a {scene.shot.angle} angle")
    lens = f", {scene.shot.lens_mm} mm lens" if scene.shot.lens_mm else ""
    return f"{size} shot {angle}{lens}".replace("up shot", "up").replace("shot shot", "shot")


def _sentences(*parts: str) -> str:
    written = [part.strip() for part in parts if part and part.strip()]
    return " ".join(part if part[-1] in '.!?。！？"' else f"{part}." for part in written)
