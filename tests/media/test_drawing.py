from io import BytesIO

import pytest
from drawing_briefs import ANA, KAI, MEI, character, scene
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops

from sfd.domain.briefs import SceneBrief, StripBlock
from sfd.domain.models import Angle, CameraMove, DialogueLine, Shot, ShotSize
from sfd.media.drawing import (
    camera_window,
    draw_caption,
    draw_plate,
    draw_portrait,
    draw_slate,
    draw_storyboard,
    identity_colour,
)

FRAME = (720, 1280)
HOSTILE = (
    "",
    " \t\n ",
    "<b>&amp; \"quotes\" 'and' ]]> <!-- -->",
    "nul \x00 bell \x07 escape \x1b[31m del \x7f",
    "💐👩‍👩‍👧🏽 only emoji ❤️",
    "שלום עולם",
    "مرحبا بالعالم كيف حالك",
    "ไทย हिन्दी 𓀀 𝕏 \ue000 \ufffe",
    "word " * 400,
    "unbroken" * 250,
    "从今天起你不再是顾家的人。" * 150,
    "Mixed 中文 and English, かな and 한글 — «кириллица» Ελληνικά",
    "z̸̢̛͎a̷l̵g̶o̴" * 20,
    "\u202eright to left override\u2066\u200b\ufeff",
)


def opened(png: bytes) -> Image.Image:
    picture = Image.open(BytesIO(png))
    picture.load()
    return picture


def differs(one: Image.Image, other: Image.Image) -> bool:
    return ImageChops.difference(one.convert("RGB"), other.convert("RGB")).getbbox() is not None


def text_in_every_field(text: str) -> SceneBrief:
    short = text[:300]
    person = character(0, short, description=text, gender=short)
    return scene(
        cast=(person, MEI),
        label=short,
        location=short,
        time_of_day=short,
        description=text,
        sound=short,
        dialogue=tuple(DialogueLine(character_id="c0", line=text, tone=short) for _ in range(6)),
        language=short[:20],
    )


def test_a_storyboard_is_a_png_of_the_frame_size() -> None:
    picture = opened(draw_storyboard(scene(cast=(KAI, MEI))))
    assert (picture.format, picture.size, picture.mode) == ("PNG", FRAME, "RGB")


def test_a_portrait_is_a_png_of_the_frame_size() -> None:
    picture = opened(draw_portrait(MEI))
    assert (picture.format, picture.size, picture.mode) == ("PNG", FRAME, "RGB")


@pytest.mark.parametrize("width", [360, 720, 1080])
def test_a_plate_has_the_width_asked_for_and_no_alpha(width: int) -> None:
    picture = draw_plate(scene(cast=(KAI,)), width)
    assert (picture.size, picture.mode) == ((width, width * 16 // 9), "RGB")


def test_clip_layers_are_transparent_where_nothing_is_written() -> None:
    slate = draw_slate(scene())
    caption = draw_caption("Stay.", "Lin Mei", identity_colour(1))
    for layer in (slate, caption):
        assert (layer.size, layer.mode) == (FRAME, "RGBA")
        assert layer.getpixel((360, 500)) == (0, 0, 0, 0)
    assert slate.getchannel("A").crop((0, 120, *FRAME)).getbbox() is None
    box = caption.getchannel("A").getbbox()
    assert box is not None
    assert box[1] > FRAME[1] * 0.6
    assert box[3] < FRAME[1] * 0.82


def test_a_caption_with_nothing_to_say_is_empty() -> None:
    assert draw_caption(" \n", "", identity_colour(0)).getchannel("A").getbbox() is None


def test_the_same_brief_gives_the_same_bytes() -> None:
    brief = scene(cast=(KAI, ANA))
    assert draw_storyboard(brief) == draw_storyboard(brief.model_copy(deep=True))
    assert draw_portrait(ANA) == draw_portrait(ANA.model_copy(deep=True))


def test_an_empty_location_is_the_same_set_in_two_scenes() -> None:
    first = scene(location="Old Harbour", number=3, label="1-3")
    second = scene(location="Old Harbour", number=40, label="4-2", description="Something else")
    assert not differs(draw_plate(first, 180), draw_plate(second, 180))


def test_the_hour_and_the_place_change_the_set() -> None:
    day = draw_plate(scene(location="Old Harbour", time_of_day="DAY"), 180)
    assert differs(day, draw_plate(scene(location="Old Harbour", time_of_day="NIGHT"), 180))
    assert differs(day, draw_plate(scene(location="Hotel kitchen", time_of_day="DAY"), 180))


@pytest.mark.parametrize("angle", [Angle.LOW, Angle.HIGH, Angle.OVERHEAD, Angle.DUTCH])
def test_every_angle_shows_in_the_picture(angle: Angle) -> None:
    level = draw_plate(scene(cast=(KAI, MEI)), 180)
    assert differs(level, draw_plate(scene(cast=(KAI, MEI), shot=Shot(angle=angle)), 180))


def test_every_shot_size_frames_people_differently() -> None:
    plates = [draw_plate(scene(cast=(KAI,), shot=Shot(size=size)), 180).tobytes() for size in ShotSize]
    assert len(set(plates)) == len(ShotSize)


def test_a_dutch_tilt_leaves_no_empty_corner() -> None:
    picture = draw_plate(scene(location="Beach", setting="EXT", shot=Shot(angle=Angle.DUTCH)), 360)
    level = draw_plate(scene(location="Beach", setting="EXT"), 360)
    for corner in ((0, 0), (359, 0), (0, 639), (359, 639)):
        seen, usual = picture.getpixel(corner), level.getpixel(corner)
        assert isinstance(seen, tuple)
        assert isinstance(usual, tuple)
        assert sum(seen) > sum(usual) * 0.4


def test_the_speaker_shows_on_the_storyboard_in_their_colour() -> None:
    line = DialogueLine(character_id=MEI.id, line="Stay.")
    frame = opened(draw_storyboard(scene(cast=(KAI, MEI), dialogue=(line,))))
    colours = {colour for _, colour in frame.getcolors(FRAME[0] * FRAME[1]) or []}
    speaker = tuple(int(identity_colour(MEI.position)[at : at + 2], 16) for at in (1, 3, 5))
    assert speaker in colours


@pytest.mark.parametrize("move", list(CameraMove))
def test_camera_windows_stay_inside_the_picture(move: CameraMove) -> None:
    for window in camera_window(move):
        for centre in (window.x, window.y):
            assert centre - window.scale / 2 >= -1e-9
            assert centre + window.scale / 2 <= 1 + 1e-9


def test_only_a_static_camera_stands_still() -> None:
    still = [move for move in CameraMove if camera_window(move)[0] == camera_window(move)[1]]
    assert still == [CameraMove.STATIC]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_breaks_or_grows_a_frame(text: str) -> None:
    assert opened(draw_storyboard(text_in_every_field(text))).size == FRAME
    assert draw_caption(text, text[:300], identity_colour(0), "zh-Hant").size == FRAME


def test_no_text_breaks_a_portrait() -> None:
    for text in HOSTILE[2:]:
        person = character(0, text[:300], description=text, gender=text[:300], voice=text)
        assert opened(draw_portrait(person)).size == FRAME


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    text=st.text(max_size=200), people=st.integers(0, 6), angle=st.sampled_from(Angle), size=st.sampled_from(ShotSize)
)
def test_any_scene_can_be_drawn(text: str, people: int, angle: Angle, size: ShotSize) -> None:
    cast = tuple(character(position, text or "Someone") for position in range(people))
    shot = Shot(size=size, angle=angle, over_shoulder="c0")
    lines = (DialogueLine(character_id="someone-else", line=text),)
    brief = scene(cast=cast, shot=shot, dialogue=lines, description=text, location=text)
    assert opened(draw_storyboard(brief)).size == FRAME


def test_a_strip_of_many_or_no_shots_stays_in_the_frame() -> None:
    many = tuple(StripBlock(seconds=4, speaker=index % 12) for index in range(500))
    for strip, index in ((many, 499), ((), 0), ((StripBlock(seconds=0, speaker=None),), 0), (many[:2], 9)):
        brief = scene(strip=strip, strip_index=index)
        assert opened(draw_storyboard(brief)).size == FRAME
