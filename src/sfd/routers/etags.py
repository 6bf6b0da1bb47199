"""Entity tags of RFC 9110: what `ETag` says, and what `If-Match` and `If-None-Match` ask."""

import re
from typing import Annotated

from fastapi import Depends, Header

_TAG = re.compile(r'\s*(W/)?"([\x21\x23-\x7e\x80-\xff]*)"\s*(?:,[\s,]*|$)')


def etag(tag: str) -> str:
    """A strong entity tag as a header carries it."""
    return f'"{tag}"'


def listed_tags(header: str) -> list[tuple[bool, str]]:
    """Whether it is weak, and the text, of each tag in a list; nothing at all when it is not such a list."""
    tags: list[tuple[bool, str]] = []
    rest = header.strip(", \t")
    while rest:
        found = _TAG.match(rest)
        if found is None:
            return []
        tags.append((found[1] is not None, found[2]))
        rest = rest[found.end() :]
    return tags


def expected_tags(header: str | None) -> frozenset[str] | None:
    """The tags of which `If-Match` wants one; None when anything will do. A weak tag never matches."""
    if header is None or header.strip() == "*":
        return None
    return frozenset(text for weak, text in listed_tags(header) if not weak)


def is_known(header: str | None, tag: str) -> bool:
    """Whether `If-None-Match` says that the asker has what `tag` stands for."""
    if header is None:
        return False
    return header.strip() == "*" or tag in {text for _, text in listed_tags(header)}


def _expected(
    if_match: Annotated[
        str | None,
        Header(
            alias="If-Match",
            description="Edit only what still has one of these `ETag`s; otherwise 412",
            max_length=4000,
        ),
    ] = None,
) -> frozenset[str] | None:
    return expected_tags(if_match)


def _known(
    if_none_match: Annotated[
        str | None,
        Header(alias="If-None-Match", description="Answer 304 if the `ETag` is still one of these", max_length=4000),
    ] = None,
) -> str | None:
    return if_none_match


Expected = Annotated[frozenset[str] | None, Depends(_expected)]
Known = Annotated[str | None, Depends(_known)]
