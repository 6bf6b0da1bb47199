"""`sfd make` as a program, from premise to cut, over vendors that speak the exact wire."""

import json
import re
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from fakes.sfd_command import sfd
from fakes.wire import Fault, Step
from fakes.wire_program import Vendor, running_wire
from sfd.media.check import check_film

OPENAI_KEY, GEMINI_KEY = "sk-canary-8d1f03", "AIza-canary-77b0c4"
PREMISE = "A night guard finds her own name on a door that nobody built."
SCREENPLAY = """Title: The Lighthouse

INT. LAMP ROOM - NIGHT

ANA, 40, in a yellow oilskin, holds a wet letter to the lamp.

ANA
It is addressed to me.
"""
WRITING = 3  # bible, outline, the episode
PEOPLE, PLACES, SCENES = 3, 1, 3
PICTURES = PEOPLE + PLACES + SCENES


@dataclass(frozen=True)
class World:
    """Both vendors, and a folder in which the command works."""

    folder: Path
    openai: Vendor
    gemini: Vendor

    def sfd(self, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
        """The command, with both vendors in its environment."""
        return sfd(
            self.folder,
            *arguments,
            OPENAI_API_KEY=OPENAI_KEY,
            OPENAI_BASE_URL=f"{self.openai.base_url}/v1",
            GEMINI_API_KEY=GEMINI_KEY,
            GOOGLE_GEMINI_BASE_URL=self.gemini.base_url,
            SORA_API_BASE=self.openai.base_url,
            SORA_API_KEY=OPENAI_KEY,
            **settings,
        )

    def made(self, **crew: str) -> Path:
        """The one episode of a drama that is made from a premise by this crew."""
        chosen = [word for part, name in crew.items() for word in (f"--{part}", name)]
        made = self.sfd("make", PREMISE, "--episodes", "1", *chosen)
        assert made.returncode == 0, made.stderr
        self.without_keys(made)
        (film,) = made.stdout.splitlines()
        return self.folder / film

    def jobs(self, film: Path) -> list[dict[str, Any]]:
        """Every job of the drama."""
        drama = json.loads((film.parent / "drama.json").read_text(encoding="utf-8"))["id"]
        listed = self.sfd("jobs", drama, "--all", "--json")
        self.without_keys(listed)
        return [json.loads(line) for line in listed.stdout.splitlines()]

    def without_keys(self, ended: subprocess.CompletedProcess[str]) -> None:
        """Neither what it said nor what it wrote holds a key."""
        keys = (OPENAI_KEY, GEMINI_KEY)
        assert not [key for key in keys if key in f"{ended.stdout}{ended.stderr}"]
        written = [path for path in self.folder.rglob("*") if path.is_file()]
        assert len(written) > 10
        assert not [path for path in written if any(key.encode() in path.read_bytes() for key in keys)]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Vendors whose writers are as brief as they may be."""
    with ExitStack() as stack:
        brief = ("--scenes", str(SCENES))
        openai = stack.enter_context(running_wire("openai", tmp_path / "openai.ledger", OPENAI_KEY, brief))
        gemini = stack.enter_context(running_wire("gemini", tmp_path / "gemini.ledger", GEMINI_KEY, brief))
        yield World(tmp_path, openai, gemini)


def plays(film: Path) -> None:
    facts = check_film(film)
    assert (facts.width / facts.height, facts.has_audio) == (9 / 16, True)
    assert facts.seconds > SCENES


def priced(jobs: list[dict[str, Any]], kind: str) -> list[tuple[str, bool]]:
    """Who made what is of a kind, and whether it was as dear as was said, or less."""
    costs = [(job["provider"], job["cost"]) for job in jobs if job["type"] == kind]
    return [(provider, 0 < cost["actual_usd"] <= cost["estimated_usd"]) for provider, cost in costs]


def test_one_writes_another_draws_a_third_films(world: World) -> None:
    film = world.made(writer="openai", illustrator="gemini", filmmaker="sora")
    plays(film)
    assert world.openai.counted() == {"responses": WRITING, "videos": SCENES}
    assert world.gemini.counted() == {"generateContent": PICTURES}
    assert (world.openai.repeated(), world.gemini.repeated()) == ([], [])
    jobs = world.jobs(film)
    assert {job["status"] for job in jobs} == {"completed"}
    stages = priced(jobs, "stage")
    assert (stages.count(("openai", True)), len(stages)) == (WRITING, WRITING + 1)  # putting it together costs nothing
    assert priced(jobs, "portrait") == [("gemini", True)] * PEOPLE
    assert priced(jobs, "artwork") == [("gemini", True)] * PLACES
    assert priced(jobs, "storyboard") == [("gemini", True)] * SCENES
    assert priced(jobs, "clip") == [("sora", True)] * SCENES


def test_one_vendor_does_everything(world: World) -> None:
    film = world.made(writer="gemini", illustrator="gemini", filmmaker="gemini")
    plays(film)
    assert world.gemini.counted() == {"generateContent": WRITING + PICTURES, "interactions": SCENES}
    assert world.openai.creates() == world.gemini.repeated() == []


def test_a_real_writer_with_previews(world: World) -> None:
    film = world.made(writer="openai:gpt-6-luna")
    plays(film)
    assert world.openai.counted() == {"responses": WRITING}
    assert world.gemini.creates() == world.openai.repeated() == []


def test_a_writing_that_would_cost_too_much_pauses_and_goes_on(world: World) -> None:
    made = world.sfd("make", PREMISE, "--episodes", "1", "--max-cost", "0.001", WRITER="openai")
    assert made.returncode == 6, made.stderr
    assert "The writing is paused" in made.stderr
    assert world.openai.creates() == []
    drama = re.search(r"sfd resume (\S+) --max-cost", made.stderr)
    assert drama is not None
    gone_on = world.sfd(
        "resume", drama[1], "--max-cost", "5", WRITER="openai", ILLUSTRATOR="gemini", FILMMAKER="gemini"
    )
    assert gone_on.returncode == 0, gone_on.stderr
    plays(world.folder / gone_on.stdout.splitlines()[0])
    assert world.openai.counted() == {"responses": WRITING}


def test_a_writing_that_failed_goes_on_where_it_stopped(world: World) -> None:
    world.gemini.script(Step.CREATE, [None, Fault.CUT_OFF_JSON])
    made = world.sfd("make", PREMISE, "--episodes", "1", WRITER="gemini")
    assert made.returncode == 1, made.stderr
    drama = re.search(r"sfd resume (\S+)\n", made.stderr)
    assert drama is not None
    assert "was cut off" in world.sfd("jobs", drama[1], "--all").stdout
    gone_on = world.sfd(
        "resume", drama[1], "--max-cost", "5", WRITER="gemini", ILLUSTRATOR="gemini", FILMMAKER="gemini"
    )
    assert gone_on.returncode == 0, gone_on.stderr
    plays(world.folder / gone_on.stdout.splitlines()[0])
    assert world.gemini.counted() == {"generateContent": WRITING + 1 + PICTURES, "interactions": SCENES}


def test_a_screenplay_is_drawn_and_filmed_by_those_whom_the_environment_names(world: World) -> None:
    (world.folder / "script.fountain").write_text(SCREENPLAY, encoding="utf-8")
    made = world.sfd("make", "--screenplay", "script.fountain", ILLUSTRATOR="openai", FILMMAKER="sora")
    assert made.returncode == 0, made.stderr
    world.without_keys(made)
    (film,) = made.stdout.splitlines()
    assert check_film(Path(film)).has_audio
    assert world.openai.counted() == {"generations": 1, "edits": 1, "videos": 1}
