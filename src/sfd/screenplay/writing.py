"""A drama to Fountain that other programs open and `drama_from_fountain` reads back as it was."""

import re
from collections.abc import Iterator
from dataclasses import replace

from sfd.domain.models import DialogueLine, Drama
from sfd.screenplay.camera import words
from sfd.screenplay.cast import NameIndex, introductions
from sfd.screenplay.holding import HeldCharacter, HeldDrama, HeldEpisode, HeldLine, HeldScene, what_fountain_holds
from sfd.screenplay.inline import escape
from sfd.screenplay.lines import read_cue, read_line, would_be_misread
from sfd.screenplay.notes import Direction, escape_field, free_note, note
from sfd.screenplay.places import heading_line
from sfd.screenplay.splitting import fits_one_shot
from sfd.screenplay.title_page import title_page_entry
from sfd.screenplay.tones import extension_and_parenthetical, is_heard_only

_CUE_MARKS = re.compile(r"[()（）^:：]")
_CAPITAL_CUE = re.compile(r"[A-Z][A-Z0-9 .'\-]*")
_SPEECH_MARKS = "(（~.!@#=>["


def drama_to_fountain(drama: Drama) -> str:
    """Write `drama` as a screenplay.

    Episodes are sections, scenes that go on under one heading are told apart by their `[[shot: …]]`, and what
    a screenplay has no place for stands in notes: characters, sounds, who is in the picture. Ids, urls, assets and
    prompts are left out; `what_fountain_holds` says exactly what is written. Text that Fountain would take for
    something else is forced (`!`, `@`) or escaped.
    """
    held = what_fountain_holds(drama)
    return "\n\n".join(_Writer(held).blocks()) + "\n"


class _Writer:
    """Gives the screenplay's blocks, which blank lines keep apart."""

    def __init__(self, held: HeldDrama) -> None:
        self._held = held
        self._index = NameIndex({person.name: person.name for person in held.characters})

    def blocks(self) -> Iterator[str]:
        yield _title_page(self._held)
        notes = [*map(_character_note, self._held.characters), *map(free_note, self._held.notes)]
        if notes:
            yield "\n".join(notes)
        for number, episode in enumerate(self._held.episodes, 1):
            yield from self._episode(number, episode)

    def _episode(self, number: int, episode: HeldEpisode) -> Iterator[str]:
        yield f"# Episode {number}: {escape(episode.title)}" if episode.title else f"# Episode {number}"
        yield from _synopsis(episode.description)
        notes = [note(Direction.PREMISE, escape(episode.premise))] if episode.premise else []
        notes += map(free_note, episode.notes)
        if notes:
            yield "\n".join(notes)
        section = ""
        for scene in episode.scenes:
            if scene.section != section:
                yield f"## {escape(scene.section)}"
            section = scene.section
            yield from self._scene(scene)

    def _scene(self, scene: HeldScene) -> Iterator[str]:
        if scene.heading:
            yield heading_line(scene.place, scene.time_note, scene.number)
            yield from _synopsis(scene.synopsis)
        yield "\n".join(self._notes(scene))
        yield from (self._paragraph(paragraph) for paragraph in scene.description.split("\n\n") if paragraph)
        yield from map(_speech, scene.dialogue)
        if scene.transition:
            yield f"> {_shut(escape(scene.transition))}"

    def _notes(self, scene: HeldScene) -> Iterator[str]:
        lines = [
            DialogueLine(character_id="x", line=line.text, tone=line.tone, dual=line.dual) for line in scene.dialogue
        ]
        framing = replace(scene.framing, one_take=not fits_one_shot(lines))
        yield note(Direction.SHOT, words(framing, escape(scene.framing.over or "")))
        if scene.continues and scene.heading:
            yield note(Direction.CONTINUES, "")
        if scene.sound:
            yield note(Direction.SOUND, escape(scene.sound))
        if list(scene.in_frame) != self._in_picture(scene):
            yield note(Direction.IN_FRAME, " | ".join(map(escape_field, scene.in_frame)))
        yield from map(free_note, scene.notes)

    def _in_picture(self, scene: HeldScene) -> list[str]:
        speakers = {line.speaker for line in scene.dialogue if not is_heard_only(line.tone)}
        return self._index.in_picture(scene.description, speakers, scene.framing.over)

    def _paragraph(self, paragraph: str) -> str:
        return "\n".join(map(self._action_line, paragraph.split("\n")))

    def _action_line(self, text: str) -> str:
        line = escape(text)
        introduces = not self._held.characters and bool(introductions(text, ()))
        if not (introduces or would_be_misread(line)):
            return line
        return f"!\\{line}" if line.startswith("!") else f"!{line}"


def _title_page(held: HeldDrama) -> str:
    entries = [("Title", held.title)]
    fields = (("Logline", held.description), ("Premise", held.premise), ("Language", held.language))
    entries += [(key.capitalize(), value) for key, value in held.title_page]
    entries += [(key, value) for key, value in (*fields, ("Style", held.style)) if value]
    return "\n".join(title_page_entry(key, value) for key, value in entries)


def _character_note(person: HeldCharacter) -> str:
    parts = [
        escape_field(person.name),
        f"gender: {escape_field(person.gender)}",
        "main" if person.main else "supporting",
    ]
    parts += [f"description: {escape_field(person.description)}"] if person.description else []
    parts += [f"voice: {escape_field(person.voice)}"] if person.voice else []
    return note(Direction.CHARACTER, " | ".join(parts))


def _synopsis(text: str) -> Iterator[str]:
    if text:
        yield "\n".join(f"= {escape(line)}" for line in text.split("\n"))


def _speech(line: HeldLine) -> str:
    extension, parenthetical = extension_and_parenthetical(line.tone)
    beside = f"{f' ({extension})' if extension else ''}{' ^' if line.dual else ''}"
    under = [f"({escape(parenthetical)})"] if parenthetical else []
    said = escape(line.text)
    guarded = f"\\{said}" if said[0] in _SPEECH_MARKS else said
    return "\n".join([_cue(line.speaker, beside), *under, guarded])


def _cue(name: str, beside: str) -> str:
    """A name as a cue: in capitals where nothing is lost by it, else forced."""
    capitals = name.upper()
    if name.isascii() and _CAPITAL_CUE.fullmatch(capitals) and not read_line(f"{capitals}{beside}", 0):
        cue = read_cue(f"{capitals}{beside}")
        if cue and cue.name == capitals:
            return f"{capitals}{beside}"
    return f"@{_CUE_MARKS.sub(lambda mark: chr(92) + mark[0], escape(name))}{beside}"


def _shut(text: str) -> str:
    """A transition that does not close as centred text would."""
    return f"{text[:-1]}\\<" if text.endswith("<") else text
