"""Ready documents of dramas, kept in memory while nothing newer is stored."""

from collections import OrderedDict

from sfd.db.dramas import DramaState

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
