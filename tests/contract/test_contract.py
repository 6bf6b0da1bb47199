"""What every adapter owes the engine, over a fake vendor on a real socket. The vendor's ledger is the oracle."""

import json
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import gemini_subjects
import openai_subjects
import pytest

from fakes.subjects import SHORT_TIMEOUT, TIMEOUT, Outcome, Subject, Then, key_of, perform
from fakes.wire import NOT_ACCEPTED, RETRY_AFTER, Fault, Step
from sfd.domain.errors import MediaError, ProviderError, ProviderErrorKind
from sfd.media.check import check_film, check_picture
from sfd.providers.base import LostReply, Modality, RemoteState, StagedWriter, SubmittedProvider
from sfd.providers.registry import AnyProvider
from sfd.providers.sending import TooLate, send_before

SUBJECTS = (*openai_subjects.SUBJECTS, *gemini_subjects.SUBJECTS)
SUBMITTED = [subject for subject in SUBJECTS if subject.modality is Modality.FILMMAKER]
FAULTS = [
    pytest.param(subject, step, fault, then, id=f"{subject.name}-{step}-{fault}")
    for subject in SUBJECTS
    for (step, fault), then in subject.faults.items()
]
KEY = "sk-contract-0123456789"
every_subject = pytest.mark.parametrize("subject", SUBJECTS, ids=lambda one: one.name)


def is_good(subject: Subject, path: Path) -> bool:
    """Whether a file is what the subject makes."""
    try:
        match subject.modality:
            case Modality.WRITER:
                json.loads(path.read_text(encoding="utf-8"))
            case Modality.ILLUSTRATOR:
                check_picture(path)
            case Modality.FILMMAKER:
                check_film(path)
            case Modality.VOICE:
                return path.stat().st_size > 0
    except (ValueError, MediaError):
        return False
    return True


@dataclass(frozen=True)
class Ending:
    """How a request ended, and with which words."""

    outcome: Outcome | ProviderErrorKind
    words: str = ""
    retry_after: float | None = None


async def ending_of(subject: Subject, provider: AnyProvider, folder: Path) -> Ending:
    """Ask once, each step once."""
    into = folder / "made"
    try:
        ended = await perform(provider, subject.request(folder, key_of(1)), into)
    except ProviderError as error:
        return Ending(error.kind, f"{error!r} {error.detail} {error.vendor_code}", error.retry_after)
    except MediaError:
        return Ending(Outcome.BAD_BYTES)
    return Ending(Outcome.BAD_BYTES if ended is Outcome.WORKS and not is_good(subject, into) else ended)


@every_subject
async def test_a_request_gives_a_good_file_for_a_price_that_was_said_before(subject: Subject, tmp_path: Path) -> None:
    with subject.wire(tmp_path / "ledger", KEY) as wire:
        provider = subject.build(wire, TIMEOUT)
        request = subject.request(tmp_path, key_of(1))
        assert provider.price(request) > 0
        assert (await ending_of(subject, provider, tmp_path)).outcome is Outcome.WORKS
        assert len(wire.creates()) == 1


@pytest.mark.parametrize(
    "subject", [one for one in SUBJECTS if one.modality is Modality.WRITER], ids=lambda one: one.name
)
async def test_a_writer_says_what_a_stage_costs_before_there_is_a_request(subject: Subject, tmp_path: Path) -> None:
    with subject.wire(tmp_path / "ledger", KEY) as wire:
        writer = subject.build(wire, TIMEOUT)
        assert isinstance(writer, StagedWriter)
        assert writer.capabilities.staged
        prices = [writer.price_of(read, 1_000.4, "") for read in (0, 1_000, 2_000.6)]
        assert Decimal(0) < prices[0] < prices[1] < prices[2]


@pytest.mark.parametrize(("subject", "step", "fault", "then"), FAULTS)
async def test_a_fault_becomes_what_it_is_and_nothing_is_asked_for_twice(
    subject: Subject, step: Step, fault: Fault, then: Then, tmp_path: Path
) -> None:
    with subject.wire(tmp_path / "ledger", KEY) as wire:
        wire.fail(step, fault, then.times)
        timeout = SHORT_TIMEOUT if fault is Fault.TIME_OUT else TIMEOUT
        ending = await ending_of(subject, subject.build(wire, timeout), tmp_path)
        assert ending.outcome == then.outcome
        assert KEY not in ending.words
        if ending.outcome is ProviderErrorKind.RATE_LIMITED:
            assert ending.retry_after == RETRY_AFTER
        accepted = not (step is Step.CREATE and fault in NOT_ACCEPTED)
        assert len(wire.creates()) == int(accepted)
        assert sum(call.method == "POST" and "fetchPredict" not in call.path for call in wire.requests) == 1


@every_subject
async def test_a_server_that_is_not_there_certainly_accepted_nothing(subject: Subject, tmp_path: Path) -> None:
    with subject.wire(tmp_path / "ledger", KEY) as wire:
        provider = subject.build(wire, TIMEOUT)
    with pytest.raises(ProviderError) as caught:
        await perform(provider, subject.request(tmp_path, key_of(1)), tmp_path / "made")
    assert caught.value.kind is ProviderErrorKind.OVERLOADED
    assert caught.value.not_accepted


@every_subject
async def test_a_request_that_others_may_repeat_is_not_sent_late(subject: Subject, tmp_path: Path) -> None:
    with subject.wire(tmp_path / "ledger", KEY) as wire:
        provider = subject.build(wire, TIMEOUT)
        if provider.capabilities.lost_reply is not LostReply.FIND:
            return
        with send_before(0.0) as sending, pytest.raises((ProviderError, TooLate)):
            await perform(provider, subject.request(tmp_path, key_of(1)), tmp_path / "made")
        assert sending.late
        assert wire.creates() == []


@every_subject
async def test_a_wrong_key_says_which_variable_to_look_at(subject: Subject, tmp_path: Path) -> None:
    with subject.wire(tmp_path / "ledger", KEY) as wire:
        wire.fail(Step.CREATE, Fault.BAD_KEY)
        with pytest.raises(ProviderError, match=r"_API_KEY|GOOGLE_") as caught:
            await perform(subject.build(wire, TIMEOUT), subject.request(tmp_path, key_of(1)), tmp_path / "made")
    assert KEY not in repr(caught.value)


@pytest.mark.parametrize("subject", SUBMITTED, ids=lambda one: one.name)
async def test_a_lost_request_is_found_for_certain_or_left_to_a_person(subject: Subject, tmp_path: Path) -> None:
    with subject.wire(tmp_path / "ledger", KEY) as wire:
        provider = subject.build(wire, TIMEOUT)
        assert isinstance(provider, SubmittedProvider)
        if provider.capabilities.lost_reply is not LostReply.FIND:
            assert provider.capabilities.lost_reply is LostReply.REVIEW
            return
        lost, other = subject.request(tmp_path, key_of(1)), subject.request(tmp_path, key_of(2))
        assert await provider.find(lost) is None
        wire.fail(Step.CREATE, Fault.RESET_AFTER_ACCEPTING)
        with pytest.raises(ProviderError):
            await provider.submit(lost)
        await provider.submit(other)
        found = await provider.find(lost)
        assert found is not None
        assert (await provider.poll(found)).state in RemoteState
        assert len(wire.creates()) == 2
