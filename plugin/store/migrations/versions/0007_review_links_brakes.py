"""What people decide about held fields and links, records that nobody could match, and what the brakes count.

Revision ID: 0007
"""

from datetime import datetime

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0007"
down_revision = "0006"


def _now(name: str) -> sa.Column[datetime]:
    return sa.Column(name, sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False)


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def upgrade() -> None:
    """Add the tables, and let a link say how it came about and that a person undid it."""
    op.add_column("links", sa.Column("how", sa.Text(), server_default="read", nullable=False))
    op.execute("UPDATE links SET how = 'created' WHERE state = 'creating'")
    op.drop_constraint("links_state_check", "links")
    op.create_check_constraint(
        "links_state_check", "links", "state IN ('creating', 'active', 'suspended', 'deleted', 'unlinked')"
    )
    op.create_table(
        "decisions",
        sa.Column("id", sa.BigInteger(), sa.Identity(), primary_key=True),
        _text("what"),
        _text("system"),
        _text("entity", nullable=True),
        sa.Column("record_id", sa.Uuid()),
        _text("field", nullable=True),
        _text("external_id", nullable=True),
        sa.Column("before", JSONB(none_as_null=True)),
        sa.Column("after", JSONB(none_as_null=True)),
        _text("who"),
        _text("because", nullable=True),
        _now("decided_at"),
    )
    op.create_index("decisions_record_idx", "decisions", ["entity", "record_id"])
    op.create_table(
        "unmatched",
        sa.Column("system", sa.Text(), primary_key=True),
        sa.Column("external_id", sa.Text(), primary_key=True),
        _text("object"),
        _text("entity"),
        sa.Column("keys", JSONB(none_as_null=True), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("candidates", ARRAY(sa.Uuid()), nullable=False),
        _text("why"),
        _now("first_at"),
        _now("last_at"),
    )
    op.create_table(
        "braked",
        sa.Column("system", sa.Text(), primary_key=True),
        sa.Column("kind", sa.Text(), primary_key=True),
        sa.Column("entity", sa.Text(), primary_key=True),
        sa.Column("record_id", sa.Uuid(), primary_key=True),
        _text("state"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('overwrite', 'delete')", name="braked_kind_check"),
        sa.CheckConstraint("state IN ('done', 'waiting', 'allowed')", name="braked_state_check"),
    )
    op.create_index("braked_count_idx", "braked", ["system", "kind", "state", "at"])
