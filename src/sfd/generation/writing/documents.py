"""Pure: the documents that a writer answers with, one shape for each stage."""

from collections.abc import Sequence

from sfd.domain.models import Angle, CameraMove, ShotSize
from sfd.generation.writing.shapes import Choice, Flag, Many, Maybe, Number, Record, Shape, Text

MOST_CHARACTERS = 24
MOST_LOCATIONS = 40
FEWEST_SCENES = 3
MOST_SCENES = 24
MOST_LINES = 6
SHORTEST_SCENE = 4.0
LONGEST_SCENE = 12.0
GENDERS = ("female", "male", "nonbinary", "none")
SETTINGS = ("INT", "EXT", "INT/EXT")
ACTIONS = ("rewrite", "remove")


def bible_shape(pictures: int) -> Record:
    """Title, tone, style, people and places. `pictures` is how many reference pictures were sent."""
    return Record(
        {
            "title": Text("The title of the drama, fit for a poster.", 120),
            "logline": Text("The drama in one sentence: who wants what, and what stands against it.", 500),
            "tone": Text("How it feels, in a few words.", 250),
            "visual_style": Text("What all pictures share, in English: light, colour, lens, texture.", 290),
            "language": Text("BCP 47 tag of the language that it is written in, such as en or zh-Hans.", 35),
            "characters": Many(
                "Everybody who is seen or speaks, main characters first.", person_shape(pictures), 1, MOST_CHARACTERS
            ),
            "locations": Many(
                "Every place that is needed; scenes can play nowhere else.", _LOCATION, 1, MOST_LOCATIONS
            ),
        }
    )


def person_shape(pictures: int) -> Record:
    """A character. With pictures, the number of the one that shows them, or null."""
    numbers = Choice("Number of the picture that shows this character; null if none does.", range(1, pictures + 1))
    return Record({**_PERSON, **({"reference": Maybe(numbers)} if pictures else {})})


def outline_shape(episodes: int) -> Record:
    """One entry for each episode."""
    number = Choice("Which episode this is.", range(1, episodes + 1))
    return Record({"episodes": Many("The episodes in order:", Record({"number": number, **_EPISODE}), *[episodes] * 2)})


def episode_shape(people: Sequence[str], locations: Sequence[str]) -> Record:
    """The scenes of an episode. `people` are character ids, `locations` the names of places."""
    scene = scene_shape(people, Choice("Where it plays.", locations))
    return Record({"scenes": Many("The scenes in order, one shot each.", scene, FEWEST_SCENES, MOST_SCENES)})


def scene_shape(people: Sequence[str], location: Choice | Text) -> Record:
    """One shot: what is seen, said and heard."""
    return Record(
        {
            "setting": Choice("Inside or outside.", SETTINGS),
            "location": location,
            "time_of_day": Text("DAY, NIGHT, DAWN, or in the language of the drama.", 40),
            "description": Text("What happens in this shot, in the language of the drama.", 900),
            "characters": Many("Who is in the picture.", Choice("Character id.", people), 0, 6),
            "dialogue": Many("What is said, in order.", _line_shape(people), 0, MOST_LINES),
            "shot": _SHOT,
            "sound": Text("What is heard besides the lines; may be empty.", 200, empty=True),
            "continues": Flag("True if it goes on in the place and moment of the scene before."),
            "seconds": Number("How long the shot lasts.", SHORTEST_SCENE, LONGEST_SCENE),
            "wardrobe": Text("What those in the picture wear, in English; may be empty.", 400, empty=True),
            "image_prompt": Text("The first frame, in English, for an image model.", 1_500),
            "video_prompt": Text("What moves during the shot, in English, for a video model.", 1_500),
        }
    )


def changes_shape(people: Sequence[str], episodes: int, added: int, pictures: int) -> Record:
    """What feedback changes. `episodes` there are, of which the last `added` are yet to be written."""
    changed = Record({**person_shape(pictures).fields, "id": Choice("Which character.", people)})
    touched = Record(
        {
            "number": Choice("Which episode.", range(1, episodes + 1)),
            "action": Choice("Write it anew, or take it out.", ACTIONS),
            "title": Text("Its title, as it is or as it becomes.", 120),
            "logline": Text("What happens in it after the change, in a sentence or two.", 500),
            "change": Text("What exactly must become different in it, for the one who writes it anew.", 2_000),
        }
    )
    return Record(
        {
            "summary": Text("What the feedback asks for and what is done about it, for its author.", 1_000),
            "title": Maybe(Text("The new title; null if it stays.", 200)),
            "logline": Maybe(Text("The new logline; null if it stays.", 1_000)),
            "style": Maybe(Text("The new visual style; null if it stays.", 290)),
            "language": Maybe(Text("BCP 47 tag of the new language; null if it stays.", 35, empty=True)),
            "changed_characters": Many("Only those who change, each as a whole.", changed, 0, len(people)),
            "new_characters": Many("Characters who are new.", person_shape(pictures), 0, MOST_CHARACTERS),
            "removed_characters": Many("Ids of those who are gone.", Choice("Character id.", people), 0, len(people)),
            "episodes": Many("Only the episodes that the feedback touches.", touched, added, episodes),
        }
    )


def rewritten_shape(people: Sequence[str], scenes: int) -> Record:
    """An episode of so many scenes written anew: all in order by id, and those that are new or different in full."""
    most = scenes + MOST_SCENES
    scene = scene_shape(people, Text("Where it plays: the name of the place as other scenes spell it.", 200))
    name = Text("Id of a scene: of the episode as it is, or new-1, new-2 … for one that it does not have.", 96)
    return Record(
        {
            "order": Many("Ids of all scenes of the new episode, in order.", name, 1, most),
            "scenes": Many("Only scenes that change or are new.", Record({"id": name, **scene.fields}), 0, most),
        }
    )


def softened_shape() -> Record:
    """A prompt that was written anew."""
    return Record({"prompt": Text("The new prompt, as one paragraph.", 8_000)})


def critique_shape(episodes: int) -> Record:
    """A score and notes, for the drama and for each of its episodes."""
    score = Number("1: cannot be shown; 5: would be left after seconds; 10: cannot be stopped.", 1, 10)
    number = Choice("Which episode.", range(1, episodes + 1))
    one = Record({"number": number, "score": score, "notes": Text("What works, what does not, what to change.", 1_500)})
    notes = Text("What works in the drama as a whole, what does not, what to change first.", 3_000)
    return Record(
        {"score": score, "notes": notes, "episodes": Many("Every episode in order:", one, episodes, episodes)}
    )


def _line_shape(people: Sequence[str]) -> Record:
    return Record(
        {
            "character": Choice("Who says it: a character id.", people),
            "line": Text("The words as they are spoken.", 280),
            "tone": Text("How it is said; may be empty.", 120, empty=True),
            "off_screen": Flag("True if the speaker is heard without being in the picture."),
        }
    )


_PERSON: dict[str, Shape] = {
    "id": Text("A short name in Latin letters that stands for this character, such as lin-wan.", 40),
    "name": Text("The name as it is said and shown.", 80),
    "gender": Choice("Gender; none for a thing that speaks.", GENDERS),
    "look": Text("Age, face, hair, build, and the clothes they usually wear.", 900),
    "voice": Text("How the voice sounds and how they speak.", 400),
    "main": Flag("Whether it is one of the two or three that the drama is about."),
}
_LOCATION = Record(
    {
        "name": Text("A short name, different from all others.", 80),
        "look": Text("What one sees there: space, light, objects, colours.", 700),
    }
)
_CONTINUITY = Record(
    {
        "knows": Text("Who knows what by now, as far as it matters.", 500),
        "wears": Text("What the main characters wear, and injuries or things they carry.", 400),
        "place": Text("Where they are.", 200),
        "time": Text("Day and hour in the story.", 120),
    }
)
_EPISODE: dict[str, Shape] = {
    "title": Text("The title of the episode.", 120),
    "logline": Text("What happens in it, in a sentence or two.", 500),
    "hook": Text("What is seen and heard in the first three seconds.", 400),
    "beats": Many("What happens, turn by turn.", Text("One turn of the story.", 350), 2, 10),
    "cliffhanger": Text("The last moment: what makes one want the next episode; the end, in the last.", 400),
    "start": _CONTINUITY,
    "end": _CONTINUITY,
}
_SHOT = Record(
    {
        "size": Choice("How much of a person the frame holds.", [one.value for one in ShotSize]),
        "angle": Choice("Where the camera looks from.", [one.value for one in Angle]),
        "move": Choice("What the camera does.", [one.value for one in CameraMove]),
    }
)
