"""Pure: what exists and what is planned become a plan: for every node its state, why, and its price."""

from collections.abc import Collection, Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from sfd.db.takes import SelectedTake
from sfd.domain.errors import Fault
from sfd.domain.estimates import Estimate, exactly
from sfd.domain.jobs import JobStatus, JobType
from sfd.domain.models import Drama
from sfd.domain.validation import invalid
from sfd.generation.dag import Node, build_dag
from sfd.generation.fingerprint import Fingerprint, what_changed
from sfd.generation.node_fingerprint import CUT_PROVIDER, node_fingerprint
from sfd.generation.requests import ClipSpec, CutSpec, NodeSpec, inputs_of, node_specs, provider_request
from sfd.providers.registry import Crew, Member

MOST_NAMED = 4
LOCAL = "local"
TITLES = ("title", "drama_title")
CUT_SECONDS = Estimate(0.4, 0.8, 2.0)
CUT_SECONDS_PER_CLIP = Estimate(0.05, 0.15, 1.5)  # the most when every clip must be encoded anew
_TITLE_WORDS = {name.replace("_", " ") for name in TITLES}


class NodeState(StrEnum):
    """What a plan says of a node."""

    FRESH = "fresh"
    REUSABLE = "reusable"
    STALE = "stale"
    MISSING = "missing"
    RUNNING = "running"
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
    Until.CLIPS: frozenset({JobType.PORTRAIT, JobType.ARTWORK, JobType.STORYBOARD, JobType.CLIP, JobType.SPEECH}),
    Until.CUTS: frozenset(
        {JobType.PORTRAIT, JobType.ARTWORK, JobType.STORYBOARD, JobType.CLIP, JobType.SPEECH, JobType.CUT}
    ),
}


@dataclass(frozen=True)
class PlannedNode:
    """A node with its frozen request, and what would happen to it.

    `due` is its state but for the job that is making it. `cost` (US dollars) and `seconds` are of making it, in `lane`,
    whatever its state.
    """

    node: Node
    spec: NodeSpec
    provider: str
    model: str
    state: NodeState
    due: NodeState
    reason: str
    cost: Estimate[Decimal]
    seconds: Estimate[float]
    lane: str
    take: SelectedTake | None
    mark: Fingerprint

    @property
    def fingerprint(self) -> str:
        """What a person's choice of a take is for."""
        return self.mark.value

    @property
    def price(self) -> Decimal:
        """What making it likely costs, in US dollars."""
        return self.cost.likely


@dataclass(frozen=True)
class Existing:
    """What there is: each node's selected take, its newest job's status, and that job's id while it has not ended.

    `library` holds content hashes of the library assets that the drama's assets refer to.
    """

    takes: Mapping[str, SelectedTake] = field(default_factory=dict[str, SelectedTake])
    statuses: Mapping[str, JobStatus] = field(default_factory=dict[str, JobStatus])
    running: Mapping[str, str] = field(default_factory=dict[str, str])
    library: Mapping[str, str] = field(default_factory=dict[str, str])


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
    existing: Existing,
    *,
    aspect_ratio: str = "9:16",
    project_takes: Mapping[str, str] | None = None,
) -> dict[str, PlannedNode]:
    """Every node of a drama in plan order. `project_takes` are content hashes of the project's takes by fingerprint.

    Raises:
        InvalidInput: the drama has a cycle or too many nodes.
    """
    steps = planning(drama, crew, existing, aspect_ratio)
    try:
        next(steps)
        while True:
            steps.send(project_takes or {})
    except StopIteration as done:
        return done.value


def planning(
    drama: Drama, crew: Crew, existing: Existing, aspect_ratio: str = "9:16"
) -> Generator[Collection[str], Mapping[str, str], dict[str, PlannedNode]]:
    """Plan a drama, asking on the way which takes its project has.

    Yields fingerprints; is sent the content hash of the project's take for each of them that has one. What a node
    refers to is decided before the node, so it asks once for each level of the graph at most.

    Raises:
        InvalidInput: the drama has a cycle or too many nodes.
    """
    follows = not crew.illustrator.provider.capabilities.reads_script
    nodes = build_dag(drama, follows=follows, spoken=crew.speaks)
    specs = node_specs(drama, nodes, aspect_ratio)
    content = {node_id: take.sha256 for node_id, take in existing.takes.items()}
    settled: set[str] = set()
    planned: dict[str, PlannedNode] = {}
    for level in _levels(nodes):
        drafts = [_draft(node, specs[node.id], crew, existing, content) for node in level]
        verdicts = [_verdict(draft, existing, nodes, settled) for draft in drafts]
        wanted = [draft.mark.value for draft, verdict in zip(drafts, verdicts, strict=True) if verdict.may_reuse]
        found: Mapping[str, str] = (yield wanted) if wanted else {}
        for draft, verdict in zip(drafts, verdicts, strict=True):
            node_id, state, reason = draft.node.id, verdict.state, verdict.reason
            if verdict.may_reuse and draft.mark.value in found:
                state, reason = NodeState.REUSABLE, f"{reason}; the project has a take of exactly this"
                content[node_id] = found[draft.mark.value]
            if state in (NodeState.FRESH, NodeState.REUSABLE):
                settled.add(node_id)
            planned[node_id] = _planned(draft, existing, state, reason)
    return {node_id: planned[node_id] for node_id in nodes}


def member_for(crew: Crew, node_type: JobType) -> Member | None:
    """Who makes a node of this type; None for cuts, which SFD makes itself."""
    if node_type is JobType.CUT:
        return None
    if node_type is JobType.SPEECH:
        return crew.voice
    return crew.filmmaker if node_type is JobType.CLIP else crew.illustrator


@dataclass(frozen=True)
class _Draft:
    """A node with what it would be made by, and the fingerprint of what that would give."""

    node: Node
    spec: NodeSpec
    member: Member | None
    mark: Fingerprint

    @property
    def lasting_mark(self) -> Fingerprint:
        """Of all that must show: a cut stays as planned when a title changes, though its cover shows the titles."""
        return self.mark.without(*TITLES) if isinstance(self.spec, CutSpec) else self.mark


@dataclass(frozen=True)
class _Verdict:
    state: NodeState
    reason: str
    may_reuse: bool = False


def _levels(nodes: Mapping[str, Node]) -> Iterable[list[Node]]:
    """Nodes by the length of the longest way to them. Each needs only nodes of earlier levels."""
    depth: dict[str, int] = {}
    levels: list[list[Node]] = []
    for node in nodes.values():
        depth[node.id] = max((depth[one] + 1 for one in node.depends_on if one in depth), default=0)
        if depth[node.id] == len(levels):
            levels.append([])
        levels[depth[node.id]].append(node)
    return levels


def _draft(node: Node, spec: NodeSpec, crew: Crew, existing: Existing, content: Mapping[str, str]) -> _Draft:
    member = member_for(crew, node.type)
    mark = node_fingerprint(
        spec,
        node_type=node.type,
        provider=member.provider.name if member else CUT_PROVIDER,
        model=member.model if member else "",
        capabilities=member.provider.capabilities if member else None,
        content=content,
        library=existing.library,
    )
    return _Draft(node, spec, member, mark)


def _verdict(draft: _Draft, existing: Existing, nodes: Mapping[str, Node], settled: Collection[str]) -> _Verdict:
    """The state of a node by itself. What it refers to is known when that is settled."""
    take, status = existing.takes.get(draft.node.id), existing.statuses.get(draft.node.id)
    if take is None and status is JobStatus.NEEDS_REVIEW:
        return _Verdict(NodeState.PARKED, "its last attempt needs a person's decision")
    unknown = [one for one in inputs_of(draft.spec) if one in nodes and one not in settled]
    if take is None:
        reason = "its last attempt failed" if status is JobStatus.FAILED else "it was never made"
        return _Verdict(NodeState.MISSING, reason, may_reuse=not unknown)
    if unknown:
        return _Verdict(NodeState.STALE, f"{unknown[0]}, which it shows, will be made again")
    return _compared(draft, take)


def _compared(draft: _Draft, take: SelectedTake) -> _Verdict:
    """Whether a take is what is planned."""
    if draft.mark.value == take.fingerprint:
        return _Verdict(NodeState.FRESH, "it is as planned")
    if take.chosen_for and take.chosen_for in (draft.mark.value, draft.lasting_mark.value):
        return _Verdict(NodeState.FRESH, "it was chosen for what is planned now")
    changed = what_changed(take.inputs, draft.mark.inputs)
    if take.inputs and isinstance(draft.spec, CutSpec) and {*changed} <= _TITLE_WORDS:
        return _Verdict(NodeState.FRESH, "it is as planned; its cover shows the titles it was cut with")
    return _Verdict(NodeState.STALE, f"{_listed(changed)} changed since it was made", may_reuse=True)


def _planned(draft: _Draft, existing: Existing, due: NodeState, reason: str) -> PlannedNode:
    node, member = draft.node, draft.member
    job_id, state = existing.running.get(node.id), due
    if job_id is not None:
        waits = existing.statuses.get(node.id) is JobStatus.PENDING
        state, reason = NodeState.RUNNING, f"it waits in job {job_id}" if waits else f"job {job_id} makes it now"
    return PlannedNode(
        node=node,
        spec=draft.spec,
        provider=member.provider.name if member else CUT_PROVIDER,
        model=member.model if member else "",
        state=state,
        due=due,
        reason=reason,
        cost=_cost(draft.spec, member),
        seconds=_seconds(draft.spec, member),
        lane=lane_of(member),
        take=existing.takes.get(node.id),
        mark=draft.lasting_mark,
    )


def lane_of(member: Member | None) -> str:
    """What limits how many of a member's nodes are made at once: this machine's processors, or its own queue."""
    return LOCAL if member is None or member.provider.capabilities.local else member.queue


def _cost(spec: NodeSpec, member: Member | None) -> Estimate[Decimal]:
    if member is None or isinstance(spec, CutSpec):
        return exactly(Decimal(0))
    likely = member.provider.price(provider_request(spec, drama_id="", model=member.model))
    least, most = member.provider.capabilities.price_spread
    return Estimate(likely * least, likely, likely * most)


def _seconds(spec: NodeSpec, member: Member | None) -> Estimate[float]:
    if isinstance(spec, CutSpec):
        return CUT_SECONDS + CUT_SECONDS_PER_CLIP.times(float(len(spec.clips)))
    if member is None:
        return exactly(0.0)
    capabilities = member.provider.capabilities
    film = spec.seconds if isinstance(spec, ClipSpec) else 0.0
    return capabilities.seconds + capabilities.seconds_per_film_second.times(film)


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
    """Whether an execution makes the node or finds a take for it, rather than use what is selected."""
    if choice.force:
        return True
    if choice.resume:
        return planned.take is None and planned.due is not NodeState.PARKED
    return planned.due in (NodeState.MISSING, NodeState.STALE, NodeState.REUSABLE)


def free_nodes(nodes: Mapping[str, PlannedNode], made: Collection[str], forced: Collection[str] = ()) -> frozenset[str]:
    """Of the nodes `made` in a run over `nodes` (in plan order), those that find a take and cost nothing.

    A node finds its take when what it refers to is what the plan took it for: is left as it is, or finds its own.
    """
    made, forced, free = {*made}, {*forced}, set[str]()
    for node_id, planned in nodes.items():
        if node_id in made and node_id not in forced and planned.due is NodeState.REUSABLE:
            as_it_is = {one for one in inputs_of(planned.spec) if one not in made and one in nodes}
            known = free | {one for one in as_it_is if nodes[one].due is NodeState.FRESH}
            if known.issuperset(inputs_of(planned.spec)):
                free.add(node_id)
    return frozenset(free)


def _check_episodes(plan: Mapping[str, PlannedNode], episodes: Collection[str]) -> None:
    known = {one.node.episode.id for one in plan.values() if one.node.episode is not None}
    faults = [
        Fault(f"/episodes/{n}", f"there is no episode {one!r}") for n, one in enumerate(episodes) if one not in known
    ]
    if faults:
        raise invalid("The execution is not valid", faults)
