"""Dramas for tests."""

from sfd.domain.models import Character, DialogueLine, Drama, Episode, Scene
from sfd.domain.planned_assets import with_planned_assets

CLIP_SECONDS = 2.5


def two_episode_drama(drama_id: str = "drama_test", *, episodes: int = 2, scenes: int = 3) -> Drama:
    """A small drama with planned assets: two characters, `episodes` × `scenes`."""
    written = Drama(
        id=drama_id,
        title="The Quiet Lift",
        description="Two neighbours share a lift that stops at a floor nobody built.",
        language="en",
        characters=[
            Character(id="ada", name="Ada", description="a woman in a green coat", gender="female", main=True),
            Character(id="ben", name="Ben", description="an old man with a cap", gender="male"),
        ],
        episodes=[
            Episode(id=f"e{e}", title=f"Floor {e}", scenes=[_scene(e, s) for s in range(1, scenes + 1)])
            for e in range(1, episodes + 1)
        ],
    )
    return with_planned_assets(written, 10.0)


def _scene(episode: int, number: int) -> Scene:
    return Scene(
        id=f"e{episode}s{number}",
        description=f"The lift stops, {episode}-{number}.",
        location="Lift",
        time_of_day="NIGHT",
        characters=["ada", "ben"],
        dialogue=[DialogueLine(character_id="ada" if number % 2 else "ben", line="Which floor is this?")],
    )
