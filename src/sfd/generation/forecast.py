"""Pure: what an execution comes to: how much it makes, in how much money and time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from heapq import heapify, heappop, heappush

from sfd.domain.estimates import Estimate, exactly
from sfd.generation.plan import LOCAL, Choice, PlannedNode, chosen_nodes, free_nodes, lane_of, will_run
from sfd.providers.registry import Crew

SECONDS_TO_REUSE = exactly(0.05)
SECONDS_TO_HAND_OUT = Estimate(0.05, 0.15, 0.5)
_FREE = exactly(Decimal(0))


@dataclass(frozen=True)
class Forecast:
    """An execution foretold. `free` are those of `made` that find a take of the project and cost nothing.

    `cost` is in US dollars. `seconds` is from its start to its end, with nothing else running.
    """

    chosen: Mapping[str, PlannedNode]
    made: frozenset[str]
    free: frozenset[str]
    cost: Estimate[Decimal]
    seconds: Estimate[float]

    def cost_of(self, node_id: str) -> Estimate[Decimal]:
        """What the execution pays for a node."""
        return self.chosen[node_id].cost if node_id in self.made and node_id not in self.free else _FREE


def lanes_of(crew: Crew, processes: int) -> dict[str, int]:
    """How many nodes are made at once in each lane, with `processes` of this machine for what is made on it."""
    members = [one for one in (crew.illustrator, crew.filmmaker, crew.voice) if one is not None]
    queues = {lane_of(one): one.provider.capabilities.concurrency for one in members}
    return {**queues, LOCAL: processes}


def forecast(plan: Mapping[str, PlannedNode], choice: Choice, lanes: Mapping[str, int]) -> Forecast:
    """What an execution of a plan makes, pays and takes. `lanes` says how many nodes each lane makes at once.

    Raises:
        InvalidInput: the choice names an episode that does not exist.
    """
    chosen = chosen_nodes(plan, choice)
    made = frozenset(node_id for node_id, one in chosen.items() if will_run(one, choice))
    free = free_nodes(chosen, made, made if choice.force else ())
    seconds = {
        node_id: SECONDS_TO_HAND_OUT + (SECONDS_TO_REUSE if node_id in free else one.seconds)
        for node_id, one in chosen.items()
        if node_id in made
    }
    needs = {node_id: chosen[node_id].node.depends_on for node_id in seconds}
    lane = {node_id: chosen[node_id].lane for node_id in seconds}
    return Forecast(
        chosen=chosen,
        made=made,
        free=free,
        cost=sum((chosen[one].cost for one in made - free), start=_FREE),
        seconds=Estimate(
            makespan(needs, {node_id: one.low for node_id, one in seconds.items()}, lane, lanes),
            makespan(needs, {node_id: one.likely for node_id, one in seconds.items()}, lane, lanes),
            makespan(needs, {node_id: one.high for node_id, one in seconds.items()}, lane, lanes),
        ),
    )


def makespan(
    needs: Mapping[str, Sequence[str]], seconds: Mapping[str, float], lane: Mapping[str, str], lanes: Mapping[str, int]
) -> float:
    """Seconds until all nodes are made: each starts when what it needs is made and its lane has room, first come first.

    Of those that could start, the earliest of `needs` does. What is needed but not among the nodes is there already.
    """
    simulation = _Simulation(needs, seconds, lane, dict(lanes))
    return simulation.run()


@dataclass
class _Simulation:
    """List scheduling (Graham, 1966): never idle while something can start. O(n log n)."""

    needs: Mapping[str, Sequence[str]]
    seconds: Mapping[str, float]
    lane: Mapping[str, str]
    room: dict[str, int]
    running: list[tuple[float, int, str]] = field(default_factory=list[tuple[float, int, str]])

    def run(self) -> float:
        """The moment at which the last node is made."""
        self._index()
        now = 0.0
        for lane in self.ready:
            self._start(lane, now)
        while self.running:
            now, _, node = heappop(self.running)
            self.room[self.lane[node]] += 1
            freed = {self.lane[node]}
            for dependent in self.dependents[node]:
                self.waiting[dependent] -= 1
                if self.waiting[dependent] == 0:
                    heappush(self.ready[self.lane[dependent]], (self.position[dependent], dependent))
                    freed.add(self.lane[dependent])
            for lane in freed:
                self._start(lane, now)
        return now

    def _index(self) -> None:
        self.position = {node: place for place, node in enumerate(self.needs)}
        self.dependents: dict[str, list[str]] = {node: [] for node in self.needs}
        self.waiting: dict[str, int] = dict.fromkeys(self.needs, 0)
        for node, needed in self.needs.items():
            for one in {*needed} & self.dependents.keys():
                self.dependents[one].append(node)
                self.waiting[node] += 1
        self.ready: dict[str, list[tuple[int, str]]] = {lane: [] for lane in self.lane.values()}
        for node, waiting in self.waiting.items():
            if not waiting:
                self.ready[self.lane[node]].append((self.position[node], node))
        for ready in self.ready.values():
            heapify(ready)

    def _start(self, lane: str, now: float) -> None:
        ready = self.ready[lane]
        while ready and self.room[lane] > 0:
            place, node = heappop(ready)
            self.room[lane] -= 1
            heappush(self.running, (now + self.seconds[node], place, node))
