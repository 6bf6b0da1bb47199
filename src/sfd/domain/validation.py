"""What a drama must satisfy beyond its shape: each fault is named by its path and says what to do."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from pydantic import ValidationError

from sfd.domain.errors import Fault, InvalidInput
from sfd.domain.graph import find_cycle
from sfd.domain.models import (
    MAX_CLIP_SECONDS,
    MAX_EPISODES,
    MAX_NODES,
    MIN_CLIP_SECONDS,
    Asset,
    AssetKind,
    Drama,
    Scene,
)
from sfd.domain.wording import plain_words

MAX_REPORTED_FAULTS = 50
_NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")  # an escape, and not the text of one after a backslash


def parse_drama(data: object) -> Drama:
    """A valid drama from parsed JSON.

    Raises:
        InvalidInput: with one fault for each thing that is wrong.
    """
    try:
        drama = Drama.model_validate(data)
    except ValidationError as error:
        raise invalid("The drama is not valid", faults_of(error)) from error
    check_drama(drama)
    return drama


def check_drama(drama: Drama) -> None:
    """Check ids, references, durations and limits.

    Raises:
        InvalidInput: with one fault for each thing that is wrong.
    """
    if faults := list(_faults(drama)):
        raise invalid("The drama is not valid", faults)


def invalid(title: str, faults: list[Fault]) -> InvalidInput:
    """An error whose sentence names the first fault and says how many more there are."""
    first = faults[0]
    more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
    where = f" at {first.pointer}" if first.pointer else ""
    return InvalidInput(f"{title}{where}: {first.detail}{more}", faults[:MAX_REPORTED_FAULTS])


def faults_of(error: ValidationError, prefix: str = "") -> list[Fault]:
    """Pydantic's errors as faults with JSON pointers."""
    return [
        Fault(prefix + "".join(f"/{_escape(part)}" for part in one["loc"]), plain_words(one["msg"]))
        for one in error.errors(include_url=False, include_context=False, include_input=False)
    ]


def assets_with_paths(drama: Drama) -> Iterator[tuple[str, Asset, Scene | None]]:
    """Every asset of a drama with its JSON pointer, and its scene if it belongs to one."""
    yield from _numbered("/assets", drama.assets)
    for c, character in enumerate(drama.characters):
        yield from _numbered(f"/characters/{c}/assets", character.assets)
    for e, episode in enumerate(drama.episodes):
        yield from _numbered(f"/episodes/{e}/assets", episode.assets)
        for s, scene in enumerate(episode.scenes):
            yield from _numbered(f"/episodes/{e}/scenes/{s}/assets", scene.assets, scene)


def _numbered(path: str, assets: list[Asset], scene: Scene | None = None) -> Iterator[tuple[str, Asset, Scene | None]]:
    for number, asset in enumerate(assets):
        yield f"{path}/{number}", asset, scene


def _escape(part: Any) -> str:  # noqa: ANN401 - pydantic's location parts are str or int
    return str(part).replace("~", "~0").replace("/", "~1")


def _faults(drama: Drama) -> Iterator[Fault]:
    yield from _limits(drama)
    yield from _duplicates(drama)
    yield from _character_references(drama)
    yield from _asset_faults(drama)
    yield from _nul_characters(drama)


def _limits(drama: Drama) -> Iterator[Fault]:
    if len(drama.episodes) > MAX_EPISODES:
        yield Fault("/episodes", f"{len(drama.episodes)} episodes; at most {MAX_EPISODES} are allowed")
    nodes = sum(1 for _ in assets_with_paths(drama)) + len(drama.episodes)
    if nodes > MAX_NODES:
        yield Fault("", f"{nodes} pictures, clips and cuts are planned; at most {MAX_NODES} are allowed")


def _duplicates(drama: Drama) -> Iterator[Fault]:
    scenes = [
        (f"/episodes/{e}/scenes/{s}/id", scene.id)
        for e, episode in enumerate(drama.episodes)
        for s, scene in enumerate(episode.scenes)
    ]
    yield from _repeated("character", ((f"/characters/{n}/id", one.id) for n, one in enumerate(drama.characters)))
    yield from _repeated("episode", ((f"/episodes/{n}/id", one.id) for n, one in enumerate(drama.episodes)))
    yield from _repeated("scene", scenes)
    yield from _repeated("asset", ((f"{path}/id", asset.id) for path, asset, _ in assets_with_paths(drama)))


def _repeated(what: str, ids: Iterable[tuple[str, str]]) -> Iterator[Fault]:
    seen: Counter[str] = Counter()
    for path, one in ids:
        seen[one] += 1
        if seen[one] > 1:
            yield Fault(path, f"the {what} id {one!r} is used twice; ids are unique in the whole drama")


def _character_references(drama: Drama) -> Iterator[Fault]:
    known = {character.id for character in drama.characters}
    for e, episode in enumerate(drama.episodes):
        for s, scene in enumerate(episode.scenes):
            path = f"/episodes/{e}/scenes/{s}"
            for n, one in enumerate(scene.characters):
                if one not in known:
                    yield Fault(f"{path}/characters/{n}", f"there is no character {one!r}")
            for n, line in enumerate(scene.dialogue):
                if line.character_id not in known:
                    yield Fault(f"{path}/dialogue/{n}/character_id", f"there is no character {line.character_id!r}")
            back = scene.shot.over_shoulder
            if back is not None and back not in known:
                yield Fault(f"{path}/shot/over_shoulder", f"there is no character {back!r}")


def _asset_faults(drama: Drama) -> Iterator[Fault]:
    listed = list(assets_with_paths(drama))
    known = {asset.id for _, asset, _ in listed}
    for path, asset, scene in listed:
        yield from _duration_faults(path, asset, scene)
        for n, needed in enumerate(asset.depends_on):
            if needed not in known:
                yield Fault(f"{path}/depends_on/{n}", f"there is no asset {needed!r}")
    cycle = find_cycle({asset.id: [one for one in asset.depends_on if one in known] for _, asset, _ in listed})
    if cycle:
        yield Fault("/assets", f"assets wait for each other in a circle: {' → '.join(cycle)}")


def _duration_faults(path: str, asset: Asset, scene: Scene | None) -> Iterator[Fault]:
    if asset.kind is AssetKind.VIDEO and scene is None:
        yield Fault(f"{path}/kind", "clips belong to scenes; characters, episodes and dramas have pictures")
    if asset.duration is None:
        return
    if asset.kind is AssetKind.IMAGE:
        yield Fault(f"{path}/duration", "a picture has no duration")
    elif not MIN_CLIP_SECONDS <= asset.duration <= MAX_CLIP_SECONDS:
        yield Fault(
            f"{path}/duration",
            f"{asset.duration:g} s; a clip lasts between {MIN_CLIP_SECONDS:g} and {MAX_CLIP_SECONDS:g} seconds",
        )


def _nul_characters(drama: Drama) -> Iterator[Fault]:
    if _NUL.search(drama.model_dump_json()):
        yield Fault("", "the text holds a NUL character (\\u0000), which no database stores; remove it")
