"""A plan as it is shown."""

from collections import Counter
from decimal import Decimal

from pydantic import BaseModel, ConfigDict, Field

from sfd.domain.estimates import Estimate
from sfd.domain.jobs import JobType
from sfd.generation.forecast import Forecast
from sfd.generation.plan import Choice, NodeState, PlannedNode
from sfd.routers.examples import PLAN
from sfd.services.planning import Plan


class RangeBody(BaseModel):
    """At the least, likely, and at the most."""

    low: float
    likely: float
    high: float


class PlannedNodeBody(BaseModel):
    """One node: its state, why it is so, and whether and for how much an execution makes it."""

    asset_id: str = Field(
        description="The planned asset; `cut:` and the episode's id for a cut. Its file is `library_asset_id`."
    )
    type: JobType
    state: NodeState
    reason: str
    will_run: bool = Field(description="Whether the execution makes it, or finds a take of the project for it")
    provider: str
    model: str
    cost_usd: float = Field(description="What the execution likely pays for it; 0 when what is there is used")
    cost_range_usd: RangeBody
    depends_on: list[str]
    episode_id: str | None
    scene_id: str | None
    character_id: str | None
    library_asset_id: str | None = Field(description="The selected take, if there is one")


class PlanTotals(BaseModel):
    """What the execution comes to."""

    nodes: int
    will_run: int
    reused: int = Field(description="Nodes whose selected take is used as it is")
    states: dict[NodeState, int] = Field(description="How many nodes are in each state")
    cost_usd: float = Field(description="What it likely costs")
    cost_range_usd: RangeBody
    seconds: RangeBody = Field(description="From its start to its end, with nothing else running")


class PlanBody(BaseModel):
    """What an execution would do, in the order in which nodes can be made."""

    model_config = ConfigDict(json_schema_extra={"examples": [PLAN]})

    drama_id: str
    revision: int
    nodes: list[PlannedNodeBody]
    totals: PlanTotals


def plan_body(plan: Plan, choice: Choice) -> PlanBody:
    """The plan of an execution.

    Raises:
        InvalidInput: the choice names an episode that does not exist.
    """
    foretold = plan.forecast(choice)
    return PlanBody(
        drama_id=plan.drama.id,
        revision=plan.revision,
        nodes=[_node_body(planned, foretold) for planned in foretold.chosen.values()],
        totals=totals_body(foretold),
    )


def totals_body(foretold: Forecast) -> PlanTotals:
    """What an execution comes to."""
    return PlanTotals(
        nodes=len(foretold.chosen),
        will_run=len(foretold.made),
        reused=len(foretold.chosen) - len(foretold.made),
        states=dict(Counter(one.state for one in foretold.chosen.values())),
        cost_usd=float(foretold.cost.likely),
        cost_range_usd=_range(foretold.cost),
        seconds=_range(foretold.seconds),
    )


def _node_body(planned: PlannedNode, foretold: Forecast) -> PlannedNodeBody:
    node = planned.node
    cost = foretold.cost_of(node.id)
    return PlannedNodeBody(
        asset_id=node.id,
        type=node.type,
        state=planned.state,
        reason=planned.reason,
        will_run=node.id in foretold.made,
        provider=planned.provider,
        model=planned.model,
        cost_usd=float(cost.likely),
        cost_range_usd=_range(cost),
        depends_on=list(node.depends_on),
        episode_id=node.episode.id if node.episode else None,
        scene_id=node.scene.id if node.scene else None,
        character_id=node.character.id if node.character else None,
        library_asset_id=planned.take.library_asset_id if planned.take else None,
    )


def _range(estimate: Estimate[Decimal] | Estimate[float]) -> RangeBody:
    return RangeBody(
        low=round(float(estimate.low), 6), likely=round(float(estimate.likely), 6), high=round(float(estimate.high), 6)
    )
