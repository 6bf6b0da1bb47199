"""A drama's stored documents: put together, and kept ready in memory while nothing newer is stored."""

from collections import OrderedDict
from collections.abc import Sequence

from sfd.db.dramas import DramaRow, DramaState
from sfd.domain.errors import Conflict
from sfd.domain.models import Drama

WRITING = "writing"
READY = "ready"
LARGEST_BYTES = 32_000_000


class DocumentCache:
    """The documents that were asked for last, one for each drama, `largest_bytes` of them together.

    It knows nothing of what is stored: ask with the state that the database tells now, so that what another process
    wrote is never missed.
    """

    def __init__(self, largest_bytes: int = LARGEST_BYTES) -> None:
        self._documents: OrderedDict[str, tuple[DramaState, bytes]] = OrderedDict()
        self._largest_bytes = largest_bytes
        self._bytes = 0

    def get(self, drama_id: str, state: DramaState) -> bytes | None:
        """The document of a drama in this state."""
        known, document = self._documents.get(drama_id, (None, None))
        if known != state:
            return None
        self._documents.move_to_end(drama_id)
        return document

    def put(self, drama_id: str, state: DramaState, document: bytes) -> None:
        """Keep a document in place of the drama's earlier one; those not used for longest make room."""
        _, earlier = self._documents.pop(drama_id, (None, b""))
        self._documents[drama_id] = (state, document)
        self._bytes += len(document) - len(earlier)
        while self._bytes > self._largest_bytes:
            _, (_, oldest) = self._documents.popitem(last=False)
            self._bytes -= len(oldest)


def require_written(row: DramaRow) -> None:
    """Refuse what needs the drama's text while there is none.

    Raises:
        Conflict: it is being written, or writing it failed.
    """
    if row.status == WRITING:
        raise Conflict(f"The drama {row.id} is not written yet. Wait for its write job to end.")
    if row.status != READY:
        raise Conflict(
            f"Writing the drama {row.id} did not succeed; its write job says why. Retry that job, or create a new one."
        )


def assemble(row: DramaRow, documents: Sequence[str]) -> Drama:
    """A drama from its stored documents."""
    return Drama.model_validate_json(f'{row.head[:-1]},"episodes":[{",".join(documents)}]}}')
