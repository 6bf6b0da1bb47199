"""How large a picture is and how long a film: read from what a checked file declares, without decoding it."""

from pathlib import Path
from typing import Any

import av
from av.error import FFmpegError
from PIL import Image

_MICROSECONDS = 1_000_000


def measure(path: Path, media_type: str) -> dict[str, Any]:
    """`width` and `height` in pixels, `duration` in seconds, as far as the kind of file has them.

    The file was checked when it was made; one that cannot be read now has no measures.
    """
    try:
        match media_type.partition("/")[0]:
            case "image":
                return _picture(path)
            case "video" | "audio":
                return _film(path)
            case _:
                return {}
    except (OSError, ValueError, FFmpegError, Image.DecompressionBombError):
        return {}


def _picture(path: Path) -> dict[str, Any]:
    with Image.open(path) as picture:
        return {"width": picture.width, "height": picture.height}


def _film(path: Path) -> dict[str, Any]:
    with av.open(path, "r") as container:
        video = container.streams.video[0] if container.streams.video else None
        found: dict[str, Any] = {"width": video.width, "height": video.height} if video else {}
        if container.duration is not None:
            found["duration"] = round(container.duration / _MICROSECONDS, 3)
        return found
