"""What a file is, by its content alone."""

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.files import EXPECTED, content, endless_wav, giant_png, moving_gif
from fakes.media import mp4, png
from sfd.domain.errors import InvalidInput, UnsupportedMedia
from sfd.media.received import inspect
from sfd.media.sniff import kind_of, sniff
from sfd.routers.serving_files import parse_ranges
from sfd.services.uploads import LONGEST_FILENAME, clean_filename


def written(folder: Path, data: bytes) -> Path:
    path = folder / "upload"
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("name", EXPECTED)
def test_every_kind_is_told_by_its_content(tmp_path: Path, name: str) -> None:
    kind, media_type = EXPECTED[name]
    seen = inspect(written(tmp_path, content(name)))
    assert (seen.kind, seen.media_type) == (kind, media_type)
    if kind in ("image", "video"):
        assert seen.facts["width"] < seen.facts["height"]
    if kind == "audio":
        assert seen.facts["duration"] == pytest.approx(2.0, abs=0.1)
    if kind == "video":
        assert seen.facts["duration"] == pytest.approx(1.0, abs=0.1)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (png()[:-30], "cut off"),
        (png()[:60] + bytes(40) + png()[100:], "damaged"),
        (content("photo.jpg")[:-400], "damaged"),
        (content("picture.webp")[:-100], "cut off"),
        (content("picture.gif")[:-10], "cut off"),
        (giant_png(), "million pixels"),
        (png() + b"PK\x03\x04 and an archive", "follow the end"),
        (content("picture.gif") + b"<script>alert(1)</script>", "follow the end"),
        (b"GIF89a=1;/*<html><script>alert(1)</script>*/", "GIF"),
        (moving_gif(), "2 pictures"),
        (mp4()[:-500], "cut off"),
        (mp4()[:40], "cut off"),
        (content("film.webm")[: len(content("film.webm")) // 3], "decode|cut off"),
        (content("sound.wav")[:20_000], "cut off"),
        (content("sound.flac")[: len(content("sound.flac")) // 4], "decode|cut off"),
        (b"\xff\xfb\x90\x00" + bytes(4000), "does not decode"),
        (endless_wav(), "hours"),
    ],
)
def test_what_is_cut_off_damaged_or_a_bomb_is_refused(tmp_path: Path, data: bytes, words: str) -> None:
    with pytest.raises(InvalidInput, match=words) as refused:
        inspect(written(tmp_path, data))
    assert refused.value.faults[0].pointer == "/file"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "PDF"),
        (b"PK\x03\x04\x14\x00\x00\x00", "ZIP"),
        (b"\x00\x00\x00\x1cftypheic\x00\x00\x00\x00mif1heic", "HEIC"),
        (b"\x1aE\xdf\xa3\x93\x42\x82\x88matroska" + bytes(64), "Matroska"),
        ("a line".encode("utf-16"), "UTF-16"),
        (b"a line\0with a NUL\n", "does not know"),
        (b"caf\xe9 in Latin-1", "does not know"),
        (b"text that ends in half a letter \xe7\x94", "does not know"),
    ],
)
def test_other_kinds_are_refused_by_name(tmp_path: Path, data: bytes, words: str) -> None:
    with pytest.raises(UnsupportedMedia, match=words):
        inspect(written(tmp_path, data))


@pytest.mark.parametrize(
    "markup", [b"<!DOCTYPE html><script>alert(1)</script>", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"[]"]
)
def test_markup_is_plain_text(tmp_path: Path, markup: bytes) -> None:
    assert inspect(written(tmp_path, markup)).media_type == "text/plain"


def test_a_phone_may_append_to_a_jpeg(tmp_path: Path) -> None:
    assert inspect(written(tmp_path, content("photo.jpg") + b"a film of the moment")).media_type == "image/jpeg"


def test_a_sound_in_a_film_container_is_sound_and_a_film_called_sound_is_a_film(tmp_path: Path) -> None:
    as_film = content("sound.m4a").replace(b"ftypM4A ", b"ftypisom", 1)
    assert inspect(written(tmp_path, as_film)).media_type == "audio/mp4"
    as_sound = mp4().replace(b"ftypisom", b"ftypM4A ", 1)
    assert inspect(written(tmp_path, as_sound)).media_type == "video/mp4"


def test_a_letter_that_lies_across_two_reads_is_still_text(tmp_path: Path) -> None:
    assert inspect(written(tmp_path, b"a" + "电".encode() * 700_000)).media_type == "text/plain"


@given(st.binary(max_size=64))
def test_any_beginning_is_told_or_left_to_the_text_check(head: bytes) -> None:
    seen = sniff(head)
    assert kind_of(seen.media_type) in ("image", "video", "audio") or not seen.media_type


@given(st.sampled_from(sorted(EXPECTED)), st.integers(0, 2**32))
def test_damaged_files_are_refused_or_kept_but_never_break_the_check(name: str, seed: int) -> None:
    import tempfile  # noqa: PLC0415 - a folder for each example

    chance = random.Random(seed)
    data = bytearray(content(name))
    for _ in range(chance.randint(1, 20)):
        data[chance.randrange(len(data))] = chance.randrange(256)
    with tempfile.TemporaryDirectory() as folder:
        path = written(Path(folder), bytes(data[: chance.randint(1, len(data))]))
        try:
            seen = inspect(path)
        except (InvalidInput, UnsupportedMedia):
            return
        assert seen.kind in ("image", "video", "audio", "text")


@pytest.mark.parametrize(
    ("given_name", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\films\\a b.mp4", "a b.mp4"),
        ("a\r\nSet-Cookie: x.png", "aSet-Cookie: x.png"),
        ("photo\u202egnp.exe", "photognp.exe"),
        ("...", "fallback"),
        ("", "fallback"),
        ("电梯.png", "电梯.png"),
    ],
)
def test_a_filename_is_a_name_only(given_name: str, shown: str) -> None:
    assert clean_filename(given_name, "fallback") == shown


def test_a_long_filename_keeps_its_ending() -> None:
    shown = clean_filename("x" * 5000 + ".png", "fallback")
    assert shown.endswith("x.png")
    assert len(shown) == LONGEST_FILENAME


@pytest.mark.parametrize(
    ("header", "parts"),
    [
        ("bytes=0-0", [(0, 0)]),
        ("bytes=5-", [(5, 9)]),
        ("bytes=-3", [(7, 9)]),
        ("bytes=-30", [(0, 9)]),
        ("bytes=0-1, 8-99", [(0, 1), (8, 9)]),
        ("bytes=3-4,50-60", [(3, 4)]),
        ("bytes=10-", []),
        ("bytes=-0", []),
        ("bytes=4-2", None),
        ("bytes=a-b", None),
        ("bytes=", None),
        ("lines=0-1", None),
        ("bytes=" + ",".join(f"{n}-{n}" for n in range(17)), None),
    ],
)
def test_ranges_of_a_file_of_ten_bytes(header: str, parts: list[tuple[int, int]] | None) -> None:
    assert parse_ranges(header, 10) == parts
