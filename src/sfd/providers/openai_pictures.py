"""The picture in an images answer, decoded from disk to disk: such an answer can be tens of megabytes of base64."""

import base64
import binascii
import json
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from pydantic import BaseModel, ValidationError

PIECE = 65_536
LONGEST_REST = 1_000_000
_FIELD = b'"b64_json"'


class _Usage(BaseModel):
    input_tokens: int = 0
    output_tokens: int = 0


class PictureAnswer(BaseModel):
    """What an images answer says besides the picture. Source: `ImagesResponse` of the SDK 3.54."""

    output_format: str | None = None
    size: str | None = None
    quality: str | None = None
    usage: _Usage | None = None


class NoPicture(Exception):
    """The answer holds no picture; the text says what it holds instead."""


def unpack(answer: Path, into: Path) -> PictureAnswer:
    """Decode the first picture of the JSON file `answer` into the file `into`. Uses about a megabyte of memory.

    Raises:
        NoPicture: there is none, or its base64 is damaged.
    """
    rest = bytearray()
    found = False
    with answer.open("rb") as source, into.open("wb") as target:
        pieces = _Pieces(source)
        while not found and pieces.move_behind(_FIELD, rest):
            found = _decode_string(pieces, target)
        pieces.move_behind(None, rest)
    try:
        said = PictureAnswer.model_validate(json.loads(bytes(rest) or b"{}"))
    except (ValueError, ValidationError):
        said = PictureAnswer()
    if not found or not into.stat().st_size:
        raise NoPicture(_words(bytes(rest)))
    return said


def _words(rest: bytes) -> str:
    return " ".join(rest[:300].decode("utf-8", "replace").split())


class _Pieces:
    """A file read forward, with the unread end of the last piece at hand."""

    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self._buffer = b""

    def _more(self) -> bool:
        piece = self._source.read(PIECE)
        self._buffer += piece
        return bool(piece)

    def move_behind(self, word: bytes | None, passed: bytearray) -> bool:
        """Go on behind the next `word`, or to the end; what lies before goes to `passed`, up to a limit."""
        while True:
            at = self._buffer.find(word) if word else -1
            end = at + len(word) if word and at >= 0 else max(0, len(self._buffer) - len(word or b""))
            passed += self._buffer[: max(0, min(end, LONGEST_REST - len(passed)))]
            self._buffer = self._buffer[end:]
            if at >= 0:
                return True
            if not self._more():
                passed += self._buffer[: max(0, LONGEST_REST - len(passed))]
                self._buffer = b""
                return False

    def opens_string(self) -> bool:
        """Whether `: "` comes next; moves behind it, or to what comes instead."""
        while True:
            bare = self._buffer.lstrip(b" \t\r\n:")
            if bare or not self._more():
                break
        opened = bare.startswith(b'"')
        self._buffer = bare[1:] if opened else b":" + bare
        return opened

    def string(self) -> Iterator[bytes]:
        """The pieces of the string that was opened, to its closing quote."""
        while True:
            content, quote, after = self._buffer.partition(b'"')
            self._buffer = after
            yield content
            if quote:
                self._buffer = b':""' + after  # the rest stays valid JSON
                return
            if not self._more():
                raise NoPicture("a picture that breaks off")


def _decode_string(pieces: _Pieces, target: BinaryIO) -> bool:
    if not pieces.opens_string():
        return False
    left = b""
    try:
        for piece in pieces.string():
            left += piece.replace(b"\\", b"")  # some servers write "/" as "\/"
            whole = len(left) // 4 * 4
            target.write(base64.b64decode(left[:whole], validate=True))
            left = left[whole:]
        target.write(base64.b64decode(left + b"=" * (-len(left) % 4), validate=True))
    except binascii.Error as error:
        raise NoPicture("a picture whose base64 is damaged") from error
    return True
