"""The `sfd` command as a stranger uses it: another process, pipes for output."""

import json
import os
import pty
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from fakes.server import running_server, sfd_environment
from fakes.sfd_command import sfd
from sfd.media.check import check_film

SCREENPLAY = """Title: One Floor

# Episode 1: Up

INT. LIFT - NIGHT

The doors close on Ada.

ADA
Which floor is this?

# Episode 2: Down

INT. LIFT - NIGHT

ADA
It was never a floor.
"""


@pytest.fixture
def screenplay(tmp_path: Path) -> Path:
    path = tmp_path / "one-floor.fountain"
    path.write_text(SCREENPLAY, encoding="utf-8")
    return path


def made_drama(folder: Path) -> str:
    listed = sfd(folder, "show", "--json")
    return str(json.loads(listed.stdout.splitlines()[0])["id"])


def test_make_prints_the_paths_of_the_films_alone_and_they_play(tmp_path: Path, screenplay: Path) -> None:
    made = sfd(tmp_path, "make", "--screenplay", str(screenplay))
    assert made.returncode == 0
    assert made.stderr == ""
    films = [Path(line) for line in made.stdout.splitlines()]
    assert [film.name for film in films] == ["episode-01.mp4", "episode-02.mp4"]
    for film in films:
        facts = check_film(film)
        assert (facts.width, facts.height, facts.has_audio, facts.subtitle_tracks) == (720, 1280, True, 1)
    beside = {path.name for path in films[0].parent.iterdir()}
    assert {"episode-01.srt", "episode-01.vtt", "episode-01-cover.jpg", "episode-01-contact-sheet.jpg"} <= beside
    assert {"drama.json", "screenplay.fountain", "portraits", "storyboards"} <= beside
    assert "Which floor is this?" in (films[0].parent / "episode-01.srt").read_text()

    drama = made_drama(tmp_path)
    assert drama in sfd(tmp_path, "show", COLUMNS="40").stdout
    resumed = sfd(tmp_path, "resume", drama, "--json")
    assert resumed.returncode == 0
    states = {json.loads(line).get("status") for line in resumed.stdout.splitlines()}
    assert states <= {"pending", "running", "completed"}
    planned = sfd(tmp_path, "plan", drama)
    assert "0 of 7 nodes would be made" in planned.stdout
    shown = sfd(tmp_path, "show", drama).stdout
    assert "One Floor" in shown
    assert "2/2 made" in shown
    fountain = sfd(tmp_path, "export", drama, "--fountain").stdout
    assert "It was never a floor." in fountain
    exported = sfd(tmp_path, "jobs", drama, "--export")
    job_files = list(Path(exported.stdout.strip()).iterdir())
    assert len(job_files) == 1 + 2 * (1 + 7)


def test_make_from_a_premise_on_stdin_says_as_json_what_happens(tmp_path: Path) -> None:
    made = sfd(tmp_path, "make", "-", "--episodes", "1", "--until", "portraits", "--json", stdin="A baker finds a map.")
    assert made.returncode == 0
    lines = [json.loads(line) for line in made.stdout.splitlines()]
    assert lines[0]["event"] == "job"
    assert lines[-1]["event"] == "result"
    assert lines[-1]["status"] == "completed"
    assert {line["asset_id"] for line in lines if line["event"] == "node"} - {None}


BINARY = bytes(range(256)) * 40


@pytest.mark.parametrize(
    ("arguments", "stdin", "code", "said"),
    [
        (["make", ""], "", 2, "The premise is empty"),
        (["make"], "", 2, "Give a premise"),
        (["make", "x", "--screenplay", "y"], "", 2, "not both"),
        (["make", "-"], "word " * 2_000_000, 2, "at most 100,000"),
        (["make", "-"], BINARY, 2, "not a text file"),
        (["make", "A story.", "--episodes", "0"], "", 2, "between 1 and 100"),
        (["make", "A story.", "--language", "klingon"], "", 2, "not a language tag"),
        (["make", "--screenplay", "no-such-file.fountain"], "", 2, "No such file"),
        (["make", "--screenplay", "binary.fountain"], "", 2, "not a text file"),
        (["make", "--screenplay", "no-scene.fountain"], "", 2, "scene"),
        (["make", "--screenplay", "empty.fountain"], "", 2, "empty"),
        (["show", "drama_unknown"], "", 3, "There is no drama 'drama_unknown'"),
        (["resume", "drama_unknown"], "", 3, "There is no drama 'drama_unknown'"),
        (["execute", "drama_unknown"], "", 3, "There is no drama 'drama_unknown'"),
        (["jobs", "drama_unknown"], "", 3, "There is no drama 'drama_unknown'"),
        (["export", "drama_unknown"], "", 3, "There is no drama 'drama_unknown'"),
    ],
)
def test_bad_input_gets_one_clear_message(
    tmp_path: Path, arguments: list[str], stdin: str | bytes, code: int, said: str
) -> None:
    (tmp_path / "binary.fountain").write_bytes(BINARY)
    (tmp_path / "no-scene.fountain").write_text("Only words, without any heading.")
    (tmp_path / "empty.fountain").write_text("  \n")
    refused = sfd(tmp_path, *arguments, stdin=stdin)
    assert refused.returncode == code
    assert said in refused.stderr
    assert refused.stderr.count("\n") <= 2
    assert refused.stdout == ""
    assert "Traceback" not in refused.stderr


def test_an_unwritable_data_directory(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    refused = sfd(tmp_path, "make", "A story.", DATA_DIR=str(tmp_path / "file" / "data"))
    assert refused.returncode == 5
    assert "Set DATA_DIR" in refused.stderr
    assert refused.stderr.count("\n") == 1


def test_outputs_that_cannot_be_written_are_refused_before_any_work(tmp_path: Path, screenplay: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    refused = sfd(tmp_path, "make", "--screenplay", str(screenplay), "--out", str(tmp_path / "file"))
    assert refused.returncode == 5
    assert "Nothing was started" in refused.stderr
    assert sfd(tmp_path, "show", "--json").stdout == ""


def test_unwritable_outputs_lose_nothing(tmp_path: Path, screenplay: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    refused = sfd(tmp_path, "make", "--screenplay", str(screenplay), OUTPUTS_DIR=str(tmp_path / "file"))
    assert refused.returncode == 5
    assert "safe in the library" in refused.stderr
    again = sfd(tmp_path, "export", made_drama(tmp_path))
    assert again.returncode == 0
    assert again.stdout.count(".mp4\n") == 2


def test_too_little_disk_space_stops_before_anything_is_made_and_resume_goes_on(
    tmp_path: Path, screenplay: Path
) -> None:
    full = sfd(tmp_path, "make", "--screenplay", str(screenplay), MIN_FREE_DISK_MB="1000000000")
    assert full.returncode == 5
    assert "sfd resume" in full.stderr
    drama = made_drama(tmp_path)
    resumed = sfd(tmp_path, "resume", drama)
    assert resumed.returncode == 0


def test_a_wrong_setting_is_named(tmp_path: Path) -> None:
    refused = sfd(tmp_path, "make", "A story.", DEFAULT_VIDEO_DURATION="long", ILLUSTRATOR="crayons")
    assert refused.returncode == 2
    assert "DEFAULT_VIDEO_DURATION" in refused.stderr
    unknown = sfd(tmp_path, "make", "A story.", ILLUSTRATOR="crayons")
    assert unknown.returncode == 2
    assert "Set ILLUSTRATOR to one of: gemini, openai, preview" in unknown.stderr


def test_make_beside_a_running_server_hands_the_work_to_it(tmp_path: Path, screenplay: Path) -> None:
    with running_server(tmp_path) as api:
        made = sfd(tmp_path, "make", "--screenplay", str(screenplay), "--until", "storyboards")
        assert made.returncode == 0
        assert [drama["title"] for drama in api.get("/dramas").json()["dramas"]] == ["One Floor"]


def test_the_doctor_finds_this_machine_well(tmp_path: Path) -> None:
    found = sfd(tmp_path, "doctor")
    assert found.returncode == 0
    assert "✓ a clip was filmed" in found.stdout
    assert "✗" not in found.stdout
    broken = sfd(tmp_path, "doctor", FILMMAKER="nobody")
    assert broken.returncode == 1
    assert "✗ There is no filmmaker 'nobody'" in broken.stdout
    assert "→" in broken.stdout


def test_ctrl_c_detaches_and_says_how_to_go_on(tmp_path: Path, screenplay: Path) -> None:
    master, slave = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "sfd", "make", "--screenplay", str(screenplay)],
        env=sfd_environment(tmp_path, TERM="xterm-256color"),
        cwd=tmp_path,
        stderr=slave,
        stdout=subprocess.DEVNULL,
    )
    os.close(slave)
    seen = _read_until(master, "portraits")
    process.send_signal(signal.SIGINT)
    seen += _read_until(master, "sfd resume")
    assert process.wait(60) == 130
    os.close(master)
    assert "One Floor" in seen
    resumed = sfd(tmp_path, "resume", made_drama(tmp_path))
    assert resumed.returncode == 0
    assert resumed.stdout.count(".mp4\n") == 2


def _read_until(terminal: int, wanted: str) -> str:
    seen = ""
    deadline = time.monotonic() + 120
    while wanted not in seen and time.monotonic() < deadline:
        if select.select([terminal], [], [], 0.2)[0]:
            try:
                seen += os.read(terminal, 65536).decode(errors="replace")
            except OSError:
                break
    assert wanted in seen
    return seen


def test_keys_are_made_listed_used_and_revoked(tmp_path: Path) -> None:
    made = sfd(tmp_path, "keys", "create", "phone app", "--user", "alice", "--scopes", "read,write", "--cap", "12.50")
    key = made.stdout.strip()
    assert made.returncode == 0
    assert key.startswith("sfd_")
    assert "cannot be shown again" in made.stderr
    listed = sfd(tmp_path, "keys", "list", COLUMNS="80").stdout
    (row,) = [line for line in listed.splitlines() if "phone app" in line]
    assert row.split()[-1] == "live"
    assert "$12.50" in row
    assert key.partition(".")[2] not in listed
    key_id = json.loads(sfd(tmp_path, "keys", "list", "--json").stdout)["id"]
    with running_server(tmp_path, "--no-worker") as api:
        assert api.get("/dramas").status_code == 401
        api.headers["X-API-Key"] = key
        assert api.get("/session").json() == {"user_id": "alice", "project_name": None, "scopes": ["read", "write"]}
        refused = api.post("/dramas", json={"premise": "A lift stops."})
        assert refused.status_code == 403
        assert "spend" in refused.json()["detail"]
    assert sfd(tmp_path, "keys", "revoke", key_id).returncode == 0
    with running_server(tmp_path, "--no-worker") as api:
        assert api.get("/dramas", headers={"X-API-Key": key}).status_code == 200  # no live key: this machine is served
    assert sfd(tmp_path, "keys", "revoke", key_id).returncode == 3
    assert sfd(tmp_path, "keys", "create", "x", "--scopes", "all").returncode == 2
    assert sfd(tmp_path, "keys", "create", "x", "--cap", "much").returncode == 2


def test_a_key_opens_a_browser_session_that_ends_with_it(tmp_path: Path) -> None:
    key = sfd(tmp_path, "keys", "create", "browser").stdout.strip()
    other = sfd(tmp_path, "keys", "create", "other").stdout.strip()
    with running_server(tmp_path, "--no-worker") as api:
        assert api.post("/session", json={"key": "sfd_no.no"}).status_code == 401
        opened = api.post("/session", json={"key": key})
        assert opened.status_code == 204
        said = opened.headers["set-cookie"].lower()
        assert "httponly" in said
        assert "samesite=strict" in said
        assert key not in said
        assert api.get("/dramas").status_code == 200
        assert api.delete("/session").status_code == 204
        assert api.get("/dramas").status_code == 401
        api.post("/session", json={"key": key})
        key_id = key.removeprefix("sfd_").partition(".")[0]
        assert sfd(tmp_path, "keys", "revoke", key_id).returncode == 0
        deadline = time.monotonic() + 60
        while api.get("/dramas").status_code == 200 and time.monotonic() < deadline:
            time.sleep(0.2)
        assert api.get("/dramas").status_code == 401
        assert api.get("/dramas", headers={"X-API-Key": other}).status_code == 200


def test_a_drama_is_deleted_and_a_job_cancelled_from_the_command_line(tmp_path: Path) -> None:
    with running_server(tmp_path, "--no-worker") as api:
        api.post("/dramas", json={"drama": {"id": "mine", "title": "Mine"}})
        job = api.post("/dramas", json={"premise": "A lift stops."}).json()["job_id"]
        assert "is cancelled" in sfd(tmp_path, "cancel", job).stdout
        assert api.get(f"/jobs/{job}").json()["status"] == "cancelled"
        assert sfd(tmp_path, "delete", "mine").returncode == 0
        assert api.get("/dramas/mine").status_code == 404
        assert sfd(tmp_path, "delete", "mine").returncode == 3
