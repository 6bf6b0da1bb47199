"""What the adapters send for a scene with three characters, whole: pictures in order, shape, length, size.

The golden file is written anew by UPDATE_GOLDENS=1; look at the difference before you keep it.
"""

import base64
import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import gemini_subjects as subjects

from fakes.subjects import TIMEOUT, references
from fakes.wire import Wire
from fakes.wire_gemini import GeminiWire
from fakes.wire_media import picture
from sfd.providers.base import (
    DirectProvider,
    ImageRequest,
    Reference,
    SpeechRequest,
    SpokenLine,
    SubmittedProvider,
    TextRequest,
    VideoRequest,
)

GOLDEN = Path(__file__).parent / "goldens" / "gemini_three_characters.json"
NAMES = ("Lin", "Bo", "Ada")
PROMPT = "Lin (left), Bo (middle) and Ada (right) argue in the lamp room at night, medium shot."
SPOKEN = 'Lin says, low and calm: "Who put out the lamp?" Bo says, young and hurried: "It wasn\'t me."'
LINES = (
    SpokenLine("Lin", "a low, calm woman's voice", "quietly", "Who put out the lamp?"),
    SpokenLine("Bo", "a young man's hurried voice", "", "It wasn't me."),
    SpokenLine("Ada", "an old woman's voice", "amused", "It was the wind."),
)


def storyboard(folder: Path) -> Reference:
    path = folder / "storyboard.png"
    path.write_bytes(picture("90x160", "the storyboard"))
    return Reference("e1s1.storyboard", path, "image/png", "f" * 64)


async def send_everything(wire: Wire, folder: Path) -> None:
    """One request of each adapter for the same scene."""
    portraits, first = references(folder, len(NAMES)), storyboard(folder)
    key = "job_01kqz00000000000000000000A:e1s1.1"
    clip = VideoRequest(f"{PROMPT} {SPOKEN}", 8.0, first_frame=first, idempotency_key=key)
    text = TextRequest("You write.", "Describe them.", "looks", subjects.SCHEMA, portraits, max_output_tokens=900)
    direct = (
        (subjects.illustrator, ImageRequest(PROMPT, references=portraits)),
        (
            subjects.illustrator,
            ImageRequest(PROMPT, references=portraits, parameters={"size": "1K"}, aspect_ratio="16:9"),
        ),
        (subjects.writer, text),
        (subjects.voice, SpeechRequest(LINES)),
        (subjects.voice, SpeechRequest(LINES[:2])),
    )
    for build, request in direct:
        provider = build(wire, TIMEOUT)
        assert isinstance(provider, DirectProvider)
        await provider.make(request, folder / "made")
    everyone = VideoRequest(PROMPT, 4.0, first_frame=first, references=portraits, parameters={"resolution": "1080p"})
    filmed = (
        (subjects.filmmaker, clip),
        (subjects.filmmaker, everyone),
        (subjects.filmmaker, VideoRequest(f"One continuous shot. {PROMPT}", 20.0)),
        (subjects.veo, clip),
        (subjects.veo, VideoRequest(PROMPT, 5.0, references=portraits)),
    )
    for build, request in filmed:
        provider = build(wire, TIMEOUT)
        assert isinstance(provider, SubmittedProvider)
        await provider.submit(request)


def readable(value: Any, pictures: Mapping[bytes, str]) -> Any:
    """A body with each picture replaced by its name."""
    if isinstance(value, Mapping):
        return {key: readable(one, pictures) for key, one in sorted(cast("Mapping[str, Any]", value).items())}
    if isinstance(value, list):
        return [readable(one, pictures) for one in cast("list[Any]", value)]
    if isinstance(value, str) and value.startswith("iVBOR"):
        return pictures[base64.b64decode(value.replace("-", "+").replace("_", "/"))]
    return value


def pictures_in(value: Any) -> list[str]:
    """The names of the pictures in a readable body, in order."""
    if isinstance(value, Mapping):
        return [name for one in cast("Mapping[str, Any]", value).values() for name in pictures_in(one)]
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [name for one in cast("Sequence[Any]", value) for name in pictures_in(one)]
    return [value] if isinstance(value, str) and value.startswith("<") else []


async def test_the_bodies_for_a_scene_with_three_characters(tmp_path: Path) -> None:
    with GeminiWire(tmp_path / "ledger") as wire:
        await send_everything(wire, tmp_path)
        calls = [call for call in wire.requests if call.method == "POST"]
    names = {one.path.read_bytes(): f"<{name}>" for one, name in zip(references(tmp_path, 3), NAMES, strict=True)}
    names[storyboard(tmp_path).path.read_bytes()] = "<storyboard>"
    sent = [{"path": call.path, "body": readable(call.json, names)} for call in calls]
    if os.environ.get("UPDATE_GOLDENS"):
        GOLDEN.write_text(json.dumps(sent, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    assert sent == json.loads(GOLDEN.read_text(encoding="utf-8"))
    everyone, board = ["<Lin>", "<Bo>", "<Ada>"], ["<storyboard>"]
    expected = [everyone, everyone, everyone, [], [], board, [*board, *everyone], [], board, everyone]
    assert [pictures_in(one["body"]) for one in sent] == expected
