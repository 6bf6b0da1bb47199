"""What passes for a film or a picture, and what does not."""

import pickle
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from av.video.frame import VideoFrame
from films import SMALL, film, flat_frames, tone
from PIL import Image

from sfd.domain.errors import MediaError
from sfd.media.boxes import read_boxes
from sfd.media.check import Depth, FilmExpectation, check_film, check_picture
from sfd.media.encoding import PictureFormat, frame_count, timescale, write_film
from sfd.media.signature import signature


@pytest.fixture(scope="module")
def noisy(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A film whose pictures need many bytes."""
    path = tmp_path_factory.mktemp("noisy") / "a.mp4"
    noise = np.random.default_rng(7)
    frames = (
        VideoFrame.from_ndarray(noise.integers(16, 235, (SMALL.height * 3 // 2, SMALL.width), np.uint8), "yuv420p")
        for _ in range(12)
    )
    write_film(path, frames, tone(0.5))
    return path.read_bytes()


def test_a_whole_film_is_described(tmp_path: Path) -> None:
    facts = check_film(film(tmp_path / "a.mp4", 1.5, sound=tone(1.5)))

    assert (facts.seconds, facts.frames, facts.fps) == (1.5, 36, 24.0)
    assert (facts.width, facts.height) == (144, 256)
    assert (facts.video_codec, facts.audio_codec) == ("h264", "aac")
    assert facts.has_audio
    assert facts.audio_seconds == pytest.approx(1.5, abs=0.022)
    assert facts.faststart
    assert facts.size == (tmp_path / "a.mp4").stat().st_size


def test_a_film_without_sound_says_so(tmp_path: Path) -> None:
    facts = check_film(film(tmp_path / "a.mp4"))

    assert not facts.has_audio
    assert facts.audio_codec == ""


def test_keyframes_are_enough_to_count(tmp_path: Path) -> None:
    path = film(tmp_path / "a.mp4", 5, sound=tone(5))

    facts = check_film(path)
    assert check_film(path, depth=Depth.KEYFRAMES) == facts
    counted = check_film(path, depth=Depth.PACKETS)
    assert counted.audio_seconds == pytest.approx(facts.audio_seconds, abs=0.022)
    assert replace(counted, audio_seconds=facts.audio_seconds) == facts


@pytest.mark.parametrize("share", [0.98, 0.5, 0.1])
def test_a_download_that_stopped_is_refused(tmp_path: Path, noisy: bytes, share: float) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(noisy[: int(len(noisy) * share)])

    with pytest.raises(MediaError, match=r"cut off.*bytes are missing|no pictures"):
        check_film(path)


def test_a_page_named_film_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "clip.mp4"
    path.write_text("<!DOCTYPE html><title>Link expired</title>")

    with pytest.raises(MediaError, match="text, not film"):
        check_film(path)


@pytest.mark.parametrize("content", [b"", b"\x1aE\xdf\xa3" + bytes(200), b"abc"])
def test_other_bytes_are_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "clip.mp4"
    path.write_bytes(content)

    with pytest.raises(MediaError, match=r"empty|not an MP4"):
        check_film(path)


def test_a_film_without_index_is_refused(tmp_path: Path) -> None:
    path = film(tmp_path / "a.mp4")
    whole = path.read_bytes()
    path.write_bytes(b"".join(whole[box.start : box.end] for box in read_boxes(path) if box.kind != "moov"))

    with pytest.raises(MediaError, match="no index"):
        check_film(path)


@pytest.mark.parametrize("place", [0.3, 0.5, 0.7])
def test_damage_in_the_middle_is_found(tmp_path: Path, noisy: bytes, place: float) -> None:
    path = tmp_path / "a.mp4"
    data = bytearray(noisy)
    start = int(len(data) * place)
    data[start : start + 4000] = bytes(4000)
    path.write_bytes(data)

    with pytest.raises(MediaError, match=r"damaged|can be decoded"):
        check_film(path)


def test_sound_shorter_than_the_pictures_is_told_and_can_be_refused(tmp_path: Path) -> None:
    path = film(tmp_path / "a.mp4", 2, sound=tone(0.5))

    assert check_film(path).audio_seconds == pytest.approx(0.5, abs=0.03)
    with pytest.raises(MediaError, match="before its pictures"):
        check_film(path, expect=FilmExpectation(av_tolerance=0.1))


@pytest.mark.parametrize(
    ("expectation", "words"),
    [
        (FilmExpectation(seconds=4), "1 seconds long and should be 4"),
        (FilmExpectation(width=720), "144 pixels wide and should be 720"),
        (FilmExpectation(height=1280), "256 pixels high"),
        (FilmExpectation(fps=30), "24 frames a second and should be 30"),
        (FilmExpectation(frames=25), "24 frames long and should be 25"),
        (FilmExpectation(audio=True), "no sound"),
    ],
)
def test_what_was_expected_is_compared(tmp_path: Path, expectation: FilmExpectation, words: str) -> None:
    with pytest.raises(MediaError, match=words):
        check_film(film(tmp_path / "a.mp4"), expect=expectation)


def test_what_is_as_expected_passes(tmp_path: Path) -> None:
    expected = FilmExpectation(seconds=1.1, width=144, height=256, fps=24, frames=24, audio=False, av_tolerance=0.1)

    assert check_film(film(tmp_path / "a.mp4"), expect=expected).frames == 24


def test_an_error_survives_a_process_boundary(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(b"")

    with pytest.raises(MediaError) as caught:
        check_film(path)
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


def test_films_made_here_share_a_signature_whatever_their_quality(tmp_path: Path) -> None:
    write_film(tmp_path / "a.mp4", flat_frames(24, 40), tone(1), pictures=SMALL, quality=18)
    write_film(tmp_path / "b.mp4", flat_frames(60, 200), tone(2.5), pictures=SMALL, quality=30)

    assert signature(tmp_path / "a.mp4") == signature(tmp_path / "b.mp4")


def test_signatures_tell_films_apart(tmp_path: Path) -> None:
    plain = signature(film(tmp_path / "a.mp4"))
    wide = signature(film(tmp_path / "b.mp4", pictures=PictureFormat(160, 256)))
    fast = signature(film(tmp_path / "c.mp4", pictures=PictureFormat(144, 256, Fraction(30000, 1001))))
    heard = signature(film(tmp_path / "d.mp4", sound=tone(1)))

    assert len({plain, wide, fast, heard}) == 4
    assert fast.video.rate == Fraction(30000, 1001)
    assert plain.video == heard.video


@pytest.mark.parametrize(("kind", "media_type"), [("PNG", "image/png"), ("JPEG", "image/jpeg"), ("WEBP", "image/webp")])
def test_pictures_are_known_by_their_bytes(tmp_path: Path, kind: str, media_type: str) -> None:
    path = tmp_path / "picture.bin"
    Image.new("RGB", (40, 30), "red").save(path, kind)

    facts = check_picture(path)

    assert (facts.media_type, facts.width, facts.height) == (media_type, 40, 30)


def test_a_cut_off_picture_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    Image.effect_noise((64, 64), 80).save(path)
    path.write_bytes(path.read_bytes()[:-200])

    with pytest.raises(MediaError, match="can be decoded"):
        check_picture(path)


def test_a_picture_that_would_fill_memory_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.png"
    Image.new("1", (8000, 7000)).save(path)

    with pytest.raises(MediaError, match="50 million"):
        check_picture(path)


def test_other_picture_formats_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    Image.new("RGB", (9, 9)).save(path, "GIF")

    with pytest.raises(MediaError, match="PNG, JPEG or WebP"):
        check_picture(path)


@pytest.mark.parametrize(
    ("rate", "ticks"), [(Fraction(24), 12288), (Fraction(30), 15360), (Fraction(30000, 1001), 30000)]
)
def test_frames_last_whole_ticks(rate: Fraction, ticks: int) -> None:
    assert timescale(rate) == ticks
    assert (ticks / rate).denominator == 1


@pytest.mark.parametrize(("seconds", "frames"), [(0.0, 1), (7.5, 180), (1 / 24, 1), (2.02, 48)])
def test_a_length_in_frames(seconds: float, frames: int) -> None:
    assert frame_count(seconds) == frames
