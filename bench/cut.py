"""What cutting an episode costs: 12 like clips of 7.5 s, joined here and by MoviePy 2, in CPU seconds.

    python bench/cut.py [--moviepy-python PATH] [--clips 12] [--seconds 7.5]

MoviePy needs an older Pillow than SFD, so it lives in an environment of its own:

    python -m venv build/moviepy && build/moviepy/bin/pip install -r bench/moviepy.txt
    python bench/cut.py --moviepy-python build/moviepy/bin/python

Without that path only our own figures are printed. MoviePy joins and encodes; it neither levels the sound nor
checks the result. What SFD does depends on the sound, so the clips are made twice, with the same pictures: with
room tone, as previews without a voice have, which is copied; and with something like speech, 3 LU too quiet,
which is levelled. The lines:

    joined by stream copy     surveyed, then pictures and sound copied; nothing measured or checked
    cut, sound copied         the whole cut: also the loudness measured and every packet compared
    cut, sound levelled       the whole cut: also the sound levelled and encoded, keyframes and sound decoded
    ... every frame decoded   both cuts again, with every frame of the film decoded afterwards, as a drama's cut is

Ours are the median of three runs; MoviePy runs once.
"""

import argparse
import resource
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from PIL import Image

from sfd.media.check import check_film
from sfd.media.cut import cut_episode
from sfd.media.drawing import Window
from sfd.media.encoding import SAMPLE_RATE, Sound, frame_count, samples_until, write_film
from sfd.media.joining import join
from sfd.media.planes import Planes, plate_of
from sfd.media.reels import survey
from sfd.media.room_tone import room_tone
from sfd.media.soundtrack import CopiedSound, choose_soundtrack

RUNS = 3

MakeSound = Callable[[int, int], Sound]

MOVIEPY = """
import sys
from moviepy import VideoFileClip, concatenate_videoclips
clips = [VideoFileClip(path) for path in sys.argv[3:]]
concatenate_videoclips(clips).write_videofile(
    sys.argv[1], codec="libx264", preset=sys.argv[2], audio_codec="aac", logger=None)
"""


def clip(path: Path, number: int, seconds: float, make_sound: MakeSound) -> Path:
    count = frame_count(seconds)
    rough = Image.fromarray(np.random.default_rng(number).integers(0, 255, (32, 18, 3), np.uint8))
    plate = plate_of(rough.resize((1080, 1920), Image.Resampling.BICUBIC))

    def frames() -> Iterator[Planes]:
        for at in range(count):
            yield plate.seen_through(Window(0.5, 0.5, 1 - 0.2 * at / count))

    write_film(path, (planes.frame() for planes in frames()), make_sound(number, samples_until(count)))
    return path


def silent_room(number: int, samples: int) -> Sound:
    return room_tone(f"Room {number}", samples)


def speech_like(number: int, samples: int) -> Sound:
    time_ = np.arange(samples) / SAMPLE_RATE
    syllables = np.clip(np.sin(2 * np.pi * 3 * time_), 0, 1) * 0.2
    voice = sum(np.sin(2 * np.pi * 140 * k * time_) / k for k in range(1, 12))
    sound = syllables * voice + np.random.default_rng(number).standard_normal(samples) * 0.001
    return np.stack([sound, sound]).astype(np.float32)


def cpu(work: Callable[[], object]) -> float:
    return sorted(_cpu_once(work) for _ in range(RUNS))[RUNS // 2]


def _cpu_once(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def stream_copy(clips: Sequence[Path], into: Path) -> Callable[[], object]:
    """What joins the clips by copying alone; their sound was looked at before."""
    sound = choose_soundtrack([survey(each) for each in clips], into.with_suffix(".f32"))
    if not isinstance(sound, CopiedSound):
        raise SystemExit("The sound of these clips cannot be copied; the bench expects that it can.")

    def work() -> None:
        reels = [survey(each) for each in clips]
        join(reels, into, sound, cues=(), title="", language="", on_clip=lambda _share: None)

    return work


def whole_cut(clips: Sequence[Path], into: Path, *, sound_copied: bool) -> None:
    if cut_episode(clips, into).sound_copied != sound_copied:
        raise SystemExit("The sound of the cut is not what the bench is about to print.")


def moviepy_cpu(python: Path, preset: str, into: Path, clips: Sequence[Path]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([python, "-c", MOVIEPY, into, preset, *clips], check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--moviepy-python", type=Path, help="a Python that has moviepy 2 (see above)")
    parser.add_argument("--moviepy-preset", default="medium", help="x264 preset; medium is what MoviePy itself uses")
    parser.add_argument("--clips", type=int, default=12)
    parser.add_argument("--seconds", type=float, default=7.5)
    arguments = parser.parse_args()
    with TemporaryDirectory() as folder:
        root = Path(folder)
        numbers = range(arguments.clips)
        room = [clip(root / f"room-{n:02}.mp4", n, arguments.seconds, silent_room) for n in numbers]
        speech = [clip(root / f"speech-{n:02}.mp4", n, arguments.seconds, speech_like) for n in numbers]
        compare(root, room, speech, arguments.moviepy_python, arguments.moviepy_preset)


def our_cpu(root: Path, room: Sequence[Path], speech: Sequence[Path]) -> dict[str, float]:
    copied, levelled = root / "copied.mp4", root / "levelled.mp4"
    ours = {
        "joined by stream copy": cpu(stream_copy(room, root / "joined.mp4")),
        "cut, sound copied": cpu(lambda: whole_cut(room, copied, sound_copied=True)),
        "cut, sound levelled": cpu(lambda: whole_cut(speech, levelled, sound_copied=False)),
    }
    for words, film in (("copied", copied), ("levelled", levelled)):
        decoding = cpu(lambda film=film: check_film(film))
        ours[f"  {words}, every frame decoded"] = ours[f"cut, sound {words}"] + decoding
    return ours


def compare(root: Path, room: Sequence[Path], speech: Sequence[Path], python: Path | None, preset: str) -> None:
    ours = our_cpu(root, room, speech)
    length = Fraction(sum(survey(each).frames for each in room), 24)
    print(f"{len(room)} clips, {float(length):.1f} s of film, CPU seconds")
    theirs = moviepy_cpu(python, preset, root / "moviepy.mp4", room) if python else None
    for words, seconds in ours.items():
        ratio = f"   {theirs / seconds:6.0f} x MoviePy" if theirs else ""
        print(f"{words:<32} {seconds:7.2f}{ratio}")
    if theirs:
        print(f"{f'MoviePy 2 ({preset})':<32} {theirs:7.2f}")
    else:
        print("MoviePy was not measured: give --moviepy-python (see --help).")


if __name__ == "__main__":
    main()
