"""What an OpenAPI document says of every operation alike: names in words, and the headers that every answer has."""

import re
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from sfd.domain.patches import EpisodePatch, ScenePatch
from sfd.routers.answers import HEADERS, headers
from sfd.routers.asset_library import LibraryAssetPatch
from sfd.routers.money_shapes import ResumeRequest
from sfd.routers.plan_shapes import PlanBody
from sfd.routers.shapes import DramaList, JobBody, JobList, LibraryAssetList

METHODS = frozenset({"get", "put", "post", "delete", "patch"})
TAGS = {
    "service": "Is it alive, and what is it",
    "keys": "Keys and browser sessions",
    "usage": "What was spent",
    "dramas": "Write, read, change and delete dramas",
    "characters": "The people of a drama, and their pictures",
    "episodes": "The films of a drama",
    "scenes": "The shots of an episode",
    "scene assets": "The planned pictures and clips of a scene",
    "runs": "Plan a drama, make it, cancel it and try again",
    "takes": "Single results: generate them, look at them, choose one",
    "jobs": "Slow work: read it once, or until it changes",
    "events": "Slow work as it happens (Server-Sent Events)",
    "asset library": "Files that were made or uploaded",
    "exports": "Screenplays, subtitles, films and archives",
    "webhooks": "Messages to your server when a job ends or pauses",
}

# FastAPI leaves every null out of its document, but in an example a null says something.
_EXAMPLES_WITH_NULLS: tuple[type[BaseModel], ...] = (
    DramaList,
    EpisodePatch,
    JobBody,
    JobList,
    LibraryAssetList,
    LibraryAssetPatch,
    PlanBody,
    ResumeRequest,
    ScenePatch,
)
_FASTAPIS_OWN = "Successful Response"
_DESCRIPTIONS = {
    "200": "What was asked for",
    "201": "It was made; this is how it stands",
    "202": "It was accepted",
    "204": "It is done",
}
_ON_EVERY_ANSWER = headers("X-Request-ID")
_WHEN_COUNTED = headers("RateLimit", "RateLimit-Policy")
_ON_ERRORS = {
    "401": headers("WWW-Authenticate"),
    "429": {**headers("Retry-After"), **_WHEN_COUNTED},
    "503": headers("Retry-After"),
    "507": headers("Retry-After"),
}


def described(document: dict[str, Any]) -> dict[str, Any]:
    """The document with a summary of each operation, whole examples, and what `HEADERS` and `TAGS` say."""
    document["tags"] = [{"name": name, "description": text} for name, text in TAGS.items()]
    components: dict[str, Any] = document["components"]
    components["headers"] = HEADERS
    for model in _EXAMPLES_WITH_NULLS:
        components["schemas"][model.__name__]["examples"] = model.model_json_schema()["examples"]
    for operation in _operations(document):
        operation["summary"] = in_words(operation["operationId"])
        for status, answer in operation["responses"].items():
            _describe(status, answer, counted="security" in operation)
    return document


def in_words(operation_id: str) -> str:
    """`createDrama` as `Create drama`."""
    return re.sub(r"(?<=[a-z])[A-Z]", lambda found: f" {found[0].lower()}", operation_id).capitalize()


def _operations(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for item in document["paths"].values():
        yield from (operation for method, operation in item.items() if method in METHODS)


def _describe(status: str, answer: dict[str, Any], *, counted: bool) -> None:
    if answer["description"] == _FASTAPIS_OWN:
        answer["description"] = _DESCRIPTIONS[status]
    given = answer.get("headers", {})
    if status < "400":
        answer["headers"] = {**given, **(_WHEN_COUNTED if counted else {}), **_ON_EVERY_ANSWER}
    elif status in _ON_ERRORS:
        answer["headers"] = {**given, **_ON_ERRORS[status]}
