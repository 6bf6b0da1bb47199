"""A vendor in its own process: takes paid requests over HTTP and writes each accepted one to an fsynced ledger.

    python vendor_server.py LEDGER SECONDS [FAULTS]   → prints its port

FAULTS is JSON: {"rate": 0.2, "seed": 1, "of": ["busy", …]}. Each request has one of them with that probability.
POST /jobs {key, kind, seconds} → {id} · GET /jobs/ID → {state} · GET /jobs/ID/content · GET /find?key=KEY
POST /jobs/ID/cancel → {cancelled} · GET /faults → how often each fault happened
GET /peaks → the most of each kind that were ever under way at once: accepted, and not fetched
The ledger is the witness: one line for each create, whatever SFD's database says.
"""

import json
import os
import random
import socket
import sys
import threading
import time
from collections import Counter
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

sys.path.insert(0, str(Path(__file__).parent.parent))
from fakes.media import mp4, png

lock = threading.Lock()
jobs: dict[str, dict[str, object]] = {}
under_way: dict[str, set[str]] = {"image": set(), "video": set()}
peaks = {"image": 0, "video": 0}
faults: dict[str, Any] = {"rate": 0.0, "seed": 0, "of": []} | json.loads((sys.argv[3:] or ["{}"])[0])
chance = random.Random(faults["seed"])
happened = Counter[str]()
RETRY_AFTER = 0.2
TOO_LONG = 1.5
BEFORE = {"busy": 429, "overloaded": 503, "refused": 400}
ON_SUBMIT = ["busy", "overloaded", "refused", "lost", "error_after", "reset_after", "hang_after"]
ON_DELIVERY = ["truncated", "html"]


def fault_among(names: list[str]) -> str:
    """One that happens now, or none."""
    with lock:
        possible = [name for name in names if name in faults["of"]]
        fault = chance.choice(possible) if possible and chance.random() < faults["rate"] else ""
        happened[fault] += 1
    return fault


class Vendor(BaseHTTPRequestHandler):
    """One request at a time, each in its own thread."""

    ledger = Path(sys.argv[1])
    seconds = float(sys.argv[2])

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path.endswith("/cancel"):
            self._json({"cancelled": self.path.split("/")[2] in jobs})
            return
        fault = fault_among(ON_SUBMIT)
        if fault in BEFORE:
            self._bytes(b"{}", BEFORE[fault])
        elif fault == "lost":
            self._reset()
        else:
            self._accept(body, fault)

    def _accept(self, body: dict[str, object], fault: str) -> None:
        with lock:
            job_id = f"r{len(jobs)}"
            jobs[job_id] = {**body, "ready": time.monotonic() + self.seconds}
            alike = under_way[str(body["kind"])]
            alike.add(job_id)
            peaks[str(body["kind"])] = max(peaks[str(body["kind"])], len(alike))
            descriptor = os.open(self.ledger, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
            os.write(descriptor, f"{body['key']}\n".encode())
            os.fsync(descriptor)
            os.close(descriptor)
        time.sleep(TOO_LONG if fault == "hang_after" else 0.05)
        if fault in ("reset_after", "hang_after"):
            self._reset()
        else:
            self._bytes(json.dumps({"id": job_id}).encode(), 500 if fault == "error_after" else 200)

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        if url.path == "/find":
            key = parse_qs(url.query)["key"][0]
            with lock:
                found = next((one for one, job in jobs.items() if job["key"] == key), None)
            self._json({"id": found})
            return
        if url.path in ("/peaks", "/faults"):
            self._json(peaks if url.path == "/peaks" else happened)
            return
        job_id = url.path.split("/")[2]
        job = jobs[job_id]
        if url.path.endswith("/content"):
            with lock:
                under_way[str(job["kind"])].discard(job_id)
            shade = sum(str(job["key"]).encode()) % 200
            media = mp4(1.0, shade) if job["kind"] == "video" else png(shade)
            spoilt = {"truncated": media[: len(media) // 2], "html": b"<html>It is being made.</html>"}
            self._bytes(spoilt.get(fault_among(ON_DELIVERY), media))
        else:
            done = time.monotonic() >= float(str(job["ready"]))
            self._json({"state": "completed" if done else "running"})

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Say nothing."""

    def _json(self, data: object) -> None:
        self._bytes(json.dumps(data).encode())

    def _bytes(self, data: bytes, status: int = 200) -> None:
        with suppress(ConnectionError):  # who asked may be dead by now
            self.send_response(status)
            self.send_header("Content-Length", str(len(data)))
            if status in (429, 503):
                self.send_header("Retry-After", str(RETRY_AFTER))
            self.end_headers()
            self.wfile.write(data)

    def _reset(self) -> None:
        """End the connection without an answer."""
        self.close_connection = True
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", 0), Vendor)
    print(server.server_address[1], flush=True)
    server.serve_forever()
