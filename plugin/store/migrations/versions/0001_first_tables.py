"""The first tables and their history.

Revision ID: 0001
"""

from contextlib import closing
from pathlib import Path

from alembic import op

revision = "0001"
down_revision = None

HERE = Path(__file__).parent


def upgrade() -> None:
    """Create every table, then the triggers that keep history."""
    for name in ("0001_tables.sql", "0001_history.sql"):
        # The driver's own cursor: nothing in the text is to be taken for a parameter.
        with closing(op.get_bind().connection.cursor()) as cursor:
            cursor.execute((HERE / name).read_text())
