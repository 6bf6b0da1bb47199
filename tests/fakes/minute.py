"""A minute that passes at once, for the engine's count of what started lately."""

from sqlalchemy import text

from sfd.application import Application


async def let_a_minute_pass(application: Application) -> None:
    """Let everything that was let through a queue have started two minutes earlier."""
    shared = str(application.settings.effective_database_url).startswith("postgresql")
    table = "dbos.workflow_status" if shared else "workflow_status"
    async with application.database.write() as connection:
        await connection.execute(text(f"UPDATE {table} SET started_at_epoch_ms = started_at_epoch_ms - 120000"))
