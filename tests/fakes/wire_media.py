"""What fake vendors deliver: pictures and films that pass for real ones, and JSON that fits a schema."""

import struct
import zlib
from functools import cache
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

import numpy as np
from av.video.frame import VideoFrame
from PIL import Image

from fakes.wire import as_object
from sfd.media.encoding import SAMPLE_RATE, PictureFormat, frame_count, samples_until, write_film


@cache
def _gradient(width: int, height: int) -> Image.Image:
    across = np.linspace(30, 220, width, dtype=np.uint8)
    down = np.linspace(40, 200, height, dtype=np.uint8)
    channels = [np.broadcast_to(across, (height, width)), np.broadcast_to(down[:, None], (height, width))]
    return Image.fromarray(np.dstack([*channels, np.full((height, width), 90, np.uint8)]), "RGB")


def picture(size: str, tag: str = "", form: str = "PNG") -> bytes:
    """A picture of `size` ("864x1536"); another `tag` gives other bytes, the same pixels."""
    width, _, height = size.partition("x")
    buffer = BytesIO()
    _gradient(int(width), int(height)).save(buffer, form)
    data = buffer.getvalue()
    if form != "PNG" or not tag:
        return data
    return data[:33] + _png_chunk(b"tEXt", b"Comment\0" + tag.encode("latin-1", "replace")) + data[33:]


def _png_chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


@cache
def _film(seconds: float, width: int, height: int) -> bytes:
    formed = PictureFormat(width, height)
    count = frame_count(seconds)
    rows = np.linspace(40, 200, height, dtype=np.uint8)[:, None]
    plane = np.full((height * 3 // 2, width), 128, np.uint8)

    def frame(number: int) -> VideoFrame:
        plane[:height] = np.roll(rows, number * 4, axis=0)
        return VideoFrame.from_ndarray(plane, format="yuv420p")

    time = np.arange(samples_until(count), dtype=np.float32) / SAMPLE_RATE
    tone = (0.2 * np.sin(2 * np.pi * 220 * time)).astype(np.float32)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "film.mp4"
        write_film(path, (frame(one) for one in range(count)), np.stack([tone, tone]), pictures=formed)
        return path.read_bytes()


def film(seconds: float, size: str = "720x1280", tag: str = "") -> bytes:
    """An MP4 film that moves and sounds; another `tag` gives other bytes, the same pictures."""
    width, _, height = size.partition("x")
    data = _film(seconds, int(width), int(height))
    return data + struct.pack(">I4s", 8 + len(tag.encode()), b"free") + tag.encode() if tag else data


def fitting(schema: object, name: str = "") -> Any:
    """Some JSON that fits a schema of the strict kind. Texts are words that say which property they are."""
    return _fitting(as_object(schema), as_object(schema), name, 0)


def _fitting(root: dict[str, Any], schema: dict[str, Any], name: str, depth: int) -> Any:
    if "$ref" in schema:
        found: Any = root
        for step in str(schema["$ref"]).removeprefix("#/").split("/"):
            found = found[step]
        return _fitting(root, as_object(found), name, depth + 1)
    if "const" in schema or "enum" in schema:
        return schema.get("const", next(iter(schema.get("enum", [None]))))
    if choices := schema.get("anyOf") or schema.get("oneOf"):
        real = [as_object(one) for one in choices if as_object(one).get("type") != "null"]
        return _fitting(root, real[0], name, depth) if real else None
    return _of_type(root, schema, name, depth)


def _of_type(root: dict[str, Any], schema: dict[str, Any], name: str, depth: int) -> Any:
    named = schema.get("type", "object")
    kind = next((one for one in cast("list[str]", named) if one != "null"), "") if isinstance(named, list) else named
    match kind:
        case "object":
            inner = as_object(schema.get("properties"))
            return {key: _fitting(root, as_object(one), key, depth + 1) for key, one in inner.items()}
        case "array":
            count = max(int(schema.get("minItems", 1)), 0 if depth > 12 else 1)
            return [_fitting(root, as_object(schema.get("items")), name, depth + 1) for _ in range(count)]
        case "integer":
            return int(max(schema.get("minimum", 1), 1))
        case "number":
            return float(max(schema.get("minimum", 1.0), 1.0))
        case "boolean":
            return False
        case _:
            return f"{name or 'text'}"[: int(schema.get("maxLength", 100))].ljust(int(schema.get("minLength", 0)), "x")
