"""A voice over clips that come without: spoken once for each scene, planned, priced, stale when a line changes."""

import asyncio
from collections import Counter
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from fakes.dramas import two_episode_drama
from fakes.providers import FakeProvider, node_of
from fakes.recordings import recording
from fakes.studio import OWNER, Studio, execute, open_studio
from sfd.application import Application
from sfd.config import Settings
from sfd.domain.editing import Address
from sfd.domain.errors import InvalidInput
from sfd.domain.jobs import JobStatus, JobType
from sfd.domain.models import Drama
from sfd.domain.patches import ScenePatch
from sfd.generation.plan import Choice, NodeState, Until
from sfd.providers.base import Capabilities, LostReply, Made, Modality, Request, SpeechRequest
from sfd.providers.registry import NO_CHOICE
from sfd.services.dramas import NewDrama
from sfd.services.uploads import ReceivedFile

PRICE = Decimal("0.03")


class Voice:
    """A paid voice. Direct."""

    name = "narrator"

    def __init__(self, seconds: float = 0.8, *, loud: float = 0.5) -> None:
        self.requests: dict[str, SpeechRequest] = {}
        self.accepted: Counter[str] = Counter()
        self.seconds, self.loud = seconds, loud
        self.capabilities = Capabilities(
            modality=Modality.VOICE, models=("voice-1",), lost_reply=LostReply.REVIEW, settles_after=0.0
        )

    def price(self, request: Request) -> Decimal:
        assert isinstance(request, SpeechRequest)
        assert request.lines
        return PRICE

    async def make(self, request: Request, into: Path) -> Made:
        assert isinstance(request, SpeechRequest)
        node = node_of(request.idempotency_key)
        self.accepted[node] += 1
        self.requests[node] = request
        await asyncio.to_thread(recording, into, self.seconds, loud=self.loud)
        return Made("audio/wav", usd=PRICE)


def crew(voice: Voice | None = None) -> list[Any]:
    pictures = [FakeProvider(Modality.ILLUSTRATOR), FakeProvider(Modality.FILMMAKER)]
    return pictures if voice is None else [*pictures, voice]


@pytest.fixture
def short() -> Drama:
    """One episode of three scenes, of which the second has no line."""
    drama = two_episode_drama("lift", episodes=1)
    drama.episodes[0].scenes[1].dialogue = []
    drama.episodes[0].scenes[2].dialogue[0].line = "It never stops here."
    return drama


async def states(application: Application, until: Until = Until.CUTS) -> dict[str, NodeState]:
    chosen = (await application.plans.plan(OWNER, "lift")).forecast(Choice(until=until)).chosen
    return {node_id: one.state for node_id, one in chosen.items()}


async def test_each_scene_with_lines_is_spoken_once_and_heard_in_the_cut(studio: Studio, short: Drama) -> None:
    voice = Voice()
    async with studio(crew(voice)) as application:
        job = await execute(application, short)
        children = {one.node_id: one for one in await application.jobs.children(OWNER, job.id)}
        speech = children["speech:e1s1"]
        assert speech.result is not None
        kept = await application.library.get(OWNER, speech.result["library_asset_id"])
        again = await execute(application, short)
    assert (job.status, again.status) == (JobStatus.COMPLETED, JobStatus.COMPLETED)
    assert voice.accepted == {"speech:e1s1": 1, "speech:e1s3": 1}
    spoken = voice.requests["speech:e1s1"].lines
    assert [(one.speaker, one.voice, one.words) for one in spoken] == [("Ada", "female", "Which floor is this?")]
    assert (kept.type, kept.tag, kept.media_type) == ("audio", "speech", "audio/wav")
    assert kept.meta["duration"] == pytest.approx(0.8, abs=0.05)
    assert (speech.type, speech.actual_micros) == (JobType.SPEECH, 30_000)
    cut = children["cut:e1"]
    assert {"speech:e1s1", "speech:e1s3"} <= {*cut.depends_on}
    assert cut.result is not None
    told = [{"clip": f"e1s{n}.clip", "tempo": 1.0, "held_seconds": 0.0} for n in (1, 3)]
    assert (cut.result["speech"], cut.result["seconds"]) == (told, pytest.approx(3.0, abs=0.1))


async def test_a_cut_says_what_was_done_so_that_a_long_recording_fits(studio: Studio, short: Drama) -> None:
    async with studio(crew(Voice(seconds=2.3))) as application:
        job = await execute(application, short)
        cut = next(one for one in await application.jobs.children(OWNER, job.id) if one.node_id == "cut:e1")
    assert cut.result is not None, cut.error
    assert [(one["tempo"], one["held_seconds"]) for one in cut.result["speech"]] == [
        (1.15, pytest.approx(1.0, abs=0.1))
    ] * 2
    assert cut.result["seconds"] == pytest.approx(5.0, abs=0.2)


async def test_speech_is_planned_and_priced_with_the_clips(studio: Studio, short: Drama) -> None:
    async with studio(crew(Voice())) as application:
        await application.dramas.add(OWNER, short.model_dump(mode="json"))
        plan = await application.plans.plan(OWNER, "lift")
        foretold = {until: plan.forecast(Choice(until=until)) for until in Until}
        estimate = await application.estimates.estimate(NewDrama(premise="Two sisters share a ghost."), NO_CHOICE)
    spoken = {"speech:e1s1", "speech:e1s3"}
    assert spoken.isdisjoint(foretold[Until.STORYBOARDS].chosen)
    assert spoken <= foretold[Until.CLIPS].chosen.keys()
    assert plan.nodes["speech:e1s1"].cost.likely == PRICE
    picture = Decimal("0.05")
    assert foretold[Until.CLIPS].cost.likely == 2 * PRICE + (2 + 3 + 3) * picture
    assert estimate.making.speech.cost.likely == PRICE * Decimal(estimate.making.speech.count.likely)
    assert estimate.making.speech.count.likely > 0


async def test_a_changed_line_makes_its_speech_and_the_cut_stale_and_nothing_else_is_spoken_again(
    studio: Studio, short: Drama
) -> None:
    voice = Voice()
    async with studio(crew(voice)) as application:
        await execute(application, short)
        line = {"character_id": "ada", "line": "Why does it stop here?"}
        address: Address = (("episodes", "e1"), ("scenes", "e1s1"))
        await application.editing.patch(OWNER, "lift", address, ScenePatch.model_validate({"dialogue": [line]}))
        stale = {node_id for node_id, one in (await states(application)).items() if one is NodeState.STALE}
        assert {"speech:e1s1", "cut:e1"} <= stale
        assert "speech:e1s3" not in stale
        await execute(application, short)
        assert {*(await states(application)).values()} == {NodeState.FRESH}
    assert voice.accepted == {"speech:e1s1": 2, "speech:e1s3": 1}
    assert voice.requests["speech:e1s1"].lines[0].words == "Why does it stop here?"


async def test_without_a_voice_or_with_clips_that_speak_nothing_is_spoken(
    settings: Settings, studio: Studio, short: Drama
) -> None:
    async with studio(crew()) as application:
        await execute(application, short)
        before = await application.dramas.takes(OWNER, "lift")
        assert {*(await states(application)).values()} == {NodeState.FRESH}
    assert not any(one.startswith("speech") for one in before)
    voice, speaking = Voice(), crew()
    speaking[1].capabilities = replace(speaking[1].capabilities, speaks=True)
    async with studio([*speaking, voice]) as application:
        assert {*(await states(application)).values()} == {NodeState.FRESH}
    async with studio(crew(voice)) as application:
        found = await states(application)
        assert [one for one, state in found.items() if state is NodeState.MISSING] == ["speech:e1s1", "speech:e1s3"]
        assert found["cut:e1"] is NodeState.STALE
        await execute(application, short)
    assert voice.accepted == {"speech:e1s1": 1, "speech:e1s3": 1}
    with pytest.raises(InvalidInput, match="gemini, none, preview"):
        async with open_studio(settings.model_copy(update={"voice": "nobody"}), []):
            pass


async def test_a_silent_recording_waits_for_a_person_who_may_bring_another(
    studio: Studio, short: Drama, tmp_path: Path
) -> None:
    async with studio(crew(Voice(loud=0.0))) as application:
        job = await execute(application, short)
        children = {one.node_id: one for one in await application.jobs.children(OWNER, job.id)}
        assert children["speech:e1s1"].status is JobStatus.NEEDS_REVIEW
        assert "Nothing can be heard" in (children["speech:e1s1"].error or {})["message"]
        for node in ("speech:e1s1", "speech:e1s3"):
            await _bring(application, node, tmp_path)
        resumed = await execute(application, short)
    assert resumed.status is JobStatus.COMPLETED


async def _bring(application: Application, node: str, folder: Path) -> None:
    """Let a recording of one's own stand for a scene's speech."""
    file = await asyncio.to_thread(recording, folder / f"{node[-4:]}.wav", 0.5)
    fields = {"project_name": "lift", "asset_type": "audio", "tag": "speech"}
    kept = await application.library.keep(OWNER, ReceivedFile(file, file.name, fields))
    await application.takes.add(OWNER, "lift", node, kept.id)
