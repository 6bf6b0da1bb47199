"""A paid writer in the test's own process, that answers stage by stage."""

import asyncio
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

from fakes.writer_answers import answer_for
from sfd.domain.errors import ProviderError
from sfd.providers.base import Capabilities, LostReply, Made, Modality, Request, TextRequest

PRICE = Decimal("0.01")


def stage_of(request: Request) -> str:
    """The stage, or the node, in an idempotency key `job:write:stage.number` or `job:node.number`."""
    return request.idempotency_key.rpartition(":")[2].rpartition(".")[0]


class Novelist:
    """A paid writer that answers stage by stage. `answer(stage, time)` replaces its good answers.

    `peak` is how many requests it had in hand at once.
    """

    name = "novelist"

    def __init__(
        self, answer: Callable[[str, int], str | ProviderError | None] | None = None, *, concurrency: int = 4
    ) -> None:
        self.asked: Counter[str] = Counter()
        self.in_hand = self.peak = 0
        self.requests: dict[str, list[TextRequest]] = {}
        self.answer = answer
        self.capabilities = Capabilities(
            modality=Modality.WRITER,
            models=("prose-1",),
            lost_reply=LostReply.REVIEW,
            settles_after=0.0,
            improves=True,
            staged=True,
            concurrency=concurrency,
        )

    def price(self, request: Request) -> Decimal:
        del request
        return PRICE

    def price_of(self, read: float, written: float, model: str) -> Decimal:
        assert read >= 0
        assert written >= 0
        assert model == "prose-1"
        return PRICE

    async def make(self, request: Request, into: Path) -> Made:
        assert isinstance(request, TextRequest)
        stage = stage_of(request)
        self.asked[stage] += 1
        self.requests.setdefault(stage, []).append(request)
        given = self.answer(stage, self.asked[stage]) if self.answer else None
        if isinstance(given, ProviderError):
            raise given
        text = given if given is not None else answer_for(request.schema_name, request.schema, request.prompt)
        self.in_hand += 1
        self.peak = max(self.peak, self.in_hand)
        await asyncio.to_thread(into.write_text, text, encoding="utf-8")
        self.in_hand -= 1
        return Made("application/json", usd=PRICE)
