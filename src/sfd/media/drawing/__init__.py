"""The preview look: storyboards, portraits and clip overlays drawn from the script alone."""

from sfd.media.drawing.clip_overlay import draw_caption, draw_slate
from sfd.media.drawing.colour import identity_colour
from sfd.media.drawing.framing import Window, angle_name, camera_window, move_name, shot_size_name
from sfd.media.drawing.plate import draw_plate
from sfd.media.drawing.portrait import draw_portrait
from sfd.media.drawing.storyboard import draw_storyboard

__all__ = [
    "Window",
    "angle_name",
    "camera_window",
    "draw_caption",
    "draw_plate",
    "draw_portrait",
    "draw_slate",
    "draw_storyboard",
    "identity_colour",
    "move_name",
    "shot_size_name",
]
