"""First schema."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "attempt",
        sa.Column("job_id", sa.String(length=192), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("owner", sa.String(length=192), nullable=False),
        sa.Column("provider", sa.String(length=64), nullable=False),
        sa.Column("model", sa.String(length=128), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("remote_id", sa.Text(), nullable=True),
        sa.Column("intent_at", sa.BigInteger(), nullable=False),
        sa.Column("submitted_at", sa.BigInteger(), nullable=True),
        sa.Column("finished_at", sa.BigInteger(), nullable=True),
        sa.Column("cost_micros", sa.BigInteger(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("job_id", "number", name=op.f("pk_attempt")),
    )
    op.create_table(
        "blob",
        sa.Column("user_id", sa.String(length=192), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("media_type", sa.String(length=128), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "sha256", name=op.f("pk_blob")),
    )
    op.create_table(
        "drama",
        sa.Column("id", sa.String(length=192), nullable=False),
        sa.Column("user_id", sa.String(length=192), nullable=False),
        sa.Column("project", sa.String(length=256), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("head", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("deleted_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drama")),
    )
    with op.batch_alter_table("drama", schema=None) as batch_op:
        batch_op.create_index("ix_drama_user_id_id", ["user_id", "id"], unique=False)

    op.create_table(
        "episode",
        sa.Column("drama_id", sa.String(length=192), nullable=False),
        sa.Column("idx", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=192), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("doc", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("drama_id", "idx", name=op.f("pk_episode")),
        sa.UniqueConstraint("drama_id", "id", name=op.f("uq_episode_drama_id_id")),
    )
    op.create_table(
        "event",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("drama_id", sa.String(length=192), nullable=False),
        sa.Column("job_id", sa.String(length=192), nullable=False),
        sa.Column("type", sa.String(length=32), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_event")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.create_index("ix_event_drama_id_seq", ["drama_id", "seq"], unique=False)

    op.create_table(
        "job",
        sa.Column("id", sa.String(length=192), nullable=False),
        sa.Column("parent_id", sa.String(length=192), nullable=True),
        sa.Column("drama_id", sa.String(length=192), nullable=False),
        sa.Column("user_id", sa.String(length=192), nullable=False),
        sa.Column("project", sa.String(length=256), nullable=False),
        sa.Column("node_id", sa.String(length=160), nullable=True),
        sa.Column("type", sa.String(length=32), nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("provider", sa.String(length=64), nullable=False),
        sa.Column("model", sa.String(length=128), nullable=False),
        sa.Column("prompt", sa.Text(), nullable=False),
        sa.Column("depends_on", sa.Text(), nullable=False),
        sa.Column("spec", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("progress", sa.Float(), nullable=False),
        sa.Column("result", sa.Text(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("estimated_micros", sa.BigInteger(), nullable=False),
        sa.Column("actual_micros", sa.BigInteger(), nullable=True),
        sa.Column("meta", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=True),
        sa.Column("completed_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
    )
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.create_index("ix_job_drama_id_id", ["drama_id", "id"], unique=False)
        batch_op.create_index("ix_job_drama_id_status_id", ["drama_id", "status", "id"], unique=False)
        batch_op.create_index("ix_job_parent_id_status", ["parent_id", "status"], unique=False)
        batch_op.create_index("ix_job_status_parent_id", ["status", "parent_id"], unique=False)

    op.create_table(
        "library_asset",
        sa.Column("id", sa.String(length=192), nullable=False),
        sa.Column("user_id", sa.String(length=192), nullable=False),
        sa.Column("project", sa.String(length=256), nullable=False),
        sa.Column("type", sa.String(length=16), nullable=False),
        sa.Column("tag", sa.String(length=64), nullable=False),
        sa.Column("provider", sa.String(length=64), nullable=False),
        sa.Column("filename", sa.Text(), nullable=False),
        sa.Column("media_type", sa.String(length=128), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("meta", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("deleted_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_library_asset")),
    )
    with op.batch_alter_table("library_asset", schema=None) as batch_op:
        batch_op.create_index(
            "ix_library_asset_user_id_project_type_id", ["user_id", "project", "type", "id"], unique=False
        )
        batch_op.create_index("ix_library_asset_user_id_sha256", ["user_id", "sha256"], unique=False)

    op.create_table(
        "library_tag",
        sa.Column("user_id", sa.String(length=192), nullable=False),
        sa.Column("tag", sa.String(length=64), nullable=False),
        sa.Column("asset_id", sa.String(length=192), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "tag", "asset_id", name=op.f("pk_library_tag")),
    )
    op.create_table(
        "take",
        sa.Column("id", sa.String(length=192), nullable=False),
        sa.Column("drama_id", sa.String(length=192), nullable=False),
        sa.Column("node_id", sa.String(length=160), nullable=False),
        sa.Column("job_id", sa.String(length=192), nullable=False),
        sa.Column("library_asset_id", sa.String(length=192), nullable=False),
        sa.Column("user_id", sa.String(length=192), nullable=False),
        sa.Column("project", sa.String(length=256), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("selected", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_take")),
    )
    with op.batch_alter_table("take", schema=None) as batch_op:
        batch_op.create_index("ix_take_drama_id_node_id", ["drama_id", "node_id"], unique=False)
        batch_op.create_index(
            "ix_take_user_id_project_fingerprint", ["user_id", "project", "fingerprint"], unique=False
        )


def downgrade() -> None:
    """Undo the change."""
    with op.batch_alter_table("take", schema=None) as batch_op:
        batch_op.drop_index("ix_take_user_id_project_fingerprint")
        batch_op.drop_index("ix_take_drama_id_node_id")

    op.drop_table("take")
    op.drop_table("library_tag")
    with op.batch_alter_table("library_asset", schema=None) as batch_op:
        batch_op.drop_index("ix_library_asset_user_id_sha256")
        batch_op.drop_index("ix_library_asset_user_id_project_type_id")

    op.drop_table("library_asset")
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.drop_index("ix_job_status_parent_id")
        batch_op.drop_index("ix_job_parent_id_status")
        batch_op.drop_index("ix_job_drama_id_status_id")
        batch_op.drop_index("ix_job_drama_id_id")

    op.drop_table("job")
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.drop_index("ix_event_drama_id_seq")

    op.drop_table("event")
    op.drop_table("episode")
    with op.batch_alter_table("drama", schema=None) as batch_op:
        batch_op.drop_index("ix_drama_user_id_id")

    op.drop_table("drama")
    op.drop_table("blob")
    op.drop_table("attempt")
