"""What a failed call to Google means for money: every failure becomes one `ProviderError`.

    refused connection, unknown name, 503, 429   certainly not accepted: wait and ask again
    reset, time-out, 408, 500, 502, 504 and all unknown   may have been accepted: never asked again blindly
    everything else   an answer: the request failed

The SDK raises three unrelated families: `google.genai.errors` (`.code`, `.details`), those of the interactions
(`.status_code`, `.body`), and whatever its transport raises. The error body of both is
`{"error": {"code", "status", "message", "details": [...]}}`, where the interactions' `code` is a word. A message
never shows a key: not the one that was sent, and not one that the server repeats.
"""

import asyncio
import binascii
import json
import re
import ssl
from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, cast

import httpx
import httpx2
from google.auth import exceptions as google_auth
from google.genai import errors as genai
from pydantic import ValidationError

from sfd.domain.errors import ProviderError, ProviderErrorKind
from sfd.providers.downloading import retry_after_seconds

LONGEST_MESSAGE = 400
WORD_OF_A_CODE = {3: "INVALID_ARGUMENT", 8: "RESOURCE_EXHAUSTED", 9: "FAILED_PRECONDITION", 13: "INTERNAL"}

_KEY_LIKE = re.compile(r"\bAIza[\w-]{10,}|\bya29\.[\w.-]+|(?<=key=)[\w-]{8,}|Bearer\s+\S+", re.IGNORECASE)
_SAFETY = re.compile(
    r"safety|prohibited|blocked|blocklist|moderation|filtered|sensitive|violat|policy|celebrit|minors?\b", re.IGNORECASE
)
_NO_MORE_TODAY = re.compile(
    r"per ?day|daily|limit: 0\b|credits? (?:are|is) depleted|spend(?:ing)? (?:cap|limit)", re.IGNORECASE
)
_BILLING = re.compile(r"billing|free tier is not available|prepa(?:id|yment)", re.IGNORECASE)
_BAD_KEY = re.compile(r"API_KEY_(?:INVALID|EXPIRED)|api key (?:not valid|expired|not found)", re.IGNORECASE)
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
_NEVER_SENT = (httpx.UnsupportedProtocol, httpx.InvalidURL, httpx2.UnsupportedProtocol, httpx2.InvalidURL)
_BY_STATUS = {
    HTTPStatus.UNAUTHORIZED: ProviderErrorKind.AUTH,
    HTTPStatus.PAYMENT_REQUIRED: ProviderErrorKind.QUOTA,
    HTTPStatus.FORBIDDEN: ProviderErrorKind.AUTH,
    HTTPStatus.REQUEST_TIMEOUT: ProviderErrorKind.UNKNOWN_OUTCOME,
    HTTPStatus.TOO_MANY_REQUESTS: ProviderErrorKind.RATE_LIMITED,
    HTTPStatus.SERVICE_UNAVAILABLE: ProviderErrorKind.OVERLOADED,
}
_HINTS = {
    ProviderErrorKind.AUTH: "did not accept the {account.credential}. Check it and what it may be used for.",
    ProviderErrorKind.QUOTA: "gives the account no more today, or it is not paid for. Look at its quota and billing.",
    ProviderErrorKind.RATE_LIMITED: "is asked more often than the account may.",
    ProviderErrorKind.OVERLOADED: "is overloaded.",
    ProviderErrorKind.RETIRED_MODEL: "does not have this model (any more). Choose another one.",
    ProviderErrorKind.EXPIRED: "no longer has the result. Make it anew.",
    ProviderErrorKind.REJECTED_PROMPT: "refused what was sent. Change the prompt or the pictures, then run again.",
    ProviderErrorKind.REJECTED_OUTPUT: "withheld what it made. Change the prompt, then run again.",
    ProviderErrorKind.NO_OUTPUT: "ended the work without a result. Run again, with another prompt if it repeats.",
    ProviderErrorKind.INVALID: "cannot use the request. Check the model, its parameters and the base URL.",
    ProviderErrorKind.UNKNOWN_OUTCOME: "failed while it had the request, and may have accepted it.",
}


class AnswerTooLargeError(Exception):
    """An answer has more bytes than any result of its kind."""


_UNREADABLE = (
    AnswerTooLargeError,
    genai.UnknownApiResponseError,
    json.JSONDecodeError,
    binascii.Error,
    ValidationError,
)


@dataclass(frozen=True)
class Account:
    """Who is asked, as a message names it, and the key that no message may show."""

    name: str = "Gemini"
    credential: str = "GEMINI_API_KEY"
    key: str = field(default="", repr=False)

    def clean(self, text: str) -> str:
        """A vendor's words, without keys and not longer than a message may be."""
        shown = text.replace(self.key, "[key]") if self.key else text
        return " ".join(_KEY_LIKE.sub("[key]", shown).split())[:LONGEST_MESSAGE]


@dataclass(frozen=True)
class Said:
    """What an answer that is no result says. `status` is HTTP's, 0 for work that failed after it was accepted."""

    status: int
    word: str = ""
    message: str = ""
    details: str = ""
    retry_after: float | None = None

    @property
    def words(self) -> str:
        """Everything it says."""
        return f"{self.word} {self.message} {self.details}"


@dataclass(frozen=True)
class Meaning:
    """What depends on the kind of call: a 404, and an answer that came whole and cannot be read."""

    missing: ProviderErrorKind
    unreadable: ProviderErrorKind


DIRECT = Meaning(ProviderErrorKind.RETIRED_MODEL, ProviderErrorKind.NO_OUTPUT)
SUBMIT = Meaning(ProviderErrorKind.RETIRED_MODEL, ProviderErrorKind.UNKNOWN_OUTCOME)
LATER = Meaning(ProviderErrorKind.EXPIRED, ProviderErrorKind.UNKNOWN_OUTCOME)


@asynccontextmanager
async def one_call(account: Account, seconds: float, meaning: Meaning) -> AsyncGenerator[None]:
    """Bound a call to `seconds` in all, and raise whatever it raises as a `ProviderError`."""
    try:
        async with asyncio.timeout(seconds):
            yield
    except ProviderError:
        raise
    except Exception as error:  # noqa: BLE001 - any class: once a request was sent, an unknown error is an unknown outcome
        raise mapped(error, account, meaning) from None  # the cause may hold a header with the key


def mapped(error: BaseException, account: Account, meaning: Meaning) -> ProviderError:
    """The `ProviderError` for any exception of the SDK, of its sign-in, or of the transport below."""
    for one in _chain(error):
        if isinstance(one, _UNREADABLE):
            return _unreadable(one, account, meaning)
        if isinstance(one, google_auth.GoogleAuthError):
            return _not_signed_in(one, account)
        if isinstance(one, _NEVER_SENT):
            return ProviderError(
                ProviderErrorKind.INVALID, f"{account.name} cannot be asked ({_name(one)}). Check its base URL."
            )
        if isinstance(one, _NOT_CONNECTED):
            return _not_connected(one, account)
        said = _read(one)
        if said is not None:
            return refused(said, account, meaning.missing)
    detail = f"The answer of {account.name} was lost ({_name(error)}); it may have accepted the request."
    return ProviderError(ProviderErrorKind.UNKNOWN_OUTCOME, detail)


def refused(said: Said, account: Account, missing: ProviderErrorKind) -> ProviderError:
    """The `ProviderError` for an HTTP answer that is no result."""
    return _told(kind_of(said, missing), said, account)


def ended_badly(said: Said, account: Account, otherwise: ProviderErrorKind | None = None) -> ProviderError:
    """The `ProviderError` for work that was accepted and failed: never one that is asked again."""
    if _SAFETY.search(said.words):
        about_prompt = said.word == "INVALID_ARGUMENT" or re.search(r"\b(?:prompt|input)\b", said.words, re.IGNORECASE)
        kind = ProviderErrorKind.REJECTED_PROMPT if about_prompt else ProviderErrorKind.REJECTED_OUTPUT
    else:
        kind = otherwise or ProviderErrorKind.NO_OUTPUT
    return _told(kind, said, account)


def kind_of(said: Said, missing: ProviderErrorKind = ProviderErrorKind.RETIRED_MODEL) -> ProviderErrorKind:
    """What an HTTP answer means. Source: Google's `google.rpc.Code` and its mapping to HTTP."""
    if said.status == HTTPStatus.TOO_MANY_REQUESTS and _NO_MORE_TODAY.search(said.words):
        return ProviderErrorKind.QUOTA
    if said.status in (HTTPStatus.BAD_REQUEST, HTTPStatus.FORBIDDEN):
        return _kind_of_refusal(said)
    if said.status in _BY_STATUS:
        return _BY_STATUS[HTTPStatus(said.status)]
    if said.status in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE):
        return missing
    if HTTPStatus.MULTIPLE_CHOICES <= said.status < HTTPStatus.INTERNAL_SERVER_ERROR:
        return ProviderErrorKind.INVALID
    return ProviderErrorKind.UNKNOWN_OUTCOME


def _kind_of_refusal(said: Said) -> ProviderErrorKind:
    """A 400 or 403: the key, the bill, what was asked for, or how."""
    if _BAD_KEY.search(said.words):
        return ProviderErrorKind.AUTH
    unpaid = _BILLING.search(said.words) and ("FAILED_PRECONDITION" in said.words or "BILLING" in said.words)
    if unpaid:
        return ProviderErrorKind.QUOTA
    if said.status == HTTPStatus.FORBIDDEN:
        return ProviderErrorKind.AUTH
    return ProviderErrorKind.REJECTED_PROMPT if _SAFETY.search(said.words) else ProviderErrorKind.INVALID


def _told(kind: ProviderErrorKind, said: Said, account: Account) -> ProviderError:
    detail = f"{account.name} {_HINTS[kind].format(account=account)}"
    words = account.clean(said.message)
    if words and kind is not ProviderErrorKind.AUTH:  # the message about a key repeats parts of it
        detail = f"{detail} It said: {words}"
    sides = {ProviderErrorKind.REJECTED_PROMPT: "prompt", ProviderErrorKind.REJECTED_OUTPUT: "output"}
    refused_side = sides.get(kind, "")
    return ProviderError(kind, detail, said.retry_after, refused=refused_side, vendor_code=account.clean(said.word))


def _read(error: BaseException) -> Said | None:
    """What an exception that holds an answer says; None for any other."""
    if isinstance(error, genai.APIError):
        return _said(error.code, cast("object", error.details), _headers(error))
    status = getattr(error, "status_code", None)
    if isinstance(status, int):
        return _said(status, getattr(error, "body", None), _headers(error))
    if isinstance(error, (httpx.HTTPStatusError, httpx2.HTTPStatusError)):
        return _said(error.response.status_code, error.response.text, error.response.headers)
    return None


def _said(status: object, body: object, headers: Mapping[str, str]) -> Said:
    whole = _object(body)
    found = _object(whole.get("error")) or whole
    details = cast("Sequence[object]", found["details"]) if isinstance(found.get("details"), list) else ()
    word = str(found.get("status") or found.get("code") or "")
    message = str(found.get("message") or (body if isinstance(body, str) else "") or "")
    known = status if isinstance(status, int) else 0
    return Said(known, word, message, json.dumps(details, default=str) if details else "", _wait(details, headers))


def _wait(details: Sequence[object], headers: Mapping[str, str]) -> float | None:
    """The seconds to wait: of the header and of `google.rpc.RetryInfo` ("1.5s") the longer ones."""
    delays = [str(_object(one).get("retryDelay") or "") for one in details]
    asked = [retry_after_seconds(one.removesuffix("s")) for one in delays if one]
    known = [one for one in (*asked, retry_after_seconds(headers.get("retry-after"))) if one is not None]
    return max(known, default=None)


def _headers(error: BaseException) -> Mapping[str, str]:
    found = getattr(getattr(error, "response", None), "headers", None) or getattr(error, "headers", None)
    return cast("Mapping[str, str]", found) if isinstance(found, Mapping) else {}


def _object(value: object) -> dict[str, Any]:
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            return {}
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def _unreadable(error: BaseException, account: Account, meaning: Meaning) -> ProviderError:
    detail = f"{account.name} answered in a form that cannot be read ({_name(error)})."
    return ProviderError(meaning.unreadable, detail)


def _not_signed_in(error: google_auth.GoogleAuthError, account: Account) -> ProviderError:
    """The sign-in comes before the request, which therefore was not sent."""
    if isinstance(error, google_auth.TransportError):
        detail = f"The sign-in of {account.name} cannot be reached ({_name(error)}). Check the network."
        return ProviderError(ProviderErrorKind.OVERLOADED, detail)
    detail = f"{account.name} has no usable {account.credential} ({_name(error)})."
    return ProviderError(ProviderErrorKind.AUTH, f"{detail} Sign in, or name a service account's file.")


def _not_connected(error: BaseException, account: Account) -> ProviderError:
    if any(isinstance(one, ssl.SSLCertVerificationError) for one in _chain(error)):
        detail = f"The certificate of {account.name}'s server is not trusted. Check its base URL."
        return ProviderError(ProviderErrorKind.INVALID, detail)
    detail = f"{account.name} cannot be reached ({_name(error)}). Check the network and its base URL."
    return ProviderError(ProviderErrorKind.OVERLOADED, detail)


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error and what caused it, outermost first."""
    seen: set[int] = set()
    one: BaseException | None = error
    while one is not None and id(one) not in seen:
        seen.add(id(one))
        yield one
        one = one.__cause__ or one.__context__


def _name(error: BaseException) -> str:
    return type(error).__name__
