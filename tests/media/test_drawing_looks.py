from itertools import pairwise

import pytest
from drawing_briefs import ANA, KAI, MEI, character, scene
from hypothesis import given, settings
from hypothesis import strategies as st

from sfd.domain.models import Angle, DialogueLine, Shot, ShotSize
from sfd.media.drawing import identity_colour
from sfd.media.drawing.camera_marks import INSET
from sfd.media.drawing.card import card_rows, card_top
from sfd.media.drawing.emotions import Emotion, emotion_of
from sfd.media.drawing.framing import FEET, WIDTH
from sfd.media.drawing.light import Hour, hour_of
from sfd.media.drawing.looks import Age, look_of
from sfd.media.drawing.plate import standing
from sfd.media.drawing.sets import family_of


@pytest.mark.parametrize(
    ("description", "gender", "expected"),
    [
        ("27, long black hair, red dress", "female", {"hair": "long", "outfit": "dress", "cloth": "#d8404f"}),
        ("Matriarch with a silver bun", "female", {"hair": "bun", "hair_colour": "#a3a6ae", "age": Age.ELDER}),
        ("Grey overcoat, wire glasses", "male", {"outfit": "coat", "cloth": "#8b8f98", "glasses": True}),
        ("Surgeon in scrubs, full beard", "male", {"outfit": "doctor", "beard": "full"}),
        ("A 9-year-old boy in a yellow hoodie", "", {"outfit": "hoodie", "age": Age.CHILD, "female": False}),
        ("police officer, clean-shaven, bald", "male", {"outfit": "uniform", "hair": "bald", "beard": ""}),
        ("black hair and a white shirt", "male", {"hair_colour": "#1b191d", "cloth": "#e9ebee"}),
        ("58岁，银发，灰色西装，络腮胡", "男", {"outfit": "suit", "hair_colour": "#a3a6ae", "beard": "full"}),
        ("少女，黑色长发，红裙", "女", {"hair": "long", "outfit": "dress", "cloth": "#d8404f", "age": Age.TEEN}),
        ("戴眼镜的医生，白大褂，马尾", "女", {"outfit": "doctor", "glasses": True, "hair": "ponytail"}),
        ("70岁的老奶奶", "", {"age": Age.ELDER, "female": True}),
    ],
)
def test_a_description_is_seen_in_the_look(description: str, gender: str, expected: dict[str, object]) -> None:
    look = look_of(character(0, "Someone", description, gender))
    assert {name: getattr(look, name) for name in expected} == expected


def test_an_undescribed_outfit_has_the_identity_colour() -> None:
    for position in range(12):
        look = look_of(character(position, f"Person {position}", "adult, wears a coat"))
        assert look.cloth == identity_colour(position)


def test_people_who_are_not_described_look_different() -> None:
    looks = {look_of(character(0, name, gender="female", identifier=name)) for name in "ABCDEFGHIJKLMNOP"}
    assert len(looks) > 12
    assert len({look.hair for look in looks}) >= 4
    assert len({look.skin for look in looks}) >= 4


def test_a_person_looks_the_same_in_every_scene_and_among_others() -> None:
    alone = standing(scene(cast=(MEI,), number=1))[0]
    together = standing(scene(cast=(KAI, ANA, MEI), number=9, location="Beach"))[2]
    assert look_of(alone.character) == look_of(together.character)


@pytest.mark.parametrize(
    ("line", "tone", "emotion"),
    [
        ("Get out of my house.", None, Emotion.ANGRY),
        ("It is fine.", "voice breaking", Emotion.SAD),
        ("I love you.", "coldly", Emotion.COLD),
        ("You followed me?!", None, Emotion.SURPRISED),
        ("谢谢你！", "微笑", Emotion.HAPPY),
        ("谁在那里……", "颤抖着", Emotion.AFRAID),
        ("The train leaves at nine.", None, Emotion.NEUTRAL),
    ],
)
def test_a_face_shows_what_is_said_and_how(line: str, tone: str | None, emotion: Emotion) -> None:
    spoken = DialogueLine(character_id=MEI.id, line=line, tone=tone)
    brief = scene(cast=(KAI, MEI), dialogue=(spoken,))
    assert emotion_of(brief, MEI.id) is emotion
    assert emotion_of(brief, KAI.id) is Emotion.NEUTRAL


@pytest.mark.parametrize(
    ("words", "hour"),
    [
        ("NIGHT", Hour.NIGHT),
        ("深夜", Hour.NIGHT),
        ("Golden hour", Hour.EVENING),
        ("傍晚", Hour.EVENING),
        ("Dawn", Hour.MORNING),
        ("清晨", Hour.MORNING),
        ("DAY", Hour.DAY),
        ("whenever", Hour.DAY),
    ],
)
def test_time_of_day_is_understood(words: str, hour: Hour) -> None:
    assert hour_of(words) is hour


@pytest.mark.parametrize(
    ("location", "family"),
    [
        ("Rooftop garden", "rooftop"),
        ("天台", "rooftop"),
        ("Dark alley", "street"),
        ("董事长办公室", "office"),
        ("City hospital corridor", "corridor"),
        ("Apartment", "living_room"),
        ("病房", "ward"),
        ("Coffee shop bar", "restaurant"),
        ("Taxi", "vehicle"),
        ("Server room", "laboratory"),
        ("Forest clearing", "park"),
        ("Old fishing dock", "waterside"),
        ("Grand ballroom", "hall"),
        ("夜市市场", "market"),
        ("Abandoned warehouse", "warehouse"),
        ("Carpet workshop office", "office"),
    ],
)
def test_a_location_is_drawn_as_what_it_is(location: str, family: str) -> None:
    assert family_of(location) == family


def test_an_unknown_location_keeps_its_set() -> None:
    assert family_of("Xanadu") == family_of("XANADU")
    assert len({family_of(f"Xq{number}") for number in range(40)}) > 5


@settings(max_examples=60, deadline=None)
@given(people=st.integers(1, 6), size=st.sampled_from(ShotSize), angle=st.sampled_from(Angle))
def test_heads_stay_in_the_frame_and_apart(people: int, size: ShotSize, angle: Angle) -> None:
    cast = tuple(character(position, f"P{position}") for position in range(people))
    placed = [one.place for one in standing(scene(cast=cast, shot=Shot(size=size, angle=angle)))]
    for place in placed:
        assert place.x - 0.35 * place.unit >= -1
        assert place.x + 0.35 * place.unit <= WIDTH + 1
        assert place.y > 0
    for left, right in pairwise(placed):
        assert right.x - left.x > 0.4 * (left.unit + right.unit)


def test_in_a_wide_shot_everyone_stands_on_the_same_floor() -> None:
    child = character(3, "Tom", "8-year-old boy")
    placed = [one.place for one in standing(scene(cast=(KAI, child, MEI), shot=Shot(size=ShotSize.WIDE)))]
    feet = [place.y + FEET * place.unit for place in placed]
    assert max(feet) - min(feet) < 1
    assert placed[1].unit < 0.8 * placed[0].unit


def test_people_face_each_other() -> None:
    assert [one.facing for one in standing(scene(cast=(KAI, MEI)))] == [1, -1]


def test_the_one_over_whose_shoulder_we_look_is_not_in_front() -> None:
    brief = scene(cast=(KAI, MEI), shot=Shot(over_shoulder=KAI.id))
    (seen,) = standing(brief)
    assert seen.character == MEI
    assert seen.place.x > WIDTH / 2
    assert seen.facing == -1


@settings(max_examples=25, deadline=None)
@given(
    lines=st.lists(st.text(max_size=400), max_size=8), description=st.text(max_size=600), sound=st.text(max_size=300)
)
def test_the_card_leaves_room_for_the_picture(lines: list[str], description: str, sound: str) -> None:
    dialogue = tuple(DialogueLine(character_id=MEI.id, line=line, tone=line[:300]) for line in lines)
    brief = scene(cast=(MEI,), dialogue=dialogue, description=description, sound=sound)
    assert card_top(card_rows(brief)) > INSET[1] + INSET[3] + 200
