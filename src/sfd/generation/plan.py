"""Pure: what exists and what is planned become a plan: for every node its state, why, and its price."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from sfd.db.takes import SelectedTake
from sfd.domain.errors import Fault
from sfd.domain.jobs import JobStatus, JobType
from sfd.domain.models import Drama
from sfd.domain.validation import invalid
from sfd.generation.dag import Node, build_dag
from sfd.generation.fingerprint import Fingerprint, fingerprint, what_changed
from sfd.generation.requests import (
    ClipSpec,
    CutSpec,
    PictureSpec,
    inputs_of,
    library_inputs,
    node_specs,
    provider_request,
)
from sfd.providers.base import Capabilities
from sfd.providers.registry import Crew, Member

CUT_PROVIDER = "sfd"
CUT_VERSION = "1"
MOST_NAMED = 4


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
    fingerprint: str


@dataclass(frozen=True)
class Existing:
    """What there is: the selected take and newest status of each node, and content hashes of library assets."""

    takes: Mapping[str, SelectedTake]
    statuses: Mapping[str, JobStatus]
    library: Mapping[str, str]


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
    library: Mapping[str, str] | None = None,
) -> dict[str, PlannedNode]:
    """Every node of a drama in plan order. `statuses` holds the status of each node's newest job.

    `library` gives the content hash of each library asset that the drama's assets refer to.

    Raises:
        InvalidInput: the drama has a cycle or too many nodes.
    """
    nodes = build_dag(drama)
    specs = node_specs(drama, nodes, aspect_ratio)
    planned: dict[str, PlannedNode] = {}
    existing = Existing(takes, statuses, library or {})
    for node in nodes.values():
        planned[node.id] = _plan_node(node, specs[node.id], crew, existing, planned)
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
    takes: Mapping[str, SelectedTake],
    library: Mapping[str, str],
) -> Fingerprint:
    """The fingerprint of a node's result, given what it refers to: takes by node, content hashes by library asset."""
    shown = [(one, library[one]) for one in library_inputs(spec) if one in library]
    shown += [(one, takes[one].sha256) for one in inputs_of(spec) if one in takes]
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
        references=shown,
        script=script,
    )


def _plan_node(
    node: Node,
    spec: PictureSpec | ClipSpec | CutSpec,
    crew: Crew,
    existing: Existing,
    planned: Mapping[str, PlannedNode],
) -> PlannedNode:
    member = member_for(crew, node.type)
    wanted = node_fingerprint(
        spec,
        node_type=node.type,
        provider=member.provider.name if member else CUT_PROVIDER,
        model=member.model if member else "",
        capabilities=member.provider.capabilities if member else None,
        takes=existing.takes,
        library=existing.library,
    )
    state, reason = _state(node, spec, wanted, existing, planned)
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
        take=existing.takes.get(node.id),
        fingerprint=wanted.value,
    )


def _state(
    node: Node,
    spec: PictureSpec | ClipSpec | CutSpec,
    wanted: Fingerprint,
    existing: Existing,
    planned: Mapping[str, PlannedNode],
) -> tuple[NodeState, str]:
    take, status = existing.takes.get(node.id), existing.statuses.get(node.id)
    if take is None and status is JobStatus.NEEDS_REVIEW:
        return NodeState.PARKED, "its last attempt needs a person's decision"
    if take is None:
        return NodeState.MISSING, "its last attempt failed" if status is JobStatus.FAILED else "it was never made"
    changed = [one for one in inputs_of(spec) if one in planned and planned[one].state is not NodeState.FRESH]
    if changed:
        return NodeState.STALE, f"{changed[0]}, which it shows, will be made again"
    if wanted.value == take.fingerprint:
        return NodeState.FRESH, "it is as planned"
    if wanted.value == take.chosen_for:
        return NodeState.FRESH, "a person chose it for what is planned now"
    return NodeState.STALE, f"{_listed(what_changed(take.inputs, wanted.inputs))} changed since it was made"


def _listed(names: Sequence[str]) -> str:
    """Names as the beginning of a sentence, at most four of them."""
    if not names or len(names) > MOST_NAMED:
        return "its script, prompt, references or provider"
    return f"its {' and '.join([', '.join(names[:-1]), names[-1]] if len(names) > 1 else names)}"


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


def with_missing(plan: Mapping[str, PlannedNode], node_id: str) -> dict[str, PlannedNode]:
    """A node, and of what it needs whatever was never made, in plan order."""
    keep: set[str] = set()
    waiting = [node_id]
    while waiting:
        one = waiting.pop()
        if one == node_id or plan[one].take is None:
            keep.add(one)
            waiting += [needed for needed in plan[one].node.depends_on if needed not in keep]
    return {one: planned for one, planned in plan.items() if one in keep}


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
