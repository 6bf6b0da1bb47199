"""Small real files that fake providers deliver."""

from functools import cache
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from av.video.frame import VideoFrame
from PIL import Image

from sfd.media.encoding import PictureFormat, frame_count, samples_until, write_film

SMALL = PictureFormat(72, 128)


@cache
def png(shade: int = 90) -> bytes:
    """A PNG picture."""
    buffer = BytesIO()
    Image.new("RGB", (SMALL.width, SMALL.height), (shade % 256, 80, 120)).save(buffer, "PNG")
    return buffer.getvalue()


@cache
def mp4(seconds: float = 1.0, shade: int = 90) -> bytes:
    """An MP4 film with silence."""
    count = frame_count(seconds)
    picture = np.full((SMALL.height * 3 // 2, SMALL.width), shade % 200 + 20, np.uint8)
    frames = (VideoFrame.from_ndarray(picture, format="yuv420p") for _ in range(count))
    with TemporaryDirectory() as folder:
        path = Path(folder) / "film.mp4"
        write_film(path, frames, np.zeros((2, samples_until(count)), np.float32), pictures=SMALL)
        return path.read_bytes()
