"""Pictures as the encoder wants them: three planes, BT.709 limited range, chroma at half size.

The camera moves over planes rather than over RGB: half the pixels, and no conversion for each frame.
"""

from dataclasses import dataclass

import numpy as np
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange, Colorspace
from numpy.typing import NDArray
from PIL import Image

from sfd.media.drawing import Window
from sfd.media.encoding import HEIGHT, WIDTH

Pixels = NDArray[np.uint8]


@dataclass(frozen=True)
class Planes:
    """A frame of 720 x 1280 as one buffer (1920, 720), with views of its three planes."""

    buffer: Pixels

    @property
    def views(self) -> tuple[Pixels, Pixels, Pixels]:
        """Luma (1280, 720) and the two chroma planes (640, 360)."""
        quarter = HEIGHT // 4
        half = (HEIGHT // 2, WIDTH // 2)
        blue, red = self.buffer[HEIGHT : HEIGHT + quarter], self.buffer[HEIGHT + quarter :]
        return self.buffer[:HEIGHT], blue.reshape(half), red.reshape(half)

    def frame(self) -> VideoFrame:
        """The same memory as a frame for the encoder."""
        return VideoFrame.from_numpy_buffer(self.buffer, format="yuv420p")


def blank() -> Planes:
    """A frame to be filled."""
    return Planes(np.empty((HEIGHT * 3 // 2, WIDTH), np.uint8))


@dataclass(frozen=True)
class Plate:
    """A picture larger than the frame, for the camera to move over: luma and two chroma pictures."""

    luma: Image.Image
    blue: Image.Image
    red: Image.Image

    def seen_through(self, window: Window) -> Planes:
        """What the camera sees, resampled at fractions of a pixel."""
        planes = blank()
        for picture, view in zip((self.luma, self.blue, self.red), planes.views, strict=True):
            size = (view.shape[1], view.shape[0])
            box = _box(window, picture.width, picture.height)
            view[:] = np.asarray(picture.resize(size, Image.Resampling.BILINEAR, box=box))
        return planes


def plate_of(picture: Image.Image) -> Plate:
    """An RGB picture, both sides even, as a plate."""
    luma, blue, red = (Image.fromarray(plane) for plane in yuv(picture, "yuv420p"))
    return Plate(luma, blue, red)


def yuv(picture: Image.Image, pixel_format: str) -> tuple[Pixels, Pixels, Pixels]:
    """The three planes of an RGB picture in `pixel_format`."""
    rgb = VideoFrame.from_ndarray(np.asarray(picture.convert("RGB")), format="rgb24")
    frame = rgb.reformat(format=pixel_format, dst_colorspace=Colorspace.ITU709, dst_color_range=ColorRange.MPEG)
    luma, blue, red = (
        np.frombuffer(bytes(plane), np.uint8).reshape(plane.height, plane.line_size)[:, : plane.width].copy()
        for plane in frame.planes
    )
    return luma, blue, red


def _box(window: Window, width: int, height: int) -> tuple[float, float, float, float]:
    half = window.scale / 2
    left, top = (window.x - half) * width, (window.y - half) * height
    right, bottom = (window.x + half) * width, (window.y + half) * height
    return max(0.0, left), max(0.0, top), min(float(width), right), min(float(height), bottom)
