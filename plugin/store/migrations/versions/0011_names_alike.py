"""Finding a record by its name, whatever its case and space, without reading the whole table.

A hash index: it holds names of any length, and is only ever asked for equal ones.

Revision ID: 0011
"""

from alembic import op

revision = "0011"
down_revision = "0010"

ALIKE = r"lower(btrim(regexp_replace(name, '\s+', ' ', 'g')))"


def upgrade() -> None:
    """Add the index to the entities that mappings match by name; members are by far the most."""
    for table in ("member", "coverage_segment", "expansion_offer", "desired_outcome"):
        op.execute(f"CREATE INDEX {table}_name_alike_idx ON {table} USING hash (({ALIKE})) WHERE deleted_at IS NULL")
