"""Write the OpenAPI document of this version to a file: `python scripts/openapi.py openapi.json`."""
# ruff: noqa: INP001 - a program, not a package

import json
import sys
from pathlib import Path

from sfd.config import Settings
from sfd.main import create_app


def main() -> None:
    """Write it, sorted, so that a change of the API is a small change of the file."""
    document = create_app(Settings()).openapi()
    text = json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True)
    Path(sys.argv[1]).write_text(f"{text}\n", encoding="utf-8")


main()
