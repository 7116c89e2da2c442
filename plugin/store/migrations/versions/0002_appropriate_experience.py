"""What coverage looks at: members' Appropriate Experience, and why a segment was chosen.

Revision ID: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

COLUMNS = (
    ("preferred_channel", sa.Text()),
    ("industry_experience", sa.Integer()),
    ("staff", sa.Integer()),
    ("operations_sophistication", sa.Text()),
    ("complexity", sa.Text()),
    ("risk", sa.Text()),
    ("coverage_reason", sa.Text()),
)


def upgrade() -> None:
    """Add the columns; what members already have stays."""
    for name, kind in COLUMNS:
        op.add_column("member", sa.Column(name, kind))
