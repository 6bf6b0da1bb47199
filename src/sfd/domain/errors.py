"""Every error SFD raises on purpose.

    SfdError
    ├── InvalidInput            422  what was sent cannot be used; names each fault by its path
    ├── NotFound                404
    ├── Unauthorized            401  no key, or an unknown one
    ├── Forbidden               403  the key may not do this
    ├── Conflict                409  the thing is busy or already there
    ├── PreconditionFailed      412  the thing changed since it was read
    ├── TooLarge                413
    │   └── QuotaExceeded       413  the user's files would take more room than they may
    ├── UnsupportedMedia        415  a file or body of a kind that is not accepted
    ├── TooManyRequests         429  a key asks more often than it may
    ├── StorageUnavailable      503  the object store or the disk does not answer
    │   └── OutOfSpace          507
    ├── DatabaseBusy            503
    ├── WorkerUnavailable       503
    ├── MediaError              500  a file is not the film or picture it should be
    └── ProviderError           502  one class for every vendor failure, by `kind`

All of them survive pickling, because work crosses processes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from functools import partial
from typing import Any, ClassVar


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong, and where: `pointer` is a JSON pointer into what was sent."""

    pointer: str
    detail: str


class SfdError(Exception):
    """Base of the tree. `str(error)` is a sentence for a person that says what to do."""

    code: ClassVar[str] = "internal"
    status: ClassVar[int] = 500
    title: ClassVar[str] = "Internal error"
    exit_code: ClassVar[int] = 1

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class InvalidInput(SfdError):
    """What was sent cannot be used. `faults` lists each thing that is wrong."""

    code = "invalid_input"
    status = 422
    title = "The input is not valid"
    exit_code = 2

    def __init__(self, detail: str, faults: Sequence[Fault] = ()) -> None:
        super().__init__(detail)
        self.faults = tuple(faults)

    def __reduce__(self) -> tuple[Any, ...]:
        return (type(self), (self.detail, self.faults))


class NotFound(SfdError):
    """There is no such thing for this user."""

    code = "not_found"
    status = 404
    title = "Not found"
    exit_code = 3


class Unauthorized(SfdError):
    """No key, or one that is not known."""

    code = "unauthorized"
    status = 401
    title = "A key is needed"


class Forbidden(SfdError):
    """The key may not do this."""

    code = "forbidden"
    status = 403
    title = "Not allowed"


class PreconditionFailed(SfdError):
    """The thing changed since it was read; nothing was written."""

    code = "precondition_failed"
    status = 412
    title = "It changed since it was read"


class UnsupportedMedia(SfdError):
    """A file or body of a kind that is not accepted here."""

    code = "unsupported_media"
    status = 415
    title = "Not an accepted kind of content"
    exit_code = 2


class TooManyRequests(SfdError):
    """A key asks more often than it may; it may again in `retry_after` seconds."""

    code = "too_many_requests"
    status = 429
    title = "Too many requests"

    def __init__(self, detail: str, retry_after: float) -> None:
        super().__init__(detail)
        self.retry_after = retry_after

    def __reduce__(self) -> tuple[Any, ...]:
        return (type(self), (self.detail, self.retry_after))


class Conflict(SfdError):
    """The thing exists already, or is busy; `context` names what it collides with."""

    code = "conflict"
    status = 409
    title = "Conflict"
    exit_code = 4

    def __init__(self, detail: str, context: Mapping[str, Any] | None = None) -> None:
        super().__init__(detail)
        self.context = dict(context or {})

    def __reduce__(self) -> tuple[Any, ...]:
        return (type(self), (self.detail, self.context))


class TooLarge(SfdError):
    """The input is larger than SFD accepts."""

    code = "too_large"
    status = 413
    title = "Too large"
    exit_code = 2


class QuotaExceeded(TooLarge):
    """The user's files would take more room than they may."""

    code = "quota_exceeded"
    title = "The library is full"


class StorageUnavailable(SfdError):
    """Bytes cannot be written or read now; nothing was lost and the work can be resumed."""

    code = "storage_unavailable"
    status = 503
    title = "Storage is not available"
    exit_code = 5


class OutOfSpace(StorageUnavailable):
    """The disk is full, or fuller than the floor under which nothing paid is started."""

    code = "out_of_space"
    status = 507
    title = "Out of disk space"


class DatabaseBusy(SfdError):
    """The database is locked by another process for longer than SFD waits."""

    code = "database_busy"
    status = 503
    title = "The database is busy"
    exit_code = 5


class WorkerUnavailable(SfdError):
    """Another process holds the data directory, or the engine cannot start."""

    code = "worker_unavailable"
    status = 503
    title = "No worker"
    exit_code = 5


class MediaError(SfdError):
    """A file is not the film or picture it should be."""

    code = "bad_media"
    status = 500
    title = "Bad media"


class ProviderErrorKind(StrEnum):
    """Why a provider did not give a result."""

    REJECTED_PROMPT = "rejected_prompt"
    REJECTED_OUTPUT = "rejected_output"
    NO_OUTPUT = "no_output"
    RATE_LIMITED = "rate_limited"
    OVERLOADED = "overloaded"
    QUOTA = "quota"
    INVALID = "invalid"
    AUTH = "auth"
    EXPIRED = "expired"
    RETIRED_MODEL = "retired_model"
    UNKNOWN_OUTCOME = "unknown_outcome"


NOT_ACCEPTED = frozenset({ProviderErrorKind.RATE_LIMITED, ProviderErrorKind.OVERLOADED})


class ProviderError(SfdError):
    """A provider refused, failed, or its answer was lost.

    `kind` decides what happens next: `rate_limited` and `overloaded` were certainly not accepted and wait
    their turn (`retry_after` seconds); `unknown_outcome` may have been accepted and is never sent again
    blindly; everything else fails the node. `refused` names the input that a provider objects to (`prompt`,
    `reference:<node>`, `output`), `vendor_code` is its own word for why.
    """

    code = "provider_error"
    status = 502
    title = "The provider did not deliver"

    def __init__(
        self,
        kind: ProviderErrorKind,
        detail: str,
        retry_after: float | None = None,
        *,
        refused: str = "",
        vendor_code: str = "",
    ) -> None:
        super().__init__(detail)
        self.kind = kind
        self.retry_after = retry_after
        self.refused = refused
        self.vendor_code = vendor_code

    def __reduce__(self) -> tuple[Any, ...]:
        named = {"refused": self.refused, "vendor_code": self.vendor_code}
        return (partial(type(self), **named), (self.kind, self.detail, self.retry_after))

    @property
    def not_accepted(self) -> bool:
        """Whether the provider certainly did not take the request."""
        return self.kind in NOT_ACCEPTED


def fault_dicts(faults: Sequence[Fault]) -> list[dict[str, str]]:
    """Faults as the `errors` member of a problem document."""
    return [asdict(fault) for fault in faults]
