"""HEAD: every path that answers GET answers HEAD with the same headers and no body."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sfd.routers.serving_files import ASKED_BY_HEAD


class HeadAsGet:
    """Asks the app with GET and keeps the body back.

    When the headers are out, the app is told that the client left, so that a stream or a film is not read to its end.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request (ASGI)."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return
        answered = False

        async def receive_until_answered() -> Message:
            return {"type": "http.disconnect"} if answered else await receive()

        async def send_head(message: Message) -> None:
            nonlocal answered
            if answered:
                return
            await send(message)
            if message["type"] == "http.response.start":
                answered = True
                await send({"type": "http.response.body", "body": b""})

        await self._app({**scope, "method": "GET", ASKED_BY_HEAD: True}, receive_until_answered, send_head)
