"""What an animatic costs, in CPU seconds per second of film, beside what x264 alone takes for the same frames.

    python bench/animatic.py [--seconds 6] [--voice]

The frames of the animatic are decoded beforehand and given to x264 with the same settings, so the ratio says how
much drawing, moving the camera, captions and sound add to the encoder.
"""

import argparse
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import av
from av.video.frame import VideoFrame

from sfd.domain.briefs import CharacterBrief, SceneBrief, StripBlock
from sfd.domain.models import CameraMove, DialogueLine, Shot, ShotSize
from sfd.media.animatic import film_animatic
from sfd.media.encoding import write_film

MOVES = (CameraMove.STATIC, CameraMove.PUSH_IN, CameraMove.PAN_LEFT, CameraMove.HANDHELD)
LINES = ("You signed the papers before you even asked me?", "I did it for us, Mara.")


def brief(move: CameraMove, number: int, seconds: float) -> SceneBrief:
    people = (("mara", "Mara", "female"), ("dan", "Dan", "male"))
    cast = tuple(
        CharacterBrief(
            id=identity,
            name=name,
            description="In a dark coat.",
            gender=gender,
            voice_description="calm",
            main=True,
            position=position,
        )
        for position, (identity, name, gender) in enumerate(people)
    )
    return SceneBrief(
        label=f"1-{number}",
        number=number,
        setting="INT",
        location="Hospital corridor",
        time_of_day="NIGHT",
        description="Mara faces Dan under the cold light.",
        sound="A monitor beeps",
        dialogue=tuple(DialogueLine(character_id=who[0], line=line) for who, line in zip(people, LINES, strict=True)),
        shot=Shot(size=ShotSize.MEDIUM, move=move),
        cast=cast,
        seconds=seconds,
        language="en",
        style="",
        strip=(StripBlock(seconds=seconds, speaker=0),),
        strip_index=0,
    )


def cpu(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def decoded(path: Path) -> list[VideoFrame]:
    with av.open(path) as container:
        frames = list(container.decode(container.streams.video[0]))
    for frame in frames:
        frame.pict_type = 0
    return frames


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=6.0)
    parser.add_argument("--voice", action="store_true")
    arguments = parser.parse_args()
    with TemporaryDirectory() as folder:
        film_animatic(brief(CameraMove.STATIC, 0, 1.0), Path(folder) / "warm-up.mp4", voice=arguments.voice)
        totals = [measure(Path(folder), move, arguments.seconds, voice=arguments.voice) for move in MOVES]
    animatic, encoder = (sum(column) / len(MOVES) for column in zip(*totals, strict=True))
    print(f"{'mean':<12} animatic {animatic:.3f}   x264 alone {encoder:.3f}   ratio {animatic / encoder:.2f}")


def measure(folder: Path, move: CameraMove, seconds: float, *, voice: bool) -> tuple[float, float]:
    path = folder / f"{move}.mp4"
    scene = brief(move, 1, seconds)
    animatic = cpu(lambda: film_animatic(scene, path, voice=voice)) / seconds
    frames = decoded(path)
    encoder = cpu(lambda: write_film(folder / "again.mp4", frames)) / seconds
    print(f"{move:<12} animatic {animatic:.3f}   x264 alone {encoder:.3f}   CPU s per second of film")
    return animatic, encoder


if __name__ == "__main__":
    main()
