"""What taking the next thousand records costs when few are due, and when a hundred thousand are."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import sqlalchemy as sa

from benchmarks.table import Figures, seconds
from plugin.store import due, migrate
from plugin.store.embedded import EmbeddedPostgres
from plugin.store.engine import connect

SIZES = (1_000, 10_000, 100_000)
BATCH = 1_000


def measure() -> Figures:
    """Return the time to take a thousand by the number of rows that are due."""
    with TemporaryDirectory() as folder:
        postgres = EmbeddedPostgres(Path(folder), durable=False)
        engine = connect(postgres.start())
        try:
            migrate.upgrade(engine)
            taken = {size: _taking(engine, size) for size in SIZES}
        finally:
            engine.dispose()
            postgres.remove()
    least = min(taken.values())
    rows = ((f"{size:,}", f"{1000 * each:.1f}", f"{each / least:.1f}") for size, each in taken.items())
    return Figures("Taking 1,000 due records", ("Rows that are due", "Milliseconds", "As a ratio"), tuple(rows))


def _taking(engine: sa.Engine, size: int) -> float:
    with engine.begin() as conn:
        conn.exec_driver_sql("TRUNCATE due")
        due.mark(conn, "fetch", "salesforce", "Account", [f"001{number:015}" for number in range(size)])
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
        conn.exec_driver_sql("ANALYZE due")
    with engine.connect() as conn:
        return seconds(lambda: due.take(conn, "fetch", "salesforce", BATCH, datetime.now(UTC)), 5)
