"""Which notification a piece of work goes back to: every log line that is written on the way names it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from uuid import UUID

import structlog

from plugin.store.due import Due, Stage

MOST_NAMED = 20
"""Of the rows that are worked on at once: what concerns one of them alone names its own."""
log = structlog.get_logger(__name__)


@contextmanager
def working_on(stage: Stage, system: str, rows: Sequence[Due]) -> Iterator[None]:
    """Name the notifications that these rows go back to in every line of the block, and say each when it has ended."""
    found = Counter(row.correlation for row in rows if row.correlation)
    if not found:
        yield
        return
    named = sorted(found)[:MOST_NAMED]
    with structlog.contextvars.bound_contextvars(correlation=named[0] if len(found) == 1 else named):
        yield
    for correlation, records in sorted(found.items()):
        log.info("worked on", stage=stage, system=system, records=records, correlation=correlation)


def by_record(rows: Sequence[Due]) -> dict[UUID, str]:
    """Return the notification that each of our records goes back to, of those that go back to one."""
    return {UUID(row.record_id): row.correlation for row in rows if row.correlation}


def by_external(rows: Sequence[Due], known: Mapping[UUID, str]) -> dict[UUID, str]:
    """Return the same of rows that name records of theirs; `known` are those records by ours."""
    correlations = {row.record_id: row.correlation for row in rows if row.correlation}
    return {
        record_id: correlation
        for record_id, external_id in known.items()
        if (correlation := correlations.get(external_id)) is not None
    }
