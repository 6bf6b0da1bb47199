"""Small real films for the tests, made with the encoder and no helper of the code under test but `write_film`."""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from sfd.domain.briefs import CharacterBrief, SceneBrief, StripBlock
from sfd.domain.models import CameraMove, DialogueLine, Shot
from sfd.media.encoding import SAMPLE_RATE, PictureFormat, Sound, write_film
from sfd.media.pyav import add_audio_stream, add_video_stream, encode, mux
from sfd.media.sound import read_sound

SMALL = PictureFormat(144, 256)
FLASH_FRAME = 12


def flat_frames(
    count: int, luma: int, pictures: PictureFormat = SMALL, flash: int | None = None
) -> Iterator[VideoFrame]:
    """Frames of one grey with a bar that moves; white all over at `flash`."""
    for number in range(count):
        planes = np.full((pictures.height * 3 // 2, pictures.width), 128, np.uint8)
        planes[: pictures.height] = luma
        planes[number % pictures.height, :] = 235
        if number == flash:
            planes[: pictures.height] = 235
        yield VideoFrame.from_ndarray(planes, format="yuv420p")


def tone(seconds: float, dbfs: float = -20.0, hertz: float = 997.0) -> Sound:
    """A sine wave; `dbfs` is its peak."""
    time = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    wave = 10 ** (dbfs / 20) * np.sin(2 * np.pi * hertz * time)
    return np.stack([wave, wave]).astype(np.float32)


def film(
    path: Path,
    seconds: float = 1.0,
    *,
    luma: int = 80,
    sound: Sound | None = None,
    pictures: PictureFormat = SMALL,
    flash: int | None = None,
) -> Path:
    """A film in the house's encoding, small."""
    count = round(seconds * pictures.rate)
    write_film(path, flat_frames(count, luma, pictures, flash), sound, pictures=pictures)
    return path


def foreign_film(path: Path, *, x264: str, luma: int, seconds: float = 1.0, mono_rate: int | None = None) -> Path:
    """A film of the same format by another encoder: `x264` parameters, sound a mono tone of 997 Hz at `mono_rate`."""
    with av.open(path, "w", format="mp4", options={"movflags": "+faststart"}) as container:
        video = add_video_stream(container, "libx264", SMALL.rate, {"x264-params": x264, "profile": "high"})
        video.width, video.height, video.pix_fmt = SMALL.width, SMALL.height, "yuv420p"
        video.color_range = video.colorspace = video.color_primaries = video.color_trc = 1
        audio = add_audio_stream(container, "aac", mono_rate) if mono_rate else None
        if audio is not None and mono_rate:
            audio.layout = "mono"
            wave = tone(seconds, hertz=997 * SAMPLE_RATE / mono_rate)[:1, : round(seconds * mono_rate)]
            frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(wave), format="fltp", layout="mono")
            frame.sample_rate, frame.pts, frame.time_base = mono_rate, 0, Fraction(1, mono_rate)
            mux(container, [*encode(audio, frame), *encode(audio, None)])
        for number, picture in enumerate(flat_frames(round(seconds * SMALL.rate), luma)):
            picture.pts, picture.time_base = number, 1 / SMALL.rate
            mux(container, encode(video, picture))
        mux(container, encode(video, None))
    return path


def decoded_luma(path: Path) -> list[NDArray[np.uint8]]:
    """The luma plane of every frame."""
    with av.open(path) as container:
        return [
            np.asarray(frame.to_ndarray(), np.uint8)[: frame.height]
            for frame in container.decode(container.streams.video[0])
        ]


def picture_bytes(path: Path) -> list[bytes]:
    """The packets of the pictures as they are stored."""
    with av.open(path) as container:
        return [bytes(packet) for packet in container.demux(container.streams.video[0]) if packet.size]


def heard(path: Path, seconds: float) -> Sound:
    """The first `seconds` of a film's sound."""
    return read_sound(path, round(seconds * SAMPLE_RATE))


def rms_dbfs(sound: Sound) -> float:
    """How strong a sound is on the average."""
    return float(10 * np.log10(np.mean(np.square(sound, dtype=np.float64)) + 1e-20))


def scene(
    move: CameraMove = CameraMove.STATIC,
    seconds: float = 2.0,
    *lines: tuple[str, str],
    language: str = "en",
    dual: bool = False,
) -> SceneBrief:
    """A scene of two people; `lines` are (character id, words), the last one spoken with the one before if `dual`."""
    spoken = [DialogueLine(character_id=who, line=words) for who, words in lines]
    if dual:
        spoken[-1] = spoken[-1].model_copy(update={"dual": True})
    return SceneBrief(
        label="1-3",
        number=3,
        setting="INT",
        location="Hospital corridor",
        time_of_day="NIGHT",
        description="Mara faces Dan.",
        sound="",
        dialogue=tuple(spoken),
        shot=Shot(move=move),
        cast=(_person("mara", "Mara", "female", 0), _person("dan", "Dan", "male", 1)),
        seconds=seconds,
        language=language,
        style="",
        strip=(StripBlock(seconds=seconds, speaker=0),),
        strip_index=0,
    )


def _person(identity: str, name: str, gender: str, position: int) -> CharacterBrief:
    return CharacterBrief(
        id=identity, name=name, description="", gender=gender, voice_description="calm", main=True, position=position
    )
