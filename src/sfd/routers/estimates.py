"""Estimates: what a drama would cost, before anything of it is written."""

from decimal import Decimal
from typing import Annotated, Self

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from sfd.dependencies import App, Reader
from sfd.domain.estimates import Estimate
from sfd.domain.models import MAX_EPISODES, MAX_PREMISE_CHARACTERS
from sfd.domain.patches import LanguageTag
from sfd.generation.plan import Until
from sfd.generation.presumed import Part
from sfd.providers.registry import CrewChoice, Member
from sfd.routers.examples import ESTIMATE
from sfd.routers.plan_shapes import RangeBody
from sfd.routers.shapes import ProviderChoice, RequestBody
from sfd.services.dramas import NewDrama
from sfd.services.estimating import DramaEstimate

router = APIRouter(prefix="/estimates", tags=["dramas"])


class EstimateRequest(RequestBody):
    """A premise or a screenplay, and who would work on it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"premise": "A software engineer discovers that her code is sentient.", "episodes": 2},
                {"screenplay": "INT. LIFT - NIGHT\n\nThe doors close.\n\nADA\nWhich floor is this?\n"},
            ]
        }
    )

    premise: Annotated[str, Field(json_schema_extra={"maxLength": MAX_PREMISE_CHARACTERS})] = ""
    screenplay: Annotated[str, Field(description="Fountain text, up to 4 MB")] = ""
    episodes: Annotated[int | None, Field(ge=1, le=MAX_EPISODES, description="How many to write")] = None
    language: LanguageTag = ""
    style: Annotated[str, Field(max_length=300)] = ""
    until: Annotated[Until, Field(description="Where making it would stop")] = Until.CUTS
    writer: ProviderChoice = ""
    illustrator: ProviderChoice = ""
    filmmaker: ProviderChoice = ""


class WhoBody(BaseModel):
    """A provider and its model."""

    provider: str
    model: str

    @classmethod
    def of(cls, member: Member) -> Self:
        """Who that is."""
        return cls(provider=member.provider.name, model=member.model)


class StageCostBody(BaseModel):
    """One stage of the writing, asked once."""

    stage: str
    cost_usd: float
    cost_range_usd: RangeBody


class WritingCostBody(BaseModel):
    """What writing costs: 0 when it is written by rule, on this machine."""

    writer: WhoBody
    cost_usd: float
    cost_range_usd: RangeBody
    stages: list[StageCostBody]


class PartBody(BaseModel):
    """What is drawn, or filmed: how many, and for how much."""

    made_by: WhoBody
    count: RangeBody
    cost_usd: float
    cost_range_usd: RangeBody


class ClipsBody(PartBody):
    """What is filmed."""

    film_seconds: RangeBody


class AssumedBody(BaseModel):
    """Typical numbers, because nothing is written yet. They are no plan."""

    assumed_characters: RangeBody
    assumed_scenes_per_episode: RangeBody
    assumed_seconds_per_scene: RangeBody


class EstimateBody(BaseModel):
    """What a drama would cost, in US dollars. `cost_usd` is the likely figure of its range."""

    model_config = ConfigDict(json_schema_extra={"examples": [ESTIMATE]})

    episodes: int
    exact: bool = Field(description="Whether its text was read, so that what is to be made is known and not assumed")
    cost_usd: float
    cost_range_usd: RangeBody
    writing: WritingCostBody
    pictures: PartBody
    clips: ClipsBody
    speech: PartBody | None = Field(description="What a voice speaks over the clips; null when none does")
    assumed: AssumedBody | None = Field(description="The numbers it was reckoned with; null when it is exact")


@router.post("", operation_id="estimateDrama")
async def estimate(body: EstimateRequest, app: App, owner: Reader) -> EstimateBody:
    """What writing and making it would cost, before anything is written. Asks no provider, stores nothing, is free."""
    del owner
    new = NewDrama(body.premise, body.screenplay, None, body.episodes, body.language, body.style, body.writer)
    crew = CrewChoice(body.writer, body.illustrator, body.filmmaker)
    return estimate_body(await app.estimates.estimate(new, crew, body.until))


def estimate_body(told: DramaEstimate) -> EstimateBody:
    """An estimate as it is shown."""
    pictures, clips, assumed = told.making.pictures, told.making.clips, told.assumed
    return EstimateBody(
        episodes=told.episodes,
        exact=not assumed,
        cost_usd=float(told.cost.likely),
        cost_range_usd=_range(told.cost),
        writing=WritingCostBody(
            writer=WhoBody.of(told.writer),
            cost_usd=float(told.writing.cost.likely),
            cost_range_usd=_range(told.writing.cost),
            stages=[
                StageCostBody(stage=stage, cost_usd=float(cost.likely), cost_range_usd=_range(cost))
                for stage, cost in told.writing.stages.items()
            ],
        ),
        pictures=_part(pictures, told.crew.illustrator),
        clips=ClipsBody(**_part(clips, told.crew.filmmaker).model_dump(), film_seconds=_range(clips.film_seconds)),
        speech=_part(told.making.speech, told.crew.voice) if told.crew.voice and told.crew.speaks else None,
        assumed=AssumedBody(**{f"assumed_{name}": _range(one) for name, one in assumed.items()}) if assumed else None,
    )


def _part(part: Part, member: Member) -> PartBody:
    return PartBody(
        made_by=WhoBody.of(member),
        count=_range(part.count),
        cost_usd=float(part.cost.likely),
        cost_range_usd=_range(part.cost),
    )


def _range(one: Estimate[Decimal] | Estimate[float]) -> RangeBody:
    return RangeBody(low=round(float(one.low), 6), likely=round(float(one.likely), 6), high=round(float(one.high), 6))
