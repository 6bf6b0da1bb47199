"""The drawn person: body and outfit, face, hair."""

from sfd.media.drawing.people.person import Person, draw_person

__all__ = ["Person", "draw_person"]
