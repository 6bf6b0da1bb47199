"""What Fountain holds of a drama: the part that survives being written as a screenplay and read again.

It holds titles, logline, premise, language and style; characters with look, gender, voice and whether they are
main; episodes with their text; and of every scene its place, action, people in the picture, dialogue, shot, sound
and transition. It does not hold ids, urls, assets, prompts, or metadata beyond what `HeldDrama` names.

White space is held as it shows: lines are trimmed, and runs of spaces or blank lines are one.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import cast

from sfd.domain.models import DialogueLine, Drama, Episode, Metadata, Scene, Shot
from sfd.screenplay.camera import Framing
from sfd.screenplay.cast import unique_names
from sfd.screenplay.inline import one_line, solid, tidy
from sfd.screenplay.places import DEFAULT_TIME, Place, is_known_time, is_number, is_time_note, settle
from sfd.screenplay.title_page import is_title_page_key


@dataclass(frozen=True)
class HeldLine:
    """A line of dialogue by the speaker's name. Lines in which nothing is said are not held."""

    speaker: str
    text: str
    tone: str | None
    dual: bool


@dataclass(frozen=True)
class HeldScene:
    """One shot. `heading` is False when it goes on under the heading of the scene before."""

    place: Place
    heading: bool
    continues: bool
    description: str
    in_frame: tuple[str, ...]
    dialogue: tuple[HeldLine, ...]
    framing: Framing
    sound: str
    transition: str
    time_note: str
    number: str
    section: str
    synopsis: str
    notes: tuple[str, ...]


@dataclass(frozen=True)
class HeldEpisode:
    """One episode."""

    title: str
    description: str
    premise: str
    notes: tuple[str, ...]
    scenes: tuple[HeldScene, ...]


@dataclass(frozen=True)
class HeldCharacter:
    """A person by their name, which is unlike every other name in the drama."""

    name: str
    gender: str
    main: bool
    description: str
    voice: str


@dataclass(frozen=True)
class HeldDrama:
    """A drama as a screenplay holds it; two dramas that hold the same are the same screenplay."""

    title: str
    description: str
    premise: str
    language: str
    style: str
    title_page: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]
    characters: tuple[HeldCharacter, ...]
    episodes: tuple[HeldEpisode, ...]


def what_fountain_holds(drama: Drama) -> HeldDrama:
    """The part of `drama` that `drama_to_fountain` writes and `drama_from_fountain` reads back.

    A time of day that only follows on the scene before (CONTINUOUS, LATER) is held as the time it stands for.
    """
    names = unique_names(drama)
    holder = _Holder(names)
    return HeldDrama(
        title=one_line(drama.title),
        description=solid(drama.description),
        premise=solid(drama.premise),
        language=one_line(drama.language),
        style=one_line(drama.style),
        title_page=tuple(_title_page(drama.metadata)),
        notes=_notes(drama.metadata),
        characters=tuple(_characters(drama, names)),
        episodes=tuple(holder.episode(episode) for episode in drama.episodes),
    )


def _title_page(metadata: Metadata) -> Iterator[tuple[str, str]]:
    page: object = metadata.get("title_page")
    if not isinstance(page, Mapping):
        return
    for key, value in cast("Mapping[object, object]", page).items():
        if isinstance(key, str) and isinstance(value, str) and is_title_page_key(key) and key not in _FIELDS:
            yield key, solid(value)


_FIELDS = frozenset({"title", "logline", "premise", "language", "style"})


def _characters(drama: Drama, names: Mapping[str, str]) -> Iterator[HeldCharacter]:
    known = {character.id: character for character in reversed(drama.characters)}
    for character_id, name in names.items():
        person = known.get(character_id)
        yield HeldCharacter(
            name=name,
            gender=one_line(person.gender) if person else "",
            main=person.main if person else False,
            description=one_line(person.description) if person else "",
            voice=one_line(person.voice_description) if person else "",
        )


class _Holder:
    """Goes through the scenes in order, because a heading may lean on the one before it."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self._names = names
        self._time = DEFAULT_TIME

    def episode(self, episode: Episode) -> HeldEpisode:
        scenes: list[HeldScene] = []
        for scene in episode.scenes:
            scenes.append(self._scene(scene, scenes[-1] if scenes else None))
        return HeldEpisode(
            title=one_line(episode.title),
            description=solid(episode.description),
            premise=one_line(episode.premise),
            notes=_notes(episode.metadata),
            scenes=tuple(scenes),
        )

    def _scene(self, scene: Scene, before: HeldScene | None) -> HeldScene:
        location, time, note = settle(one_line(scene.location), one_line(scene.time_of_day), self._time)
        place = Place(scene.setting, location, time)
        self._time = time
        heading = not (scene.continues and before and before.place == place)
        section = (_text(scene.metadata, "section") if heading else "") or (before.section if before else "")
        return HeldScene(
            place=place,
            heading=heading,
            continues=scene.continues,
            description=tidy(scene.description),
            in_frame=self._named(scene.characters),
            dialogue=tuple(self._lines(scene.dialogue)),
            framing=self._framing(scene.shot),
            sound=one_line(scene.sound),
            transition=one_line(scene.transition),
            time_note=_time_note(note or _text(scene.metadata, "time_note"), time) if heading else "",
            number=_number(scene.metadata) if heading else "",
            section=section,
            synopsis=solid(_text(scene.metadata, "synopsis", lines=True)) if heading else "",
            notes=_notes(scene.metadata),
        )

    def _named(self, ids: list[str]) -> tuple[str, ...]:
        return tuple(self._names[one] for one in ids if one in self._names)

    def _lines(self, dialogue: list[DialogueLine]) -> Iterator[HeldLine]:
        for line in dialogue:
            text = one_line(line.line)
            if text:
                yield HeldLine(self._names[line.character_id], text, one_line(line.tone or "") or None, line.dual)

    def _framing(self, shot: Shot) -> Framing:
        behind = self._names.get(shot.over_shoulder) if shot.over_shoulder else None
        return Framing(shot.size, shot.angle, shot.move, shot.lens_mm, behind)


def _text(metadata: Metadata, key: str, *, lines: bool = False) -> str:
    value: object = metadata.get(key)
    if not isinstance(value, str):
        return ""
    return value if lines else one_line(value)


def _notes(metadata: Metadata) -> tuple[str, ...]:
    values: object = metadata.get("notes")
    if not isinstance(values, list):
        return ()
    return tuple(text for note in cast("list[object]", values) if isinstance(note, str) and (text := one_line(note)))


def _time_note(note: str, time: str) -> str:
    return note if is_time_note(note) and is_known_time(time) else ""


def _number(metadata: Metadata) -> str:
    number = _text(metadata, "scene_number")
    return number if is_number(number) else ""
