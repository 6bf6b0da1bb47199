"""The local writer's way to improve a drama: what the feedback asks for and nothing else, without a language model."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from sfd.domain.errors import Fault, InvalidInput
from sfd.domain.models import HEARD_ONLY, AssetKind, Character, DialogueLine, Drama, Episode, Scene, Shot, ShotSize
from sfd.domain.planned_assets import clip_seconds, with_planned_assets
from sfd.domain.timing import dialogue_seconds
from sfd.domain.validation import assets_with_paths
from sfd.outline.feedback import LAST, TIMES, TONES, WEATHERS, ZH_TONES, Wish, meaning, number, read_feedback
from sfd.outline.outline import MAX_SCENES, outline_drama
from sfd.outline.retelling import is_chinese, renamed, retold

LONGEST_DIALOGUE = 8.0
LONGEST_NAME = 100
OUTLINED_EPISODES = 10
SCENES_PER_ADDED = 3
_ENDINGS = ("climax", "fall", "turn", "rise")
_TURNS = ("turn", "rise", "fall", "climax")
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


def improve(original: Drama, feedback: str, default_seconds: float) -> Drama:
    """The drama with everything that `feedback` asks for done, and nothing else changed, ids included.

    `default_seconds` is the length of a new clip in which nothing is said or described.

    Raises:
        InvalidInput: a part of the feedback is not understood, cannot be done to this drama, or changes nothing.
    """
    drama = original.model_copy(deep=True)
    for wish in read_feedback(feedback, list(_names(original))):
        drama = _EDITS[wish.kind](drama, wish)
    if drama == original:
        raise _impossible("the drama is already as the feedback asks")
    return _planned(original, _connected(drama), default_seconds)


def _rename(drama: Drama, wish: Wish) -> Drama:
    wanted = wish.value.casefold()
    known = sorted(drama.characters, key=lambda one: (one.name.casefold() != wanted, not one.main))
    person = next((one for one in known if wanted in (one.name.casefold(), _first(one.name).casefold())), None)
    if person is None:
        raise _impossible(f"there is no character {wish.value!r}; there are {', '.join(_full_names(drama)) or 'none'}")
    if not wish.other or len(wish.other) > LONGEST_NAME:
        raise _impossible(f"a name has 1 to {LONGEST_NAME} characters")
    if any(one is not person and one.name.casefold() == wish.other.casefold() for one in drama.characters):
        raise _impossible(f"there is a character {wish.other!r} already")
    return renamed(drama, person, wish.value, wish.other)


def _title(drama: Drama, wish: Wish) -> Drama:
    if wish.episode is None:
        drama.title = wish.value
    else:
        _episodes(drama, wish)[0].title = wish.value
    return drama


def _style(drama: Drama, wish: Wish) -> Drama:
    drama.style = wish.value
    return drama


def _shorter(drama: Drama, wish: Wish) -> Drama:
    shortened = [_fewer_scenes(one) or _fewer_lines(one.scenes) for one in _episodes(drama, wish)]
    if not any(shortened):
        raise _impossible("there is nothing to leave out: no episode has a scene between its first and its last")
    return drama


def _fewer_scenes(episode: Episode) -> bool:
    """Leave out about a third: those in which least is said, never the first nor the last."""
    between = sorted(episode.scenes[1:-1], key=lambda scene: dialogue_seconds(scene.dialogue))
    for scene in between[: max(1, round(len(episode.scenes) / 3))]:
        _leave_out(episode, scene)
    return bool(between)


def _leave_out(episode: Episode, scene: Scene) -> None:
    at = next(n for n, one in enumerate(episode.scenes) if one is scene)
    del episode.scenes[at]
    if at and not episode.scenes[at - 1].transition:
        episode.scenes[at - 1].transition = scene.transition
    if at < len(episode.scenes) and episode.scenes[at].continues:
        before = episode.scenes[at - 1] if at else None
        episode.scenes[at].continues = before is not None and _where(before) == _where(episode.scenes[at])


def _longer(drama: Drama, wish: Wish) -> Drama:
    taken = {scene.id for episode in drama.episodes for scene in episode.scenes}
    looks, nobody = (_LOOKS_ZH, _NOBODY[1]) if is_chinese(drama) else (_LOOKS, _NOBODY[0])
    names = {one.id: one.name for one in drama.characters}
    for episode in _episodes(drama, wish):
        scenes: list[Scene] = []
        for number_, scene in enumerate(episode.scenes):
            scenes.append(scene)
            if number_ % SCENES_PER_ADDED == 0:
                who = (scene.characters or [line.character_id for line in scene.dialogue])[:1]
                text = looks[len(taken) % len(looks)].format(names[who[0]]) if who else nobody
                scenes.append(_look(scene, _free(f"{scene.id}.look", taken), text, who))
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


def _more(drama: Drama, wish: Wish) -> Drama:
    answers = _ANSWERS_ZH if is_chinese(drama) else _ANSWERS
    added = 0
    for scene in _scenes(drama, wish):
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
        raise _impossible("no scene has somebody in it and room for another line")
    return drama


def _less(drama: Drama, wish: Wish) -> Drama:
    scenes = _scenes(drama, wish)
    speaking = [scene for scene in scenes if scene.dialogue]
    if not speaking:
        raise _impossible("there is no dialogue to take away")
    if not _fewer_lines(scenes):
        for scene in speaking[1::2] or speaking:
            scene.dialogue = []
    return drama


def _fewer_lines(scenes: Iterable[Scene]) -> bool:
    """Keep the first line of each scene. Whether there was more."""
    long = [scene for scene in scenes if len(scene.dialogue) > 1]
    for scene in long:
        del scene.dialogue[1:]
    return bool(long)


def _time(drama: Drama, wish: Wish) -> Drama:
    time = meaning(wish.value, TIMES)
    chinese = is_chinese(drama)
    for scene in _scenes(drama, wish):
        if scene.time_of_day not in (time, _TIMES_ZH[time]):
            scene.time_of_day = _TIMES_ZH[time] if chinese else time
            _tell(scene, f"{_TIMES_ZH[time]}。" if chinese else f"{TIMES[time][0].capitalize()}.")
    return drama


def _weather(drama: Drama, wish: Wish) -> Drama:
    seen = _WEATHER_SEEN[meaning(wish.value, WEATHERS)]
    outside, inside = seen[2:] if is_chinese(drama) else seen[:2]
    for scene in _scenes(drama, wish):
        text = inside if scene.setting == "INT" else outside
        if text not in scene.description:
            scene.description = f"{scene.description} {text}".strip()
            _tell(scene, text)
    return drama


def _place(drama: Drama, wish: Wish) -> Drama:
    place = re.sub(r"^(?:the|an?)\s+", "", wish.value, flags=re.IGNORECASE)[:LONGEST_NAME]
    if not place:
        raise _impossible("the place has no name")
    for scene in _scenes(drama, wish):
        scene.location = place[:1].upper() + place[1:]
        scene.setting = "EXT" if _OUTSIDE.search(place) else "INT"
        _tell(scene, f"{scene.location}." if place.isascii() else f"{place}。")
    return drama


def _tone(drama: Drama, wish: Wish) -> Drama:
    tone = meaning(wish.value, TONES)
    how = ZH_TONES[tone] if is_chinese(drama) else TONES[tone][0]
    lines = [line for scene in _scenes(drama, wish) for line in scene.dialogue]
    if not lines:
        raise _impossible("a tone is how lines are said, and there is no dialogue")
    for line in lines:
        heard = next((one for one in HEARD_ONLY if (line.tone or "").startswith(one)), "")
        line.tone = f"{heard}, {how}" if heard else how
    return drama


def _scene(drama: Drama, wish: Wish) -> Drama:
    episodes = _episodes(drama, wish)
    if len(episodes) > 1:
        raise _impossible("say of which episode the scene is, as in: remove scene 3 of episode 1")
    wanted, scenes = number(wish.value), episodes[0].scenes
    if not 1 <= wanted <= len(scenes) or len(scenes) == 1:
        raise _impossible(f"scene {wanted} cannot be removed: the episode has {len(scenes)}, and one must stay")
    _leave_out(episodes[0], scenes[wanted - 1])
    return drama


def _ending(drama: Drama, wish: Wish) -> Drama:
    return _rewrite(drama, replace(wish, episode=LAST))


def _rewrite(drama: Drama, wish: Wish) -> Drama:
    """Outline an episode again: the same people, another turn of the same premise."""
    episode = _episodes(drama, wish)[0]
    at = next(n for n, one in enumerate(drama.episodes) if one is episode)
    outlined = _outlined(drama, len(episode.scenes))
    last = at == len(drama.episodes) - 1
    phases = _ENDINGS if last else _TURNS
    ranked = sorted(outlined.episodes[1:-1], key=lambda one: phases.index(one.metadata["phase"]))
    titles = {one.title for one in drama.episodes}
    new, cast = retold(
        drama, outlined, next((one for one in ranked if one.title not in titles), ranked[at % len(ranked)])
    )
    taken = {scene.id for one in drama.episodes for scene in one.scenes}
    ids = [scene.id for scene in episode.scenes]
    for position, scene in enumerate(new.scenes):
        scene.id = ids[position] if position < len(ids) else _free(f"{episode.id}.{position + 1}", taken)
    new.scenes[-1].transition = "FADE OUT." if last else "CUT TO BLACK."
    episode.title, episode.description, episode.premise = new.title, new.description, new.description
    episode.scenes, episode.metadata = new.scenes, {**episode.metadata, **new.metadata}
    drama.characters += cast
    return drama


def _outlined(drama: Drama, scenes: int) -> Drama:
    if drama.language and drama.language.lower().split("-")[0] not in ("en", "zh"):
        raise _impossible(f"episodes are outlined in English and Chinese only, and this drama is in {drama.language}")
    texts = (drama.premise, drama.description, drama.title)
    premise = next((one for one in texts if any(c.isalpha() for c in one)), "")
    if not premise:
        raise _impossible("an episode is outlined from the premise, and the drama has none")
    return outline_drama(
        premise,
        drama_id=drama.id,
        episodes=OUTLINED_EPISODES,
        language=drama.language or ("zh" if is_chinese(drama) else "en"),
        style=drama.style,
        scenes_per_episode=min(max(scenes, 1), MAX_SCENES),
    )


_EDITS: dict[str, Callable[[Drama, Wish], Drama]] = {
    "rename": _rename,
    "title": _title,
    "style": _style,
    "shorter": _shorter,
    "longer": _longer,
    "more": _more,
    "less": _less,
    "time": _time,
    "weather": _weather,
    "place": _place,
    "tone": _tone,
    "scene": _scene,
    "ending": _ending,
    "rewrite": _rewrite,
}


def _episodes(drama: Drama, wish: Wish) -> Sequence[Episode]:
    if not drama.episodes:
        raise _impossible("the drama has no episodes")
    if wish.episode is None:
        return drama.episodes
    at = len(drama.episodes) if wish.episode == LAST else wish.episode
    if not 1 <= at <= len(drama.episodes):
        raise _impossible(f"there is no episode {at}; the drama has {len(drama.episodes)}")
    return [drama.episodes[at - 1]]


def _scenes(drama: Drama, wish: Wish) -> list[Scene]:
    return [scene for episode in _episodes(drama, wish) for scene in episode.scenes]


def _impossible(why: str) -> InvalidInput:
    return InvalidInput(f"The feedback cannot be done: {why}.", [Fault("/feedback", why)])


def _names(drama: Drama) -> Iterator[str]:
    for name in _full_names(drama):
        yield from (name, _first(name))


def _full_names(drama: Drama) -> list[str]:
    return [one.name for one in drama.characters if one.name]


def _first(name: str) -> str:
    return name.split(" ", maxsplit=1)[0]


def _where(scene: Scene) -> tuple[str, str, str]:
    return (scene.setting, scene.location, scene.time_of_day)


def _free(wanted: str, taken: set[str]) -> str:
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


def _connected(drama: Drama) -> Drama:
    """Without dependencies on pictures that went with their scenes."""
    known = {asset.id for _, asset, _ in assets_with_paths(drama)}
    for _, asset, _ in assets_with_paths(drama):
        asset.depends_on = [one for one in asset.depends_on if one in known]
    return drama


def _planned(original: Drama, drama: Drama, default_seconds: float) -> Drama:
    """With pictures and clips planned for what is new, and clips that were as long as their scene needed still so."""
    before = {scene.id: scene for episode in original.episodes for scene in episode.scenes}
    known: set[str] = {*before, *(one.id for one in original.characters)}
    for scene in (scene for episode in drama.episodes for scene in episode.scenes):
        if not scene.assets:
            known.discard(scene.id)
        elif scene.id in before:
            old, new = (clip_seconds(one, default_seconds) for one in (before[scene.id], scene))
            for asset in scene.assets:
                if asset.kind is AssetKind.VIDEO and asset.duration == old:
                    asset.duration = new
    complete = with_planned_assets(drama, default_seconds)
    pairs: list[tuple[Character | Scene, Character | Scene]] = list(
        zip(drama.characters, complete.characters, strict=True)
    )
    pairs += [
        pair
        for one, other in zip(drama.episodes, complete.episodes, strict=True)
        for pair in zip(one.scenes, other.scenes, strict=True)
    ]
    for given, completed in pairs:
        if given.id in known:
            completed.assets = given.assets
    return complete
