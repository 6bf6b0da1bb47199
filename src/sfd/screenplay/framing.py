"""How a shot is filmed when the screenplay does not say: plain film grammar, the same for the same words.

A scene opens wide enough to show the place, comes closer as it goes on, looks over a shoulder when two talk, goes
low and handheld when voices rise, and an episode ends on a slow push into a close-up. Neighbours never look alike.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from sfd.domain.models import Angle, CameraMove, DialogueLine, Setting, Shot, ShotSize
from sfd.screenplay.camera import Framing, merged

_LENSES = {
    ShotSize.EXTREME_WIDE: 24,
    ShotSize.WIDE: 24,
    ShotSize.MEDIUM_LONG: 35,
    ShotSize.MEDIUM: 50,
    ShotSize.MEDIUM_CLOSE_UP: 50,
    ShotSize.CLOSE_UP: 85,
    ShotSize.EXTREME_CLOSE_UP: 100,
}
_TIGHTER = {
    ShotSize.EXTREME_WIDE: ShotSize.WIDE,
    ShotSize.WIDE: ShotSize.MEDIUM_LONG,
    ShotSize.MEDIUM_LONG: ShotSize.MEDIUM,
    ShotSize.MEDIUM: ShotSize.MEDIUM_CLOSE_UP,
    ShotSize.MEDIUM_CLOSE_UP: ShotSize.CLOSE_UP,
    ShotSize.CLOSE_UP: ShotSize.MEDIUM_CLOSE_UP,
    ShotSize.EXTREME_CLOSE_UP: ShotSize.CLOSE_UP,
}
_TWO_SHOT_LENS = 35
_EARLY, _LATE = 0.4, 0.75
_HEATED = re.compile(
    r"[!！]|\b(?:angr|furious|shout|yell|scream|snap|rage|livid|explod|roar)\w*|怒|吼|喊|咆哮|愤|厉声", re.IGNORECASE
)
_HUSHED = re.compile(
    r"\b(?:whisper|soft|quiet|hush|tear|sob|cry|weep|tremb|gentl|under (?:his|her) breath)\w*|低声|轻声|哽咽|小声|颤",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Moment:
    """What decides how a shot looks.

    `index` of `count` shots in its screenplay scene; `opens` when the place is new; `speakers` are seen speaking,
    `seen` is everyone in the picture, `listener` whom the speaker talks to, if anyone was seen before.
    """

    index: int
    count: int
    setting: Setting
    speakers: tuple[str, ...]
    seen: tuple[str, ...]
    dialogue: Sequence[DialogueLine]
    listener: str | None = None
    opens: bool = True
    ends_episode: bool = False

    @property
    def progress(self) -> float:
        """How far the scene has gone, 0 to 1."""
        return self.index / max(self.count - 1, 1)


class Company:
    """Who has been seen in a screenplay scene so far, the latest last."""

    def __init__(self) -> None:
        self._seen: dict[str, None] = {}
        self._spoken: dict[str, None] = {}

    def meet(self, seen: Iterable[str], speakers: Iterable[str]) -> None:
        """Take note of who is in a shot."""
        for people, order in ((seen, self._seen), (speakers, self._spoken)):
            for person in people:
                order.pop(person, None)
                order[person] = None

    def listener(self, speakers: Sequence[str]) -> str | None:
        """Whom `speakers` talk to: who spoke last, or else was seen last, other than themselves."""
        return next(
            (one for order in (self._spoken, self._seen) for one in reversed(order) if one not in speakers), None
        )


def frame(moment: Moment, noted: Framing, acted: Framing, over: str | None, previous: Shot | None) -> Shot:
    """The shot for a moment: what the screenplay says first, the grammar for the rest.

    Args:
        moment: what happens in the shot.
        noted: what a note says of the shot; it is kept to the letter.
        acted: what the action says of it.
        over: the character whose shoulder either puts in the foreground.
        previous: the shot before it in the episode.
    """
    said = merged(noted, acted)
    usual = _varied(_usual(moment), said, previous, ends_episode=moment.ends_episode)
    chosen = merged(said, usual)
    size = chosen.size or ShotSize.MEDIUM
    if size is ShotSize.CLOSE_UP and not noted.size and previous and previous.size is size:
        size = ShotSize.EXTREME_CLOSE_UP
    behind = over or (usual.over if said.size is None else None)
    two = size is ShotSize.MEDIUM and len(moment.seen) > 1
    shot = Shot(
        size=size,
        angle=chosen.angle or Angle.EYE_LEVEL,
        move=chosen.move or CameraMove.STATIC,
        lens_mm=said.lens_mm or (_TWO_SHOT_LENS if two else _LENSES[size]),
        over_shoulder=behind if behind not in moment.speakers else None,
    )
    return _unlike(shot, said, previous)


def as_said(said: Framing, over: str | None) -> Shot:
    """The shot that a complete note asks for, with nothing added."""
    return Shot(
        size=said.size or ShotSize.MEDIUM,
        angle=said.angle or Angle.EYE_LEVEL,
        move=said.move or CameraMove.STATIC,
        lens_mm=said.lens_mm,
        over_shoulder=over,
    )


def _usual(moment: Moment) -> Framing:
    framing = _by_place_in_scene(moment)
    tones = " ".join(f"{line.tone or ''} {line.line}" for line in moment.dialogue)
    if moment.ends_episode:
        return Framing(ShotSize.CLOSE_UP, Angle.EYE_LEVEL, CameraMove.PUSH_IN)
    if _HEATED.search(tones) and len(moment.speakers) == 1:
        return replace(framing, angle=Angle.LOW, move=CameraMove.HANDHELD)
    if _HUSHED.search(tones) and moment.speakers:
        return replace(framing, move=CameraMove.PUSH_IN)
    return framing


def _by_place_in_scene(moment: Moment) -> Framing:
    if moment.index == 0 and moment.opens:
        return _opening(moment)
    if not moment.speakers:
        return _silent(moment)
    if len(moment.speakers) > 1:
        return Framing(ShotSize.MEDIUM, Angle.EYE_LEVEL, CameraMove.STATIC)
    return _speaking(moment)


def _opening(moment: Moment) -> Framing:
    wide = moment.setting != "INT" or not moment.seen
    if moment.speakers:
        return Framing(
            ShotSize.MEDIUM_LONG if moment.count > 1 else ShotSize.MEDIUM, Angle.EYE_LEVEL, CameraMove.STATIC
        )
    return Framing(ShotSize.WIDE if wide else ShotSize.MEDIUM_LONG, Angle.EYE_LEVEL, CameraMove.PUSH_IN)


def _silent(moment: Moment) -> Framing:
    if moment.index == 0:
        size = ShotSize.MEDIUM if len(moment.seen) == 1 else ShotSize.MEDIUM_LONG if moment.seen else ShotSize.WIDE
        return Framing(size, Angle.EYE_LEVEL, CameraMove.PUSH_IN)
    size = ShotSize.MEDIUM if len(moment.seen) > 1 else ShotSize.MEDIUM_CLOSE_UP if moment.seen else ShotSize.CLOSE_UP
    return Framing(size, Angle.EYE_LEVEL, CameraMove.STATIC)


def _speaking(moment: Moment) -> Framing:
    if set(moment.seen) - set(moment.speakers):
        return Framing(ShotSize.MEDIUM, Angle.EYE_LEVEL, CameraMove.PUSH_IN)
    if moment.progress >= _LATE and moment.count > 1:
        return Framing(ShotSize.CLOSE_UP, Angle.EYE_LEVEL, CameraMove.PUSH_IN)
    size = ShotSize.MEDIUM if moment.progress < _EARLY and moment.count > 1 else ShotSize.MEDIUM_CLOSE_UP
    return Framing(size, Angle.EYE_LEVEL, CameraMove.STATIC, over=moment.listener)


def _varied(usual: Framing, said: Framing, previous: Shot | None, *, ends_episode: bool) -> Framing:
    """A size unlike the previous shot's, unless the two face each other over different shoulders."""
    if previous is None or said.size or usual.size is not previous.size:
        return usual
    if usual.over != previous.over_shoulder:
        return usual
    if ends_episode:
        return replace(usual, size=ShotSize.EXTREME_CLOSE_UP)
    return replace(usual, size=_TIGHTER[previous.size], over=None)


def _unlike(shot: Shot, said: Framing, previous: Shot | None) -> Shot:
    """`shot` with another move when it would be the same picture as the previous one again."""
    if shot != previous or said.move:
        return shot
    move = CameraMove.STATIC if shot.move is CameraMove.PUSH_IN else CameraMove.PUSH_IN
    return shot.model_copy(update={"move": move})
