"""How far walks over a system's records have come, and when each system was last held against ours as a whole.

Revision ID: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add the table, the day of the last reconcile, and the index by which links are met in the order of their ids."""
    op.add_column("systems", sa.Column("reconciled_on", sa.Date()))
    op.create_table(
        "walks",
        sa.Column("system", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("object", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stamp", sa.DateTime(timezone=True)),
        sa.Column("last_id", sa.Text(), nullable=False, server_default=""),
        sa.Column("read", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("total", sa.Integer()),
        sa.Column("found", sa.dialects.postgresql.JSONB(), nullable=False, server_default=sa.text("'{}'::jsonb")),
        sa.Column("finished_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("system", "kind", "object", name="walks_pkey"),
        sa.CheckConstraint("kind IN ('backfill', 'reconcile')", name="walks_kind_check"),
    )
    op.execute('CREATE INDEX links_walk_idx ON links (system, object, external_id COLLATE "C")')
