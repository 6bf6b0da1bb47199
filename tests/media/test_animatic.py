"""Preview clips, seen and heard as a viewer would."""

from pathlib import Path

import numpy as np
import pytest
from films import decoded_luma, heard, rms_dbfs, scene
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from sfd.domain import timing
from sfd.domain.models import CameraMove, Scene
from sfd.media.animatic import film_animatic
from sfd.media.camera import window_at
from sfd.media.drawing import Window, draw_caption, draw_slate, identity_colour
from sfd.media.encoding import HEIGHT, SAMPLE_RATE, WIDTH
from sfd.media.overlay import overlay_of, stacked
from sfd.media.planes import Planes, plate_of
from sfd.media.room_tone import room_tone
from sfd.media.signature import signature

DOT = (0.36, 0.62)


@pytest.fixture(scope="module")
def dot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A picture with one soft bright dot off its middle."""
    across, down = np.meshgrid(np.arange(1080), np.arange(1920))
    distance = (across + 0.5 - DOT[0] * 1080) ** 2 + (down + 0.5 - DOT[1] * 1920) ** 2
    path = tmp_path_factory.mktemp("dot") / "dot.png"
    Image.fromarray((30 + 215 * np.exp(-distance / (2 * 10**2))).astype(np.uint8)).convert("RGB").save(path)
    return path


def centroid(frame: NDArray[np.uint8]) -> tuple[float, float]:
    light = np.clip(frame[300:1000].astype(float) - 60, 0, None)
    total = light.sum()
    down, across = np.indices(light.shape)
    return float((light * across).sum() / total) + 0.5, float((light * down).sum() / total) + 300.5


def expected_place(window: Window) -> tuple[float, float]:
    left, top = window.x - window.scale / 2, window.y - window.scale / 2
    return (DOT[0] - left) / window.scale * WIDTH, (DOT[1] - top) / window.scale * HEIGHT


def step_error(seen: NDArray[np.float64], expected: NDArray[np.float64]) -> float:
    """By how many pixels a step from frame to frame is off, root mean square."""
    return float(np.sqrt(np.mean((np.diff(seen, axis=0) - np.diff(expected, axis=0)) ** 2)))


@pytest.mark.parametrize("move", [CameraMove.PUSH_IN, CameraMove.PAN_LEFT, CameraMove.TILT_UP, CameraMove.HANDHELD])
def test_the_camera_moves_smoothly_between_pixels(tmp_path: Path, dot: Path, move: CameraMove) -> None:
    brief = scene(move, 1.5)
    windows = [window_at(brief, number / 24) for number in range(36)]
    plate = plate_of(Image.open(dot))
    film_animatic(brief, tmp_path / "a.mp4", picture=dot)

    expected = np.array([expected_place(window) for window in windows])
    moved = np.array([centroid(plate.seen_through(window).views[0]) for window in windows])
    filmed = np.array([centroid(frame) for frame in decoded_luma(tmp_path / "a.mp4")])

    assert np.ptp(expected, axis=0).max() > 4, "the camera moves at all"
    assert step_error(moved, expected) < 0.02
    assert step_error(filmed, expected) < 0.2, "the encoder adds its own noise, but never a whole pixel"
    assert np.abs(filmed - expected).max() < 0.6


@given(st.sampled_from(CameraMove), st.floats(1, 60), st.floats(0, 1))
def test_the_camera_never_sees_past_the_picture(move: CameraMove, seconds: float, share: float) -> None:
    window = window_at(scene(move, seconds), seconds * share)

    half = window.scale / 2
    assert half <= window.x <= 1 - half
    assert half <= window.y <= 1 - half


def test_a_clip_is_as_long_as_its_brief(tmp_path: Path) -> None:
    facts = film_animatic(scene(CameraMove.STATIC, 1.3), tmp_path / "a.mp4")

    assert (facts.frames, facts.width, facts.height, facts.fps) == (31, 720, 1280, 24.0)
    assert facts.audio_seconds == pytest.approx(31 / 24, abs=0.022)
    assert facts.faststart


def test_captions_show_while_their_line_is_heard(tmp_path: Path) -> None:
    brief = scene(CameraMove.STATIC, 4.0, ("mara", "Where were you?"), ("dan", "Working."))
    film_animatic(brief, tmp_path / "a.mp4")
    frames = decoded_luma(tmp_path / "a.mp4")
    first, second = timing.cues(Scene(id="s", dialogue=list(brief.dialogue)), 4.0)
    box = draw_caption("Where were you?", "Mara", identity_colour(0), "en").getbbox()
    assert box is not None

    def at(seconds: float) -> NDArray[np.float64]:
        return frames[round(seconds * 24)][box[1] : box[3], box[0] : box[2]].astype(float)

    nothing = at(0)
    during, after = at((first.start + first.end) / 2), at((second.start + second.end) / 2)
    assert np.abs(at(first.start - 0.1) - nothing).mean() < 1
    assert np.abs(during - nothing).mean() > 8
    assert during.max() > 200, "the letters are light"
    assert np.abs(after - during).mean() > 8, "the next line replaces it"
    assert np.abs(at(3.9) - nothing).mean() < 1


def test_lines_spoken_together_are_shown_one_above_the_other(tmp_path: Path) -> None:
    brief = scene(CameraMove.STATIC, 2.5, ("mara", "Leave now!"), ("dan", "Never!"), dual=True)
    film_animatic(brief, tmp_path / "a.mp4")
    frames = decoded_luma(tmp_path / "a.mp4")
    low = draw_caption("Never!", "Dan", identity_colour(1), "en").getbbox()
    assert low is not None
    height = low[3] - low[1]

    change = np.abs(frames[20].astype(float) - frames[0]).mean(axis=1)
    assert change[low[1] : low[3]].max() > 8
    assert change[low[1] - height : low[1] - 10].max() > 8


def test_the_slate_stays_where_it_is(tmp_path: Path, dot: Path) -> None:
    brief = scene(CameraMove.PUSH_IN, 1.0)
    film_animatic(brief, tmp_path / "a.mp4", picture=dot)
    frames = decoded_luma(tmp_path / "a.mp4")
    solid = np.asarray(draw_slate(brief).getchannel("A")) > 200

    assert solid.sum() > 500
    assert np.abs(frames[0][solid].astype(int) - frames[-1][solid]).mean() < 3


def test_clips_of_a_drama_can_be_joined_by_copying(tmp_path: Path, dot: Path) -> None:
    film_animatic(scene(CameraMove.STATIC, 1.0), tmp_path / "a.mp4")
    film_animatic(scene(CameraMove.PUSH_IN, 1.7, ("mara", "Hm.")), tmp_path / "b.mp4", picture=dot)

    assert signature(tmp_path / "a.mp4") == signature(tmp_path / "b.mp4")


def test_the_same_brief_gives_the_same_bytes(tmp_path: Path, dot: Path) -> None:
    for name in ("a.mp4", "b.mp4"):
        film_animatic(scene(CameraMove.HANDHELD, 1.0, ("mara", "Hm.")), tmp_path / name, picture=dot)

    assert (tmp_path / "a.mp4").read_bytes() == (tmp_path / "b.mp4").read_bytes()


def test_a_wide_picture_fills_the_frame(tmp_path: Path) -> None:
    Image.new("RGB", (900, 300), (200, 200, 200)).save(tmp_path / "wide.png")
    film_animatic(scene(CameraMove.STATIC, 1.0), tmp_path / "a.mp4", picture=tmp_path / "wide.png")

    frame = decoded_luma(tmp_path / "a.mp4")[12]
    assert frame[600:680, :].min() > 150


def test_a_quiet_room_is_heard(tmp_path: Path) -> None:
    film_animatic(scene(CameraMove.STATIC, 1.0), tmp_path / "a.mp4")

    assert rms_dbfs(heard(tmp_path / "a.mp4", 1.0)) == pytest.approx(-50, abs=2)


def test_a_room_has_its_own_tone_and_loops_without_a_seam() -> None:
    kitchen, again, street = (room_tone(place, SAMPLE_RATE * 9) for place in ("Kitchen", "Kitchen", "Street"))
    steps = np.abs(np.diff(kitchen[0]))

    assert np.array_equal(kitchen, again)
    assert not np.array_equal(kitchen, street)
    assert steps[SAMPLE_RATE * 4 - 1] <= steps.max()
    assert steps.max() < 0.01


def test_an_overlay_blends_as_alpha_says() -> None:
    layer = Image.new("RGBA", (WIDTH, HEIGHT))
    layer.paste((255, 255, 255, 255), (10, 20, 31, 41))
    layer.paste((255, 255, 255, 128), (100, 600, 200, 700))
    planes = Planes(np.full((HEIGHT * 3 // 2, WIDTH), 16, np.uint8))
    planes.views[1][:] = 128
    planes.views[2][:] = 128

    overlay_of(layer).lay_over(planes)
    luma, blue, _red = planes.views

    assert set(np.unique(luma[20:41, 10:31])) == {235}
    assert luma[650, 150] == pytest.approx((235 + 16) / 2, abs=1)
    assert luma[300].max() == luma[19].max() == luma[20:41, 31:100].max() == 16
    assert blue.min() >= 127
    assert blue.max() <= 129


def test_stacked_layers_do_not_touch() -> None:
    layers = [Image.new("RGBA", (80, 200)) for _ in range(3)]
    for layer, colour in zip(layers, ("red", "lime", "blue"), strict=True):
        layer.paste(colour, (10, 150, 70, 180))

    picture = np.asarray(stacked(layers, gap=10))

    rows = {tuple(int(v) for v in picture[y, 40, :3]): y for y in range(200) if picture[y, 40, 3]}
    assert rows == {(255, 0, 0): 179, (0, 255, 0): 139, (0, 0, 255): 99}
