"""Contact sheets, covers, and single frames of a film."""

from pathlib import Path

import numpy as np
import pytest
from films import film, flat_frames
from PIL import Image

from sfd.domain.errors import MediaError
from sfd.media.contact_sheet import LabelledPicture, contact_sheet
from sfd.media.cover import cover_image
from sfd.media.encoding import HOUSE, write_film
from sfd.media.frames import frame_at

COLOURS = ("#c03030", "#30c030", "#3030c0", "#c0c030", "#30c0c0", "#c030c0")


def boards(folder: Path, count: int) -> list[LabelledPicture]:
    for number, colour in enumerate(COLOURS):
        Image.new("RGB", (180, 320), colour).save(folder / f"{number}.png")
    return [LabelledPicture(folder / f"{n % 6}.png", f"1-{n + 1}", "Mara leaves · 离开") for n in range(count)]


def test_pictures_stand_in_reading_order_four_to_a_row(tmp_path: Path) -> None:
    facts = contact_sheet(boards(tmp_path, 6), tmp_path / "sheet.jpg", title="Episode 1", subtitle="6 shots")

    assert facts.media_type == "image/jpeg"
    sheet = np.asarray(Image.open(tmp_path / "sheet.jpg").convert("RGB")).astype(int)
    tops = (300, 1000)
    middles = (220, 605, 990, 1380)
    seen = [sheet[y, x] for y in tops for x in middles][:6]
    wanted = [[int(colour[i : i + 2], 16) for i in (1, 3, 5)] for colour in COLOURS]
    assert np.abs(np.array(seen) - np.array(wanted)).max() < 14
    assert sheet[1000, 1380].max() < 50, "an empty place is dark"


def test_title_and_labels_are_written(tmp_path: Path) -> None:
    contact_sheet(boards(tmp_path, 4), tmp_path / "named.jpg", title="Episode 1")
    contact_sheet([LabelledPicture(each.picture, "") for each in boards(tmp_path, 4)], tmp_path / "bare.jpg", title="")
    named, bare = (np.asarray(Image.open(tmp_path / n).convert("L")).astype(int) for n in ("named.jpg", "bare.jpg"))

    assert named[:132].max() > 220
    assert bare[:132].max() < 60
    assert named[-90:].max() > 200
    assert bare[-90:].max() < 60


@pytest.mark.parametrize("count", [100, 450])
def test_a_long_drama_still_fits_on_a_sheet(tmp_path: Path, count: int) -> None:
    facts = contact_sheet(boards(tmp_path, count), tmp_path / "sheet.jpg", title="All of it")

    assert facts.width == 1600
    assert facts.height <= 16_000


@pytest.mark.parametrize("count", [0, 5001])
def test_too_few_and_too_many_are_refused(tmp_path: Path, count: int) -> None:
    with pytest.raises(MediaError, match="1 to 5000"):
        contact_sheet(boards(tmp_path, count), tmp_path / "sheet.jpg", title="")


@pytest.mark.parametrize("width", [720, 1080])
def test_a_cover_shows_the_picture_and_the_title_below(tmp_path: Path, width: int) -> None:
    facts = cover_image(
        Image.new("RGB", (600, 600), "#406080"), tmp_path / "c.jpg", title="The Key", number=3, width=width
    )

    assert (facts.media_type, facts.width, facts.height) == ("image/jpeg", width, width * 16 // 9)
    cover = np.asarray(Image.open(tmp_path / "c.jpg").convert("RGB")).astype(int)
    assert np.abs(cover[int(facts.height * 0.35), width // 2] - [0x40, 0x60, 0x80]).max() < 12
    assert cover[int(facts.height * 0.8) :].max() > 230, "white letters"
    assert cover[-3:].max() < 40, "on a dark foot"


@pytest.mark.parametrize(
    ("title", "language"),
    [
        ("", "en"),
        ("The night he remembered only you and nobody else in the world", "en"),
        ("从今天起你不再是顾家的人", "zh"),
    ],
)
def test_any_title_stays_inside_the_cover(tmp_path: Path, title: str, language: str) -> None:
    cover_image(
        Image.new("RGB", (90, 160)), tmp_path / "c.jpg", title=title, number=12, series="Drama", language=language
    )

    cover = np.asarray(Image.open(tmp_path / "c.jpg").convert("L"))
    margin = np.concatenate([cover[:, :60], cover[:, -60:]], axis=1)
    assert margin.max() < 60
    assert cover.max() > 150


def test_a_frame_is_found_by_its_time(tmp_path: Path) -> None:
    path = film(tmp_path / "a.mp4", 3, luma=60, flash=36)

    luminance = {second: float(np.median(np.asarray(frame_at(path, second)))) for second in (0.0, 1.47, 1.51, 1.55, 99)}

    assert luminance[1.51] > 200
    assert max(luminance[0.0], luminance[1.47], luminance[1.55], luminance[99]) < 100


def test_colours_survive_the_way_through_a_film(tmp_path: Path) -> None:
    write_film(tmp_path / "a.mp4", flat_frames(3, 126, HOUSE))

    assert np.asarray(frame_at(tmp_path / "a.mp4", 0))[640, 360] == pytest.approx([128, 128, 128], abs=2)


def test_a_frame_of_no_film_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").write_text("hello")

    with pytest.raises(MediaError, match="cannot be read as a film"):
        frame_at(tmp_path / "a.mp4", 0)
