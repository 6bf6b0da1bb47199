"""Fake vendors in processes of their own, for programs that talk to them."""

import subprocess
import sys
from collections import Counter
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from fakes.wire import Create, Fault, Step

TESTS = Path(__file__).parents[1]


@dataclass(frozen=True)
class Vendor:
    """A running vendor: its address without a path, and the only key that it takes."""

    base_url: str
    key: str

    def creates(self) -> list[Create]:
        """What it accepted, in its own words."""
        return [Create(**one) for one in httpx.get(f"{self.base_url}/_ledger", trust_env=False).json()]

    def counted(self) -> Counter[str]:
        """How often it accepted something of each kind, by the end of the path."""
        return Counter(one.path.rpartition("/")[2].rpartition(":")[2] for one in self.creates())

    def repeated(self) -> list[Create]:
        """What it accepted more than once."""
        digests = Counter(one.digest for one in self.creates())
        return [one for one in self.creates() if digests[one.digest] > 1]

    def fail(self, step: Step, fault: Fault, times: int | None = 1) -> None:
        """Have the next requests of a step go wrong; None: all from now on."""
        self._tell("fail", {"step": step, "fault": fault, "times": times})

    def script(self, step: Step, faults: Sequence[Fault | None]) -> None:
        """What happens to the next requests of a step, one after the other; None: nothing does."""
        self._tell("script", {"step": step, "faults": [*faults]})

    def _tell(self, what: str, words: dict[str, object]) -> None:
        httpx.post(f"{self.base_url}/_{what}", json=words, trust_env=False).raise_for_status()


@contextmanager
def running_wire(name: str, ledger: Path, key: str = "", options: Sequence[str] = ()) -> Generator[Vendor]:
    """`fakes.wire_openai` or `fakes.wire_gemini`, by its last word."""
    command = [sys.executable, "-m", f"fakes.wire_{name}", "--ledger", str(ledger), "--key", key, *options]
    with subprocess.Popen(command, cwd=TESTS, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield Vendor(f"http://127.0.0.1:{int(process.stdout.readline())}", key)
        finally:
            process.kill()
