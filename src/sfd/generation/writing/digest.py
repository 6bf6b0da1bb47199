"""Pure: a finished drama as a writer reads it, in as much detail as fits."""

from typing import Any

from sfd.domain.models import Character, Drama, Episode, Scene
from sfd.generation.writing.templates import chosen, compact

LONGEST_DIGEST = 400_000


def digest(drama: Drama) -> dict[str, Any]:
    """The whole drama: with every line if it fits into LONGEST_DIGEST characters, else with less of each scene."""
    head = heading(drama)
    full = {**head, "episodes": [_episode(one, number) for number, one in enumerate(drama.episodes, 1)]}
    if len(compact(full)) <= LONGEST_DIGEST:
        return full
    silent = [{**one, "scenes": [_seen(scene) for scene in one["scenes"]]} for one in full["episodes"]]
    told = {**head, "episodes": silent}
    if len(compact(told)) <= LONGEST_DIGEST:
        return told
    return {**head, "episodes": [chosen(one, "number", "title", "logline") for one in full["episodes"]]}


def heading(drama: Drama) -> dict[str, Any]:
    """What is said of the drama as a whole."""
    return {
        "title": drama.title,
        "logline": drama.description,
        "style": drama.style,
        "language": drama.language,
        "characters": [person(one) for one in drama.characters],
    }


def person(character: Character) -> dict[str, Any]:
    """A character as answers have it."""
    return {
        "id": character.id,
        "name": character.name,
        "gender": character.gender,
        "look": character.description,
        "voice": character.voice_description,
        "main": character.main,
    }


def whole_scene(scene: Scene) -> dict[str, Any]:
    """All of a scene that a writer answers with, as it is."""
    images = [one.prompt for one in scene.assets if one.kind == "image"]
    clips = [one for one in scene.assets if one.kind == "video"]
    dialogue = [
        {"character": one.character_id, "line": one.line, "tone": one.tone or "", "off_screen": one.heard_only}
        for one in scene.dialogue
    ]
    return {
        "id": scene.id,
        "setting": scene.setting,
        "location": scene.location,
        "time_of_day": scene.time_of_day,
        "description": scene.description,
        "characters": scene.characters,
        "dialogue": dialogue,
        "shot": chosen(scene.shot.model_dump(mode="json"), "size", "angle", "move"),
        "sound": scene.sound,
        "continues": scene.continues,
        "seconds": sum(one.duration or 0.0 for one in clips),
        "wardrobe": str(scene.metadata.get("wardrobe", "")),
        "image_prompt": "".join(images[:1]),
        "video_prompt": "".join(one.prompt for one in clips[:1]),
    }


def _episode(episode: Episode, number: int) -> dict[str, Any]:
    scenes = [
        {
            "id": one.id,
            "location": one.location,
            "description": one.description,
            "characters": one.characters,
            "dialogue": [f"{line.character_id}: {line.line}" for line in one.dialogue],
        }
        for one in episode.scenes
    ]
    return {"number": number, "title": episode.title, "logline": episode.description, "scenes": scenes}


def _seen(scene: dict[str, Any]) -> dict[str, Any]:
    return {"id": scene["id"], "description": scene["description"][:120]}
