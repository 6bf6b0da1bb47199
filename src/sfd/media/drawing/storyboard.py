"""The storyboard frame: the plate with everything a crew writes on it."""

from io import BytesIO

from PIL import Image

from sfd.domain.briefs import SceneBrief
from sfd.media.drawing.framing import WIDTH
from sfd.media.drawing.overlay import draw_overlay
from sfd.media.drawing.plate import draw_plate

_COMPRESSION = 4


def draw_storyboard(brief: SceneBrief) -> bytes:
    """A scene's storyboard frame as PNG, 720x1280."""
    picture, overlay = draw_plate(brief), draw_overlay(brief).render(WIDTH)
    picture.paste(overlay, (0, 0), overlay)
    return png_bytes(picture)


def png_bytes(picture: Image.Image) -> bytes:
    """A picture as a PNG file."""
    out = BytesIO()
    picture.save(out, "PNG", compress_level=_COMPRESSION)
    return out.getvalue()
