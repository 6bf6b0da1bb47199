"""A drama written in stages: what follows what, what comes out, and how much is told before."""

import json

import pytest

from fakes.dramas import two_episode_drama
from fakes.writings import DEFAULT_SECONDS, answered, answers_to, written
from sfd.domain.errors import InvalidInput
from sfd.domain.models import AssetKind, Drama
from sfd.domain.timing import dialogue_seconds
from sfd.domain.validation import check_drama, parse_drama
from sfd.generation.dag import build_dag
from sfd.generation.requests import WriteReference, WriteSpec
from sfd.generation.writing import (
    BadAnswer,
    critique_request,
    drama_of,
    read_answer,
    read_critique,
    request_of,
    stages_of,
    tokens_of,
)

NEW = WriteSpec(premise="A night nurse lies about a patient. Two episodes.")


def complaint(spec: WriteSpec, stage_id: str, answers: dict[str, object], text: str) -> str:
    with pytest.raises(BadAnswer) as caught:
        read_answer(spec, stage_id, answers, text)  # pyright: ignore[reportArgumentType] - JSON documents
    return str(caught.value)


def test_the_stages_are_known_before_anything_is_asked() -> None:
    assert [(one.id, one.depends_on, one.asks) for one in stages_of(NEW)] == [
        ("bible", (), True),
        ("outline", ("bible",), True),
        ("episode-1", ("bible", "outline"), True),
        ("episode-2", ("bible", "outline"), True),
        ("drama", ("bible", "outline", "episode-1", "episode-2"), False),
    ]


@pytest.mark.parametrize(
    ("spec", "count"),
    [
        (WriteSpec(premise="A nurse lies."), 3),
        (WriteSpec(premise="A nurse lies. Two episodes."), 2),
        (WriteSpec(premise="护士说谎，共五集"), 5),
        (WriteSpec(premise="A nurse lies. Two episodes.", episodes=7), 7),
        (
            WriteSpec(
                premise="A nurse.\n\nEpisode 1: She lies.\nEpisode 2: He knows.\nEpisode 3: They pay.\nEpisode 4: x"
            ),
            4,
        ),
        (WriteSpec(premise="第一集 她说谎\n第二集 他知道"), 2),
        (WriteSpec(premise="A nurse lies.", episodes=100), 100),
    ],
)
def test_how_many_episodes(spec: WriteSpec, count: int) -> None:
    assert sum(one.id.startswith("episode-") for one in stages_of(spec)) == count


@pytest.mark.parametrize("episodes", [0, 101])
def test_a_number_that_no_drama_has_is_refused(episodes: int) -> None:
    with pytest.raises(InvalidInput, match="1 to 100 episodes"):
        stages_of(WriteSpec(premise="A nurse lies.", episodes=episodes))


@pytest.mark.parametrize("stage_id", ["episode-3", "episode-0", "episode-01", "changes", "", "Bible"])
def test_no_other_stage_can_be_asked_for(stage_id: str) -> None:
    for ask in (lambda: request_of(NEW, stage_id, {}), lambda: tokens_of(NEW, stage_id)):
        with pytest.raises(ValueError, match="no stage"):
            ask()


def test_a_whole_drama_comes_out() -> None:
    drama, answers = written(NEW, "drama_x")
    assert drama.id == "drama_x"
    assert (drama.language, drama.premise) == ("en", NEW.premise)
    assert drama.style == answers["bible"]["visual_style"]
    assert [one.id for one in drama.episodes] == ["e1", "e2"]
    assert all(one.scenes and one.title and one.description and one.metadata["cliffhanger"] for one in drama.episodes)
    assert parse_drama(json.loads(drama.model_dump_json())) == drama
    nodes = build_dag(drama)
    scenes = [scene for one in drama.episodes for scene in one.scenes]
    assert len(nodes) == len(drama.characters) + len(drama.assets) + 2 * len(scenes) + len(drama.episodes)
    for scene in scenes:
        storyboard, clip = scene.assets
        assert (storyboard.kind, clip.kind) == (AssetKind.IMAGE, AssetKind.VIDEO)
        assert storyboard.prompt
        assert clip.prompt
        assert clip.depends_on == [storyboard.id]
        assert clip.duration is not None
        assert 4 <= clip.duration <= 12
        assert clip.duration >= dialogue_seconds(scene.dialogue)


def test_a_chinese_premise_stays_chinese() -> None:
    drama, _ = written(WriteSpec(premise="护士说谎，她的病人认识她。两集。"))
    assert drama.language == "zh-Hans"
    assert [one.id for one in drama.characters] == ["lin-wan", "gu-chen", "chen-yi"]
    assert drama.episodes[0].scenes[0].dialogue[0].line == "你说过门是锁着的。"
    assert drama.episodes[0].scenes[0].assets[0].prompt.isascii()


def test_the_chosen_language_wins() -> None:
    drama, _ = written(WriteSpec(premise="A nurse lies.", language="zh-Hant", episodes=1))
    assert drama.language == "zh-Hant"


def test_an_answer_in_another_language_is_sent_back() -> None:
    answers = answers_to(WriteSpec(premise="A nurse lies.", episodes=1))
    text = json.dumps(answers["bible"])
    assert "language zh" in complaint(WriteSpec(premise="A nurse lies.", language="zh"), "bible", {}, text)


def test_eighty_episodes() -> None:
    drama, answers = written(NEW.model_copy(update={"episodes": 80}))
    assert len(drama.episodes) == 80
    assert len({scene.id for one in drama.episodes for scene in one.scenes}) == 80 * 5
    check_drama(drama)
    assert len(build_dag(drama)) > 800
    last = request_of(NEW.model_copy(update={"episodes": 80}), "episode-80", answers)
    assert last is not None
    assert last.prompt.index('"number":79') < last.prompt.index("Write episode 80 of 80.")


def test_nothing_is_put_together_before_everything_is_written() -> None:
    answers = answers_to(NEW)
    del answers["episode-2"]
    with pytest.raises(ValueError, match="episode-2"):
        drama_of(NEW, "d", answers, DEFAULT_SECONDS)


def test_reading_an_answer_again_changes_nothing() -> None:
    for spec in (NEW, WriteSpec(original=two_episode_drama(), feedback="darker")):
        answers = answers_to(spec)
        for stage_id, answer in answers.items():
            assert read_answer(spec, stage_id, answers, json.dumps(answer)) == answer


def test_prose_and_fences_around_an_answer_do_not_matter() -> None:
    request = request_of(NEW, "bible", {})
    assert request is not None
    text = answered(request)
    plain = read_answer(NEW, "bible", {}, text)
    for wrapped in (
        f"```json\n{text}\n```",
        f"Here it is, {{as you asked}}:\n\n{text}\n\nShall I go on?",
        f"I thought about {{}} first.\n```\n{text}\n```\nDone.",
        f"\ufeff  {json.dumps(json.loads(text), indent=2)}",
    ):
        assert read_answer(NEW, "bible", {}, wrapped) == plain


def test_what_nobody_asked_for_is_left_out() -> None:
    request = request_of(NEW, "bible", {})
    assert request is not None
    told = json.loads(answered(request)) | {"url": "http://169.254.169.254/", "model": "dear", "budget": 1e9}
    told["characters"][0]["assets"] = [{"url": "file:///etc/passwd"}]
    answer = read_answer(NEW, "bible", {}, json.dumps(told))
    assert not {"url", "model", "budget"} & set(answer)
    assert "assets" not in answer["characters"][0]


def test_the_models_ids_are_only_names() -> None:
    request = request_of(NEW, "bible", {})
    assert request is not None
    told = json.loads(answered(request))
    told["characters"][0]["id"] = "../../Etc  Passwd"
    told["characters"][1]["id"] = "林晚"
    told["characters"][1]["name"] = "林晚"
    told["characters"][2]["id"] = "É" * 40
    answer = read_answer(NEW, "bible", {}, json.dumps(told))
    assert [one["id"] for one in answer["characters"]] == ["etc-passwd", "c2", "e" * 40]


def test_two_with_one_id_or_name_are_sent_back() -> None:
    request = request_of(NEW, "bible", {})
    assert request is not None
    told = json.loads(answered(request))
    told["characters"][1] |= {"id": "Mara Voss", "name": "MARA VOSS"}
    said = complaint(NEW, "bible", {}, json.dumps(told))
    assert "characters[1].id is 'mara-voss', which another character has" in said
    assert "characters[1].name" in said


def test_slips_that_can_mean_only_one_thing_are_settled() -> None:
    answers = answers_to(NEW)
    episode = json.loads(json.dumps(answers["episode-1"]))
    scene = episode["scenes"][0]
    scene |= {"characters": [], "continues": True, "seconds": 4}
    scene["dialogue"][0] |= {"line": "I told you twice, and then once more, that the door was locked all night long."}
    scene["dialogue"][1] |= {"off_screen": True, "tone": "far away"}
    answers["episode-1"] = read_answer(NEW, "episode-1", answers, json.dumps(episode))
    made = drama_of(NEW, "d", answers, DEFAULT_SECONDS).episodes[0].scenes[0]
    assert not made.continues
    assert made.characters == [made.dialogue[0].character_id]
    assert made.dialogue[1].heard_only
    assert made.dialogue[1].tone == "O.S., far away"
    assert (made.assets[1].duration or 0) >= dialogue_seconds(made.dialogue) > 4


def test_lines_that_no_shot_can_hold_are_sent_back() -> None:
    answers = answers_to(NEW)
    episode = json.loads(json.dumps(answers["episode-1"]))
    for line in episode["scenes"][2]["dialogue"]:
        line["line"] = "And then she went down to the harbour and told every single one of them what I did to you. " * 2
    said = complaint(NEW, "episode-1", dict(answers), json.dumps(episode))
    assert "scenes[2].dialogue takes" in said
    assert "Shorten the lines" in said


def test_a_person_or_place_that_the_bible_does_not_know_is_sent_back() -> None:
    answers = answers_to(NEW)
    episode = json.loads(json.dumps(answers["episode-1"]))
    episode["scenes"][1]["dialogue"][0]["character"] = "nobody"
    episode["scenes"][1]["location"] = "The moon"
    said = complaint(NEW, "episode-1", dict(answers), json.dumps(episode))
    assert "scenes[1].dialogue[0].character is 'nobody'; it must be one of: mara-voss, teo-brandt, old-ines." in said
    assert "scenes[1].location is 'The moon'; it must be one of: The stairwell, The archive." in said


def test_an_outline_has_every_episode_once() -> None:
    answers = answers_to(NEW)
    outline = json.loads(json.dumps(answers["outline"]))
    outline["episodes"].reverse()
    assert read_answer(NEW, "outline", answers, json.dumps(outline)) == answers["outline"]
    outline["episodes"][0]["number"] = 1
    assert "which stands there twice" in complaint(NEW, "outline", dict(answers), json.dumps(outline))
    del outline["episodes"][0]
    assert "has 1 entries; exactly 2 are wanted" in complaint(NEW, "outline", dict(answers), json.dumps(outline))


def test_a_picture_is_shown_to_whoever_draws_its_character() -> None:
    pictures = (
        WriteReference(library_asset_id="asset_face", character="mara voss"),
        WriteReference(library_asset_id="asset_back", character="Mara Voss"),
        WriteReference(library_asset_id="asset_any"),
    )
    spec = WriteSpec(premise="Mara lies.", episodes=1, references=pictures)
    request = request_of(spec, "bible", {})
    assert request is not None
    assert request.references == ("asset_face", "asset_back", "asset_any")
    told = json.loads(answered(request))
    told["characters"][2]["reference"] = 3
    answers = answers_to(spec) | {"bible": read_answer(spec, "bible", {}, json.dumps(told))}
    drama = drama_of(spec, "d", answers, DEFAULT_SECONDS)
    shown = {one.id: one.assets[0].references for one in drama.characters}
    assert shown == {"mara-voss": ["asset_face", "asset_back"], "teo-brandt": [], "old-ines": ["asset_any"]}
    told["characters"][1]["reference"] = 1
    assert "picture 1 was sent for 'mara voss'" in complaint(spec, "bible", {}, json.dumps(told))
    told["characters"][1]["reference"] = 3
    assert "picture 3 shows another character already" in complaint(spec, "bible", {}, json.dumps(told))


def test_a_picture_of_somebody_who_is_missing_is_told() -> None:
    spec = WriteSpec(premise="A nurse lies.", references=(WriteReference(library_asset_id="a", character="Zoe"),))
    request = request_of(spec, "bible", {})
    assert request is not None
    assert "picture 1 was sent for 'Zoe'" in complaint(spec, "bible", {}, answered(request))


def test_the_size_of_the_work_is_told_before() -> None:
    short, long = NEW, NEW.model_copy(update={"premise": "A nurse lies. " * 3_000, "episodes": 40})
    for stage in stages_of(short):
        for amount in tokens_of(short, stage.id):
            assert 0 <= amount.low <= amount.likely <= amount.high
            assert (amount.likely > 0) == stage.asks
    assert tokens_of(long, "outline")[0].likely > tokens_of(short, "outline")[0].likely
    assert tokens_of(long, "outline")[1].likely > 10 * tokens_of(short, "outline")[1].likely


def test_estimates_hold_for_what_is_sent() -> None:
    """What is really sent has no more characters than the estimate has room for."""
    for spec in (NEW, WriteSpec(original=two_episode_drama(), feedback="darker")):
        answers = answers_to(spec)
        for stage in stages_of(spec):
            request = request_of(spec, stage.id, answers)
            if request is not None:
                sent = len(request.instructions) + len(request.prompt) + len(json.dumps(request.schema))
                assert sent / 4 <= tokens_of(spec, stage.id)[0].high


def test_a_critique_judges_every_episode() -> None:
    drama = two_episode_drama(episodes=3)
    told = json.loads(answered(critique_request(drama)))
    told["episodes"].reverse()
    critique = read_critique(drama, json.dumps(told))
    assert critique["score"] == 7
    assert [(one["episode_id"], one["number"]) for one in critique["episodes"]] == [("e1", 1), ("e2", 2), ("e3", 3)]
    told["episodes"][0]["number"] = 1
    told["score"] = 11
    with pytest.raises(BadAnswer, match="from 1 to 10"):
        read_critique(drama, json.dumps(told))


def test_a_very_long_drama_still_fits_into_a_question() -> None:
    drama = Drama.model_validate_json(two_episode_drama(episodes=100, scenes=20).model_dump_json())
    for episode in drama.episodes:
        for scene in episode.scenes:
            scene.description = "She waits by the door. " * 100
    prompt = critique_request(drama).prompt
    assert len(prompt) < 450_000
    assert '"number":100' in prompt
