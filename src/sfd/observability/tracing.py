"""Traces: spans for requests, runs, nodes and calls of providers, sent by OTLP over HTTP when an endpoint is set.

Without OTEL_EXPORTER_OTLP_ENDPOINT the SDK is not imported, and a span is an object that does nothing.
"""

import hashlib
from collections.abc import Callable, Generator
from contextlib import contextmanager

import structlog
from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags

from sfd import __version__
from sfd.config import Settings
from sfd.domain.errors import InvalidInput, ProviderError

SERVICE = "sfd"
CALLS = {"Post": "submit", "Find": "find", "Ask": "poll", "Deliver": "fetch", "Withdraw": "cancel"}


def start_tracing(settings: Settings) -> Callable[[], None]:
    """Send the traces of this process where the settings say. Returns what flushes and ends it.

    Raises:
        InvalidInput: an endpoint is set, but what sends traces is not installed.
    """
    endpoint = settings.otel_exporter_otlp_endpoint
    if not endpoint:
        return lambda: None
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import (  # noqa: PLC0415 - an extra
            OTLPSpanExporter,
        )
        from opentelemetry.sdk.resources import Resource  # noqa: PLC0415 - the same
        from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415 - the same
        from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415 - the same
    except ImportError as error:
        raise InvalidInput(
            "OTEL_EXPORTER_OTLP_ENDPOINT is set, but what sends traces is not installed. "
            'Install it with `pip install "sfd[otel]"`, or leave the variable empty.'
        ) from error
    provider = TracerProvider(resource=Resource.create({"service.name": SERVICE, "service.version": __version__}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(f"{endpoint.rstrip('/')}/v1/traces")))
    trace.set_tracer_provider(provider)
    return provider.shutdown


@contextmanager
def job_observed(kind: str, job_id: str) -> Generator[None]:
    """Everything inside is about a job: its log lines carry the ids, and it is a span of its run's one trace.

    A run's trace has an id made from the run's, so that all its nodes share it, on whatever machine they are made.
    """
    run_id = job_id.partition(":")[0]
    tracer = trace.get_tracer(SERVICE, __version__)
    ids = {"job_id": job_id, "run_id": run_id}
    attributes = {f"sfd.{name}": value for name, value in ids.items()}
    with (
        structlog.contextvars.bound_contextvars(**ids),
        tracer.start_as_current_span(
            kind, context=trace_of(run_id), attributes=attributes, record_exception=False, set_status_on_exception=False
        ),
    ):
        yield


@contextmanager
def call_observed(effect: object, provider: str) -> Generator[Callable[[object], None]]:
    """An effect of an attempt, as a span when it calls the provider. Yields what notes the answer.

    Why a call failed is on the span by its kind alone: messages may hold secrets.
    """
    name = CALLS.get(type(effect).__name__)
    if name is None:
        yield _note_nothing
        return
    tracer = trace.get_tracer(SERVICE, __version__)
    attributes = {"sfd.provider": provider}
    with tracer.start_as_current_span(f"provider {name}", attributes=attributes, record_exception=False) as span:

        def note(answer: object) -> None:
            if isinstance(answer, ProviderError):
                span.set_attribute("error.type", str(answer.kind))

        yield note


def _note_nothing(_answer: object) -> None:
    """Most effects are no calls."""


def trace_of(run_id: str) -> Context:
    """The trace of a run, as the context in which its spans begin."""
    digest = hashlib.sha256(run_id.encode()).digest()
    parent = SpanContext(
        trace_id=int.from_bytes(digest[:16], "big"),
        span_id=int.from_bytes(digest[16:24], "big"),
        is_remote=True,
        trace_flags=TraceFlags(TraceFlags.SAMPLED),
    )
    return trace.set_span_in_context(NonRecordingSpan(parent))
