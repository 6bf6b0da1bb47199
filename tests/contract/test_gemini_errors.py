"""Every way in which a call to Google can fail becomes one of our kinds; only what is certain is "not accepted"."""

import inspect
import json
import pickle
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import httpx
import httpx2
import pytest
from google.auth import exceptions as auth_errors
from google.genai import errors as genai_errors
from google.genai._gaos import errors as raw_errors
from google.genai._gaos.lib import compat_errors
from hypothesis import given
from hypothesis import strategies as st

from sfd.domain.errors import ProviderError, ProviderErrorKind
from sfd.providers.gemini_errors import DIRECT, LATER, SUBMIT, Account, Said, ended_badly, kind_of, mapped

KEY = "AIzaSyCanary-0123456789abcdefghij"
ACCOUNT = Account(key=KEY)
CERTAIN = {"ConnectError", "ConnectTimeout", "PoolTimeout", "ProxyError", "TransportError@google", "RateLimitError"}
MODULES = (genai_errors, compat_errors, raw_errors, httpx, httpx2, auth_errors)


def classes_of(module: ModuleType) -> Iterator[type[BaseException]]:
    """Every exception class that a module shows."""
    for name in dir(module):
        one = getattr(module, name)
        if inspect.isclass(one) and issubclass(one, Exception) and not issubclass(one, Warning):
            yield one


def bare(kind: type[BaseException]) -> BaseException:
    """An instance with the least that the class's own code puts in."""
    error = kind.__new__(kind)
    fields: dict[str, Any] = {"code": 500, "details": {}, "response": None, "body": "", "headers": {}, "message": KEY}
    own = {name: value for name, value in fields.items() if isinstance(error, _WITH_FIELDS)}
    if isinstance(error, _WITH_STATUS) and getattr(kind, "status_code", None) is None:
        own["status_code"] = 500
    if isinstance(error, (httpx.HTTPStatusError, httpx2.HTTPStatusError)):
        library = httpx if isinstance(error, httpx.HTTPStatusError) else httpx2
        own["response"] = library.Response(500, text=KEY)
    error.__dict__.update(own)
    return error


_WITH_STATUS = (compat_errors.APIStatusError, raw_errors.GenAiError)
_WITH_FIELDS = (genai_errors.APIError, compat_errors.APIError, raw_errors.GenAiError)
EVERY = [
    pytest.param(kind, id=f"{module.__name__}.{kind.__name__}") for module in MODULES for kind in classes_of(module)
]


@pytest.mark.parametrize("kind", EVERY)
@pytest.mark.parametrize("meaning", [DIRECT, SUBMIT, LATER], ids=["direct", "submit", "later"])
def test_every_exception_class_becomes_a_provider_error(kind: type[BaseException], meaning: Any) -> None:
    error = mapped(bare(kind), ACCOUNT, meaning)
    assert KEY not in f"{error} {error.vendor_code}"
    named = f"{kind.__name__}@google" if kind.__module__.startswith("google.auth") else kind.__name__
    assert error.not_accepted == (named in CERTAIN)
    assert pickle.loads(pickle.dumps(error)).kind is error.kind


def test_all_families_were_found() -> None:
    found = {kind.values[0].__name__ for kind in EVERY if isinstance(kind.values[0], type)}
    assert {"ClientError", "BadRequestError", "CreateInteractionServerError", "ReadTimeout", "RefreshError"} <= found


def body(status: str, message: str, *details: dict[str, Any]) -> dict[str, Any]:
    return {"error": {"status": status, "message": message, "details": list(details)}}


def reason(word: str) -> dict[str, Any]:
    return {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": word}


def per(quota: str) -> dict[str, Any]:
    violations = [{"quotaId": f"GenerateRequestsPer{quota}PerProjectPerModel"}]
    return {"@type": "type.googleapis.com/google.rpc.QuotaFailure", "violations": violations}


K = ProviderErrorKind
EXCEEDED = "You exceeded your current quota, please check your plan and billing details."
ANSWERS = [
    (400, body("INVALID_ARGUMENT", "Unknown name 'x'."), K.INVALID),
    (400, body("INVALID_ARGUMENT", "API key not valid.", reason("API_KEY_INVALID")), K.AUTH),
    (400, body("FAILED_PRECONDITION", "Please enable billing on project x in Google AI Studio."), K.QUOTA),
    (400, body("FAILED_PRECONDITION", "User location is not supported for the API use."), K.INVALID),
    (400, body("INVALID_ARGUMENT", "The prompt was blocked by our safety filters."), K.REJECTED_PROMPT),
    (401, body("UNAUTHENTICATED", "No credentials."), K.AUTH),
    (403, body("PERMISSION_DENIED", "The caller does not have permission."), K.AUTH),
    (403, body("PERMISSION_DENIED", "This API needs billing.", reason("BILLING_DISABLED")), K.QUOTA),
    (404, body("NOT_FOUND", "models/old is not found."), K.RETIRED_MODEL),
    (408, body("", ""), K.UNKNOWN_OUTCOME),
    (409, body("ABORTED", ""), K.INVALID),
    (413, "<html>Request Entity Too Large</html>", K.INVALID),
    (429, body("RESOURCE_EXHAUSTED", EXCEEDED, per("Minute")), K.RATE_LIMITED),
    (429, body("RESOURCE_EXHAUSTED", EXCEEDED, per("Day")), K.QUOTA),
    (429, body("RESOURCE_EXHAUSTED", "Quota exceeded for metric: x, limit: 0, model: y"), K.QUOTA),
    (500, body("INTERNAL", ""), K.UNKNOWN_OUTCOME),
    (502, "<html>Bad gateway</html>", K.UNKNOWN_OUTCOME),
    (503, body("UNAVAILABLE", "The model is overloaded."), K.OVERLOADED),
    (504, body("DEADLINE_EXCEEDED", ""), K.UNKNOWN_OUTCOME),
]


@pytest.mark.parametrize(("status", "answer", "kind"), ANSWERS)
def test_an_answer_means_the_same_whichever_family_carries_it(
    status: int, answer: Any, kind: ProviderErrorKind
) -> None:
    text = answer if isinstance(answer, str) else json.dumps(answer)
    response = httpx2.Response(status, text=text, request=httpx2.Request("POST", "http://127.0.0.1/"))
    message = text if isinstance(answer, str) else ""
    families: list[BaseException] = [
        genai_errors.APIError(status, answer if not message else {"message": message}, response),
        compat_errors.APIError.generate(status, answer, None, response),  # pyright: ignore[reportArgumentType] - typed for httpx, given httpx2 as the SDK does
        raw_errors.GenAiError("failed", response, text),  # pyright: ignore[reportArgumentType] - the same
        httpx2.HTTPStatusError("failed", request=response.request, response=response),
    ]
    assert [mapped(one, ACCOUNT, SUBMIT).kind for one in families] == [kind] * len(families)


def test_the_longer_of_two_waits_is_kept() -> None:
    info = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "17.5s"}
    response = httpx2.Response(429, headers={"Retry-After": "3"})
    error = genai_errors.ClientError(429, body("RESOURCE_EXHAUSTED", "", info), response)
    assert mapped(error, ACCOUNT, SUBMIT).retry_after == 17.5


def test_a_missing_thing_is_the_model_for_a_create_and_the_result_later() -> None:
    error = genai_errors.ClientError(404, body("NOT_FOUND", "gone"))
    assert mapped(error, ACCOUNT, DIRECT).kind is ProviderErrorKind.RETIRED_MODEL
    assert mapped(error, ACCOUNT, LATER).kind is ProviderErrorKind.EXPIRED


@given(status=st.integers(0, 999), word=st.text(), message=st.text(), details=st.text())
def test_only_429_and_503_are_certainly_not_accepted(status: int, word: str, message: str, details: str) -> None:
    said = Said(status, word, message, details)
    kind = kind_of(said)
    assert ProviderError(kind, "").not_accepted <= (status in (429, 503))
    assert kind is ProviderErrorKind.UNKNOWN_OUTCOME or 300 <= status < 500 or status == 503


@given(word=st.text(), message=st.text())
def test_work_that_failed_is_never_asked_about_again(word: str, message: str) -> None:
    error = ended_badly(Said(0, word, message), ACCOUNT)
    assert not error.not_accepted
    assert error.kind is not ProviderErrorKind.UNKNOWN_OUTCOME


@given(before=st.text(), after=st.text(), status=st.sampled_from([400, 401, 403, 404, 429, 500, 503]))
def test_no_message_shows_a_key(before: str, after: str, status: int) -> None:
    said = f"{before}{KEY}{after} https://x/?key={KEY} Bearer {KEY}"
    error = mapped(genai_errors.APIError(status, body(KEY, said)), ACCOUNT, SUBMIT)
    other = mapped(genai_errors.APIError(status, body(KEY, said)), Account(), SUBMIT)
    assert KEY not in f"{error.detail} {error.vendor_code} {error!r}"
    assert f" {KEY} " not in other.detail
