"""What is wrong with a screenplay, and on which line.

A fault's pointer is `/screenplay#line=12`: the text as it was sent, and a line of it counted from 1. The form is
that of RFC 5147, which counts from 0. `/screenplay` alone is the whole text.
"""

from sfd.domain.errors import Fault, InvalidInput

LONGEST_SHORT = 300
LONGEST_LONG = 20_000
_MOST_LISTED = 20


def pointer(line: int) -> str:
    """Where a line of the screenplay is."""
    return f"/screenplay#line={line}"


class Faults:
    """Gathers what is wrong, so that a writer sees all of it at once."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def add(self, line: int, detail: str) -> None:
        """Note one thing that is wrong."""
        fault = Fault(pointer(line), detail)
        if fault not in self._faults and len(self._faults) < _MOST_LISTED:
            self._faults.append(fault)

    def fit(self, text: str, most: int, what: str, line: int) -> str:
        """`text` cut to `most` characters, with a fault when something had to go."""
        if len(text) > most:
            self.add(line, f"{what} has {len(text):,} characters; the most is {most:,}. Shorten or divide it.")
        return text[:most]

    def raise_any(self) -> None:
        """Refuse the screenplay when anything is wrong.

        Raises:
            InvalidInput: with every fault that was noted.
        """
        if self._faults:
            raise InvalidInput(f"The screenplay cannot be used: {self._faults[0].detail}", self._faults)
