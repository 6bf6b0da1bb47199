"""One frame of a film as a picture."""

from pathlib import Path

import numpy as np
from av.container import InputContainer
from av.error import FFmpegError
from av.video.frame import VideoFrame
from PIL import Image

from sfd.domain.errors import MediaError
from sfd.media.signature import open_film


def frame_at(path: Path, seconds: float) -> Image.Image:
    """The frame that is on screen `seconds` after the start of a film, RGB and upright; the last one after its end.

    Raises:
        MediaError: it is not a film, or it cannot be decoded there.
    """
    with open_film(path) as container:
        try:
            frame = _seek(container, max(0.0, seconds))
        except FFmpegError as error:
            raise MediaError(f"{path.name} cannot be decoded at {seconds:.1f} s: {error}.") from error
    if frame is None:
        raise MediaError(f"{path.name} holds no picture that can be decoded.")
    picture = Image.fromarray(np.asarray(frame.to_ndarray(format="rgb24"), np.uint8))
    return picture.rotate(frame.rotation, expand=True) if frame.rotation else picture


def _seek(container: InputContainer, seconds: float) -> VideoFrame | None:
    stream = container.streams.video[0]
    unit = stream.time_base
    if unit is None:
        return None
    wanted = round(seconds / unit) + (stream.start_time or 0)
    container.seek(wanted, stream=stream, backward=True)
    shown: VideoFrame | None = None
    for frame in container.decode(stream):
        if shown is not None and frame.pts is not None and frame.pts > wanted:
            break
        shown = frame
    return shown
