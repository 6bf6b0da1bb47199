"""What several machines must share, told where it may have been forgotten."""

import structlog

from sfd.config import Settings
from sfd.db.session import is_postgresql

log = structlog.get_logger(__name__)


def unshared_library(settings: Settings) -> str:
    """What to see to when the database may serve many machines and the library is a folder of this one; else empty."""
    if settings.r2_bucket is not None or not is_postgresql(settings.effective_database_url):
        return ""
    return (
        f"The database may have other machines, but the library is the folder {settings.data_dir.resolve()}. "
        "With more than one machine set R2_BUCKET, or let all of them see the same DATA_DIR."
    )


def warn_of_unshared_library(settings: Settings) -> None:
    """Say it once in the log."""
    if warning := unshared_library(settings):
        log.warning(warning)
