"""Bringing one odd clip to the format of the others, in one pass: turned, scaled, padded, at their frame rate."""

from collections.abc import Iterator
from pathlib import Path

from av.container import InputContainer
from av.error import BlockingIOError as NotReady
from av.error import EOFError as Finished
from av.error import FFmpegError
from av.filter.graph import Graph
from av.video.frame import VideoFrame

from sfd.domain.errors import MediaError
from sfd.media.encoding import PictureFormat, write_film
from sfd.media.signature import open_film

CONFORM_QUALITY = 18.0

_UNSPECIFIED = 2
_TURNS = {90: "cclock", -90: "clock", 270: "clock", -270: "cclock"}
_UPSIDE_DOWN = 180


def conform(clip: Path, into: Path, pictures: PictureFormat, *, held_seconds: float = 0.0) -> int:
    """Encode the pictures of `clip` anew as `pictures`, without sound, into `into`; return how many frames.

    The last picture is held for `held_seconds` more.

    Raises:
        MediaError: the clip is damaged.
    """
    with open_film(clip) as container:
        frames = _conformed(clip.name, container, pictures, held_seconds)
        return write_film(into, frames, pictures=pictures, quality=CONFORM_QUALITY)


def _conformed(
    name: str, container: InputContainer, pictures: PictureFormat, held_seconds: float
) -> Iterator[VideoFrame]:
    graph: Graph | None = None
    for frame in _decoded(name, container):
        if graph is None:
            graph = _graph(container, frame, pictures, held_seconds)
        graph.vpush(frame)
        yield from _ready(graph)
    if graph is None:
        raise MediaError(f"{name} holds no picture that can be decoded.")
    graph.vpush(None)
    yield from _ready(graph)


def _decoded(name: str, container: InputContainer) -> Iterator[VideoFrame]:
    first: int | None = None
    try:
        for frame in container.decode(container.streams.video[0]):
            if frame.is_corrupt or frame.pts is None:
                raise MediaError(f"{name} is damaged near {frame.time or 0.0:.1f} s. Film this clip again.")
            first = frame.pts if first is None else first
            frame.pts -= first
            yield frame
    except FFmpegError as error:
        raise MediaError(f"{name} is damaged: {error}. Film this clip again.") from error


def _graph(container: InputContainer, frame: VideoFrame, pictures: PictureFormat, held_seconds: float) -> Graph:
    graph = Graph()
    nodes = [graph.add_buffer(template=container.streams.video[0])]
    nodes += [graph.add(name, arguments) for name, arguments in _filters(frame, pictures, held_seconds)]
    graph.link_nodes(*nodes, graph.add("buffersink")).configure()
    return graph


def _filters(frame: VideoFrame, pictures: PictureFormat, held_seconds: float) -> list[tuple[str, str]]:
    size = f"{pictures.width}:{pictures.height}"
    fit = f"{size}:force_original_aspect_ratio=decrease:force_divisible_by=2:reset_sar=1"
    matrix = ":in_color_matrix=bt709" if frame.colorspace == _UNSPECIFIED else ""
    return [
        *_turned(frame.rotation),
        ("fps", f"fps={pictures.rate}:start_time=0"),
        *([("tpad", f"stop_mode=clone:stop_duration={held_seconds:.3f}")] if held_seconds else []),
        ("scale", f"{fit}{matrix}:out_color_matrix=bt709:out_range=tv:flags=bicubic"),
        ("pad", f"{size}:(ow-iw)/2:(oh-ih)/2:black"),
        ("setsar", "1"),
        ("format", "yuv420p"),
    ]


def _turned(rotation: int) -> list[tuple[str, str]]:
    if abs(rotation) == _UPSIDE_DOWN:
        return [("hflip", ""), ("vflip", "")]
    return [("transpose", _TURNS[rotation])] if rotation in _TURNS else []


def _ready(graph: Graph) -> Iterator[VideoFrame]:
    while True:
        try:
            yield graph.vpull()
        except (NotReady, Finished):
            return
