"""Pure: the edits of a drama. Each gives back another drama and leaves the one it was given as it is.

A part is named by its address: the lists and ids on the way to it, such as `(("episodes", "e1"), ("scenes", "s2"))`.
A shelf is one list of parts: the address of what holds the list, and the list's name. Parts that an edit does not
touch are the same objects before and after.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

from sfd.domain.errors import Fault, NotFound
from sfd.domain.models import COMPOSED, Asset, AssetKind, Character, Drama, Episode, Scene
from sfd.domain.patches import NewAsset, NewCharacter, NewEpisode, NewPart, NewScene, Patch, merged
from sfd.domain.planned_assets import clip_seconds, with_planned_assets
from sfd.domain.validation import assets_with_paths, invalid

ListName = Literal["characters", "episodes", "scenes", "assets"]
Address = tuple[tuple[ListName, str], ...]
Part = Character | Episode | Scene | Asset
Whole = Drama | Part
W = TypeVar("W", bound=Whole)

WORDS: dict[ListName, str] = {"characters": "character", "episodes": "episode", "scenes": "scene", "assets": "asset"}
_INSIDE: dict[type[Whole], tuple[ListName, ...]] = {
    Drama: ("characters", "episodes", "assets"),
    Character: ("assets",),
    Episode: ("scenes", "assets"),
    Scene: ("assets",),
    Asset: (),
}
REFUSED = "The edit cannot be made"


@dataclass(frozen=True)
class Shelf:
    """One list of parts."""

    holder: Address
    name: ListName


def shelf_of(address: Address) -> Shelf:
    """The list that a part stands in."""
    return Shelf(address[:-1], address[-1][0])


def tag_of(part: Whole) -> str:
    """A hash of a part's JSON: another one whenever anything in it is different."""
    return hashlib.sha256(part.model_dump_json().encode()).hexdigest()[:32]


def find(whole: Whole, address: Address) -> Whole:
    """The part at an address.

    Raises:
        NotFound: an id on the way is not there.
    """
    for name, wanted in address:
        whole = parts_on(whole, name)[_position(whole, name, wanted)]
    return whole


def parts_on(whole: Whole, name: ListName) -> list[Part]:
    """One list of a part's parts."""
    parts: list[Part] = getattr(whole, name)
    return parts


def pointer_to(whole: Whole, address: Address) -> str:
    """The JSON pointer of a part, such as `/episodes/0/scenes/2`.

    Raises:
        NotFound: an id on the way is not there.
    """
    pointer = ""
    for name, wanted in address:
        position = _position(whole, name, wanted)
        pointer += f"/{name}/{position}"
        whole = parts_on(whole, name)[position]
    return pointer


def patched(drama: Drama, address: Address, patch: Patch, default_seconds: float) -> Drama:
    """The drama with a patch applied to the part at an address.

    Raises:
        NotFound: there is no such part.
    """

    def change(part: Whole) -> Whole:
        changed = merged(part, patch)
        if isinstance(changed, Asset) and "prompt" in patch.model_fields_set:
            changed = _in_own_words(changed)
        if isinstance(changed, Asset) and "duration" in patch.model_fields_set:
            return _with_length(changed, find(drama, address[:-1]), default_seconds)
        return changed

    return with_part(drama, address, change)


def with_part(whole: W, address: Address, change: Callable[[Whole], Whole]) -> W:
    """`whole` with the part at an address put through `change`.

    Raises:
        NotFound: there is no such part.
    """
    if not address:
        return _same_kind(whole, change(whole))
    (name, wanted), rest = address[0], address[1:]
    parts = list(parts_on(whole, name))
    position = _position(whole, name, wanted)
    parts[position] = with_part(parts[position], rest, change)
    return whole.model_copy(update={name: parts})


def with_shelf(drama: Drama, shelf: Shelf, change: Callable[[list[Part]], list[Part]]) -> Drama:
    """The drama with one list of parts put through `change`.

    Raises:
        NotFound: there is no such list.
    """

    def rearranged(holder: Whole) -> Whole:
        return holder.model_copy(update={shelf.name: change(list(parts_on(holder, shelf.name)))})

    return with_part(drama, shelf.holder, rearranged)


def added(drama: Drama, shelf: Shelf, part: Part, before: str | None) -> Drama:
    """The drama with a part put on a shelf: before the part with the id `before`, else last.

    Raises:
        NotFound: there is no such shelf.
        InvalidInput: an id of the new part is taken, or there is nothing with the id `before`.
    """
    holder = find(drama, shelf.holder)
    parts = parts_on(holder, shelf.name)
    taken = {(what, one) for _, what, one in _ids(drama)}
    faults = [
        Fault(pointer, f"the {what} id {one!r} is taken; choose another, or leave it out")
        for pointer, what, one in _ids(part, shelf.name)
        if (what, one) in taken
    ]
    ids = [one.id for one in parts]
    if before is not None and before not in ids:
        faults.append(Fault("/before", f"there is no {WORDS[shelf.name]} {before!r} here"))
    if faults:
        raise invalid(REFUSED, faults)
    position = ids.index(before) if before is not None else len(parts)
    return with_shelf(drama, shelf, lambda old: [*old[:position], part, *old[position:]])


def taken_out(drama: Drama, address: Address) -> Drama:
    """The drama without the part at an address. What refers to it is not looked at.

    Raises:
        NotFound: there is no such part.
    """
    find(drama, address)
    gone = address[-1][1]
    return with_shelf(drama, shelf_of(address), lambda old: [one for one in old if one.id != gone])


def reordered(drama: Drama, shelf: Shelf, ids: Sequence[str]) -> Drama:
    """The drama with the parts on a shelf in the order of `ids`.

    Raises:
        NotFound: there is no such shelf.
        InvalidInput: `ids` does not name each part once; the faults say what is missing, unknown or double.
    """
    parts = {one.id: one for one in parts_on(find(drama, shelf.holder), shelf.name)}
    if faults := list(_order_faults(list(parts), ids, WORDS[shelf.name])):
        raise invalid("The order cannot be used", faults)
    return with_shelf(drama, shelf, lambda _: [parts[one] for one in ids])


def _order_faults(present: Sequence[str], ids: Sequence[str], what: str) -> Iterator[Fault]:
    seen: Counter[str] = Counter()
    for number, one in enumerate(ids):
        seen[one] += 1
        if one not in present:
            yield Fault(f"/ids/{number}", f"there is no {what} {one!r} here")
        elif seen[one] > 1:
            yield Fault(f"/ids/{number}", f"the {what} {one!r} is named twice")
    if missing := [one for one in present if one not in seen]:
        yield Fault("/ids", f"missing: {', '.join(missing)}; name every {what} once")


def written(new: NewPart, make_id: Callable[[str], str]) -> Part:
    """The part that a body describes; `make_id` makes an id from a word such as `scene` for each that has none."""
    match new:
        case NewAsset():
            return Asset.model_validate({**_members(new), "id": new.id or make_id("asset")})
        case NewCharacter():
            assets = [written(one, make_id) for one in new.assets]
            return Character.model_validate({**_members(new), "id": new.id or make_id("character"), "assets": assets})
        case NewScene():
            assets = [written(one, make_id) for one in new.assets]
            return Scene.model_validate({**_members(new), "id": new.id or make_id("scene"), "assets": assets})
        case NewEpisode():
            parts = {
                "assets": [written(one, make_id) for one in new.assets],
                "scenes": [written(one, make_id) for one in new.scenes],
            }
            return Episode.model_validate({**_members(new), "id": new.id or make_id("episode"), **parts})


def _members(new: NewPart) -> dict[str, object]:
    return new.model_dump(exclude={"id", "assets", "scenes"})


def completed(drama: Drama, shelf: Shelf, part: Part, default_seconds: float) -> Part:
    """A new part with the portrait, storyboards and clips that it plans none of, under ids that are free.

    Only the new part is completed: what was taken away from others stays away.
    """
    if isinstance(part, Asset):
        return _with_length(part, find(drama, shelf.holder), default_seconds)
    alone = Drama(id=drama.id, assets=[asset for _, asset, _ in assets_with_paths(drama)])
    if isinstance(part, Character):
        alone.characters = [part]
        return with_planned_assets(alone, default_seconds).characters[0]
    alone.episodes = [part if isinstance(part, Episode) else Episode(id="alone", scenes=[part])]
    episode = with_planned_assets(alone, default_seconds).episodes[0]
    return episode if isinstance(part, Episode) else episode.scenes[0]


def callers_pointer(pointer: str, prefix: str | None, elsewhere: str = "") -> str:
    """A pointer into the drama as one into what was sent for the part at `prefix`; `elsewhere` if it is not in it."""
    return pointer[len(prefix) :] if prefix is not None and pointer.startswith(f"{prefix}/") else elsewhere


def _in_own_words(asset: Asset) -> Asset:
    """A prompt that a person wrote is asked as it stands."""
    metadata = {name: value for name, value in asset.metadata.items() if name != COMPOSED}
    return asset.model_copy(update={"metadata": metadata})


def _with_length(asset: Asset, holder: Whole, default_seconds: float) -> Asset:
    """A clip that says nothing of its length gets the one that its scene needs."""
    if asset.kind is AssetKind.IMAGE or asset.duration is not None or not isinstance(holder, Scene):
        return asset
    return asset.model_copy(update={"duration": clip_seconds(holder, default_seconds)})


def _position(whole: Whole, name: ListName, wanted: str) -> int:
    for position, part in enumerate(parts_on(whole, name)):
        if part.id == wanted:
            return position
    raise NotFound(f"There is no {WORDS[name]} {wanted!r}.")


def _ids(whole: Whole, name: ListName | None = None, pointer: str = "") -> Iterator[tuple[str, str, str]]:
    """Pointer, kind and id of a part and of every part in it."""
    if name is not None:
        yield f"{pointer}/id", WORDS[name], whole.id
    for inner in _INSIDE[type(whole)]:
        for number, part in enumerate(parts_on(whole, inner)):
            yield from _ids(part, inner, f"{pointer}/{inner}/{number}")


def _same_kind(before: W, after: Whole) -> W:
    if not isinstance(after, type(before)):
        raise TypeError(f"a {type(before).__name__} became a {type(after).__name__}")
    return after
