"""A vendor in its own process: takes paid requests over HTTP and writes each accepted one to an fsynced ledger.

    python vendor_server.py LEDGER SECONDS   → prints its port

POST /jobs {key, kind, seconds} → {id} · GET /jobs/ID → {state} · GET /jobs/ID/content · GET /find?key=KEY
GET /peaks → the most of each kind that were ever under way at once: accepted, and not fetched
The ledger is the witness: one line for each create, whatever SFD's database says.
"""

import json
import os
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

sys.path.insert(0, str(Path(__file__).parent.parent))
from fakes.media import mp4, png

lock = threading.Lock()
jobs: dict[str, dict[str, object]] = {}
under_way: dict[str, set[str]] = {"image": set(), "video": set()}
peaks = {"image": 0, "video": 0}


class Vendor(BaseHTTPRequestHandler):
    """One request at a time, each in its own thread."""

    ledger = Path(sys.argv[1])
    seconds = float(sys.argv[2])

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
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
        time.sleep(0.05)
        self._json({"id": job_id})

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        if url.path == "/find":
            key = parse_qs(url.query)["key"][0]
            with lock:
                found = next((one for one, job in jobs.items() if job["key"] == key), None)
            self._json({"id": found})
            return
        if url.path == "/peaks":
            self._json(peaks)
            return
        job_id = url.path.split("/")[2]
        job = jobs[job_id]
        if url.path.endswith("/content"):
            with lock:
                under_way[str(job["kind"])].discard(job_id)
            shade = sum(str(job["key"]).encode()) % 200
            self._bytes(mp4(1.0, shade) if job["kind"] == "video" else png(shade))
        else:
            done = time.monotonic() >= float(str(job["ready"]))
            self._json({"state": "completed" if done else "running"})

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Say nothing."""

    def _json(self, data: object) -> None:
        self._bytes(json.dumps(data).encode())

    def _bytes(self, data: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", 0), Vendor)
    print(server.server_address[1], flush=True)
    server.serve_forever()
