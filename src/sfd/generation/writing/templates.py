"""The prompts: files beside this module, each with its version, filled with data that is fenced off from the orders.

A file has a line `version: N`, then `=== instructions`, then `=== prompt`; `$names` are filled in.
"""

import hashlib
import json
from collections.abc import Mapping
from importlib.resources import files
from string import Template
from typing import Any

PROMPTS_VERSION = "1"
_INSTRUCTIONS = "=== instructions\n"
_PROMPT = "=== prompt\n"


def instructions_and_prompt(name: str, values: Mapping[str, str]) -> tuple[str, str]:
    """The two parts of `prompts/<name>.md` with its `$names` filled in; `$rules` is `prompts/rules.md`.

    A line that is nothing but a name whose value is empty is left out.
    """
    filled = {"rules": _parts("rules")[0].strip(), **values}
    instructions, prompt = (_filled(part, filled) for part in _parts(name))
    return instructions, prompt


def orders_of(name: str) -> str:
    """The instructions of a prompt with the values left open: what it says whatever is written."""
    return Template(_parts(name)[0]).safe_substitute({"rules": _parts("rules")[0].strip()})


def version_of(name: str) -> int:
    """The version that a prompt's file states."""
    return int(_text(name).split("\n", 1)[0].removeprefix("version:"))


def fenced(title: str, text: str) -> str:
    """Data between two marks that do not occur in it, so that nothing in it can end the fence."""
    mark = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:10]
    while mark in text:
        mark = hashlib.sha256(mark.encode()).hexdigest()[:10]
    return f"<<<{title} {mark}\n{text.strip()}\n{mark} {title}>>>"


def fenced_json(title: str, document: object) -> str:
    """A document between two marks, on one line."""
    return fenced(title, compact(document))


def compact(document: object) -> str:
    """JSON as short as it can be, readable in every script."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def chosen(document: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """Some properties of a document, in the order named."""
    return {name: document[name] for name in names if name in document}


def _filled(part: str, values: Mapping[str, str]) -> str:
    empty = {f"${name}" for name, value in values.items() if not value}
    kept = "\n".join(line for line in part.splitlines() if line not in empty)
    return Template(kept).substitute(values).strip() + "\n"


def _parts(name: str) -> tuple[str, str]:
    body = _text(name).split(_INSTRUCTIONS, 1)[1]
    instructions, _, prompt = body.partition(_PROMPT)
    return instructions, prompt


def _text(name: str) -> str:
    return files("sfd.generation.writing").joinpath("prompts", f"{name}.md").read_text(encoding="utf-8")
