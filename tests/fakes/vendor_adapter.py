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


class VendorAdapter:
    """Submits to the vendor. A lost request is looked up by its idempotency key."""

    name = "vendor"

    def __init__(self, modality: Modality, base_url: str) -> None:
        self._client = httpx.AsyncClient(base_url=base_url, timeout=10.0)
        self._video = modality is Modality.FILMMAKER
        self.capabilities = Capabilities(
            modality=modality,
            models=("vendor-1",),
            lost_reply=LostReply.FIND,
            settles_after=1.0,
            concurrency=4,
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
        answer = await self._client.get(f"/jobs/{remote_id}/content")
        into.write_bytes(answer.content)
        return Made("video/mp4" if self._video else "image/png", usd=Decimal("0.10"))

    async def cancel(self, remote_id: str) -> bool:
        del remote_id
        return False

    async def find(self, request: Request) -> str | None:
        assert isinstance(request, (ImageRequest, VideoRequest))
        found = (await self._call("GET", f"/find?key={request.idempotency_key}"))["id"]
        return str(found) if found is not None else None

    async def _call(self, method: str, path: str, body: object = None) -> dict[str, object]:
        try:
            answer = await self._client.request(method, path, json=body)
            answer.raise_for_status()
        except httpx.HTTPError as error:
            raise ProviderError(ProviderErrorKind.UNKNOWN_OUTCOME, str(error)) from error
        return dict(answer.json())
