"""Sound as samples: float32 arrays of shape (2, n) at 48 kHz, read from films of any kind.

Every clip's sound is brought to exactly the length of its pictures, so that nothing drifts over an episode.
"""

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.container import InputContainer
from av.error import BlockingIOError as NotReady
from av.error import EOFError as Finished
from av.error import FFmpegError
from av.filter.context import FilterContext
from av.filter.graph import Graph

from sfd.domain.errors import MediaError
from sfd.media.encoding import SAMPLE_RATE, Sound
from sfd.media.pyav import samples_of
from sfd.media.signature import open_streams

_JITTER = SAMPLE_RATE // 50
_EDGE = SAMPLE_RATE // 300


def silence(samples: int) -> Sound:
    """No sound for `samples`."""
    return np.zeros((2, samples), np.float32)


def read_sound(path: Path, samples: int) -> Sound:
    """The sound of a film from the start of its pictures, exactly `samples` long; silence where it has none.

    Its first and last 3 ms are faded, because sound that is cut in the middle of a wave clicks.

    Raises:
        MediaError: it cannot be opened, or its sound cannot be decoded.
    """
    pcm = silence(samples)
    with _opened(path) as container:
        _place_all(container, pcm)
    return soften_edges(pcm)


def sound_frames(path: Path) -> Iterator[AudioFrame]:
    """The sound of a film as it comes out of the decoder, in stereo at 48 kHz, without times.

    Raises:
        MediaError: it cannot be opened, or its sound cannot be decoded.
    """
    with _opened(path) as container:
        for frame in _decoded(container, AudioResampler(format="fltp", layout="stereo", rate=SAMPLE_RATE)):
            frame.pts = None
            yield frame


def soften_edges(pcm: Sound) -> Sound:
    """Fade the first and last 3 ms of `pcm`, in place."""
    edge = min(_EDGE, pcm.shape[1] // 2)
    ramp = np.linspace(0.0, 1.0, edge, endpoint=False, dtype=np.float32)
    pcm[:, :edge] *= ramp
    pcm[:, pcm.shape[1] - edge :] *= ramp[::-1]
    return pcm


def filtered(graph: Graph, frames: Iterator[AudioFrame]) -> Iterator[AudioFrame]:
    """What comes out of a configured graph of one input and one output when `frames` go in."""
    for frame in frames:
        graph.push(frame)
        yield from _ready(graph)
    graph.push(None)
    yield from _ready(graph)


def chain(*filters: tuple[str, str]) -> Graph:
    """A graph of audio filters (name, arguments) in a row, fed and read in our sample format."""
    graph = Graph()
    clock = f"sample_rate={SAMPLE_RATE}:time_base=1/{SAMPLE_RATE}"
    source = graph.add("abuffer", f"{clock}:sample_fmt=fltp:channel_layout=stereo")
    nodes: list[FilterContext] = [source, *(graph.add(name, arguments) for name, arguments in filters)]
    nodes.append(graph.add("aformat", f"sample_fmts=fltp:sample_rates={SAMPLE_RATE}:channel_layouts=stereo"))
    graph.link_nodes(*nodes, graph.add("abuffersink")).configure()
    return graph


@contextmanager
def _opened(path: Path) -> Generator[InputContainer]:
    with open_streams(path) as container:
        try:
            yield container
        except FFmpegError as error:
            raise MediaError(f"The sound of {path.name} cannot be decoded: {error}. Film this clip again.") from error


def _place_all(container: InputContainer, pcm: Sound) -> None:
    if not container.streams.audio:
        return
    start = _start_seconds(container)
    mono = container.streams.audio[0].channels == 1
    resampler = AudioResampler(format="fltp", layout="mono" if mono else "stereo", rate=SAMPLE_RATE)
    expected: int | None = None
    for frame in _decoded(container, resampler):
        stated = round(((frame.time or 0.0) - start) * SAMPLE_RATE)
        at = stated if expected is None or abs(stated - expected) > _JITTER else expected
        expected = at + frame.samples
        _place(pcm, samples_of(frame), at)
        if expected >= pcm.shape[1]:
            return


def _start_seconds(container: InputContainer) -> float:
    video = container.streams.video[0]
    return float((video.start_time or 0) * video.time_base) if video.time_base else 0.0


def _decoded(container: InputContainer, resampler: AudioResampler) -> Iterator[AudioFrame]:
    for frame in container.decode(container.streams.audio[0]):
        yield from resampler.resample(frame)
    yield from resampler.resample(None)


def _place(pcm: Sound, piece: Sound, at: int) -> None:
    """Write `piece` into `pcm`; mono goes to both sides at its full level, as a player would play it."""
    start, end = max(at, 0), min(at + piece.shape[1], pcm.shape[1])
    if end > start:
        pcm[:, start:end] = piece[:, start - at : end - at]


def _ready(graph: Graph) -> Iterator[AudioFrame]:
    while True:
        try:
            frame = graph.pull()
        except (NotReady, Finished):
            return
        if isinstance(frame, AudioFrame):
            yield frame
