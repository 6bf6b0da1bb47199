"""Names of schemas: what is sent and what is answered differ in what may be left out, so FastAPI has two of many."""

from typing import Any, cast

SENT, ANSWERED = "-Input", "-Output"
REF = "#/components/schemas/"


def plainly_named(document: dict[str, Any]) -> dict[str, Any]:
    """The document with `Scene` for `Scene-Output`, which is answered, and `SceneInput` for `Scene-Input`."""
    schemas: dict[str, Any] = document["components"]["schemas"]
    names = {name: _plain(name) for name in schemas}
    titled = {names[name]: _titled(schema, name, names[name]) for name, schema in schemas.items()}
    document["components"]["schemas"] = titled
    return _renamed(document, {REF + old: REF + new for old, new in names.items() if old != new})


def _titled(schema: dict[str, Any], old: str, new: str) -> dict[str, Any]:
    """A schema of what is sent, titled like its name: generators of clients take the title for the name."""
    return {**schema, "title": new} if old.endswith(SENT) else schema


def _plain(name: str) -> str:
    return name.removesuffix(ANSWERED) if name.endswith(ANSWERED) else name.replace(SENT, "Input")


def _renamed(node: Any, names: dict[str, str]) -> Any:  # noqa: ANN401 - whatever JSON holds
    if isinstance(node, dict):
        members = cast("dict[str, Any]", node)
        return {name: names.get(one, one) if name == "$ref" else _renamed(one, names) for name, one in members.items()}
    return [_renamed(one, names) for one in cast("list[Any]", node)] if isinstance(node, list) else node
