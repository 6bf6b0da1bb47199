"""What can be taken out of a drama over the wire."""

import asyncio
import time
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_STORED, ZipFile

import httpx
import pytest

from fakes.dramas import two_episode_drama
from fakes.server import running_server
from sfd.application import open_application
from sfd.config import Settings
from sfd.domain.models import Drama
from sfd.media.check import check_film
from sfd.screenplay import drama_from_fountain
from sfd.services.exports import names_by_node
from sfd.services.keys import NewKey

FILMED = "filmed_01"
PAPER = "paper_0001"


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A server with a drama that is written only, and one whose first episode is a film."""
    with running_server(tmp_path_factory.mktemp("exports")) as client:
        client.post("/dramas", json={"drama": two_episode_drama(PAPER).model_dump(mode="json")})
        filmed = two_episode_drama(FILMED, scenes=1).model_dump(mode="json")
        client.post("/dramas", json={"drama": filmed})
        run = client.post(f"/dramas/{FILMED}/execute", json={"episodes": ["e1"]})
        assert ended(client, run.headers["location"])["status"] == "completed"
        yield client


def ended(api: httpx.Client, url: str) -> dict[str, Any]:
    deadline = time.monotonic() + 180
    while (job := api.get(url).json())["status"] in ("pending", "running") and time.monotonic() < deadline:
        time.sleep(0.1)
    return dict(job)


def archive_of(answer: httpx.Response) -> ZipFile:
    """The archive in an answer, whole and undamaged, and as long as was said before."""
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/zip"
    assert int(answer.headers["content-length"]) == len(answer.content)
    assert answer.headers["content-disposition"].startswith("attachment")
    archive = ZipFile(BytesIO(answer.content))
    assert archive.testzip() is None
    assert {one.compress_type for one in archive.infolist()} == {ZIP_STORED}
    return archive


def test_a_screenplay_goes_out_and_comes_in_again(api: httpx.Client) -> None:
    answer = api.get(f"/dramas/{PAPER}/export/screenplay.fountain")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["content-disposition"] == "attachment; filename*=UTF-8''the-quiet-lift-r_0001.fountain"
    read = drama_from_fountain(answer.text, drama_id="again")
    assert read.title == "The Quiet Lift"
    assert [len(episode.scenes) for episode in read.episodes] == [3, 3]


@pytest.mark.parametrize(("ending", "media_type"), [("srt", "application/x-subrip"), ("vtt", "text/vtt")])
def test_subtitles_are_there_before_filming(api: httpx.Client, ending: str, media_type: str) -> None:
    answer = api.get(f"/dramas/{PAPER}/episodes/e1/export/subtitles.{ending}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == f"{media_type}; charset=utf-8"
    assert answer.text.count("Which floor is this?") == 3
    starts = [line.partition(" --> ")[0] for line in answer.text.splitlines() if " --> " in line]
    assert starts == sorted(starts)
    assert starts[-1] > "00:00:05"


def test_subtitles_of_a_film_are_those_of_its_cut(api: httpx.Client) -> None:
    cut = api.get(f"/dramas/{FILMED}/episodes/e1/cut").json()
    for ending in ("srt", "vtt"):
        stored = api.get(cut["parts"][ending]).content
        assert api.get(f"/dramas/{FILMED}/episodes/e1/export/subtitles.{ending}").content == stored


def test_a_cut_says_all_about_itself(api: httpx.Client, tmp_path: Path) -> None:
    cut = api.get(f"/dramas/{FILMED}/episodes/e1/cut").json()
    assert cut["episode_id"] == "e1"
    assert cut["preview"] is True
    assert cut["url"] == f"/asset-library/{cut['library_asset_id']}"
    assert set(cut["parts"]) == {"srt", "vtt", "cover", "contact_sheet"}
    assert all(api.get(url).status_code == 200 for url in cut["parts"].values())
    film = tmp_path / "film.mp4"
    film.write_bytes(api.get(cut["url"]).content)
    assert check_film(film).seconds == pytest.approx(cut["duration"], abs=0.1)
    job = api.get(f"/dramas/{FILMED}/jobs/{cut['job_id']}").json()
    assert (job["type"], job["asset_id"]) == ("cut", "cut:e1")


def test_without_a_cut_the_answers_say_what_is_missing(api: httpx.Client) -> None:
    missing = api.get(f"/dramas/{PAPER}/episodes/e1/cut")
    assert missing.status_code == 404
    assert f"POST /dramas/{PAPER}/execute" in missing.json()["detail"]
    refused = api.get(f"/dramas/{PAPER}/episodes/e2/export/episode.zip")
    assert refused.status_code == 409
    assert refused.json()["missing"] == "the clips e2s1.clip, e2s2.clip, e2s3.clip, and the cut"


def test_an_episode_goes_out_in_one_archive(api: httpx.Client) -> None:
    archive = archive_of(api.get(f"/dramas/{FILMED}/episodes/e1/export/episode.zip"))
    names = [Path(name).name for name in archive.namelist()]
    wanted = ["episode-01-contact-sheet.jpg", "episode-01-cover.jpg", "episode-01.mp4", "episode-01.srt"]
    assert names == [*wanted, "episode-01.vtt"]
    film = next(name for name in archive.namelist() if name.endswith(".mp4"))
    cut = api.get(f"/dramas/{FILMED}/episodes/e1/cut").json()
    assert archive.read(film) == api.get(cut["url"]).content


def test_a_drama_goes_out_in_one_archive(api: httpx.Client) -> None:
    archive = archive_of(api.get(f"/dramas/{FILMED}/export/drama.zip"))
    folder = "the-quiet-lift-med_01"
    assert set(archive.namelist()) == {
        f"{folder}/{name}"
        for name in (
            *("drama.json", "screenplay.fountain", "portraits/ada.png", "portraits/ben.png"),
            *("storyboards/episode-01-01.png", "episode-01.mp4", "episode-01.srt", "episode-01.vtt"),
            *("episode-01-cover.jpg", "episode-01-contact-sheet.jpg"),
        )
    }
    assert Drama.model_validate_json(archive.read(f"{folder}/drama.json")).id == FILMED


def test_a_drama_that_is_not_drawn_goes_out_as_text(api: httpx.Client) -> None:
    archive = archive_of(api.get(f"/dramas/{PAPER}/export/drama.zip"))
    assert sorted(Path(name).name for name in archive.namelist()) == ["drama.json", "screenplay.fountain"]


def test_a_film_that_is_used_is_deleted_by_force_only(api: httpx.Client) -> None:
    cut = api.get(f"/dramas/{FILMED}/episodes/e1/cut").json()
    taken = f"selected take of cut:e1 in the drama {FILMED}"
    assert taken in api.delete(cut["url"]).json()["used_by"]
    cover = api.delete(cut["parts"]["cover"])
    assert (cover.status_code, cover.json()["used_by"]) == (409, f"cut of the episode e1 of the drama {FILMED}")
    clip = api.get("/asset-library/list", params={"tag": "clip"}).json()["assets"][0]
    assert api.delete(clip["public_url"]).json()["used_by"].startswith("selected take of e1s1.clip in the drama")


@pytest.mark.parametrize(
    "path",
    [
        "/dramas/none/export/drama.zip",
        "/dramas/none/export/screenplay.fountain",
        f"/dramas/{PAPER}/episodes/none/export/subtitles.srt",
        f"/dramas/{PAPER}/episodes/none/export/episode.zip",
        f"/dramas/{PAPER}/episodes/none/cut",
    ],
)
def test_what_is_not_there_cannot_be_taken_out(api: httpx.Client, path: str) -> None:
    assert api.get(path).status_code == 404


async def _make_keys(folder: Path) -> tuple[str, str, str]:
    settings = Settings(data_dir=folder / "data", min_free_disk_mb=1)
    wanted = (NewKey("ann", "ann"), NewKey("bob", "bob"), NewKey("bound", "ann", project="other"))
    async with open_application(settings, work=False) as application:
        first, second, third = [(await application.keys.create(new))[1] for new in wanted]
    return first, second, third


def test_users_do_not_take_out_each_others_dramas(tmp_path: Path) -> None:
    ann, *strangers = asyncio.run(_make_keys(tmp_path))
    with running_server(tmp_path, "--no-worker") as api:
        drama = two_episode_drama("anns").model_dump(mode="json")
        assert api.post("/dramas", json={"drama": drama}, headers={"X-API-Key": ann}).status_code == 201
        paths = ["export/drama.zip", "export/screenplay.fountain", "episodes/e1/export/subtitles.vtt"]
        hidden = [*paths, "episodes/e1/export/episode.zip", "episodes/e1/cut"]
        for path in paths:
            assert api.get(f"/dramas/anns/{path}", headers={"X-API-Key": ann}).status_code == 200
        for key in strangers:
            answers = [api.get(f"/dramas/anns/{path}", headers={"X-API-Key": key}) for path in hidden]
            assert [answer.status_code for answer in answers] == [404] * len(hidden)


def test_names_never_fall_on_each_other() -> None:
    data = two_episode_drama().model_dump(mode="json")
    data["characters"][0]["id"], data["characters"][1]["id"] = "a_b", "A-b"
    names = list(names_by_node(Drama.model_validate(data)).values())
    assert names[:2] == ["portraits/a-b", "portraits/A-b-2"]
    assert len({name.lower() for name in names}) == len(names)
