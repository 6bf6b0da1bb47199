"""The log: one line for each event, on stderr, ours and that of the libraries alike.

JSON when stderr is not a terminal. What looks like a secret, or is one of the settings, is blotted out of the finished
line, wherever in it it stood.
"""

import logging
import re
import sys
from collections.abc import Iterable, MutableMapping
from typing import Any

import structlog
from pydantic import SecretStr
from structlog.typing import Processor

from sfd.config import Settings

BLOT = "[secret]"
SHORTEST_SECRET = 6
# Keys of SFD, webhook secrets, session cookies, and what comes after the name of a header or parameter that holds a key
LOOKS_SECRET = re.compile(
    r"sfd_[0-9a-f]{4,}\.[\w-]{8,}|whsec_[\w+/=-]{8,}"
    r"|(?<=sfd_session=)[\w-]{8,}|(?<=[Bb]earer )[\w.~+/=-]{8,}"
    r"|(?<=[?&]key=)[^&\s\"']+|(?<=[?&]api_key=)[^&\s\"']+"
)
PASSWORD_IN_URL = re.compile(r"(?<=://)([^/\s:@\"']*):[^/\s@\"']+(?=@)")
# They tell of every request that goes out, with its URL, and of every statement, with its values
QUIET = {
    "httpx": logging.WARNING,
    "httpcore": logging.WARNING,
    "aiosqlite": logging.WARNING,
    "alembic": logging.WARNING,
}
_TIMES = structlog.processors.TimeStamper(fmt="iso", utc=True)


class Blotter:
    """Blots secrets out of text."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        known = sorted({one for one in secrets if len(one) >= SHORTEST_SECRET}, key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, known))) if known else None

    def blot(self, text: str) -> str:
        """The text without what is, or looks like, a secret."""
        if self._known is not None:
            text = self._known.sub(BLOT, text)
        return PASSWORD_IN_URL.sub(rf"\1:{BLOT}", LOOKS_SECRET.sub(BLOT, text))


def configure_logs(settings: Settings) -> None:
    """Send every log of this process to stderr, from LOG_LEVEL up, as LOG_FORMAT says."""
    level = logging.getLevelNamesMapping()[settings.log_level]
    finish = _finish(_as_json(settings), Blotter(secrets_of(settings)))
    shared: list[Processor] = [structlog.contextvars.merge_contextvars, structlog.stdlib.add_log_level, _TIMES]
    structlog.configure(
        processors=[*shared, structlog.processors.StackInfoRenderer(), *finish],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    own = [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *finish]
    foreign = [*shared, structlog.stdlib.add_logger_name, structlog.stdlib.ExtraAdder(allow=())]
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(processors=own, foreign_pre_chain=foreign))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.captureWarnings(capture=True)
    logging.getLogger("dbos").addHandler(logging.NullHandler())  # without one it would add its own, past ours
    for name, least in QUIET.items():
        logging.getLogger(name).setLevel(max(least, level))


def announce(settings: Settings, text: str) -> None:
    """Say where a person finds what was started: a plain line on a terminal, else a line of the log."""
    if _as_json(settings):
        structlog.get_logger("sfd").info(text)
    else:
        print(text, file=sys.stderr, flush=True)  # noqa: T201 - said to the person who started it


def secrets_of(settings: Settings) -> set[str]:
    """Every secret that the settings hold; of the keys, each by itself."""
    values = [getattr(settings, name) for name in type(settings).model_fields]
    plain = {value.get_secret_value() for value in values if isinstance(value, SecretStr)}
    return plain | set(settings.accepted_api_keys)


def _as_json(settings: Settings) -> bool:
    return settings.log_format == "json" or (settings.log_format == "auto" and not sys.stderr.isatty())


def _finish(as_json: bool, blotter: Blotter) -> list[Processor]:
    """From the event to the line."""
    exceptions: list[Processor] = [structlog.processors.format_exc_info] if as_json else []
    renderer = structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer(colors=False)

    def render(logger: Any, method: str, event: MutableMapping[str, Any]) -> str:  # noqa: ANN401 - structlog's type
        return blotter.blot(str(renderer(logger, method, event)))

    return [*exceptions, render]
