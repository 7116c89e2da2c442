"""What members answered to offers and asks, what is learned of them beside their plans, and dated results.

Revision ID: 0010
"""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0010"
down_revision = "0009"

COLUMNS: tuple[tuple[str, str, sa.types.TypeEngine[Any]], ...] = (
    ("context_event", "who", sa.Text()),
    ("context_event", "strong", sa.Boolean()),
    ("context_event", "key", sa.Text()),
    ("engagement", "contact_role", sa.Text()),
    ("milestone", "expected_value", sa.Numeric(18, 2)),
    ("member", "service_hours", sa.Double()),
)


def _instant(name: str) -> sa.Column[datetime]:
    return sa.Column(name, sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False)


def upgrade() -> None:
    """Add columns and two tables, the first with its history; what is there already stays."""
    for table, name, kind in COLUMNS:
        op.add_column(table, sa.Column(name, kind))
    op.create_table(
        "response",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("member", sa.Uuid()),
        sa.Column("offer", sa.Text()),
        sa.Column("ask", sa.Text()),
        sa.Column("ask_level", sa.Integer()),
        sa.Column("shown_on", sa.Date()),
        sa.Column("answer", sa.Text()),
        sa.Column("answered_on", sa.Date()),
        sa.Column("yearly_value", sa.Numeric(18, 2)),
        sa.Column("source", sa.Text()),
        sa.Column("key", sa.Text()),
        _instant("created_at"),
        _instant("updated_at"),
        sa.Column("deleted_at", sa.DateTime(timezone=True)),
    )
    op.create_index("response_member_idx", "response", ["member"])
    op.execute("CALL success_vector_keep_history('response')")
    for table in ("response", "context_event"):
        op.create_index(f"{table}_key_idx", table, ["key"], unique=True)
    op.create_table(
        "results",
        sa.Column("kind", sa.Text(), primary_key=True),
        sa.Column("as_of", sa.Date(), primary_key=True),
        sa.Column("subject", sa.Text(), primary_key=True),
        sa.Column("member_id", sa.Uuid()),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("found", JSONB(none_as_null=True), server_default=sa.text("'{}'::jsonb"), nullable=False),
        _instant("computed_at"),
    )
    op.create_index("results_member_idx", "results", ["member_id", "kind", "as_of"])
