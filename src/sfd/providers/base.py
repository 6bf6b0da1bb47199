"""The seam between SFD and every model service: two shapes, one set of requests, declared capabilities.

*Direct* providers answer in one call (write, draw, speak). *Submitted* providers take a request, give a remote
id, and are polled (film). Both are driven by `sfd.generation.attempt`, which alone decides when a request
may be sent: an adapter never retries a paid call, and maps each failure to a `ProviderError`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from sfd.domain.briefs import CharacterBrief, SceneBrief
from sfd.domain.estimates import Estimate, exactly
from sfd.domain.models import Drama

UNDECLARED_SECONDS = Estimate(5.0, 20.0, 90.0)
NO_SECONDS = exactly(0.0)


class Modality(StrEnum):
    """What a provider does."""

    WRITER = "writer"
    ILLUSTRATOR = "illustrator"
    FILMMAKER = "filmmaker"
    VOICE = "voice"


class LostReply(StrEnum):
    """What may be done when a request was sent and its answer was lost.

    `REPEAT`: asking again costs nothing and gives the same (local providers). `FIND`: after
    `Capabilities.settles_after` seconds `find` says for certain whether the request was accepted. `REVIEW`: a
    person decides.
    """

    REPEAT = "repeat"
    FIND = "find"
    REVIEW = "review"


@dataclass(frozen=True)
class Capabilities:
    """What a provider declares of itself. Durations in seconds; `concurrency` is requests in flight at once.

    `reads_script`: the result depends on the brief, not only on prompt and references, so the brief is part
    of the fingerprint. `improves`: a writer that rewrites a drama after feedback. `staged`: a writer that answers
    `TextRequest`s, one stage of the writing at a time, rather than `WriteRequest`s. `local`: it works with this
    machine's processors, which all local providers and cuts share.

    A clip lasts between `shortest` and `longest` seconds, or exactly one of `durations` where there are any.
    `requests_per_minute` is how many requests may be sent in a minute, by all workers together; None: any number.
    `speaks`: its clips come with the dialogue spoken. `compared`: what it delivers is compared with what was asked
    for, in shape, length, sound and whether anything is seen; what differs waits for a person.

    A request typically takes `seconds`, and a clip `seconds_per_film_second` more for each second of film. It costs
    between `price_spread` times its price, the least and the most.
    """

    modality: Modality
    models: tuple[str, ...]
    lost_reply: LostReply = LostReply.REVIEW
    settles_after: float = 60.0
    aspect_ratios: tuple[str, ...] = ("9:16",)
    shortest: float = 1.0
    longest: float = 60.0
    durations: tuple[float, ...] = ()
    max_references: int = 3
    concurrency: int = 4
    requests_per_minute: int | None = None
    reads_script: bool = False
    improves: bool = False
    staged: bool = False
    speaks: bool = False
    compared: bool = True
    local: bool = False
    seconds: Estimate[float] = UNDECLARED_SECONDS
    seconds_per_film_second: Estimate[float] = NO_SECONDS
    price_spread: tuple[Decimal, Decimal] = (Decimal(1), Decimal(1))
    version: str = "1"

    def accepted_seconds(self, wanted: float) -> float:
        """The length of the clip that is asked for when `wanted` seconds are planned: never shorter, if it can be."""
        if self.durations:
            return next((one for one in sorted(self.durations) if one >= wanted), max(self.durations))
        return min(max(wanted, self.shortest), self.longest)


@dataclass(frozen=True)
class Reference:
    """A picture sent along: a portrait, a storyboard. `made_by` is the provider that made it, `""` for an upload."""

    node_id: str
    path: Path
    media_type: str
    sha256: str
    made_by: str = ""


@dataclass(frozen=True)
class WriteRequest:
    """Write a drama from a premise or a screenplay, or write `original` anew as `feedback` asks.

    An answer to feedback is a whole drama. What it leaves as it was gets the original's ids whatever ids it brings.
    """

    drama_id: str
    premise: str = ""
    screenplay: str = ""
    episodes: int | None = None
    language: str = ""
    style: str = ""
    feedback: str = ""
    original: Drama | None = None
    model: str = ""
    idempotency_key: str = ""


@dataclass(frozen=True)
class ImageRequest:
    """Draw one picture. `idempotency_key` is the attempt's id: the same for the same request, for ever."""

    prompt: str
    brief: CharacterBrief | SceneBrief | None = None
    references: tuple[Reference, ...] = ()
    aspect_ratio: str = "9:16"
    model: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict[str, Any])
    idempotency_key: str = ""


@dataclass(frozen=True)
class VideoRequest:
    """Film one clip of `seconds` from `first_frame`, the storyboard."""

    prompt: str
    seconds: float
    brief: SceneBrief | None = None
    first_frame: Reference | None = None
    references: tuple[Reference, ...] = ()
    aspect_ratio: str = "9:16"
    model: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict[str, Any])
    idempotency_key: str = ""


@dataclass(frozen=True)
class TextRequest:
    """Answer `prompt` with one JSON document that fits `schema`.

    `schema` is a JSON Schema of the strict kind: every property required, none besides them. `references` are
    pictures to look at, in the order the prompt speaks of them.
    """

    instructions: str
    prompt: str
    schema_name: str
    schema: Mapping[str, Any]
    references: tuple[Reference, ...] = ()
    max_output_tokens: int = 32_000
    model: str = ""
    idempotency_key: str = ""


@dataclass(frozen=True)
class SpeechRequest:
    """Speak `lines` in order, each with its voice described in words."""

    lines: tuple["SpokenLine", ...]
    language: str = ""
    model: str = ""
    idempotency_key: str = ""


@dataclass(frozen=True)
class SpokenLine:
    """One line of dialogue: who says it (a name), how the voice sounds, in what tone, and the words."""

    speaker: str
    voice: str
    tone: str
    words: str


Request = WriteRequest | TextRequest | ImageRequest | VideoRequest | SpeechRequest


@dataclass(frozen=True)
class Made:
    """What a provider delivered into a file. `usd` is what it says it cost, None when it does not say."""

    media_type: str
    usd: Decimal | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict[str, Any])


class RemoteState(StrEnum):
    """Where a submitted request stands."""

    QUEUED = "queued"
    RUNNING = "running"
    COMPLETED = "completed"


@dataclass(frozen=True)
class Poll:
    """An answer to `poll`. `progress` is 0 to 1."""

    state: RemoteState
    progress: float = 0.0


class Provider(Protocol):
    """What every provider has: a name for settings and jobs, its capabilities, and a price before it is sent."""

    @property
    def name(self) -> str:
        """The word that settings and jobs know it by."""
        ...

    @property
    def capabilities(self) -> Capabilities:
        """What it declares of itself."""
        ...

    def price(self, request: Request) -> Decimal:
        """What `request` will cost in US dollars, as well as can be known before it is sent."""
        ...


@runtime_checkable
class DirectProvider(Provider, Protocol):
    """One call, one result."""

    async def make(self, request: Request, into: Path) -> Made:
        """Write the result to `into`.

        Raises:
            ProviderError: with the kind that decides what happens next.
        """
        ...


@runtime_checkable
class StagedWriter(DirectProvider, Protocol):
    """A writer that is asked for one stage at a time. What it costs is known by its tokens."""

    def price_of(self, read: float, written: float, model: str) -> Decimal:
        """US dollars for an answer of `written` tokens to a request of `read` tokens."""
        ...


@runtime_checkable
class SubmittedProvider(Provider, Protocol):
    """Submit, poll, fetch."""

    async def submit(self, request: Request) -> str:
        """Send the request once and return the remote id."""
        ...

    async def poll(self, remote_id: str) -> Poll:
        """Where it stands. A terminal failure is a `ProviderError`, never a state."""
        ...

    async def fetch(self, remote_id: str, request: Request, into: Path) -> Made:
        """Stream the finished result into `into`."""
        ...

    async def cancel(self, remote_id: str) -> bool:
        """Ask the provider to stop. Whether it says that it did; False where it cannot."""
        ...

    async def find(self, request: Request) -> str | None:
        """The remote id of a request whose answer was lost, or None when it was certainly not accepted.

        Raises:
            ProviderError: `unknown_outcome` when it cannot tell, so that a person decides; anything else when it could
                not look, and is to be asked again.
        """
        ...
