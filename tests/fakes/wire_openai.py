"""A server that speaks OpenAI's wire: `/v1/responses`, `/v1/images/*`, `/v1/videos*`, `/v1/models`.

    python -m fakes.wire_openai --port 0 --ledger FILE     # from tests/; prints its port, writes whole dramas

Pictures and films are valid and of the size and duration asked for. What a writer answers fits the schema it is sent;
a hook in `writers` may answer instead, such as `believable`.
"""

import base64
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fakes.wire import Call, Fault, Reply, Route, Step, Wire, as_object, run
from fakes.wire_media import film, fitting, picture
from fakes.writer_answers import SCENES, believable

Hook = Callable[[str, Any, str], object | None]  # schema name, schema, prompt → the answer, or None for the usual one
VIDEO = r"/v1/videos/(?P<id>[^/]+)"


@dataclass
class Job:
    """A film that was asked for."""

    id: str
    prompt: str
    model: str
    seconds: str
    size: str
    created: float
    ready: float
    fate: Fault | None


class OpenAiWire(Wire):
    """OpenAI, and at `/v1/videos` what its service was."""

    def __init__(self, ledger: Path, *, port: int = 0, key: str = "", seconds: float = 0.0) -> None:
        super().__init__(ledger, port=port, key=key, seconds=seconds)
        self.jobs: dict[str, Job] = {}
        self.writers: list[Hook] = []
        self.page = 20

    def routes(self) -> Sequence[Route]:
        return (
            Route("POST", "/v1/responses", Step.CREATE, self._respond),
            Route("POST", "/v1/images/(?:edits|generations)", Step.CREATE, self._draw),
            Route("POST", "/v1/videos", Step.CREATE, self._film),
            Route("GET", "/v1/videos", Step.OTHER, self._list),
            Route("GET", VIDEO, Step.POLL, self._poll),
            Route("GET", f"{VIDEO}/content", Step.DOWNLOAD, self._content),
            Route("DELETE", VIDEO, Step.OTHER, self._delete),
            Route("GET", "/v1/models", Step.OTHER, self._models),
        )

    def error(self, status: int, code: str, message: str) -> Reply:
        kind = "server_error" if status >= 500 else "invalid_request_error"
        return Reply({"error": {"message": message, "type": kind, "code": code, "param": None}}, status)

    def refusal(self, call: Call) -> Reply:
        pictures = any(part.filename for part in call.form)
        about = "The input image shows a real person." if pictures else "The prompt is not allowed."
        return self.error(400, "moderation_blocked", f"Your request was rejected by the safety system. {about}")

    def is_authorised(self, call: Call) -> bool:
        return call.headers.get("authorization") == f"Bearer {self.key}"

    def _respond(self, call: Call, fault: Fault | None) -> Reply:
        asked = as_object(call.json)
        text = json.dumps(self._written(asked), ensure_ascii=False)
        status, more = "completed", {}
        part: dict[str, Any] = {"type": "output_text", "text": text, "annotations": []}
        if fault is Fault.REFUSED_AFTER:
            part = {"type": "refusal", "refusal": "I cannot write that."}
        if fault is Fault.TEXT_ONLY:
            part["text"] = "   "
        if fault is Fault.CUT_OFF_JSON:
            status, more = "incomplete", {"incomplete_details": {"reason": "max_output_tokens"}}
            part["text"] = text[: len(text) // 2]
        message = {"type": "message", "id": "msg_1", "role": "assistant", "status": status, "content": [part]}
        return Reply(
            {
                "id": f"resp_{call.number}",
                "object": "response",
                "created_at": int(time.time()),
                "status": status,
                "model": asked.get("model"),
                "output": [{"type": "reasoning", "id": "rs_1", "summary": []}, message],
                "parallel_tool_calls": True,
                "tool_choice": "auto",
                "tools": [],
                "usage": _usage(len(call.body) // 4, len(text) // 4),
                **more,
            }
        )

    def _written(self, asked: dict[str, Any]) -> object:
        form = as_object(as_object(asked.get("text")).get("format"))
        content: list[dict[str, Any]] = asked["input"][0]["content"]
        prompt = "".join(str(one.get("text", "")) for one in content)
        for hook in self.writers:
            answer = hook(str(form.get("name")), form.get("schema"), prompt)
            if answer is not None:
                return answer
        return fitting(form.get("schema"))

    def _draw(self, call: Call, fault: Fault | None) -> Reply:
        size = call.text("size") or "864x1536"
        data: list[dict[str, Any]] = [{"b64_json": base64.b64encode(picture(size, f"{call.number}")).decode()}]
        if fault is Fault.TEXT_ONLY:
            data = [{"revised_prompt": "I can describe it instead."}]
        if fault is Fault.REFUSED_AFTER:
            return self.error(400, "moderation_blocked", "The generated image was withheld by the safety system.")
        if fault is Fault.CUT_OFF_JSON:
            data[0]["b64_json"] = data[0]["b64_json"][:4001]
        return Reply(
            {
                "created": int(time.time()),
                "data": data,
                "output_format": "png",
                "size": size,
                "usage": _usage(len(call.text("prompt")) // 4, 1_500),
            }
        )

    def _film(self, call: Call, fault: Fault | None) -> Reply:
        job = Job(
            id=f"video_{call.number}",
            prompt=call.text("prompt"),
            model=call.text("model"),
            seconds=call.text("seconds") or "4",
            size=call.text("size") or "720x1280",
            created=time.time(),
            ready=time.monotonic() + self.seconds,
            fate=fault,
        )
        self.jobs[job.id] = job
        return Reply(_video(job, "queued", 0))

    def _list(self, call: Call, fault: Fault | None) -> Reply:
        del fault
        found = sorted(self.jobs.values(), key=lambda job: job.created, reverse=call.query.get("order") != "asc")
        ids = [job.id for job in found]
        start = ids.index(call.query["after"]) + 1 if call.query.get("after") in ids else 0
        shown = found[start : start + min(int(call.query.get("limit", 20)), self.page)]
        data = [_video(job, "queued", 0) for job in shown]
        return Reply({"object": "list", "data": data, "has_more": start + len(shown) < len(found)})

    def _poll(self, call: Call, fault: Fault | None) -> Reply:
        job = self.jobs.get(call.match["id"])
        if job is None or fault is Fault.EXPIRED:
            return self.error(404, "not_found", f"There is no video {call.match['id']}.")
        if fault is Fault.REFUSED_AFTER:
            said = {"code": "moderation_blocked", "message": "The generated video was blocked by our moderation."}
            return Reply({**_video(job, "failed", 60), "error": said})
        if fault is Fault.TEXT_ONLY:
            return Reply({**_video(job, "failed", 60), "error": {"code": "no_video", "message": "There is none."}})
        if fault is Fault.STUCK_AT_99:
            return Reply(_video(job, "in_progress", 99))
        if fault is Fault.WRONG_ID:
            return Reply({**_video(job, "completed", 100), "id": "video_of_another"})
        done = time.monotonic() >= job.ready
        return Reply(_video(job, "completed" if done else "in_progress", 100 if done else 40))

    def _content(self, call: Call, fault: Fault | None) -> Reply:
        job = self.jobs.get(call.match["id"])
        if job is None or fault is Fault.EXPIRED:
            return self.error(404, "not_found", "The video has expired.")
        tag = {"ETag": f'"{job.id}"'}
        return Reply(film(float(job.seconds), job.size, job.id), content_type="video/mp4", headers=tag, ranges=True)

    def _delete(self, call: Call, fault: Fault | None) -> Reply:
        del fault
        job = self.jobs.pop(call.match["id"], None)
        if job is None:
            return self.error(404, "not_found", "There is no such video.")
        return Reply({"id": job.id, "object": "video.deleted", "deleted": True})

    def _models(self, call: Call, fault: Fault | None) -> Reply:
        del call, fault
        known = {"gpt-6.1-terra": None, "gpt-image-2": None, "gpt-5": "2026-12-11", "sora-2": None}
        data = [
            {"id": name, "object": "model", "created": 1, "owned_by": "openai", "shutdown_date": end}
            for name, end in known.items()
        ]
        return Reply({"object": "list", "data": data})


def _usage(read: int, written: int) -> dict[str, object]:
    return {
        "input_tokens": read,
        "input_tokens_details": {"cached_tokens": 0},
        "output_tokens": written,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": read + written,
    }


def _video(job: Job, status: str, progress: int) -> dict[str, object]:
    ended = int(job.created) + 1 if status == "completed" else None
    return {
        "id": job.id,
        "object": "video",
        "model": job.model,
        "status": status,
        "progress": progress,
        "created_at": int(job.created),
        "completed_at": ended,
        "expires_at": ended + 86_400 if ended else None,
        "error": None,
        "prompt": job.prompt,
        "seconds": job.seconds,
        "size": job.size,
    }


def writing_wire(
    ledger: Path, *, port: int = 0, key: str = "", seconds: float = 0.0, scenes: int = SCENES
) -> OpenAiWire:
    """A server that writes whole dramas, for programs that run over it from premise to cut."""
    wire = OpenAiWire(ledger, port=port, key=key, seconds=seconds)
    wire.writers.append(believable(scenes))
    return wire


if __name__ == "__main__":
    run(writing_wire)
