import pytest

from sfd.domain.errors import InvalidInput
from sfd.outline import episodes_wanted, outline_drama
from sfd.outline.directions import without_directions


@pytest.mark.parametrize(
    ("premise", "count"),
    [
        ("A nurse lies. Two episodes.", 2),
        ("A nurse lies, make it 2 episodes", 2),
        ("A nurse lies. Make it 2 episodes!", 2),
        ("A nurse lies, in 3 parts", 3),
        ("A nurse lies in three parts.", 3),
        ("a 12-episode drama about a nurse", 12),
        ("A twelve-episode series about a nurse", 12),
        ("Twenty-four episodes about a nurse who lies", 24),
        ("Ten short episodes: a nurse lies", 10),
        ("A nurse lies. Episodes: 7", 7),
        ("A nurse lies. One episode", 1),
        ("A nurse lies. A single episode.", 1),
        ("A nurse lies over a dozen episodes", 12),
        ("A nurse lies. one hundred episodes", 100),
        ("护士说谎，两集", 2),
        ("護士說謊，共5集。", 5),
        ("护士说谎，拍成十二集", 12),
        ("护士说谎。二十集", 20),
        ("护士说谎。１０集", 10),
        ("Una enfermera miente. 3 episodios", 3),
        ("A nurse lies", None),
        ("A nurse has two sons and 3 lies", None),
        ("A nurse takes part in two trials", None),
        ("护士在第3集里说谎", None),
        ("收集两只猫", None),
    ],
)
def test_the_count_is_understood(premise: str, count: int | None) -> None:
    assert episodes_wanted(premise) == count
    assert len(outline_drama(premise, drama_id="d").episodes) == (count or 2)


@pytest.mark.parametrize(
    ("premise", "story"),
    [
        ("A nurse lies. Two episodes.", "A nurse lies."),
        ("A nurse lies, make it 2 episodes", "A nurse lies"),
        ("Write a 12-episode vertical drama about a nurse who lies.", "a nurse who lies."),
        ("A story about a nurse who lies, in three parts", "a nurse who lies"),
        ("Two episodes. A nurse lies.", "A nurse lies."),
        ("护士说谎，共5集", "护士说谎"),
        ("A nurse lies. Vertical short drama.", "A nurse lies."),
    ],
)
def test_directions_are_not_part_of_the_story(premise: str, story: str) -> None:
    assert without_directions(premise) == story


def test_the_argument_wins_over_the_premise() -> None:
    assert len(outline_drama("A nurse lies. Two episodes.", drama_id="d", episodes=4).episodes) == 4
    assert len(outline_drama("A nurse lies. 900 episodes.", drama_id="d", episodes=1).episodes) == 1


@pytest.mark.parametrize("premise", ["A nurse lies. 0 episodes", "A nurse lies. 101 episodes", "护士说谎，一百零一集"])
def test_a_count_outside_the_limits_is_refused_with_the_limit(premise: str) -> None:
    with pytest.raises(InvalidInput, match="1 to 100") as refusal:
        episodes_wanted(premise)

    assert refusal.value.faults[0].pointer == "/premise"
