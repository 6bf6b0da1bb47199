"""`sfd doctor`: what works on this machine, and how to mend what does not."""

import secrets
import shutil
import sys
import tempfile
from collections.abc import AsyncGenerator
from pathlib import Path

from filelock import FileLock, Timeout
from rich.text import Text

from sfd.application import MEGABYTE, prepare_data
from sfd.cli.ending import ExitCode, output
from sfd.cli.findings import Finding, Verdict
from sfd.cli.providers_checking import provider_findings
from sfd.cli.session import load_settings
from sfd.config import Settings
from sfd.db.migrate import migrate
from sfd.domain.briefs import CharacterBrief, SceneBrief, StripBlock
from sfd.domain.errors import InvalidInput, SfdError
from sfd.domain.models import Shot
from sfd.media.animatic import film_animatic
from sfd.media.drawing import draw_portrait
from sfd.media.voice import voice_available
from sfd.services.sharing import unshared_library
from sfd.storage.object_store import ObjectStore
from sfd.storage.opening import open_store

NEWEST_TRIED = (3, 13)


_STYLES = {Verdict.FINE: "green", Verdict.WARNING: "yellow", Verdict.BROKEN: "red"}


async def examine() -> int:
    """Print the findings. Returns 1 when something is broken."""
    console = output()
    broken = False
    async for finding in _findings():
        broken = broken or finding.verdict is Verdict.BROKEN
        line = Text.assemble((f"{finding.verdict} ", _STYLES[finding.verdict]), finding.what)
        if finding.fix:
            line.append(f"\n    → {finding.fix}", style="dim")
        console.print(line)
    return ExitCode.FAILED if broken else ExitCode.DONE


async def _findings() -> AsyncGenerator[Finding]:
    yield _python()
    try:
        settings = load_settings()
    except InvalidInput as error:
        yield Finding(Verdict.BROKEN, error.detail, "correct the variable in the environment or in .env")
        return
    yield Finding(Verdict.FINE, "settings are valid")
    yield _data(settings)
    yield _database(settings)
    if warning := unshared_library(settings):
        what, _, fix = warning.partition(". ")
        yield Finding(Verdict.WARNING, what, fix)
    yield await _library(settings)
    yield _space(settings)
    yield _outputs(settings)
    yield _worker(settings)
    async for finding in provider_findings(settings):
        yield finding
    yield _drawing()
    yield _filming()
    yield _voice(settings)
    for finding in _unused_settings(settings):
        yield finding
    yield _keys(settings)


def _python() -> Finding:
    version = ".".join(str(part) for part in sys.version_info[:3])
    if sys.version_info[:2] > NEWEST_TRIED:
        return Finding(Verdict.WARNING, f"Python {version} is newer than SFD was tried with", "use Python 3.11 to 3.13")
    return Finding(Verdict.FINE, f"Python {version}")


def _data(settings: Settings) -> Finding:
    try:
        prepare_data(settings)
    except SfdError as error:
        return Finding(Verdict.BROKEN, error.detail, "set DATA_DIR to a folder you may write")
    return Finding(Verdict.FINE, f"data directory {settings.data_dir.resolve()}")


def _database(settings: Settings) -> Finding:
    kind = "SQLite" if settings.database_url is None else settings.effective_database_url.partition(":")[0]
    try:
        migrate(settings.effective_database_url)
    except SfdError as error:
        return Finding(Verdict.BROKEN, error.detail, "check DATABASE_URL, or the folder of DATA_DIR")
    return Finding(Verdict.FINE, f"database ({kind}) is at the current schema")


async def _library(settings: Settings) -> Finding:
    try:
        store = open_store(settings).hasty()
        try:
            same = await _gives_back(store)
        finally:
            await store.close()
    except SfdError as error:
        return Finding(Verdict.BROKEN, f"the asset library cannot be used: {error.detail}", "see docs/storage.md")
    if not same:
        return Finding(Verdict.BROKEN, f"{store.place} gives back other bytes than were put", "use another store")
    return Finding(Verdict.FINE, f"the asset library is {store.place}: an object was put, read and deleted")


async def _gives_back(store: ObjectStore) -> bool:
    """Put, read and delete a small object."""
    key, data = f"probes/{secrets.token_hex(8)}", secrets.token_bytes(32)
    await store.put_bytes(key, data, "application/octet-stream")
    read = await store.get_bytes(key)
    await store.delete(key)
    return read == data


def _space(settings: Settings) -> Finding:
    folder = settings.data_dir if settings.data_dir.exists() else Path()
    free = shutil.disk_usage(folder).free // MEGABYTE
    if free < settings.min_free_disk_mb:
        fix = f"free some, or lower MIN_FREE_DISK_MB (now {settings.min_free_disk_mb})"
        return Finding(Verdict.BROKEN, f"only {free} MB of disk space are free: no node would start", fix)
    return Finding(Verdict.FINE, f"{free:,} MB of disk space are free")


def _outputs(settings: Settings) -> Finding:
    try:
        settings.outputs_dir.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=settings.outputs_dir):
            pass
    except OSError as error:
        fix = "set OUTPUTS_DIR to a folder you may write, or use --out"
        return Finding(Verdict.BROKEN, f"films cannot be put into {settings.outputs_dir}: {error.strerror}", fix)
    return Finding(Verdict.FINE, f"films go to {settings.outputs_dir.resolve()}")


def _worker(settings: Settings) -> Finding:
    lock = FileLock(settings.data_dir / "worker.lock")
    try:
        with lock.acquire(timeout=0):
            return Finding(Verdict.FINE, "no other process runs jobs from this data directory")
    except Timeout:
        return Finding(Verdict.FINE, "another process runs the jobs of this data directory; commands hand theirs to it")
    except OSError as error:
        return Finding(Verdict.BROKEN, f"the worker lock cannot be taken: {error.strerror}", "check DATA_DIR")


def _drawing() -> Finding:
    try:
        size = len(draw_portrait(_someone()))
    except (SfdError, OSError, ValueError) as error:
        return Finding(Verdict.BROKEN, f"pictures cannot be drawn: {error}", "reinstall: make setup")
    return Finding(Verdict.FINE, f"a portrait was drawn ({size // 1000} kB)")


def _filming() -> Finding:
    with tempfile.TemporaryDirectory() as folder:
        try:
            facts = film_animatic(_moment(), Path(folder) / "clip.mp4")
        except (SfdError, OSError, ValueError) as error:
            return Finding(Verdict.BROKEN, f"clips cannot be filmed: {error}", "reinstall: make setup")
    return Finding(Verdict.FINE, f"a clip was filmed ({facts.video_codec}, {facts.audio_codec}, {facts.frames} frames)")


def _voice(settings: Settings) -> Finding:
    if voice_available():
        state = "on" if settings.voice == "preview" else "off; VOICE=preview turns it on"
        return Finding(Verdict.FINE, f"scratch voice is installed ({state})")
    verdict = Verdict.BROKEN if settings.voice == "preview" else Verdict.WARNING
    return Finding(verdict, "scratch voice is not installed; clips have no speech", 'pip install "sfd[voice]"')


def _unused_settings(settings: Settings) -> list[Finding]:
    """Settings that say more than this version does."""
    findings: list[Finding] = []
    if settings.r2_bucket is None and (settings.r2_endpoint_url or settings.r2_account_id):
        fix = "set R2_BUCKET too, or unset the others"
        findings.append(Finding(Verdict.WARNING, "settings of R2 are set, but no bucket: the library is on disk", fix))
    return findings


def _keys(settings: Settings) -> Finding:
    count = len(settings.accepted_api_keys)
    if count:
        return Finding(Verdict.FINE, f"{count} API key(s) are configured")
    return Finding(Verdict.FINE, "no API key is configured: the server serves this machine only")


def _someone() -> CharacterBrief:
    return CharacterBrief(
        id="doctor", name="Doctor", description="", gender="", voice_description="", main=True, position=0
    )


def _moment() -> SceneBrief:
    return SceneBrief(
        label="1-1",
        number=1,
        setting="INT",
        location="Practice",
        time_of_day="DAY",
        description="",
        sound="",
        dialogue=(),
        shot=Shot(),
        cast=(_someone(),),
        seconds=1.0,
        language="en",
        style="",
        strip=(StripBlock(seconds=1.0, speaker=None),),
        strip_index=0,
    )
