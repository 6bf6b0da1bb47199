"""After a refusal: a milder prompt, then another provider, if the operator wishes it. Each step is paid once."""

import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.providers import FakeProvider
from fakes.studio import OWNER, execute, open_studio
from fakes.writers import Novelist
from sfd.application import Application
from sfd.config import Settings
from sfd.domain.errors import ProviderError, ProviderErrorKind
from sfd.domain.jobs import Job, JobStatus
from sfd.domain.models import Drama
from sfd.generation.ladder import climbed, ladder_of, next_climb
from sfd.generation.plan import Choice, Until
from sfd.providers.base import ImageRequest, Modality

PORTRAITS = Choice(until=Until.PORTRAITS)
NODE = "ada.portrait"


def refusing(kind: ProviderErrorKind, times: int = 99) -> Callable[[str, int], ProviderError | None]:
    """Refuses the first requests for one node."""
    return lambda node, time: ProviderError(kind, "No blood, please.") if node == NODE and time <= times else None


def with_ladder(settings: Settings, ladder: str) -> Settings:
    return settings.model_copy(update={"illustrator_ladder": ladder})


async def node_job(application: Application, run: Job) -> Job:
    return (await application.jobs.get(OWNER, f"{run.id}:{NODE}")).job


async def test_a_refused_prompt_is_softened_by_the_writer_and_asked_again(settings: Settings, drama: Drama) -> None:
    novelist = Novelist(lambda stage, _: json.dumps({"prompt": "A calm face."}) if stage == NODE else None)
    strict = FakeProvider(Modality.ILLUSTRATOR, fault=refusing(ProviderErrorKind.REJECTED_PROMPT, times=1))
    providers = [novelist, strict, FakeProvider(Modality.FILMMAKER)]
    async with open_studio(with_ladder(settings, "soften"), providers) as application:
        run = await execute(application, drama, PORTRAITS)
        job = await node_job(application, run)
        again = (await application.plans.plan(OWNER, drama.id)).nodes[NODE]
    assert run.status is JobStatus.COMPLETED, run.error
    asked = strict.requests[NODE]
    assert isinstance(asked, ImageRequest)
    assert asked.prompt == "A calm face."
    assert "No blood, please." in novelist.requests[NODE][0].prompt
    assert [one["step"] for one in job.meta["ladder"]] == ["soften"]
    assert job.meta["ladder"][0]["because"]["message"] == "No blood, please."
    assert job.actual_micros == 60_000, "the writer's cent and the picture"
    assert again.state == "fresh", "what was softened is not made anew by the next run"


async def test_another_provider_is_asked_when_the_first_did_not_accept(settings: Settings, drama: Drama) -> None:
    strict = FakeProvider(Modality.ILLUSTRATOR, fault=refusing(ProviderErrorKind.REJECTED_PROMPT))
    second = FakeProvider(Modality.ILLUSTRATOR, name="second")
    providers = [second, FakeProvider(Modality.FILMMAKER), strict]
    async with open_studio(with_ladder(settings, "second:fake-1"), providers) as application:
        run = await execute(application, drama, PORTRAITS)
        job = await node_job(application, run)
        again = (await application.plans.plan(OWNER, drama.id)).nodes[NODE]
    assert run.status is JobStatus.COMPLETED, run.error
    assert (strict.accepted[NODE], second.accepted[NODE], second.accepted["ben.portrait"]) == (0, 1, 0)
    assert (job.provider, job.model) == ("second", "fake-1")
    assert job.actual_micros == 50_000
    assert again.state == "fresh"


async def test_the_ladder_ends_and_the_last_reason_is_told(settings: Settings, drama: Drama) -> None:
    strict = FakeProvider(Modality.ILLUSTRATOR, fault=refusing(ProviderErrorKind.REJECTED_PROMPT))
    second = FakeProvider(Modality.ILLUSTRATOR, name="second", fault=refusing(ProviderErrorKind.REJECTED_PROMPT))
    novelist = Novelist(lambda stage, _: json.dumps({"prompt": "Milder."}) if stage == NODE else None)
    providers = [second, FakeProvider(Modality.FILMMAKER), novelist, strict]
    async with open_studio(with_ladder(settings, "soften,second"), providers) as application:
        run = await execute(application, drama, PORTRAITS)
        job = await node_job(application, run)
    assert run.status is JobStatus.FAILED
    assert job.error is not None
    assert job.error["code"] == "rejected_prompt"
    assert [one["step"] for one in job.meta["ladder"]] == ["soften", "second"]
    assert job.actual_micros == 10_000, "only the writer was paid"
    assert novelist.asked[NODE] == 1


async def test_without_a_ladder_a_refusal_ends_the_node(settings: Settings, drama: Drama) -> None:
    strict = FakeProvider(Modality.ILLUSTRATOR, fault=refusing(ProviderErrorKind.REJECTED_PROMPT))
    async with open_studio(settings, [strict, FakeProvider(Modality.FILMMAKER)]) as application:
        run = await execute(application, drama, PORTRAITS)
        job = await node_job(application, run)
    assert job.status is JobStatus.FAILED
    assert "ladder" not in job.meta


def test_what_may_have_been_accepted_is_never_passed_on() -> None:
    steps = ladder_of(" soften , second:m ,")
    assert steps == ("soften", "second:m")
    refused = ProviderErrorKind.REJECTED_OUTPUT
    assert next_climb(("second",), {}, refused, accepted=True, can_soften=True) is None
    soft = next_climb(steps, {}, refused, accepted=True, can_soften=True)
    assert soft is not None
    assert soft.step == "soften"


@given(
    steps=st.lists(st.sampled_from(["soften", "a", "b:c"]), max_size=6),
    kind=st.sampled_from(list(ProviderErrorKind)),
    accepted=st.booleans(),
    can_soften=st.booleans(),
)
def test_a_ladder_is_climbed_upwards_and_ends(
    steps: list[str], kind: ProviderErrorKind, *, accepted: bool, can_soften: bool
) -> None:
    meta: dict[str, object] = {}
    taken: list[int] = []
    while (step := next_climb(steps, meta, kind, accepted=accepted, can_soften=can_soften)) is not None:
        taken.append(step.number)
        meta = climbed(meta, step, {"code": kind}, "planned")
        assert len(taken) <= len(steps)
    assert taken == sorted(set(taken))
    if kind is ProviderErrorKind.UNKNOWN_OUTCOME:
        assert taken == []


@pytest.mark.parametrize("ladder", ["nobody", "fake:unknown"])
async def test_a_ladder_that_names_nobody_is_refused_at_start(settings: Settings, ladder: str) -> None:
    with pytest.raises(Exception, match=r"nobody|unknown"):
        async with open_studio(with_ladder(settings, ladder), [FakeProvider(Modality.ILLUSTRATOR)]):
            pass
