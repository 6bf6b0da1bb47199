"""The command that makes previews makes the real thing, once a vendor is named in the environment."""

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from fakes.sfd_command import sfd
from sfd.media.check import check_film

TESTS = Path(__file__).parents[1]
KEY = "sk-make-8d1f"
SCREENPLAY = """Title: The Lighthouse

INT. LAMP ROOM - NIGHT

ANA, 40, in a yellow oilskin, holds a wet letter to the lamp.

ANA
It is addressed to me.
"""


@dataclass(frozen=True)
class Vendor:
    """A fake vendor in its own process."""

    base_url: str

    def creates(self) -> Counter[str]:
        """How often each path accepted something."""
        ledger = httpx.get(f"{self.base_url}/_ledger", trust_env=False).json()
        return Counter(create["path"] for create in ledger)


@pytest.fixture
def vendor(tmp_path: Path) -> Iterator[Vendor]:
    """OpenAI's wire, as a program."""
    command = [sys.executable, "-m", "fakes.wire_openai", "--ledger", str(tmp_path / "ledger"), "--key", KEY]
    with subprocess.Popen(command, cwd=TESTS, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield Vendor(f"http://127.0.0.1:{int(process.stdout.readline())}")
        process.terminate()


def test_a_screenplay_is_drawn_and_filmed_by_the_vendors_that_are_named(tmp_path: Path, vendor: Vendor) -> None:
    script = tmp_path / "script.fountain"
    script.write_text(SCREENPLAY, encoding="utf-8")
    named = {"ILLUSTRATOR": "openai", "FILMMAKER": "sora", "SORA_API_BASE": vendor.base_url, "SORA_API_KEY": KEY}
    keys = {"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": f"{vendor.base_url}/v1"}
    made = sfd(tmp_path, "make", "--screenplay", str(script), **named, **keys)
    assert made.returncode == 0, made.stderr
    (film,) = made.stdout.splitlines()
    assert check_film(Path(film)).has_audio
    assert vendor.creates() == {"/v1/images/generations": 1, "/v1/images/edits": 1, "/v1/videos": 1}
    assert KEY not in f"{made.stdout}{made.stderr}"
