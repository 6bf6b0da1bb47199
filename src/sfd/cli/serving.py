"""`serve` and `worker`."""

import asyncio
import os
import signal
import socket
from types import FrameType

import uvicorn

from sfd.application import Application, open_application
from sfd.cli.ending import ExitCode, report
from sfd.cli.session import load_settings
from sfd.config import Settings
from sfd.dependencies import is_loopback
from sfd.domain.errors import InvalidInput, SfdError
from sfd.main import api_of, create_app
from sfd.observability.logs import announce, configure_logs
from sfd.observability.tracing import start_tracing
from sfd.services.sharing import warn_of_unshared_library
from sfd.transport.connections import PatientProtocol

GRACEFUL_SECONDS = 3
SLOWEST_KEEP_ALIVE = 15
BACKLOG = 2048


class AddressUnavailable(SfdError):
    """The address that should be served cannot be bound."""

    code = "address_unavailable"
    exit_code = ExitCode.UNAVAILABLE


def serve_api(host: str | None, port: int | None, *, work: bool) -> int:
    """Serve until stopped. Returns the exit code."""
    try:
        settings = load_settings()
        address = host or settings.host
        config = _server_config(address, settings.port if port is None else port)
        with asyncio.Runner(loop_factory=config.get_loop_factory()) as runner:
            return runner.run(_serve(settings, config, work=work))
    except SfdError as error:
        return report(error)


class _Server(uvicorn.Server):
    """Ends the streams before it waits for open requests: a stream would never end by itself."""

    def __init__(self, config: uvicorn.Config, application: Application) -> None:
        super().__init__(config)
        self._application = application

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await self._application.live.close()
        await super().shutdown(sockets)


async def _serve(settings: Settings, config: uvicorn.Config, *, work: bool) -> int:
    """Open everything first, so that what is missing is one clear line; then listen."""
    configure_logs(settings)
    stop_tracing = start_tracing(settings)
    for one in (signal.SIGINT, signal.SIGTERM):
        signal.signal(one, _leave_to_the_server)
    with listen(config.host, config.port) as listening:
        async with open_application(settings, work=work) as application:
            await refuse_open_address(application, config.host)
            warn_of_unshared_library(settings)
            config.app = api_of(application)
            address, port = listening.getsockname()[:2]
            announce(settings, f"sfd: http://{address}:{port}  (what can be asked: /docs)")
            await _Server(config, application).serve(sockets=[listening])
    await asyncio.to_thread(stop_tracing)
    return ExitCode.DONE


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens on an address.

    Raises:
        AddressUnavailable: another program has it, or it is not this machine's.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=BACKLOG)
    except OSError as error:
        raise AddressUnavailable(
            f"{host}:{port} cannot be bound: {os.strerror(error.errno or 0)}. Choose another with --port or --host."
        ) from error


def _server_config(host: str, port: int) -> uvicorn.Config:
    return uvicorn.Config(
        create_app,
        host=host,
        port=port,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=GRACEFUL_SECONDS,
        timeout_keep_alive=SLOWEST_KEEP_ALIVE,
        server_header=False,
        http=PatientProtocol,
    )


def _leave_to_the_server(_number: int, _frame: FrameType | None) -> None:
    """Uvicorn sends a signal on after it has stopped; by then there is nothing more to do."""


async def refuse_open_address(application: Application, address: str) -> None:
    """Without a key only this machine is served.

    Raises:
        InvalidInput: the address is reachable from outside and no key exists.
    """
    if not is_loopback(address) and not await application.keys.configured():
        raise InvalidInput(
            f"No key exists, so SFD serves this machine only and does not bind {address}. "
            "Make a key with `sfd keys create`, set API_KEYS to one or more secret keys, or bind 127.0.0.1."
        )


async def run_worker() -> int:
    """Run jobs until SIGINT or SIGTERM. Returns the exit code."""
    settings = load_settings()
    configure_logs(settings)
    stop_tracing = start_tracing(settings)
    stopped = asyncio.Event()
    for one in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(one, stopped.set)
    async with open_application(settings, work=True):
        warn_of_unshared_library(settings)
        announce(settings, "sfd worker: ready for jobs")
        await stopped.wait()
    await asyncio.to_thread(stop_tracing)
    return ExitCode.DONE
