"""A plan as it is shown."""

from decimal import Decimal

from pydantic import BaseModel, ConfigDict, Field

from sfd.domain.jobs import JobType
from sfd.generation.plan import Choice, NodeState, PlannedNode, chosen_nodes, will_run
from sfd.routers.examples import PLAN
from sfd.services.runs import Plan


class PlannedNodeBody(BaseModel):
    """One node: its state, why it is so, and whether and for how much an execution makes it."""

    asset_id: str = Field(description="The asset; `cut:` and the episode's id for a cut")
    type: JobType
    state: NodeState
    reason: str
    will_run: bool
    provider: str
    model: str
    cost_usd: float = Field(description="What the execution pays for it; 0 when what is there is used")
    depends_on: list[str]
    episode_id: str | None
    scene_id: str | None
    character_id: str | None
    library_asset_id: str | None = Field(description="The selected take, if there is one")


class PlanTotals(BaseModel):
    """What the execution comes to."""

    nodes: int
    will_run: int
    reused: int
    cost_usd: float


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
    chosen = chosen_nodes(plan.nodes, choice)
    nodes = [_node_body(planned, runs=will_run(planned, choice)) for planned in chosen.values()]
    makes = [planned for planned in chosen.values() if will_run(planned, choice)]
    return PlanBody(
        drama_id=plan.drama.id,
        revision=plan.revision,
        nodes=nodes,
        totals=PlanTotals(
            nodes=len(nodes),
            will_run=len(makes),
            reused=len(nodes) - len(makes),
            cost_usd=float(sum((one.price for one in makes), Decimal(0))),
        ),
    )


def _node_body(planned: PlannedNode, *, runs: bool) -> PlannedNodeBody:
    node = planned.node
    return PlannedNodeBody(
        asset_id=node.id,
        type=node.type,
        state=planned.state,
        reason=planned.reason,
        will_run=runs,
        provider=planned.provider,
        model=planned.model,
        cost_usd=float(planned.price) if runs else 0.0,
        depends_on=list(node.depends_on),
        episode_id=node.episode.id if node.episode else None,
        scene_id=node.scene.id if node.scene else None,
        character_id=node.character.id if node.character else None,
        library_asset_id=planned.take.library_asset_id if planned.take else None,
    )
