"""What a process holds: settings, database, library, providers, services and, if it works, the engine."""

import asyncio
import secrets
from collections.abc import AsyncGenerator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from sfd.asset_library import AssetLibrary
from sfd.config import Settings
from sfd.db.migrate import migrate
from sfd.db.session import Database, make_database_directory
from sfd.domain.errors import StorageUnavailable
from sfd.domain.jobs import Job, JobType
from sfd.generation.keeping import Keeper
from sfd.generation.steps import Workshop
from sfd.generation.workflow import CUT_QUEUE, Engine, EngineSettings
from sfd.media.pool import MediaPool
from sfd.providers.registry import AnyProvider, Crew, Registry
from sfd.services.dramas import DramaService
from sfd.services.jobs import JobService
from sfd.services.keys import KeyService
from sfd.services.library import LibraryService
from sfd.storage.object_store import ObjectStore

MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Application:
    """The parts that requests and commands use."""

    settings: Settings
    database: Database
    crew: Crew
    registry: Registry
    engine: Engine
    dramas: DramaService
    jobs: JobService
    library: LibraryService
    keys: KeyService


@asynccontextmanager
async def open_application(
    settings: Settings, *, work: bool, providers: Iterable[AnyProvider] = ()
) -> AsyncGenerator[Application]:
    """Open everything; with `work`, run jobs too. `providers` are added to the built-in ones.

    Raises:
        StorageUnavailable: the data directory or database cannot be used.
        WorkerUnavailable: with `work`, another process runs jobs from this data directory.
        InvalidInput: a setting names a provider that does not exist.
    """
    prepare_data(settings)
    await asyncio.to_thread(migrate, settings.effective_database_url)
    database = Database.connect(settings.effective_database_url)
    pool = MediaPool(settings.worker_processes)
    application = build(settings, database, pool, providers)
    try:
        if work:
            await application.engine.start()
        try:
            yield application
        finally:
            if work:
                await application.engine.stop()
    finally:
        pool.close()
        await database.close()


def build(
    settings: Settings, database: Database, pool: MediaPool, providers: Iterable[AnyProvider] = ()
) -> Application:
    """Wire the parts together. Opens nothing.

    Raises:
        InvalidInput: a setting names a provider that does not exist.
    """
    registry = Registry.built_in(settings, pool, providers)
    crew = registry.crew(settings)
    library = AssetLibrary(database, ObjectStore(settings.data_dir / "library"))
    workshop = Workshop(
        database=database,
        keeper=Keeper(database, library),
        registry=registry,
        pool=pool,
        spool=spool_dir(settings),
        owner=secrets.token_hex(8),
        min_free_bytes=settings.min_free_disk_mb * MEGABYTE,
        max_retries=settings.max_retries,
    )
    queues = {member.queue: member.provider.capabilities.concurrency for member in crew.members()}
    engine = Engine(
        EngineSettings(
            database_url=settings.effective_database_url,
            lock_file=settings.data_dir / "worker.lock",
            queues={**queues, CUT_QUEUE: pool.processes},
        ),
        database,
        workshop,
        lambda job: queue_of(crew, job),
    )
    return Application(
        settings=settings,
        database=database,
        crew=crew,
        registry=registry,
        engine=engine,
        dramas=DramaService(database, settings, crew, engine.nudge),
        jobs=JobService(database, settings, crew, engine.nudge),
        library=LibraryService(database, library),
        keys=KeyService(database, settings.accepted_api_keys),
    )


def queue_of(crew: Crew, job: Job) -> str:
    """The queue that a node waits in."""
    if job.type is JobType.CUT:
        return CUT_QUEUE
    return (crew.filmmaker if job.type is JobType.CLIP else crew.illustrator).queue


def spool_dir(settings: Settings) -> Path:
    """Where unfinished files lie."""
    return settings.data_dir / "spool"


def prepare_data(settings: Settings) -> None:
    """Make the folders that SFD writes to.

    Raises:
        StorageUnavailable: one of them cannot be made or written.
    """
    make_database_directory(settings.sqlite_path)
    try:
        spool_dir(settings).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageUnavailable(
            f"The data directory {settings.data_dir} cannot be written ({error}). Set DATA_DIR to one you may write."
        ) from error
