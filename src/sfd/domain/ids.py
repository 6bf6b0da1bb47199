"""Identifiers: a word that says what it is, and a ULID that sorts by time."""

from ulid import ULID


def new_id(prefix: str) -> str:
    """A fresh id such as `drama_01jd…`; ids made later sort later."""
    return f"{prefix}_{str(ULID()).lower()}"
