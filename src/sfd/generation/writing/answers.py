"""Pure: the document in a writer's answer, whatever stands around it."""

import json
import re
from collections.abc import Collection, Sequence
from typing import Any, cast

from sfd.generation.writing.shapes import MOST_PROBLEMS, Record

LONGEST_ANSWER = 1_000_000
_MOST_TRIES = 20
_FENCE = re.compile(r"```[a-zA-Z]*[ \t]*\n")


class BadAnswer(ValueError):
    """An answer that cannot be used. `problems` are sentences that its writer can act on."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        """All problems, one after the other."""
        return " ".join(self.problems)


def read_document(shape: Record, text: str) -> dict[str, Any]:
    """The document of this shape in an answer.

    Raises:
        BadAnswer: there is none, it is cut off or too long, or parts of it are missing or wrong.
    """
    problems: list[str] = []
    document = shape.read(_json_in(text, shape.fields), "", problems)
    refuse(problems)
    return document


def refuse(problems: Sequence[str]) -> None:
    """Raise what was found, if anything was.

    Raises:
        BadAnswer: with at most MOST_PROBLEMS problems.
    """
    if len(problems) > MOST_PROBLEMS:
        more = len(problems) - MOST_PROBLEMS
        raise BadAnswer([*problems[:MOST_PROBLEMS], f"There are {more} more problems of this kind."])
    if problems:
        raise BadAnswer(problems)


def _json_in(text: str, wanted: Collection[str]) -> object:
    """What the answer holds: all of it, what is fenced, or an object among prose that has the wanted names."""
    if len(text) > LONGEST_ANSWER:
        raise BadAnswer([f"The answer has {len(text)} characters; at most {LONGEST_ANSWER} are read. Write less."])
    fence = _FENCE.search(text)
    starts = [match.start() for match in re.finditer(r"\{", text)]
    if not starts:
        raise BadAnswer(["The answer holds no JSON object. Answer with one JSON object and nothing else."])
    if fence and (inside := next((one for one in starts if one >= fence.end()), None)) is not None:
        starts.insert(0, inside)
    first: str | None = None
    for start in starts[:_MOST_TRIES]:
        found, fault = _decoded(text, start)
        if fault is None and (start == starts[0] or set(wanted) <= set(found)):
            return found
        first = first or fault
    raise BadAnswer([first or "The answer holds no JSON object with the wanted properties."])


def _decoded(text: str, start: int) -> tuple[dict[str, object], str | None]:
    try:
        found, _ = _DECODER.raw_decode(text, start)
    except RecursionError:
        return {}, "The answer is nested too deeply. Follow the schema."
    except json.JSONDecodeError as error:
        where = "it seems to be cut off" if error.pos >= len(text.rstrip()) - 1 else f"at character {error.pos - start}"
        return {}, f"The answer is not valid JSON ({error.msg}, {where}). Answer with the whole JSON object."
    except ValueError as error:
        return {}, f"The answer is not valid JSON: {error}."
    return cast("dict[str, object]", found), None


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the property {twice[:60]!r} stands twice in one object")
    return found


def _no_number(said: str) -> None:
    raise ValueError(f"{said} is no number")


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_no_number)
