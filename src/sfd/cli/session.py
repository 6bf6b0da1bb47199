"""Opening the application for a command: as the worker when nobody else is, as a guest otherwise."""

import logging
import os
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import structlog
from pydantic import ValidationError

from sfd.application import Application, open_application
from sfd.config import Settings
from sfd.domain.errors import InvalidInput, WorkerUnavailable
from sfd.domain.owner import DEFAULT_USER, Owner
from sfd.domain.validation import faults_of, invalid

LOCAL_OWNER = Owner(DEFAULT_USER)
_BYTE_ORDER_MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"\xef\xbb\xbf": "utf-8-sig"}


@dataclass(frozen=True)
class Session:
    """An open application. `works`: this process runs the jobs; else another one does."""

    application: Application
    works: bool


def load_settings() -> Settings:
    """Settings from the environment.

    Raises:
        InvalidInput: a variable has a value that cannot be used; each is named.
    """
    try:
        return Settings()
    except ValidationError as error:
        faults = faults_of(error)
        named = [type(fault)(fault.pointer.strip("/").upper(), fault.detail) for fault in faults]
        raise invalid("A setting cannot be used", named) from error


def quiet_logging(level: str) -> None:
    """Log to stderr, readable, from `level` up."""
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


@asynccontextmanager
async def working_session() -> AsyncGenerator[Session]:
    """Run jobs in this process, unless a server or another command does so already for this data directory."""
    settings = load_settings()
    quiet_logging("ERROR")
    try:
        async with open_application(settings, work=True) as application:
            yield Session(application, works=True)
            return
    except WorkerUnavailable:
        pass
    async with open_application(settings, work=False) as application:
        yield Session(application, works=False)


@asynccontextmanager
async def reading_session() -> AsyncGenerator[Application]:
    """Only read."""
    settings = load_settings()
    quiet_logging("ERROR")
    async with open_application(settings, work=False) as application:
        yield application


def read_text(path: Path) -> str:
    """A text file, UTF-8 unless its byte order mark says otherwise.

    Raises:
        InvalidInput: there is no such file, or it is not text.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InvalidInput(f"{path} cannot be read: {os.strerror(error.errno or 0)}.") from error
    return decode(data, str(path))


def decode(data: bytes, name: str) -> str:
    """Bytes as text.

    Raises:
        InvalidInput: they are not text.
    """
    encoding = next((known for mark, known in _BYTE_ORDER_MARKS.items() if data.startswith(mark)), "utf-8")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise InvalidInput(f"{name} is not a text file. Give a Fountain screenplay saved as UTF-8.") from error
    if "\0" in text:
        raise InvalidInput(f"{name} is a binary file. Give a Fountain screenplay saved as UTF-8.")
    return text
