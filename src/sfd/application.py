"""What a process holds: settings, database, library, providers, services and, if it works, the engine."""

import asyncio
import secrets
from collections.abc import AsyncGenerator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from sfd.asset_library import AssetLibrary
from sfd.config import Settings
from sfd.db.migrate import migrate
from sfd.db.session import Database, make_database_directory
from sfd.domain.errors import StorageUnavailable
from sfd.generation.breaker import Breakers
from sfd.generation.climbing import Ladders
from sfd.generation.forgetting import forget_finished
from sfd.generation.keeping import Keeper
from sfd.generation.ladder import SOFTEN, ladder_of
from sfd.generation.queues import limits_of
from sfd.generation.steps import Workshop
from sfd.generation.workflow import Engine, EngineSettings
from sfd.media.pool import MediaPool
from sfd.outbound import allowed_entries
from sfd.providers.base import Modality
from sfd.providers.registry import AnyProvider, Crew, Registry
from sfd.services.caps import BudgetService
from sfd.services.critiques import CritiqueService
from sfd.services.dramas import DramaService
from sfd.services.editing import EditingService
from sfd.services.estimating import EstimateService
from sfd.services.improving import ImprovingService
from sfd.services.jobs import JobService
from sfd.services.keys import KeyService
from sfd.services.library import LibraryService, Rules
from sfd.services.library_checking import LibraryChecks
from sfd.services.library_upkeep import DAY_MS, LibraryUpkeep
from sfd.services.live import LiveEvents, settle_seconds
from sfd.services.metrics import Metrics
from sfd.services.planning import PlanService
from sfd.services.readiness import Readiness
from sfd.services.reference_pictures import ReferencePictures
from sfd.services.retrying import RetryService
from sfd.services.run_control import RunControl
from sfd.services.runs import RunService
from sfd.services.takes import TakeService
from sfd.services.thumbnails import Thumbnails
from sfd.services.upkeep import Upkeep
from sfd.services.usage import UsageService
from sfd.services.webhook_sender import WebhookSender
from sfd.services.webhooks import WebhookService
from sfd.storage.object_store import ObjectStore
from sfd.storage.opening import open_store

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
    improving: ImprovingService
    critiques: CritiqueService
    estimates: EstimateService
    jobs: JobService
    plans: PlanService
    runs: RunService
    control: RunControl
    retries: RetryService
    takes: TakeService
    usage: UsageService
    budgets: BudgetService
    references: ReferencePictures
    store: ObjectStore
    library: LibraryService
    thumbnails: Thumbnails
    library_upkeep: LibraryUpkeep
    library_checks: LibraryChecks
    keys: KeyService
    webhooks: WebhookService
    webhook_sender: WebhookSender
    live: LiveEvents
    editing: EditingService
    upkeep: Upkeep
    readiness: Readiness
    metrics: Metrics


@asynccontextmanager
async def open_application(
    settings: Settings, *, work: bool, providers: Iterable[AnyProvider] = ()
) -> AsyncGenerator[Application]:
    """Open everything; with `work`, run jobs too. `providers` are added to the built-in ones.

    Raises:
        StorageUnavailable: the data directory or database cannot be used.
        WorkerUnavailable: with `work`, another process runs jobs from this data directory.
        InvalidInput: a setting names a provider that does not exist, or half a bucket.
    """
    prepare_data(settings)
    await asyncio.to_thread(migrate, settings.effective_database_url)
    database = Database.connect(settings.effective_database_url)
    pool = MediaPool(settings.worker_processes)
    application = build(settings, database, pool, providers)
    try:
        if work:
            await application.engine.start()
            application.webhook_sender.start()
            application.upkeep.start()
        try:
            yield application
        finally:
            if work:
                await application.upkeep.stop()
                await application.webhook_sender.stop()
                await application.engine.stop()
    finally:
        await application.live.close()
        pool.close()
        await application.store.close()
        await database.close()


def build(
    settings: Settings, database: Database, pool: MediaPool, providers: Iterable[AnyProvider] = ()
) -> Application:
    """Wire the parts together. Opens nothing.

    Raises:
        InvalidInput: a setting names a provider that does not exist, or half a bucket.
    """
    registry = Registry.built_in(settings, pool, providers)
    crew = registry.crew(settings)
    store = open_store(settings)
    library = AssetLibrary(database, store)
    workshop = Workshop(
        database=database,
        keeper=Keeper(database, library),
        registry=registry,
        pool=pool,
        spool=spool_dir(settings),
        owner=secrets.token_hex(8),
        min_free_bytes=settings.min_free_disk_mb * MEGABYTE,
        max_retries=settings.max_retries,
        breakers=Breakers(),
        default_seconds=settings.default_video_duration,
        wrong_shape=settings.wrong_shape,
        ladders=ladders_of(settings, registry, crew),
    )
    engine = Engine(
        EngineSettings(
            database_url=settings.effective_database_url,
            lock_file=settings.data_dir / "worker.lock",
            limits=lambda: limits_of(registry.ready(), pool.processes),
        ),
        database,
        workshop,
    )
    allow = allowed_entries(settings.outbound_allow)
    sender = WebhookSender(database, allow)
    plans = PlanService(database, settings, registry)
    runs = RunService(database, settings, plans, engine.nudge)
    hasty = AssetLibrary(database, store.hasty())
    files = LibraryService(database, hasty, pool, library_rules(settings))
    library_upkeep = LibraryUpkeep(database, library, settings.library_grace_days)
    forget = partial(forget_finished, settings.effective_database_url)
    live = LiveEvents(database, settle_seconds(settings.effective_database_url))
    return Application(
        settings=settings,
        database=database,
        crew=crew,
        registry=registry,
        engine=engine,
        dramas=DramaService(database, settings, registry, engine.nudge),
        improving=ImprovingService(database, settings, registry, engine.nudge),
        critiques=CritiqueService(database, settings, registry, engine.nudge),
        estimates=EstimateService(settings, registry),
        jobs=JobService(database, store.url),
        plans=plans,
        runs=runs,
        control=RunControl(database, engine.nudge),
        retries=RetryService(database, settings, registry, plans, runs, engine.nudge),
        takes=TakeService(database, plans),
        usage=UsageService(database),
        budgets=BudgetService(database),
        store=store,
        library=files,
        thumbnails=Thumbnails(hasty, files, pool, spool_dir(settings)),
        library_upkeep=library_upkeep,
        library_checks=LibraryChecks(database, library, library_upkeep, plans),
        references=ReferencePictures(database, files, spool_dir(settings), allow),
        keys=KeyService(database, settings.accepted_api_keys),
        webhooks=WebhookService(database, allow, sender.nudge),
        webhook_sender=sender,
        live=live,
        editing=EditingService(database, settings),
        upkeep=Upkeep(database, settings, spool_dir(settings), forget, library_upkeep.tidy),
        readiness=Readiness(database, settings, store, lambda: engine.works),
        metrics=Metrics(database, settings.data_dir, lambda: live.watchers),
    )


def library_rules(settings: Settings) -> Rules:
    """What users may keep, and for how long they may change their mind."""
    quota = settings.user_library_mb * MEGABYTE or None
    return Rules(quota, round(settings.library_grace_days * DAY_MS))


def ladders_of(settings: Settings, registry: Registry, crew: Crew) -> Ladders:
    """What may be tried after a refusal.

    Raises:
        InvalidInput: a ladder names a provider or model that does not exist.
    """
    steps = {
        Modality.ILLUSTRATOR: ladder_of(settings.illustrator_ladder),
        Modality.FILMMAKER: ladder_of(settings.filmmaker_ladder),
    }
    for modality, ladder in steps.items():
        for step in ladder:
            if step != SOFTEN:
                registry.member(modality, step)
    return Ladders(steps, crew.writer)


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
