"""`migrate`, `gc` and `backup`: what operators run beside the server."""

import asyncio
from pathlib import Path

from sfd.application import prepare_data
from sfd.cli.ending import ExitCode
from sfd.cli.session import load_settings, reading_session
from sfd.db.backup import back_up
from sfd.db.migrate import migrate, newest_revision

_KINDS = {
    "events": "events of runs that ended long ago",
    "idempotency_keys": "idempotency keys older than a day",
    "browser_sessions": "browser sessions that are over",
    "webhook_deliveries": "webhook deliveries that ended a month ago",
    "episodes": "episodes of deleted dramas",
    "deleted_dramas": "texts of deleted dramas",
    "workflows": "the engine's records of finished work",
    "spool_files": "unfinished files of no job",
    "library_records": "records of files deleted long ago",
    "library_files": "stored files that no record names",
}
_FOUND = {
    "sidecars": "sidecars of records {to_be} written anew",
    "found_files": "stored files that the database does not know; they go after a day",
    "lost_records": "records that only the store knows; bring them back with `sfd library reindex`",
}


async def migrate_database() -> int:
    """Bring the database to the schema of this version."""
    settings = load_settings()
    prepare_data(settings)
    await asyncio.to_thread(migrate, settings.effective_database_url)
    print(f"The database has revision {await asyncio.to_thread(newest_revision)}.")
    return ExitCode.DONE


async def collect_garbage(*, dry_run: bool) -> int:
    """Remove what nothing needs any more, or say what would go."""
    async with reading_session() as application:
        removed = await application.upkeep.tidy(dry_run=dry_run)
    verb = "would go" if dry_run else "removed"
    for kind, what in _KINDS.items():
        print(f"{removed[kind]:>9,} {verb}: {what}")
    for kind, what in _FOUND.items():
        if removed[kind]:
            print(f"{removed[kind]:>9,} found: {what.format(to_be='to be' if dry_run else '').replace('  ', ' ')}")
    return ExitCode.DONE


async def back_up_database(target: Path) -> int:
    """Copy the database while it is used."""
    settings = load_settings()
    size = await asyncio.to_thread(back_up, settings.effective_database_url, target)
    print(f"{target}: {size:,} bytes. Copy {settings.data_dir / 'library'} now, after it: it holds the files.")
    return ExitCode.DONE
