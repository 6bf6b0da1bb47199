"""The local writer's way to improve a drama: what the feedback asks for and nothing else, without a language model."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from sfd.domain.models import AssetKind, Character, Drama, Episode, Scene
from sfd.domain.planned_assets import clip_seconds, with_planned_assets
from sfd.domain.timing import dialogue_seconds
from sfd.domain.validation import assets_with_paths
from sfd.outline import scene_edits
from sfd.outline.feedback import LAST, Wish, number, read_feedback
from sfd.outline.outline import MAX_SCENES, outline_drama
from sfd.outline.retelling import is_chinese, renamed, retold
from sfd.outline.scene_edits import fewer_lines, free_id, impossible, wanted_episodes

LONGEST_NAME = 100
OUTLINED_EPISODES = 10
_ENDINGS = ("climax", "fall", "turn", "rise")
_TURNS = ("turn", "rise", "fall", "climax")


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
        raise impossible("the drama is already as the feedback asks")
    return _planned(original, _connected(drama), default_seconds)


def _rename(drama: Drama, wish: Wish) -> Drama:
    wanted = wish.value.casefold()
    known = sorted(drama.characters, key=lambda one: (one.name.casefold() != wanted, not one.main))
    person = next((one for one in known if wanted in (one.name.casefold(), _first(one.name).casefold())), None)
    if person is None:
        raise impossible(f"there is no character {wish.value!r}; there are {', '.join(_full_names(drama)) or 'none'}")
    if not wish.other or len(wish.other) > LONGEST_NAME:
        raise impossible(f"a name has 1 to {LONGEST_NAME} characters")
    if any(one is not person and one.name.casefold() == wish.other.casefold() for one in drama.characters):
        raise impossible(f"there is a character {wish.other!r} already")
    return renamed(drama, person, wish.value, wish.other)


def _title(drama: Drama, wish: Wish) -> Drama:
    if wish.episode is None:
        drama.title = wish.value
    else:
        wanted_episodes(drama, wish)[0].title = wish.value
    return drama


def _style(drama: Drama, wish: Wish) -> Drama:
    drama.style = wish.value
    return drama


def _shorter(drama: Drama, wish: Wish) -> Drama:
    shortened = [_fewer_scenes(one) or fewer_lines(one.scenes) for one in wanted_episodes(drama, wish)]
    if not any(shortened):
        raise impossible("there is nothing to leave out: no episode has a scene between its first and its last")
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


def _scene(drama: Drama, wish: Wish) -> Drama:
    episodes = wanted_episodes(drama, wish)
    if len(episodes) > 1:
        raise impossible("say of which episode the scene is, as in: remove scene 3 of episode 1")
    wanted, scenes = number(wish.value), episodes[0].scenes
    if not 1 <= wanted <= len(scenes) or len(scenes) == 1:
        raise impossible(f"scene {wanted} cannot be removed: the episode has {len(scenes)}, and one must stay")
    _leave_out(episodes[0], scenes[wanted - 1])
    return drama


def _ending(drama: Drama, wish: Wish) -> Drama:
    return _rewrite(drama, replace(wish, episode=LAST))


def _rewrite(drama: Drama, wish: Wish) -> Drama:
    """Outline an episode again: the same people, another turn of the same premise."""
    episode = wanted_episodes(drama, wish)[0]
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
        scene.id = ids[position] if position < len(ids) else free_id(f"{episode.id}.{position + 1}", taken)
    new.scenes[-1].transition = "FADE OUT." if last else "CUT TO BLACK."
    episode.title, episode.description, episode.premise = new.title, new.description, new.description
    episode.scenes, episode.metadata = new.scenes, {**episode.metadata, **new.metadata}
    drama.characters += cast
    return drama


def _outlined(drama: Drama, scenes: int) -> Drama:
    if drama.language and drama.language.lower().split("-")[0] not in ("en", "zh"):
        raise impossible(f"episodes are outlined in English and Chinese only, and this drama is in {drama.language}")
    texts = (drama.premise, drama.description, drama.title)
    premise = next((one for one in texts if any(c.isalpha() for c in one)), "")
    if not premise:
        raise impossible("an episode is outlined from the premise, and the drama has none")
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
    "longer": scene_edits.longer,
    "more": scene_edits.more,
    "less": scene_edits.less,
    "time": scene_edits.time,
    "weather": scene_edits.weather,
    "place": scene_edits.place,
    "tone": scene_edits.tone,
    "scene": _scene,
    "ending": _ending,
    "rewrite": _rewrite,
}


def _names(drama: Drama) -> Iterator[str]:
    for name in _full_names(drama):
        yield from (name, _first(name))


def _full_names(drama: Drama) -> list[str]:
    return [one.name for one in drama.characters if one.name]


def _first(name: str) -> str:
    return name.split(" ", maxsplit=1)[0]


def _where(scene: Scene) -> tuple[str, str, str]:
    return (scene.setting, scene.location, scene.time_of_day)


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
