"""Pure: a drama becomes nodes and edges.

Portraits need nothing. A storyboard needs the portraits of the characters in it (at most three, main characters
first), the picture of its location if the drama has one, and the storyboard of the scene that it continues. A clip
needs its storyboard. A cut needs the clips of its episode, and the speech that is heard over them. `depends_on` adds
edges.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sfd.domain.errors import Fault
from sfd.domain.graph import find_cycle, in_order
from sfd.domain.jobs import JobStatus, JobType
from sfd.domain.models import MAX_NODES, Asset, AssetKind, Character, Drama, Episode, Scene
from sfd.domain.validation import invalid

MAX_REFERENCES = 5
MAX_PORTRAITS = 3


@dataclass(frozen=True)
class Node:
    """One thing to make. `references` are the pictures shown to the provider, among `depends_on`."""

    id: str
    type: JobType
    depends_on: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    asset: Asset | None = None
    character: Character | None = None
    episode: Episode | None = None
    scene: Scene | None = None


def cut_node_id(episode_id: str) -> str:
    """The node that assembles an episode. The colon keeps it apart from every asset id."""
    return f"cut:{episode_id}"


def speech_node_id(scene_id: str) -> str:
    """The node that speaks a scene's lines. The colon keeps it apart from every asset id."""
    return f"speech:{scene_id}"


def build_dag(drama: Drama, *, follows: bool = True, spoken: bool = False) -> dict[str, Node]:
    """Every node by id, in an order in which each comes after all it needs, episode by episode.

    `follows`: a scene that continues another is drawn after it and is shown its storyboard. `spoken`: a voice speaks
    the lines of each scene that has some, because its clips come without.

    Raises:
        InvalidInput: nodes wait for each other in a circle, named by its path, or there are too many.
    """
    nodes = {node.id: node for node in _nodes(drama, follows=follows, spoken=spoken)}
    if len(nodes) > MAX_NODES:
        raise invalid("The drama is too large", [Fault("", f"{len(nodes)} nodes; at most {MAX_NODES} are allowed")])
    needs = {node.id: node.depends_on for node in nodes.values()}
    if cycle := find_cycle(needs):
        detail = f"nodes wait for each other in a circle: {' → '.join(cycle)}"
        raise invalid("The drama cannot be planned", [Fault("", detail)])
    return {node_id: nodes[node_id] for node_id in in_order(needs)}


def _nodes(drama: Drama, *, follows: bool, spoken: bool) -> Iterator[Node]:
    portraits = {character.id: portrait for character in drama.characters if (portrait := _first_image(character))}
    for character in drama.characters:
        for asset in character.assets:
            yield _picture(asset, JobType.PORTRAIT, character=character)
    for asset in drama.assets:
        yield _picture(asset, JobType.ARTWORK)
    for episode in drama.episodes:
        for asset in episode.assets:
            yield _picture(asset, JobType.ARTWORK, episode=episode)
        clips: list[str] = []
        before: Asset | None = None
        for scene in episode.scenes:
            seen = _pictures_for(drama, scene, portraits, before if follows else None)
            before = next((one for one in scene.assets if one.kind is AssetKind.IMAGE), None)
            for node in _scene_nodes(episode, scene, seen):
                yield node
                if node.type is JobType.CLIP:
                    clips.append(node.id)
        speeches = list(_speeches(episode)) if spoken else []
        yield from speeches
        if clips:
            needed = (*clips, *(one.id for one in speeches))
            yield Node(cut_node_id(episode.id), JobType.CUT, needed, episode=episode)


def _speeches(episode: Episode) -> Iterator[Node]:
    """The lines of each scene that has some and is filmed."""
    for scene in episode.scenes:
        if scene.dialogue and any(one.kind is AssetKind.VIDEO for one in scene.assets):
            yield Node(speech_node_id(scene.id), JobType.SPEECH, episode=episode, scene=scene)


def _picture(
    asset: Asset, node_type: JobType, *, character: Character | None = None, episode: Episode | None = None
) -> Node:
    needed = tuple(asset.depends_on)
    return Node(asset.id, node_type, needed, needed[:MAX_REFERENCES], asset, character=character, episode=episode)


def _scene_nodes(episode: Episode, scene: Scene, shown: Sequence[str]) -> Iterator[Node]:
    storyboard: Asset | None = None
    for asset in scene.assets:
        if asset.kind is AssetKind.IMAGE:
            storyboard = storyboard or asset
            references = _unique([*asset.depends_on, *shown])[:MAX_REFERENCES]
            needed = _unique([*asset.depends_on, *references])
            yield Node(asset.id, JobType.STORYBOARD, needed, references, asset, episode=episode, scene=scene)
    for asset in scene.assets:
        if asset.kind is AssetKind.VIDEO:
            images = {one.id for one in scene.assets if one.kind is AssetKind.IMAGE}
            first_frame = next((one for one in asset.depends_on if one in images), storyboard and storyboard.id)
            references = (first_frame,) if first_frame else ()
            needed = _unique([*asset.depends_on, *references])
            yield Node(asset.id, JobType.CLIP, needed, references, asset, episode=episode, scene=scene)


def _pictures_for(drama: Drama, scene: Scene, portraits: Mapping[str, Asset], before: Asset | None) -> tuple[str, ...]:
    """What keeps a scene like the others: its people, its place, and the moment that it continues."""
    place = [asset.id for asset in drama.assets if shows_location(asset, scene.location)][:1]
    moment = [before.id] if scene.continues and before is not None else []
    return _unique([*_portraits_in(drama, scene, portraits), *place, *moment])


def shows_location(asset: Asset, location: str) -> bool:
    """Whether an asset is the picture of a location: it names it in its metadata."""
    named = asset.metadata.get("location")
    is_picture = asset.kind is AssetKind.IMAGE and isinstance(named, str) and bool(location)
    return is_picture and str(named).casefold() == location.casefold()


def _first_image(character: Character) -> Asset | None:
    return next((asset for asset in character.assets if asset.kind is AssetKind.IMAGE), None)


def _portraits_in(drama: Drama, scene: Scene, portraits: Mapping[str, Asset]) -> list[str]:
    present = set(people_in(scene))
    shown = [character for character in drama.characters if character.id in present and character.id in portraits]
    shown.sort(key=lambda character: not character.main)
    return [portraits[character.id].id for character in shown[:MAX_PORTRAITS]]


def people_in(scene: Scene) -> tuple[str, ...]:
    """Ids of everyone in the picture: those listed, or without a list those who speak in it; and the back in front."""
    listed = scene.characters or [line.character_id for line in scene.dialogue if not line.heard_only]
    back = [scene.shot.over_shoulder] if scene.shot.over_shoulder else []
    return _unique([*listed, *back])


def _unique(ids: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(ids))


@dataclass
class Frontier:
    """Which nodes may start now. Fed with the end of each node; never looks at a clock or a database.

    Every node is given out at most once: by `ready` or by the `end` that freed it.
    """

    needs: Mapping[str, tuple[str, ...]]
    ended: dict[str, JobStatus] = field(default_factory=dict[str, JobStatus])
    started: set[str] = field(default_factory=set[str])

    def __post_init__(self) -> None:
        """Index who waits for whom."""
        self._waiting = {node: sum(1 for one in needed if one in self.needs) for node, needed in self.needs.items()}
        self._dependents: dict[str, list[str]] = {node: [] for node in self.needs}
        for node, needed in self.needs.items():
            for one in needed:
                if one in self.needs:
                    self._dependents[one].append(node)

    def ready(self) -> list[str]:
        """Nodes that may start and were not given out before, in plan order."""
        found = [
            node
            for node, waiting in self._waiting.items()
            if waiting == 0 and node not in self.started and node not in self.ended
        ]
        self.started.update(found)
        return found

    def end(self, node: str, status: JobStatus) -> list[str]:
        """Note how a node ended. Returns the nodes that may start because of it."""
        if node in self.ended:
            return []
        self.ended[node] = status
        if status is not JobStatus.COMPLETED:
            return []
        freed: list[str] = []
        for dependent in self._dependents[node]:
            self._waiting[dependent] -= 1
            if self._waiting[dependent] == 0 and dependent not in self.started and dependent not in self.ended:
                self.started.add(dependent)
                freed.append(dependent)
        return freed

    def blocked_by(self, node: str) -> list[str]:
        """Every node that can never start because `node` did not complete."""
        blocked: dict[str, None] = {}
        waiting = list(self._dependents[node])
        while waiting:
            one = waiting.pop()
            if one not in blocked and one not in self.ended:
                blocked[one] = None
                waiting += self._dependents[one]
        return list(blocked)

    @property
    def finished(self) -> bool:
        """Whether every node has ended."""
        return len(self.ended) == len(self.needs)
