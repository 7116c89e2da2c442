"""Records may be removed where a person asked to be forgotten, and only there.

Revision ID: 0009
"""

from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Let the guard of the tables stand aside in a transaction that erases."""
    op.execute(
        """
        CREATE OR REPLACE FUNCTION success_vector_not_deleted() RETURNS trigger
        LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'DELETE' AND current_setting('success_vector.erasing', true) = 'on' THEN
                RETURN NULL;
            END IF;
            RAISE EXCEPTION 'records of % are never deleted, they get a tombstone', TG_TABLE_NAME
                USING HINT = 'Use plugin.store.records.delete.';
        END
        $$
        """
    )
