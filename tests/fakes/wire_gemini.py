"""A server that speaks Google's wire: `generateContent`, `interactions`, files, and Veo's long-running operations.

    python -m fakes.wire_gemini --port 0 --ledger FILE     # from tests/; prints its port, writes whole dramas

Pictures, films and speech are valid and of the size and duration asked for. What a writer answers fits the schema it is
sent; a hook in `writers` may answer instead, such as `believable`. `scripted` holds bodies that are answered next.
"""

import base64
import json
import math
import re
import struct
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fakes.wire import Call, Fault, Reply, Route, Step, Wire, as_object, run
from fakes.wire_media import film, fitting, picture
from fakes.writer_answers import SCENES, believable

Hook = Callable[[str, Any, str], object | None]  # schema name, schema, prompt → the answer, or None for the usual one
VERSION = r"/v1(?:beta\d?)?"
INTERACTION = rf"{VERSION}/interactions/(?P<id>[^/:]+)"
VERTEX = rf"{VERSION}/(?P<model>projects/[^/]+/locations/[^/]+/publishers/google/models/[^/:]+)"
SIDES = {"360p": 360, "720p": 720, "1080p": 1080, "4k": 2160}
PICTURES = {"1K": "768x1344", "2K": "1536x2688", "4K": "3072x5376"}
RATE = 24_000
WORDS = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    503: "UNAVAILABLE",
}


@dataclass
class Job:
    """A film that was asked for. `processing`: how often its file is still said to be in the making."""

    id: str
    seconds: float
    size: str
    ready: float
    processing: int
    cancelled: bool = False


class GeminiWire(Wire):
    """The Gemini API, and Vertex AI for Veo.

    `delivery`: whether films come as an address or in the answer, `media_origin` where the address leads.
    """

    def __init__(self, ledger: Path, *, port: int = 0, key: str = "", seconds: float = 0.0) -> None:
        super().__init__(ledger, port=port, key=key, seconds=seconds)
        self.jobs: dict[str, Job] = {}
        self.writers: list[Hook] = []
        self.scripted: deque[dict[str, Any]] = deque()
        self.delivery = "uri"
        self.media_origin = ""
        self.processing = 1

    def routes(self) -> Sequence[Route]:
        return (
            Route("POST", rf"{VERSION}/models/(?P<model>[^/:]+):generateContent", Step.CREATE, self._generate),
            Route("GET", rf"{VERSION}/models", Step.OTHER, self._models),
            Route("POST", rf"{VERSION}/interactions", Step.CREATE, self._interact),
            Route("GET", INTERACTION, Step.POLL, self._poll),
            Route("POST", f"{INTERACTION}/cancel", Step.OTHER, self._cancel),
            Route("GET", rf"{VERSION}/files/(?P<id>[^/:]+)", Step.OTHER, self._file),
            Route("GET", rf"{VERSION}/files/(?P<id>[^/:]+):download", Step.DOWNLOAD, self._download),
            Route("POST", f"{VERTEX}:predictLongRunning", Step.CREATE, self._predict),
            Route("POST", f"{VERTEX}:fetchPredictOperation", Step.POLL, self._operation),
        )

    def error(self, status: int, code: str, message: str) -> Reply:
        del code
        details: list[dict[str, Any]] = []
        if status == 429:
            details = [{"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "0.2s"}]
        body = {"code": status, "message": message, "status": WORDS.get(status, "UNKNOWN"), "details": details}
        return Reply({"error": body}, status)

    def refusal(self, call: Call) -> Reply:
        if call.path.endswith(":generateContent"):
            blocked = {"blockReason": "PROHIBITED_CONTENT"}
            return Reply({"promptFeedback": blocked, "usageMetadata": {"promptTokenCount": 9, "totalTokenCount": 9}})
        return self.error(400, "", "The prompt was blocked by our safety policies.")

    def is_authorised(self, call: Call) -> bool:
        given = call.headers.get("x-goog-api-key"), call.headers.get("authorization")
        return given[0] == self.key or given[1] == f"Bearer {self.key}"

    def _generate(self, call: Call, fault: Fault | None) -> Reply:
        if self.scripted:
            return Reply(self.scripted.popleft())
        asked = as_object(as_object(call.json).get("generationConfig"))
        modalities: list[str] = asked.get("responseModalities") or ["TEXT"]
        if "IMAGE" in modalities:
            parts, finish = self._drawn(call, as_object(asked.get("imageConfig")), fault)
        elif "AUDIO" in modalities:
            parts, finish = _spoken(call, fault)
        else:
            parts, finish = self._written(call, asked, fault)
        candidate: dict[str, Any] = {"finishReason": finish, "index": 0}
        if parts:
            candidate["content"] = {"role": "model", "parts": parts}
        read, written = len(call.body) // 4, 1290 if "IMAGE" in modalities else len(json.dumps(parts)) // 4
        usage = {"promptTokenCount": read, "candidatesTokenCount": written, "totalTokenCount": read + written}
        return Reply(
            {
                "candidates": [candidate],
                "usageMetadata": usage,
                "modelVersion": call.match["model"],
                "responseId": f"answer-{call.number}",
            }
        )

    def _drawn(self, call: Call, config: dict[str, Any], fault: Fault | None) -> tuple[list[dict[str, Any]], str]:
        if fault is Fault.REFUSED_AFTER:
            return [], "IMAGE_SAFETY"
        if fault is Fault.TEXT_ONLY:
            return [{"text": "I can describe it instead."}], "STOP"
        width, height = PICTURES[config["imageSize"]].split("x")
        size = f"{width}x{height}" if config["aspectRatio"] == "9:16" else f"{height}x{width}"
        data = base64.b64encode(picture(size, f"{call.number}")).decode()
        shown = data[:4001] if fault is Fault.CUT_OFF_JSON else data
        return [{"text": "Here it is."}, {"inlineData": {"mimeType": "image/png", "data": shown}}], "STOP"

    def _written(self, call: Call, asked: dict[str, Any], fault: Fault | None) -> tuple[list[dict[str, Any]], str]:
        if fault is Fault.REFUSED_AFTER:
            return [], "SAFETY"
        schema = as_object(asked.get("responseJsonSchema"))
        parts: list[dict[str, Any]] = call.json["contents"][0]["parts"]
        prompt = "".join(str(one.get("text", "")) for one in parts)
        answers = (hook(str(schema.get("title", "")), schema, prompt) for hook in self.writers)
        answer = next((one for one in answers if one is not None), None)
        text = json.dumps(fitting(schema) if answer is None else answer, ensure_ascii=False)
        if fault is Fault.CUT_OFF_JSON:
            return [{"text": text[: len(text) // 2]}], "MAX_TOKENS"
        return [{"text": "  " if fault is Fault.TEXT_ONLY else text}], "STOP"

    def _interact(self, call: Call, fault: Fault | None) -> Reply:
        del fault
        form = as_object(as_object(call.json).get("response_format"))
        width = SIDES[form["resolution"]]
        job = self._job(call.number, float(form["duration"].removesuffix("s")), form["aspect_ratio"], width)
        return Reply(self._interaction(job, "queued"))

    def _job(self, number: int, seconds: float, aspect_ratio: str, width: int) -> Job:
        tall = f"{width}x{width * 16 // 9}"
        size = tall if aspect_ratio == "9:16" else "x".join(reversed(tall.split("x")))
        job = Job(f"v1_{number}", seconds, size, time.monotonic() + self.seconds, self.processing)
        self.jobs[job.id] = job
        return job

    def _interaction(self, job: Job, status: str, **more: Any) -> dict[str, Any]:
        return {
            "id": job.id,
            "object": "interaction",
            "model": "gemini-omni-1.2-flash",
            "status": status,
            "created": "2026-11-22T00:00:00Z",
            "updated": "2026-11-22T00:00:01Z",
            "steps": [],
            **more,
        }

    def _poll(self, call: Call, fault: Fault | None) -> Reply:
        job = self.jobs.get(call.match["id"])
        if job is None or fault is Fault.EXPIRED:
            return self.error(404, "", f"There is no interaction {call.match['id']}.")
        if self.scripted:
            return Reply({**self._interaction(job, "completed"), **self.scripted.popleft()})
        if fault is Fault.REFUSED_AFTER:
            errors = [{"code": "safety", "message": "The generated video was filtered."}]
            return Reply(self._interaction(job, "failed", errors=errors))
        if fault is Fault.TEXT_ONLY:
            return Reply(self._interaction(job, "completed", usage={"total_output_tokens": 0}))
        if fault is Fault.WRONG_ID:
            return Reply(self._interaction(job, "completed", id="v1_of_another", steps=[self._step(job)]))
        if job.cancelled:
            return Reply(self._interaction(job, "cancelled"))
        if fault is Fault.STUCK_AT_99 or time.monotonic() < job.ready:
            return Reply(self._interaction(job, "in_progress"))
        return Reply(self._interaction(job, "completed", steps=[self._step(job)]))

    def _step(self, job: Job) -> dict[str, Any]:
        content = {"type": "video", "mime_type": "video/mp4"}
        if self.delivery == "inline":
            content["data"] = base64.b64encode(film(job.seconds, job.size, job.id)).decode()
        else:
            content["uri"] = f"{self.media_origin or self.base_url}/v1beta/files/{job.id}:download?alt=media"
        return {"type": "model_output", "content": [content]}

    def _cancel(self, call: Call, fault: Fault | None) -> Reply:
        del fault
        job = self.jobs.get(call.match["id"])
        if job is None or time.monotonic() >= job.ready:
            return self.error(400, "", "The interaction has ended.")
        job.cancelled = True
        return Reply(self._interaction(job, "cancelled"))

    def _file(self, call: Call, fault: Fault | None) -> Reply:
        job = self.jobs.get(call.match["id"])
        if job is None or fault is Fault.EXPIRED:
            return self.error(404, "", "There is no such file.")
        job.processing -= 1
        state = "PROCESSING" if job.processing >= 0 else "ACTIVE"
        return Reply({"name": f"files/{job.id}", "mimeType": "video/mp4", "state": state})

    def _download(self, call: Call, fault: Fault | None) -> Reply:
        job = self.jobs.get(call.match["id"])
        if job is None or fault is Fault.EXPIRED:
            return self.error(404, "", "The file has expired.")
        tag = {"ETag": f'"{job.id}"'}
        return Reply(film(job.seconds, job.size, job.id), content_type="video/mp4", headers=tag, ranges=True)

    def _predict(self, call: Call, fault: Fault | None) -> Reply:
        del fault
        asked = as_object(as_object(call.json).get("parameters"))
        job = self._job(call.number, float(asked["durationSeconds"]), asked["aspectRatio"], SIDES[asked["resolution"]])
        return Reply({"name": f"{call.match['model']}/operations/{job.id}"})

    def _operation(self, call: Call, fault: Fault | None) -> Reply:
        name = call.text("operationName")
        job = self.jobs.get(name.rpartition("/")[2])
        if job is None or fault is Fault.EXPIRED:
            return self.error(404, "", "There is no such operation.")
        if self.scripted:
            return Reply({"name": name, "done": True, **self.scripted.popleft()})
        if fault is Fault.STUCK_AT_99 or time.monotonic() < job.ready:
            return Reply({"name": name})
        kind = "type.googleapis.com/cloud.ai.large_models.vision.GenerateVideoResponse"
        if fault is Fault.REFUSED_AFTER:
            why = ["Veo could not make the video because its content violates the usage guidelines."]
            filtered = {"@type": kind, "raiMediaFilteredCount": 1, "raiMediaFilteredReasons": why}
            return Reply({"name": name, "done": True, "response": filtered})
        data = base64.b64encode(film(job.seconds, job.size, job.id)).decode()
        videos = [] if fault is Fault.TEXT_ONLY else [{"bytesBase64Encoded": data, "mimeType": "video/mp4"}]
        told = "another" if fault is Fault.WRONG_ID else name
        return Reply({"name": told, "done": True, "response": {"@type": kind, "videos": videos}})

    def _models(self, call: Call, fault: Fault | None) -> Reply:
        del call, fault
        known = ("gemini-3.8-flash", "gemini-nano-banana-2.1", "gemini-omni-1.2-flash", "gemini-3.8-flash-tts")
        return Reply({"models": [{"name": f"models/{one}", "displayName": one} for one in known]})


def _spoken(call: Call, fault: Fault | None) -> tuple[list[dict[str, Any]], str]:
    if fault is Fault.REFUSED_AFTER:
        return [], "PROHIBITED_CONTENT"
    if fault is Fault.TEXT_ONLY:
        return [{"text": "I would say it like this."}], "STOP"
    words = len(re.findall(r"\w+", call.json["contents"][0]["parts"][0]["text"]))
    count = int(RATE * words / 2.7)
    tone = (int(6_000 * math.sin(2 * math.pi * 220 * one / RATE)) for one in range(count))
    data = base64.b64encode(struct.pack(f"<{count}h", *tone)).decode()
    shown = data[:4001] if fault is Fault.CUT_OFF_JSON else data
    return [{"inlineData": {"mimeType": f"audio/L16;codec=pcm;rate={RATE}", "data": shown}}], "STOP"


def writing_wire(
    ledger: Path, *, port: int = 0, key: str = "", seconds: float = 0.0, scenes: int = SCENES
) -> GeminiWire:
    """A server that writes whole dramas, for programs that run over it from premise to cut."""
    wire = GeminiWire(ledger, port=port, key=key, seconds=seconds)
    wire.writers.append(believable(scenes))
    return wire


if __name__ == "__main__":
    run(writing_wire)
