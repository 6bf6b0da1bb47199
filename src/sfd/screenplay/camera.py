"""The words for a shot: read from notes (`[[shot: close-up, low angle, push in, 85mm]]`) and from the action."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from sfd.domain.models import Angle, CameraMove, ShotSize

SOMEONE = ""

_Value = TypeVar("_Value")
_Table = Sequence[tuple[re.Pattern[str], _Value]]


@dataclass(frozen=True)
class Framing:
    """What is said of a shot; None where nothing is.

    `over` names the person whose shoulder is in the foreground, `SOMEONE` when it does not say whose. `one_take`
    keeps a long shot whole.
    """

    size: ShotSize | None = None
    angle: Angle | None = None
    move: CameraMove | None = None
    lens_mm: int | None = None
    over: str | None = None
    one_take: bool = False

    @property
    def complete(self) -> bool:
        """Whether size, angle and move are all said: then nothing is added to it."""
        return None not in {self.size, self.angle, self.move}


def _table(words: dict[str, _Value]) -> _Table[_Value]:
    return [(re.compile(pattern, re.IGNORECASE), value) for pattern, value in words.items()]


_NOTE_SIZES = _table(
    {
        r"extreme[ -]close[ -]?up|\becu\b|\binsert\b|大特写": ShotSize.EXTREME_CLOSE_UP,
        r"medium[ -]close[ -]?up|\bmcu\b|近景": ShotSize.MEDIUM_CLOSE_UP,
        r"close[ -]?up|\bcu\b|\bclose\b|特写": ShotSize.CLOSE_UP,
        r"medium[ -](?:long|wide|full)|\bmls\b|cowboy|中全景": ShotSize.MEDIUM_LONG,
        r"extreme[ -](?:wide|long)|\b(?:ews|els)\b|aerial|远景": ShotSize.EXTREME_WIDE,
        r"\bwide\b|\blong shot|full shot|establishing|\bws\b|全景": ShotSize.WIDE,
        r"\bmedium\b|\bmid\b|two[ -]?shot|\bms\b|中景": ShotSize.MEDIUM,
    }
)
_NOTE_ANGLES = _table(
    {
        r"eye[ -]level|平视": Angle.EYE_LEVEL,
        r"\blow\b|from below|仰|低角度": Angle.LOW,
        r"overhead|top[ -]down|bird'?s[ -]eye|顶拍|顶视": Angle.OVERHEAD,
        r"\bhigh\b|from above|俯|高角度": Angle.HIGH,
        r"dutch|canted|倾斜": Angle.DUTCH,
    }
)
_NOTE_MOVES = _table(
    {
        r"hand[ -]?held|follow|tracking|手持|跟拍|跟": CameraMove.HANDHELD,
        r"push|dolly in|zoom in|推": CameraMove.PUSH_IN,
        r"pull|dolly out|zoom out|拉": CameraMove.PULL_OUT,
        r"pan(?:s|ning)? left|左摇": CameraMove.PAN_LEFT,
        r"\bpan|右摇|摇": CameraMove.PAN_RIGHT,
        r"tilt(?:s|ing)? up|上移": CameraMove.TILT_UP,
        r"tilt|下移": CameraMove.TILT_DOWN,
        r"static|locked|still|固定|静止": CameraMove.STATIC,
    }
)
_ACTION_SIZES = _table(
    {
        r"\bextreme close|(?-i:\bINSERT\b|\bECU\b)|大特写": ShotSize.EXTREME_CLOSE_UP,
        r"\bclose on\b|\bclose[ -]up\b|(?-i:\bTIGHT ON\b|\bCLOSER\b)|特写": ShotSize.CLOSE_UP,
        r"(?-i:\bAERIAL\b|\bDRONE\b)|大远景|远景|航拍": ShotSize.EXTREME_WIDE,
        r"(?-i:\bWIDE\b|\bESTABLISHING\b)|\bwide (?:shot|on|angle)\b|全景": ShotSize.WIDE,
        r"近景": ShotSize.MEDIUM_CLOSE_UP,
        r"(?-i:\bTWO[ -]SHOT\b|\bMEDIUM\b)|中景": ShotSize.MEDIUM,
    }
)
_ACTION_ANGLES = _table(
    {
        r"bird'?s[ -]eye|straight down|顶拍": Angle.OVERHEAD,
        r"\blow angle|\btower(?:s|ing) over|\bloom(?:s|ing)\b|\blook(?:s|ing)? up at\b|仰拍|仰视|居高临下": Angle.LOW,
        r"\bhigh angle|\blook(?:s|ing)? down\b|\bfrom above\b|\bfar below\b|俯拍|俯视|低头看": Angle.HIGH,
        r"\bdutch\b|\b(?:room|world|floor) (?:tilts|spins|sways)\b|天旋地转": Angle.DUTCH,
    }
)
_ACTION_MOVES = _table(
    {
        r"(?:\bcamera|\bwe) push(?:es)?(?: slowly)? in|(?-i:\bPUSH IN\b)|推近|推进": CameraMove.PUSH_IN,
        r"(?:\bcamera|\bwe) pull(?:s)? (?:back|out)|\bpulling back to\b|(?-i:\bPULL (?:BACK|OUT)\b)|拉远|拉开镜头": (
            CameraMove.PULL_OUT
        ),
        r"(?:\bcamera|\bwe) pan(?:s)? left|(?-i:\bPAN LEFT\b)|左摇": CameraMove.PAN_LEFT,
        r"(?:\bcamera|\bwe) pan(?:s)?\b|(?-i:\bPAN\b)|摇镜|右摇": CameraMove.PAN_RIGHT,
        r"(?:\bcamera|\bwe) tilt(?:s)? up|(?-i:\bTILT UP\b)": CameraMove.TILT_UP,
        r"(?:\bcamera|\bwe) tilt(?:s)?(?: down)?|(?-i:\bTILT(?: DOWN)?\b)": CameraMove.TILT_DOWN,
        r"\bwe follow\b|\b(?:rush|chase)(?:s|es|ing)\b|\b(?:sprint|bolt|storm|stumble|struggle|shove)(?:s|ing)\b"
        r"|\brun(?:s|ning)\b(?= (?:for|to|toward|towards|through|after|from|into|away|past|up|down)\b)"
        r"|跟拍|冲进|冲出|冲向|奔跑|狂奔|追赶|挣扎|推搡": CameraMove.HANDHELD,
    }
)
_OVER_NAMED = re.compile(r"over the shoulder of (?P<name>.+)$", re.IGNORECASE)
_OVER_POSSESSIVE = re.compile(r"\bover (?P<name>[^,]{1,300}?)['’]s? shoulder", re.IGNORECASE)
_OVER_SOMEONE = re.compile(r"\bots\b|over[ -]the[ -]shoulder|过肩", re.IGNORECASE)
_OPENS_A_SHOT = re.compile(
    r"(?-i:CLOSE|EXTREME CLOSE|ANGLE|WIDE|INSERT|AERIAL|DRONE|ESTABLISHING|TIGHT|REVERSE|POV|BACK TO|INTERCUT|ON)\b"
    r"(?=[^a-z]{2}|:| ON| UP)|(?:大?特写|全景|远景|大远景|近景|中景|航拍|俯拍|仰拍|镜头)"
)
_LENS = re.compile(r"(?<!\d)(\d{1,3})\s?mm\b", re.IGNORECASE)
_ONE_TAKE = re.compile(r"\b(?:one|single) take\b|一镜到底", re.IGNORECASE)
_SHORTEST_LENS, _LONGEST_LENS = 8, 400
_SIZE_WORDS = {
    ShotSize.EXTREME_CLOSE_UP: "extreme close-up",
    ShotSize.CLOSE_UP: "close-up",
    ShotSize.MEDIUM_CLOSE_UP: "medium close-up",
    ShotSize.MEDIUM: "medium shot",
    ShotSize.MEDIUM_LONG: "medium long shot",
    ShotSize.WIDE: "wide shot",
    ShotSize.EXTREME_WIDE: "extreme wide shot",
}
_ANGLE_WORDS = {
    Angle.EYE_LEVEL: "eye level",
    Angle.LOW: "low angle",
    Angle.HIGH: "high angle",
    Angle.OVERHEAD: "overhead",
    Angle.DUTCH: "dutch angle",
}


def read_note(text: str) -> Framing:
    """The shot that a note asks for; `text` is plain. Words that say nothing of a shot are passed over."""
    rest, over = _without_shoulder(text)
    return Framing(
        size=_first(_NOTE_SIZES, rest),
        angle=_first(_NOTE_ANGLES, rest),
        move=_first(_NOTE_MOVES, rest),
        lens_mm=_lens(rest),
        over=over,
        one_take=bool(_ONE_TAKE.search(rest)),
    )


def read_action(text: str) -> Framing:
    """The shot that the action itself asks for, with `CLOSE ON`, "we follow", 特写 and the like."""
    over = SOMEONE if _OVER_SOMEONE.search(text) else None
    return Framing(_first(_ACTION_SIZES, text), _first(_ACTION_ANGLES, text), _first(_ACTION_MOVES, text), over=over)


def opens_a_shot(paragraph: str) -> bool:
    """Whether a paragraph of action begins with the camera: `CLOSE ON: the ring.`."""
    return bool(_OPENS_A_SHOT.match(paragraph))


def words(framing: Framing, name: str = "") -> str:
    """A complete framing in words that `read_note` reads back; `name` is whose shoulder it is."""
    said = [
        _SIZE_WORDS[framing.size or ShotSize.MEDIUM],
        _ANGLE_WORDS[framing.angle or Angle.EYE_LEVEL],
        (framing.move or CameraMove.STATIC).replace("_", " "),
    ]
    said += [f"{framing.lens_mm}mm"] if framing.lens_mm is not None else []
    said += ["one take"] if framing.one_take else []
    said += [f"over the shoulder of {name}"] if name else []
    return ", ".join(said)


def merged(first: Framing, second: Framing) -> Framing:
    """`first`, with what it leaves open taken from `second`."""
    return replace(
        first,
        size=first.size or second.size,
        angle=first.angle or second.angle,
        move=first.move or second.move,
        lens_mm=first.lens_mm or second.lens_mm,
        over=second.over if first.over is None else first.over,
    )


def _first(table: _Table[_Value], text: str) -> _Value | None:
    return next((value for pattern, value in table if pattern.search(text)), None)


def _lens(text: str) -> int | None:
    found = _LENS.search(text)
    millimetres = int(found[1]) if found else 0
    return millimetres if _SHORTEST_LENS <= millimetres <= _LONGEST_LENS else None


def _without_shoulder(text: str) -> tuple[str, str | None]:
    for pattern in (_OVER_NAMED, _OVER_POSSESSIVE):
        if found := pattern.search(text):
            return f"{text[: found.start()]} {text[found.end() :]}", found["name"].strip()
    someone = _OVER_SOMEONE.search(text)
    return text, SOMEONE if someone else None
