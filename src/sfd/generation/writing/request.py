"""Pure: what is asked of a writer for one stage, and the sentences that several stages share."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sfd.generation.requests import WriteSpec
from sfd.generation.writing.shapes import Record
from sfd.generation.writing.templates import fenced, instructions_and_prompt

Answer = Mapping[str, Any]

_LONGEST_QUOTED_ANSWER = 120_000
_PICTURES = "Pictures are attached, in this order, each with the name of the character that it shows:"
_THEIR_OWNERS = (
    "Describe the `look` of those characters as their pictures show them, and give each the number of its picture as "
    "`reference`. A picture without a name belongs to whom it fits best, or to nobody."
)


@dataclass(frozen=True)
class StageRequest:
    """What a writer is sent. `schema` is strict; `references` are library asset ids of pictures, in their order."""

    instructions: str
    prompt: str
    schema_name: str
    schema: Mapping[str, Any]
    references: tuple[str, ...] = ()


def stage_request(
    template: str, shape: Record, values: Mapping[str, str], references: Sequence[str] = ()
) -> StageRequest:
    """A template filled with values, asking for a document of this shape."""
    instructions, prompt = instructions_and_prompt(template, values)
    return StageRequest(instructions, prompt, template, shape.schema(), tuple(references))


def repair_of(request: StageRequest, text: str, problems: Sequence[str]) -> StageRequest:
    """The same request again, with the answer that it got and what was wrong with it. Give it the first request.

    A very long answer is quoted by its beginning only.
    """
    values = {
        "prompt": request.prompt.strip(),
        "answer": fenced("ANSWER", text[:_LONGEST_QUOTED_ANSWER] or "(nothing)"),
        "problems": "\n".join(f"- {one}" for one in problems),
    }
    return replace(request, prompt=instructions_and_prompt("repair", values)[1])


def counted(number: int) -> str:
    """A number of episodes in words that a sentence can end with."""
    return "1 episode" if number == 1 else f"{number} episodes"


def pictures_told(spec: WriteSpec) -> str:
    """Which reference pictures come with the request, and whose they are."""
    if not spec.references:
        return ""
    lines = [
        f"- Picture {number}: " + (fenced("NAME", one.character) if one.character.strip() else "(nobody was named)")
        for number, one in enumerate(spec.references, 1)
    ]
    return "\n".join([_PICTURES, *lines, _THEIR_OWNERS])


def picture_ids(spec: WriteSpec) -> tuple[str, ...]:
    """Library asset ids of the reference pictures, in order."""
    return tuple(one.library_asset_id for one in spec.references)
