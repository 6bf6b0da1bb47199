"""Fetching what a vendor made: resumed, bounded, and without handing the key to anybody else."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from fakes.wire import Call, Fault, Reply, Route, Step, Wire
from sfd.domain.errors import MediaError, ProviderError, ProviderErrorKind
from sfd.providers.downloading import Source, download, retry_after_seconds, same_origin, vendor_client

DATA = bytes(range(256)) * 4_000
KEY = {"x-goog-api-key": "secret"}


class Storage(Wire):
    """A server that only delivers: `/film`, and `/moved` which redirects to another place."""

    moved_to = ""
    version = '"1"'

    def routes(self) -> Sequence[Route]:
        return (
            Route("GET", "/film", Step.DOWNLOAD, self._film),
            Route("GET", "/moved", Step.OTHER, self._moved),
            Route("GET", "/plain", Step.DOWNLOAD, self._plain),
        )

    def error(self, status: int, code: str, message: str) -> Reply:
        return Reply({"code": code, "message": message}, status)

    def _film(self, call: Call, fault: Fault | None) -> Reply:
        del call
        if fault is Fault.EXPIRED:
            return Reply({}, 410)
        return Reply(DATA, content_type="video/mp4; codecs=x", headers={"ETag": self.version}, ranges=True)

    def _plain(self, call: Call, fault: Fault | None) -> Reply:
        del call, fault
        return Reply(DATA)

    def _moved(self, call: Call, fault: Fault | None) -> Reply:
        del call, fault
        return Reply({}, 302, headers={"Location": self.moved_to})


async def fetch(url: str, into: Path, base: str = "", **more: int) -> str:
    client = vendor_client(url, 10.0)
    return await download(client, Source(url, base, KEY), into, **more)


@pytest.mark.parametrize("fault", [Fault.BROKEN_OFF, Fault.RESET_AFTER_ACCEPTING, Fault.SLOW])
async def test_a_broken_delivery_is_taken_up_where_it_broke(tmp_path: Path, fault: Fault) -> None:
    with Storage(tmp_path / "ledger") as storage:
        storage.fail(Step.DOWNLOAD, fault, 3)
        assert await fetch(f"{storage.base_url}/film", tmp_path / "film") == "video/mp4"
        asked = [call.headers.get("range", "") for call in storage.requests]
    assert (tmp_path / "film").read_bytes() == DATA
    assert asked[0] == ""
    if fault is Fault.BROKEN_OFF:
        assert all(one.startswith("bytes=") for one in asked[1:])
        assert len(asked) == 4


async def test_a_server_without_ranges_sends_everything_again(tmp_path: Path) -> None:
    with Storage(tmp_path / "ledger") as storage:
        storage.fail(Step.DOWNLOAD, Fault.BROKEN_OFF, 2)
        await fetch(f"{storage.base_url}/plain", tmp_path / "film")
    assert (tmp_path / "film").read_bytes() == DATA


async def test_a_delivery_that_always_breaks_is_left_for_later(tmp_path: Path) -> None:
    with Storage(tmp_path / "ledger") as storage:
        storage.fail(Step.DOWNLOAD, Fault.RESET_AFTER_ACCEPTING, None)
        with pytest.raises(ProviderError) as caught:
            await fetch(f"{storage.base_url}/film", tmp_path / "film", resumes=2)
        assert len(storage.requests) == 3
    assert caught.value.kind is ProviderErrorKind.UNKNOWN_OUTCOME


async def test_too_much_is_cut_off(tmp_path: Path) -> None:
    with Storage(tmp_path / "ledger") as storage:
        storage.fail(Step.DOWNLOAD, Fault.HUGE)
        with pytest.raises(MediaError, match="more than 1,000,000"):
            await fetch(f"{storage.base_url}/film", tmp_path / "film", max_bytes=1_000_000)
    assert (tmp_path / "film").stat().st_size <= 1_000_000


async def test_the_key_goes_to_the_vendor_and_not_to_where_it_redirects(tmp_path: Path) -> None:
    with Storage(tmp_path / "a") as vendor, Storage(tmp_path / "b") as other:
        vendor.moved_to = f"{other.base_url}/film"
        await fetch(f"{vendor.base_url}/moved", tmp_path / "film", f"{vendor.base_url}/v1")
        assert vendor.requests[0].headers["x-goog-api-key"] == "secret"
        assert "x-goog-api-key" not in other.requests[0].headers
        await fetch(f"{other.base_url}/film", tmp_path / "film", f"{vendor.base_url}/v1")
        assert "x-goog-api-key" not in other.requests[1].headers
        vendor.moved_to = "/moved"
        with pytest.raises(ProviderError, match="circle"):
            await fetch(f"{vendor.base_url}/moved", tmp_path / "film", vendor.base_url)


async def test_what_is_gone_is_expired(tmp_path: Path) -> None:
    with Storage(tmp_path / "ledger") as storage:
        storage.fail(Step.DOWNLOAD, Fault.EXPIRED)
        with pytest.raises(ProviderError) as caught:
            await fetch(f"{storage.base_url}/film", tmp_path / "film")
    assert caught.value.kind is ProviderErrorKind.EXPIRED


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        ("", None),
        ("soon", None),
        ("nan", None),
        ("inf", None),
        ("2.5", 2.5),
        ("-4", 0.0),
        ("999999", 3600.0),
        ("Sun, 22 Nov 2026 10:00:30 GMT", 30.0),
        ("Sun, 22 Nov 2026 09:00:00 GMT", 0.0),
    ],
)
def test_retry_after_is_a_number_or_a_date(value: str | None, seconds: float | None) -> None:
    assert retry_after_seconds(value, datetime(2026, 11, 22, 10, tzinfo=UTC)) == seconds


def test_an_origin_is_scheme_host_and_port() -> None:
    base = httpx.URL("https://vendor.example/v1")
    assert same_origin(httpx.URL("https://VENDOR.example:443/files/1"), base)
    others = ["http://vendor.example", "https://vendor.example:8443", "https://vendor.example.evil.test"]
    assert not any(same_origin(httpx.URL(one), base) for one in others)
