"""Laying a static picture with transparency over every frame of a clip, only where it shows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from sfd.media.planes import Planes, yuv

_GAP = 16
_OPAQUE = 256
_HALF = 128

Weights = NDArray[np.uint16]


@dataclass(frozen=True)
class _Patch:
    """Part of one plane: what it adds, and how much (of 256) of what lies below stays."""

    plane: int
    rows: slice
    columns: slice
    added: Weights
    kept: Weights


@dataclass(frozen=True)
class Overlay:
    """An RGBA picture of the size of the frame, ready to be laid over many of them."""

    patches: tuple[_Patch, ...]

    def lay_over(self, planes: Planes) -> None:
        """Blend it into `planes`, in place."""
        views = planes.views
        for patch in self.patches:
            region = views[patch.plane][patch.rows, patch.columns]
            region[:] = (region * patch.kept + patch.added) >> 8


def overlay_of(picture: Image.Image) -> Overlay:
    """An RGBA picture of 720 x 1280 as an overlay."""
    alpha = np.asarray(picture.getchannel("A"))
    opacity = (alpha.astype(np.uint16) * _OPAQUE + _HALF - 1) // 255
    planes = yuv(picture, "yuv444p")
    patches = [
        patch
        for rows, columns in _regions(alpha)
        for number, plane in enumerate(planes)
        for patch in [_patch(number, plane, opacity, rows, columns)]
    ]
    return Overlay(tuple(patches))


def stacked(layers: Sequence[Image.Image], gap: int = 14) -> Image.Image:
    """Layers of one size in one: the first at its place, each next one moved up until it is clear of the last."""
    picture = layers[0].copy()
    for layer in layers[1:]:
        below, own = picture.getbbox(), layer.getbbox()
        rise = max(0, own[3] + gap - below[1]) if below and own else 0
        picture.alpha_composite(layer.crop((0, rise, layer.width, layer.height)))
    return picture


def _regions(alpha: NDArray[np.uint8]) -> Iterator[tuple[slice, slice]]:
    """The bands of rows in which something shows, each with the columns it needs, all at even places."""
    shown = np.flatnonzero(alpha.any(axis=1))
    if not shown.size:
        return
    for run in np.split(shown, np.flatnonzero(np.diff(shown) > _GAP) + 1):
        top, bottom = int(run[0]) & ~1, (int(run[-1]) + 2) & ~1
        columns = np.flatnonzero(alpha[top:bottom].any(axis=0))
        yield slice(top, bottom), slice(int(columns[0]) & ~1, (int(columns[-1]) + 2) & ~1)


def _patch(number: int, plane: NDArray[np.uint8], opacity: Weights, rows: slice, columns: slice) -> _Patch:
    weights = opacity[rows, columns].astype(np.uint32)
    values = plane[rows, columns] * weights
    if number:
        weights, values = _halved(weights), _halved(values)
        rows = slice(rows.start // 2, rows.stop // 2)
        columns = slice(columns.start // 2, columns.stop // 2)
    kept = (_OPAQUE - weights).astype(np.uint16)
    return _Patch(number, rows, columns, (values + _HALF).astype(np.uint16), kept)


def _halved(values: NDArray[np.uint32]) -> NDArray[np.uint32]:
    return (values[::2, ::2] + values[1::2, ::2] + values[::2, 1::2] + values[1::2, 1::2] + 2) // 4
