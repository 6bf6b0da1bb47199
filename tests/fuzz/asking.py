"""Every operation of the OpenAPI document as a request that is well formed."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from fakes.media import png

_PARAMETER = re.compile(r"{(\w+)}")


@dataclass(frozen=True)
class Operation:
    """One operation. `body` is the first example that the document gives, None when it takes none."""

    name: str
    method: str
    path: str
    public: bool
    body: Any = None
    form: bool = False

    @property
    def parameters(self) -> list[str]:
        """The names in its path."""
        return _PARAMETER.findall(self.path)

    def url(self, ids: "Ids") -> str:
        """Its path with ids filled in."""
        return _PARAMETER.sub(lambda found: ids.of(found[1], self.path), self.path)

    def ask(self, api: httpx.Client, ids: "Ids", key: str | None) -> httpx.Response:
        """Send it."""
        headers = {"X-API-Key": key} if key else {}
        if self.form:
            form = {"project_name": "test_drama", "asset_type": "image", "tag": "character"}
            return api.post(self.url(ids), data=form, files={"file": ("test.png", png())}, headers=headers)
        return api.request(self.method, self.url(ids), json=self.body, headers=headers)


@dataclass(frozen=True)
class Ids:
    """What the parameters of paths stand for. A name may be another thing below another path."""

    named: Mapping[str, str]
    below: Mapping[tuple[str, str], str]

    def of(self, name: str, path: str) -> str:
        """The id for a parameter; a parameter that nobody knows fails the test, so that none is forgotten."""
        return next(
            (one for (start, its), one in self.below.items() if its == name and start in path), self.named[name]
        )


def operations(document: dict[str, Any]) -> list[Operation]:
    """All operations of a document."""
    return [
        _operation(document, method, path, one)
        for path, item in document["paths"].items()
        for method, one in item.items()
    ]


def _operation(document: dict[str, Any], method: str, path: str, one: dict[str, Any]) -> Operation:
    content: dict[str, Any] = one.get("requestBody", {}).get("content", {})
    form = "multipart/form-data" in content
    body = next(_examples(document, content), None) if content and not form else None
    assert body is not None or form or not content, f"{one['operationId']} has no example of its body"
    return Operation(one["operationId"], method.upper(), path, "security" not in one, body, form)


def _examples(document: dict[str, Any], content: dict[str, Any]) -> Iterator[Any]:
    for kind in content.values():
        yield from (one["value"] for one in kind.get("examples", {}).values())
        yield from [kind["example"]] if "example" in kind else []
        yield from _schema_examples(document, kind.get("schema", {}))


def _schema_examples(document: dict[str, Any], schema: dict[str, Any]) -> Iterator[Any]:
    yield from schema.get("examples", [])
    for one in (schema, *schema.get("anyOf", [])):
        if "$ref" in one:
            yield from _schema_examples(document, document["components"]["schemas"][one["$ref"].rsplit("/", 1)[-1]])
