"""What the association's own plans teach: from the store, nothing written."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from plugin.domain.learning import Learned, learn, promises
from plugin.scoring.portfolio import portfolio
from plugin.store.schema import TABLES


def learned(conn: Connection, as_of: date) -> list[Learned]:
    """Return what is known as of a day of the milestones of every template that was ever applied."""
    outcome = TABLES["desired_outcome"]
    rows = conn.execute(sa.select(outcome.c.id, outcome.c.template).where(outcome.c.template.is_not(None)))
    templates = {str(row.id): row.template for row in rows}
    return learn(promises(portfolio(conn, as_of).members, templates, as_of))
