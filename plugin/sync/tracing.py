"""Which notification a piece of work goes back to: every log line that is written on the way names it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

import structlog

from plugin.errors import SuccessVectorError
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
    all_of_them = sorted(found)[:MOST_NAMED]
    with structlog.contextvars.bound_contextvars(correlation=all_of_them[0] if len(found) == 1 else all_of_them):
        try:
            yield
        except SuccessVectorError as error:
            log.warning("not done yet, it stays due", stage=stage, system=system, reason=str(error))
            raise
    for correlation, records in sorted(found.items()):
        log.info("worked on", stage=stage, system=system, records=records, correlation=correlation)


def by_record(rows: Sequence[Due]) -> dict[UUID, str]:
    """Return the notification that each of our records goes back to, of those that go back to one."""
    return {UUID(row.record_id): row.correlation for row in rows if row.correlation}


def named(correlation: str | None) -> dict[str, str]:
    """Return what a log line about one record says beside: where many are worked on at once, all theirs are named."""
    return {"correlation": correlation} if correlation else {}


@dataclass(frozen=True)
class Told:
    """The notifications that a read, and what is due because of it, goes back to: by the ids of theirs, and by ours."""

    there: Mapping[str, str]
    ours: Mapping[UUID, str]


def told(rows: Sequence[Due], pushing: Sequence[Due], known: Mapping[UUID, str], causes: Mapping[UUID, str]) -> Told:
    """Return whom a read goes back to that was made for `rows`, or for records of ours on their way there.

    `known` are the records that were read, by ours; `causes` the rows that more records of ours are due because of.
    """
    ours = by_record(pushing)
    there = {known[one]: correlation for one, correlation in ours.items() if one in known}
    there |= {row.record_id: row.correlation for row in rows if row.correlation}
    behind = {one: there[row_id] for one, row_id in {**causes, **known}.items() if row_id in there}
    return Told(there, behind | ours)
