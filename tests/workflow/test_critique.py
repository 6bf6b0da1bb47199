"""Critiques: a staged writer judges a drama, once for what it is, and nothing of the drama changes."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest

from fakes.dramas import two_episode_drama
from fakes.sfd_command import sfd
from fakes.studio import OWNER, Studio, ended
from fakes.writer_answers import answer_for
from sfd.application import Application, open_application
from sfd.config import Settings
from sfd.domain.errors import Conflict, InvalidInput
from sfd.domain.jobs import Job, JobStatus
from sfd.main import api_of
from sfd.providers.base import Capabilities, LostReply, Made, Modality, Request, TextRequest
from sfd.services.accepting import Limits
from sfd.services.run_control import NewCap

PRICE = Decimal("0.02")
TESTS = Path(__file__).parents[1]
KEY = "sk-judge-2c7e"
Answering = Callable[[int], str | None]


class Critic:
    """A paid writer that answers with a critique. `answer(time)` replaces its good answers; `hold` makes it wait."""

    name = "critic"

    def __init__(self, answer: Answering | None = None) -> None:
        self.requests: list[TextRequest] = []
        self.answer = answer
        self.hold = asyncio.Event()
        self.hold.set()
        self.capabilities = Capabilities(
            modality=Modality.WRITER, models=("prose-1",), lost_reply=LostReply.REVIEW, settles_after=0.0, staged=True
        )

    def price(self, request: Request) -> Decimal:
        del request
        return PRICE

    def price_of(self, read: float, written: float, model: str) -> Decimal:
        assert read > 0
        assert written > 0
        assert model == "prose-1"
        return PRICE

    async def make(self, request: Request, into: Path) -> Made:
        assert isinstance(request, TextRequest)
        self.requests.append(request)
        await self.hold.wait()
        given = self.answer(len(self.requests)) if self.answer else None
        text = given if given is not None else answer_for(request.schema_name, request.schema, request.prompt)
        await asyncio.to_thread(into.write_text, text, encoding="utf-8")
        return Made("application/json", usd=PRICE)


async def stored(application: Application) -> tuple[bytes, int]:
    """A drama in the database; its document and revision."""
    await application.dramas.add(OWNER, two_episode_drama("lift").model_dump(mode="json"))
    return await application.dramas.document(OWNER, "lift")


async def judged(application: Application) -> Job:
    return await ended(application, (await application.critiques.critique(OWNER, "lift")).job)


async def test_a_drama_is_judged_as_a_whole_and_by_episode_and_stays_as_it_is(studio: Studio) -> None:
    critic = Critic()
    async with studio([critic]) as application:
        before = await stored(application)
        job = await judged(application)
        assert job.result is not None, job.error
        kept = await application.library.get(OWNER, job.result["library_asset_id"])
        assert await application.dramas.document(OWNER, "lift") == before
    assert (job.type, job.status) == ("critique", JobStatus.COMPLETED)
    assert (job.result["score"], bool(job.result["notes"])) == (7, True)
    assert [(one["episode_id"], one["number"], one["score"]) for one in job.result["episodes"]] == [
        ("e1", 1, 7),
        ("e2", 2, 7),
    ]
    assert (job.estimated_micros, job.actual_micros) == (20_000, 20_000)
    assert (kept.type, kept.tag) == ("text", "writing")
    spoken = [line.line for one in two_episode_drama().episodes for scene in one.scenes for line in scene.dialogue]
    assert spoken
    assert all(line in critic.requests[0].prompt for line in spoken)


async def test_what_was_judged_is_judged_again_only_when_it_changed(studio: Studio) -> None:
    critic = Critic()
    async with studio([critic]) as application:
        before = await stored(application)
        first, second = await judged(application), await judged(application)
        assert await application.dramas.document(OWNER, "lift") == before
        assert first.result == second.result
        assert (second.actual_micros, second.meta["reused"]) == (0, True)
        assert len(critic.requests) == 1
        patched = two_episode_drama("changed").model_copy(update={"title": "Another title"})
        await application.dramas.add(OWNER, patched.model_dump(mode="json"))
        await ended(application, (await application.critiques.critique(OWNER, "changed")).job)
    assert len(critic.requests) == 2


async def test_a_bad_critique_is_told_to_the_writer_and_asked_again(studio: Studio) -> None:
    critic = Critic(lambda time: '{"score": 12}' if time == 1 else None)
    async with studio([critic]) as application:
        await stored(application)
        job = await judged(application)
    assert job.status is JobStatus.COMPLETED
    assert job.actual_micros == 40_000
    first, second = critic.requests
    assert first.idempotency_key != second.idempotency_key
    assert job.meta["bad_answers"][0]["problems"][0] in second.prompt


async def test_after_two_repairs_a_person_decides_and_may_ask_again(studio: Studio) -> None:
    critic = Critic(lambda _: json.dumps({"score": 5}))
    async with studio([critic]) as application:
        await stored(application)
        job = await judged(application)
        assert (job.status, len(critic.requests)) == (JobStatus.NEEDS_REVIEW, 3)
        assert json.loads((await application.dramas.document(OWNER, "lift"))[0])["status"] == "ready"
        critic.answer = None
        again = await ended(application, (await application.retries.retry(OWNER, job.id)).job)
    assert (again.type, again.status, again.actual_micros) == ("critique", JobStatus.COMPLETED, 20_000)
    assert again.result is not None
    assert again.result["score"] == 7


async def test_a_critique_pauses_at_its_cap_and_goes_on(studio: Studio) -> None:
    critic = Critic()
    async with studio([critic]) as application:
        await stored(application)
        accepted = await application.critiques.critique(OWNER, "lift", Limits(0.015))
        async with asyncio.timeout(60):
            while (await application.jobs.get(OWNER, accepted.job.id)).job.paused_for is None:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        assert critic.requests == []
        await application.control.resume(OWNER, accepted.job.id, NewCap(1.0))
        job = await ended(application, accepted.job)
    assert (job.status, len(critic.requests)) == (JobStatus.COMPLETED, 1)


async def test_two_critiques_of_a_drama_are_not_paid_side_by_side(studio: Studio) -> None:
    critic = Critic()
    critic.hold.clear()
    async with studio([critic]) as application:
        await stored(application)
        accepted = await application.critiques.critique(OWNER, "lift")
        with pytest.raises(Conflict, match=accepted.job.id):
            await application.critiques.critique(OWNER, "lift")
        critic.hold.set()
        await ended(application, accepted.job)
    assert len(critic.requests) == 1


async def test_a_writer_without_a_language_model_says_which_to_choose(studio: Studio) -> None:
    async with studio([]) as application:
        await stored(application)
        with pytest.raises(InvalidInput, match="openai or gemini"):
            await application.critiques.critique(OWNER, "lift")


async def test_over_http_a_critique_is_a_job_accepted_once_for_its_key(studio: Studio) -> None:
    critic = Critic()
    async with studio([critic]) as application:
        await stored(application)
        transport = httpx.ASGITransport(api_of(application))
        async with httpx.AsyncClient(transport=transport, base_url="http://sfd") as client:
            headers = {"Idempotency-Key": "judge-lift"}
            body = {"writer": "critic:prose-1", "max_cost_usd": 0.5}
            first, second = [await client.post("/dramas/lift/critique", json=body, headers=headers) for _ in range(2)]
            assert first.status_code == 202
            assert (second.json(), second.headers["idempotent-replayed"]) == (first.json(), "true")
            await ended(application, (await application.jobs.get(OWNER, first.json()["job_id"])).job)
            job: dict[str, Any] = (await client.get(first.headers["location"])).json()
            local = await client.post("/dramas/lift/critique", json={"writer": "outline"})
            nobody = await client.post("/dramas/nothing/critique")
    assert (job["type"], job["asset_id"], job["status"], job["progress"]) == ("critique", None, "completed", 1)
    assert job["result"]["score"] == 7
    assert (job["limits"]["max_cost_usd"], job["limits"]["spent_usd"]) == (0.5, 0.02)
    assert (local.status_code, "language model" in local.json()["detail"]) == (422, True)
    assert nobody.status_code == 404
    assert len(critic.requests) == 1


@pytest.fixture
def vendor(tmp_path: Path) -> Iterator[str]:
    """OpenAI's wire, as a program; its address."""
    command = [sys.executable, "-m", "fakes.wire_openai", "--ledger", str(tmp_path / "ledger"), "--key", KEY]
    with subprocess.Popen(command, cwd=TESTS, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        process.terminate()


async def test_the_command_prints_score_and_notes(tmp_path: Path, settings: Settings, vendor: str) -> None:
    async with open_application(settings, work=False) as application:
        await stored(application)
    named = {"WRITER": "openai", "OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": f"{vendor}/v1"}
    said = await asyncio.to_thread(lambda: sfd(tmp_path, "critique", "lift", **named))
    assert said.returncode == 0, said.stderr
    assert said.stdout.startswith("7 of 10\n")
    assert "\nEpisode 2 · 7 of 10\n" in said.stdout
