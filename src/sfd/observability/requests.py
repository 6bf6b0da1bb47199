"""Counts and times of HTTP requests, by the template of their path."""

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector
from prometheus_client.exposition import generate_latest

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)


class RequestMeters:
    """What one server process answered, and what it takes of the machine."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        labels = ("method", "route")
        self._answered = Counter("sfd_http_requests", "Requests answered", (*labels, "status"), registry=self._registry)
        self._took = Histogram(
            "sfd_http_request_duration_seconds",
            "Time from a request to the end of its answer; streams and long polls last as long as they are held",
            labels,
            buckets=SECONDS,
            registry=self._registry,
        )

    def note(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request that was answered."""
        self._answered.labels(method, route, str(status)).inc()
        self._took.labels(method, route).observe(seconds)

    def exposition(self) -> bytes:
        """Everything counted, in Prometheus' text format."""
        return generate_latest(self._registry)
