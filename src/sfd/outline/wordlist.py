"""Word lists as plain text."""


def listed(text: str) -> tuple[str, ...]:
    """The words of a list written as one text."""
    return tuple(text.split())
