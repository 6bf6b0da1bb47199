"""The adapters that speak Google's wire: writer, illustrator, filmmaker and voice of Gemini, and Veo."""

from pathlib import Path

from google.oauth2.credentials import Credentials
from openai_subjects import SCHEMA
from pydantic import SecretStr

from fakes.subjects import Outcome, Subject, Then, references
from fakes.wire import Fault, Step, Wire
from fakes.wire_gemini import GeminiWire
from sfd.config import Settings
from sfd.domain.errors import ProviderErrorKind
from sfd.providers import gemini_filmmaker, gemini_illustrator, gemini_voice, gemini_writer
from sfd.providers.base import ImageRequest, Modality, Request, SpeechRequest, SpokenLine, TextRequest, VideoRequest
from sfd.providers.catalogue import Catalogue
from sfd.providers.gemini_client import VertexAccess
from sfd.providers.registry import AnyProvider
from sfd.providers.veo import ACCOUNT, VeoFilmmaker

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
    (Step.CREATE, Fault.REFUSED_AFTER): Then(ProviderErrorKind.REJECTED_OUTPUT),
}
_SUBMITTED = {
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
    (Step.POLL, Fault.HTML_INSTEAD): UNKNOWN,
    (Step.POLL, Fault.HUGE): UNKNOWN,
    (Step.POLL, Fault.TRUNCATED): UNKNOWN,
    (Step.POLL, Fault.SLOW): WORKS,
    (Step.POLL, Fault.EXPIRED): Then(ProviderErrorKind.EXPIRED),
    (Step.POLL, Fault.REFUSED_AFTER): Then(ProviderErrorKind.REJECTED_OUTPUT),
    (Step.POLL, Fault.TEXT_ONLY): NO_OUTPUT,
    (Step.POLL, Fault.STUCK_AT_99): Then(Outcome.UNFINISHED),
    (Step.POLL, Fault.WRONG_ID): UNKNOWN,
}
_DOWNLOADED = {
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
    (Step.OTHER, Fault.OVERLOADED): Then(ProviderErrorKind.OVERLOADED),
    (Step.OTHER, Fault.EXPIRED): WORKS,
}


def settings_for(wire: Wire, timeout: float) -> Settings:
    return Settings(
        gemini_api_key=SecretStr(wire.key or "any"),
        google_gemini_base_url=wire.base_url,
        provider_timeout_seconds=timeout,
    )


def writer(wire: Wire, timeout: float) -> AnyProvider:
    return gemini_writer.build(settings_for(wire, timeout), Catalogue.load().of("gemini", Modality.WRITER))


def illustrator(wire: Wire, timeout: float) -> AnyProvider:
    return gemini_illustrator.build(settings_for(wire, timeout), Catalogue.load().of("gemini", Modality.ILLUSTRATOR))


def filmmaker(wire: Wire, timeout: float) -> AnyProvider:
    return gemini_filmmaker.build(settings_for(wire, timeout), Catalogue.load().of("gemini", Modality.FILMMAKER))


def voice(wire: Wire, timeout: float) -> AnyProvider:
    return gemini_voice.build(settings_for(wire, timeout), Catalogue.load().of("gemini", Modality.VOICE))


def veo(wire: Wire, timeout: float) -> AnyProvider:
    signed_in = Credentials(token=wire.key or "any")
    access = VertexAccess(ACCOUNT, "a-project", "us-central1", timeout, signed_in, wire.base_url)
    return VeoFilmmaker(access, Catalogue.load().of("veo", Modality.FILMMAKER))


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


def _speech(folder: Path, key: str) -> Request:
    del folder
    lines = (SpokenLine("Lin", "a low woman's voice", "quietly", key), SpokenLine("Bo", "a young man", "", "Who?"))
    return SpeechRequest(lines, idempotency_key=key)


def wire_at(ledger: Path, key: str) -> Wire:
    return GeminiWire(ledger, key=key)


SUBJECTS: tuple[Subject, ...] = (
    Subject("gemini-writer", Modality.WRITER, wire_at, writer, _text, _DIRECT),
    Subject("gemini-illustrator", Modality.ILLUSTRATOR, wire_at, illustrator, _image, _DIRECT),
    Subject("gemini-filmmaker", Modality.FILMMAKER, wire_at, filmmaker, _video, {**_SUBMITTED, **_DOWNLOADED}),
    Subject("gemini-voice", Modality.VOICE, wire_at, voice, _speech, _DIRECT),
    Subject("veo", Modality.FILMMAKER, wire_at, veo, _video, _SUBMITTED),
)
