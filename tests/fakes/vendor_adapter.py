"""The adapter to `vendor_server`, as a third party would write one."""

from decimal import Decimal
from pathlib import Path

import httpx

from sfd.domain.errors import ProviderError, ProviderErrorKind
from sfd.providers.base import (
    Capabilities,
    ImageRequest,
    LostReply,
    Made,
    Modality,
    Poll,
    RemoteState,
    Request,
    VideoRequest,
)
from sfd.providers.sending import guard_sending

_KINDS = {
    400: ProviderErrorKind.REJECTED_PROMPT,
    429: ProviderErrorKind.RATE_LIMITED,
    503: ProviderErrorKind.OVERLOADED,
}


class VendorAdapter:
    """Submits to the vendor. A lost request is looked up by its idempotency key, or a person decides."""

    name = "vendor"

    def __init__(
        self,
        modality: Modality,
        base_url: str,
        *,
        lost_reply: LostReply = LostReply.FIND,
        timeout: float = 10.0,
        cancels: bool = False,
        requests_per_minute: int | None = None,
        local: bool = False,
    ) -> None:
        self._client = httpx.AsyncClient(base_url=base_url, timeout=timeout, event_hooks={"request": [guard_sending]})
        self._cancels = cancels
        self._video = modality is Modality.FILMMAKER
        self.capabilities = Capabilities(
            modality=modality,
            models=("vendor-1",),
            lost_reply=lost_reply,
            settles_after=1.0,
            concurrency=4,
            requests_per_minute=requests_per_minute,
            local=local,
            compared=False,
        )

    def price(self, request: Request) -> Decimal:
        del request
        return Decimal("0.10")

    async def submit(self, request: Request) -> str:
        assert isinstance(request, (ImageRequest, VideoRequest))
        body = {"key": request.idempotency_key, "kind": "video" if self._video else "image"}
        return str((await self._call("POST", "/jobs", body))["id"])

    async def poll(self, remote_id: str) -> Poll:
        answer = await self._call("GET", f"/jobs/{remote_id}")
        return Poll(RemoteState(str(answer["state"])))

    async def fetch(self, remote_id: str, request: Request, into: Path) -> Made:
        del request
        answer = await self._answer("GET", f"/jobs/{remote_id}/content")
        into.write_bytes(answer.content)
        return Made("video/mp4" if self._video else "image/png", usd=Decimal("0.10"))

    async def cancel(self, remote_id: str) -> bool:
        return self._cancels and bool((await self._call("POST", f"/jobs/{remote_id}/cancel", {}))["cancelled"])

    async def find(self, request: Request) -> str | None:
        assert isinstance(request, (ImageRequest, VideoRequest))
        try:
            found = (await self._call("GET", f"/find?key={request.idempotency_key}"))["id"]
        except ProviderError as error:
            raise ProviderError(ProviderErrorKind.OVERLOADED, error.detail) from error
        return str(found) if found is not None else None

    async def _call(self, method: str, path: str, body: object = None) -> dict[str, object]:
        return dict((await self._answer(method, path, body)).json())

    async def _answer(self, method: str, path: str, body: object = None) -> httpx.Response:
        try:
            answer = await self._client.request(method, path, json=body)
            answer.raise_for_status()
        except httpx.HTTPStatusError as error:
            kind = _KINDS.get(error.response.status_code, ProviderErrorKind.UNKNOWN_OUTCOME)
            after = error.response.headers.get("Retry-After")
            raise ProviderError(kind, str(error), float(after) if after else None) from error
        except httpx.HTTPError as error:
            raise ProviderError(ProviderErrorKind.UNKNOWN_OUTCOME, f"{type(error).__name__} {error}") from error
        return answer
