"""Schema migrations, run by Alembic from `migrate`."""
