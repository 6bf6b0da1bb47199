"""Pure: the shape of an answer, once: as the strict JSON schema that is sent, and as the check of what comes back.

A schema uses only what every vendor's strict mode takes: `type`, `properties`, `required`, `additionalProperties`,
`items`, `enum`, `description`. Limits of length and number stand in the descriptions and are checked on return.

Reading never raises. It appends a sentence to `problems` for each fault; what it returns counts only while there are
none. Names that the schema does not know are left out of what is read.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, cast

MOST_PROBLEMS = 30
_SHOWN = 60


class Shape(Protocol):
    """One kind of value."""

    def schema(self) -> dict[str, Any]:
        """Its JSON Schema."""
        ...

    def read(self, value: object, path: str, problems: list[str]) -> Any:  # noqa: ANN401 - JSON
        """The value as it is kept; faults are appended to `problems`."""
        ...


@dataclass(frozen=True)
class Text:
    """A text of at most `longest` characters. `empty`: it may say nothing."""

    about: str
    longest: int
    empty: bool = False

    def schema(self) -> dict[str, Any]:
        """A string with its description."""
        return {"type": "string", "description": f"{self.about} At most {self.longest} characters."}

    def read(self, value: object, path: str, problems: list[str]) -> str:
        """The text without characters that are none, and without space around it."""
        if not isinstance(value, str):
            return _wrong(path, "a text", value, problems)
        text = clean(value)
        if not text and not self.empty:
            problems.append(f"{path} is empty; write it.")
        if len(text) > self.longest:
            problems.append(f"{path} has {len(text)} characters; at most {self.longest} are allowed. Shorten it.")
        return text


@dataclass(frozen=True)
class Number:
    """A number from `low` to `high`."""

    about: str
    low: float
    high: float

    def schema(self) -> dict[str, Any]:
        """A number with its description."""
        return {"type": "number", "description": f"{self.about} From {self.low:g} to {self.high:g}."}

    def read(self, value: object, path: str, problems: list[str]) -> float:
        """The number."""
        if not isinstance(value, bool) and isinstance(value, int | float) and self.low <= value <= self.high:
            return float(value)
        return _wrong(path, f"a number from {self.low:g} to {self.high:g}", value, problems)


@dataclass(frozen=True)
class Flag:
    """True or false."""

    about: str

    def schema(self) -> dict[str, Any]:
        """A boolean with its description."""
        return {"type": "boolean", "description": self.about}

    def read(self, value: object, path: str, problems: list[str]) -> bool:
        """The flag."""
        return value if isinstance(value, bool) else _wrong(path, "true or false", value, problems)


@dataclass(frozen=True)
class Choice:
    """One of some texts, or of some whole numbers."""

    about: str
    options: Sequence[str] | Sequence[int]

    def schema(self) -> dict[str, Any]:
        """An enumeration; without options the bare type, since no schema may have an empty one."""
        kind = "integer" if self.options and isinstance(self.options[0], int) else "string"
        enum = {"enum": list(self.options)} if self.options else {}
        return {"type": kind, "description": self.about, **enum}

    def read(self, value: object, path: str, problems: list[str]) -> Any:  # noqa: ANN401 - str or int
        """The option."""
        for option in self.options:
            if type(value) is type(option) and value == option:
                return option
        listed = ", ".join(str(one) for one in self.options) or "(there are none)"
        problems.append(f"{path} is {_told(value)}; it must be one of: {listed}.")
        return value


@dataclass(frozen=True)
class Maybe:
    """A text or choice that may be null."""

    of: Text | Choice

    def schema(self) -> dict[str, Any]:
        """The schema of what it may be, or null."""
        schema = self.of.schema()
        enum = {"enum": [*schema["enum"], None]} if "enum" in schema else {}
        return {**schema, "type": [schema["type"], "null"], **enum}

    def read(self, value: object, path: str, problems: list[str]) -> Any:  # noqa: ANN401 - JSON
        """The value, or None."""
        return None if value is None else self.of.read(value, path, problems)


@dataclass(frozen=True)
class Many:
    """From `fewest` to `most` of something."""

    about: str
    of: Shape
    fewest: int
    most: int

    def schema(self) -> dict[str, Any]:
        """An array with its description."""
        number = f"{self.fewest} to {self.most}" if self.fewest != self.most else f"exactly {self.most}"
        return {"type": "array", "description": f"{self.about} {number}.", "items": self.of.schema()}

    def read(self, value: object, path: str, problems: list[str]) -> list[Any]:
        """The list, each item read."""
        if not isinstance(value, list):
            return _wrong(path, "a list", value, problems)
        items = cast("list[object]", value)
        if not self.fewest <= len(items) <= self.most:
            wanted = f"{self.fewest} to {self.most}" if self.fewest != self.most else f"exactly {self.most}"
            problems.append(f"{path} has {len(items)} entries; {wanted} are wanted.")
        return [self.of.read(one, f"{path}[{number}]", problems) for number, one in enumerate(items[: self.most])]


@dataclass(frozen=True)
class Record:
    """An object with exactly these fields."""

    fields: Mapping[str, Shape]

    def schema(self) -> dict[str, Any]:
        """A strict object: every property required, none besides them."""
        return {
            "type": "object",
            "properties": {name: shape.schema() for name, shape in self.fields.items()},
            "required": list(self.fields),
            "additionalProperties": False,
        }

    def read(self, value: object, path: str, problems: list[str]) -> dict[str, Any]:
        """The object with its fields read, in the order of the schema."""
        if not isinstance(value, dict):
            return _wrong(path or "the answer", "an object", value, problems)
        given = cast("dict[str, object]", value)
        found: dict[str, Any] = {}
        for name, shape in self.fields.items():
            where = f"{path}.{name}" if path else name
            if name in given:
                found[name] = shape.read(given[name], where, problems)
            else:
                problems.append(f"{where} is missing.")
        return found


def clean(text: str) -> str:
    """A text without control characters and halves of surrogate pairs, which no database and no film can hold."""
    kept = (one for one in text if one in "\n\t" or unicodedata.category(one) not in {"Cc", "Cs"})
    return "".join(kept).strip()


def _wrong(path: str, wanted: str, value: object, problems: list[str]) -> Any:  # noqa: ANN401 - stands for any value
    problems.append(f"{path} must be {wanted}, not {_told(value)}.")
    return value


def _told(value: object) -> str:
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, list | dict):
        return "a list" if isinstance(value, list) else "an object"
    text = clean(value) if isinstance(value, str) else str(value)
    return repr(text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…")
