"""Every failure of the SDK, and of the wire below it, is one of our kinds; no message shows a key."""

import asyncio
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import httpx2
import openai
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sfd.domain.errors import ProviderError, ProviderErrorKind
from sfd.providers.base import Reference
from sfd.providers.openai_client import OpenAiServer
from sfd.providers.openai_errors import (
    OPENAI,
    Refusal,
    Vendor,
    as_provider_errors,
    ended_badly,
    kind_of,
    mapped,
    refusal_of,
    refused,
    refused_input,
)

KIND = ProviderErrorKind
REQUEST = httpx2.Request("POST", "https://api.openai.com/v1/responses")
BY_CLASS = {
    "OpenAIError": KIND.AUTH,
    "APIError": KIND.UNKNOWN_OUTCOME,
    "APIConnectionError": KIND.UNKNOWN_OUTCOME,
    "APITimeoutError": KIND.UNKNOWN_OUTCOME,
    "APIResponseValidationError": KIND.NO_OUTPUT,
    "APIStatusError": KIND.INVALID,
    "BadRequestError": KIND.INVALID,
    "AuthenticationError": KIND.AUTH,
    "OAuthError": KIND.AUTH,
    "PermissionDeniedError": KIND.AUTH,
    "NotFoundError": KIND.INVALID,
    "ConflictError": KIND.INVALID,
    "UnprocessableEntityError": KIND.INVALID,
    "RateLimitError": KIND.RATE_LIMITED,
    "InternalServerError": KIND.UNKNOWN_OUTCOME,
    "LengthFinishReasonError": KIND.NO_OUTPUT,
    "ContentFilterFinishReasonError": KIND.REJECTED_OUTPUT,
    "InvalidWebhookSignatureError": KIND.AUTH,
    "WebSocketConnectionClosedError": KIND.UNKNOWN_OUTCOME,
    "WebSocketQueueFullError": KIND.UNKNOWN_OUTCOME,
}
STATUS = {openai.APIStatusError: 418, openai.InternalServerError: 500, openai.OAuthError: 401}


def everything_under(family: type[Exception]) -> Iterator[type[Exception]]:
    yield family
    for one in family.__subclasses__():
        yield from everything_under(one)


def made(family: type[Exception]) -> Exception:
    """One as the SDK raises it. Its own constructors differ too much to be called alike."""
    error = family.__new__(family)
    if issubclass(family, openai.APIStatusError):
        status = STATUS.get(family) or int(getattr(family, "status_code", 0))
        answer = httpx2.Response(status, headers={"Retry-After": "7"}, request=REQUEST)
        openai.APIStatusError.__init__(error, "no", response=answer, body={"message": "no"})  # pyright: ignore[reportArgumentType] - it is one
    elif isinstance(error, openai.APIError):
        openai.APIError.__init__(error, "no", REQUEST, body=None)
    return error


def test_every_exception_of_the_sdk_has_a_kind() -> None:
    families = {*everything_under(openai.OpenAIError), openai.InvalidWebhookSignatureError}
    public = {name for name in dir(openai) if name.endswith("Error") and not name.startswith("_")}
    kinds = {one.__name__: mapped(made(one)).kind for one in families}
    assert public <= set(BY_CLASS)
    assert {name: kinds[name] for name in BY_CLASS} == BY_CLASS
    assert {kind for name, kind in kinds.items() if name not in BY_CLASS} == {KIND.UNKNOWN_OUTCOME}


@pytest.mark.parametrize("library", [httpx, httpx2])
def test_only_what_never_reached_the_server_is_certainly_not_accepted(library: Any) -> None:
    kinds = {one: mapped(one("secret words")).kind for one in everything_under(library.RequestError)}
    not_accepted = {one.__name__ for one, kind in kinds.items() if kind is KIND.OVERLOADED}
    never_sent = {one.__name__ for one, kind in kinds.items() if kind is KIND.INVALID}
    assert not_accepted == {"ConnectError", "ConnectTimeout", "PoolTimeout", "ProxyError"}
    assert never_sent == {"UnsupportedProtocol", "LocalProtocolError"}
    assert set(kinds.values()) == {KIND.OVERLOADED, KIND.INVALID, KIND.UNKNOWN_OUTCOME}


def test_a_certificate_that_is_not_trusted_is_told_and_not_waited_for() -> None:
    error = httpx2.ConnectError("handshake")
    error.__cause__ = ssl.SSLCertVerificationError("self-signed")
    assert mapped(error).kind is KIND.INVALID
    assert "certificate" in mapped(error).detail


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (429, "rate_limit_exceeded", KIND.RATE_LIMITED),
        (429, "insufficient_quota", KIND.QUOTA),
        (400, "billing_hard_limit_reached", KIND.QUOTA),
        (402, "", KIND.QUOTA),
        (503, "", KIND.OVERLOADED),
        (500, "server_error", KIND.UNKNOWN_OUTCOME),
        (502, "", KIND.UNKNOWN_OUTCOME),
        (504, "", KIND.UNKNOWN_OUTCOME),
        (408, "", KIND.UNKNOWN_OUTCOME),
        (401, "invalid_api_key", KIND.AUTH),
        (403, "unsupported_country", KIND.AUTH),
        (403, "content_policy_violation", KIND.REJECTED_PROMPT),
        (404, "model_not_found", KIND.RETIRED_MODEL),
        (400, "model_not_found", KIND.RETIRED_MODEL),
        (404, "not_found", KIND.INVALID),
        (400, "moderation_blocked", KIND.REJECTED_PROMPT),
        (400, "invalid_value", KIND.INVALID),
        (307, "", KIND.INVALID),
    ],
)
def test_a_status_and_a_code_say_what_happened(status: int, code: str, kind: KIND) -> None:
    assert kind_of(Refusal(status, "No.", code)) is kind


def portraits(count: int) -> tuple[Reference, ...]:
    return tuple(Reference(f"c{one}.portrait", Path("x.png"), "image/png", "0") for one in range(count))


@pytest.mark.parametrize(
    ("said", "count", "which"),
    [
        (Refusal(400, "The prompt is not allowed."), 2, "prompt"),
        (Refusal(400, "Blocked."), 0, "prompt"),
        (Refusal(400, "Blocked."), 2, ""),
        (Refusal(400, "The image shows a real person."), 1, "reference:c0.portrait"),
        (Refusal(400, "The image shows a real person."), 2, ""),
        (Refusal(400, "Blocked.", "", "image[1]"), 2, "reference:c1.portrait"),
        (Refusal(400, "A real person is in image 2."), 2, "reference:c1.portrait"),
        (Refusal(400, "A face.", "", "image[7]"), 2, ""),
    ],
)
def test_a_refusal_names_the_input_when_it_can_be_told(said: Refusal, count: int, which: str) -> None:
    assert refused_input(said, portraits(count)) == which


def test_a_job_that_failed_never_counts_as_not_accepted() -> None:
    said = Refusal(0, "Rate limit reached.", "rate_limit_exceeded")
    assert ended_badly(said, OPENAI).kind is KIND.NO_OUTPUT
    assert ended_badly(Refusal(0, "x", "output_moderation"), OPENAI).kind is KIND.REJECTED_OUTPUT
    assert ended_badly(Refusal(0, "x", "moderation_blocked"), OPENAI).kind is KIND.REJECTED_PROMPT
    assert ended_badly(Refusal(0, "x", "expired"), OPENAI).kind is KIND.EXPIRED


@given(st.text(max_size=40), st.sampled_from([400, 401, 404, 429, 500, 503]), st.text(max_size=40))
def test_no_message_shows_the_key(before: str, status: int, after: str) -> None:
    vendor = Vendor("A server", "A_KEY", "A_URL", "hunter2-secret")
    said = Refusal(status, f"{before}hunter2-secret{after} Bearer sk-proj-abcdef", f"{before}hunter2-secret")
    shown = refused(said, vendor)
    assert "hunter2-secret" not in f"{shown.detail}{shown.vendor_code}{vendor!r}"
    assert "sk-proj" not in shown.detail


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda one: st.lists(one) | st.dictionaries(st.text() | st.just("error"), one),
    )
)
def test_any_error_body_can_be_read(body: object) -> None:
    assert refusal_of(400, body, {}).status == 400


async def test_a_key_that_cannot_be_a_header_is_told_without_the_key() -> None:
    server = OpenAiServer.at(api_key="sk-bad\nkey", base_url="http://127.0.0.1:9/v1", timeout=5)
    with pytest.raises(ProviderError) as caught, as_provider_errors(server.vendor):
        await server.client.models.list()
    assert "sk-bad" not in repr(caught.value)


async def test_a_time_out_of_the_whole_is_an_unknown_outcome() -> None:
    with pytest.raises(ProviderError) as caught, as_provider_errors(OPENAI):
        async with asyncio.timeout(0):
            await asyncio.sleep(1)
    assert caught.value.kind is KIND.UNKNOWN_OUTCOME
