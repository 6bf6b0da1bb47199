"""Receiving a file over HTTP: `multipart/form-data` (RFC 7578) taken apart as it arrives, the file straight to disk.

Memory stays the same for a file of any size, and the limit is kept while the bytes come in. The parts of the form
may come in any order; nothing is believed of what they say about the file.
"""

import asyncio
import errno
import json
import secrets
import time
import unicodedata
from collections.abc import AsyncGenerator, AsyncIterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, BinaryIO, Literal

from pydantic import BeforeValidator, Field, StringConstraints, ValidationError
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from sfd.domain.errors import Fault, InvalidInput, OutOfSpace, StorageUnavailable, TooLarge, UnsupportedMedia
from sfd.domain.models import Model
from sfd.domain.owner import Owner
from sfd.domain.wording import plain_words

MOST_FIELD_BYTES = 64 * 1024
MOST_PARTS = 16
LONGEST_FILENAME = 200
FILE = "file"
MEGABYTE = 1_000_000

_PART_NAME = "upload-{}.part"
_GATHERED = 256 * 1024
_LEFT_BEHIND_SECONDS = 24 * 3600
_NO_CONTROL = r"^[^\x00-\x1f\x7f]+$"

Tag = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=_NO_CONTROL)]
Project = Annotated[str, StringConstraints(min_length=1, max_length=256, pattern=_NO_CONTROL)]
AssetType = Literal["image", "video", "text", "audio"]


def _json_object(text: object) -> object:
    if not isinstance(text, str):
        return text
    try:
        return json.loads(text or "{}")
    except (ValueError, RecursionError) as error:
        raise ValueError("must be a JSON object") from error


class UploadForm(Model):
    """The fields that come with a file."""

    user_id: str | None = None
    project_name: Project
    asset_type: AssetType
    tag: Tag
    metadata: Annotated[dict[str, Any], BeforeValidator(_json_object)] = Field(default_factory=dict)


@dataclass(frozen=True)
class ReceivedFile:
    """A file that has arrived whole, with the other fields of its form."""

    path: Path
    filename: str
    fields: Mapping[str, str]


class _Form:
    """Takes a form apart: `feed` it as it comes, then `finish`. The part `file` goes to `target`, the rest is kept."""

    def __init__(self, boundary: bytes, target: BinaryIO, most_bytes: int) -> None:
        self.fields: dict[str, str] = {}
        self.filename = ""
        self._target = target
        self._most_bytes = most_bytes
        self._file_bytes = 0
        self._parts = 0
        self._has_file = False
        self._ended = False
        self._name = ""
        self._value = bytearray()
        self._header = bytearray()
        self._header_value = bytearray()
        self._disposition = b""
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._begin_part,
                "on_header_field": self._more_header,
                "on_header_value": self._more_header_value,
                "on_header_end": self._end_header,
                "on_headers_finished": self._begin_content,
                "on_part_data": self._more_content,
                "on_part_end": self._end_part,
                "on_end": self._end,
            },
        )

    def feed(self, data: bytes) -> None:
        try:
            self._parser.write(data)
        except FormParserError as error:
            raise InvalidInput("The body is not a well-formed multipart/form-data form.") from error

    def finish(self) -> None:
        if not self._ended:
            raise InvalidInput("The upload ended before its form did. Send it again.")
        if not self._has_file:
            raise InvalidInput("The form holds no file.", [Fault("/file", "a part named `file` is needed")])

    def _begin_part(self) -> None:
        self._parts += 1
        self._disposition = b""
        self._value = bytearray()
        if self._parts > MOST_PARTS:
            raise InvalidInput(f"The form has more than {MOST_PARTS} parts. Send one file at a time.")

    def _more_header(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]

    def _more_header_value(self, data: bytes, start: int, end: int) -> None:
        self._header_value += data[start:end]

    def _end_header(self) -> None:
        if bytes(self._header).lower() == b"content-disposition":
            self._disposition = bytes(self._header_value)
        self._header, self._header_value = bytearray(), bytearray()

    def _begin_content(self) -> None:
        _, options = parse_options_header(self._disposition)
        self._name = options.get(b"name", b"").decode("utf-8", "replace")
        if self._name == FILE and self._has_file:
            raise InvalidInput("The form holds two files.", [Fault("/file", "may be there once")])
        if self._name in self.fields:
            raise InvalidInput(f"The form says {self._name!r} twice.", [Fault(f"/{self._name}", "may be there once")])
        if self._name == FILE:
            self._has_file = True
            self.filename = options.get(b"filename", b"").decode("utf-8", "replace")

    def _more_content(self, data: bytes, start: int, end: int) -> None:
        if self._name == FILE:
            self._file_bytes += end - start
            if self._file_bytes > self._most_bytes:
                raise TooLarge(f"The file is larger than {self._most_bytes / MEGABYTE:g} MB. Send a smaller one.")
            self._target.write(data[start:end])
            return
        self._value += data[start:end]
        if len(self._value) > MOST_FIELD_BYTES:
            raise TooLarge(f"The field {self._name[:40]!r} is longer than {MOST_FIELD_BYTES // 1024} KB.")

    def _end_part(self) -> None:
        if self._name == FILE:
            return
        try:
            self.fields[self._name] = self._value.decode("utf-8")
        except UnicodeDecodeError as error:
            fault = Fault(f"/{self._name}", "must be UTF-8")
            raise InvalidInput(f"The field {self._name[:40]!r} is not UTF-8.", [fault]) from error

    def _end(self) -> None:
        self._ended = True


@asynccontextmanager
async def receive(
    body: AsyncIterable[bytes], content_type: str, spool: Path, most_bytes: int
) -> AsyncGenerator[ReceivedFile]:
    """Take a form from the wire. Its file lies in `spool` until the block ends, however it ends.

    Raises:
        UnsupportedMedia: it is not multipart/form-data.
        TooLarge: the file has more than `most_bytes`.
        InvalidInput: the form is broken, or holds no file.
        StorageUnavailable: the file cannot be written.
    """
    kind, options = parse_options_header(content_type)
    if kind != b"multipart/form-data" or not options.get(b"boundary"):
        raise UnsupportedMedia("Send the file as multipart/form-data, such as `curl -F file=@picture.png` does.")
    path = spool / _PART_NAME.format(secrets.token_hex(8))
    try:
        target = await asyncio.to_thread(_open_new, path)
        with target:
            form = _new_form(options[b"boundary"], target, most_bytes)
            await _feed(form, body)
            form.finish()
        yield ReceivedFile(path, form.filename, form.fields)
    except OSError as error:
        raise _spool_error(error) from error
    finally:
        _remove(path)


def checked_form(fields: Mapping[str, str], owner: Owner) -> UploadForm:
    """The fields of an upload, checked.

    Raises:
        InvalidInput: with a fault for each that is wrong, another user's id or project among them.
    """
    given = dict(fields)
    if owner.only_project is not None:
        given.setdefault("project_name", owner.only_project)
    try:
        form = UploadForm.model_validate(given)
    except ValidationError as error:
        faults = [
            Fault("/" + "/".join(str(part) for part in one["loc"]), plain_words(str(one["msg"])))
            for one in error.errors()
        ]
        raise InvalidInput(f"{faults[0].pointer}: {faults[0].detail}", faults) from error
    if form.user_id not in (None, "", owner.user_id):
        raise InvalidInput(
            f"This key acts for user {owner.user_id}.", [Fault("/user_id", "is not the user of this key")]
        )
    refuse_other_project(owner, form.project_name)
    return form


def refuse_other_project(owner: Owner, project: str) -> None:
    """Keep a key that is bound to a project from putting things elsewhere.

    Raises:
        InvalidInput: it would.
    """
    if owner.only_project not in (None, project):
        raise InvalidInput(
            f"This key is bound to the project {owner.only_project}.",
            [Fault("/project_name", "is not the project of this key")],
        )


def clean_filename(given: str, fallback: str) -> str:
    """A file's name as it is shown: the last part of a path, nothing invisible, at most 200 characters."""
    last = given.replace("\\", "/").rpartition("/")[2]
    shown = "".join(one for one in last if unicodedata.category(one)[0] != "C").strip().lstrip(".")
    stem, dot, ending = shown.rpartition(".")
    if dot and len(ending) <= 16:  # noqa: PLR2004 - longer is no ending
        shown = f"{stem[: LONGEST_FILENAME - 1 - len(ending)]}.{ending}"
    return shown[:LONGEST_FILENAME] or fallback


async def _feed(form: _Form, body: AsyncIterable[bytes]) -> None:
    """Gather small pieces, so that a thread is asked a few times a megabyte."""
    gathered = bytearray()
    async for piece in body:
        gathered += piece
        if len(gathered) >= _GATHERED:
            await asyncio.to_thread(form.feed, bytes(gathered))
            gathered.clear()
    await asyncio.to_thread(form.feed, bytes(gathered))


def _new_form(boundary: bytes, target: BinaryIO, most_bytes: int) -> _Form:
    try:
        return _Form(boundary, target, most_bytes)
    except FormParserError as error:
        raise InvalidInput("The boundary of the form is too long.") from error


def _open_new(path: Path) -> BinaryIO:
    _remove_left_behind(path.parent)
    return path.open("xb")


def _remove_left_behind(spool: Path) -> None:
    """Remove what an upload left that was killed with its server."""
    for path in spool.glob(_PART_NAME.format("*")):
        try:
            if time.time() - path.stat().st_mtime > _LEFT_BEHIND_SECONDS:
                path.unlink()
        except FileNotFoundError:
            continue


def _remove(path: Path) -> None:
    path.unlink(missing_ok=True)


def _spool_error(error: OSError) -> StorageUnavailable:
    if error.errno == errno.ENOSPC:
        return OutOfSpace("The disk that holds DATA_DIR is full. Free some space, then send the file again.")
    return StorageUnavailable(f"The upload cannot be written: {error.strerror}. Check DATA_DIR.")
