"""From a story sheet's beats to the scenes of an episode: places, times, lines that fit their clip."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from sfd.domain.models import Angle, CameraMove, DialogueLine, Scene, Shot, ShotSize
from sfd.domain.timing import dialogue_seconds
from sfd.outline.arc import BEATS, chosen_beats
from sfd.outline.casting import Cast
from sfd.outline.kinds import HOMES, Place
from sfd.outline.slots import fill, fill_slots
from sfd.outline.slots_zh import fill_chinese
from sfd.outline.stories import Beat, Sequence

LONGEST_DIALOGUE = 8.0
MOST_CHARACTERS = 30
_LENSES = {
    ShotSize.EXTREME_CLOSE_UP: 100,
    ShotSize.CLOSE_UP: 85,
    ShotSize.MEDIUM_CLOSE_UP: 65,
    ShotSize.MEDIUM: 50,
    ShotSize.MEDIUM_LONG: 35,
    ShotSize.WIDE: 28,
    ShotSize.EXTREME_WIDE: 20,
}
_TIMES = (("NIGHT", "MORNING"), ("EVENING", "NIGHT"), ("DAY", "NIGHT"), ("DAWN", "DAY"), ("DUSK", "NIGHT"))
_SAID_TIME = (
    (re.compile(r"\b(?:dawn|first light|sunrise)\b|天亮|天刚亮", re.IGNORECASE), "DAWN"),
    (re.compile(r"\bmorning\b|晨光", re.IGNORECASE), "MORNING"),
    (re.compile(r"\b(?:night|midnight|late,)\b|深夜|黑暗", re.IGNORECASE), "NIGHT"),
)
_NIGHTLY = frozenset({"opening", "finale", "single"})
_ZH_TIMES = {"NIGHT": "夜", "MORNING": "清晨", "EVENING": "傍晚", "DAY": "日", "DAWN": "黎明", "DUSK": "黄昏"}
_DETAILS = (
    "Close on {H}'s hands. They are not as steady as {his} voice.",
    "{the_thing}, silent, in the middle of it all.",
    "Half of {F}'s face in shadow. Only the eyes move.",
    "An empty doorway. Somebody has just left it.",
    "{H} alone in the frame, listening.",
    "A shadow crosses the wall and is gone.",
)
_DETAILS_ZH = (
    "{H}的手，没有声音那么稳。",
    "{thing}，静静地在正中间。",
    "{F}的半张脸在暗处，只有眼睛在动。",
    "空空的门口，刚刚有人离开。",
    "画面里只剩{H}，在听。",
    "一道影子掠过墙面，不见了。",
)


@dataclass(frozen=True)
class Stage:
    """Where and with whom the episodes play."""

    cast: Cast
    chinese: bool
    places: tuple[Place, Place, Place]
    home: str
    time: str


def scenes_of(
    sequence: Sequence, episode: int, episodes: int, wanted: int, slots: Mapping[str, str], stage: Stage
) -> list[Scene]:
    """The scenes of one episode: one shot each, `wanted` of them."""
    beats = list(chosen_beats(sequence, min(wanted, BEATS)))
    for extra in range(wanted - BEATS):
        at = 1 + 2 * extra if extra < BEATS - 1 else 1
        beats.insert(at, _detail(beats[at - 1], extra, stage.chinese))
    early, later = ("NIGHT", "NIGHT") if sequence.phase in _NIGHTLY else _TIMES[(episode - 1) % len(_TIMES)]
    if stage.time and episode == 1:
        early = stage.time
    times = [_ZH_TIMES[time] if stage.chinese else time for time in _times(beats, early, later)]
    scenes: list[Scene] = []
    for index, (beat, time) in enumerate(zip(beats, times, strict=True)):
        scene = _scene(beat, f"e{episode}s{index + 1}", time, slots, stage)
        scene.continues = bool(scenes) and (scenes[-1].location, scenes[-1].time_of_day) == (scene.location, time)
        if scenes and not scene.continues:
            scenes[-1].transition = "SMASH CUT TO:" if beat.name == "reversal" else "CUT TO:"
        scenes.append(scene)
    scenes[-1].transition = "FADE OUT." if episode == episodes else "CUT TO BLACK."
    return scenes


def _scene(beat: Beat, scene_id: str, time: str, slots: Mapping[str, str], stage: Stage) -> Scene:
    place = _place(beat.place, stage)
    filler = fill_chinese if stage.chinese else fill
    ids = {role: player.id for role, player in stage.cast.items()}
    lines = [
        DialogueLine(character_id=ids[line.role], line=filler(line.text, slots), tone=fill_slots(line.tone, slots))
        for line in beat.lines
    ]
    return Scene(
        id=scene_id,
        description=filler(beat.action, slots),
        setting="INT" if place.setting == "INT" else "EXT",
        location=place.name,
        time_of_day=time,
        characters=[ids[role] for role in beat.who],
        dialogue=_fitting(lines, stage.chinese),
        shot=Shot(
            size=beat.size,
            angle=beat.angle,
            move=beat.move,
            lens_mm=_LENSES[beat.size],
            over_shoulder=ids[beat.over] if beat.over else None,
        ),
        sound=filler(beat.sound, slots)[:300],
        metadata={"beat": beat.name},
    )


def _fitting(lines: list[DialogueLine], chinese: bool) -> list[DialogueLine]:
    """Lines that can be said in a clip: a second line goes first, then words from the end."""
    kept = lines[:1] if _too_long(lines, chinese) else lines
    while _too_long(kept, chinese):
        line = kept[0].line.rstrip("…")
        shorter = line.rsplit(" ", 1)[0] if " " in line else line[: len(line) * 3 // 4]
        kept = [kept[0].model_copy(update={"line": shorter.rstrip(" ,.;:") + "…"})]
    return kept


def _too_long(lines: list[DialogueLine], chinese: bool) -> bool:
    if chinese:
        return sum(len(line.line) for line in lines) > MOST_CHARACTERS
    return dialogue_seconds(lines) > LONGEST_DIALOGUE


def _detail(after: Beat, number: int, chinese: bool) -> Beat:
    text = (_DETAILS_ZH if chinese else _DETAILS)[number % len(_DETAILS)]
    who = ("F",) if "{F}" in text else ("H",) if "{H}" in text else ()
    return Beat(
        "detail", after.place, after.time, ShotSize.CLOSE_UP, CameraMove.STATIC, Angle.EYE_LEVEL, "", who, "", text, ()
    )


def _place(letter: str, stage: Stage) -> Place:
    index = "ABC".index(letter)
    home = HOMES.get(stage.home.split(" ")[-1]) if stage.home and not stage.chinese else None
    if home is None:
        return stage.places[index]
    name = home[index]
    return Place("EXT" if name.startswith("*") else "INT", name.lstrip("*"))


def _times(beats: list[Beat], early: str, later: str) -> list[str]:
    now, times = early, list[str]()
    for index, beat in enumerate(beats):
        if index and beat.place != beats[index - 1].place and now == early:
            now = later
        said = next((time for pattern, time in _SAID_TIME if pattern.search(beat.action)), "")
        now = beat.time or said or now
        times.append(now)
    return times
