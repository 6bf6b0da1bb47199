"""Links of the OpenAPI document: with the ids of an answer, which other operations can be asked."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_PARAMETER = re.compile(r"{(\w+)}")


@dataclass(frozen=True)
class Source:
    """An answer that tells ids: an expression for each path parameter, the new thing's first.

    Paths that do not start with `under` name another kind of thing by the same parameter.
    """

    status: str
    ids: Mapping[str, str]
    under: str = "/"


def _in_path(*names: str) -> dict[str, str]:
    return {name: f"$request.path.{name}" for name in names}


IF_MATCH = {"header.If-Match": "$response.header.ETag"}
_FIRST_ASSET = {"asset_id": "$response.body#/assets/0/id"}
_JOB = Source("202", {"job_id": "$response.body#/job_id", "drama_id": "$response.body#/drama_id"})
_RUN = Source("202", {"job_id": "$response.body#/parent_job_id", "drama_id": "$response.body#/drama_id"})

SOURCES: tuple[tuple[str, Source], ...] = (
    ("createDrama", Source("201", {"drama_id": "$response.body#/id"})),
    ("createDrama", _JOB),
    ("addCharacter", Source("201", {"character_id": "$response.body#/id", **_in_path("drama_id"), **_FIRST_ASSET})),
    ("addEpisode", Source("201", {"episode_id": "$response.body#/id", **_in_path("drama_id")})),
    (
        "addScene",
        Source("201", {"scene_id": "$response.body#/id", **_in_path("drama_id", "episode_id"), **_FIRST_ASSET}),
    ),
    (
        "addSceneAsset",
        Source("201", {"asset_id": "$response.body#/id", **_in_path("drama_id", "episode_id", "scene_id")}, "/dramas/"),
    ),
    ("improveDrama", _JOB),
    ("executeDrama", _RUN),
    ("resumeDrama", _RUN),
    ("assembleEpisode", _JOB),
    ("generateCharacter", _JOB),
    ("generateSceneAsset", _JOB),
    ("retryJob", _JOB),
    ("listTakes", Source("200", {"take_id": "$response.body#/takes/0/take_id", **_in_path("drama_id", "asset_id")})),
    ("uploadLibraryAsset", Source("201", {"asset_id": "$response.body#/asset_id"})),
    ("createWebhook", Source("201", {"webhook_id": "$response.body#/id"})),
    ("testWebhook", Source("202", {"delivery_id": "$response.body#/id", **_in_path("webhook_id")})),
)


def with_links(document: dict[str, Any]) -> dict[str, Any]:
    """The document, with a link from each source to every operation that takes its new id and no unknown one."""
    operations = {
        operation["operationId"]: (path, operation)
        for path, item in document["paths"].items()
        for operation in item.values()
    }
    for name, source in SOURCES:
        response = operations[name][1]["responses"][source.status]
        tagged = "ETag" in response.get("headers", {})
        links = {target: _link(target, ids) for target, ids in _targets(operations, source, tagged=tagged)}
        response.setdefault("links", {}).update(links)
    return document


def _targets(
    operations: Mapping[str, tuple[str, dict[str, Any]]], source: Source, *, tagged: bool
) -> Iterator[tuple[str, dict[str, str]]]:
    newest = next(iter(source.ids))
    for name, (path, operation) in operations.items():
        taken = _PARAMETER.findall(path)
        if path.startswith(source.under) and newest in taken and source.ids.keys() >= set(taken):
            edits = tagged and taken[-1] == newest and _takes_if_match(operation)
            yield name, {**{one: source.ids[one] for one in taken}, **(IF_MATCH if edits else {})}


def _takes_if_match(operation: dict[str, Any]) -> bool:
    return any(one.get("name") == "If-Match" for one in operation.get("parameters", ()))


def _link(operation_id: str, parameters: dict[str, str]) -> dict[str, Any]:
    return {"operationId": operation_id, "parameters": parameters}
