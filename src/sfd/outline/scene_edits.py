"""What feedback changes in the scenes of a drama: when, where and in which weather they play, what is said and how."""

import re
from collections.abc import Iterable, Sequence

from sfd.domain.errors import Fault, InvalidInput
from sfd.domain.models import HEARD_ONLY, DialogueLine, Drama, Episode, Scene, Shot, ShotSize
from sfd.domain.timing import dialogue_seconds
from sfd.outline.feedback import LAST, TIMES, TONES, WEATHERS, ZH_TONES, Wish, meaning
from sfd.outline.retelling import is_chinese

LONGEST_DIALOGUE = 8.0
SCENES_PER_ADDED = 3
LONGEST_PLACE = 100
_TIMES_ZH = {"NIGHT": "夜", "DAY": "日", "DAWN": "黎明", "MORNING": "清晨", "DUSK": "黄昏", "EVENING": "傍晚"}
_WEATHER_SEEN = {
    "rain": ("Rain falls.", "Rain streams down the windows.", "下着雨。", "雨水顺着窗玻璃往下流。"),
    "snow": ("Snow falls.", "Snow falls outside the windows.", "下着雪。", "窗外下着雪。"),
    "fog": ("Thick fog.", "Fog presses against the windows.", "大雾弥漫。", "雾气贴着窗玻璃。"),
    "storm": ("A storm rages.", "A storm rattles the windows.", "暴风雨大作。", "暴风雨拍打着窗户。"),
    "wind": ("A strong wind blows.", "The wind rattles the windows.", "刮着大风。", "风吹得窗户作响。"),
    "sun": ("Bright sunshine.", "Sunlight falls through the windows.", "阳光灿烂。", "阳光照进窗户。"),
}
_ANSWERS = ("Say that again.", "Not here.", "You knew.", "Then look at me.", "And now?", "I don't believe you.")
_ANSWERS_ZH = ("你再说一遍。", "别在这里说。", "你早就知道。", "那你看着我。", "现在怎么办？", "我不信。")
_LOOKS = ("Close on {}. Nobody speaks.", "{} looks away.", "{} breathes out slowly.")
_LOOKS_ZH = ("{}的特写，谁也没有说话。", "{}移开了目光。", "{}慢慢吐出一口气。")
_NOBODY = ("The empty place, quite still.", "空无一人的画面，一动不动。")
_OUTSIDE = re.compile(
    r"\b(?:street|beach|forest|woods?|park|roof(?:top)?|desert|sea|field|mountains?|garden|harbou?r|river|lake|island|"
    r"bridge|road|market|square|outdoors)\b|街|海|森林|公园|屋顶|天台|沙漠|田|山|花园|港|河|湖|岛|桥|路|广场|户外",
    re.IGNORECASE,
)


def longer(drama: Drama, wish: Wish) -> Drama:
    """A close look after every third scene, first of them the first."""
    taken = {scene.id for episode in drama.episodes for scene in episode.scenes}
    looks, nobody = (_LOOKS_ZH, _NOBODY[1]) if is_chinese(drama) else (_LOOKS, _NOBODY[0])
    names = {one.id: one.name for one in drama.characters}
    for episode in wanted_episodes(drama, wish):
        scenes: list[Scene] = []
        for number_, scene in enumerate(episode.scenes):
            scenes.append(scene)
            if number_ % SCENES_PER_ADDED == 0:
                who = (scene.characters or [line.character_id for line in scene.dialogue])[:1]
                text = looks[len(taken) % len(looks)].format(names[who[0]]) if who else nobody
                scenes.append(_look(scene, free_id(f"{scene.id}.look", taken), text, who))
                scene.transition = ""
        episode.scenes = scenes
    return drama


def _look(after: Scene, scene_id: str, text: str, who: list[str]) -> Scene:
    return Scene(
        id=scene_id,
        description=text,
        setting=after.setting,
        location=after.location,
        time_of_day=after.time_of_day,
        continues=True,
        characters=who,
        shot=Shot(size=ShotSize.CLOSE_UP, lens_mm=85),
        transition=after.transition,
    )


def more(drama: Drama, wish: Wish) -> Drama:
    """An answer in every scene that has room for one."""
    answers = _ANSWERS_ZH if is_chinese(drama) else _ANSWERS
    added = 0
    for scene in wanted_scenes(drama, wish):
        last = scene.dialogue[-1].character_id if scene.dialogue else None
        people = scene.characters or list(dict.fromkeys(line.character_id for line in scene.dialogue))
        speaker = next((one for one in people if one != last), None) or next(iter(people), None)
        if speaker is None:
            continue
        answer = DialogueLine(character_id=speaker, line=answers[added % len(answers)])
        if dialogue_seconds([*scene.dialogue, answer]) <= LONGEST_DIALOGUE:
            scene.dialogue.append(answer)
            added += 1
    if not added:
        raise impossible("no scene has somebody in it and room for another line")
    return drama


def less(drama: Drama, wish: Wish) -> Drama:
    """Only the first line of each scene; where there is no more, none in every second scene."""
    scenes = wanted_scenes(drama, wish)
    speaking = [scene for scene in scenes if scene.dialogue]
    if not speaking:
        raise impossible("there is no dialogue to take away")
    if not fewer_lines(scenes):
        for scene in speaking[1::2] or speaking:
            scene.dialogue = []
    return drama


def fewer_lines(scenes: Iterable[Scene]) -> bool:
    """Keep the first line of each scene. Whether there was more."""
    long = [scene for scene in scenes if len(scene.dialogue) > 1]
    for scene in long:
        del scene.dialogue[1:]
    return bool(long)


def time(drama: Drama, wish: Wish) -> Drama:
    """Another time of day."""
    time_of_day = meaning(wish.value, TIMES)
    chinese = is_chinese(drama)
    for scene in wanted_scenes(drama, wish):
        if scene.time_of_day not in (time_of_day, _TIMES_ZH[time_of_day]):
            scene.time_of_day = _TIMES_ZH[time_of_day] if chinese else time_of_day
            _tell(scene, f"{_TIMES_ZH[time_of_day]}。" if chinese else f"{TIMES[time_of_day][0].capitalize()}.")
    return drama


def weather(drama: Drama, wish: Wish) -> Drama:
    """A weather, as it is seen outdoors or through the windows."""
    seen = _WEATHER_SEEN[meaning(wish.value, WEATHERS)]
    outside, inside = seen[2:] if is_chinese(drama) else seen[:2]
    for scene in wanted_scenes(drama, wish):
        text = inside if scene.setting == "INT" else outside
        if text not in scene.description:
            scene.description = f"{scene.description} {text}".strip()
            _tell(scene, text)
    return drama


def place(drama: Drama, wish: Wish) -> Drama:
    """Another place."""
    name = re.sub(r"^(?:the|an?)\s+", "", wish.value, flags=re.IGNORECASE)[:LONGEST_PLACE]
    if not name:
        raise impossible("the place has no name")
    for scene in wanted_scenes(drama, wish):
        scene.location = name[:1].upper() + name[1:]
        scene.setting = "EXT" if _OUTSIDE.search(name) else "INT"
        _tell(scene, f"{scene.location}." if name.isascii() else f"{name}。")
    return drama


def tone(drama: Drama, wish: Wish) -> Drama:
    """Another way in which every line is said; who is heard only stays so."""
    wanted = meaning(wish.value, TONES)
    how = ZH_TONES[wanted] if is_chinese(drama) else TONES[wanted][0]
    lines = [line for scene in wanted_scenes(drama, wish) for line in scene.dialogue]
    if not lines:
        raise impossible("a tone is how lines are said, and there is no dialogue")
    for line in lines:
        heard = next((one for one in HEARD_ONLY if (line.tone or "").startswith(one)), "")
        line.tone = f"{heard}, {how}" if heard else how
    return drama


def wanted_episodes(drama: Drama, wish: Wish) -> Sequence[Episode]:
    """The episodes that a wish is about.

    Raises:
        InvalidInput: there is none of that number.
    """
    if not drama.episodes:
        raise impossible("the drama has no episodes")
    if wish.episode is None:
        return drama.episodes
    at = len(drama.episodes) if wish.episode == LAST else wish.episode
    if not 1 <= at <= len(drama.episodes):
        raise impossible(f"there is no episode {at}; the drama has {len(drama.episodes)}")
    return [drama.episodes[at - 1]]


def wanted_scenes(drama: Drama, wish: Wish) -> list[Scene]:
    """The scenes that a wish is about."""
    return [scene for episode in wanted_episodes(drama, wish) for scene in episode.scenes]


def impossible(why: str) -> InvalidInput:
    """The error for a wish that this drama cannot have."""
    return InvalidInput(f"The feedback cannot be done: {why}.", [Fault("/feedback", why)])


def free_id(wanted: str, taken: set[str]) -> str:
    """An id that is not taken, from now on taken."""
    candidate, count = wanted[:90], 2
    while candidate in taken:
        candidate, count = f"{wanted[:90]}.{count}", count + 1
    taken.add(candidate)
    return candidate


def _tell(scene: Scene, text: str) -> None:
    """Say a change in the prompts that the scene's assets bring themselves; the others are made of the scene."""
    for asset in scene.assets:
        if asset.prompt.strip():
            asset.prompt = f"{asset.prompt} {text}"
