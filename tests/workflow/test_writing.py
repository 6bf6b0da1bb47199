"""Writing a drama in stages: each is a job with its price, checkpointed, repaired, reused and never half built."""

import asyncio
import json
from pathlib import Path

from fakes.media import png
from fakes.studio import OWNER, Studio, ended
from fakes.writers import Novelist
from sfd.application import Application
from sfd.db import budgets
from sfd.db.budgets import BudgetId, BudgetScope
from sfd.domain.errors import ProviderError, ProviderErrorKind
from sfd.domain.jobs import Job, JobStatus
from sfd.generation.requests import ClipSpec, WriteReference
from sfd.services.dramas import NewDrama
from sfd.services.run_control import NewCap
from sfd.services.uploads import ReceivedFile

PREMISE = "A software engineer discovers that her code is sentient. Two episodes."


async def written(application: Application) -> tuple[Job, dict[str, Job]]:
    """A drama written from the premise: the ended write job, and its stages by name."""
    new = NewDrama(premise=PREMISE, drama_id="ghost")
    accepted = await application.dramas.write(OWNER, new)
    job = await ended(application, accepted.job)
    return job, await stages(application, job)


async def stages(application: Application, job: Job) -> dict[str, Job]:
    made = await application.jobs.children(OWNER, job.id)
    return {(one.node_id or "").partition(":")[2]: one for one in made}


async def test_a_premise_is_written_stage_by_stage_and_each_is_shown_and_priced(studio: Studio) -> None:
    novelist = Novelist()
    async with studio([novelist]) as application:
        job, made = await written(application)
        drama = await application.dramas.load(OWNER, "ghost")
    assert job.status is JobStatus.COMPLETED, job.error
    assert list(made) == ["bible", "outline", "episode-1", "episode-2", "drama"]
    assert {one.status for one in made.values()} == {JobStatus.COMPLETED}
    assert novelist.asked == {"bible": 1, "outline": 1, "episode-1": 1, "episode-2": 1}
    assert (job.estimated_micros, job.actual_micros) == (40_000, 40_000)
    assert len(drama.episodes) == 2
    assert all(asset.prompt for episode in drama.episodes for scene in episode.scenes for asset in scene.assets)
    assert drama.premise == PREMISE


async def test_a_writer_that_takes_one_request_at_a_time_writes_several_dramas(studio: Studio) -> None:
    novelist = Novelist(concurrency=1)
    async with studio([novelist]) as application:
        news = [NewDrama(premise=f"{PREMISE} Version {number}.", drama_id=f"ghost-{number}") for number in range(3)]
        accepted = [await application.dramas.write(OWNER, new) for new in news]
        jobs = [await ended(application, one.job) for one in accepted]  # none waits in the queue of its own stages
    assert {job.status for job in jobs} == {JobStatus.COMPLETED}
    assert novelist.asked == {"bible": 3, "outline": 3, "episode-1": 3, "episode-2": 3}
    assert novelist.peak == 1


async def test_a_bad_answer_is_told_to_the_writer_and_asked_again(studio: Studio) -> None:
    novelist = Novelist(lambda stage, time: "{" if stage == "outline" and time == 1 else None)
    async with studio([novelist]) as application:
        job, made = await written(application)
        kept = made["outline"].meta["bad_answers"]
        bad = await application.library.get(OWNER, kept[0]["library_asset_id"])
    assert job.status is JobStatus.COMPLETED
    assert novelist.asked["outline"] == 2
    first, second = novelist.requests["outline"]
    assert first.idempotency_key != second.idempotency_key
    assert kept[0]["problems"][0] in second.prompt
    assert made["outline"].actual_micros == 20_000
    assert bad.meta["problems"] == kept[0]["problems"]


async def test_after_two_repairs_a_person_decides_and_no_drama_is_half_built(studio: Studio) -> None:
    novelist = Novelist(lambda stage, _: json.dumps({"scenes": []}) if stage == "episode-2" else None)
    async with studio([novelist]) as application:
        job, made = await written(application)
        document = json.loads((await application.dramas.document(OWNER, "ghost"))[0])
        assert job.status is JobStatus.NEEDS_REVIEW
        assert made["episode-2"].status is JobStatus.NEEDS_REVIEW
        assert made["drama"].status is JobStatus.CANCELLED
        assert novelist.asked == {"bible": 1, "outline": 1, "episode-1": 1, "episode-2": 3}
        assert (document["status"], document["episodes"]) == ("needs_review", [])
        novelist.answer = None
        again = await ended(application, (await application.retries.retry(OWNER, job.id)).job)
        drama = await application.dramas.load(OWNER, "ghost")
    assert again.status is JobStatus.COMPLETED
    assert again.actual_micros == 10_000, "what was answered well is not asked again"
    assert novelist.asked == {"bible": 1, "outline": 1, "episode-1": 1, "episode-2": 4}
    assert len(drama.episodes) == 2


async def test_a_refused_premise_fails_the_writing_with_the_reason(studio: Studio) -> None:
    refusal = ProviderError(ProviderErrorKind.REJECTED_PROMPT, "The premise is not allowed.", refused="prompt")
    novelist = Novelist(lambda stage, _: refusal if stage == "bible" else None)
    async with studio([novelist]) as application:
        job, made = await written(application)
    assert job.status is JobStatus.FAILED
    assert made["bible"].error is not None
    assert made["bible"].error["code"] == "rejected_prompt"
    assert made["bible"].error["refused"] == "prompt"
    assert novelist.asked == {"bible": 1}


async def test_writing_pauses_at_its_cap_and_goes_on(studio: Studio) -> None:
    novelist = Novelist()
    async with studio([novelist]) as application:
        accepted = await application.dramas.write(OWNER, NewDrama(premise=PREMISE, drama_id="ghost"))
        cap = BudgetId(BudgetScope.RUN, accepted.job.id)
        async with application.database.write() as connection:
            await budgets.set_cap(connection, cap, 15_000)
        await _paused(application, accepted.job)
        await application.control.resume(OWNER, accepted.job.id, NewCap(1.0))
        job = await ended(application, accepted.job)
    assert job.status is JobStatus.COMPLETED
    assert set(novelist.asked.values()) == {1}


async def _paused(application: Application, job: Job) -> None:
    async with asyncio.timeout(60):
        while (await application.jobs.get(OWNER, job.id)).job.paused_for is None:  # noqa: ASYNC110 - of the engine
            await asyncio.sleep(0.05)


async def test_feedback_asks_only_for_what_it_touches(studio: Studio) -> None:
    novelist = Novelist()
    async with studio([novelist]) as application:
        await written(application)
        before = await application.dramas.load(OWNER, "ghost")
        accepted = await application.improving.improve(OWNER, "ghost", "Make the first episode darker.", "ghost-2")
        job = await ended(application, accepted.job)
        after = await application.dramas.load(OWNER, "ghost-2")
        made = await stages(application, job)
    assert job.status is JobStatus.COMPLETED, job.error
    assert novelist.asked["changes"] == 1
    untouched = [one for one in made if one.startswith("episode-") and made[one].meta.get("reused")]
    assert untouched
    for name in untouched:
        number = int(name.removeprefix("episode-")) - 1
        assert after.episodes[number] == before.episodes[number]


async def test_a_cancelled_writing_ends_and_can_be_tried_again(studio: Studio) -> None:
    novelist = Novelist()
    async with studio([novelist]) as application:
        accepted = await application.dramas.write(OWNER, NewDrama(premise=PREMISE, drama_id="ghost"))
        await application.control.cancel(OWNER, accepted.job.id)
        job = await ended(application, accepted.job)
        assert job.status is JobStatus.CANCELLED
        again = await ended(application, (await application.retries.retry(OWNER, job.id)).job)
        assert again.status is JobStatus.COMPLETED, again.error
        assert len((await application.dramas.load(OWNER, "ghost")).episodes) == 2
    assert max(novelist.asked.values()) <= 2


async def test_a_picture_of_a_character_is_used_for_that_character(studio: Studio, tmp_path: Path) -> None:
    novelist = Novelist()
    async with studio([novelist]) as application:
        picture = tmp_path / "mara.png"
        picture.write_bytes(png())
        fields = {"project_name": "ghosts", "asset_type": "image", "tag": "reference"}
        kept = await application.library.keep(OWNER, ReceivedFile(picture, "mara.png", fields))
        new = NewDrama(
            premise=PREMISE,
            drama_id="ghost",
            references=(WriteReference(library_asset_id=kept.id, character="Mara Voss"),),
        )
        job = await ended(application, (await application.dramas.write(OWNER, new)).job)
        drama = await application.dramas.load(OWNER, "ghost")
        plan = await application.plans.plan(OWNER, "ghost")
    assert job.status is JobStatus.COMPLETED, job.error
    assert [one.sha256 for one in novelist.requests["bible"][0].references] == [kept.sha256]
    mara = next(one for one in drama.characters if one.name == "Mara Voss")
    assert mara.assets[0].references == [kept.id]
    clips = [one.spec for one in plan.nodes.values() if isinstance(one.spec, ClipSpec)]
    spoken = [one for one in clips if one.scene.dialogue]
    assert spoken
    assert all(one.scene.dialogue[0].line in one.prompt for one in spoken), "what is said is part of what is filmed"
    assert all("Single continuous shot" in one.prompt for one in clips)


async def test_the_bill_counts_each_stage_once(studio: Studio) -> None:
    async with studio([Novelist()]) as application:
        job, _ = await written(application)
        bill = await application.usage.usage(OWNER)
    assert job.actual_micros == 40_000
    assert bill.total.actual_micros == 40_000
