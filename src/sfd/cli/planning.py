"""`sfd plan`: what an execution would make, why, at what price, and how long it takes."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from rich.table import Table
from rich.text import Text

from sfd.cli.ending import ExitCode, output
from sfd.cli.session import LOCAL_OWNER, reading_session
from sfd.domain.estimates import Estimate
from sfd.domain.models import Drama
from sfd.generation.forecast import Forecast
from sfd.generation.plan import Choice, NodeState, PlannedNode, Until
from sfd.providers.registry import CrewChoice
from sfd.routers.plan_shapes import totals_body

_STATE_STYLES = {
    NodeState.FRESH: "green",
    NodeState.REUSABLE: "green",
    NodeState.STALE: "yellow",
    NodeState.MISSING: "cyan",
    NodeState.RUNNING: "blue",
    NodeState.PARKED: "magenta",
}
SHORT = 40
MINUTE, HOUR = 60.0, 3600.0


@dataclass(frozen=True)
class PlanRequest:
    """Which nodes a plan is about."""

    drama_id: str
    episodes: Sequence[str] | None
    until: str
    force: bool
    illustrator: str = ""
    filmmaker: str = ""


async def show_plan(request: PlanRequest, *, as_json: bool) -> int:
    """What an execution would do.

    Raises:
        InvalidInput: it names an episode that does not exist.
    """
    choice = Choice(episodes=request.episodes or None, until=Until(request.until), force=request.force)
    async with reading_session() as application:
        crew = CrewChoice(illustrator=request.illustrator, filmmaker=request.filmmaker)
        plan = await application.plans.plan(LOCAL_OWNER, request.drama_id, crew)
    foretold = plan.forecast(choice)
    if as_json:
        for one in foretold.chosen.values():
            print(json.dumps(_line(one, foretold), ensure_ascii=False))
        print(json.dumps({"totals": totals_body(foretold).model_dump(mode="json")}))
        return ExitCode.DONE
    output().print(_table(plan.drama, foretold))
    print()
    for line in [_totals(foretold), *_how_to_go_on(request, foretold)]:
        print(line)
    return ExitCode.DONE


def _table(drama: Drama, foretold: Forecast) -> Table:
    """A row for each node, episode by episode; in a long plan a row for nodes that are alike."""
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("node", overflow="fold", no_wrap=True)
    table.add_column("state")
    table.add_column("price", justify="right", no_wrap=True)
    table.add_column("why", overflow="fold")
    for heading, nodes in _parts(drama, foretold.chosen.values()):
        table.add_row(Text(heading, style="bold"))
        for alike in _alike(nodes, apart=len(foretold.chosen) <= SHORT):
            table.add_row(*_row(alike, foretold))
    return table


def _parts(drama: Drama, nodes: Iterable[PlannedNode]) -> list[tuple[str, list[PlannedNode]]]:
    """What belongs to no episode, then each episode, with what there is of it."""
    headings = {"": "Characters and artwork"}
    headings |= {one.id: f"Episode {number}" for number, one in enumerate(drama.episodes, 1)}
    parts: dict[str, list[PlannedNode]] = {part: [] for part in headings}
    for one in nodes:
        parts[one.node.episode.id if one.node.episode else ""].append(one)
    return [(headings[part], found) for part, found in parts.items() if found]


def _alike(nodes: Iterable[PlannedNode], *, apart: bool) -> list[list[PlannedNode]]:
    """Nodes of the same type, state and reason together, or each apart."""
    groups: dict[object, list[PlannedNode]] = {}
    for one in nodes:
        groups.setdefault(one.node.id if apart else (one.node.type, one.state, one.reason), []).append(one)
    return list(groups.values())


def _row(alike: Sequence[PlannedNode], foretold: Forecast) -> tuple[str, Text, str, str]:
    first = alike[0]
    name = first.node.id if len(alike) == 1 else f"{len(alike)} {first.node.type}s"
    state = Text(first.state, style=_STATE_STYLES[first.state])
    made = [one.node.id for one in alike if one.node.id in foretold.made]
    price = _money(sum((foretold.cost_of(one).likely for one in made), Decimal(0))) if made else ""
    return f"  {name}", state, price, first.reason


def _totals(foretold: Forecast) -> str:
    if running := _being_made(foretold):
        left = len(foretold.made.difference(running))
        more = f" and {left} more would be made" if left else ""
        return f"{len(running)} of {len(foretold.chosen)} nodes are being made by a run that goes on{more}."
    said = f"{len(foretold.made)} of {len(foretold.chosen)} nodes would be made"
    if not foretold.made:
        return f"{said}."
    if foretold.free:
        said += f", {len(foretold.free)} of them from takes that the project has"
    return f"{said}, for {_range(foretold.cost, _money)}, in {_range(foretold.seconds, _time)}."


def _being_made(foretold: Forecast) -> list[str]:
    return [node_id for node_id, one in foretold.chosen.items() if one.state is NodeState.RUNNING]


def _how_to_go_on(request: PlanRequest, foretold: Forecast) -> list[str]:
    states = [one.state for one in foretold.chosen.values()]
    lines: list[str] = []
    if _being_made(foretold):
        lines.append(f"To follow that run: sfd resume {request.drama_id}")
    elif foretold.made:
        options = [f"--episode {one}" for one in request.episodes or []]
        options += [f"--until {request.until}"] if request.until != Until.CUTS else []
        options += ["--force"] if request.force else []
        lines.append(f"To make them: {' '.join(['sfd execute', request.drama_id, *options])}")
    if parked := states.count(NodeState.PARKED):
        lines.append(f"Waiting for your decision: {parked}. To see why: sfd jobs {request.drama_id} --all")
    return lines


def _range(estimate: Estimate[Any], shown: Any) -> str:  # noqa: ANN401 - money with its words, time with its own
    low, likely, high = shown(estimate.low), shown(estimate.likely), shown(estimate.high)
    return likely if low == high else f"{likely} ({low} to {high})"


def _money(usd: Decimal) -> str:
    if not usd:
        return "free"
    return f"${usd:.2f}" if usd >= Decimal("0.01") else f"${usd:f}"


def _time(seconds: float) -> str:
    if seconds < MINUTE:
        return f"{max(1, round(seconds))} s"
    return f"{seconds / MINUTE:.0f} min" if seconds < HOUR else f"{seconds / HOUR:.1f} h"


def _line(one: PlannedNode, foretold: Forecast) -> Mapping[str, Any]:
    cost = foretold.cost_of(one.node.id)
    return {
        "node_id": one.node.id,
        "type": one.node.type,
        "state": one.state,
        "reason": one.reason,
        "will_run": one.node.id in foretold.made,
        "provider": one.provider,
        "model": one.model,
        "price_usd": float(one.price),
        "cost_range_usd": {"low": float(cost.low), "likely": float(cost.likely), "high": float(cost.high)},
        "depends_on": list(one.node.depends_on),
    }
