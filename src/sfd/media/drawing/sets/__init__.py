"""The places scenes play in, each drawn from the location's name and the hour."""

from sfd.media.drawing.sets.catalogue import family_of, set_picture

__all__ = ["family_of", "set_picture"]
