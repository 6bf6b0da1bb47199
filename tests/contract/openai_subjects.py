"""The adapters that speak OpenAI's wire: writer, illustrator, and `sora`."""

from pathlib import Path

from fakes.subjects import Outcome, Subject, Then, references
from fakes.wire import Fault, Step, Wire
from fakes.wire_openai import OpenAiWire
from sfd.domain.errors import ProviderErrorKind
from sfd.providers.base import ImageRequest, Modality, Request, TextRequest, VideoRequest
from sfd.providers.catalogue import Catalogue
from sfd.providers.openai_client import OpenAiServer
from sfd.providers.openai_illustrator import OpenAiIllustrator
from sfd.providers.openai_writer import OpenAiWriter
from sfd.providers.registry import AnyProvider
from sfd.providers.sora import SoraFilmmaker

SCHEMA = {
    "type": "object",
    "properties": {"title": {"type": "string"}, "episodes": {"type": "array", "items": {"type": "string"}}},
    "required": ["title", "episodes"],
    "additionalProperties": False,
}
UNKNOWN = Then(ProviderErrorKind.UNKNOWN_OUTCOME)
NO_OUTPUT = Then(ProviderErrorKind.NO_OUTPUT)
WORKS = Then(Outcome.WORKS)
BAD_BYTES = Then(Outcome.BAD_BYTES)

_CREATE = {
    (Step.CREATE, Fault.RATE_LIMITED): Then(ProviderErrorKind.RATE_LIMITED),
    (Step.CREATE, Fault.OVERLOADED): Then(ProviderErrorKind.OVERLOADED),
    (Step.CREATE, Fault.REFUSED_BEFORE): Then(ProviderErrorKind.REJECTED_PROMPT),
    (Step.CREATE, Fault.BAD_KEY): Then(ProviderErrorKind.AUTH),
    (Step.CREATE, Fault.SERVER_ERROR_AFTER_ACCEPTING): UNKNOWN,
    (Step.CREATE, Fault.RESET_AFTER_ACCEPTING): UNKNOWN,
    (Step.CREATE, Fault.TIME_OUT): UNKNOWN,
    (Step.CREATE, Fault.BROKEN_OFF): UNKNOWN,
    (Step.CREATE, Fault.SLOW): WORKS,
}
_DIRECT = {
    **_CREATE,
    (Step.CREATE, Fault.TRUNCATED): NO_OUTPUT,
    (Step.CREATE, Fault.HTML_INSTEAD): NO_OUTPUT,
    (Step.CREATE, Fault.HUGE): NO_OUTPUT,
    (Step.CREATE, Fault.TEXT_ONLY): NO_OUTPUT,
    (Step.CREATE, Fault.CUT_OFF_JSON): NO_OUTPUT,
}
_SORA = {
    **_CREATE,
    (Step.CREATE, Fault.TRUNCATED): UNKNOWN,
    (Step.CREATE, Fault.HTML_INSTEAD): UNKNOWN,
    (Step.CREATE, Fault.HUGE): UNKNOWN,
    (Step.POLL, Fault.RATE_LIMITED): Then(ProviderErrorKind.RATE_LIMITED),
    (Step.POLL, Fault.OVERLOADED): Then(ProviderErrorKind.OVERLOADED),
    (Step.POLL, Fault.BAD_KEY): Then(ProviderErrorKind.AUTH),
    (Step.POLL, Fault.SERVER_ERROR_AFTER_ACCEPTING): UNKNOWN,
    (Step.POLL, Fault.RESET_AFTER_ACCEPTING): UNKNOWN,
    (Step.POLL, Fault.TIME_OUT): UNKNOWN,
    (Step.POLL, Fault.HTML_INSTEAD): Then(ProviderErrorKind.OVERLOADED),
    (Step.POLL, Fault.SLOW): WORKS,
    (Step.POLL, Fault.EXPIRED): Then(ProviderErrorKind.EXPIRED),
    (Step.POLL, Fault.REFUSED_AFTER): Then(ProviderErrorKind.REJECTED_OUTPUT),
    (Step.POLL, Fault.TEXT_ONLY): NO_OUTPUT,
    (Step.POLL, Fault.STUCK_AT_99): Then(Outcome.UNFINISHED),
    (Step.POLL, Fault.WRONG_ID): Then(ProviderErrorKind.OVERLOADED),
    (Step.DOWNLOAD, Fault.RATE_LIMITED): Then(ProviderErrorKind.RATE_LIMITED),
    (Step.DOWNLOAD, Fault.OVERLOADED): Then(ProviderErrorKind.OVERLOADED),
    (Step.DOWNLOAD, Fault.BAD_KEY): Then(ProviderErrorKind.AUTH),
    (Step.DOWNLOAD, Fault.EXPIRED): Then(ProviderErrorKind.EXPIRED),
    (Step.DOWNLOAD, Fault.SERVER_ERROR_AFTER_ACCEPTING): UNKNOWN,
    (Step.DOWNLOAD, Fault.RESET_AFTER_ACCEPTING): Then(Outcome.WORKS, 2),
    (Step.DOWNLOAD, Fault.BROKEN_OFF): Then(Outcome.WORKS, 3),
    (Step.DOWNLOAD, Fault.TIME_OUT): Then(Outcome.WORKS, 1),
    (Step.DOWNLOAD, Fault.SLOW): WORKS,
    (Step.DOWNLOAD, Fault.TRUNCATED): BAD_BYTES,
    (Step.DOWNLOAD, Fault.HTML_INSTEAD): BAD_BYTES,
    (Step.DOWNLOAD, Fault.HUGE): BAD_BYTES,
}


def _server(wire: Wire, timeout: float) -> OpenAiServer:
    return OpenAiServer.at(api_key=wire.key, base_url=f"{wire.base_url}/v1", timeout=timeout)


def _writer(wire: Wire, timeout: float) -> AnyProvider:
    return OpenAiWriter(Catalogue.load().of("openai", Modality.WRITER), _server(wire, timeout))


def _illustrator(wire: Wire, timeout: float) -> AnyProvider:
    return OpenAiIllustrator(Catalogue.load().of("openai", Modality.ILLUSTRATOR), _server(wire, timeout))


def _filmmaker(wire: Wire, timeout: float) -> AnyProvider:
    cards = Catalogue.load().of("sora", Modality.FILMMAKER)
    return SoraFilmmaker(cards, base_url=wire.base_url, api_key=wire.key, timeout=timeout, settles_after=3.0)


def _text(folder: Path, key: str) -> Request:
    return TextRequest(
        instructions="You write short dramas.",
        prompt=f"Outline {key}.",
        schema_name="outline",
        schema=SCHEMA,
        references=references(folder, 1),
        idempotency_key=key,
    )


def _image(folder: Path, key: str) -> Request:
    return ImageRequest(prompt=f"Draw {key}.", references=references(folder, 2), idempotency_key=key)


def _video(folder: Path, key: str) -> Request:
    first = references(folder, 1)[0]
    return VideoRequest(prompt=f"Film {key}.", seconds=3.5, first_frame=first, idempotency_key=key)


def _wire(ledger: Path, key: str) -> Wire:
    return OpenAiWire(ledger, key=key)


SUBJECTS: tuple[Subject, ...] = (
    Subject(
        "openai-writer",
        Modality.WRITER,
        _wire,
        _writer,
        _text,
        {**_DIRECT, (Step.CREATE, Fault.REFUSED_AFTER): Then(ProviderErrorKind.REJECTED_PROMPT)},
    ),
    Subject(
        "openai-illustrator",
        Modality.ILLUSTRATOR,
        _wire,
        _illustrator,
        _image,
        {**_DIRECT, (Step.CREATE, Fault.REFUSED_AFTER): Then(ProviderErrorKind.REJECTED_OUTPUT)},
    ),
    Subject("sora", Modality.FILMMAKER, _wire, _filmmaker, _video, _SORA),
)
