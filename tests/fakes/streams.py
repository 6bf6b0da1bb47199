"""Server-Sent Events as a client reads them."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import httpx


@dataclass(frozen=True)
class Told:
    """One message of a stream."""

    event: str
    id: int | None
    data: dict[str, Any]


def parse_stream(lines: Iterable[str]) -> Iterator[Told]:
    """The messages in the lines of a stream; comments and lone settings are skipped."""
    fields: dict[str, str] = {}
    for line in lines:
        if line.startswith(":"):
            continue
        if line:
            name, _, value = line.partition(": ")
            fields[name] = value
        elif "data" in fields:
            number = int(fields["id"]) if "id" in fields else None
            yield Told(fields["event"], number, json.loads(fields["data"]))
            fields = {}
        else:
            fields = {}


def follow(api: httpx.Client, url: str, after: int | None = None) -> Iterator[Told]:
    """Read a stream until the server closes it, as if one had event `after`."""
    headers = {} if after is None else {"Last-Event-ID": str(after)}
    with api.stream("GET", url, headers=headers) as answer:
        assert answer.status_code == 200, answer.status_code
        yield from parse_stream(answer.iter_lines())
