"""What holds for every request, whatever its path: ids, limits, strict text, compression, headers."""

from sfd.transport.api import Api

__all__ = ["Api"]
