"""Cutting an episode: its film, subtitles, cover and contact sheet, made in a media process."""

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sfd.domain.models import Scene
from sfd.generation.requests import CutSpec
from sfd.media.check import Depth, check_film, open_picture
from sfd.media.contact_sheet import LabelledPicture, contact_sheet
from sfd.media.cover import cover_image
from sfd.media.cut import CutResult, cut_episode
from sfd.media.drawing import draw_plate
from sfd.media.frames import frame_at
from sfd.media.speech import Speech, fitted
from sfd.media.subtitles import SubtitleCue, episode_cues, to_srt, to_webvtt
from sfd.providers.preview import NAME as PREVIEW

FILM = "film"
COVER_WIDTH = 1080


@dataclass(frozen=True)
class Storyboard:
    """A storyboard's file and who drew it."""

    path: Path
    made_by: str


@dataclass(frozen=True)
class CutFile:
    """One file of a cut."""

    path: Path
    media_type: str


@dataclass(frozen=True)
class CutFiles:
    """Everything made for an episode. `files` by what it is: film, srt, vtt, cover, contact_sheet."""

    folder: Path
    files: Mapping[str, CutFile]
    facts: Mapping[str, Any]

    def remove(self) -> None:
        """Delete the working folder."""
        shutil.rmtree(self.folder, ignore_errors=True)


def cut_into(
    folder: Path,
    spec: CutSpec,
    clips: Sequence[Path],
    storyboards: Sequence[Storyboard],
    recordings: Mapping[str, Path],
) -> CutFiles:
    """Make an episode from its clips, in `folder`, which is emptied first. Storyboards fill the contact sheet.

    `recordings` are spoken lines by the node of the clip that they are heard over. One that lasts longer than its clip
    is spoken a little faster, and if that does not do the clip's last picture is held: the facts say so.
    The film is decoded from end to end before this returns.

    Raises:
        MediaError: a clip is damaged, or the cut is not the film it should be.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    lengths = [check_film(path, depth=Depth.PACKETS).seconds for path in clips]
    speeches = _speeches(spec, lengths, recordings)
    held = [speeches[number].held_seconds if number in speeches else 0.0 for number in range(len(clips))]
    cues = _cues(spec, [seconds + more for seconds, more in zip(lengths, held, strict=True)])
    film = folder / "film.mp4"
    title = " · ".join(part for part in (spec.drama_title, spec.title) if part)
    result = cut_episode(clips, film, cues=cues, speeches=speeches, title=title, language=spec.language)
    check_film(film)
    files = {FILM: CutFile(film, "video/mp4")}
    if cues:
        files["srt"] = _text(folder / "film.srt", to_srt(cues), "application/x-subrip")
        files["vtt"] = _text(folder / "film.vtt", to_webvtt(cues), "text/vtt")
    files["cover"] = _cover(folder / "cover.jpg", film, spec, storyboards)
    if storyboards:
        files["contact_sheet"] = _sheet(folder / "contact-sheet.jpg", spec, storyboards, result.seconds)
    return CutFiles(folder, files, {**_facts(result), **_speech_facts(spec, speeches)})


def _speeches(spec: CutSpec, lengths: Sequence[float], recordings: Mapping[str, Path]) -> dict[int, Speech]:
    """What is heard over which clip, made to fit it."""
    return {
        number: fitted(recordings[clip.node_id], seconds)
        for number, (clip, seconds) in enumerate(zip(spec.clips, lengths, strict=True))
        if clip.node_id in recordings
    }


def _speech_facts(spec: CutSpec, speeches: Mapping[int, Speech]) -> dict[str, Any]:
    told = [
        {
            "clip": spec.clips[number].node_id,
            "tempo": round(one.tempo, 3),
            "held_seconds": round(one.held_seconds, 3),
        }
        for number, one in speeches.items()
    ]
    return {"speech": told} if told else {}


def _cues(spec: CutSpec, lengths: Sequence[float]) -> list[SubtitleCue]:
    """Subtitles on the clock of the clips as they are shown, which may differ from what was asked."""
    silent = Scene(id="silent")
    shots = [(clip.scene or silent, seconds) for clip, seconds in zip(spec.clips, lengths, strict=True)]
    return episode_cues(shots, spec.names)


def _text(path: Path, text: str, media_type: str) -> CutFile:
    path.write_text(text, encoding="utf-8")
    return CutFile(path, media_type)


def _cover(path: Path, film: Path, spec: CutSpec, storyboards: Sequence[Storyboard]) -> CutFile:
    if not storyboards:
        picture = frame_at(film, 0.5)
    elif storyboards[spec.cover_index].made_by == PREVIEW:
        picture = draw_plate(spec.cover, COVER_WIDTH)
    else:
        picture = open_picture(storyboards[spec.cover_index].path)
    cover_image(picture, path, title=spec.title, number=spec.number, series=spec.drama_title, language=spec.language)
    return CutFile(path, "image/jpeg")


def _sheet(path: Path, spec: CutSpec, storyboards: Sequence[Storyboard], seconds: float) -> CutFile:
    frames = [LabelledPicture(board.path, label) for board, label in zip(storyboards, spec.labels, strict=True)]
    subtitle = f"Episode {spec.number} · {len(frames)} shots · {seconds:.0f} s"
    title = " · ".join(part for part in (spec.drama_title, spec.title) if part)
    contact_sheet(frames, path, title=title, subtitle=subtitle, language=spec.language)
    return CutFile(path, "image/jpeg")


def _facts(result: CutResult) -> dict[str, Any]:
    return {
        "seconds": round(result.seconds, 3),
        "frames": result.frames,
        "clips": len(result.copied) + len(result.reencoded),
        "reencoded_clips": list(result.reencoded),
        "loudness_lufs": round(result.loudness_after.lufs, 1),
    }
