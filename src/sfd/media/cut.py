"""Cutting an episode: clips joined into one film, by copying wherever that gives the same pictures.

Pictures are copied packet by packet; only clips unlike the most are encoded again. Sound is copied when every
clip's is of one kind and loud enough already, else levelled over the whole length and encoded once. The film
becomes visible under its name only after it was written, synced and checked.
"""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from sfd.domain.errors import MediaError
from sfd.media.check import Depth, FilmExpectation, FilmFacts, check_film
from sfd.media.conform import conform
from sfd.media.joining import Tally, join
from sfd.media.loudness import Loudness
from sfd.media.reels import Reel, shared_format, survey, target_format
from sfd.media.signature import FilmSignature, signature
from sfd.media.soundtrack import CopiedSound, Soundtrack, choose_soundtrack
from sfd.media.speech import Speech
from sfd.media.subtitles import SubtitleCue

AV_TOLERANCE = 0.05

Progress = Callable[[float], None]


@dataclass(frozen=True)
class CutResult:
    """A finished cut: seconds, bytes, gain in dB (0 when the sound was left as it is).

    `copied` and `reencoded` are the positions of the clips, from 0; `sound_copied` whether the sound is theirs too.
    """

    seconds: float
    frames: int
    size: int
    copied: tuple[int, ...]
    reencoded: tuple[int, ...]
    loudness_before: Loudness
    loudness_after: Loudness
    gain: float
    sound_copied: bool
    facts: FilmFacts


def cut_episode(
    clips: Sequence[Path],
    into: Path,
    *,
    cues: Sequence[SubtitleCue] = (),
    speeches: Mapping[int, Speech] | None = None,
    title: str = "",
    language: str = "",
    on_progress: Progress | None = None,
) -> CutResult:
    """Join `clips`, in order, into one film at `into`, which is replaced only when all went well.

    Args:
        clips: Films that were checked when they were stored. They are not changed.
        into: Where the film goes; its folder must exist and have room for the film twice.
        speeches: Recordings that are laid over the sound of clips, by their positions from 0.
        cues: Spoken lines in seconds of the whole film; they become a subtitle track.
        title: Title in the film's metadata.
        language: BCP 47, of sound and subtitles.
        on_progress: Called with 0 to 1 as the work goes on.

    Raises:
        MediaError: a clip is not a film or is damaged, or what was written is not the cut it should be.
    """
    if not clips:
        raise MediaError("There is nothing to cut: the episode has no clips.")
    report = on_progress or _nothing
    with TemporaryDirectory(prefix=".cut-", dir=into.parent) as folder:
        reels = _reels(clips, speeches or {}, Path(folder), report)
        film = Path(folder) / into.name
        result = _cut(reels, film, cues, title, language, report)
        film.replace(into)
        _sync(into.parent)
    report(1.0)
    return result


def _nothing(_share: float) -> None:
    return


def _reels(clips: Sequence[Path], speeches: Mapping[int, Speech], folder: Path, report: Progress) -> list[Reel]:
    surveyed = [survey(clip) for clip in clips]
    shared = shared_format(surveyed, all_copied=not any(one.held_seconds for one in speeches.values()))
    reels: list[Reel] = []
    for number, reel in enumerate(surveyed):
        speech = speeches.get(number)
        held = speech.held_seconds if speech else 0.0
        if not reel.copyable or reel.signature.video != shared or held:
            made = folder / f"{number}.mp4"
            conform(reel.sound, made, target_format(shared), held_seconds=held)
            reel = replace(survey(made), sound=reel.sound)  # noqa: PLW2901 - the same clip, made to fit
        reels.append(reel if speech is None else replace(reel, grid=None, speech=speech))
        report(0.4 * (number + 1) / len(clips))
    return reels


def _cut(
    reels: Sequence[Reel], film: Path, cues: Sequence[SubtitleCue], title: str, language: str, report: Progress
) -> CutResult:
    sound = choose_soundtrack(reels, film.with_suffix(".f32"))
    report(0.5)

    def joined(share: float) -> None:
        report(0.5 + 0.3 * share)

    tally = join(reels, film, sound, cues=cues, title=title, language=language, on_clip=joined)
    _sync(film)
    facts = _checked(reels, sound, film, tally)
    return CutResult(
        seconds=facts.seconds,
        frames=facts.frames,
        size=facts.size,
        copied=tuple(number for number, reel in enumerate(reels) if reel.copied),
        reencoded=tuple(number for number, reel in enumerate(reels) if not reel.copied),
        loudness_before=sound.before,
        loudness_after=sound.after,
        gain=round(sound.level.gain, 2),
        sound_copied=isinstance(sound, CopiedSound),
        facts=facts,
    )


def _checked(reels: Sequence[Reel], sound: Soundtrack, film: Path, tally: Tally) -> FilmFacts:
    """What was copied bit by bit from checked clips is compared as bytes and times; anything else is decoded.

    Packets that are the same, under the same decoder configuration, decode to the same frames.
    """
    video = reels[0].signature.video
    expected = FilmExpectation(
        width=video.width,
        height=video.height,
        frames=sum(reel.frames for reel in reels),
        audio=True,
        av_tolerance=AV_TOLERANCE,
    )
    found = Tally()
    facts = check_film(film, expect=expected, depth=_depth(reels, sound), on_packet=found.count)
    if found != tally or not _decoded_alike(reels[0], sound, signature(film)):
        raise MediaError("The cut does not hold the pictures and the sound of its clips. Cut the episode again.")
    return facts


def _decoded_alike(reel: Reel, sound: Soundtrack, film: FilmSignature) -> bool:
    alike = film.parameters == reel.signature.parameters
    return alike and (film.audio == sound.grid.format if isinstance(sound, CopiedSound) else True)


def _depth(reels: Sequence[Reel], sound: Soundtrack) -> Depth:
    if len({reel.signature.parameters for reel in reels}) > 1:
        return Depth.EVERY_FRAME
    return Depth.PACKETS if isinstance(sound, CopiedSound) else Depth.KEYFRAMES


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
