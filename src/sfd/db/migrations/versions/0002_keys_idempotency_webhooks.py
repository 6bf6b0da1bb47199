"""Keys, idempotency, webhooks."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "api_key",
        sa.Column("id", sa.String(length=192), nullable=False),
        sa.Column("name", sa.String(length=256), nullable=False),
        sa.Column("user_id", sa.String(length=192), nullable=False),
        sa.Column("project", sa.String(length=256), nullable=True),
        sa.Column("scopes", sa.String(length=128), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("spend_cap_micros", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("last_used_at", sa.BigInteger(), nullable=True),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_key")),
    )
    op.create_table(
        "browser_session",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("key_id", sa.String(length=192), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_browser_session")),
    )
    op.create_table(
        "idempotency_key",
        sa.Column("scope", sa.String(length=192), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("request_hash", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=192), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("scope", "key", name=op.f("pk_idempotency_key")),
    )
    with op.batch_alter_table("idempotency_key", schema=None) as batch_op:
        batch_op.create_index("ix_idempotency_key_created_at", ["created_at"], unique=False)

    op.create_table(
        "webhook",
        sa.Column("id", sa.String(length=192), nullable=False),
        sa.Column("user_id", sa.String(length=192), nullable=False),
        sa.Column("project", sa.String(length=256), nullable=True),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("events", sa.Text(), nullable=False),
        sa.Column("secret", sa.String(length=128), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook")),
    )
    with op.batch_alter_table("webhook", schema=None) as batch_op:
        batch_op.create_index("ix_webhook_user_id_id", ["user_id", "id"], unique=False)

    op.create_table(
        "webhook_delivery",
        sa.Column("id", sa.String(length=192), nullable=False),
        sa.Column("webhook_id", sa.String(length=192), nullable=False),
        sa.Column("event", sa.String(length=64), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.BigInteger(), nullable=False),
        sa.Column("last_status", sa.Integer(), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("delivered_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_delivery")),
    )
    with op.batch_alter_table("webhook_delivery", schema=None) as batch_op:
        batch_op.create_index("ix_webhook_delivery_state_next_at", ["state", "next_at"], unique=False)
        batch_op.create_index("ix_webhook_delivery_webhook_id_id", ["webhook_id", "id"], unique=False)

    with op.batch_alter_table("drama", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_drama_user_id_id"))
        batch_op.create_index("ix_drama_user_id_created_at_id", ["user_id", "created_at", "id"], unique=False)

    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.add_column(sa.Column("cancel_requested_at", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("key_id", sa.String(length=192), server_default="", nullable=False))
        batch_op.create_index("ix_job_key_id", ["key_id"], unique=False)
        batch_op.create_index("ix_job_user_id_id", ["user_id", "id"], unique=False)

    with op.batch_alter_table("take", schema=None) as batch_op:
        batch_op.add_column(sa.Column("chosen_for", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("inputs", sa.Text(), nullable=True))


def downgrade() -> None:
    """Undo the change."""
    with op.batch_alter_table("take", schema=None) as batch_op:
        batch_op.drop_column("inputs")
        batch_op.drop_column("chosen_for")

    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.drop_index("ix_job_user_id_id")
        batch_op.drop_index("ix_job_key_id")
        batch_op.drop_column("key_id")
        batch_op.drop_column("cancel_requested_at")

    with op.batch_alter_table("drama", schema=None) as batch_op:
        batch_op.drop_index("ix_drama_user_id_created_at_id")
        batch_op.create_index(batch_op.f("ix_drama_user_id_id"), ["user_id", "id"], unique=False)

    with op.batch_alter_table("webhook_delivery", schema=None) as batch_op:
        batch_op.drop_index("ix_webhook_delivery_webhook_id_id")
        batch_op.drop_index("ix_webhook_delivery_state_next_at")

    op.drop_table("webhook_delivery")
    with op.batch_alter_table("webhook", schema=None) as batch_op:
        batch_op.drop_index("ix_webhook_user_id_id")

    op.drop_table("webhook")
    with op.batch_alter_table("idempotency_key", schema=None) as batch_op:
        batch_op.drop_index("ix_idempotency_key_created_at")

    op.drop_table("idempotency_key")
    op.drop_table("browser_session")
    op.drop_table("api_key")
