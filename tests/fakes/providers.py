"""Providers in the test's own process, with a ledger of every request they accepted."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable
from decimal import Decimal
from pathlib import Path

from fakes.media import mp4, png
from sfd.domain.errors import ProviderError
from sfd.providers.base import (
    Capabilities,
    ImageRequest,
    LostReply,
    Made,
    Modality,
    Poll,
    RemoteState,
    Request,
    VideoRequest,
)

Fault = Callable[[str, int], ProviderError | None]


def no_fault(_key: str, _time: int) -> ProviderError | None:
    """Everything works."""
    return None


def node_of(key: str) -> str:
    """The node in an idempotency key `job:node.number`."""
    return key.partition(":")[2].rpartition(".")[0]


class FakeProvider:
    """Takes a request, waits, delivers. `fault(node, time)` may refuse the n-th submission of a node."""

    def __init__(
        self,
        modality: Modality,
        *,
        name: str = "fake",
        seconds: float = 0.0,
        concurrency: int = 8,
        fault: Fault = no_fault,
        lost_reply: LostReply = LostReply.FIND,
        price: Decimal = Decimal("0.05"),
        deliver: Callable[[str, int], bytes | None] | None = None,
        polls: int = 0,
        cancels: bool = True,
        compared: bool = False,
        requests_per_minute: int | None = None,
        local: bool = False,
    ) -> None:
        self.name = name
        self.accepted: Counter[str] = Counter()
        self.asked: Counter[str] = Counter()
        self.in_flight = 0
        self.peak = 0
        self.cancels = cancels
        self.cancelled: list[str] = []
        self.polled: Counter[str] = Counter()
        self.polls = polls
        self.started: list[str] = []
        self.ended: list[str] = []
        self.requests: dict[str, Request] = {}
        self._by_key: dict[str, str] = {}
        self._seconds = seconds
        self._fault = fault
        self._price = price
        self._deliver = deliver
        self._fetched: Counter[str] = Counter()
        self.capabilities = Capabilities(
            modality=modality,
            models=("fake-1",),
            lost_reply=lost_reply,
            settles_after=0.2,
            concurrency=concurrency,
            compared=compared,
            requests_per_minute=requests_per_minute,
            local=local,
        )

    def price(self, request: Request) -> Decimal:
        del request
        return self._price

    async def submit(self, request: Request) -> str:
        node = node_of(request.idempotency_key)
        self.asked[node] += 1
        fault = self._fault(node, self.asked[node])
        if fault is not None and not getattr(fault, "accepted", False):
            raise fault
        self.accepted[node] += 1
        self.requests[node] = request
        self._by_key[request.idempotency_key] = node
        self.started.append(node)
        if fault is not None:
            raise fault
        return node

    async def poll(self, remote_id: str) -> Poll:
        self.polled[remote_id] += 1
        if self.polled[remote_id] <= self.polls:
            return Poll(RemoteState.RUNNING, 0.5)
        return Poll(RemoteState.COMPLETED, 1.0)

    async def fetch(self, remote_id: str, request: Request, into: Path) -> Made:
        self.in_flight += 1
        self.peak = max(self.peak, self.in_flight)
        await asyncio.sleep(self._seconds)
        self.in_flight -= 1
        self._fetched[remote_id] += 1
        made = self._deliver(remote_id, self._fetched[remote_id]) if self._deliver else None
        video = isinstance(request, VideoRequest)
        shade = sum(remote_id.encode()) % 200
        into.write_bytes(made if made is not None else mp4(1.0, shade) if video else png(shade))
        self.ended.append(remote_id)
        return Made("video/mp4" if video else "image/png", usd=self._price)

    async def cancel(self, remote_id: str) -> bool:
        self.cancelled.append(remote_id)
        return self.cancels

    async def find(self, request: Request) -> str | None:
        return self._by_key.get(request.idempotency_key)


class DirectIllustrator:
    """A paid illustrator that answers in the same call."""

    name = "direct"

    def __init__(self, make: Callable[[ImageRequest], bytes] | None = None) -> None:
        self.accepted: Counter[str] = Counter()
        self._make = make
        self.capabilities = Capabilities(
            modality=Modality.ILLUSTRATOR,
            models=("direct-1",),
            lost_reply=LostReply.REVIEW,
            settles_after=0.0,
            compared=False,
        )

    def price(self, request: Request) -> Decimal:
        del request
        return Decimal("0.02")

    async def make(self, request: Request, into: Path) -> Made:
        assert isinstance(request, ImageRequest)
        self.accepted[node_of(request.idempotency_key)] += 1
        into.write_bytes(self._make(request) if self._make else png(10))
        return Made("image/png", usd=Decimal("0.02"))


def fake_crew(
    *, illustrator_seconds: float = 0.0, filmmaker_seconds: float = 0.0, fault: Fault = no_fault
) -> tuple[FakeProvider, FakeProvider]:
    """An illustrator and a filmmaker, both named `fake`."""
    return (
        FakeProvider(Modality.ILLUSTRATOR, seconds=illustrator_seconds, fault=fault),
        FakeProvider(Modality.FILMMAKER, seconds=filmmaker_seconds, fault=fault),
    )


def accepted_once(providers: Iterable[FakeProvider]) -> bool:
    """Whether no node was accepted twice."""
    return all(count == 1 for provider in providers for count in provider.accepted.values())
