"""`serve` and `worker`."""

import asyncio
import ipaddress
import signal
import sys

import uvicorn

from sfd.application import open_application
from sfd.cli.ending import ExitCode, report
from sfd.cli.session import load_settings, quiet_logging
from sfd.config import Settings
from sfd.domain.errors import InvalidInput, SfdError
from sfd.main import create_app

GRACEFUL_SECONDS = 5
SLOWEST_KEEP_ALIVE = 15


def serve_api(host: str | None, port: int | None, *, work: bool) -> int:
    """Serve until stopped. Returns the exit code."""
    try:
        settings = load_settings()
        address = host or settings.host
        refuse_open_address(settings, address)
        asyncio.run(_probe(settings, work=work))
    except SfdError as error:
        return report(error)
    quiet_logging(settings.log_level)
    uvicorn.run(
        create_app(settings, work=work),
        host=address,
        port=settings.port if port is None else port,
        log_level=settings.log_level.lower(),
        timeout_graceful_shutdown=GRACEFUL_SECONDS,
        timeout_keep_alive=SLOWEST_KEEP_ALIVE,
        server_header=False,
    )
    return ExitCode.DONE


def refuse_open_address(settings: Settings, address: str) -> None:
    """Without a key only this machine is served.

    Raises:
        InvalidInput: the address is reachable from outside and no key is configured.
    """
    if not settings.accepted_api_keys and not _is_loopback(address):
        raise InvalidInput(
            f"No API key is configured, so SFD serves this machine only and does not bind {address}. "
            "Set API_KEYS to one or more secret keys, or bind 127.0.0.1."
        )


async def run_worker() -> int:
    """Run jobs until SIGINT or SIGTERM. Returns the exit code."""
    settings = load_settings()
    quiet_logging(settings.log_level)
    stopped = asyncio.Event()
    for one in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(one, stopped.set)
    async with open_application(settings, work=True):
        print("sfd worker: ready for jobs", file=sys.stderr, flush=True)
        await stopped.wait()
    return ExitCode.DONE


async def _probe(settings: Settings, *, work: bool) -> None:
    """Find out before the server starts whether it could, so that the reason is one clear line."""
    async with open_application(settings, work=work):
        pass


def _is_loopback(address: str) -> bool:
    if address == "localhost":
        return True
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
