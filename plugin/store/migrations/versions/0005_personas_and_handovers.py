"""What members answered about themselves, the persona that follows, and the notes made when a member's owner changed.

Revision ID: 0005
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add two columns and two tables; what members already have stays."""
    for name in ("persona", "communication_segments"):
        op.add_column("member", sa.Column(name, sa.Text()))
    op.create_table(
        "persona_answers",
        sa.Column("id", sa.BigInteger(), sa.Identity(), primary_key=True),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=False),
        sa.Column("answers", JSONB(none_as_null=True), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("persona", sa.Text()),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("known_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
    )
    op.create_index("persona_answers_member_idx", "persona_answers", ["member_id", "answered_on", "id"])
    op.create_table(
        "handovers",
        sa.Column("id", sa.BigInteger(), sa.Identity(), primary_key=True),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("change_id", sa.BigInteger(), nullable=False),
        sa.Column("changed_on", sa.Date(), nullable=False),
        sa.Column("from_owner", sa.Text(), nullable=False),
        sa.Column("to_owner", sa.Text(), nullable=False),
        sa.Column("note", JSONB(none_as_null=True), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.UniqueConstraint("change_id", name="handovers_change_id_key"),
    )
    op.create_index("handovers_member_idx", "handovers", ["member_id", "changed_on"])
