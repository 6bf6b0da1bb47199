import json
import re
import subprocess
import sys
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sfd.domain.errors import InvalidInput
from sfd.domain.models import MAX_EPISODES, MAX_NODES, MAX_PREMISE_CHARACTERS, Drama, Scene
from sfd.domain.timing import dialogue_seconds
from sfd.outline import outline_drama

PREMISES = (
    "A software engineer discovers that her code is sentient. Two episodes.",
    "A disgraced heiress marries the man who ruined her family to get revenge.",
    "A surgeon realizes the patient on her table is the husband she buried five years ago.",
    "Revenge.",
    "I wake up every morning in my ex-husband's body and he is planning our wedding.",
    "Two sisters inherit a lighthouse that has never been switched off",
    "In 1943 Paris, a seamstress hides coded maps in the wedding dresses of German officers' brides.",
    "The sea takes back a village",
    "A chef who lost her sense of taste must win the city's biggest contest.",
    "A detective investigates a murder he committed in his sleep",
    "A girl learns that her mother stole her from another family",
    "A clockmaker buys a cursed mirror that shows his last day",
    "A taxi driver picks up the ghost of his daughter every night",
    "An intern is mistaken for the new CEO",
    "Una ingeniera descubre que su código es consciente.",
    "灯台守の姉妹は、一度も消えたことのない光の秘密を知る。",
    "一个程序员发现自己的代码有了意识。",
    "她出狱归来，才知道丈夫娶了自己的妹妹，她要复仇",
    "一位繡娘發現皇后的嫁衣裡藏著一份名單",
    "外科医生发现手术台上的病人是她五年前亲手埋葬的丈夫",
    "复仇",
    "两姐妹继承了一座从未熄灭的灯塔",
)


def written(premise: str, **settings: object) -> Drama:
    return outline_drama(premise, drama_id="drama_1", **settings)  # pyright: ignore[reportArgumentType]


def scenes(drama: Drama) -> list[Scene]:
    return [scene for episode in drama.episodes for scene in episode.scenes]


def texts(drama: Drama) -> Iterator[str]:
    yield drama.title
    yield drama.description
    for character in drama.characters:
        yield character.description
    for episode in drama.episodes:
        yield episode.title
        yield episode.description
        for scene in episode.scenes:
            yield scene.description
            yield scene.sound
            yield from (line.line for line in scene.dialogue)
            yield from (line.tone or "" for line in scene.dialogue)


def fits(scene: Scene) -> bool:
    """Eight seconds: thirty Chinese characters at 4.6 a second with their breaths, or the clock's own measure."""
    said = "".join(line.line for line in scene.dialogue)
    if re.search(r"[一-鿿]", scene.time_of_day):
        return len(said) <= 30
    return dialogue_seconds(scene.dialogue) <= 8.0


def spoken(drama: Drama) -> str:
    return " ".join(line.line for scene in scenes(drama) for line in scene.dialogue)


@pytest.mark.parametrize("premise", PREMISES)
def test_every_premise_gives_a_whole_short_drama(premise: str) -> None:
    drama = written(premise)

    assert drama.premise == premise
    assert 2 <= len(drama.characters) <= 6
    assert [len(episode.scenes) for episode in drama.episodes] == [6, 6]
    for character in drama.characters:
        assert character.name
        assert character.description
        assert character.voice_description
        assert character.gender in {"female", "male", "nonbinary"}
    assert 1 <= sum(character.main for character in drama.characters) <= 2
    for scene in scenes(drama):
        assert scene.location
        assert scene.time_of_day
        assert scene.description
        assert scene.shot.lens_mm


@pytest.mark.parametrize("premise", PREMISES)
def test_everybody_in_the_script_is_in_the_cast(premise: str) -> None:
    drama = written(premise, episodes=9)
    cast = {character.id for character in drama.characters}

    for scene in scenes(drama):
        over = {scene.shot.over_shoulder} - {None}
        assert {*scene.characters, *over, *(line.character_id for line in scene.dialogue)} <= cast


@pytest.mark.parametrize("premise", PREMISES)
def test_every_episode_opens_on_a_hook_and_ends_on_a_line_that_stings(premise: str) -> None:
    drama = written(premise, episodes=4)

    for episode in drama.episodes:
        assert episode.scenes[0].metadata["beat"] == "hook"
        assert episode.scenes[-1].dialogue
        assert "reversal" in [scene.metadata["beat"] for scene in episode.scenes]
    assert [episode.scenes[-1].metadata["beat"] for episode in drama.episodes] == ["cliffhanger"] * 3 + ["sting"]


@pytest.mark.parametrize("premise", PREMISES)
def test_no_text_shows_the_seams_of_its_template(premise: str) -> None:
    for text in texts(written(premise, episodes=8)):
        assert not re.search(r"[{}]|  |\b(\w+) \1\b", text), text
        assert not re.search(r"\b[Aa] [aeio]\w+|\bNone\b", text), text
        assert text == text.strip()


@pytest.mark.parametrize("premise", PREMISES)
def test_a_line_is_never_said_twice_in_a_drama_of_eight_episodes(premise: str) -> None:
    lines = [line.line for scene in scenes(written(premise, episodes=8)) for line in scene.dialogue]

    assert len(lines) == len(set(lines))


@pytest.mark.parametrize("premise", PREMISES)
def test_dialogue_fits_its_clip(premise: str) -> None:
    drama = written(premise, episodes=10)

    assert all(fits(scene) for scene in scenes(drama))
    assert all(len(scene.dialogue) <= 2 for scene in scenes(drama))


def test_ids_are_unique_and_scenes_are_numbered() -> None:
    ids = [scene.id for scene in scenes(written(PREMISES[0], episodes=10))]

    assert len(ids) == len(set(ids)) == 60
    assert ids[0] == "e1s1"
    assert ids[-1] == "e10s6"


@pytest.mark.parametrize(
    ("premise", "said"),
    [
        (PREMISES[0], "Your code answered me. Before I asked."),
        (PREMISES[0], "My code is sentient."),
        (PREMISES[1], "I married the man who ruined my family"),
        (PREMISES[2], "The patient on your table is the husband you buried."),
        (PREMISES[5], "The lighthouse has never been switched off."),
        (PREMISES[6], "You hid coded maps in the wedding dresses."),
        (PREMISES[7], "The sea takes back a village."),
        (PREMISES[8], "You lost your sense of taste."),
        (PREMISES[9], "You investigated a murder you committed in your sleep."),
        (PREMISES[10], "Your mother stole you from another family."),
        (PREMISES[12], "You pick up the ghost of your daughter every night."),
        (PREMISES[13], "You were mistaken for the new CEO."),
        (PREMISES[16], "我的代码有了意识"),
        (PREMISES[17], "丈夫娶了我的妹妹"),
        ("外科医生发现手术台上的病人是她五年前亲手埋葬的丈夫", "手术台上的病人是我五年前亲手埋葬的丈夫"),
        ("Elena returns from prison to destroy the family that framed her.", "I kept the ring. I kept everything."),
        (PREMISES[18], "嫁衣裡藏著一份名單"),
    ],
)
def test_the_premise_is_heard_in_the_dialogue(premise: str, said: str) -> None:
    assert said in spoken(written(premise))


def test_people_whom_the_premise_names_or_mentions_play_in_it() -> None:
    named = written("Elena returns from prison to ruin her husband. Two episodes.")
    assert named.characters[0].name == "Elena"
    assert "husband" in [character.metadata.get("role") for character in named.characters]

    twins = written("Two sisters inherit a lighthouse that has never been switched off")
    roles = [character.metadata["role"] for character in twins.characters]
    assert roles.count("sister") == 2

    chinese = written("两姐妹继承了一座从未熄灭的灯塔")
    assert {"姐姐", "妹妹"} <= {character.metadata["role"] for character in chinese.characters}


def test_a_thing_that_wakes_has_a_voice_of_its_own() -> None:
    voice = next(c for c in written(PREMISES[0]).characters if c.gender == "nonbinary")

    assert voice.name == "The Code"
    assert "Not a person" in voice.description
    assert "screen" in voice.description


def test_the_dead_come_back_as_themselves() -> None:
    ghost = next(c for c in written(PREMISES[12]).characters if c.id == "voice")

    assert ghost.metadata["role"] == "daughter"
    assert ghost.gender == "female"
    assert "half-transparent" in ghost.description


def test_two_premises_give_two_dramas() -> None:
    first, second = written(PREMISES[0]), written(PREMISES[5])

    assert first.title != second.title
    assert {c.description for c in first.characters}.isdisjoint(c.description for c in second.characters)
    lines = [{line.line for scene in scenes(drama) for line in scene.dialogue} for drama in (first, second)]
    assert not lines[0] & lines[1]


def test_the_same_premise_gives_the_same_drama_in_any_process() -> None:
    program = (
        "import sys; from sfd.outline import outline_drama;"
        "sys.stdout.write(outline_drama(sys.argv[1], drama_id='drama_1').model_dump_json())"
    )
    runs = [
        subprocess.run(
            [sys.executable, "-c", program, PREMISES[0]],
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]

    assert runs[0] == runs[1]
    assert json.loads(runs[0]) == written(PREMISES[0]).model_dump(mode="json")


def test_it_says_that_it_is_an_outline() -> None:
    metadata = written(PREMISES[0]).metadata

    assert metadata["writer"] == "outline"
    assert "without a language model" in metadata["note"]


@pytest.mark.parametrize(
    ("premise", "title"),
    [
        (PREMISES[0], "My Code Is Sentient"),
        (PREMISES[1], "The Heiress Who Marries the Man Who Ruined Her Family"),
        (PREMISES[3], "Revenge"),
        (PREMISES[5], "The Lighthouse Has Never Been Switched Off"),
        (PREMISES[7], "The Sea Takes Back a Village"),
        (PREMISES[16], "我的代码有了意识"),
    ],
)
def test_the_title_is_made_of_the_premise(premise: str, title: str) -> None:
    assert written(premise).title == title


def test_chinese_is_written_in_the_characters_of_the_premise() -> None:
    simplified, traditional = written(PREMISES[16]), written(PREMISES[18])

    assert (simplified.language, traditional.language) == ("zh-Hans", "zh-Hant")
    assert {scene.time_of_day for scene in scenes(simplified)} <= {"夜", "日", "清晨", "傍晚", "黎明", "黄昏"}
    assert "發" in "".join(texts(traditional)) or "髮" in "".join(texts(traditional))
    assert not set("发这说们时来") & set("".join(texts(traditional)))
    assert not re.search(r"[A-Za-z]", "".join(texts(simplified)))


def test_the_language_asked_for_wins_over_the_premise() -> None:
    chinese = written(PREMISES[0], language="zh-TW")
    assert chinese.language == "zh-Hant"
    assert "“code”" in spoken(chinese)

    english = written(PREMISES[16], language="en-GB")
    assert english.language == "en-GB"
    assert "“代码”" in spoken(english)


def test_a_language_it_does_not_write_gives_english_that_says_so() -> None:
    drama = written(PREMISES[14], language="es")

    assert drama.language == "en"
    assert drama.metadata["requested_language"] == "es"
    assert "English and Chinese only" in drama.metadata["note"]
    assert "Una ingeniera descubre" in drama.description


def test_places_are_shared_and_moments_go_on() -> None:
    for episode in written(PREMISES[0]).episodes:
        assert 2 <= len({scene.location for scene in episode.scenes}) <= 3
        for before, scene in zip(episode.scenes, episode.scenes[1:], strict=False):
            same = (before.location, before.time_of_day) == (scene.location, scene.time_of_day)
            assert scene.continues == same
            assert bool(before.transition) != same


def test_a_hundred_episodes_stay_under_the_limit_of_a_plan() -> None:
    drama = written(PREMISES[0], episodes=MAX_EPISODES)

    nodes = len(drama.characters) + len(drama.episodes) + 2 * len(scenes(drama))
    assert len(drama.episodes) == MAX_EPISODES
    assert nodes < MAX_NODES
    titles = [episode.title for episode in drama.episodes]
    assert len(set(titles)) == MAX_EPISODES


@pytest.mark.parametrize("count", [1, 2, 4, 6, 8, 12])
def test_an_episode_has_as_many_scenes_as_asked_for(count: int) -> None:
    drama = written(PREMISES[5], episodes=3, scenes_per_episode=count)

    assert [len(episode.scenes) for episode in drama.episodes] == [count] * 3
    assert drama.episodes[0].scenes[-1].metadata["beat"] == "cliffhanger"


def test_a_long_premise_is_read_by_its_first_sentence() -> None:
    long = "A baker finds a map inside an old oven. " + "The town sleeps and the river keeps its own time. " * 190
    drama = written(long)

    assert drama.premise == long
    assert "Baker" in drama.title
    assert "map" in spoken(drama)


@pytest.mark.parametrize("unit", ["'", " ", "- ", "1 ", "two ", "一", "episodes", "a, ", "\n"])
def test_a_premise_made_to_be_slow_is_written_like_any_other(unit: str) -> None:
    premise = unit * (90_000 // len(unit)) + " A dog runs."

    assert written(premise).episodes


@pytest.mark.parametrize(
    ("premise", "settings_", "pointer"),
    [
        ("", {}, "/premise"),
        (" \n\t", {}, "/premise"),
        ("1234 !!! 🎬", {}, "/premise"),
        ("A dog\x00 runs", {}, "/premise"),
        ("A dog \x1b[31mruns", {}, "/premise"),
        ("A dog \ud800 runs", {}, "/premise"),
        ("a" * (MAX_PREMISE_CHARACTERS + 1), {}, "/premise"),
        ("A dog runs. 101 episodes", {}, "/premise"),
        ("A dog runs", {"episodes": 0}, "/episodes"),
        ("A dog runs", {"episodes": 101}, "/episodes"),
        ("A dog runs", {"scenes_per_episode": 0}, "/scenes_per_episode"),
        ("A dog runs", {"style": "x" * 301}, "/style"),
    ],
)
def test_what_cannot_be_written_is_refused_with_its_place(
    premise: str, settings_: dict[str, object], pointer: str
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        written(premise, **settings_)

    assert [fault.pointer for fault in refusal.value.faults] == [pointer]


WORDS = st.sampled_from(
    [
        "a",
        "the",
        "her",
        "his",
        "my",
        "she",
        "he",
        "I",
        "they",
        "who",
        "that",
        "which",
        "lost",
        "finds",
        "is",
        "are",
        "has",
        "dies",
        "discovers",
        "sister",
        "man",
        "code",
        "sea",
        "2",
        "episodes",
        "in",
        "of",
        ",",
        ".",
        ";",
        ":",
        "(",
        "'",
        '"',
        "-",
        "{H}",
        "{thing}",
        "revenge",
        "灯塔",
        "发现",
        "自己的",
        "她",
        "Ünder",
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(max_size=300), st.lists(WORDS, max_size=30).map(" ".join)))
def test_any_text_is_a_drama_or_refused(premise: str) -> None:
    try:
        drama = written(premise)
    except InvalidInput:
        return

    assert drama.title
    assert Drama.model_validate_json(drama.model_dump_json()) == drama
    assert all(fits(scene) for scene in scenes(drama))
    assert all(line.line.strip() for scene in scenes(drama) for line in scene.dialogue)
