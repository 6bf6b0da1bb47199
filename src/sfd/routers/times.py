"""Times in parameters: RFC 3339 and nothing else."""

from typing import Annotated

from pydantic import AwareDatetime, BeforeValidator


def _text_of_a_time(given: object) -> object:
    if isinstance(given, str) and ("T" in given.upper() or " " in given.strip()):
        return given
    raise ValueError("must be a date with a time and an offset, such as 2026-11-22T18:00:00Z")


# Pydantic alone also takes plain numbers, and guesses whether they are seconds or milliseconds.
Moment = Annotated[AwareDatetime, BeforeValidator(_text_of_a_time)]
