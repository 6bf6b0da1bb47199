"""The provider that the documents write, installed beside SFD and chosen by its name."""

import json
import os
import re
import threading
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from fakes.sfd_command import sfd
from fakes.wire_media import picture

PAGE = Path(__file__).parents[2] / "docs" / "providers" / "writing-one.md"
KEY = "easel-canary-41"
SCREENPLAY = """Title: The Lighthouse

INT. LAMP ROOM - NIGHT

ANA, 40, in a yellow oilskin, holds a wet letter to the lamp.

ANA
It is addressed to me.
"""


@dataclass
class Easel:
    """The service that the page makes up."""

    url: str = ""
    asked: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    keys: list[str] = field(default_factory=list[str])
    statuses: list[int] = field(default_factory=list[int])


@pytest.fixture
def easel() -> Iterator[Easel]:
    """It draws what it is asked, or answers with the next of `statuses`."""
    service = Easel()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            status = service.statuses.pop() if service.statuses else 200
            if status == 200:
                service.asked.append(body)
                service.keys.append(self.headers["Authorization"])
            data = picture("576x1024", f"{len(service.asked)}") if status == 200 else b""
            self.send_response(status)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        service.url = f"http://127.0.0.1:{server.server_address[1]}"
        yield service
        server.shutdown()


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """The page's package, as an installer would leave it in a folder."""
    blocks = dict(re.findall(r"```(toml|python)\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL))
    project = tomllib.loads(blocks["toml"])["project"]
    folder = tmp_path / "site"
    info = folder / f"{project['name']}-{project['version']}.dist-info"
    info.mkdir(parents=True)
    (folder / "easel.py").write_text(blocks["python"], encoding="utf-8")
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n")
    points = [
        line
        for group, named in project["entry-points"].items()
        for line in (f"[{group}]", *(f"{name} = {value}" for name, value in named.items()))
    ]
    (info / "entry_points.txt").write_text("\n".join(points), encoding="utf-8")
    return folder


def test_an_installed_provider_draws(tmp_path: Path, installed: Path, easel: Easel) -> None:
    (tmp_path / "script.fountain").write_text(SCREENPLAY, encoding="utf-8")
    easel.statuses.extend([429, 503])
    path = os.pathsep.join([str(installed), os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep)
    there = {"PYTHONPATH": path, "EASEL_URL": easel.url, "EASEL_KEY": KEY, "ILLUSTRATOR": "easel"}
    made = sfd(tmp_path, "make", "--screenplay", "script.fountain", "--until", "storyboards", **there)
    assert made.returncode == 0, made.stderr
    portrait, storyboard = easel.asked
    assert [len(one["pictures"]) for one in (portrait, storyboard)] == [0, 1]
    assert {(one["shape"], one["model"]) for one in easel.asked} == {("9:16", "easel-1")}
    assert {*easel.keys} == {f"Bearer {KEY}"}
    drama = json.loads(sfd(tmp_path, "show", "--json", **there).stdout)["id"]
    jobs = [json.loads(line) for line in sfd(tmp_path, "jobs", drama, "--all", "--json", **there).stdout.splitlines()]
    drawn = [job["cost"]["actual_usd"] for job in jobs if job["provider"] == "easel"]
    assert drawn == [0.02, 0.02]
    missing = sfd(tmp_path, "plan", drama, **{**there, "EASEL_KEY": ""})
    assert (missing.returncode, "needs EASEL_KEY" in missing.stderr) == (2, True)
    unknown = sfd(tmp_path, "plan", drama, "--illustrator", "easel:easel-2", **there)
    assert (unknown.returncode, "It has: easel-1." in unknown.stderr) == (2, True)
    others = sfd(tmp_path, "plan", drama, "--illustrator", "nobody", **there)
    assert "gemini, openai, preview" in others.stderr.replace("easel, ", "")
    assert "easel, gemini" in others.stderr
