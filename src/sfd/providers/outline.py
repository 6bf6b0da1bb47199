"""The writers that need no key: the outline from a premise, and the reader of finished screenplays."""

import asyncio
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

from sfd.domain.errors import ProviderError, ProviderErrorKind
from sfd.domain.estimates import Estimate
from sfd.domain.models import Drama
from sfd.domain.planned_assets import with_planned_assets
from sfd.outline import outline_drama
from sfd.outline.improving import improve
from sfd.providers.base import Capabilities, LostReply, Made, Modality, Request, WriteRequest
from sfd.screenplay import drama_from_fountain


class LocalWriter:
    """A writer that is a pure function. Direct, deterministic, free."""

    def __init__(self, name: str, write: Callable[[WriteRequest], Drama], *, improves: bool) -> None:
        self.name = name
        self._write = write
        self.capabilities = Capabilities(
            modality=Modality.WRITER,
            models=(),
            lost_reply=LostReply.REPEAT,
            settles_after=0.0,
            concurrency=2,
            improves=improves,
            local=True,
            seconds=Estimate(0.02, 0.1, 1.0),
        )

    def price(self, request: Request) -> Decimal:  # noqa: ARG002 - free whatever is asked
        """Nothing."""
        return Decimal(0)

    async def make(self, request: Request, into: Path) -> Made:
        """Write the drama into `into` as JSON.

        Raises:
            InvalidInput: the premise, screenplay or feedback cannot be used.
        """
        if not isinstance(request, WriteRequest):
            raise ProviderError(ProviderErrorKind.INVALID, "A writer writes dramas only.")
        if request.original is not None and not self.capabilities.improves:
            raise ProviderError(ProviderErrorKind.INVALID, f"The writer {self.name} does not improve dramas.")
        drama = await asyncio.to_thread(self._write, request)
        await asyncio.to_thread(into.write_text, drama.model_dump_json(), encoding="utf-8")
        return Made("application/json")


def outline_writer(default_seconds: float) -> LocalWriter:
    """Builds a short-drama structure out of the premise's own words, and does what plain feedback asks for."""

    def write(request: WriteRequest) -> Drama:
        if request.original is not None:
            return improve(request.original, request.feedback, default_seconds)
        return with_planned_assets(_outline(request), default_seconds)

    return LocalWriter("outline", write, improves=True)


def screenplay_reader(default_seconds: float) -> LocalWriter:
    """Reads a Fountain screenplay."""
    return LocalWriter(
        "screenplay", lambda request: with_planned_assets(_screenplay(request), default_seconds), improves=False
    )


def _outline(request: WriteRequest) -> Drama:
    return outline_drama(
        request.premise,
        drama_id=request.drama_id,
        episodes=request.episodes,
        language=request.language,
        style=request.style,
    )


def _screenplay(request: WriteRequest) -> Drama:
    return drama_from_fountain(
        request.screenplay, drama_id=request.drama_id, language=request.language, style=request.style
    )
