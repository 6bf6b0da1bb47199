"""Complete a written drama with the pictures and clips that every drama needs."""

from collections.abc import Iterator, Sequence

from sfd.domain.models import MAX_CLIP_SECONDS, MIN_CLIP_SECONDS, Asset, AssetKind, Drama, Scene
from sfd.domain.timing import dialogue_seconds, speech_seconds

ACTION_SHARE = 0.55
SHORTEST_PLANNED_CLIP = 2.5
LONGEST_SILENT_CLIP = 8.0


def with_planned_assets(drama: Drama, default_seconds: float) -> Drama:
    """The drama with a portrait for each character and a storyboard and clip for each scene that plan none.

    What the writer planned is kept. A clip is as long as its dialogue needs; without dialogue, as its action
    takes to see; `default_seconds` when a scene says neither.
    """
    taken = set(_asset_ids(drama))
    completed = drama.model_copy(deep=True)
    for character in completed.characters:
        if not any(asset.kind is AssetKind.IMAGE for asset in character.assets):
            character.assets.append(Asset(id=_free_id(f"{character.id}.portrait", taken), kind=AssetKind.IMAGE))
    for episode in completed.episodes:
        for scene in episode.scenes:
            _complete_scene(scene, default_seconds, taken)
    return completed


def with_pictures(drama: Drama, pictures: Sequence[tuple[str, str]]) -> Drama:
    """The drama with pictures that show how characters look: library asset ids, each with a name or `""`.

    A picture without a known name goes to the next character, main ones first, that has none.
    """
    looking = drama.model_copy(deep=True)
    waiting = sorted(looking.characters, key=lambda one: not one.main)
    for asset_id, name in sorted(pictures, key=lambda one: not one[1]):
        named = next((one for one in waiting if one.name.casefold() == name.strip().casefold()), None)
        chosen = named or next(iter(waiting), None)
        portrait = chosen and next((one for one in chosen.assets if one.kind is AssetKind.IMAGE), None)
        if chosen is not None and portrait is not None:
            portrait.references.append(asset_id)
            waiting.remove(chosen)
    return looking


def without_urls(drama: Drama) -> Drama:
    """The drama without any URL: those are SFD's to set, when it has made what they lead to."""
    bare = drama.model_copy(deep=True)
    scenes = [scene for episode in bare.episodes for scene in episode.scenes]
    for owner in (bare, *bare.characters, *bare.episodes):
        owner.url = None
    for scene in scenes:
        scene.image_url = scene.video_url = None
    for owner in (bare, *bare.characters, *bare.episodes, *scenes):
        for asset in owner.assets:
            asset.url = None
    return bare


def clip_seconds(scene: Scene, default_seconds: float) -> float:
    """How long a scene's clip should be, in half seconds."""
    needed = dialogue_seconds(scene.dialogue)
    if not scene.dialogue and scene.description:
        needed = min(LONGEST_SILENT_CLIP, 1.5 + ACTION_SHARE * speech_seconds(scene.description))
    elif not scene.dialogue:
        needed = default_seconds
    rounded = -(-max(needed, SHORTEST_PLANNED_CLIP) * 2 // 1) / 2
    return min(max(rounded, MIN_CLIP_SECONDS), MAX_CLIP_SECONDS)


def _complete_scene(scene: Scene, default_seconds: float, taken: set[str]) -> None:
    if not any(asset.kind is AssetKind.IMAGE for asset in scene.assets):
        storyboard = Asset(id=_free_id(f"{scene.id}.storyboard", taken), kind=AssetKind.IMAGE)
        scene.assets.insert(0, storyboard)
    if not any(asset.kind is AssetKind.VIDEO for asset in scene.assets):
        storyboard = next(asset for asset in scene.assets if asset.kind is AssetKind.IMAGE)
        clip = Asset(id=_free_id(f"{scene.id}.clip", taken), kind=AssetKind.VIDEO, depends_on=[storyboard.id])
        scene.assets.append(clip)
    for asset in scene.assets:
        if asset.kind is AssetKind.VIDEO and asset.duration is None:
            asset.duration = clip_seconds(scene, default_seconds)


def _asset_ids(drama: Drama) -> Iterator[str]:
    owners = [drama, *drama.characters, *drama.episodes, *(s for e in drama.episodes for s in e.scenes)]
    return (asset.id for owner in owners for asset in owner.assets)


def _free_id(wanted: str, taken: set[str]) -> str:
    candidate, number = wanted[:90], 2
    while candidate in taken:
        candidate = f"{wanted[:90]}.{number}"
        number += 1
    taken.add(candidate)
    return candidate
