"""Every error of every operation in the OpenAPI document, as one shared schema."""

from collections.abc import Iterator
from typing import Any

from sfd.routers.problems import PROBLEM_JSON, Problem

REF_TEMPLATE = "#/components/schemas/{model}"
METHODS = frozenset({"get", "put", "post", "delete", "patch"})
FASTAPI_OWN = ("HTTPValidationError", "ValidationError")

ALWAYS = {
    400: "The URL or the body cannot be read",
    404: "There is no such thing for this user",
    422: "A field or parameter is not valid or not known; `errors` names each",
    500: "A defect of SFD",
    503: "Busy; try again after `Retry-After` seconds",
}
WITH_KEY = {
    401: "A key is needed, or this one is not known",
    403: "The key may not do this",
    429: "Asked too often; try again after `Retry-After` seconds",
}
WITH_BODY = {
    408: "The body came too slowly",
    413: "The body is too large",
    415: "The body is of a kind that is not accepted",
}
WHEN_WRITING = {409: "It is busy, or exists already", 507: "Out of disk space"}
WHEN_READING_A_DRAMA = {409: "The drama is not written yet"}
WHEN_EDITING = {412: "It changed since it was read; nothing was written"}
RETRY_AFTER = {"Retry-After": {"description": "Seconds", "schema": {"type": "integer"}}}
WAITING = frozenset({"429", "503", "507"})
FIRST_ERROR = "400"
FASTAPI_422 = "Validation Error"
INSIDE_A_DRAMA = "/dramas/{drama_id}/"


def with_problems(document: dict[str, Any]) -> dict[str, Any]:
    """The document, with the errors of each operation in place of FastAPI's own."""
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    for name in FASTAPI_OWN:
        schemas.pop(name, None)
    schemas |= _problem_schemas()
    for path, method, operation in _operations(document):
        _describe_errors(path, method, operation)
    return document


def _problem_schemas() -> dict[str, Any]:
    schema = Problem.model_json_schema(ref_template=REF_TEMPLATE)
    parts: dict[str, Any] = schema.pop("$defs")
    return {"Problem": schema, **parts}


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if method in METHODS:
                yield path, method, operation


def _describe_errors(path: str, method: str, operation: dict[str, Any]) -> None:
    responses: dict[str, Any] = operation["responses"]
    errors = {str(status): text for status, text in _possible_errors(path, method, operation).items()}
    named = {status: one["description"] for status, one in responses.items() if status >= FIRST_ERROR}
    errors |= {status: text for status, text in named.items() if text != FASTAPI_422}
    fine = {status: one for status, one in responses.items() if status < FIRST_ERROR}
    described = {
        status: _response(status, text, responses.get(status, {}).get("headers", {})) for status, text in errors.items()
    }
    operation["responses"] = dict(sorted({**fine, **described}.items()))


def _possible_errors(path: str, method: str, operation: dict[str, Any]) -> dict[int, str]:
    errors = dict(ALWAYS)
    if "security" in operation:
        errors |= WITH_KEY
    if "requestBody" in operation:
        errors |= WITH_BODY
    if path.startswith(INSIDE_A_DRAMA):
        errors |= WHEN_READING_A_DRAMA
    if method != "get":
        errors |= WHEN_WRITING
    if method in ("put", "patch", "delete"):
        errors |= WHEN_EDITING
    return errors


def _response(status: str, text: str, given: dict[str, Any]) -> dict[str, Any]:
    content = {PROBLEM_JSON: {"schema": {"$ref": REF_TEMPLATE.format(model="Problem")}}}
    headers = {**given, **(RETRY_AFTER if status in WAITING else {})}
    return {"description": text, "content": content, **({"headers": headers} if headers else {})}
