"""Text edits over a whole drama: another name for somebody, and an outlined episode told with a drama's own people."""

import json
import re
from collections.abc import Callable
from typing import Any

from pydantic import ValidationError

from sfd.domain.models import Character, Drama, Episode
from sfd.domain.validation import faults_of, invalid

_TEXTS = frozenset({"title", "description", "premise", "name", "line", "prompt", "sound", "location", "tone"})
_CHINESE = re.compile("[\u3400-\u9fff]")
_NOT_NAMES = frozenset({"the", "a", "an", "old", "young", "dr", "mr", "mrs", "ms", "miss", "little", "big"})


def is_chinese(drama: Drama) -> bool:
    """Whether a drama is written in Chinese."""
    if drama.language:
        return drama.language.lower().split("-")[0] in ("zh", "cmn", "yue")
    scenes = " ".join(scene.description for episode in drama.episodes for scene in episode.scenes)
    return bool(_CHINESE.search(f"{drama.title}{drama.description}{drama.premise}{scenes}"))


def renamed(drama: Drama, person: Character, old: str, new: str) -> Drama:
    """The drama with a person called `new` wherever it says `old`, their whole name or its first word.

    Raises:
        InvalidInput: a text grows longer than it may be.
    """
    names = {old: new}
    if old.casefold() == person.name.casefold():
        short = person.name.split(" ")[0]
        shared = any(one is not person and short in one.name.split(" ") for one in drama.characters)
        if short.casefold().rstrip(".") not in _NOT_NAMES and not shared:
            names.setdefault(short, new.split(" ", maxsplit=1)[0])
    others = {one.id: one.name for one in drama.characters if one.id != person.id}
    changed = _told(drama.model_dump_json(), _calling(names))
    for character in changed["characters"]:
        character["name"] = others.get(character["id"], character["name"])
    try:
        return Drama.model_validate(changed)
    except ValidationError as error:
        raise invalid("The name cannot be used", faults_of(error)) from error


def retold(drama: Drama, outlined: Drama, episode: Episode) -> tuple[Episode, list[Character]]:
    """An outlined episode played by a drama's own people, and those of the outline that it has nobody for."""
    used = {one for scene in episode.scenes for one in (*scene.characters, scene.shot.over_shoulder)}
    used |= {line.character_id for scene in episode.scenes for line in scene.dialogue}
    free = sorted(drama.characters, key=lambda one: not one.main)
    players: dict[str, Character] = {}
    extras: list[Character] = []
    for role in sorted(outlined.characters, key=lambda one: all(own.name != one.name for own in free)):
        player = _player(role, free)
        if player is not None:
            free = [one for one in free if one is not player]
        elif role.id in used:
            player = role.model_copy(update={"id": _free(role.id, {one.id for one in drama.characters})})
            extras.append(player)
        if player is not None:
            players[role.id] = player
    names: dict[str, str] = {}
    for role in outlined.characters:
        if role.id in players:
            names[role.name] = players[role.id].name
            names.setdefault(role.name.split(" ")[0], players[role.id].name.split(" ")[0])
    data = _told(episode.model_dump_json(), _calling(names))
    ids = {role: player.id for role, player in players.items()}
    for scene in data["scenes"]:
        scene["characters"] = list(dict.fromkeys(ids.get(one, one) for one in scene["characters"]))
        scene["shot"]["over_shoulder"] = ids.get(scene["shot"]["over_shoulder"])
        for line in scene["dialogue"]:
            line["character_id"] = ids[line["character_id"]]
    return Episode.model_validate(data), extras


def _player(role: Character, free: list[Character]) -> Character | None:
    """Who plays a role: the one of that name, else one of that gender, else anyone."""
    tests: tuple[Callable[[Character], bool], ...] = (
        lambda one: one.name == role.name,
        lambda one: one.id == role.id,
        lambda one: one.gender == role.gender,
        lambda _: True,
    )
    return next((one for test in tests for one in free if test(one)), None)


def _calling(names: dict[str, str]) -> Callable[[str], str]:
    """A substitution of names in a text: whole words where words have spaces, in capitals where they stand so."""
    known = {one.casefold(): other for one, other in names.items() if one}
    if not known:
        return str
    words = sorted(known, key=len, reverse=True)
    pattern = re.compile("|".join(map(_whole_word, words)), re.IGNORECASE)

    def named(match: re.Match[str]) -> str:
        said, name = match[0], known[match[0].casefold()]
        if said.islower() and name != name.lower() and not any(said == one for one in names):
            return said
        return name.upper() if said.isupper() and len(said) > 1 else name

    return lambda text: pattern.sub(named, text)


def _whole_word(word: str) -> str:
    left = "" if _CHINESE.match(word[0]) else r"(?<!\w)"
    right = "" if _CHINESE.match(word[-1]) else r"(?!\w)"
    return f"{left}{re.escape(word)}{right}"


def _told(text: str, call: Callable[[str], str]) -> dict[str, Any]:
    def tell(fields: dict[str, Any]) -> dict[str, Any]:
        return {
            key: call(value) if key in _TEXTS and isinstance(value, str) else value for key, value in fields.items()
        }

    data: dict[str, Any] = json.loads(text, object_hook=tell)
    return data


def _free(wanted: str, taken: set[str]) -> str:
    number = 2
    candidate = wanted
    while candidate in taken:
        candidate, number = f"{wanted}.{number}", number + 1
    return candidate
