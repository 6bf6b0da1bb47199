"""The tables. Times are milliseconds since 1970 UTC, money is millionths of a US dollar."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_N_label)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

_Key = String(192)
_RowNumber = BigInteger().with_variant(Integer, "sqlite")
_NOT_NOTED = text("noted < version")
_DELETED = text("deleted_at IS NOT NULL")

drama = Table(
    "drama",
    metadata,
    Column("id", _Key, primary_key=True),
    Column("user_id", _Key, nullable=False),
    Column("project", String(256), nullable=False),
    Column("title", Text, nullable=False),
    Column("status", String(32), nullable=False),
    Column("version", Integer, nullable=False),
    Column("head", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Column("deleted_at", BigInteger),
    Index("ix_drama_user_id_created_at_id", "user_id", "created_at", "id"),
)

episode = Table(
    "episode",
    metadata,
    Column("drama_id", _Key, nullable=False),
    Column("idx", Integer, nullable=False),
    Column("id", _Key, nullable=False),
    Column("version", Integer, nullable=False),
    Column("title", Text, nullable=False),
    Column("doc", Text, nullable=False),
    PrimaryKeyConstraint("drama_id", "idx"),
    UniqueConstraint("drama_id", "id"),
)

job = Table(
    "job",
    metadata,
    Column("id", _Key, primary_key=True),
    Column("parent_id", _Key),
    Column("drama_id", _Key, nullable=False),
    Column("user_id", _Key, nullable=False),
    Column("project", String(256), nullable=False),
    Column("node_id", String(160)),
    Column("type", String(32), nullable=False),
    Column("status", String(32), nullable=False),
    Column("position", Integer, nullable=False),
    Column("provider", String(64), nullable=False),
    Column("model", String(128), nullable=False),
    Column("prompt", Text, nullable=False),
    Column("depends_on", Text, nullable=False),
    Column("spec", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("progress", Float, nullable=False),
    Column("result", Text),
    Column("error", Text),
    Column("estimated_micros", BigInteger, nullable=False),
    Column("actual_micros", BigInteger),
    Column("meta", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("started_at", BigInteger),
    Column("completed_at", BigInteger),
    Column("cancel_requested_at", BigInteger),
    Column("key_id", _Key, nullable=False, server_default=""),
    Column("paused_for", String(64)),
    Index("ix_job_drama_id_id", "drama_id", "id"),
    Index("ix_job_drama_id_status_id", "drama_id", "status", "id"),
    Index("ix_job_parent_id_status", "parent_id", "status"),
    Index("ix_job_status_parent_id", "status", "parent_id"),
    Index("ix_job_user_id_id", "user_id", "id"),
    Index("ix_job_key_id", "key_id"),
)

attempt = Table(
    "attempt",
    metadata,
    Column("job_id", _Key, nullable=False),
    Column("number", Integer, nullable=False),
    Column("state", String(32), nullable=False),
    Column("owner", _Key, nullable=False),
    Column("provider", String(64), nullable=False),
    Column("model", String(128), nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("remote_id", Text),
    Column("intent_at", BigInteger, nullable=False),
    Column("submitted_at", BigInteger),
    Column("finished_at", BigInteger),
    Column("cost_micros", BigInteger),
    Column("error", Text),
    PrimaryKeyConstraint("job_id", "number"),
    Index("ix_attempt_fingerprint", "fingerprint"),
)

take = Table(
    "take",
    metadata,
    Column("id", _Key, primary_key=True),
    Column("drama_id", _Key, nullable=False),
    Column("node_id", String(160), nullable=False),
    Column("job_id", _Key, nullable=False),
    Column("library_asset_id", _Key, nullable=False),
    Column("user_id", _Key, nullable=False),
    Column("project", String(256), nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("chosen_for", String(64)),
    Column("inputs", Text),
    Column("selected", Boolean, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Index("ix_take_drama_id_node_id", "drama_id", "node_id"),
    Index("ix_take_user_id_project_fingerprint", "user_id", "project", "fingerprint"),
)

event = Table(
    "event",
    metadata,
    Column("seq", _RowNumber, primary_key=True, autoincrement=True),
    Column("drama_id", _Key, nullable=False),
    Column("job_id", _Key, nullable=False),
    Column("type", String(32), nullable=False),
    Column("data", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Index("ix_event_drama_id_seq", "drama_id", "seq"),
    sqlite_autoincrement=True,
)

blob = Table(
    "blob",
    metadata,
    Column("user_id", _Key, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("key", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("media_type", String(128), nullable=False),
    Column("state", String(16), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("wanted_at", BigInteger, nullable=False, server_default="0"),
    PrimaryKeyConstraint("user_id", "sha256"),
    Index("ix_blob_state_wanted_at", "state", "wanted_at"),
)

library_asset = Table(
    "library_asset",
    metadata,
    Column("id", _Key, primary_key=True),
    Column("user_id", _Key, nullable=False),
    Column("project", String(256), nullable=False),
    Column("type", String(16), nullable=False),
    Column("tag", String(64), nullable=False),
    Column("provider", String(64), nullable=False),
    Column("filename", Text, nullable=False),
    Column("media_type", String(128), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("key", Text, nullable=False),
    Column("meta", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("deleted_at", BigInteger),
    Column("drama_id", _Key),
    Column("node_id", String(160)),
    Column("job_id", _Key),
    Column("more_tags", Text, nullable=False, server_default="[]"),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("noted", Integer, nullable=False, server_default="0"),
    Index("ix_library_asset_user_id_id", "user_id", "id"),
    Index("ix_library_asset_user_id_project_id", "user_id", "project", "id"),
    Index("ix_library_asset_user_id_project_type_id", "user_id", "project", "type", "id"),
    Index("ix_library_asset_user_id_type_id", "user_id", "type", "id"),
    Index("ix_library_asset_user_id_provider_id", "user_id", "provider", "id"),
    Index("ix_library_asset_user_id_drama_id_id", "user_id", "drama_id", "id"),
    Index("ix_library_asset_user_id_job_id", "user_id", "job_id"),
    Index("ix_library_asset_user_id_sha256", "user_id", "sha256"),
    Index("ix_library_asset_noted", "id", sqlite_where=_NOT_NOTED, postgresql_where=_NOT_NOTED),
    Index("ix_library_asset_deleted_at", "deleted_at", sqlite_where=_DELETED, postgresql_where=_DELETED),
)

library_tag = Table(
    "library_tag",
    metadata,
    Column("user_id", _Key, nullable=False),
    Column("tag", String(64), nullable=False),
    Column("asset_id", _Key, nullable=False),
    PrimaryKeyConstraint("user_id", "tag", "asset_id"),
    Index("ix_library_tag_asset_id", "asset_id"),
)

library_text = Table(
    "library_text",
    metadata,
    Column("id", _RowNumber, primary_key=True, autoincrement=True),
    Column("user_id", _Key, nullable=False),
    Column("asset_id", _Key, nullable=False),
    Column("text", Text, nullable=False),
    UniqueConstraint("user_id", "asset_id"),
)

library_reference = Table(
    "library_reference",
    metadata,
    Column("used_asset_id", _Key, nullable=False),
    Column("asset_id", _Key, nullable=False),
    Column("user_id", _Key, nullable=False),
    PrimaryKeyConstraint("used_asset_id", "asset_id"),
    Index("ix_library_reference_asset_id", "asset_id"),
)

budget = Table(
    "budget",
    metadata,
    Column("scope", String(16), nullable=False),
    Column("subject", _Key, nullable=False),
    Column("cap_micros", BigInteger),
    Column("spent_micros", BigInteger, nullable=False),
    Column("reserved_micros", BigInteger, nullable=False),
    PrimaryKeyConstraint("scope", "subject"),
)

api_key = Table(
    "api_key",
    metadata,
    Column("id", _Key, primary_key=True),
    Column("name", String(256), nullable=False),
    Column("user_id", _Key, nullable=False),
    Column("project", String(256)),
    Column("scopes", String(128), nullable=False),
    Column("secret_hash", String(64), nullable=False),
    Column("spend_cap_micros", BigInteger),
    Column("created_at", BigInteger, nullable=False),
    Column("last_used_at", BigInteger),
    Column("revoked_at", BigInteger),
)

browser_session = Table(
    "browser_session",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("key_id", _Key, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
)

idempotency_key = Table(
    "idempotency_key",
    metadata,
    Column("scope", _Key, nullable=False),
    Column("key", String(255), nullable=False),
    Column("request_hash", String(64), nullable=False),
    Column("subject", _Key, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    PrimaryKeyConstraint("scope", "key"),
    Index("ix_idempotency_key_created_at", "created_at"),
)

webhook = Table(
    "webhook",
    metadata,
    Column("id", _Key, primary_key=True),
    Column("user_id", _Key, nullable=False),
    Column("project", String(256)),
    Column("url", Text, nullable=False),
    Column("events", Text, nullable=False),
    Column("secret", String(128), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Index("ix_webhook_user_id_id", "user_id", "id"),
)

webhook_delivery = Table(
    "webhook_delivery",
    metadata,
    Column("id", _Key, primary_key=True),
    Column("webhook_id", _Key, nullable=False),
    Column("event", String(64), nullable=False),
    Column("payload", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_at", BigInteger, nullable=False),
    Column("last_status", Integer),
    Column("last_error", Text),
    Column("created_at", BigInteger, nullable=False),
    Column("delivered_at", BigInteger),
    Index("ix_webhook_delivery_state_next_at", "state", "next_at"),
    Index("ix_webhook_delivery_webhook_id_id", "webhook_id", "id"),
)
