"""One screenplay scene to shots: what each shows and says, and what the screenplay says of it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from sfd.domain.models import DialogueLine
from sfd.screenplay.camera import Framing, read_action, read_note
from sfd.screenplay.elements import Note, Paragraph, Sound, Speech, Transition
from sfd.screenplay.inline import plain
from sfd.screenplay.notes import Direction, direction_of, fields_of
from sfd.screenplay.outline import Item
from sfd.screenplay.splitting import Cut, begins_new_cut, divide_action, divide_line, fits_one_shot, is_beat

Piece = str | DialogueLine


@dataclass
class ShotDraft:
    """One shot to be. `said` is the framing that its note asks for, `in_frame` the names that a note lists."""

    line: int
    said: Framing = field(default_factory=Framing)
    cut: Cut = field(default_factory=Cut)
    sounds: list[str] = field(default_factory=list[str])
    notes: list[str] = field(default_factory=list[str])
    transitions: list[str] = field(default_factory=list[str])
    in_frame: list[str] | None = None
    continues: bool = False

    @property
    def fixed(self) -> bool:
        """Whether the screenplay leaves nothing of the shot open."""
        return self.said.complete

    @property
    def acted(self) -> Framing:
        """What the action says of the shot."""
        return read_action("\n".join(self.cut.paragraphs))


@dataclass
class _Stretch:
    """Items from a shot note, or from a transition, up to the next."""

    line: int
    said: Framing | None
    items: list[Item] = field(default_factory=list[Item])


class ShotMaker:
    """Divides the items of one screenplay scene. `lines_of` turns a speech into dialogue lines."""

    def __init__(self, line: int, lines_of: Callable[[Speech], list[DialogueLine]]) -> None:
        self._line = line
        self._lines_of = lines_of
        self._waiting: list[Item] = []
        self._shots: list[ShotDraft] = []
        self.opening: list[str] = []

    def make(self, items: Iterable[Item]) -> list[ShotDraft]:
        """The shots, one at least. Transitions that come before anything is seen are kept in `opening`."""
        unused = Framing()
        for stretch in _stretches(self._line, items):
            unused = self._take(stretch) or unused
        if not self._shots:
            self._shots.append(ShotDraft(self._line, unused))
        self._settle_waiting(self._shots[-1])
        return _with_beats_joined(self._shots)

    def _take(self, stretch: _Stretch) -> Framing | None:
        """Make a stretch into shots; a note that nothing follows is handed back."""
        pieces = [piece for item in stretch.items for piece in self._pieces(item)]
        said = stretch.said
        if said and (said.complete or pieces) and self._stays_whole(said, pieces):
            self._add_whole(stretch, said, pieces)
            return None
        start = len(self._shots)
        for item in stretch.items:
            self._take_item(item, start)
        if said and len(self._shots) > start:
            self._shots[start].said = said
            return None
        return said

    def _stays_whole(self, said: Framing, pieces: list[Piece]) -> bool:
        return said.one_take or fits_one_shot([piece for piece in pieces if isinstance(piece, DialogueLine)])

    def _add_whole(self, stretch: _Stretch, said: Framing, pieces: list[Piece]) -> None:
        shot = ShotDraft(stretch.line, said)
        for piece in pieces:
            shot.cut.add(piece)
        self._shots.append(shot)
        self._settle_waiting(shot)
        for item in stretch.items:
            _mark(shot, item)

    def _take_item(self, item: Item, start: int) -> None:
        pieces = [part for piece in self._pieces(item) for part in _divided(piece)]
        for piece in pieces:
            self._shot_for(piece, item.line, start).cut.add(piece)
        if isinstance(item, Transition):
            self._end(item)
        elif not pieces:
            self._waiting.append(item)

    def _shot_for(self, piece: Piece, line: int, start: int) -> ShotDraft:
        if len(self._shots) == start or begins_new_cut(self._shots[-1].cut, piece):
            self._shots.append(ShotDraft(line))
            self._settle_waiting(self._shots[-1])
        return self._shots[-1]

    def _end(self, transition: Transition) -> None:
        if self._shots:
            _mark(self._shots[-1], transition)
        elif transition.text:
            self.opening.append(transition.text)

    def _settle_waiting(self, shot: ShotDraft) -> None:
        for item in self._waiting:
            _mark(shot, item)
        self._waiting.clear()

    def _pieces(self, item: Item) -> list[Piece]:
        if isinstance(item, Paragraph):
            return [item.text] if item.text else []
        return [*self._lines_of(item)] if isinstance(item, Speech) else []


def _stretches(line: int, items: Iterable[Item]) -> list[_Stretch]:
    stretches = [_Stretch(line, None)]
    for item in items:
        here = stretches[-1]
        if isinstance(item, Note) and (note := direction_of(item.text))[0] is Direction.SHOT:
            stretches.append(_Stretch(item.line, read_note(plain(note[1]))))
            continue
        if here.items and isinstance(here.items[-1], Transition) and not isinstance(item, Transition):
            stretches.append(_Stretch(item.line, None))
        stretches[-1].items.append(item)
    return stretches


def _divided(piece: Piece) -> list[Piece]:
    return [*divide_action(piece)] if isinstance(piece, str) else [*divide_line(piece)]


def _mark(shot: ShotDraft, item: Item) -> None:
    """Give a shot what is neither seen nor said in it."""
    match item:
        case Sound() if item.text:
            shot.sounds.append(item.text)
        case Transition() if item.text:
            shot.transitions.append(item.text)
        case Note():
            _mark_note(shot, item)
        case _:
            pass


def _mark_note(shot: ShotDraft, note: Note) -> None:
    direction, value = direction_of(note.text)
    match direction:
        case Direction.SOUND:
            shot.sounds += filter(None, [plain(value)])
        case Direction.IN_FRAME:
            shot.in_frame = [name for name in fields_of(value) if name]
        case Direction.CONTINUES:
            shot.continues = True
        case Direction.CHARACTER | Direction.SHOT:
            pass
        case Direction.NOTE:
            shot.notes += filter(None, [plain(value)])
        case Direction.PREMISE:
            shot.notes.append(f"{direction}: {plain(value)}")


def _with_beats_joined(shots: list[ShotDraft]) -> list[ShotDraft]:
    joined = shots[:1]
    for shot in shots[1:]:
        before = joined[-1]
        if shot.said == Framing() and is_beat(shot.cut) and not before.fixed and not before.transitions:
            before.cut.paragraphs += shot.cut.paragraphs
            before.cut.action += shot.cut.action
            before.sounds += shot.sounds
            before.notes += shot.notes
            before.transitions += shot.transitions
        else:
            joined.append(shot)
    return joined
