"""What openapi.json promises of every operation, so that clients can be made of it."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import jsonschema_rs
import pytest
import schemathesis

from sfd import __version__

ROOT = Path(__file__).parents[2]
DOCUMENT: dict[str, Any] = json.loads((ROOT / "openapi.json").read_text(encoding="utf-8"))
PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
BINARY = {"type": "string", "format": "binary"}
BOTH_WAYS: list[dict[str, list[str]]] = [{"APIKeyHeader": []}, {"APIKeyCookie": []}]
WITHOUT_BODY = ("204", "304", "307")
FILES = r"(export|download)[A-Z]"


@dataclass(frozen=True)
class Operation:
    """One method of one path."""

    method: str
    path: str
    says: dict[str, Any]

    @property
    def id(self) -> str:
        return str(self.says["operationId"])

    @property
    def answers(self) -> dict[str, dict[str, Any]]:
        return dict(self.says["responses"])

    @property
    def successes(self) -> dict[str, dict[str, Any]]:
        return {status: answer for status, answer in self.answers.items() if status < "300"}

    @property
    def parameters(self) -> dict[str, dict[str, Any]]:
        return {one["name"]: one for one in self.says.get("parameters", [])}

    def headers(self, status: str) -> set[str]:
        """The names of the headers of an answer."""
        return set(self.answers.get(status, {}).get("headers", {}))


def operations() -> list[Operation]:
    found = [(path, method, one) for path, item in DOCUMENT["paths"].items() for method, one in item.items()]
    return [Operation(method, path, one) for path, method, one in found]


OPERATIONS = {one.id: one for one in operations()}
every_operation = pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
PUBLIC = {"getHealth", "getReadiness", "getService", "openSession", "closeSession"}


def resolved(part: dict[str, Any]) -> dict[str, Any]:
    """What a reference names, or the part itself."""
    found = part
    while "$ref" in found:
        target: Any = DOCUMENT
        for name in found["$ref"].removeprefix("#/").split("/"):
            target = target[name]
        found = target
    return found


def examples_of(content: dict[str, Any]) -> list[Any]:
    """The examples of a body: its own, or those of its schema or of one of its alternatives."""
    if "example" in content:
        return [content["example"]]
    schema = resolved(content["schema"])
    alternatives = [schema, *(resolved(one) for one in schema.get("anyOf", []))]
    return [example for one in alternatives for example in one.get("examples", [])]


def faults(schema: dict[str, Any], example: Any) -> list[str]:
    """What is wrong with an example."""
    whole = {**schema, "components": DOCUMENT["components"]}
    return [str(error) for error in jsonschema_rs.Draft202012Validator(whole).iter_errors(example)]


def references(part: Any) -> Iterator[str]:
    """Every reference in a part of the document."""
    if isinstance(part, dict):
        members = cast("dict[str, Any]", part)
        yield from (value for name, value in members.items() if name == "$ref")
        parts = list(members.values())
    else:
        parts = cast("list[Any]", part) if isinstance(part, list) else []
    for one in parts:
        yield from references(one)


def test_it_is_the_document_of_this_version(tmp_path: Path) -> None:
    made = tmp_path / "openapi.json"
    subprocess.run([sys.executable, ROOT / "scripts/openapi.py", made], check=True, timeout=120)
    current = made.read_bytes() == (ROOT / "openapi.json").read_bytes()
    assert current, "openapi.json is not what the code says: run `make openapi` and commit it"
    assert DOCUMENT["info"]["version"] == __version__


def test_it_is_valid_openapi() -> None:
    assert DOCUMENT["openapi"].startswith("3.1.")
    schemathesis.openapi.from_dict(DOCUMENT).validate()
    assert [resolved({"$ref": one}) for one in references(DOCUMENT)]


def test_nothing_is_described_that_is_not_used() -> None:
    used = {one.rsplit("/", 1)[1] for one in references(DOCUMENT)}
    described = set(DOCUMENT["components"]["schemas"]) | set(DOCUMENT["components"]["headers"])
    assert described - used == set()


def test_operations_are_told_apart_by_their_ids() -> None:
    assert len(OPERATIONS) == len(operations())
    assert [one for one in OPERATIONS if not re.fullmatch(r"[a-z]+([A-Z][a-z]*)+", one)] == []


def test_every_tag_is_described_and_used() -> None:
    described = {one["name"] for one in DOCUMENT["tags"] if one["description"]}
    assert described == {tag for one in OPERATIONS.values() for tag in one.says["tags"]}


@every_operation
def test_an_operation_is_described(operation: Operation) -> None:
    assert len(operation.says["tags"]) == 1
    assert len(operation.says["summary"].split()) > 1
    assert operation.says["description"].rstrip().endswith(".")
    asked = [one for one in operation.parameters.values() if one["in"] != "path"]
    assert [one["name"] for one in asked if not one.get("description")] == []
    in_path = {one["name"] for one in operation.parameters.values() if one["in"] == "path"}
    assert in_path == set(re.findall(r"\{(\w+)\}", operation.path))
    assert all(answer["description"] != "Successful Response" for answer in operation.answers.values())


@every_operation
def test_an_error_is_a_problem(operation: Operation) -> None:
    errors = {status: answer for status, answer in operation.answers.items() if status >= "400"}
    assert {"400", "500", "503"} <= set(errors)
    assert [status for status, answer in errors.items() if answer["content"] != PROBLEM] == []
    waiting = {"429", "503", "507"} & set(errors)
    assert [status for status in waiting if "Retry-After" not in operation.headers(status)] == []


@every_operation
def test_an_operation_says_who_may_ask(operation: Operation) -> None:
    if operation.id in PUBLIC:
        assert "security" not in operation.says
        return
    assert operation.says["security"] == BOTH_WAYS
    assert {"401", "403", "429"} <= set(operation.answers)
    assert "WWW-Authenticate" in operation.headers("401")
    for status in (*operation.successes, "429"):
        assert {"RateLimit", "RateLimit-Policy"} <= operation.headers(status)


def test_a_key_is_a_header_or_a_cookie() -> None:
    schemes = DOCUMENT["components"]["securitySchemes"]
    assert {(one["type"], one["in"], one["name"]) for one in schemes.values()} == {
        ("apiKey", "header", "X-API-Key"),
        ("apiKey", "cookie", "sfd_session"),
    }


@every_operation
def test_a_body_has_examples_that_are_valid(operation: Operation) -> None:
    for media_type, content in operation.says.get("requestBody", {}).get("content", {}).items():
        examples = examples_of(content)
        assert examples, media_type
        assert [fault for example in examples for fault in faults(content["schema"], example)] == []


@every_operation
def test_examples_of_answers_are_valid(operation: Operation) -> None:
    contents = [content for one in operation.successes.values() for content in one.get("content", {}).values()]
    for content in contents:
        assert [fault for example in examples_of(content) for fault in faults(content["schema"], example)] == []


@pytest.mark.parametrize(
    ("operation_id", "status"),
    [
        ("createDrama", "202"),
        ("improveDrama", "202"),
        ("executeDrama", "202"),
        ("generateCharacter", "202"),
        ("getJob", "200"),
        ("listJobs", "200"),
        ("listDramas", "200"),
        ("planDrama", "200"),
        ("uploadLibraryAsset", "201"),
        ("listLibraryAssets", "200"),
        ("streamJob", "200"),
    ],
)
def test_a_main_answer_has_an_example(operation_id: str, status: str) -> None:
    assert all(examples_of(one) for one in OPERATIONS[operation_id].answers[status]["content"].values())


@every_operation
def test_an_answer_has_a_body_or_none(operation: Operation) -> None:
    fine = {status: one for status, one in operation.answers.items() if status < "400"}
    assert [status for status in WITHOUT_BODY if "content" in fine.get(status, {})] == []
    assert [status for status in fine if status not in WITHOUT_BODY and "content" not in fine[status]] == []


@every_operation
def test_an_answer_is_of_the_kind_that_the_operation_is_for(operation: Operation) -> None:
    contents = [one["content"] for one in operation.successes.values() if "content" in one]
    if operation.id.startswith("stream"):
        assert [set(one) for one in contents] == [{"text/event-stream"}]
        assert contents[0]["text/event-stream"]["schema"] == {"type": "string"}
    elif re.match(FILES, operation.id):
        assert all("application/json" not in one for one in contents)
        assert all("Content-Disposition" in operation.headers(status) for status in operation.successes)
        for one in contents:
            schemas = [content["schema"] for content in one.values()]
            assert "application/octet-stream" in one or schemas == [{"type": "string"}] * len(one)
            assert "application/octet-stream" not in one or schemas == [BINARY] * len(one)
    elif operation.id == "getLibraryAssetThumbnail":
        assert [set(one) for one in contents] == [{"image/webp", "application/octet-stream"}]
    else:
        assert all(set(one) == {"application/json"} for one in contents)


@every_operation
def test_headers_are_told_where_they_are_sent(operation: Operation) -> None:
    asks = set(operation.parameters)
    assert all("X-Request-ID" in operation.headers(status) for status in operation.successes)
    if "201" in operation.answers:
        assert "Location" in operation.headers("201")
    if "Idempotency-Key" in asks:
        sent = {"202": {"Location", "Retry-After", "Idempotent-Replayed"}, "201": {"Location", "Idempotent-Replayed"}}
        assert [status for status in sent if sent[status] <= operation.headers(status)] != []
    if "If-None-Match" in asks:
        assert "ETag" in operation.headers("200") & operation.headers("304")
    if "If-Match" in asks:
        assert "412" in operation.answers
        assert "200" not in operation.answers or "ETag" in operation.headers("200")
    if "Prefer" in asks and operation.id.startswith("get"):
        assert {"Preference-Applied", "Retry-After"} <= operation.headers("200")
    if "Range" in asks:
        assert "Content-Range" in operation.headers("206") & operation.headers("416")


@pytest.mark.parametrize("schema", ["ScenePatch", "EpisodePatch", "LibraryAssetPatch"])
def test_an_example_of_a_patch_shows_what_null_does(schema: str) -> None:
    assert ": null" in json.dumps(DOCUMENT["components"]["schemas"][schema]["examples"])


def test_an_upload_is_a_form_with_a_file() -> None:
    forms = {
        one.id: one.says["requestBody"]["content"]
        for one in OPERATIONS.values()
        if "multipart/form-data" in one.says.get("requestBody", {}).get("content", {})
    }
    assert set(forms) == {"uploadLibraryAsset"}
    schema = forms["uploadLibraryAsset"]["multipart/form-data"]["schema"]
    assert schema["properties"]["file"] == BINARY
    assert set(schema["required"]) == {"file", "project_name", "asset_type", "tag"}


@every_operation
def test_names_of_headers_are_written_as_they_are_known(operation: Operation) -> None:
    asked = [one["name"] for one in operation.parameters.values() if one["in"] == "header"]
    assert [name for name in asked if not re.fullmatch(r"(ID|[A-Z][a-z]+)(-(ID|[A-Z][a-z]+))*", name)] == []
