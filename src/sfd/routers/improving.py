"""Improving: a drama is written anew after feedback. Critique: it is judged."""

from typing import Annotated

from fastapi import APIRouter, Response, status
from pydantic import ConfigDict, Field

from sfd.dependencies import App, IdempotencyKey, Spender
from sfd.domain.models import Id
from sfd.routers.accepting import accepted_body, note_acceptance
from sfd.routers.answers import ACCEPTED
from sfd.routers.parts import DramaId
from sfd.routers.shapes import JobAccepted, MaxCost, ProviderChoice, RequestBody
from sfd.services.accepting import Limits
from sfd.services.improving import MAX_FEEDBACK_CHARACTERS

router = APIRouter(prefix="/dramas", tags=["dramas"])


class ImproveRequest(RequestBody):
    """What should be different, in plain words."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"feedback": "Call Ada Eve. Make episode 2 shorter, and give it a different ending."},
                {"feedback": "把故事改在晚上，更多对白。", "new_drama_id": "lift_at_night"},
            ]
        }
    )

    feedback: Annotated[
        str,
        Field(
            description="Up to 20,000 characters, in English or Chinese for the local writer",
            json_schema_extra={"pattern": r"\S", "maxLength": MAX_FEEDBACK_CHARACTERS},
        ),
    ]
    writer: ProviderChoice = ""
    max_cost_usd: MaxCost = None
    new_drama_id: Annotated[Id | None, Field(description="The id of the new drama; made by SFD when left out")] = None


class CritiqueRequest(RequestBody):
    """Who judges, and for how much."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"writer": "openai", "max_cost_usd": 0.5}]})

    writer: ProviderChoice = ""
    max_cost_usd: MaxCost = None


@router.post(
    "/{drama_id}/improve", operation_id="improveDrama", status_code=status.HTTP_202_ACCEPTED, responses=ACCEPTED
)
async def improve(
    drama_id: DramaId, body: ImproveRequest, app: App, owner: Spender, claim: IdempotencyKey, response: Response
) -> JobAccepted:
    """Write the drama anew after feedback, as a new drama that names its origin; what stays the same keeps its ids."""
    limits = Limits(body.max_cost_usd, claim)
    accepted = await app.improving.improve(owner, drama_id, body.feedback, body.new_drama_id, limits, body.writer)
    note_acceptance(response, accepted)
    return accepted_body(accepted, "The drama is being written anew.")


@router.post(
    "/{drama_id}/critique", operation_id="critiqueDrama", status_code=status.HTTP_202_ACCEPTED, responses=ACCEPTED
)
async def critique(
    drama_id: DramaId,
    app: App,
    owner: Spender,
    claim: IdempotencyKey,
    response: Response,
    body: CritiqueRequest | None = None,
) -> JobAccepted:
    """Have the drama judged by a language model: the job's result is a score from 1 to 10 with notes, also by episode.

    Nothing is changed. What the same writer judged before, as it is now, is not judged and paid again.
    """
    asked = body or CritiqueRequest()
    limits = Limits(asked.max_cost_usd, claim)
    accepted = await app.critiques.critique(owner, drama_id, limits, asked.writer)
    note_acceptance(response, accepted)
    return accepted_body(accepted, "The drama is being judged.")
