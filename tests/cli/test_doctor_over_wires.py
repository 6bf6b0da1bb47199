"""`sfd doctor` asks every account that has a key, for nothing, and says what it found."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from fakes.server import free_port
from fakes.sfd_command import sfd
from fakes.wire_program import Vendor, running_wire
from sfd.providers.accounts import ACCOUNTS, doubts
from sfd.providers.base import Modality
from sfd.providers.catalogue import LiveModel, ModelCard, Prices

OPENAI_KEY, GEMINI_KEY = "sk-doctor-5c02", "AIza-doctor-91d7"
OPENAI, GEMINI, SERVER = ACCOUNTS
TODAY = date(2026, 11, 22)


@pytest.fixture
def vendors(tmp_path: Path) -> Iterator[tuple[Vendor, Vendor]]:
    """Both vendors."""
    with ExitStack() as stack:
        openai = stack.enter_context(running_wire("openai", tmp_path / "openai.ledger", OPENAI_KEY))
        gemini = stack.enter_context(running_wire("gemini", tmp_path / "gemini.ledger", GEMINI_KEY))
        yield openai, gemini


def environment(openai: Vendor, gemini: Vendor) -> dict[str, str]:
    return {
        "OPENAI_API_KEY": OPENAI_KEY,
        "OPENAI_BASE_URL": f"{openai.base_url}/v1",
        "GEMINI_API_KEY": GEMINI_KEY,
        "GOOGLE_GEMINI_BASE_URL": gemini.base_url,
        "SORA_API_BASE": openai.base_url,
        "SORA_API_KEY": OPENAI_KEY,
    }


def examined(folder: Path, **settings: str) -> tuple[int, list[str]]:
    """The exit code, and the findings: each begins with ✓, ! or ✗, and goes on with what can be done."""
    ended = sfd(folder, "doctor", **settings, COLUMNS="400")
    shown = f"{ended.stdout}{ended.stderr}"
    assert not [key for key in (OPENAI_KEY, GEMINI_KEY, "sk-wrong-3b9e", "AIza-wrong-aa41") if key in shown]
    return ended.returncode, ended.stdout.replace("\n    →", " →").splitlines()


def test_good_keys_answer_and_nothing_is_bought(tmp_path: Path, vendors: tuple[Vendor, Vendor]) -> None:
    named = {"WRITER": "openai:gpt-5", "ILLUSTRATOR": "gemini", "FILMMAKER": "sora"}
    code, findings = examined(tmp_path, **environment(*vendors), **named)
    assert code == 0, findings
    assert "✓ writer openai:gpt-5, illustrator gemini:gemini-nano-banana-2.1, filmmaker sora:sora-2" in findings
    assert {"✓ OpenAI answers: 4 models", "✓ Gemini answers: 4 models"} <= {*findings}
    assert "✓ the server at SORA_API_BASE answers: 4 models" in findings
    assert "✓ illustrator gemini:gemini-nano-banana-2.1 is there" in findings
    warned = [line for line in findings if line.startswith("!") and "gpt-5" in line]
    assert ["2026-12-11" in line for line in warned] == [True, False]
    assert "is a guess: $1.25 for a million tokens read, $10 for a million written" in warned[1]
    assert [*vendors[0].creates(), *vendors[1].creates()] == []


def test_a_bad_key_and_a_server_that_is_down_are_told_apart(tmp_path: Path, vendors: tuple[Vendor, Vendor]) -> None:
    there = environment(*vendors)
    gone = f"http://127.0.0.1:{free_port()}"
    trouble = {"GEMINI_API_KEY": "AIza-wrong-aa41", "OPENAI_BASE_URL": f"{gone}/v1", "SORA_API_KEY": "sk-wrong-3b9e"}
    code, findings = examined(tmp_path, **{**there, **trouble}, WRITER="openai", ILLUSTRATOR="gemini")
    assert code == 1
    assert any(line.startswith("✗ bad key: Gemini did not accept the GEMINI_API_KEY") for line in findings), findings
    assert any(line.startswith("✗ OpenAI cannot be reached") and "→ check OPENAI_API_KEY" in line for line in findings)
    unused = [line for line in findings if "SORA_API_KEY" in line]
    assert unused[0].startswith("! bad key"), unused  # nobody films with it


def test_a_model_that_the_vendor_does_not_list_is_over(tmp_path: Path, vendors: tuple[Vendor, Vendor]) -> None:
    code, findings = examined(tmp_path, **environment(*vendors), ILLUSTRATOR="gemini:gemini-2.5-flash-image")
    assert code == 1
    (over,) = [line for line in findings if line.startswith("✗")]
    assert "gemini:gemini-2.5-flash-image is not among the models of Gemini" in over
    assert "such as gemini-nano-banana-2.1" in over
    assert any(line.startswith("! gemini:gemini-2.5-flash-image ended on 2026-10-02") for line in findings)


def card(name: str = "m-1", shutdown: date | None = None, prices: Prices | None = None) -> ModelCard:
    return ModelCard(
        provider="openai",
        modality=Modality.ILLUSTRATOR,
        name=name,
        shutdown=shutdown,
        usd_per_image=prices or {},
        assumed=prices is not None,
    )


@pytest.mark.parametrize(
    ("own", "told", "said"),
    [
        (None, None, None),
        (TODAY + timedelta(1), None, "ends on 2026-11-23, in 1 day"),
        (TODAY + timedelta(9), TODAY + timedelta(2), "ends on 2026-11-24, in 2 days"),
        (None, TODAY, "ended on 2026-11-22"),
    ],
)
def test_the_earlier_of_two_ends_is_told(own: date | None, told: date | None, said: str | None) -> None:
    found = list(doubts(card(shutdown=own), [], [LiveModel(id="m-1", shutdown_date=told)], OPENAI, TODAY))
    assert [said in one.what for one in found if said] == [True] * len(found)
    assert (said is None) == (found == [])


def test_a_server_of_ones_own_may_name_its_models_as_it_likes() -> None:
    for account, over in ((GEMINI, True), (SERVER, False)):
        (found,) = doubts(card(), [card("m-2"), card("m-3")], [LiveModel(id="m-3")], account, TODAY)
        assert (found.over, "such as m-3" in found.fix) == (over, True)
        assert list(doubts(card(), [], [], account, datetime.now(UTC).date())) == []
