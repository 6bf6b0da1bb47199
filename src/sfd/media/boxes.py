"""The outermost structure of an MP4 file: its boxes (ISO/IEC 14496-12, 4.2), read without a decoder.

A decoder plays what it finds; only the boxes tell that a download stopped half way.
"""

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from sfd.domain.errors import MediaError

_HEADER = 8
_LARGE_HEADER = 16
_FIRST_BOXES = frozenset({b"ftyp", b"moov", b"free", b"wide", b"mdat", b"skip", b"styp", b"pnot"})
_TEXT_STARTS = (b"<", b"{", b"[")


@dataclass(frozen=True)
class Box:
    """One box: its four letters, where it starts, and how many bytes it says it has."""

    kind: str
    start: int
    size: int

    @property
    def end(self) -> int:
        """The first byte after it."""
        return self.start + self.size


def read_boxes(path: Path) -> list[Box]:
    """The top-level boxes of `path`, all of them whole.

    Raises:
        MediaError: the file is empty, is not an MP4, or stops before its end.
    """
    size = path.stat().st_size
    if size == 0:
        raise MediaError(f"{path.name} is empty: fetch it again.")
    with path.open("rb") as file:
        _refuse_other_formats(path.name, file.read(64))
        boxes = _walk(file, size)
    _refuse_incomplete(path.name, boxes, size)
    return boxes


def is_faststart(boxes: list[Box]) -> bool:
    """Whether the index comes before the data, so that a browser can play while it loads."""
    kinds = [box.kind for box in boxes]
    return "mdat" not in kinds or kinds.index("moov") < kinds.index("mdat")


def _refuse_other_formats(name: str, head: bytes) -> None:
    if head.lstrip()[:1] in _TEXT_STARTS:
        start = head[:40].decode("utf-8", "replace")
        raise MediaError(f"{name} is text, not film; it begins with {start!r}. Its address has probably expired.")
    if head[4:8] not in _FIRST_BOXES:
        raise MediaError(f"{name} is not an MP4 film: it begins with the bytes {head[:8].hex(' ')}.")


def _walk(file: BinaryIO, size: int) -> list[Box]:
    boxes: list[Box] = []
    at = 0
    while at + _HEADER <= size:
        box = _read_box(file, at, size)
        boxes.append(box)
        at = box.end
    return boxes


def _read_box(file: BinaryIO, at: int, size: int) -> Box:
    file.seek(at)
    head = file.read(_LARGE_HEADER)
    length, kind = struct.unpack(">I4s", head[:_HEADER])
    if length == 1 and len(head) == _LARGE_HEADER:
        length = struct.unpack(">Q", head[_HEADER:])[0]
    if length == 0:
        length = size - at
    return Box(kind.decode("latin-1"), at, max(length, _HEADER))


def _refuse_incomplete(name: str, boxes: list[Box], size: int) -> None:
    last = boxes[-1]
    if last.end > size:
        missing = last.end - size
        raise MediaError(f"{name} is cut off: {missing} of its bytes are missing. Fetch it again.")
    kinds = {box.kind for box in boxes}
    if "moov" not in kinds:
        raise MediaError(f"{name} has no index (moov): the download or the encoder stopped early. Fetch it again.")
    if not kinds & {"mdat", "moof"}:
        raise MediaError(f"{name} holds no pictures or sound.")
