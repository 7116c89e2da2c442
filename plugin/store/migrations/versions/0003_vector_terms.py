"""The signed terms behind a member's score, for the screens' details.

Revision ID: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the column; it is filled in with the member's next writing."""
    op.add_column("member_calculated", sa.Column("vector_terms", sa.Text()))
