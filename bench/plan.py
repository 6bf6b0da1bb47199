"""How long planning takes: a drama of 638 nodes and one of 4,985, with nothing made, and with everything made.

Everything made is the dearer one: every node is hashed and compared. `all` is planning and the forecast of
money and time.

    python bench/plan.py
"""

import time
from collections.abc import Mapping

from engine import simulated_drama

from sfd.config import Settings
from sfd.db.takes import SelectedTake
from sfd.domain.models import Drama
from sfd.generation.forecast import forecast, lanes_of
from sfd.generation.plan import Choice, Existing, PlannedNode, plan_drama
from sfd.media.pool import MediaPool
from sfd.providers.registry import Crew, Registry

EPISODES = (30, 237)
PROCESSES = 2
TIMES = 3


def everything_made(drama: Drama, crew: Crew) -> dict[str, SelectedTake]:
    """The takes that a run would leave, found level by level."""
    takes: dict[str, SelectedTake] = {}
    while True:
        plan = plan_drama(drama, crew, Existing(takes))
        made = {
            node_id: _take(one)
            for node_id, one in plan.items()
            if node_id not in takes and all(needed in takes for needed in one.node.depends_on)
        }
        if not made:
            return takes
        takes |= made


def _take(one: PlannedNode) -> SelectedTake:
    node_id, mark = one.node.id, one.mark
    return SelectedTake(node_id, "take", mark.value, "asset", f"sha-{node_id}", "key", "", "", None, mark.inputs)


def measure(drama: Drama, crew: Crew, takes: Mapping[str, SelectedTake], what: str) -> None:
    """Plan and forecast a few times, and print the quickest."""
    best = min(_once(drama, crew, takes) for _ in range(TIMES))
    together, planned, foretold, made = best
    print(
        f"{made[1]:5} nodes, {what}: plan {planned:.3f} s, forecast {foretold:.3f} s, "
        f"all {together:.3f} s (goal 1 s for 5,000), {made[0]} would be made"
    )


def _once(drama: Drama, crew: Crew, takes: Mapping[str, SelectedTake]) -> tuple[float, float, float, tuple[int, int]]:
    started = time.perf_counter()
    plan = plan_drama(drama, crew, Existing(takes))
    planned = time.perf_counter()
    foretold = forecast(plan, Choice(), lanes_of(crew, PROCESSES))
    ended = time.perf_counter()
    return ended - started, planned - started, ended - planned, (len(foretold.made), len(plan))


if __name__ == "__main__":
    settings = Settings()
    team = Registry.built_in(settings, MediaPool(PROCESSES)).crew(settings)
    for episodes in EPISODES:
        simulated = simulated_drama(episodes)
        measure(simulated, team, {}, "nothing made   ")
        measure(simulated, team, everything_made(simulated, team), "everything made")
