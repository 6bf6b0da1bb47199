"""Estimates: what a drama would cost, before anything of it is written. Asks nobody, stores nothing, costs nothing."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

from sfd.config import Settings
from sfd.domain.estimates import Estimate, exactly
from sfd.domain.models import Drama
from sfd.domain.validation import parse_drama
from sfd.generation.forecast import forecast, lanes_of
from sfd.generation.plan import Choice, Existing, Until, plan_drama
from sfd.generation.presumed import (
    CHARACTERS,
    SCENES_PER_EPISODE,
    SECONDS_PER_SCENE,
    Making,
    planned_making,
    presumed_making,
)
from sfd.generation.requests import WriteSpec, provider_request
from sfd.generation.writing import stages_of
from sfd.generation.writing_run import stage_cost
from sfd.media.pool import usable_cores
from sfd.outline import episodes_wanted
from sfd.providers.base import DirectProvider, StagedWriter
from sfd.providers.registry import Crew, CrewChoice, Member, Registry
from sfd.services.dramas import NewDrama, check_new_drama

DEFAULT_EPISODES = 3
_ID = "estimated"


@dataclass(frozen=True)
class WritingCost:
    """What writing costs, in US dollars; `stages` by name, none for a writer that works in one go."""

    cost: Estimate[Decimal]
    stages: Mapping[str, Estimate[Decimal]]


@dataclass(frozen=True)
class DramaEstimate:
    """What a drama would cost. `assumed`: typical numbers that it was reckoned with; none when its text was read."""

    crew: Crew
    writer: Member
    episodes: int
    writing: WritingCost
    making: Making
    assumed: Mapping[str, Estimate[float]]

    @property
    def cost(self) -> Estimate[Decimal]:
        """US dollars for all of it."""
        return self.writing.cost + self.making.cost


class EstimateService:
    """Estimates dramas that are not there yet."""

    def __init__(self, settings: Settings, registry: Registry) -> None:
        self._settings = settings
        self._registry = registry

    async def estimate(self, new: NewDrama, choice: CrewChoice, until: Until = Until.CUTS) -> DramaEstimate:
        """What writing and making would cost. What is written by rule is written now and thrown away: it is exact.

        Raises:
            InvalidInput: it cannot be written from, or a provider or model does not exist or has no known price.
            TooLarge: it is longer than SFD accepts.
        """
        check_new_drama(new)
        crew = self._registry.crew(self._settings, choice)
        writer = crew.screenplay_reader if new.screenplay else crew.writer
        spec = WriteSpec(
            premise=new.premise,
            screenplay=new.screenplay,
            episodes=new.episodes,
            language=new.language,
            style=new.style,
        )
        provider = writer.provider
        if provider.capabilities.local and isinstance(provider, DirectProvider):
            return await self._exact(spec, crew, writer, provider, until)
        return await asyncio.to_thread(_typical, spec, crew, writer, until)

    async def _exact(
        self, spec: WriteSpec, crew: Crew, writer: Member, provider: DirectProvider, until: Until
    ) -> DramaEstimate:
        drama = await _written(provider, spec, writer.model)
        making = await asyncio.to_thread(self._planned, drama, crew, until)
        writing = WritingCost(exactly(Decimal(0)), {})
        return DramaEstimate(crew, writer, len(drama.episodes), writing, making, {})

    def _planned(self, drama: Drama, crew: Crew, until: Until) -> Making:
        plan = plan_drama(drama, crew, Existing(), aspect_ratio=self._settings.default_aspect_ratio)
        lanes = lanes_of(crew, self._settings.worker_processes or usable_cores())
        return planned_making(forecast(plan, Choice(until=until), lanes))


async def _written(provider: DirectProvider, spec: WriteSpec, model: str) -> Drama:
    """The drama that a local writer makes of it."""
    request = provider_request(spec, drama_id=_ID, model=model)
    with TemporaryDirectory(prefix="sfd-estimate-") as folder:
        into = Path(folder) / "drama.json"
        await provider.make(request, into)
        return parse_drama(json.loads(await asyncio.to_thread(into.read_text, encoding="utf-8")))


def _typical(spec: WriteSpec, crew: Crew, writer: Member, until: Until) -> DramaEstimate:
    writing, episodes = _writing(spec, writer)
    assumed = {"characters": CHARACTERS, "scenes_per_episode": SCENES_PER_EPISODE}
    assumed["seconds_per_scene"] = SECONDS_PER_SCENE
    return DramaEstimate(crew, writer, episodes, writing, presumed_making(episodes, crew, until), assumed)


def _writing(spec: WriteSpec, writer: Member) -> tuple[WritingCost, int]:
    """What writing costs, and how many episodes there will be."""
    provider = writer.provider
    if isinstance(provider, StagedWriter) and provider.capabilities.staged:
        stages = {one.id: stage_cost(provider, spec, one, writer.model) for one in stages_of(spec) if one.asks}
        cost = sum(stages.values(), start=exactly(Decimal(0)))
        return WritingCost(cost, stages), sum(one.startswith("episode-") for one in stages)
    price = provider.price(provider_request(spec, drama_id=_ID, model=writer.model))
    least, most = provider.capabilities.price_spread
    episodes = spec.episodes or episodes_wanted(spec.premise) or DEFAULT_EPISODES
    return WritingCost(Estimate(price * least, price, price * most), {}), episodes
