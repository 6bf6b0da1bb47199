"""Estimates before writing: exact where a text can be read, by named typical numbers where not; nobody is asked."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from fakes.sfd_command import sfd
from fakes.studio import OWNER, ended
from sfd.application import open_application
from sfd.config import Settings
from sfd.generation.plan import Choice, Until
from sfd.generation.presumed import CHARACTERS, SCENES_PER_EPISODE, presumed_making
from sfd.main import api_of
from sfd.media.pool import MediaPool
from sfd.providers.base import ImageRequest, VideoRequest
from sfd.providers.registry import Crew, CrewChoice, Registry
from sfd.services.dramas import NewDrama

PREMISE = NewDrama(premise="A tailor finds a wedding ring sewn into a coat. Two episodes.", drama_id="ring")
SCREENPLAY = (Path(__file__).parents[2] / "examples" / "give-back-the-key.zh.fountain").read_text(encoding="utf-8")
PAID = {"gemini_api_key": SecretStr("k"), "openai_api_key": SecretStr("k")}
CREW = CrewChoice(writer="openai", illustrator="gemini", filmmaker="gemini")


def paid_crew(choice: CrewChoice = CREW) -> Crew:
    settings = Settings.model_validate(PAID)
    return Registry.built_in(settings, MediaPool(1)).crew(settings, choice)


@pytest.mark.parametrize("new", [PREMISE, NewDrama(screenplay=SCREENPLAY, drama_id="ring")], ids=["premise", "script"])
@pytest.mark.parametrize("until", [Until.STORYBOARDS, Until.CUTS])
async def test_what_is_written_by_rule_is_estimated_as_it_will_be_planned(
    settings: Settings, new: NewDrama, until: Until
) -> None:
    paid = settings.model_copy(update=PAID)
    choice = CrewChoice(illustrator="gemini", filmmaker="gemini")
    async with open_application(paid, work=True) as application:
        told = await application.estimates.estimate(new, choice, until)
        assert list(await application.dramas.list(OWNER, 10, None)) == []
        await ended(application, (await application.dramas.write(OWNER, new)).job)
        foretold = (await application.plans.plan(OWNER, "ring", choice)).forecast(Choice(until=until))
        drama = await application.dramas.load(OWNER, "ring")
    assert (told.assumed, told.writing.cost.high, told.episodes) == ({}, 0, len(drama.episodes))
    assert told.cost == foretold.cost
    assert told.cost.likely > 0
    cuts = len(drama.episodes) if until is Until.CUTS else 0
    assert told.making.pictures.count.likely + told.making.clips.count.likely == len(foretold.made) - cuts


async def test_a_premise_for_a_language_model_is_estimated_as_its_stages_will_be(settings: Settings) -> None:
    async with open_application(settings.model_copy(update=PAID), work=False) as application:
        told = await application.estimates.estimate(PREMISE, CREW)
        accepted = await application.dramas.write(OWNER, replace(PREMISE, writer="openai"))
    assert list(told.writing.stages) == ["bible", "outline", "episode-1", "episode-2"]
    assert round(told.writing.cost.likely * 1_000_000) == pytest.approx(accepted.job.estimated_micros, abs=4)
    assert told.writing.cost.low < told.writing.cost.likely < told.writing.cost.high
    assert told.assumed["scenes_per_episode"] == SCENES_PER_EPISODE
    assert told.making.clips.count.likely == 2 * SCENES_PER_EPISODE.likely


async def test_over_http_the_answer_names_what_it_assumed_and_stores_nothing(settings: Settings) -> None:
    async with open_application(settings.model_copy(update=PAID), work=False) as application:
        transport = httpx.ASGITransport(api_of(application))
        async with httpx.AsyncClient(transport=transport, base_url="http://sfd") as client:
            body = {"premise": PREMISE.premise, "writer": "openai", "illustrator": "gemini", "filmmaker": "gemini"}
            told = (await client.post("/estimates", json=body)).json()
            free = (await client.post("/estimates", json={"premise": PREMISE.premise})).json()
            wrong = await client.post("/estimates", json={**body, "filmmaker": "nobody"})
            neither = await client.post("/estimates", json={})
            dramas = (await client.get("/dramas")).json()["dramas"]
    assert (told["exact"], told["assumed"]["assumed_scenes_per_episode"]["likely"]) == (False, 8)
    parts = [told[part]["cost_usd"] for part in ("writing", "pictures", "clips")]
    assert all(parts)
    assert told["cost_usd"] == pytest.approx(sum(parts))
    assert (free["exact"], free["assumed"], free["cost_usd"], free["cost_range_usd"]["high"]) == (True, None, 0, 0)
    assert (wrong.status_code, neither.status_code) == (422, 422)
    assert dramas == []


async def test_the_command_says_the_price_and_makes_nothing(tmp_path: Path, settings: Settings) -> None:
    keys = {"OPENAI_API_KEY": "k", "WRITER": "openai"}
    said = sfd(tmp_path, "make", PREMISE.premise, "--dry-run", **keys)
    assert said.returncode == 0, said.stderr
    assert "by openai" in said.stdout
    assert "8 (5 to 12) scenes per episode" in said.stdout
    async with open_application(settings, work=False) as application:
        assert list(await application.dramas.list(OWNER, 10, None)) == []


@given(st.integers(1, 100), st.sampled_from([*Until]))
def test_more_episodes_never_cost_less_and_each_figure_lies_in_its_range(episodes: int, until: Until) -> None:
    crew = paid_crew()
    making, larger = presumed_making(episodes, crew, until), presumed_making(episodes + 1, crew, until)
    for part in (making.pictures, making.clips):
        for one in (part.count, part.cost, part.film_seconds):
            assert one.low <= one.likely <= one.high
    assert making.cost.likely <= larger.cost.likely
    picture = crew.illustrator.provider.price(ImageRequest(prompt="", model=crew.illustrator.model))
    clip = crew.filmmaker.provider.price(VideoRequest(prompt="", seconds=6.0, model=crew.filmmaker.model))
    scenes = 0 if until is Until.PORTRAITS else 8 * episodes
    clips = scenes if until in (Until.CLIPS, Until.CUTS) else 0
    assert making.cost.likely == picture * (Decimal(CHARACTERS.likely) + scenes) + clip * clips
