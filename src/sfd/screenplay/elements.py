"""What a screenplay in Fountain is made of. `line` is where an element begins, from 1."""

from dataclasses import dataclass, field

from sfd.screenplay.places import Heading


@dataclass(frozen=True)
class SceneHeading:
    """`INT. ROOFTOP - NIGHT #12#`."""

    line: int
    heading: Heading


@dataclass(frozen=True)
class Paragraph:
    """What is seen: lines of one paragraph. `forced` holds the lines that were marked `!`, as they are."""

    line: int
    text: str
    forced: frozenset[str] = frozenset()
    centred: bool = False


@dataclass(frozen=True)
class Spoken:
    """Words with the parenthetical above them."""

    tone: str | None
    text: str


@dataclass(frozen=True)
class Speech:
    """A character cue and what is said under it."""

    line: int
    name: str
    parts: tuple[Spoken, ...]
    extensions: tuple[str, ...] = ()
    dual: bool = False


@dataclass(frozen=True)
class Transition:
    """`CUT TO:`."""

    line: int
    text: str


@dataclass(frozen=True)
class Section:
    """`# Act`: outline, not on the page."""

    line: int
    level: int
    text: str


@dataclass(frozen=True)
class Synopsis:
    """`= what happens`."""

    line: int
    text: str


@dataclass(frozen=True)
class Note:
    """`[[…]]`, with its escapes."""

    line: int
    text: str


@dataclass(frozen=True)
class Sound:
    """`SFX: thunder`: a habit of screenwriters rather than a part of Fountain."""

    line: int
    text: str


@dataclass(frozen=True)
class PageBreak:
    """`===`."""

    line: int


Element = SceneHeading | Paragraph | Speech | Transition | Section | Synopsis | Note | Sound | PageBreak


@dataclass(frozen=True)
class Screenplay:
    """A parsed text: its title page by key, and everything after it in order."""

    title_page: dict[str, str] = field(default_factory=dict[str, str])
    elements: tuple[Element, ...] = ()
