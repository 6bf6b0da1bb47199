"""What OpenAPI is told of answers beside their JSON: headers, and bodies that are files."""

from typing import Any

from sfd.media.sniff import FILMS, PICTURES, SOUNDS, TEXTS

Answers = dict[int | str, dict[str, Any]]

_TEXT = {"type": "string"}
_BYTES = {"schema": {"type": "string", "format": "binary"}}
# No answer has this type; it is how generators of clients know that a body is bytes.
_ANY_BYTES = "application/octet-stream"

HEADERS: dict[str, dict[str, Any]] = {
    "Accept-Ranges": {"description": "`bytes`: parts may be asked for by `Range`", "schema": _TEXT},
    "Content-Disposition": {"description": "Whether it is shown or saved, and its filename", "schema": _TEXT},
    "Content-Range": {"description": "Which bytes these are, and of how many", "schema": _TEXT},
    "ETag": {"description": "What `If-Match` and `If-None-Match` take", "schema": _TEXT},
    "Idempotent-Replayed": {
        "description": "An earlier request with this `Idempotency-Key` was accepted; this is its answer",
        "schema": {"type": "string", "enum": ["true"]},
    },
    "Location": {"description": "Where it is read", "schema": {"type": "string", "format": "uri-reference"}},
    "Preference-Applied": {"description": "The `wait` of `Prefer` that was used", "schema": _TEXT},
    "RateLimit": {"description": "Requests that remain, and the seconds until they are more", "schema": _TEXT},
    "RateLimit-Policy": {"description": "How many requests in how many seconds", "schema": _TEXT},
    "Retry-After": {"description": "Seconds until asking again is of use", "schema": {"type": "integer"}},
    "Set-Cookie": {"description": "The cookie `sfd_session`", "schema": _TEXT},
    "WWW-Authenticate": {"description": "How to say who asks", "schema": _TEXT},
    "X-Request-ID": {"description": "The id of this request in the server's log", "schema": _TEXT},
}


def headers(*names: str) -> dict[str, Any]:
    """The headers of an answer, by the names in `HEADERS`."""
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def binary(*media_types: str) -> dict[str, Any]:
    """The content of an answer that is a file of one of these types."""
    return dict.fromkeys((_ANY_BYTES, *media_types), _BYTES)


def text_file(*media_types: str) -> Answers:
    """A text that is saved."""
    content = {one: {"schema": _TEXT} for one in media_types}
    return {200: {"description": "The file", "content": content, "headers": headers("Content-Disposition")}}


READ: Answers = {
    200: {"headers": headers("ETag")},
    304: {"description": "It has not changed", "headers": headers("ETag")},
}
EDITED: Answers = {200: {"headers": headers("ETag")}}
ADDED: Answers = {201: {"headers": headers("ETag", "Location", "Idempotent-Replayed")}}
CREATED: Answers = {201: {"headers": headers("Location", "Idempotent-Replayed")}}
STORED: Answers = {
    201: {"description": "A finished drama was stored", "headers": headers("ETag", "Location", "Idempotent-Replayed")}
}
ACCEPTED: Answers = {
    202: {
        "description": "It was accepted; `Location` is the job's",
        "headers": headers("Location", "Retry-After", "Idempotent-Replayed"),
    }
}
LISTED: Answers = {
    200: {"headers": headers("ETag")},
    304: {"description": "It is as the given `ETag` says", "headers": headers("ETag")},
}
POLLED: Answers = {
    200: {"headers": headers("ETag", "Retry-After", "Preference-Applied")},
    304: {
        "description": "It is as the given `ETag` says",
        "headers": headers("ETag", "Retry-After", "Preference-Applied"),
    },
}
COOKIE: Answers = {204: {"headers": headers("Set-Cookie")}}
ARCHIVE: Answers = {
    200: {
        "description": "The archive",
        "content": binary("application/zip"),
        "headers": headers("Content-Disposition"),
    }
}

THUMBNAIL: Answers = {
    200: {"description": "The picture", "content": binary("image/webp"), "headers": headers("ETag")},
    304: {"description": "Not changed: `If-None-Match` names its `ETag`", "headers": headers("ETag")},
}

_FILE_HEADERS = ("ETag", "Accept-Ranges", "Content-Disposition")
_FILE_TYPES = (*PICTURES, *FILMS, *SOUNDS, *TEXTS)
FILE: Answers = {
    200: {"description": "The file", "content": binary(*_FILE_TYPES), "headers": headers(*_FILE_HEADERS)},
    206: {
        "description": "A part of the file; `multipart/byteranges` when several were asked for",
        "content": binary(*_FILE_TYPES, "multipart/byteranges"),
        "headers": headers(*_FILE_HEADERS, "Content-Range"),
    },
    304: {"description": "Not changed: `If-None-Match` names its `ETag`", "headers": headers("ETag")},
    307: {"description": "The library is in a bucket: the file is read there", "headers": headers("Location")},
    416: {"description": "The range lies outside the file", "headers": headers("Accept-Ranges", "Content-Range")},
}


def _header_parameter(name: str, description: str) -> dict[str, Any]:
    return {"name": name, "in": "header", "required": False, "description": description, "schema": _TEXT}


FILE_CONDITIONS: dict[str, Any] = {
    "parameters": [
        _header_parameter("Range", "`bytes=0-499`: only these; up to 16 ranges"),
        _header_parameter("If-Range", "Pass over `Range` unless this is still the `ETag`"),
        _header_parameter("If-None-Match", "Answer 304 if the `ETag` is still one of these"),
    ]
}
