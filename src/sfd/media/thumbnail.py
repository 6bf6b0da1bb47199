"""A small picture of a picture or a film."""

from pathlib import Path

from PIL import Image, ImageOps

from sfd.domain.errors import MediaError
from sfd.media.check import MAX_PIXELS
from sfd.media.frames import frame_at

LONGEST_EDGE = 480
MEDIA_TYPE = "image/webp"

_POSTER_SECONDS = 0.5
_QUALITY = 80
_FORMATS = ("PNG", "JPEG", "WEBP", "GIF")


def write_thumbnail(source: Path, media_type: str, into: Path) -> None:
    """Write a WebP of at most 480 pixels to `into`: of a picture, or of what a film shows after half a second.

    Raises:
        MediaError: the source cannot be decoded.
    """
    is_film = media_type.startswith("video/")
    picture = frame_at(source, _POSTER_SECONDS) if is_film else _opened(source)
    picture.thumbnail((LONGEST_EDGE, LONGEST_EDGE), Image.Resampling.LANCZOS, reducing_gap=3.0)
    picture.save(into, "WEBP", quality=_QUALITY, method=4)


def _opened(source: Path) -> Image.Image:
    try:
        with Image.open(source, formats=_FORMATS) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise MediaError(f"{source.name} has more than {MAX_PIXELS // 1_000_000} million pixels.")
            upright = ImageOps.exif_transpose(picture)
            return upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise MediaError(f"{source.name} is not a picture that can be decoded: {error}.") from error
