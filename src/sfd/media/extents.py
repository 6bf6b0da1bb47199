"""How far a file's own structure reaches: a file that stops before it is cut off, one that goes on hides something.

PNG: https://www.w3.org/TR/png-3/ · GIF: the GIF89a specification · WebP and WAV: RIFF · films: ISO/IEC 14496-12.
"""

import mmap
import os
import re
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from sfd.domain.errors import Fault, InvalidInput

MOST_CHUNKS = 200_000

_PNG_START = 8
_GIF_START = 13
_RIFF_OPEN_ENDED = (0, 0xFFFFFFFF)
_MARKER = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
_END_OF_IMAGE = 0xD9
_ALONE = frozenset((0x01, 0xD8))


@dataclass(frozen=True)
class Extent:
    """The byte after the last one that belongs to the format, and how many pictures there are in it."""

    end: int
    pictures: int = 1


def refuse_wrong_extent(path: Path, media_type: str) -> None:
    """Refuse a file that is cut off; and a PNG, GIF or WebP with something behind its picture, or a GIF that moves.

    Phones append previews and films to JPEG files, so those are not refused: `strip_jpeg` takes that away.

    Raises:
        InvalidInput: with the pointer `/file`.
    """
    walk = _WALKS.get(media_type)
    if walk is None:
        return
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        try:
            extent = walk(data)
        except (struct.error, IndexError):
            extent = Extent(len(data) + 1)
        size = len(data)
    if extent.end > size:
        raise unusable("The file is cut off: its end is missing. Send it whole.")
    if media_type in _NOTHING_BEHIND and size > extent.end:
        raise unusable(f"{size - extent.end} bytes follow the end of the picture. Save the picture anew and send that.")
    if extent.pictures != 1:
        raise unusable(f"The GIF holds {extent.pictures} pictures. Send one that does not move, or a film.")


def strip_jpeg(path: Path) -> int:
    """Cut a JPEG file off after its first picture (ITU-T T.81, B.2). Returns how many bytes went."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        size = len(data)
        try:
            end = min(_after_jpeg(data), size)
        except (struct.error, IndexError):
            end = size
    if end < size:
        os.truncate(path, end)
    return size - end


def _after_jpeg(data: mmap.mmap) -> int:
    """Segments have lengths; the coded picture behind a scan's header ends at the next marker that is no restart."""
    at = 2
    while at < len(data):
        found = _MARKER.search(data, at)
        if found is None:
            return len(data)
        at, mark = found.end(), data[found.end() - 1]
        if mark == _END_OF_IMAGE:
            return at
        if mark not in _ALONE:
            at += struct.unpack_from(">H", data, at)[0]
    return len(data)


def unusable(detail: str) -> InvalidInput:
    """The error for a file whose content cannot be used."""
    return InvalidInput(detail, [Fault("/file", detail)])


def _png(data: mmap.mmap) -> Extent:
    at = _PNG_START
    for _ in range(MOST_CHUNKS):
        length, kind = struct.unpack_from(">I4s", data, at)
        at += 12 + length
        if kind == b"IEND":
            return Extent(at)
    raise unusable("The PNG is made of far too many pieces. Save it anew.")


def _gif(data: mmap.mmap) -> Extent:
    at = _GIF_START + _colour_table(data[10])
    pictures = 0
    while (mark := data[at]) != 0x3B:  # noqa: PLR2004 - the trailer
        if mark == 0x2C:  # noqa: PLR2004 - a picture
            pictures += 1
            at = _after_blocks(data, at + 11 + _colour_table(data[at + 9]))
        elif mark == 0x21:  # noqa: PLR2004 - an extension
            at = _after_blocks(data, at + 2)
        else:
            raise unusable("The GIF is damaged: it does not decode.")
    return Extent(at + 1, pictures)


def _colour_table(flags: int) -> int:
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _after_blocks(data: mmap.mmap, at: int) -> int:
    while data[at]:
        at += data[at] + 1
    return at + 1


def _riff(data: mmap.mmap) -> Extent:
    (length,) = struct.unpack_from("<I", data, 4)
    return Extent(0 if length in _RIFF_OPEN_ENDED else 8 + length)


def _boxes(data: mmap.mmap) -> Extent:
    at = 0
    for _ in range(MOST_CHUNKS):
        if at + 8 > len(data):
            return Extent(max(at, len(data)))
        length: int = struct.unpack_from(">I", data, at)[0]
        if length == 1:
            length = struct.unpack_from(">Q", data, at + 8)[0]
        at += max(length, 8) if length else len(data) - at
    raise unusable("The film is made of far too many pieces. Save it anew.")


_WALKS: Mapping[str, Callable[[mmap.mmap], Extent]] = {
    "image/png": _png,
    "image/gif": _gif,
    "image/webp": _riff,
    "audio/wav": _riff,
    "video/mp4": _boxes,
    "video/quicktime": _boxes,
    "audio/mp4": _boxes,
}
_NOTHING_BEHIND = ("image/png", "image/gif", "image/webp")
