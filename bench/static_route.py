"""The server that HTTP answers are compared with: one Starlette route that sends the bytes of a file from memory.

SFD_BENCH_BODY names the file.
"""

import os
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route


def create() -> Starlette:
    body = Path(os.environ["SFD_BENCH_BODY"]).read_bytes()

    async def drama(_: Request) -> Response:
        return Response(body, media_type="application/json")

    return Starlette(routes=[Route("/dramas/large", drama)])
