"""The library's lineage: columns to filter by, texts to search in, references, and states that can be swept."""

import json
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.exc import DBAPIError

revision = "0004"
down_revision = "0003"

AT_ONCE = 1000
# SQLite's own index over three letters each, kept in step by triggers (https://www.sqlite.org/fts5.html)
_TRIGRAMS = (
    (
        "CREATE VIRTUAL TABLE library_trigrams USING fts5"
        "(text, content='library_text', content_rowid='id', tokenize='trigram')"
    ),
    (
        "CREATE TRIGGER library_text_insert AFTER INSERT ON library_text BEGIN "
        "INSERT INTO library_trigrams (rowid, text) VALUES (new.id, new.text); END"
    ),
    (
        "CREATE TRIGGER library_text_delete AFTER DELETE ON library_text BEGIN "
        "INSERT INTO library_trigrams (library_trigrams, rowid, text) VALUES ('delete', old.id, old.text); END"
    ),
)
_INDEXES = (
    ("user_id", "id"),
    ("user_id", "project", "id"),
    ("user_id", "type", "id"),
    ("user_id", "provider", "id"),
    ("user_id", "drama_id", "id"),
    ("user_id", "job_id"),
)
_PARTIAL = {
    "ix_library_asset_noted": ("id", "noted < version"),
    "ix_library_asset_deleted_at": ("deleted_at", "deleted_at IS NOT NULL"),
}


def _new_columns() -> list[sa.Column[Any]]:
    """The columns that a library asset gains."""
    return [
        sa.Column("drama_id", sa.String(length=192), nullable=True),
        sa.Column("node_id", sa.String(length=160), nullable=True),
        sa.Column("job_id", sa.String(length=192), nullable=True),
        sa.Column("more_tags", sa.Text(), nullable=False, server_default="[]"),
        sa.Column("version", sa.Integer(), nullable=False, server_default="1"),
        sa.Column("noted", sa.Integer(), nullable=False, server_default="0"),
    ]


def upgrade() -> None:
    """Apply the change."""
    for column in _new_columns():
        op.add_column("library_asset", column)
    op.add_column("blob", sa.Column("wanted_at", sa.BigInteger(), nullable=False, server_default="0"))
    op.execute("UPDATE blob SET wanted_at = created_at")
    op.create_index("ix_blob_state_wanted_at", "blob", ["state", "wanted_at"])
    op.create_index("ix_library_tag_asset_id", "library_tag", ["asset_id"])
    _create_tables()
    _fill()
    for columns in _INDEXES:
        op.create_index(f"ix_library_asset_{'_'.join(columns)}", "library_asset", list(columns))
    for name, (column, where) in _PARTIAL.items():
        condition = sa.text(where)
        op.create_index(name, "library_asset", [column], sqlite_where=condition, postgresql_where=condition)
    if op.get_bind().dialect.name == "postgresql":
        _index_trigrams()


def downgrade() -> None:
    """Undo the change."""
    for name in (*(f"ix_library_asset_{'_'.join(columns)}" for columns in _INDEXES), *_PARTIAL):
        op.drop_index(name, "library_asset")
    op.drop_table("library_reference")
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE library_trigrams")
    op.drop_table("library_text")
    op.drop_index("ix_library_tag_asset_id", "library_tag")
    op.drop_index("ix_blob_state_wanted_at", "blob")
    op.drop_column("blob", "wanted_at")
    for column in reversed(_new_columns()):
        op.drop_column("library_asset", column.name)


def _create_tables() -> None:
    op.create_table(
        "library_text",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("user_id", sa.String(length=192), nullable=False),
        sa.Column("asset_id", sa.String(length=192), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_library_text")),
        sa.UniqueConstraint("user_id", "asset_id", name=op.f("uq_library_text_user_id_asset_id")),
    )
    for statement in _TRIGRAMS if op.get_bind().dialect.name == "sqlite" else ():
        op.execute(statement)
    op.create_table(
        "library_reference",
        sa.Column("used_asset_id", sa.String(length=192), nullable=False),
        sa.Column("asset_id", sa.String(length=192), nullable=False),
        sa.Column("user_id", sa.String(length=192), nullable=False),
        sa.PrimaryKeyConstraint("used_asset_id", "asset_id", name=op.f("pk_library_reference")),
    )
    op.create_index("ix_library_reference_asset_id", "library_reference", ["asset_id"])


def _index_trigrams() -> None:
    """PostgreSQL has such an index in an extension that not every server lets be made: then texts are read through."""
    connection = op.get_bind()
    try:
        with connection.begin_nested():
            connection.execute(sa.text("CREATE EXTENSION IF NOT EXISTS pg_trgm"))
            connection.execute(
                sa.text("CREATE INDEX ix_library_text_trigrams ON library_text USING gin (text gin_trgm_ops)")
            )
    except DBAPIError:
        return


def _fill() -> None:
    """Take out of the metadata what has a column or table of its own now."""
    connection = op.get_bind()
    ids = set(connection.scalars(sa.text("SELECT id FROM library_asset")))
    change = sa.text("UPDATE library_asset SET drama_id = :drama, node_id = :node, job_id = :job WHERE id = :id")
    say = sa.text("INSERT INTO library_text (user_id, asset_id, text) VALUES (:user, :id, :text)")
    refer = sa.text("INSERT INTO library_reference (used_asset_id, asset_id, user_id) VALUES (:used, :id, :user)")
    for rows in _pages(connection):
        found = [_taken_out(row) for row in rows]
        connection.execute(change, found)
        if alive := [one for one in found if one["alive"]]:
            connection.execute(say, alive)
        if used := [{**one, "used": ref} for one in found for ref in dict.fromkeys(one["references"]) if ref in ids]:
            connection.execute(refer, used)


def _pages(connection: sa.Connection) -> Iterator[list[sa.RowMapping]]:
    query = sa.text(
        "SELECT id, user_id, filename, tag, meta, deleted_at FROM library_asset "
        "WHERE id > :after ORDER BY id LIMIT :most"
    )
    after = ""
    while rows := list(connection.execute(query, {"after": after, "most": AT_ONCE}).mappings()):
        after = rows[-1]["id"]
        yield rows


def _taken_out(row: sa.RowMapping) -> dict[str, Any]:
    meta: dict[str, Any] = json.loads(row["meta"])
    words = [str(row["filename"]), str(row["tag"]), str(meta.get("prompt") or "")]
    return {
        "id": row["id"],
        "user": row["user_id"],
        "drama": meta.get("drama_id"),
        "node": meta.get("node_id"),
        "job": meta.get("job_id"),
        "text": "\n".join(words).casefold().replace("\0", ""),
        "references": [one for one in meta.get("references") or () if isinstance(one, str)],
        "alive": row["deleted_at"] is None,
    }
