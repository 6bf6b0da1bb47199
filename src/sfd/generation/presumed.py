"""Pure: what making a drama comes to in pictures and clips; of one that is not written yet, by typical numbers.

The numbers are those that the prompts of the writing ask for. They are no plan: that is known once it is written.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from sfd.domain.estimates import Estimate, exactly
from sfd.domain.jobs import JobType
from sfd.generation.forecast import Forecast
from sfd.generation.plan import Until
from sfd.generation.requests import ClipSpec
from sfd.providers.base import ImageRequest, Request, SpeechRequest, SpokenLine, VideoRequest
from sfd.providers.registry import Crew, Member

SCENES_PER_EPISODE = Estimate(5.0, 8.0, 12.0)
SECONDS_PER_SCENE = Estimate(4.0, 6.0, 10.0)
CHARACTERS = Estimate(2.0, 4.0, 8.0)
WORDS_IN_A_SCENE = "They say about ten words in every scene, not more."
_NONE = exactly(0.0)
_FREE = exactly(Decimal(0))


@dataclass(frozen=True)
class Part:
    """Pictures, or clips: how many, their seconds of film in all, and US dollars."""

    count: Estimate[float] = _NONE
    cost: Estimate[Decimal] = _FREE
    film_seconds: Estimate[float] = _NONE


@dataclass(frozen=True)
class Making:
    """Everything that is drawn and filmed of a drama."""

    pictures: Part
    clips: Part
    speech: Part = field(default_factory=Part)

    @property
    def cost(self) -> Estimate[Decimal]:
        """US dollars for all of it."""
        return self.pictures.cost + self.clips.cost + self.speech.cost


def presumed_making(episodes: int, crew: Crew, until: Until) -> Making:
    """What a typical drama of so many episodes comes to: a portrait for each character, for each scene two nodes."""
    scenes = SCENES_PER_EPISODE.times(float(episodes)) if until is not Until.PORTRAITS else _NONE
    drawn = CHARACTERS + scenes
    pictures = Part(
        drawn, _priced(crew.illustrator, drawn, *[ImageRequest(prompt="", model=crew.illustrator.model)] * 3)
    )
    if until not in (Until.CLIPS, Until.CUTS):
        return Making(pictures, Part())
    model, each = crew.filmmaker.model, SECONDS_PER_SCENE
    requests = [VideoRequest(prompt="", seconds=one, model=model) for one in (each.low, each.likely, each.high)]
    film = Estimate(scenes.low * each.low, scenes.likely * each.likely, scenes.high * each.high)
    clips = Part(scenes, _priced(crew.filmmaker, scenes, *requests), film)
    if crew.voice is None or not crew.speaks:
        return Making(pictures, clips)
    request = SpeechRequest((SpokenLine("", "", "", WORDS_IN_A_SCENE),), model=crew.voice.model)
    return Making(pictures, clips, Part(scenes, _priced(crew.voice, scenes, request, request, request)))


def planned_making(foretold: Forecast) -> Making:
    """What a forecast of a drama that is written comes to."""
    made = [one for node_id, one in foretold.chosen.items() if node_id in foretold.made]
    clips = [one for one in made if isinstance(one.spec, ClipSpec)]
    spoken = [one for one in made if one.node.type is JobType.SPEECH]
    drawn = [one for one in made if one.node.type not in (JobType.CLIP, JobType.SPEECH, JobType.CUT)]
    seconds = sum(one.spec.seconds for one in clips if isinstance(one.spec, ClipSpec))
    return Making(
        Part(exactly(float(len(drawn))), _sum(foretold.cost_of(one.node.id) for one in drawn)),
        Part(exactly(float(len(clips))), _sum(foretold.cost_of(one.node.id) for one in clips), exactly(seconds)),
        Part(exactly(float(len(spoken))), _sum(foretold.cost_of(one.node.id) for one in spoken)),
    )


def _sum(costs: Iterable[Estimate[Decimal]]) -> Estimate[Decimal]:
    return sum(costs, start=_FREE)


def _priced(member: Member, count: Estimate[float], low: Request, likely: Request, high: Request) -> Estimate[Decimal]:
    """So many requests of a provider, at the least, likely, and at the most."""
    price, (least, most) = member.provider.price, member.provider.capabilities.price_spread
    return Estimate(
        price(low) * Decimal(count.low) * least,
        price(likely) * Decimal(count.likely),
        price(high) * Decimal(count.high) * most,
    )
