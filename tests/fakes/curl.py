"""A stand-in for curl where a machine has none: the options that the documentation uses, and no others.

Like curl it prints the body, fails with 22 on an error status when `-f` is given, and with `-o` writes a file.
Every call is told on stderr as `@@ STATUS METHOD URL`, which the tests read.
"""

import argparse
import contextlib
import sys
from pathlib import Path

import httpx


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(allow_abbrev=False)
    parser.add_argument("-X", dest="method")
    parser.add_argument("-H", dest="headers", action="append", default=[])
    parser.add_argument("-d", dest="data")
    parser.add_argument("-F", dest="form", action="append", default=[])
    parser.add_argument("-o", dest="out")
    parser.add_argument("-D", dest="heads")
    for flag in "fsSNiL":
        parser.add_argument(f"-{flag}", action="store_true")
    parser.add_argument("url")
    return parser.parse_args()


def form_of(parts: list[str]) -> dict[str, tuple[str | None, bytes]]:
    """The parts of a form; `@name` is a file. Duplicates do not occur in the documentation."""
    form: dict[str, tuple[str | None, bytes]] = {}
    for part in parts:
        name, _, value = part.partition("=")
        path = Path(value[1:])
        form[name] = (path.name, path.read_bytes()) if value.startswith("@") else (None, value.encode())
    return form


def main() -> int:
    asked = options()
    url = asked.url if "://" in asked.url else f"http://{asked.url}"
    headers = dict(line.split(":", 1) for line in asked.headers)
    headers = {name.strip(): value.strip() for name, value in headers.items()}
    body = asked.data.encode() if asked.data is not None else None
    if body is not None and not any(name.lower() == "content-type" for name in headers):
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    method = asked.method or ("POST" if body is not None or asked.form else "GET")
    form = form_of(asked.form) or None
    with (
        httpx.Client(timeout=120) as client,
        client.stream(method, url, headers=headers, content=body, files=form) as got,
    ):
        print(f"@@ {got.status_code} {method} {url}", file=sys.stderr)
        if asked.f and got.status_code >= 400:
            print(f"curl: (22) The requested URL returned error: {got.status_code}", file=sys.stderr)
            return 22
        head = f"HTTP/1.1 {got.status_code}\r\n" + "".join(f"{k}: {v}\r\n" for k, v in got.headers.items()) + "\r\n"
        if asked.heads:
            Path(asked.heads).write_text(head, encoding="utf-8")
        with contextlib.ExitStack() as stack:
            out = stack.enter_context(Path(asked.out).open("wb")) if asked.out else sys.stdout.buffer
            if asked.i:
                out.write(head.encode())
            for piece in got.iter_bytes():
                out.write(piece)
            out.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
