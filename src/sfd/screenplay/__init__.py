"""Screenplays in Fountain: in, as a drama divided into shots, and out again."""

from sfd.screenplay.holding import HeldDrama, what_fountain_holds
from sfd.screenplay.reading import drama_from_fountain
from sfd.screenplay.writing import drama_to_fountain

__all__ = ["HeldDrama", "drama_from_fountain", "drama_to_fountain", "what_fountain_holds"]
