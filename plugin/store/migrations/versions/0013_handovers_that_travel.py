"""The last handover of a member stands on the member, so that it travels.

Revision ID: 0013
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Add three columns; handovers of before stay in the store alone."""
    op.add_column("member", sa.Column("handover_note", sa.Text()))
    op.add_column("member", sa.Column("handed_over_on", sa.Date()))
    op.add_column("member", sa.Column("handed_over_from", sa.Text()))
