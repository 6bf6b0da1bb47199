"""Fountain to a drama.

Sections are episodes, scenes become shots (`sfd.screenplay.shots`), and the words decide the framing
(`sfd.screenplay.framing`). The same text always gives the same drama. Scenes get no assets: they are planned
elsewhere.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from sfd.domain.errors import Fault, InvalidInput
from sfd.domain.models import (
    MAX_EPISODES,
    MAX_PREMISE_CHARACTERS,
    MAX_SCREENPLAY_BYTES,
    Character,
    DialogueLine,
    Drama,
    Episode,
    Metadata,
    Scene,
    Shot,
)
from sfd.screenplay.camera import SOMEONE, Framing, merged
from sfd.screenplay.cast import (
    Introduction,
    NameIndex,
    introductions,
    make_cast,
    name_key,
    read_character_note,
)
from sfd.screenplay.elements import Note, Paragraph, SceneHeading, Screenplay, Section, Speech
from sfd.screenplay.faults import LONGEST_LONG, LONGEST_SHORT, Faults, pointer
from sfd.screenplay.fountain import parse
from sfd.screenplay.framing import Company, Moment, as_said, frame
from sfd.screenplay.inline import one_line, plain
from sfd.screenplay.notes import Direction, direction_of
from sfd.screenplay.outline import EpisodeDraft, SceneDraft, episode_title, outline
from sfd.screenplay.shots import ShotDraft, ShotMaker
from sfd.screenplay.tones import is_heard_only, tone_of

UNTITLED = "Untitled"
_FIELDS = frozenset({"title", "logline", "premise", "language", "style"})
_LINES_SHOWN = 3
_SHOWN = 60
_THEY = re.compile(r"\b(?:they|them|their)\b|他们|她们|两人", re.IGNORECASE)
_PRONOUNS = (
    (re.compile(r"\b(?:she|hers?)\b|她", re.IGNORECASE), "female"),
    (re.compile(r"\b(?:he|him|his)\b|他", re.IGNORECASE), "male"),
)


def drama_from_fountain(text: str, *, drama_id: str, language: str = "", style: str = "") -> Drama:
    """Read a screenplay.

    Args:
        text: the screenplay in Fountain 1.1, or in the looser forms that `sfd.screenplay.fountain` lists.
        drama_id: the id of the drama. Its parts are `episode_1`, `scene_1_1`, and characters by name.
        language: BCP 47; when empty, the title page's `Language:`.
        style: the visual style; when empty, the title page's `Style:`.

    Returns:
        A drama whose every scene is one shot of 10 seconds of dialogue at most, unless the screenplay keeps a
        longer one whole with `[[shot: …, one take]]`.

    Raises:
        InvalidInput: there is no scene heading, the text is larger than `MAX_SCREENPLAY_BYTES` or is not text,
            it has more than `MAX_EPISODES` episodes, or a part is longer than a drama can hold. Each fault's
            pointer is `/screenplay#line=12`, or `/screenplay` for the text as a whole.
    """
    _refuse_unreadable(text)
    screenplay = parse(text)
    _refuse_without_scenes(screenplay, text)
    faults = Faults()
    drama = _Reader(screenplay, faults).drama(drama_id, language, style)
    faults.raise_any()
    return drama


def _refuse_unreadable(text: str) -> None:
    nul = text.find("\0")
    if nul >= 0:
        raise _refusal("The screenplay is not text: it holds a NUL character.", text.count("\n", 0, nul) + 1)
    try:
        size = len(text.encode())
    except UnicodeEncodeError as error:
        line = text.count("\n", 0, error.start) + 1
        raise _refusal("The screenplay is not text: it holds half of a surrogate pair.", line) from error
    if size > MAX_SCREENPLAY_BYTES:
        raise _refusal(
            f"The screenplay has {size:,} bytes; the most is {MAX_SCREENPLAY_BYTES:,}. Send fewer episodes at once."
        )


def _refuse_without_scenes(screenplay: Screenplay, text: str) -> None:
    if any(isinstance(element, SceneHeading) for element in screenplay.elements):
        return
    written = [(number, line.strip()) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
    first = " / ".join(f'"{line[:_SHOWN]}"' for _, line in written[:_LINES_SHOWN])
    raise _refusal(
        "No scene heading was found; a scene starts with INT. or EXT. on a line of its own, such as "
        f'"INT. ROOFTOP - NIGHT". {f"The text begins {first}." if first else "The text is empty."}',
        written[0][0] if written else None,
    )


def _refusal(detail: str, line: int | None = None) -> InvalidInput:
    return InvalidInput(detail, [Fault(pointer(line) if line else "/screenplay", detail)])


class _Reader:
    """Builds the drama from a parsed screenplay, gathering faults on the way."""

    def __init__(self, screenplay: Screenplay, faults: Faults) -> None:
        self._page = screenplay.title_page
        self._elements = screenplay.elements
        self._outline = outline(screenplay.elements)
        self._faults = faults
        self._characters = self._cast()
        self._ids = {name_key(character.name): character.id for character in self._characters}
        self._genders = {character.id: character.gender for character in self._characters}
        self._index = NameIndex({character.id: character.name for character in self._characters})
        self._shot: Shot | None = None
        self._location: str | None = None

    def drama(self, drama_id: str, language: str, style: str) -> Drama:
        front = self._outline.front
        fit = self._faults.fit
        return Drama(
            id=drama_id,
            title=fit(self._title(), LONGEST_SHORT, "The title", 1),
            description=fit(self._page.get("logline", "\n".join(front.synopsis)), LONGEST_LONG, "The logline", 1),
            premise=fit(self._page.get("premise", ""), MAX_PREMISE_CHARACTERS, "The premise", 1),
            language=fit(language or one_line(self._page.get("language", "")), LONGEST_SHORT, "The language", 1),
            style=fit(style or one_line(self._page.get("style", "")), LONGEST_SHORT, "The style", 1),
            characters=self._characters,
            episodes=self._episodes(),
            metadata=_metadata(
                title_page={key: value for key, value in self._page.items() if key not in _FIELDS},
                notes=_free_notes(front.notes),
            ),
        )

    def _title(self) -> str:
        if "title" in self._page:
            return one_line(self._page["title"])
        sections = (element.text for element in self._elements if isinstance(element, Section))
        return next((title for section in sections if (title := episode_title(section))), UNTITLED)

    def _cast(self) -> list[Character]:
        notes = [note for note in self._character_notes() if note]
        noted = any(note.main is not None for note in notes)
        speeches = [element for element in self._elements if isinstance(element, Speech)]
        counts = Counter(name_key(speech.name) for speech in speeches)
        known = [*notes, *self._people(speeches, introduced=not noted)]
        return make_cast(known, counts, noted=noted)

    def _character_notes(self) -> Iterator[Introduction | None]:
        for element in self._elements:
            if isinstance(element, Note) and (note := direction_of(element.text))[0] is Direction.CHARACTER:
                read = read_character_note(note[1])
                yield read and self._fitted(read, element.line)

    def _people(self, speeches: list[Speech], *, introduced: bool) -> Iterator[Introduction]:
        names = {name_key(speech.name): speech.name for speech in reversed(speeches)}
        for element in self._elements:
            if isinstance(element, Speech):
                yield self._fitted(Introduction(element.name), element.line)
            elif introduced and isinstance(element, Paragraph):
                prose = "\n".join(line for line in element.text.split("\n") if line not in element.forced)
                for person in introductions(prose, names):
                    name = names.get(name_key(person.name), person.name)
                    yield self._fitted(replace(person, name=name), element.line)

    def _fitted(self, person: Introduction, line: int) -> Introduction:
        fit = self._faults.fit
        return replace(
            person,
            name=fit(person.name, LONGEST_SHORT, "A character's name", line),
            description=person.description and fit(person.description, LONGEST_LONG, "A character's look", line),
            gender=person.gender and fit(person.gender, LONGEST_SHORT, "A character's gender", line),
            voice=person.voice and fit(person.voice, LONGEST_LONG, "A character's voice", line),
        )

    def _episodes(self) -> list[Episode]:
        drafts = self._outline.episodes
        if len(drafts) > MAX_EPISODES:
            detail = f"There are {len(drafts)} episodes; the most is {MAX_EPISODES}. Divide the screenplay here."
            self._faults.add(drafts[MAX_EPISODES].line, detail)
        return [self._episode(number, draft) for number, draft in enumerate(drafts[:MAX_EPISODES], 1)]

    def _episode(self, number: int, draft: EpisodeDraft) -> Episode:
        self._shot = None
        premises = [plain(value) for direction, value in _directions(draft.notes) if direction is Direction.PREMISE]
        synopsis = "\n".join(draft.synopsis or self._unplaced(draft))
        fit = self._faults.fit
        return Episode(
            id=f"episode_{number}",
            title=fit(draft.title, LONGEST_SHORT, "The episode's title", draft.line),
            description=fit(synopsis, LONGEST_LONG, "The episode's synopsis", draft.line),
            premise=fit(" ".join(premises), LONGEST_LONG, "The episode's premise", draft.line),
            scenes=self._scenes(number, draft),
            metadata=_metadata(notes=_free_notes(draft.notes)),
        )

    def _unplaced(self, draft: EpisodeDraft) -> list[str]:
        """What stands in an episode without any scene: prose describes it, speech has nowhere to be filmed."""
        for item in draft.prelude:
            if isinstance(item, Speech):
                detail = f"{item.name} speaks before any scene heading; add one above, such as INT. ROOM - DAY."
                self._faults.add(item.line, detail)
        return [item.text for item in draft.prelude if isinstance(item, Paragraph) and item.text]

    def _scenes(self, number: int, draft: EpisodeDraft) -> list[Scene]:
        scenes: list[Scene] = []
        for scene in draft.scenes:
            last = scene is draft.scenes[-1]
            scenes += self._shots(scene, f"scene_{number}_", len(scenes), ends_episode=last)
        return scenes

    def _shots(self, draft: SceneDraft, prefix: str, before: int, *, ends_episode: bool) -> list[Scene]:
        maker = ShotMaker(draft.line, self._lines)
        shots = maker.make(draft.items)
        once = _metadata(
            scene_number=draft.number,
            time_note=draft.time_note,
            synopsis="\n".join(draft.synopsis),
            transition_in=" ".join(maker.opening),
        )
        opens = draft.place.location != self._location
        self._location = draft.place.location
        company = Company()
        scenes: list[Scene] = []
        seen: list[str] = []
        for index, shot in enumerate(shots):
            seen = self._seen(shot, seen)
            moment = Moment(
                index=index,
                count=len(shots),
                setting=draft.place.setting,
                speakers=_speakers(shot),
                seen=tuple(seen),
                dialogue=shot.cut.lines,
                listener=company.listener(_speakers(shot)),
                opens=opens,
                ends_episode=ends_episode and index == len(shots) - 1 and len(shots) + before > 1,
            )
            company.meet(seen, moment.speakers)
            scene = self._scene(f"{prefix}{before + index + 1}", draft, shot, moment)
            scene.metadata.update(
                {**(once if index == 0 else {}), **_metadata(section=draft.section, notes=shot.notes)}
            )
            scene.continues = index > 0 or shot.continues
            scenes.append(scene)
        return scenes

    def _scene(self, scene_id: str, draft: SceneDraft, shot: ShotDraft, moment: Moment) -> Scene:
        fit, line = self._faults.fit, shot.line
        framed = self._framed(shot, moment)
        self._shot = framed
        behind = framed.over_shoulder
        added = [behind] if behind and behind not in moment.seen and shot.in_frame is None else []
        return Scene(
            id=scene_id,
            description=fit("\n\n".join(shot.cut.paragraphs), LONGEST_LONG, "The action of one shot", line),
            setting=draft.place.setting,
            location=fit(draft.place.location, LONGEST_SHORT, "The location", draft.line),
            time_of_day=fit(draft.place.time_of_day, LONGEST_SHORT, "The time of day", draft.line),
            characters=self._index.in_order([*moment.seen, *added]) if added else list(moment.seen),
            dialogue=shot.cut.lines,
            shot=framed,
            sound=fit("; ".join(shot.sounds), LONGEST_SHORT, "The sound of one shot", line),
            transition=fit(" ".join(shot.transitions), LONGEST_SHORT, "The transition", line),
        )

    def _framed(self, shot: ShotDraft, moment: Moment) -> Shot:
        if shot.fixed:
            return as_said(shot.said, self._behind(shot.said, moment))
        acted = shot.acted
        return frame(moment, shot.said, acted, self._behind(merged(shot.said, acted), moment), self._shot)

    def _behind(self, said: Framing, moment: Moment) -> str | None:
        return moment.listener if said.over == SOMEONE else self._ids.get(name_key(said.over or ""))

    def _seen(self, shot: ShotDraft, before: list[str]) -> list[str]:
        """Who is in the picture. With nobody named, it is whoever "she" or "they" were in the shot before.

        When there is only a voice to hear, it is whoever hears it.
        """
        if shot.in_frame is not None:
            return [self._ids[name_key(name)] for name in shot.in_frame if name_key(name) in self._ids]
        description = "\n".join(shot.cut.paragraphs)
        behind = self._ids.get(name_key(shot.said.over or ""))
        seen = self._index.in_picture(description, _speakers(shot), behind)
        if seen or shot.fixed:
            return seen
        return self._meant(description, before) if description else before

    def _meant(self, description: str, before: list[str]) -> list[str]:
        if _THEY.search(description):
            return before
        for pronouns, gender in _PRONOUNS:
            if pronouns.search(description):
                fitting = [one for one in before if self._genders[one] in {gender, ""}]
                return fitting[:1]
        return []

    def _lines(self, speech: Speech) -> list[DialogueLine]:
        lines: list[DialogueLine] = []
        for part in speech.parts:
            tone = tone_of(speech.extensions, part.tone)
            lines.append(
                DialogueLine(
                    character_id=self._ids[name_key(speech.name[:LONGEST_SHORT])],
                    line=self._faults.fit(part.text, LONGEST_LONG, "One speech", speech.line),
                    tone=tone and self._faults.fit(tone, LONGEST_SHORT, "A parenthetical", speech.line),
                    dual=speech.dual and not lines,
                )
            )
        return lines


def _speakers(shot: ShotDraft) -> tuple[str, ...]:
    return tuple(dict.fromkeys(line.character_id for line in shot.cut.lines if not is_heard_only(line.tone)))


def _directions(notes: list[Note]) -> list[tuple[Direction, str]]:
    return [direction_of(note.text) for note in notes]


def _free_notes(notes: list[Note]) -> list[str]:
    return [plain(value) for direction, value in _directions(notes) if direction is Direction.NOTE and value]


def _metadata(**entries: object) -> Metadata:
    return {key: value for key, value in entries.items() if value}
