"""What a provider delivers is compared with what was asked for: bad results are told, kept, and never paid again."""

from io import BytesIO
from pathlib import Path

from PIL import Image

from fakes.media import mp4, png
from fakes.providers import FakeProvider
from fakes.studio import OWNER, Studio, ended, execute, open_studio
from fakes.wire_media import film
from sfd.config import Settings
from sfd.domain.jobs import JobStatus
from sfd.domain.models import Drama
from sfd.generation.plan import Choice, Until
from sfd.media.check import check_picture
from sfd.media.flaws import Wish, film_flaws, fit_picture, picture_flaws
from sfd.providers.base import Modality


def square(side: int = 128) -> bytes:
    """A square picture in which something is to be seen."""
    buffer = BytesIO()
    Image.linear_gradient("L").resize((side, side)).convert("RGB").save(buffer, "PNG")
    return buffer.getvalue()


async def test_a_picture_of_another_shape_is_cut_to_it_before_anything_is_filmed(studio: Studio, drama: Drama) -> None:
    illustrator = FakeProvider(Modality.ILLUSTRATOR, deliver=lambda _node, _time: square(), compared=True)
    async with studio([illustrator, FakeProvider(Modality.FILMMAKER)]) as application:
        done = await execute(application, drama, Choice(until=Until.STORYBOARDS))
        taken = (await application.takes.list(OWNER, drama.id, "ada.portrait"))[0].file
        async with application.library.hold(taken) as path:
            kept = check_picture(path)
    assert done.status is JobStatus.COMPLETED
    assert (kept.width, kept.height) == (72, 128)


async def test_a_blank_picture_is_kept_as_a_take_and_waits_for_a_person(studio: Studio, drama: Drama) -> None:
    blank = {"ada.portrait"}
    illustrator = FakeProvider(
        Modality.ILLUSTRATOR, deliver=lambda node, _time: png(10) if node in blank else square(), compared=True
    )
    async with studio([illustrator, FakeProvider(Modality.FILMMAKER)]) as application:
        done = await execute(application, drama, Choice(until=Until.PORTRAITS))
        parked = (await application.jobs.get(OWNER, f"{done.id}:ada.portrait")).job
        before = (await application.plans.plan(OWNER, drama.id)).nodes["ada.portrait"]
        again = await ended(application, (await application.runs.execute(OWNER, drama.id, Choice(resume=True))).job)
        take = (await application.takes.list(OWNER, drama.id, "ada.portrait"))[0]
        await application.takes.select(OWNER, drama.id, "ada.portrait", take.row.id)
        after = (await application.plans.plan(OWNER, drama.id)).nodes["ada.portrait"]
    assert done.status is JobStatus.NEEDS_REVIEW
    assert parked.error is not None
    assert parked.error["code"] == "flawed_result"
    assert "one colour" in parked.error["message"]
    assert parked.actual_micros == 50_000
    assert (before.state, after.state) == ("parked", "fresh")
    assert again.status is not JobStatus.COMPLETED
    assert illustrator.accepted["ada.portrait"] == 1
    assert take.file.meta["flaws"]


async def test_another_try_after_a_flawed_result_is_paid_for_itself_only(studio: Studio, drama: Drama) -> None:
    illustrator = FakeProvider(
        Modality.ILLUSTRATOR,
        deliver=lambda node, time: png() if time == 1 and node == "ada.portrait" else square(),
        compared=True,
    )
    async with studio([illustrator, FakeProvider(Modality.FILMMAKER)]) as application:
        done = await execute(application, drama, Choice(until=Until.PORTRAITS))
        retried = await application.retries.retry(OWNER, f"{done.id}:ada.portrait")
        job = await ended(application, retried.job)
        first = (await application.jobs.get(OWNER, f"{done.id}:ada.portrait")).job
    assert job.status is JobStatus.COMPLETED
    assert first.actual_micros == 50_000
    assert illustrator.accepted["ada.portrait"] == 2


def test_films_that_are_short_still_black_or_mute_are_told(tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    path.write_bytes(mp4(1.0))
    assert film_flaws(path, Wish(seconds=1.0)) == ["It is black, or of one colour, throughout."]
    assert "It lasts 1.0 s; 8.0 s were asked for." in film_flaws(path, Wish(seconds=8.0))
    path.write_bytes(film(2.0))
    assert film_flaws(path, Wish("9:16", 2.0)) == []
    assert film_flaws(path, Wish("1:1")) != []


def test_a_picture_that_has_its_shape_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "picture.png"
    path.write_bytes(png())
    assert not fit_picture(path, "9:16")
    assert path.read_bytes() == png()
    path.write_bytes(square())
    assert picture_flaws(path, Wish("9:16")) != []
    assert fit_picture(path, "9:16")
    assert picture_flaws(path, Wish("9:16")) == []


async def test_another_shape_can_be_refused_instead(settings: Settings, drama: Drama) -> None:
    illustrator = FakeProvider(Modality.ILLUSTRATOR, deliver=lambda _node, _time: square(), compared=True)
    strict = settings.model_copy(update={"wrong_shape": "refuse"})
    async with open_studio(strict, [illustrator, FakeProvider(Modality.FILMMAKER)]) as application:
        done = await execute(application, drama, Choice(until=Until.PORTRAITS))
        parked = (await application.jobs.get(OWNER, f"{done.id}:ada.portrait")).job
    assert parked.error is not None
    assert parked.error["message"].startswith("Its shape is 128×128; 9:16 was asked for.")
