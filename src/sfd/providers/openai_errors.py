"""What a failed call to an OpenAI-compatible server means for money: every failure becomes one `ProviderError`.

    refused connection, unknown name, 503, 429   certainly not accepted: wait and ask again
    reset, time-out, 408, 500, 502, 504 and all unknown   may have been accepted: never asked again blindly
    everything else   an answer: the request failed

The error body is `{"error": {"message", "type", "code", "param"}}`. A message never carries a key: not the one that
was sent, and not one that the server repeats.
"""

import re
import ssl
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, cast

import httpx
import httpx2  # the transport of the SDK, whose errors come through while an answer is read
import openai

from sfd.domain.errors import ProviderError, ProviderErrorKind
from sfd.providers.base import Reference
from sfd.providers.downloading import retry_after_seconds
from sfd.providers.sending import TooLate

LONGEST_MESSAGE = 500

_KEY_LIKE = re.compile(r"\b(?:sk|sess|rk)-[\w*.-]{4,}|Bearer\s+\S+", re.IGNORECASE)
_SAFETY = re.compile(r"moderation|content_policy|content_filter|safety|sensitive_|policy_violation|nsfw", re.IGNORECASE)
_QUOTA = frozenset({"insufficient_quota", "billing_hard_limit_reached", "billing_not_active", "insufficient_credits"})
_OUTPUT = re.compile(r"output|generated", re.IGNORECASE)
_PICTURE = re.compile(
    r"\b(?:input[_ ]reference|reference|image|picture|photo|face|real (?:person|people))", re.IGNORECASE
)
_INDEX = re.compile(r"\[(\d+)\]|\bimage (\d+)", re.IGNORECASE)
_BROKEN = (httpx.RequestError, httpx2.RequestError, httpx.StreamError, httpx2.StreamError)
_NOT_CONNECTED = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx2.ConnectError,
    httpx2.ConnectTimeout,
    httpx2.PoolTimeout,
    httpx2.ProxyError,
)
_NEVER_SENT = (
    httpx.UnsupportedProtocol,
    httpx.LocalProtocolError,
    httpx.InvalidURL,
    httpx2.UnsupportedProtocol,
    httpx2.LocalProtocolError,
    httpx2.InvalidURL,
)
_BY_STATUS = {
    HTTPStatus.UNAUTHORIZED: ProviderErrorKind.AUTH,
    HTTPStatus.FORBIDDEN: ProviderErrorKind.AUTH,
    HTTPStatus.PAYMENT_REQUIRED: ProviderErrorKind.QUOTA,
    HTTPStatus.REQUEST_TIMEOUT: ProviderErrorKind.UNKNOWN_OUTCOME,
    HTTPStatus.TOO_MANY_REQUESTS: ProviderErrorKind.RATE_LIMITED,
    HTTPStatus.SERVICE_UNAVAILABLE: ProviderErrorKind.OVERLOADED,
}
_MAY_BE_SAFETY = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.FORBIDDEN, HTTPStatus.UNPROCESSABLE_ENTITY})
_OTHERS: dict[type[Exception], tuple[ProviderErrorKind, str, str]] = {
    openai.LengthFinishReasonError: (ProviderErrorKind.NO_OUTPUT, "cut the answer off: it became too long.", ""),
    openai.ContentFilterFinishReasonError: (
        ProviderErrorKind.REJECTED_OUTPUT,
        "withheld the answer for its content. Change the prompt, then run again.",
        "output",
    ),
    openai.APIResponseValidationError: (ProviderErrorKind.NO_OUTPUT, "gave an answer of an unknown form.", ""),
    openai.InvalidWebhookSignatureError: (ProviderErrorKind.AUTH, "sent a message whose signature is not valid.", ""),
    openai.WebSocketConnectionClosedError: (ProviderErrorKind.UNKNOWN_OUTCOME, "ended the conversation.", ""),
    openai.WebSocketQueueFullError: (ProviderErrorKind.UNKNOWN_OUTCOME, "did not take in what was sent.", ""),
}


@dataclass(frozen=True)
class Vendor:
    """Who is asked, as an error names it, and the key that no message may show."""

    name: str
    key_variable: str
    base_variable: str
    key: str = field(default="", repr=False)

    def clean(self, text: str) -> str:
        """A vendor's words, without keys and not longer than a message may be."""
        shown = text.replace(self.key, "[key]") if self.key else text
        return _KEY_LIKE.sub("[key]", shown)[:LONGEST_MESSAGE].strip()


OPENAI = Vendor("OpenAI", "OPENAI_API_KEY", "OPENAI_BASE_URL")


@dataclass(frozen=True)
class Refusal:
    """What a server said: status 0 for the error of a job that failed. `code` and `param` are its own words."""

    status: int
    message: str = ""
    code: str = ""
    param: str = ""
    retry_after: float | None = None


@contextmanager
def as_provider_errors(vendor: Vendor, references: Sequence[Reference] = ()) -> Generator[None]:
    """Raise whatever a call raises as a `ProviderError`; defects of the program itself pass through.

    `references` are the pictures that were sent, in order: a refusal of one of them is named by its node.
    """
    try:
        yield
    except TooLate as error:
        raise ProviderError(ProviderErrorKind.OVERLOADED, str(error)) from error
    except (openai.OpenAIError, TimeoutError, ssl.SSLError, httpx.InvalidURL, httpx2.InvalidURL, *_BROKEN) as error:
        raise mapped(error, vendor, references) from error


def mapped(error: Exception, vendor: Vendor = OPENAI, references: Sequence[Reference] = ()) -> ProviderError:
    """The `ProviderError` for any exception of the SDK, of httpx, or of the transport below."""
    if isinstance(error, openai.APIStatusError):
        return refused(_read(error), vendor, references)
    if isinstance(error, openai.APIConnectionError):
        return _not_answered(error.__cause__ or error, vendor)
    for family, (kind, text, which) in _OTHERS.items():
        if isinstance(error, family):
            return ProviderError(kind, f"{vendor.name} {text}", refused=which)
    if type(error) is openai.OpenAIError:  # the SDK's own complaint about keys, before anything is sent
        return ProviderError(ProviderErrorKind.AUTH, f"{vendor.name}: {vendor.clean(str(error))}")
    return _not_answered(error, vendor)


def _read(error: openai.APIStatusError) -> Refusal:
    return Refusal(
        error.status_code,
        error.message,
        error.code or error.type or "",
        error.param or "",
        retry_after_seconds(error.response.headers.get("Retry-After")),
    )


def refusal_of(status: int, body: object, headers: Mapping[str, str]) -> Refusal:
    """What an HTTP answer says in the protocol's error form, or in whatever form it has."""
    found = _object(_object(body).get("error", body))
    message = str(found.get("message") or (body if isinstance(body, str) else "") or "")
    code = str(found.get("code") or found.get("type") or "")
    after = retry_after_seconds(headers.get("Retry-After"))
    return Refusal(status, message, code, str(found.get("param") or ""), after)


def _object(value: object) -> dict[str, Any]:
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def refused(said: Refusal, vendor: Vendor = OPENAI, references: Sequence[Reference] = ()) -> ProviderError:
    """The `ProviderError` for an answer that is no result."""
    kind = kind_of(said)
    detail = f"{vendor.name} {_HINTS.get(kind, _FAILED).format(vendor=vendor)}"
    if kind is not ProviderErrorKind.AUTH and said.message:  # the message about a key repeats parts of it
        detail = f"{detail} It said: {vendor.clean(said.message)}"
    which = refused_input(said, tuple(references)) if kind is ProviderErrorKind.REJECTED_PROMPT else ""
    which = "output" if kind is ProviderErrorKind.REJECTED_OUTPUT else which
    return ProviderError(kind, detail, said.retry_after, refused=which, vendor_code=vendor.clean(said.code))


_FAILED = "did not do the work."
_HINTS = {
    ProviderErrorKind.AUTH: "did not accept the key. Check {vendor.key_variable} and what it may be used for.",
    ProviderErrorKind.QUOTA: "says that the account has no credit left. Top it up, then run again.",
    ProviderErrorKind.RATE_LIMITED: "is asked more often than the account may.",
    ProviderErrorKind.OVERLOADED: "is overloaded.",
    ProviderErrorKind.RETIRED_MODEL: "has no such model any more. Choose another one.",
    ProviderErrorKind.REJECTED_PROMPT: "refused what was sent. Change it, then run again.",
    ProviderErrorKind.REJECTED_OUTPUT: "withheld what it made. Change the prompt, then run again.",
    ProviderErrorKind.INVALID: "cannot use the request. Check {vendor.base_variable}, the model and its parameters.",
    ProviderErrorKind.EXPIRED: "no longer has the result. Make it anew.",
    ProviderErrorKind.UNKNOWN_OUTCOME: "failed while it had the request, and may have accepted it.",
}


def kind_of(said: Refusal) -> ProviderErrorKind:
    """What an answer with an error status means; of several words the vendor's code counts first."""
    if said.code in _QUOTA:
        return ProviderErrorKind.QUOTA
    if said.status in _MAY_BE_SAFETY and _is_safety(said):
        return _safety_kind(said)
    if said.status in _BY_STATUS:
        return _BY_STATUS[HTTPStatus(said.status)]
    if said.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return ProviderErrorKind.UNKNOWN_OUTCOME
    if _is_model_gone(said):
        return ProviderErrorKind.RETIRED_MODEL
    return ProviderErrorKind.INVALID


def _is_safety(said: Refusal) -> bool:
    return bool(_SAFETY.search(said.code)) or "safety system" in said.message or "moderation" in said.message


def _is_model_gone(said: Refusal) -> bool:
    known = {"model_not_found", "model_deprecated", "model_retired", "deployment_not_found"}
    about_model = said.param == "model" or "model" in said.message.lower()
    return said.code in known or (said.status in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE) and about_model)


def refused_input(said: Refusal, references: Sequence[Reference] | None) -> str:
    """Which input a refusal is about: `prompt`, `reference:<node>`, or nothing when it cannot be told.

    `references` are the pictures that were sent, in order; None when that is not known any more.
    """
    words = f"{said.param} {said.message}"
    if said.param == "prompt" or references == ():
        return "prompt"
    if not _PICTURE.search(words):
        return "prompt" if "prompt" in words.lower() else ""
    index = _INDEX.search(words)
    sent = references or ()
    if index is None:
        return f"reference:{sent[0].node_id}" if len(sent) == 1 else ""
    number = int(index[1]) if index[1] else int(index[2]) - 1
    return f"reference:{sent[number].node_id}" if 0 <= number < len(sent) else ""


def ended_badly(said: Refusal, vendor: Vendor, references: Sequence[Reference] | None = None) -> ProviderError:
    """The `ProviderError` for a job that was accepted and failed: never one that is asked again."""
    kind = _end_kind(said)
    detail = f"{vendor.name} {_HINTS.get(kind, _FAILED).format(vendor=vendor)}"
    words = vendor.clean(said.message)
    which = (
        refused_input(said, references if references is None else tuple(references))
        if kind is ProviderErrorKind.REJECTED_PROMPT
        else ""
    )
    which = "output" if kind is ProviderErrorKind.REJECTED_OUTPUT else which
    shown = f"{detail} It said: {words}" if words else detail
    return ProviderError(kind, shown, refused=which, vendor_code=vendor.clean(said.code))


def _end_kind(said: Refusal) -> ProviderErrorKind:
    if "expired" in said.code:
        return ProviderErrorKind.EXPIRED
    if not _is_safety(said):
        return ProviderErrorKind.NO_OUTPUT
    return _safety_kind(said)


def _safety_kind(said: Refusal) -> ProviderErrorKind:
    about_output = _OUTPUT.search(f"{said.code} {said.message}")
    return ProviderErrorKind.REJECTED_OUTPUT if about_output else ProviderErrorKind.REJECTED_PROMPT


def _not_answered(error: BaseException, vendor: Vendor) -> ProviderError:
    """No answer came. Only the class of the error is shown: its text may hold a header."""
    name = type(error).__name__
    if isinstance(error, _NEVER_SENT):
        detail = f"{vendor.name} cannot be asked ({name}). Check {vendor.base_variable} and {vendor.key_variable}."
        return ProviderError(ProviderErrorKind.INVALID, detail)
    if isinstance(error, _NOT_CONNECTED):
        if _has_bad_certificate(error):
            detail = f"The certificate of {vendor.name}'s server is not trusted. Check {vendor.base_variable}."
            return ProviderError(ProviderErrorKind.INVALID, detail)
        detail = f"{vendor.name} cannot be reached ({name}). Check {vendor.base_variable} and the network."
        return ProviderError(ProviderErrorKind.OVERLOADED, detail)
    detail = f"The answer of {vendor.name} was lost ({name}); it may have accepted the request."
    return ProviderError(ProviderErrorKind.UNKNOWN_OUTCOME, detail)


def _has_bad_certificate(error: BaseException | None) -> bool:
    while error is not None and not isinstance(error, ssl.SSLCertVerificationError):
        error = error.__cause__ or error.__context__
    return error is not None
