"""Pure: what exists and what is planned become a plan: for every node its state, why, and its price."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from sfd.db.takes import SelectedTake
from sfd.domain.errors import Fault
from sfd.domain.jobs import JobStatus, JobType
from sfd.domain.models import Drama
from sfd.domain.validation import invalid
from sfd.generation.dag import Node, build_dag
from sfd.generation.fingerprint import fingerprint
from sfd.generation.requests import ClipSpec, CutSpec, PictureSpec, node_specs, provider_request
from sfd.providers.base import Capabilities
from sfd.providers.registry import Crew, Member

CUT_PROVIDER = "sfd"
CUT_VERSION = "1"


class NodeState(StrEnum):
    """What a plan says of a node."""

    FRESH = "fresh"
    STALE = "stale"
    MISSING = "missing"
    PARKED = "parked"


class Until(StrEnum):
    """Where an execution stops."""

    PORTRAITS = "portraits"
    STORYBOARDS = "storyboards"
    CLIPS = "clips"
    CUTS = "cuts"


_LAST = {
    Until.PORTRAITS: frozenset({JobType.PORTRAIT}),
    Until.STORYBOARDS: frozenset({JobType.PORTRAIT, JobType.ARTWORK, JobType.STORYBOARD}),
    Until.CLIPS: frozenset({JobType.PORTRAIT, JobType.ARTWORK, JobType.STORYBOARD, JobType.CLIP}),
    Until.CUTS: frozenset({JobType.PORTRAIT, JobType.ARTWORK, JobType.STORYBOARD, JobType.CLIP, JobType.CUT}),
}


@dataclass(frozen=True)
class PlannedNode:
    """A node with its frozen request, and what would happen to it."""

    node: Node
    spec: PictureSpec | ClipSpec | CutSpec
    provider: str
    model: str
    state: NodeState
    reason: str
    price: Decimal
    take: SelectedTake | None


@dataclass(frozen=True)
class Choice:
    """Which nodes an execution is about."""

    resume: bool = False
    episodes: Collection[str] | None = None
    until: Until = Until.CUTS
    force: bool = False


def plan_drama(
    drama: Drama,
    crew: Crew,
    takes: Mapping[str, SelectedTake],
    statuses: Mapping[str, JobStatus],
    *,
    aspect_ratio: str = "9:16",
) -> dict[str, PlannedNode]:
    """Every node of a drama in plan order. `statuses` holds the status of each node's newest job.

    Raises:
        InvalidInput: the drama has a cycle or too many nodes.
    """
    nodes = build_dag(drama)
    specs = node_specs(drama, nodes, aspect_ratio)
    planned: dict[str, PlannedNode] = {}
    for node in nodes.values():
        planned[node.id] = _plan_node(node, specs[node.id], crew, takes, statuses, planned)
    return planned


def member_for(crew: Crew, node_type: JobType) -> Member | None:
    """Who makes a node of this type; None for cuts, which SFD makes itself."""
    if node_type is JobType.CUT:
        return None
    return crew.filmmaker if node_type is JobType.CLIP else crew.illustrator


def node_fingerprint(
    spec: PictureSpec | ClipSpec | CutSpec,
    *,
    node_type: JobType,
    provider: str,
    model: str,
    capabilities: Capabilities | None,
    reference_hashes: tuple[str, ...],
) -> str:
    """The fingerprint of a node's result, given the content of what it refers to."""
    if isinstance(spec, CutSpec):
        script = spec.model_dump(mode="json", exclude={"storyboards", "labels", "cover", "cover_index"})
        prompt, parameters = "", {}
    else:
        scene = spec.scene
        brief = scene or (spec.character if isinstance(spec, PictureSpec) else None)
        reads_script = capabilities is not None and capabilities.reads_script
        script = brief.model_dump(mode="json") if brief is not None and reads_script else None
        prompt = spec.prompt
        parameters = {"aspect_ratio": spec.aspect_ratio}
        if isinstance(spec, ClipSpec):
            parameters["seconds"] = f"{spec.seconds:g}"
    return fingerprint(
        type=node_type,
        provider=provider,
        model=model,
        version=capabilities.version if capabilities else CUT_VERSION,
        prompt=prompt,
        parameters=parameters,
        references=reference_hashes,
        script=script,
    )


def inputs_of(spec: PictureSpec | ClipSpec | CutSpec) -> tuple[str, ...]:
    """Node ids whose content shows in the result, in the order that counts."""
    return tuple(clip.node_id for clip in spec.clips) if isinstance(spec, CutSpec) else spec.references


def _plan_node(
    node: Node,
    spec: PictureSpec | ClipSpec | CutSpec,
    crew: Crew,
    takes: Mapping[str, SelectedTake],
    statuses: Mapping[str, JobStatus],
    planned: Mapping[str, PlannedNode],
) -> PlannedNode:
    member = member_for(crew, node.type)
    state, reason = _state(node, spec, member, takes, statuses, planned)
    price = Decimal(0)
    if member is not None and not isinstance(spec, CutSpec):
        price = member.provider.price(provider_request(spec, drama_id="", model=member.model))
    return PlannedNode(
        node=node,
        spec=spec,
        provider=member.provider.name if member else CUT_PROVIDER,
        model=member.model if member else "",
        state=state,
        reason=reason,
        price=price,
        take=takes.get(node.id),
    )


def _state(
    node: Node,
    spec: PictureSpec | ClipSpec | CutSpec,
    member: Member | None,
    takes: Mapping[str, SelectedTake],
    statuses: Mapping[str, JobStatus],
    planned: Mapping[str, PlannedNode],
) -> tuple[NodeState, str]:
    take = takes.get(node.id)
    if take is None and statuses.get(node.id) is JobStatus.NEEDS_REVIEW:
        return NodeState.PARKED, "its last attempt needs a person's decision"
    if take is None:
        failed = statuses.get(node.id) is JobStatus.FAILED
        return NodeState.MISSING, "its last attempt failed" if failed else "it was never made"
    changed = [one for one in inputs_of(spec) if one in planned and planned[one].state is not NodeState.FRESH]
    if changed:
        return NodeState.STALE, f"{changed[0]}, which it shows, will be made again"
    wanted = node_fingerprint(
        spec,
        node_type=node.type,
        provider=member.provider.name if member else CUT_PROVIDER,
        model=member.model if member else "",
        capabilities=member.provider.capabilities if member else None,
        reference_hashes=tuple(takes[one].sha256 for one in inputs_of(spec) if one in takes),
    )
    if wanted != take.fingerprint:
        return NodeState.STALE, "its script, prompt, references or provider changed since it was made"
    return NodeState.FRESH, "it is as planned"


def chosen_nodes(plan: Mapping[str, PlannedNode], choice: Choice) -> dict[str, PlannedNode]:
    """The part of a plan that an execution is about, closed under what it needs.

    Raises:
        InvalidInput: `episodes` names one that the plan does not have.
    """
    wanted = [one for one in plan.values() if one.node.type in _LAST[choice.until]]
    if choice.episodes is not None:
        _check_episodes(plan, choice.episodes)
        wanted = [one for one in wanted if one.node.episode is not None and one.node.episode.id in choice.episodes]
    keep: set[str] = set()
    waiting = [one.node.id for one in wanted]
    while waiting:
        node_id = waiting.pop()
        if node_id not in keep:
            keep.add(node_id)
            waiting += plan[node_id].node.depends_on
    return {node_id: planned for node_id, planned in plan.items() if node_id in keep}


def will_run(planned: PlannedNode, choice: Choice) -> bool:
    """Whether an execution makes the node, rather than use what is there."""
    if choice.force:
        return True
    if choice.resume:
        return planned.state is NodeState.MISSING
    return planned.state in (NodeState.MISSING, NodeState.STALE)


def _check_episodes(plan: Mapping[str, PlannedNode], episodes: Collection[str]) -> None:
    known = {one.node.episode.id for one in plan.values() if one.node.episode is not None}
    faults = [
        Fault(f"/episodes/{n}", f"there is no episode {one!r}") for n, one in enumerate(episodes) if one not in known
    ]
    if faults:
        raise invalid("The execution is not valid", faults)
