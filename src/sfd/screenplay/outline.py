"""Elements gathered into episodes and screenplay scenes, before they are divided into shots."""

import re
from dataclasses import dataclass, field

from sfd.screenplay.elements import (
    Element,
    Note,
    PageBreak,
    Paragraph,
    SceneHeading,
    Section,
    Sound,
    Speech,
    Synopsis,
    Transition,
)
from sfd.screenplay.notes import Direction, direction_of
from sfd.screenplay.places import DEFAULT_TIME, Heading, Place, is_time_note, settle

Item = Paragraph | Speech | Sound | Transition | Note

_NUMBER_WORDS = (
    "ONE|TWO|THREE|FOUR|FIVE|SIX|SEVEN|EIGHT|NINE|TEN|ELEVEN|TWELVE|THIRTEEN|FOURTEEN|FIFTEEN|SIXTEEN|SEVENTEEN"
    "|EIGHTEEN|NINETEEN|TWENTY"
)
_SEPARATOR = r"\s*(?:[:：.\-–—]\s*(?P<title>.*)|$)"
_ENGLISH_EPISODE = re.compile(rf"(?:EPISODE|EP\.?)\s*(?:\d{{1,4}}|(?:{_NUMBER_WORDS})\b){_SEPARATOR}", re.IGNORECASE)
_CHINESE_EPISODE = re.compile(
    r"(?:第\s?[\d一二三四五六七八九十百零两]{1,6}\s?集|[上下]集)(?:[:：.\-–—\s]\s*(?P<title>.*)|$)"
)
_LONGEST_CARD = 120


@dataclass
class SceneDraft:
    """One scene of the screenplay: a heading, and what follows it."""

    line: int
    place: Place
    time_note: str = ""
    number: str = ""
    section: str = ""
    synopsis: list[str] = field(default_factory=list[str])
    items: list[Item] = field(default_factory=list[Item])


@dataclass
class EpisodeDraft:
    """One episode; `prelude` stands before its first heading."""

    line: int
    title: str = ""
    synopsis: list[str] = field(default_factory=list[str])
    notes: list[Note] = field(default_factory=list[Note])
    prelude: list[Item] = field(default_factory=list[Item])
    scenes: list[SceneDraft] = field(default_factory=list[SceneDraft])

    def add_before(self, items: list[Item]) -> None:
        """Put what stood before the episode at its beginning."""
        into = self.scenes[0].items if self.scenes else self.prelude
        into[:0] = items


@dataclass(frozen=True)
class Outline:
    """The episodes of a screenplay, and the synopses and notes that come before the first."""

    front: EpisodeDraft
    episodes: list[EpisodeDraft]


def outline(elements: tuple[Element, ...]) -> Outline:
    """The episodes of a screenplay: its level-1 sections, or else its `EPISODE 2` cards, or else one."""
    sections = any(isinstance(element, Section) and element.level == 1 for element in elements)
    builder = _Builder(cards=not sections)
    for element in elements:
        builder.take(element)
    front, *rest = builder.episodes
    if front.scenes or not rest:
        return Outline(EpisodeDraft(1), builder.episodes)
    rest[0].add_before(front.prelude)
    return Outline(front, rest)


def episode_title(text: str) -> str:
    """A section's title without its `Episode 3:`."""
    found = _episode(text)
    return text if found is None else found


def _episode(text: str) -> str | None:
    """The title in `EPISODE TWO: The Gate` or `第二集 回家`, or None when the text begins no episode."""
    found = _ENGLISH_EPISODE.fullmatch(text) or _CHINESE_EPISODE.fullmatch(text)
    return (found["title"] or "").strip() if found else None


class _Builder:
    def __init__(self, *, cards: bool) -> None:
        self._cards = cards
        self._section = ""
        self._of_section: list[str] | None = None
        self._before = Place("INT", "", DEFAULT_TIME)
        self.episodes = [EpisodeDraft(1)]

    def take(self, element: Element) -> None:
        match element:
            case Section():
                self._take_section(element)
            case Synopsis():
                self._take_synopsis(element)
            case SceneHeading():
                self._take_heading(element)
            case Paragraph() if self._cards and self._begins_episode(element):
                self._begin(element.line, _episode(element.text) or "")
            case Note() if not self._here.scenes and not self._here.prelude and not _directs_scene(element):
                self._here.notes.append(element)
            case PageBreak():
                pass
            case _:
                self._items.append(element)

    @property
    def _here(self) -> EpisodeDraft:
        return self.episodes[-1]

    @property
    def _items(self) -> list[Item]:
        return self._here.scenes[-1].items if self._here.scenes else self._here.prelude

    def _begins_episode(self, paragraph: Paragraph) -> bool:
        text = paragraph.text
        if len(text) > _LONGEST_CARD or text in paragraph.forced:
            return False
        return _episode(text) is not None

    def _begin(self, line: int, title: str) -> None:
        self._section = ""
        self._of_section = None
        self.episodes.append(EpisodeDraft(line, title))

    def _take_section(self, section: Section) -> None:
        if section.level == 1:
            self._begin(section.line, episode_title(section.text))
        else:
            self._section = section.text
            self._of_section = []

    def _take_synopsis(self, synopsis: Synopsis) -> None:
        holder = self._here.scenes[-1] if self._here.scenes else self._here
        into = holder.synopsis if self._of_section is None else self._of_section
        if synopsis.text:
            into.append(synopsis.text)

    def _take_heading(self, element: SceneHeading) -> None:
        place, note = self._place(element.heading)
        number = element.heading.number
        scene = SceneDraft(element.line, place, note, number, self._section, self._of_section or [])
        self._of_section = None
        if not self._here.scenes:
            scene.items += self._here.prelude
            self._here.prelude = []
        self._here.scenes.append(scene)
        self._before = place

    def _place(self, heading: Heading) -> tuple[Place, str]:
        before = self._before
        setting = heading.setting or before.setting
        if heading.setting is None and heading.time is None and is_time_note(heading.location):
            return before, heading.location
        time = DEFAULT_TIME if heading.time is None else heading.time
        location, time, note = settle(heading.location, time, before.time_of_day)
        return Place(setting, location, time), note


def _directs_scene(note: Note) -> bool:
    return direction_of(note.text)[0] not in {Direction.CHARACTER, Direction.PREMISE, Direction.NOTE}
