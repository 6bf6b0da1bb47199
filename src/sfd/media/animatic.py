"""The preview clip of a scene: its storyboard, seen by a moving camera, with captions timed to the lines.

Drawn from the brief alone, the same every time (but for the scratch voice, which never breathes twice alike).
The picture is held as YUV planes and resampled for each frame
at fractions of a pixel; slate and captions are blended only where they show.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from sfd.domain import timing
from sfd.domain.briefs import SceneBrief
from sfd.domain.models import CameraMove, Scene
from sfd.media.camera import window_at
from sfd.media.check import Depth, FilmExpectation, FilmFacts, check_film, open_picture
from sfd.media.drawing import draw_caption, draw_plate, draw_slate, identity_colour
from sfd.media.encoding import FPS, HEIGHT, SAMPLE_RATE, WIDTH, Sound, frame_count, samples_until, write_film
from sfd.media.overlay import Overlay, overlay_of, stacked
from sfd.media.planes import Planes, Plate, plate_of
from sfd.media.room_tone import room_tone
from sfd.media.voice import speak

PLATE_WIDTH = WIDTH * 3 // 2
PLATE_HEIGHT = HEIGHT * 3 // 2

_HOLD = 0.25
_UNKNOWN_SPEAKER = "#ffffff"


def film_animatic(brief: SceneBrief, into: Path, *, picture: Path | None = None, voice: bool = False) -> FilmFacts:
    """Film the preview clip of a scene into `into`, `brief.seconds` long to the nearest frame.

    Args:
        brief: The scene.
        into: The MP4 file to write.
        picture: A storyboard to film instead of the one drawn from the brief; it fills the frame.
        voice: Whether the lines are read by the scratch voice; otherwise only room tone is heard.

    Raises:
        MediaError: the picture is not one, the voice is not installed, or the film cannot be written.
    """
    count = frame_count(brief.seconds)
    cues = timing.cues(_scene(brief), brief.seconds)
    plate = plate_of(_covering(open_picture(picture)) if picture else draw_plate(brief, PLATE_WIDTH))
    sound = _sound(brief, cues, samples_until(count), voice=voice)
    write_film(into, (planes.frame() for planes in _frames(brief, plate, _overlays(brief, cues), count)), sound)
    expected = FilmExpectation(width=WIDTH, height=HEIGHT, frames=count, audio=True)
    return check_film(into, expect=expected, depth=Depth.KEYFRAMES)


def _scene(brief: SceneBrief) -> Scene:
    return Scene(id="scene", dialogue=list(brief.dialogue))


def _covering(picture: Image.Image) -> Image.Image:
    return ImageOps.fit(picture.convert("RGB"), (PLATE_WIDTH, PLATE_HEIGHT), Image.Resampling.LANCZOS)


def _frames(brief: SceneBrief, plate: Plate, overlays: Sequence[tuple[float, Overlay]], count: int) -> Iterator[Planes]:
    still = plate.seen_through(window_at(brief, 0)) if brief.shot.move is CameraMove.STATIC else None
    current = 0
    for number in range(count):
        seconds = number / FPS
        while current + 1 < len(overlays) and overlays[current + 1][0] <= seconds:
            current += 1
        planes = Planes(still.buffer.copy()) if still else plate.seen_through(window_at(brief, seconds))
        overlays[current][1].lay_over(planes)
        yield planes


def _overlays(brief: SceneBrief, cues: Sequence[timing.Cue]) -> list[tuple[float, Overlay]]:
    """What lies over the picture from each second on: the slate, and the captions of the lines then heard."""
    slate = draw_slate(brief)
    captions = [_caption(brief, cue) for cue in cues]
    spans = _shown(cues)
    moments = sorted({0.0, brief.seconds, *(second for span in spans for second in span)})
    overlays: list[tuple[float, Overlay]] = []
    for start, _end in pairwise(moments):
        heard = [caption for caption, span in zip(captions, spans, strict=True) if span[0] <= start < span[1]]
        layer = slate.copy()
        if heard:
            layer.alpha_composite(stacked(heard[::-1]))
        overlays.append((start, overlay_of(layer)))
    return overlays


def _shown(cues: Sequence[timing.Cue]) -> list[tuple[float, float]]:
    """From when to when each caption shows: a little longer than it is heard, but not into the next one."""
    starts = [cue.start for cue in cues]
    spans: list[tuple[float, float]] = []
    for cue in cues:
        following = [start for start in starts if start >= cue.end]
        spans.append((cue.start, min([cue.end + _HOLD, *following])))
    return spans


def _caption(brief: SceneBrief, cue: timing.Cue) -> Image.Image:
    speaker = brief.speaker(cue.line.character_id)
    colour = identity_colour(speaker.position) if speaker else _UNKNOWN_SPEAKER
    return draw_caption(cue.line.line, speaker.name if speaker else "", colour, brief.language)


def _sound(brief: SceneBrief, cues: Sequence[timing.Cue], samples: int, *, voice: bool) -> Sound:
    sound = room_tone(brief.location, samples)
    for cue in cues if voice else ():
        speaker = brief.speaker(cue.line.character_id)
        gender, description = (speaker.gender, speaker.voice_description) if speaker else ("", "")
        speech = speak(cue.line.line, brief.language, gender, description, cue.end - cue.start)
        start = round(cue.start * SAMPLE_RATE)
        heard = speech[: samples - start]
        sound[:, start : start + len(heard)] += heard
    return np.clip(sound, -1.0, 1.0)
